package console

import (
	"cmp"
	"net/url"
	"time"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/repair"
	"roster/internal/store"
)

// accountView is the page of one account.
type accountView struct {
	Header   header
	Tabs     []tab
	State    alert // shown where it has a text
	Findings []link
	Facts    []fact
	Links    []linkRow
	Profile  accountProfile
	Actions  []accountAction
	Dialogs  []confirm
}

// linkRow is a SCIM user of an account.
type linkRow struct {
	Directory, User link
	ID              identity.SCIMUserID
	Badges          []badge
	Since           time.Time
	By              string
}

// accountProfile is the form of the fields that administrators may set.
type accountProfile struct {
	Fields   []field
	URL, Why string // Why nothing can be saved, or ""
}

func (c *call) accountID() identity.AccountID { return identity.AccountID(c.PathValue("accountId")) }

// user gives the account that the path names.
func (h *Handler) user(c *call) (accounts.User, error) {
	return h.Accounts.User(c.Context(), c.org, c.accountID())
}

func (h *Handler) showAccount(c *call) error {
	u, err := h.user(c)
	if err != nil {
		return err
	}
	directories, err := h.directoryOptions(c)
	if err != nil {
		return err
	}
	v := accountView{
		Header: accountHeader(u), Tabs: accountPages(c, u.ID), State: accountState(u), Facts: accountFacts(u),
		Findings: findingsOf(h.findings.report(c.org, false), u.ID),
	}
	if v.Links, err = h.linkRows(c, u, directories); err != nil {
		return err
	}
	v.Profile = profileForm(c, u, v.Links)
	for _, a := range accountActions(c, u, v.Links) {
		v.Actions = append(v.Actions, a)
		if a.Button.Why == "" {
			v.Dialogs = append(v.Dialogs, a.Confirm)
		}
	}
	return h.page(c, "account", v)
}

func accountURL(id identity.AccountID) string {
	return base + "/accounts/" + url.PathEscape(string(id))
}

func recordURL(d identity.DirectoryID, id identity.SCIMUserID) string {
	return base + "/directories/" + url.PathEscape(string(d)) + "/users/" + url.PathEscape(string(id))
}

func accountHeader(u accounts.User) header {
	head := header{
		Title: cmp.Or(u.Name, u.Email.Address, "Without a name"), ID: string(u.ID),
		Crumbs: []link{{"Accounts", base + "/accounts"}}, Badges: []badge{accountBadge(u.Status)},
	}
	if u.External {
		head.Crumbs = []link{{"Accounts", base + "/accounts"}, {"External", base + "/accounts?scope=" + external}}
		head.Badges = append(head.Badges, badge{info, "External"})
	}
	if u.Suspended {
		head.Badges = append(head.Badges, badge{warn, "Access suspended"})
	}
	if u.Invitation == identity.InvitationPending {
		head.Badges = append(head.Badges, badge{info, "Invited"})
	}
	return head
}

// accountPages are what there is about an account.
func accountPages(c *call, id identity.AccountID) []tab {
	pages := []tab{
		{Label: "Account", URL: accountURL(id)},
		{Label: "Groups", URL: accountURL(id) + "/groups"},
		{Label: "Timeline", URL: accountURL(id) + "/timeline"},
	}
	for i, p := range pages {
		pages[i].IsCurrent = p.URL == c.URL.EscapedPath()
	}
	return pages
}

func accountState(u accounts.User) alert {
	switch {
	case u.External:
		return alert{Tone: info, Title: "Not managed by your organization", Text: "A directory of yours links this account. What is shown is what that directory says of the person; the account itself belongs to whoever has verified its domain."}
	case u.Status == identity.AccountClosed && !u.DeleteAt.IsZero():
		return alert{Tone: bad, Title: "This account is deleted " + ago(u.DeleteAt, time.Now()), Text: "Until then the deletion can be cancelled. Its address stays taken."}
	}
	return alert{}
}

func accountFacts(u accounts.User) []fact {
	facts := []fact{{Label: "Email", Text: u.Email.Address}}
	if !u.External {
		facts = append(facts,
			fact{Label: "Status since", At: u.StatusAt},
			fact{Label: "Reason", Text: capital(u.StatusReason)},
			fact{Label: "By", Text: u.StatusBy},
			fact{Label: "Origin", Text: originNames[u.Origin]},
			fact{Label: "Created", At: u.CreatedAt},
			fact{Label: "Changed", At: u.UpdatedAt},
		)
	}
	for _, a := range u.Activity {
		facts = append(facts, fact{Label: "Last active: " + cmp.Or(a.Application, "application"), At: a.At})
	}
	if len(u.Activity) == 0 {
		facts = append(facts, fact{Label: "Last active", Text: "No application has told"})
	}
	return facts
}

// linkRows are the account's SCIM users, and which of their directories decides.
func (h *Handler) linkRows(c *call, u accounts.User, directories []option) ([]linkRow, error) {
	var decides store.Link
	if !u.External && len(u.Links) > 0 {
		var err error
		if decides, err = h.Accounts.Authority(c.Context(), c.org, u.ID); err != nil {
			return nil, err
		}
	}
	rows := make([]linkRow, 0, len(u.Links))
	for _, l := range u.Links {
		row := linkRow{
			Directory: link{labelOf(directories, string(l.DirectoryID)), base + "/directories/" + url.PathEscape(string(l.DirectoryID))},
			User:      link{short(l.SCIMUserID), recordURL(l.DirectoryID, l.SCIMUserID)}, ID: l.SCIMUserID, Since: l.CreatedAt, By: l.CreatedBy,
		}
		if l.SCIMUserID == decides.SCIMUserID && l.DirectoryID == decides.DirectoryID {
			row.Badges = append(row.Badges, badge{info, "Decides"})
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// findingsOf are the findings about an account that are kept.
func findingsOf(r findingsReport, id identity.AccountID) (about []link) {
	for _, f := range r.Findings {
		if isAbout(f, id) {
			about = append(about, link{titleOfFinding(f.Title), findingURL(f.ID)})
		}
	}
	return about
}

func isAbout(f repair.Finding, id identity.AccountID) bool {
	return f.RightAccount == id || f.WrongAccount == id
}
