package console

import (
	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/store"
)

// profileLabels are the fields of the form, in its order.
var profileLabels = []struct {
	field accounts.Field
	label string
	value func(store.Account) string
}{
	{accounts.FieldName, "Name", func(a store.Account) string { return a.Name }},
	{accounts.FieldNickname, "Nickname", func(a store.Account) string { return a.Profile.Nickname }},
	{accounts.FieldJobTitle, "Job title", func(a store.Account) string { return a.Profile.JobTitle }},
	{accounts.FieldOrganization, "Organization", func(a store.Account) string { return a.Profile.Organization }},
	{accounts.FieldDepartment, "Department", func(a store.Account) string { return a.Profile.Department }},
	{accounts.FieldLocation, "Location", func(a store.Account) string { return a.Profile.Location }},
	{accounts.FieldZoneinfo, "Time zone", func(a store.Account) string { return a.Profile.Zoneinfo }},
	{accounts.FieldLocale, "Locale", func(a store.Account) string { return a.Profile.Locale }},
}

// lockedBy says which directory decides about a linked account, in plain words
// and in those of the API; "" where none does.
func lockedBy(links []linkRow) string {
	if len(links) == 0 {
		return ""
	}
	name := links[0].Directory.Text
	for _, l := range links {
		if len(l.Badges) > 0 {
			name = l.Directory.Text
		}
	}
	return "Decided by the directory " + name + " (" + accounts.LockedReason + ")"
}

func profileForm(c *call, u accounts.User, links []linkRow) accountProfile {
	if u.External {
		return accountProfile{}
	}
	form := accountProfile{URL: accountURL(u.ID) + "/profile", Why: c.lacks(manages)}
	locks := accounts.FieldLock(accounts.Account{Account: u.Account, Links: u.Links})
	for _, f := range profileLabels {
		shown := field{Name: string(f.field), Label: f.label, Value: f.value(u.Account), IsRequired: f.field == accounts.FieldName, Locked: form.Why}
		if locks[f.field] {
			shown.Locked = lockedBy(links)
		}
		form.Fields = append(form.Fields, shown)
	}
	return form
}

// saveProfile sets the fields that the form sent: those that were not locked.
func (h *Handler) saveProfile(c *call) error {
	u, err := h.user(c)
	if err != nil {
		return err
	}
	if err := c.ParseForm(); err != nil {
		return err
	}
	values := map[accounts.Field]string{}
	for _, f := range profileLabels {
		if c.PostForm.Has(string(f.field)) {
			values[f.field] = c.PostForm.Get(string(f.field))
		}
	}
	if len(values) == 0 {
		return identity.Errorf(identity.CodeInvalid, "the form has none of the profile's fields").WithHint("change a field on the account's page, and save it")
	}
	if _, err := h.Accounts.UpdateProfile(c.Context(), c.caller, c.org, u.ID, values); err != nil {
		return err
	}
	return h.done(c, accountURL(u.ID), flash{Text: "The profile is saved."})
}
