package console

import (
	"net/url"
	"slices"
	"time"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/store"
)

// groupsView is the list of groups.
type groupsView struct {
	Header header
	Query  string
	Source field
	Rows   []groupRow
	Pager  pager
	Empty  empty
	CSV    string
	New    confirm
}

// groupRow is a group in a list.
type groupRow struct {
	Name, URL, Description string
	Source                 badge
	Directory              link
	CreatedAt              time.Time
}

func (h *Handler) listGroups(c *call) error {
	p, err := c.rows()
	if err != nil {
		return err
	}
	q := c.URL.Query()
	found, next, err := h.searchGroups(c, q, p)
	if err != nil {
		return err
	}
	directories, err := h.directoryOptions(c)
	if err != nil {
		return err
	}
	v := groupsView{
		Header: header{
			Title: "Groups", Lead: "Those that your directories push, and those that are made here.",
			Actions: []action{{Label: "New group", Dialog: "new-group", Icon: "plus", Primary: true, Why: c.lacks(manages)}},
		},
		Query: q.Get("q"), Source: sourceFilter(q), Pager: c.pager(len(found), next, "group", "groups"), Empty: noGroup(q),
		CSV: pathWith(base+"/groups.csv", without(q, "after")), New: newGroup,
	}
	v.Pager.Looked = true
	for _, g := range found {
		row := groupRow{Name: g.Name, URL: groupURL(g.ID), Description: g.Description, Source: sourceBadge(g.Source), CreatedAt: g.CreatedAt}
		if g.Source == identity.GroupSynced {
			row.Directory = link{labelOf(directories, string(g.DirectoryID)), base + "/directories/" + url.PathEscape(string(g.DirectoryID))}
		}
		v.Rows = append(v.Rows, row)
	}
	return h.page(c, "groups", v)
}

var newGroup = confirm{
	ID: "new-group", Title: "New group", URL: base + "/groups", Button: "Make group", Text: "A local group: its members are chosen here.",
	Fields: []field{{Name: "name", Label: "Name", IsRequired: true}, {Name: "description", Label: "Description"}},
}

func sourceFilter(q url.Values) field {
	return choose("source", "Source", q.Get("source"), "Local and synced", option{string(identity.GroupLocal), "Local"}, option{string(identity.GroupSynced), "Synced"})
}

// searchGroups finds groups by the beginning of the name. A page may be short, as
// groups of another source are left out of it.
func (h *Handler) searchGroups(c *call, q url.Values, p store.Page) ([]store.OrgGroup, string, error) {
	source := sourceFilter(q)
	if err := source.check(); err != nil {
		return nil, "", err
	}
	text := q.Get("q")
	if len(text) > maxQuery || !isText(text) {
		return nil, "", identity.Errorf(identity.CodeInvalid, "nothing can be found by this text").WithField("q").WithHint("type the beginning of a group's name")
	}
	found, next, err := h.Accounts.Groups(c.Context(), c.org, accounts.GroupSearch{Text: text, ByName: true}, p)
	found = slices.DeleteFunc(found, func(g store.OrgGroup) bool { return source.Value != "" && string(g.Source) != source.Value })
	return found, next, err
}

func noGroup(q url.Values) empty {
	if len(without(q, "after")) > 0 {
		return empty{Icon: "search", Title: "No group matches", Text: "A search finds the beginning of a name.", Actions: []action{{Label: "Clear the search", URL: base + "/groups"}}}
	}
	return empty{Icon: "groups", Title: "No group yet", Text: "Groups appear here when a directory pushes them, or when you make one."}
}

// exportGroups writes all groups that the filters want.
func (h *Handler) exportGroups(c *call) error {
	q := c.URL.Query()
	return export[store.OrgGroup]{
		File: "groups.csv", Header: []string{"groupId", "name", "description", "source", "directoryId", "scimGroupId", "createdAt"},
		Fetch: func(p store.Page) ([]store.OrgGroup, string, error) { return h.searchGroups(c, q, p) },
		Row: func(g store.OrgGroup) []string {
			return []string{string(g.ID), g.Name, g.Description, string(g.Source), string(g.DirectoryID), string(g.SCIMGroupID), stamp(g.CreatedAt)}
		},
	}.write(h, c)
}

func (h *Handler) createGroup(c *call) error {
	g, err := h.Accounts.CreateGroup(c.Context(), c.caller, c.org, c.FormValue("name"), c.FormValue("description"))
	if err != nil {
		return err
	}
	return h.done(c, groupURL(g.ID), flash{Text: "The group is made. Add its members next."})
}
