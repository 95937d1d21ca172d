package console

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"roster/internal/identity"
	"roster/internal/store"
)

// paletteView is what the palette offers for a text: as a page by itself, or as
// the part of the dialog that every page has.
type paletteView struct {
	Header header
	Query  string
	Groups []paletteGroup
}

// paletteGroup is the offers of one kind.
type paletteGroup struct {
	Title string
	Items []paletteItem
}

// paletteItem is one offer, which leads to URL.
type paletteItem struct {
	Icon, Title, Note, URL string
	Key                    string // that follows g on the keyboard
	N                      int    // its place among all offers, which ids are made of
}

// How much the palette looks for. Whoever types is shown the nearest, and led to
// the pages that have all.
const (
	paletteRows        = 6
	paletteDirectories = 100 // whose names are compared
	paletteLeast       = 2   // characters that something is looked for by
)

// openPalette offers pages, what can be done, and what a text may mean.
func (h *Handler) openPalette(c *call) error {
	v := paletteView{Header: header{Title: "Go to", Lead: "Pages, what you can do, and people, directories, findings and SCIM users."}, Query: strings.TrimSpace(c.URL.Query().Get("q"))}
	v.add("Pages", h.palettePages(c, v.Query))
	v.add("Actions", h.paletteActions(c, v.Query))
	if len(v.Query) >= paletteLeast && len(v.Query) <= maxQuery && isText(v.Query) {
		for _, look := range lookups {
			found, err := look.find(h, c.Context(), c.org, v.Query)
			if err != nil {
				return err
			}
			v.add(look.title, found)
		}
		v.add("Search", searches(v.Query))
	}
	if c.wantsPart() != "" {
		return h.part(c, "palette", "palette-results", v)
	}
	return h.page(c, "palette", v)
}

// add appends a group that has something, and numbers its offers.
func (v *paletteView) add(title string, items []paletteItem) {
	if len(items) == 0 {
		return
	}
	n := 0
	for _, g := range v.Groups {
		n += len(g.Items)
	}
	for i := range items {
		items[i].N = n + i
	}
	v.Groups = append(v.Groups, paletteGroup{title, items})
}

// palettePages are the pages of the navigation that the role may open.
func (h *Handler) palettePages(c *call, text string) (items []paletteItem) {
	for _, n := range h.nav {
		if h.mayOpen(c, n.Path) && matches(n.Label, text) {
			items = append(items, paletteItem{Icon: n.Icon, Title: n.Label, URL: n.Path, Key: n.Key})
		}
	}
	return items
}

// paletteActions are where work begins.
var paletteActions = []struct {
	paletteItem

	scope identity.Scope
}{
	{paletteItem{Icon: "tone-bad", Title: "See what was refused", Note: "Log", URL: base + "/log?level=error"}, view},
	{paletteItem{Icon: "upload", Title: "Plan a repair from a file", Note: "Repairs", URL: base + "/repairs/new"}, repairs},
	{paletteItem{Icon: "plus", Title: "Connect a directory", Note: "Directories", URL: base + "/directories/new"}, manages},
	{paletteItem{Icon: "plus", Title: "Add a domain", Note: "Domains", URL: base + "/domains"}, manages},
	{paletteItem{Icon: "plus", Title: "Make an API key", Note: "Keys", URL: base + "/keys"}, keys},
	{paletteItem{Icon: "download", Title: "Export accounts as CSV", Note: "Accounts", URL: base + "/accounts.csv"}, view},
	{paletteItem{Icon: "accounts", Title: "See people of other domains", Note: "Accounts", URL: base + "/accounts?scope=" + external}, view},
}

// paletteActions leaves out what the role may not do, and what no route answers.
func (h *Handler) paletteActions(c *call, text string) (items []paletteItem) {
	for _, a := range paletteActions {
		path, _, _ := strings.Cut(a.URL, "?")
		if c.session.Allows(a.scope) && h.mayOpen(c, path) && matches(a.Title+" "+a.Note, text) {
			items = append(items, a.paletteItem)
		}
	}
	return items
}

// mayOpen tells whether a page that needs no id answers a session.
func (h *Handler) mayOpen(c *call, path string) bool {
	scope, ok := h.scopes[path]
	return ok && c.session.Allows(scope)
}

