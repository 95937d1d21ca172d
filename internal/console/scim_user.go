package console

import (
	"net/http"
	"strings"
	"time"

	"roster/internal/identity"
	"roster/internal/repair"
	"roster/internal/store"
)

// scimUserView is one user that a directory pushed.
type scimUserView struct {
	Header  header
	Said    alert // why it is not linked
	Facts   []fact
	Groups  []link
	Held    []link // accounts that it is held apart from
	JSON    string
	Events  []recordEvent
	Pager   pager
	Relink  []field
	URL     string
	Why     string // the session may not repair
	Preview *relinkPreview
	Dialogs []confirm
}

// recordEvent is an entry of a record's history.
type recordEvent struct {
	URL, Operation, Message string
	At                      time.Time
	Level                   badge
	Changes                 []changeRow
}

// relinkPreview is what a relink would do.
type relinkPreview struct {
	Changes []changeRow
	Next    []string
	Fields  []field // that do it
}

func (c *call) record() repair.Record {
	return repair.Record{DirectoryID: c.directoryID(), SCIMUserID: identity.SCIMUserID(c.PathValue("scimUserId"))}
}

func (h *Handler) showSCIMUser(c *call) error {
	v, err := h.scimUserView(c)
	if err != nil {
		return err
	}
	return h.page(c, "scim_user", v)
}

func (h *Handler) scimUserView(c *call) (v scimUserView, err error) {
	u, err := h.Repair.Record(c.Context(), c.org, c.record())
	if err != nil {
		return v, err
	}
	d, err := h.Accounts.Directory(c.Context(), c.org, u.DirectoryID)
	if err != nil {
		return v, err
	}
	raw, err := u.Resource(h.scimBaseURL(c, u.DirectoryID))
	if err != nil {
		return v, err
	}
	path := recordURL(u.DirectoryID, u.ID)
	v = scimUserView{
		Header: header{
			Title: u.UserName, ID: string(u.ID), Badges: []badge{scimUserBadge(u.SCIMUser, len(u.Holds) > 0)},
			Crumbs:  []link{{"Directories", base + "/directories"}, {d.Name, directoryURL(d.ID)}, {"Users", directoryURL(d.ID) + "/users"}},
			Actions: recordActions(c, u),
		},
		Facts: recordFacts(u.SCIMUser), JSON: indented(raw), URL: path, Why: c.lacks(repairs), Dialogs: recordDialogs(u, path),
		Relink: []field{
			{Name: "account", Label: "Account ID", IsRequired: true, Hint: "The account that is this person's"},
			{Name: "takeEmail", Label: "Its address", Type: "select", Options: takeEmails},
		},
	}
	if u.AccountID == "" {
		v.Said = alert{Tone: warn, Title: "This user has no account", Text: sentence(u.UnlinkedReason)}
	}
	for _, g := range u.Groups {
		v.Groups = append(v.Groups, link{g.Display, scimGroupURL(u.DirectoryID, g.GroupID)})
	}
	for _, hold := range u.Holds {
		v.Held = append(v.Held, accountLink(hold.AccountID))
	}
	return v, h.addHistory(c, &v)
}

// takeEmails are whether a relink gives the account the record's address.
var takeEmails = []option{{"", "Stays as it is"}, {"true", "Becomes what the directory pushes"}}

func recordFacts(u store.SCIMUser) []fact {
	account := fact{Label: "Account"}
	if u.AccountID != "" {
		account.Link = accountLink(u.AccountID)
	}
	return []fact{
		account,
		{Label: "Linked", At: u.LinkedAt},
		{Label: "Email that links", Text: u.Email.Address},
		{Label: "Display name", Text: u.DisplayName},
		{Label: "External id", Text: u.ExternalID},
		{Label: "Active", Text: yesNo(u.Active)},
		{Label: "Created", At: u.CreatedAt},
		{Label: "Last changed", At: u.ModifiedAt},
	}
}

func recordActions(c *call, u repair.RecordView) []action {
	lift := firstWhy(c.lacks(repairs))
	if len(u.Holds) == 0 {
		lift = firstWhy(lift, "It is not held apart from any account")
	}
	linked := ""
	if u.AccountID == "" {
		linked = "It is linked to no account"
	}
	return []action{
		{Label: "Unlink", Dialog: "unlink", Why: firstWhy(c.lacks(repairs), linked)},
		{Label: "Lift hold", Dialog: "lift", Why: lift},
		{Label: "Delete", Dialog: "delete", Danger: true, Why: firstWhy(c.lacks(repairs), linked)},
	}
}

