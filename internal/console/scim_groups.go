package console

import (
	"net/url"
	"time"

	"roster/internal/identity"
	"roster/internal/store"
)

// scimGroupsView is the groups that a directory pushed.
type scimGroupsView struct {
	Header header
	Tabs   []tab
	Path   string
	Query  string
	Rows   []scimGroupRow
	Pager  pager
	Empty  empty
	CSV    string
}

// scimGroupRow is a SCIM group in a list.
type scimGroupRow struct {
	URL, Name, ExternalID string
	ModifiedAt            time.Time
}

func (h *Handler) listSCIMGroups(c *call) error {
	p, err := c.rows()
	if err != nil {
		return err
	}
	d, err := h.Accounts.Directory(c.Context(), c.org, c.directoryID())
	if err != nil {
		return err
	}
	text, err := groupText(c)
	if err != nil {
		return err
	}
	found, next, err := h.Repair.RecordGroups(c.Context(), c.org, d.ID, text, p)
	if err != nil {
		return err
	}
	path := directoryURL(d.ID) + "/groups"
	v := scimGroupsView{
		Header: directoryHeader(d), Tabs: directoryTabs(d, "groups"), Path: path, Query: text, Pager: c.pager(len(found), next, "group", "groups"),
		CSV:   pathWith(path+".csv", without(c.URL.Query(), "after")),
		Empty: empty{Icon: "groups", Title: "No group was pushed yet", Text: "Groups appear here as the identity provider pushes them; applications see each as a group of the organization."},
	}
	if text != "" {
		v.Empty = empty{Icon: "search", Title: "No group matches", Text: "A search finds the beginning of a name."}
	}
	for _, g := range found {
		v.Rows = append(v.Rows, scimGroupRow{scimGroupURL(d.ID, g.ID), g.DisplayName, g.ExternalID, g.ModifiedAt})
	}
	return h.page(c, "scim_groups", v)
}

func groupText(c *call) (string, error) {
	text := c.URL.Query().Get("q")
	if len(text) > maxQuery || !isText(text) {
		return "", identity.Errorf(identity.CodeInvalid, "nothing can be found by this text").WithField("q").WithHint("type the beginning of a name")
	}
	return text, nil
}

func scimGroupURL(d identity.DirectoryID, id identity.SCIMGroupID) string {
	return directoryURL(d) + "/groups/" + url.PathEscape(string(id))
}

func (h *Handler) exportSCIMGroups(c *call) error {
	text, err := groupText(c)
	if err != nil {
		return err
	}
	return export[store.SCIMGroup]{
		File: "scim-groups.csv", Header: []string{"scimGroupId", "displayName", "externalId", "createdAt", "modifiedAt"},
		Fetch: func(p store.Page) ([]store.SCIMGroup, string, error) {
			return h.Repair.RecordGroups(c.Context(), c.org, c.directoryID(), text, p)
		},
		Row: func(g store.SCIMGroup) []string {
			return []string{string(g.ID), g.DisplayName, g.ExternalID, stamp(g.CreatedAt), stamp(g.ModifiedAt)}
		},
	}.write(h, c)
}

// scimGroupView is one group that a directory pushed.
type scimGroupView struct {
	Header header
	Facts  []fact
	Rows   []scimUserRow
	Pager  pager
}

func (h *Handler) showSCIMGroup(c *call) error {
	p, err := c.rows()
	if err != nil {
		return err
	}
	g, members, next, err := h.Repair.RecordGroup(c.Context(), c.org, c.directoryID(), identity.SCIMGroupID(c.PathValue("scimGroupId")), p)
	if err != nil {
		return err
	}
	d, err := h.Accounts.Directory(c.Context(), c.org, g.DirectoryID)
	if err != nil {
		return err
	}
	groups := directoryURL(d.ID) + "/groups"
	v := scimGroupView{
		Header: header{Title: g.DisplayName, ID: string(g.ID), Crumbs: []link{{"Directories", base + "/directories"}, {d.Name, directoryURL(d.ID)}, {"Groups", groups}}},
		Facts:  []fact{{Label: "External id", Text: g.ExternalID}, {Label: "Created", At: g.CreatedAt}, {Label: "Last changed", At: g.ModifiedAt}},
		Pager:  c.pager(len(members), next, "member", "members"),
	}
	if g.OrgGroup != nil {
		v.Facts = append(v.Facts, fact{Label: "Group of the organization", Link: link{g.OrgGroup.Name, base + "/groups/" + url.PathEscape(string(g.OrgGroup.ID))}})
	}
	for _, u := range members {
		v.Rows = append(v.Rows, scimUserRowOf(u, false))
	}
	return h.page(c, "scim_group", v)
}