// scopesOf are what the pages that need no id ask for, by their paths.
func scopesOf(all []route) map[string]identity.Scope {
	scopes := map[string]identity.Scope{}
	for _, rt := range all {
		if rt.method == http.MethodGet {
			scopes[strings.TrimSuffix(rt.path, "{$}")] = rt.scope
		}
	}
	return scopes
}

// matches tells whether all words of a text stand in a title.
func matches(title, text string) bool {
	title = strings.ToLower(title)
	for word := range strings.FieldsSeq(strings.ToLower(text)) {
		if !strings.Contains(title, word) {
			return false
		}
	}
	return true
}

// lookups find what a text may mean, each by an index.
var lookups = []struct {
	title string
	find  func(h *Handler, ctx context.Context, org identity.OrgID, text string) ([]paletteItem, error)
}{
	{"Accounts", (*Handler).paletteAccounts},
	{"Directories", (*Handler).paletteDirectories},
	{"Findings", (*Handler).paletteFinding},
	{"SCIM users", (*Handler).paletteRecords},
}

// paletteAccounts finds managed accounts, and external ones where there is room.
func (h *Handler) paletteAccounts(ctx context.Context, org identity.OrgID, text string) (items []paletteItem, err error) {
	for _, scope := range []string{"", external} {
		if len(items) == paletteRows {
			break
		}
		found, _, err := h.searchAccounts(ctx, org, url.Values{"q": {text}, "scope": {scope}}, store.Page{Limit: paletteRows - len(items)})
		if err != nil {
			return nil, err
		}
		for _, a := range found {
			row := accountRowOf(a)
			items = append(items, paletteItem{Icon: "accounts", Title: row.Email, Note: row.Name, URL: row.URL})
		}
	}
	return items, nil
}

// paletteDirectories finds directories by a part of their name, or by their id.
func (h *Handler) paletteDirectories(ctx context.Context, org identity.OrgID, text string) (items []paletteItem, err error) {
	directories, _, err := h.Accounts.Directories(ctx, org, store.Page{Limit: paletteDirectories})
	if err != nil {
		return nil, err
	}
	for _, d := range directories {
		if len(items) < paletteRows && (matches(d.Name+" "+kindNames[d.Kind], text) || string(d.ID) == text) {
			items = append(items, paletteItem{Icon: "directories", Title: d.Name, Note: kindNames[d.Kind], URL: base + "/directories/" + url.PathEscape(string(d.ID))})
		}
	}
	return items, nil
}

// paletteFinding gives the finding of an id, which holds a tilde.
func (h *Handler) paletteFinding(ctx context.Context, org identity.OrgID, text string) ([]paletteItem, error) {
	if !strings.Contains(text, "~") {
		return nil, nil
	}
	f, err := h.Repair.Finding(ctx, org, text)
	if e, ok := errors.AsType[*identity.Error](err); ok && e.Code != identity.CodeInternal {
		return nil, nil // solved, or nothing of that kind
	}
	if err != nil {
		return nil, err
	}
	return []paletteItem{{Icon: "findings", Title: titleOfFinding(f.Title), Note: kinds[f.Kind].name, URL: findingURL(f.ID)}}, nil
}

// paletteRecords finds SCIM users by their whole id.
func (h *Handler) paletteRecords(ctx context.Context, org identity.OrgID, text string) (items []paletteItem, err error) {
	records, err := h.Repair.RecordsByID(ctx, org, identity.SCIMUserID(text))
	if err != nil {
		return nil, err
	}
	for _, u := range records {
		items = append(items, paletteItem{
			Icon: "link", Title: u.UserName, Note: "SCIM user " + short(u.ID),
			URL: base + "/directories/" + url.PathEscape(string(u.DirectoryID)) + "/users/" + url.PathEscape(string(u.ID)),
		})
	}
	return items, nil
}

// searches lead to the pages that have all that a text finds.
func searches(text string) []paletteItem {
	q := url.Values{"q": {text}}
	return []paletteItem{
		{Icon: "search", Title: "Search accounts for “" + text + "”", URL: pathWith(base+"/accounts", q)},
		{Icon: "search", Title: "Search the log for “" + text + "”", URL: pathWith(base+"/log", q)},
	}
}
