package console

import (
	"context"
	"net/url"
	"time"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/store"
)

// accountsView is the list of accounts.
type accountsView struct {
	Header  header
	Tabs    []tab
	Query   string
	Scope   string
	Filters []field
	Rows    []accountRow
	Pager   pager
	Empty   empty
	CSV     string
}

// accountRow is an account in a list.
type accountRow struct {
	URL, Name, Email string
	ID               identity.AccountID
	Status, Synced   badge
	Origin           string
	LastActive       time.Time
}

// listAccounts searches as somebody types.
func (h *Handler) listAccounts(c *call) error {
	p, err := c.rows()
	if err != nil {
		return err
	}
	q := c.URL.Query()
	found, next, err := h.searchAccounts(c.Context(), c.org, q, p)
	if err != nil {
		return err
	}
	v := accountsView{
		Header: header{
			Title: "Accounts", Lead: "The people of your domains, and those whom your directories link from elsewhere.",
			Actions: []action{{Label: "New account", URL: base + "/accounts/new", Icon: "plus", Primary: true, Why: c.lacks(manages)}},
		},
		Tabs:    accountTabs(c),
		Query:   q.Get("q"),
		Scope:   q.Get("scope"),
		Filters: accountFilters(q),
		Pager:   c.pager(len(found), next, "account", "accounts"),
		Empty:   noAccount(q),
		CSV:     pathWith(base+"/accounts.csv", without(q, "after")),
	}
	v.Pager.Looked = true
	for _, a := range found {
		v.Rows = append(v.Rows, accountRowOf(a))
	}
	return h.page(c, "accounts", v)
}

// external is the value of the parameter scope for accounts of other domains.
const external = "external"

func accountTabs(c *call) []tab {
	isExternal := c.URL.Query().Get("scope") == external
	return []tab{
		{Label: "Managed", URL: base + "/accounts", IsCurrent: !isExternal},
		{Label: "External", URL: base + "/accounts?scope=" + external, IsCurrent: isExternal},
	}
}

func accountFilters(q url.Values) []field {
	synced := choose("linked", "Synced", q.Get("linked"), "Synced or not", option{"true", "Synced"}, option{"false", "Not synced"})
	status := choose("status", "Status", q.Get("status"), "Any status",
		option{string(identity.AccountActive), "Active"}, option{string(identity.AccountInactive), "Inactive"}, option{string(identity.AccountClosed), "Closed"})
	if q.Get("scope") == external {
		return []field{status}
	}
	origin := choose("origin", "Origin", q.Get("origin"), "Any origin")
	for _, o := range []identity.Origin{identity.OriginSCIM, identity.OriginInvited, identity.OriginCreatedByAdmin, identity.OriginSelfSignup, identity.OriginImported} {
		origin.Options = append(origin.Options, option{string(o), originNames[o]})
	}
	return []field{status, synced, origin}
}

// originNames say how an account came to be.
var originNames = map[identity.Origin]string{
	identity.OriginSCIM: "Pushed", identity.OriginInvited: "Invited", identity.OriginCreatedByAdmin: "Created by an admin",
	identity.OriginSelfSignup: "Signed up", identity.OriginImported: "Imported",
}

// searchAccounts looks for a text as the beginning of an address or a name, or
// as a whole id: of the account, or of the person at the identity provider.
func (h *Handler) searchAccounts(ctx context.Context, org identity.OrgID, q url.Values, p store.Page) (found []accounts.Found, next string, err error) {
	s, err := accountSearch(q)
	if err != nil {
		return nil, "", err
	}
	if found, next, err = h.Accounts.Search(ctx, org, s, p); err != nil || len(found) > 0 || next != "" || s.Text == "" || p.After != "" {
		return found, next, err
	}
	byID, byExternalID := s, s
	byID.Text, byID.ID = "", identity.AccountID(s.Text)
	byExternalID.Text, byExternalID.ExternalID = "", s.Text
	for _, s := range []store.AccountSearch{byID, byExternalID} {
		if found, next, err = h.Accounts.Search(ctx, org, s, p); err != nil || len(found) > 0 {
			return found, next, err
		}
	}
	return nil, "", nil
}

// maxQuery is longer than any address.
const maxQuery = 320

func accountSearch(q url.Values) (s store.AccountSearch, err error) {
	s = store.AccountSearch{Text: q.Get("q"), External: q.Get("scope") == external}
	if len(s.Text) > maxQuery || !isText(s.Text) {
		return s, identity.Errorf(identity.CodeInvalid, "nothing can be found by this text").WithField("q").
			WithHint("type the beginning of an address or a name, or an id")
	}
	switch q.Get("linked") {
	case "true":
		s.Linked = new(true)
	case "false":
		s.Linked = new(false)
	}
	for _, f := range accountFilters(q) {
		if err := f.check(); err != nil {
			return s, err
		}
	}
	s.Status, s.Origin = identity.AccountStatus(q.Get("status")), identity.Origin(q.Get("origin"))
	return s, nil
}

// exportAccounts writes all accounts that the filters want.
func (h *Handler) exportAccounts(c *call) error {
	q := c.URL.Query()
	return export[accounts.Found]{
		File:   "accounts.csv",
		Header: []string{"accountId", "email", "name", "status", "managed", "synced", "origin", "lastActiveAt", "createdAt"},
		Fetch: func(p store.Page) ([]accounts.Found, string, error) {
			return h.searchAccounts(c.Context(), c.org, q, p)
		},
		Row: func(a accounts.Found) []string {
			return []string{
				string(a.ID), a.Email.Address, a.Name, string(a.Status), yesNo(!a.External), yesNo(len(a.Links) > 0), string(a.Origin),
				stamp(lastActive(a)), stamp(a.CreatedAt),
			}
		},
	}.write(h, c)
}

func accountRowOf(a accounts.Found) accountRow {
	row := accountRow{
		URL: base + "/accounts/" + url.PathEscape(string(a.ID)), Name: a.Name, Email: a.Email.Address, ID: a.ID,
		Status: accountBadge(a.Status), Synced: badge{neutral, "Not synced"}, Origin: originNames[a.Origin], LastActive: lastActive(a),
	}
	if len(a.Links) > 0 {
		row.Synced = badge{info, "Synced"}
	}
	return row
}

func accountBadge(s identity.AccountStatus) badge {
	switch s {
	case identity.AccountActive:
		return badge{good, "Active"}
	case identity.AccountInactive:
		return badge{warn, "Inactive"}
	default:
		return badge{neutral, "Closed"}
	}
}

func lastActive(a accounts.Found) time.Time {
	if len(a.Activity) == 0 {
		return time.Time{}
	}
	return a.Activity[0].At
}

func noAccount(q url.Values) empty {
	if len(without(q, "after", "scope")) > 0 {
		return empty{
			Icon: "search", Title: "No account matches", Text: "A search finds the beginning of an address, of a name or of a last name, and whole ids.",
			Actions: []action{{Label: "Clear the search", URL: pathWith(base+"/accounts", url.Values{"scope": {q.Get("scope")}})}},
		}
	}
	if q.Get("scope") == external {
		return empty{Icon: "accounts", Title: "No external account", Text: "People whose address lies on a domain that is not yours appear here when a directory links them."}
	}
	return empty{Icon: "accounts", Title: "No account yet", Text: "Verify a domain, then its people appear here as they are pushed, invited, imported or sign up."}
}