func recordDialogs(u repair.RecordView, path string) []confirm {
	return []confirm{
		{
			ID: "unlink", Title: "Unlink " + u.UserName, URL: path + "/unlink", Button: "Unlink",
			Points: []string{"The account is unlocked and leaves the groups of this directory.", "The user is kept. Where the organization's behaviour is safe, the two are held apart until you lift the hold or relink."},
		},
		{ID: "lift", Title: "Lift the hold", Text: "The identity provider's next write links the user by its email again, to the account it was unlinked from too.", URL: path + "/lift", Button: "Lift hold"},
		{
			ID: "delete", Title: "Delete " + u.UserName, URL: path + "/delete", Button: "Delete", Danger: true,
			Points: []string{
				"Every user that is linked to the same account is removed, in all directories of the organization.",
				"The account stays as it is, unlocked, and leaves the groups of the directories.",
				"The identity provider's pushes to the old id get 404 until it creates the person anew. The user can be restored from the list of deleted ones.",
			},
		},
	}
}

func (h *Handler) addHistory(c *call, v *scimUserView) error {
	p, err := c.rows()
	if err != nil {
		return err
	}
	found, next, err := h.Journal.History(c.Context(), c.org, c.PathValue("scimUserId"), p)
	if err != nil {
		return err
	}
	v.Pager = c.pager(len(found), next, "entry", "entries")
	for _, e := range found {
		changes, err := changeRows(e.Detail.Changes)
		if err != nil {
			return err
		}
		v.Events = append(v.Events, recordEvent{logRowOf(e, nil).URL, capital(operationText(e)), e.Message, e.Time, levelBadge(e.Level), changes})
	}
	return nil
}

// relinkSCIMUser previews a relink, and does it once the preview was confirmed.
func (h *Handler) relinkSCIMUser(c *call) error {
	take := field{Name: "takeEmail", Value: c.FormValue("takeEmail"), Options: takeEmails}
	v, err := h.scimUserView(c)
	if err != nil {
		return err
	}
	if err := take.check(); err != nil {
		return err
	}
	want := repair.Relink{
		Record: c.record(), AccountID: identity.AccountID(strings.TrimSpace(c.FormValue("account"))), TakeEmail: take.Value == "true", DryRun: c.FormValue("confirmed") != "true",
	}
	out, err := h.Repair.Relink(c.Context(), c.caller, c.org, want)
	if err != nil {
		return err
	}
	if !want.DryRun {
		h.findings.report(c.org, true)
		return h.done(c, v.URL, flash{Text: "The user is linked to " + out.To.Email.Address + "."})
	}
	v.Preview = previewOf(want, out)
	return h.pageWith(c, http.StatusOK, "scim_user", v)
}

func previewOf(want repair.Relink, out repair.Relinked) *relinkPreview {
	p := &relinkPreview{Next: out.Next, Fields: []field{
		{Name: "account", Type: "hidden", Value: string(want.AccountID)}, {Name: "confirmed", Type: "hidden", Value: "true"},
	}}
	if want.TakeEmail {
		p.Fields = append(p.Fields, field{Name: "takeEmail", Type: "hidden", Value: "true"})
	}
	nouns := map[string]string{"scimUser": "This user", "account": "Account"}
	for _, ch := range out.Changes {
		what := nouns[ch.What]
		if ch.What == "account" {
			what += " " + ch.ID
		}
		p.Changes = append(p.Changes, changeRow{what + ": " + ch.Field, ch.Before, ch.After})
	}
	return p
}

func (h *Handler) unlinkSCIMUser(c *call) error {
	if err := h.Repair.Unlink(c.Context(), c.caller, c.org, c.record()); err != nil {
		return err
	}
	return h.repaired(c, "The user is unlinked.")
}

func (h *Handler) liftHold(c *call) error {
	if err := h.Repair.LiftHold(c.Context(), c.caller, c.org, c.record()); err != nil {
		return err
	}
	return h.repaired(c, "The hold is lifted.")
}

func (h *Handler) restoreSCIMUser(c *call) error {
	if _, err := h.Repair.Restore(c.Context(), c.caller, c.org, c.record()); err != nil {
		return err
	}
	return h.repaired(c, "The user is restored.")
}

// repaired leads to the record, and has diagnosis look again.
func (h *Handler) repaired(c *call, text string) error {
	h.findings.report(c.org, true)
	return h.done(c, recordURL(c.record().DirectoryID, c.record().SCIMUserID), flash{Text: text})
}

// deleteSCIMUser deletes what is linked to the account of a user.
func (h *Handler) deleteSCIMUser(c *call) error {
	u, err := h.Repair.Record(c.Context(), c.org, c.record())
	if err != nil {
		return err
	}
	if u.AccountID == "" {
		return identity.Errorf(identity.CodeConflict, "SCIM user %s is linked to no account", u.ID).WithHint("relink it first; only what is linked can be deleted by account")
	}
	removed, err := h.Repair.DeleteByAccount(c.Context(), c.caller, c.org, u.AccountID)
	if err != nil {
		return err
	}
	h.findings.report(c.org, true)
	list := directoryURL(u.DirectoryID) + "/users"
	return h.done(c, list, flash{Text: count(len(removed), "user", "users") + " deleted.", Link: list + "?show=deleted", Go: "See the deleted users"})
}
