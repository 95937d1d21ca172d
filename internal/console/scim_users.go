package console

import (
	"net/url"
	"time"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/repair"
	"roster/internal/scim"
	"roster/internal/store"
)

// scimUsersView is the users that a directory pushed.
type scimUsersView struct {
	Header  header
	Tabs    []tab
	Path    string
	Query   string
	Filters []field
	Rows    []scimUserRow
	Pager   pager
	Empty   empty
	CSV     string
}

// scimUserRow is a SCIM user in a list, a deleted one too.
type scimUserRow struct {
	URL, UserName, Email, ExternalID string
	State                            badge
	Account                          link
	Why                              string // it is not linked
	At                               time.Time
	RestoreURL, RestoreWhy           string // of a deleted one
}

// shows are what the list of users can show.
var shows = []option{{"unlinked", "Unlinked"}, {"deleted", "Deleted, to be restored"}}

func (h *Handler) listSCIMUsers(c *call) error {
	p, err := c.rows()
	if err != nil {
		return err
	}
	d, err := h.Accounts.Directory(c.Context(), c.org, c.directoryID())
	if err != nil {
		return err
	}
	q, err := scimUserQuery(c.URL.Query())
	if err != nil {
		return err
	}
	rows, next, err := h.scimUserRows(c, d.ID, q, p)
	if err != nil {
		return err
	}
	path := directoryURL(d.ID) + "/users"
	v := scimUsersView{
		Header: directoryHeader(d), Tabs: directoryTabs(d, "users"), Path: path, Query: q.Get("q"), Rows: rows,
		Filters: []field{choose("show", "Show", q.Get("show"), "All users", shows...)},
		Pager:   c.pager(len(rows), next, "user", "users"), CSV: pathWith(path+".csv", without(q, "after")),
		Empty: noSCIMUser(d, q),
	}
	return h.page(c, "scim_users", v)
}

// scimUserQuery checks the filters. Other pages link with the older names
// unlinked=true and deleted=1.
func scimUserQuery(q url.Values) (url.Values, error) {
	if q.Get("unlinked") != "" {
		q.Set("show", "unlinked")
	}
	if q.Get("deleted") != "" {
		q.Set("show", "deleted")
	}
	q.Del("unlinked")
	q.Del("deleted")
	if text := q.Get("q"); len(text) > maxQuery || !isText(text) {
		return q, identity.Errorf(identity.CodeInvalid, "nothing can be found by this text").WithField("q").WithHint("type a whole userName, address or external id")
	}
	return q, choose("show", "Show", q.Get("show"), "", shows...).check()
}

func (h *Handler) scimUserRows(c *call, d identity.DirectoryID, q url.Values, p store.Page) (rows []scimUserRow, next string, err error) {
	if q.Get("show") == "deleted" {
		var found []store.Tombstone
		found, next, err = h.Repair.Deleted(c.Context(), c.org, d, p)
		for _, t := range found {
			rows = append(rows, deletedRow(c, t))
		}
		return rows, next, err
	}
	found, next, err := h.findSCIMUsers(c, d, q, p)
	for _, u := range found {
		rows = append(rows, scimUserRowOf(u.SCIMUser, len(u.Holds) > 0))
	}
	return rows, next, err
}

// findSCIMUsers finds a user by its whole userName, address or external id;
// without a text it lists them all, or those without an account.
func (h *Handler) findSCIMUsers(c *call, d identity.DirectoryID, q url.Values, p store.Page) ([]repair.RecordView, string, error) {
	text := q.Get("q")
	if text == "" && q.Get("show") == "unlinked" {
		return h.Repair.Unlinked(c.Context(), c.org, d, p)
	}
	if text == "" {
		return h.Repair.Records(c.Context(), c.org, d, store.SCIMUserFilter{}, p)
	}
	filters := []store.SCIMUserFilter{{UserNameKey: scim.Fold(text)}, {ExternalID: text}}
	if email, err := identity.ParseEmail(text); err == nil {
		filters = append(filters, store.SCIMUserFilter{Email: email})
	}
	for _, f := range filters {
		if found, next, err := h.Repair.Records(c.Context(), c.org, d, f, p); err != nil || len(found) > 0 {
			return found, next, err
		}
	}
	return nil, "", nil
}

