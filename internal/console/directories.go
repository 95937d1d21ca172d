package console

import (
	"fmt"
	"net/url"
	"strconv"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/store"
)

// directoriesView is the organization's directories.
type directoriesView struct {
	Header header
	Rows   []directoryRow
	Pager  pager
	Empty  empty
	CSV    string
}

// directoryRow is a directory in a list.
type directoryRow struct {
	directoryCard

	ErrorRate string // of the last 24 hours
	UsersURL  string
}

func (h *Handler) listDirectories(c *call) error {
	p, err := c.rows()
	if err != nil {
		return err
	}
	found, next, err := h.Accounts.HealthOfAll(c.Context(), c.org, accounts.DefaultHealthDays, p)
	if err != nil {
		return err
	}
	add := action{Label: "Add directory", URL: base + "/directories/new", Icon: "plus", Primary: true, Why: c.lacks(manages)}
	v := directoriesView{
		Header: header{Title: "Directories", Lead: "Each connects one identity provider, which pushes its users and groups here.", Actions: []action{add}},
		Pager:  c.pager(len(found), next, "directory", "directories"), CSV: base + "/directories.csv",
		Empty: empty{
			Icon: "directories", Title: "No directory yet", Actions: []action{add},
			Text: "Add one for each identity provider. You get a base URL and a token to enter there, and see here when its first request comes in.",
		},
	}
	for _, d := range found {
		v.Rows = append(v.Rows, directoryRow{cardOf(d), errorRate(d.Day), directoryURL(d.ID) + "/users"})
	}
	return h.page(c, "directories", v)
}

func directoryURL(id identity.DirectoryID) string {
	return base + "/directories/" + url.PathEscape(string(id))
}

func (c *call) directoryID() identity.DirectoryID {
	return identity.DirectoryID(c.PathValue("directoryId"))
}

// errorRate says which part of what a directory sent was refused, "" when it
// sent nothing.
func errorRate(t accounts.Traffic) string {
	rate, ok := t.ErrorRate()
	if !ok {
		return ""
	}
	return fmt.Sprintf("%.1f %%", 100*rate)
}

func (h *Handler) exportDirectories(c *call) error {
	return export[accounts.Health]{
		File:   "directories.csv",
		Header: []string{"name", "kind", "status", "users", "groups", "unlinked", "writes24h", "refused24h", "errorRate24h", "lastWriteAt", "lastRefusalAt", "createdAt", "id"},
		Fetch: func(p store.Page) ([]accounts.Health, string, error) {
			return h.Accounts.HealthOfAll(c.Context(), c.org, 1, p)
		},
		Row: func(d accounts.Health) []string {
			return []string{
				d.Name, string(d.Kind), string(d.Status), strconv.Itoa(d.Users), strconv.Itoa(d.Groups), strconv.Itoa(d.Unlinked), strconv.Itoa(d.Day.Writes), strconv.Itoa(d.Day.Refusals),
				errorRate(d.Day), stamp(d.Last.WriteAt), stamp(d.Last.RefusalAt), stamp(d.CreatedAt), string(d.ID),
			}
		},
	}.write(h, c)
}
