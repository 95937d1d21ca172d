package console

import (
	"cmp"
	"net/url"
	"strings"

	"roster/internal/identity"
	"roster/internal/store"
)

// groupView is one group with its members.
type groupView struct {
	Header    header
	State     alert // of a synced group: why its members are read-only
	Facts     []fact
	Rows      []memberRow
	Pager     pager
	Empty     empty
	RemoveURL string // of the form that ends a membership; "" where nobody may
	Dialogs   []confirm
}

// memberRow is an account in a group.
type memberRow struct {
	ID               identity.AccountID
	Name, Email, URL string
	Status           badge
	Record           link // by which a synced group has it
}

func groupURL(id identity.OrgGroupID) string { return base + "/groups/" + url.PathEscape(string(id)) }

func (c *call) groupID() identity.OrgGroupID { return identity.OrgGroupID(c.PathValue("groupId")) }

func sourceBadge(s identity.GroupSource) badge {
	if s == identity.GroupSynced {
		return badge{info, "Synced"}
	}
	return badge{neutral, "Local"}
}

func (h *Handler) showGroup(c *call) error {
	p, err := c.rows()
	if err != nil {
		return err
	}
	g, members, next, err := h.Accounts.Members(c.Context(), c.org, c.groupID(), p)
	if err != nil {
		return err
	}
	v := groupView{
		Header: header{Title: g.Name, Lead: g.Description, Crumbs: []link{{"Groups", base + "/groups"}}, Badges: []badge{sourceBadge(g.Source)}, ID: string(g.ID)},
		Facts:  []fact{{Label: "Created", At: g.CreatedAt}},
		Pager:  c.pager(len(members), next, "member", "members"),
		Empty:  empty{Icon: "groups", Title: "No member", Text: "Nobody is in this group."},
	}
	for _, m := range members {
		v.Rows = append(v.Rows, memberRowOf(g, m))
	}
	if g.Source == identity.GroupLocal {
		v.addLocal(c, g)
		return h.page(c, "group", v)
	}
	d, err := h.Accounts.Directory(c.Context(), c.org, g.DirectoryID)
	if err != nil {
		return err
	}
	v.State = alert{Tone: info, Title: "Synced from " + d.Name, Text: "Members change in the identity provider only: what was changed here, its next push would undo. Disconnecting the directory makes the group local."}
	v.Facts = append(v.Facts,
		fact{Label: "Directory", Link: link{d.Name, base + "/directories/" + url.PathEscape(string(d.ID))}},
		fact{Label: "SCIM group", Link: link{short(g.SCIMGroupID), base + "/directories/" + url.PathEscape(string(d.ID)) + "/groups/" + url.PathEscape(string(g.SCIMGroupID))}},
	)
	return h.page(c, "group", v)
}

// addLocal adds what can be done with a local group.
func (v *groupView) addLocal(c *call, g store.OrgGroup) {
	path, why := groupURL(g.ID), c.lacks(manages)
	v.Header.Actions = []action{
		{Label: "Add member", Dialog: "add-member", Icon: "plus", Primary: true, Why: why},
		{Label: "Adopt", URL: path + "/adopt"},
		{Label: "Delete", Dialog: "delete-group", Danger: true, Why: why},
	}
	if why != "" {
		return
	}
	v.RemoveURL = path + "/remove"
	v.Dialogs = []confirm{
		{
			ID: "add-member", Title: "Add member", URL: path + "/members", Button: "Add member",
			Fields: []field{{Name: "account", Label: "Email or account ID", IsRequired: true}},
		},
		{
			ID: "delete-group", Title: "Delete " + g.Name, URL: path + "/delete", Button: "Delete group", Danger: true, Type: g.Name,
			Text: "The group and its memberships end. The accounts stay.",
		},
	}
}

func memberRowOf(g store.OrgGroup, m store.GroupMember) memberRow {
	row := memberRow{ID: m.AccountID, Name: cmp.Or(m.Name, m.Email, "Without a name"), Email: m.Email, URL: accountURL(m.AccountID), Status: accountBadge(m.Status)}
	if m.SCIMUserID != "" {
		row.Record = link{short(m.SCIMUserID), recordURL(g.DirectoryID, m.SCIMUserID)}
	}
	return row
}

// addMember takes an address or an account ID.
func (h *Handler) addMember(c *call) error {
	g, err := h.Accounts.Group(c.Context(), c.org, c.groupID())
	if err != nil {
		return err
	}
	account := strings.TrimSpace(c.FormValue("account"))
	id := identity.AccountID(account)
	if strings.Contains(account, "@") {
		found, err := h.Accounts.SeeByEmail(c.Context(), c.org, account)
		if err != nil {
			return err
		}
		if found == nil {
			return identity.Errorf(identity.CodeNotFound, "no account of this organization has the address %.320s", account).WithHint("search for the person on the page of the accounts")
		}
		id = found.ID
	}
	if _, err := h.Accounts.AddMember(c.Context(), c.caller, c.org, g.ID, id); err != nil {
		return err
	}
	return h.done(c, groupURL(g.ID), flash{Text: "The member is added."})
}

func (h *Handler) removeMember(c *call) error {
	if _, err := h.Accounts.RemoveMember(c.Context(), c.caller, c.org, c.groupID(), identity.AccountID(c.FormValue("account"))); err != nil {
		return err
	}
	return h.done(c, groupURL(c.groupID()), flash{Text: "The member is removed."})
}

func (h *Handler) deleteGroup(c *call) error {
	g, err := h.Accounts.Group(c.Context(), c.org, c.groupID())
	if err != nil {
		return err
	}
	if err := checkTyped(c, g.Name); err != nil {
		return err
	}
	if _, err := h.Accounts.DeleteGroup(c.Context(), c.caller, c.org, g.ID); err != nil {
		return err
	}
	return h.done(c, base+"/groups", flash{Text: g.Name + " is deleted."})
}