func scimUserRowOf(u store.SCIMUser, isHeld bool) scimUserRow {
	row := scimUserRow{
		URL: recordURL(u.DirectoryID, u.ID), UserName: u.UserName, Email: u.Email.Address, ExternalID: u.ExternalID,
		State: scimUserBadge(u, isHeld), Why: u.UnlinkedReason, At: u.ModifiedAt,
	}
	if u.AccountID != "" {
		row.Account = accountLink(u.AccountID)
	}
	return row
}

func scimUserBadge(u store.SCIMUser, isHeld bool) badge {
	switch {
	case isHeld && u.AccountID == "":
		return badge{neutral, "Held apart"}
	case u.AccountID == "":
		return badge{warn, "Unlinked"}
	case !u.Active:
		return badge{neutral, "Inactive"}
	default:
		return badge{good, "Linked"}
	}
}

func deletedRow(c *call, t store.Tombstone) scimUserRow {
	row := scimUserRow{
		UserName: t.UserName, Email: t.Email, ExternalID: t.ExternalID, State: badge{neutral, "Deleted"}, At: t.DeletedAt,
		RestoreURL: recordURL(t.DirectoryID, t.SCIMUserID) + "/restore", RestoreWhy: c.lacks(repairs),
	}
	if t.AccountID != "" {
		row.Account = accountLink(t.AccountID)
	}
	return row
}

func noSCIMUser(d accounts.Directory, q url.Values) empty {
	if len(without(q, "after")) > 0 {
		return empty{
			Icon: "search", Title: "No user matches", Text: "A search finds whole userNames, addresses and external ids. Deleted users are listed for as long as they can be restored.",
			Actions: []action{{Label: "Show all users", URL: directoryURL(d.ID) + "/users"}},
		}
	}
	return empty{
		Icon: "accounts", Title: "Nobody was pushed yet", Text: "Users appear here as the identity provider pushes them.",
		Actions: []action{{Label: "How to set it up", URL: directoryURL(d.ID)}},
	}
}

// exportSCIMUsers writes the users that the filters want.
func (h *Handler) exportSCIMUsers(c *call) error {
	q, err := scimUserQuery(c.URL.Query())
	if err != nil {
		return err
	}
	if q.Get("show") == "deleted" {
		return h.exportDeleted(c)
	}
	return export[repair.RecordView]{
		File:   "scim-users.csv",
		Header: []string{"scimUserId", "userName", "email", "externalId", "displayName", "active", "accountId", "unlinkedReason", "createdAt", "modifiedAt"},
		Fetch: func(p store.Page) ([]repair.RecordView, string, error) {
			return h.findSCIMUsers(c, c.directoryID(), q, p)
		},
		Row: func(u repair.RecordView) []string {
			return []string{
				string(u.ID), u.UserName, u.Email.Address, u.ExternalID, u.DisplayName, yesNo(u.Active), string(u.AccountID), u.UnlinkedReason, stamp(u.CreatedAt), stamp(u.ModifiedAt),
			}
		},
	}.write(h, c)
}

func (h *Handler) exportDeleted(c *call) error {
	return export[store.Tombstone]{
		File: "deleted-scim-users.csv", Header: []string{"scimUserId", "userName", "email", "externalId", "accountId", "deletedAt", "deletedBy", "expiresAt"},
		Fetch: func(p store.Page) ([]store.Tombstone, string, error) {
			return h.Repair.Deleted(c.Context(), c.org, c.directoryID(), p)
		},
		Row: func(t store.Tombstone) []string {
			return []string{string(t.SCIMUserID), t.UserName, t.Email, t.ExternalID, string(t.AccountID), stamp(t.DeletedAt), t.DeletedBy, stamp(t.ExpiresAt)}
		},
	}.write(h, c)
}
