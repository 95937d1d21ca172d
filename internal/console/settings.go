package console

import (
	"strconv"
	"strings"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/store"
)

// settingsView is the organization's settings.
type settingsView struct {
	Header header
	Fields []field
	Why    string // they cannot be changed
	Facts  []fact
}

func (h *Handler) showSettings(c *call) error {
	org, err := h.Accounts.Org(c.Context(), c.org)
	if err != nil {
		return err
	}
	return h.page(c, "settings", settingsView{
		Header: header{Title: "Settings", Lead: "How this organization's directories behave, and how long things are kept."},
		Fields: settingFields(org), Why: c.lacks(manages),
		Facts: []fact{{Label: "Organization ID", ID: string(org.ID)}, {Label: "Created", At: org.CreatedAt}},
	})
}

// behaviours are the ways in which directories are answered.
var behaviours = []option{
	{string(identity.BehaviourSafe), "Safe: refuse what could break a login"},
	{string(identity.BehaviourAtlassian), "Atlassian: as the hosted service does, to rehearse there"},
}

// claimModes are the ways in which an org comes to manage accounts.
var claimModes = []option{
	{string(identity.ClaimAutomatic), "Automatic: every account of the domain"},
	{string(identity.ClaimSelected), "Selected: those that are claimed by name"},
}

func settingFields(o store.Org) []field {
	days := func(name, label, hint string, n int) field {
		return field{Name: name, Label: label, Value: strconv.Itoa(n), Type: "number", Hint: hint, IsRequired: true}
	}
	return []field{
		{Name: "name", Label: "Name", Value: o.Name, IsRequired: true},
		{Name: "behaviour", Label: "Behaviour", Value: string(o.Behaviour), Type: "select", Options: behaviours},
		{Name: "defaultClaim", Label: "Claims of new domains", Value: string(o.Settings.DefaultClaim), Type: "select", Options: claimModes},
		{
			Name: "parkingAddress", Label: "Parking address", Value: o.Settings.ParkingTemplate, IsRequired: true,
			Hint: "The address that an account gets which is in the way of a repair. {id}, {local} and {domain} are filled in.",
		},
		days("tombstoneDays", "Deleted SCIM users", "Days for which they can be restored", o.Settings.TombstoneDays),
		days("logDays", "Troubleshooting log", "Days for which entries are kept", o.Settings.LogDays),
		days("auditDays", "Audit log", "Days for which entries are kept", o.Settings.AuditDays),
	}
}

func (h *Handler) saveSettings(c *call) error {
	u, err := c.orgUpdate()
	if err != nil {
		return err
	}
	if _, err := h.Accounts.UpdateOrg(c.Context(), c.caller, c.org, u); err != nil {
		return err
	}
	return h.done(c, base+"/settings", flash{Text: "The settings are saved."})
}

func (c *call) orgUpdate() (u accounts.OrgUpdate, err error) {
	text := func(name string) *string { return new(strings.TrimSpace(c.FormValue(name))) }
	u.Name, u.ParkingTemplate = text("name"), text("parkingAddress")
	behaviour, claim := c.FormValue("behaviour"), c.FormValue("defaultClaim")
	for _, f := range []field{{Name: "behaviour", Value: behaviour, Options: behaviours}, {Name: "defaultClaim", Value: claim, Options: claimModes}} {
		if err := f.check(); err != nil {
			return u, err
		}
	}
	u.Behaviour, u.DefaultClaim = new(identity.Behaviour(behaviour)), new(identity.ClaimMode(claim))
	for name, dest := range map[string]**int{"tombstoneDays": &u.TombstoneDays, "logDays": &u.LogDays, "auditDays": &u.AuditDays} {
		n, err := strconv.Atoi(c.FormValue(name))
		if err != nil {
			return u, identity.Errorf(identity.CodeInvalid, "%s is %.20q, which is no number", name, c.FormValue(name)).WithField(name)
		}
		*dest = &n
	}
	return u, nil
}
