package console

import (
	"net/url"
	"slices"
	"time"

	"roster/internal/accounts"
	"roster/internal/auth"
	"roster/internal/identity"
	"roster/internal/store"
)

// tokensView is a directory's SCIM tokens.
type tokensView struct {
	Header  header
	Tabs    []tab
	BaseURL string
	Rows    []keyRow
	New     action
	Dialogs []confirm
	Empty   empty
}

func (h *Handler) listTokens(c *call) error {
	d, err := h.Accounts.Directory(c.Context(), c.org, c.directoryID())
	if err != nil {
		return err
	}
	all, err := h.Keys.Tokens(c.Context(), c.org, d.ID)
	if err != nil {
		return err
	}
	live := 0
	for _, t := range all {
		if t.IsLive(time.Now()) {
			live++
		}
	}
	v := tokensView{
		Header: directoryHeader(d), Tabs: directoryTabs(d, "tokens"), BaseURL: h.scimBaseURL(c, d.ID),
		New:     action{Label: "New token", Dialog: "new-token", Icon: "plus", Why: firstWhy(c.lacks(manages), twoLive(live))},
		Dialogs: []confirm{newTokenForm(d)},
		Empty:   empty{Icon: "keys", Title: "No token yet", Text: "The identity provider shows a token with each request. It opens this directory and nothing else."},
	}
	slices.Reverse(all) // newest first
	for _, t := range all {
		row := keyRowOf(t, time.Now())
		if t.IsLive(time.Now()) {
			row.Actions = tokenActions(c, t, live)
			v.Dialogs = append(v.Dialogs, tokenDialogs(d, t, live)...)
		}
		v.Rows = append(v.Rows, row)
	}
	return h.page(c, "directory_tokens", v)
}

// twoLive says why no more tokens can be made.
func twoLive(live int) string {
	if live < 2 {
		return ""
	}
	return "Two tokens are live: revoke one first"
}

func firstWhy(reasons ...string) string {
	for _, why := range reasons {
		if why != "" {
			return why
		}
	}
	return ""
}

func tokenActions(c *call, t store.Credential, live int) []action {
	return []action{
		{Label: "Rotate", Dialog: "rotate-" + string(t.ID), Why: firstWhy(c.lacks(manages), twoLive(live))},
		{Label: "Revoke", Dialog: "revoke-" + string(t.ID), Danger: true, Why: c.lacks(manages)},
	}
}

func newTokenForm(d accounts.Directory) confirm {
	return confirm{
		ID: "new-token", Title: "New token", Text: "The token is shown once.", URL: directoryURL(d.ID) + "/tokens", Button: "Create token",
		Fields: []field{
			{Name: "name", Label: "Name", IsRequired: true, Placeholder: "autumn", Hint: "To tell it from the one before"},
			{Name: "days", Label: "Expires", Type: "select", Value: "365", Options: lifetimes},
		},
	}
}

// overlaps are how long a rotated token goes on to work, in hours.
var overlaps = []option{{"24", "A day"}, {"168", "A week"}, {"1", "An hour"}, {"0", "Not at all"}}

// tokenDialogs are those of one live token; only a single one can be rotated.
func tokenDialogs(d accounts.Directory, t store.Credential, live int) []confirm {
	path := tokenURL(d.ID, t.ID)
	dialogs := []confirm{{
		ID: "revoke-" + string(t.ID), Title: "Revoke " + t.Name, Text: "The identity provider's requests with it are refused from now on. This cannot be undone.",
		URL: path + "/revoke", Button: "Revoke token", Danger: true, Type: t.Name,
	}}
	if live == 1 {
		dialogs = append(dialogs, confirm{
			ID: "rotate-" + string(t.ID), Title: "Rotate " + t.Name, Text: "A new token takes its place. Enter it at the identity provider while the old one still works.",
			URL: path + "/rotate", Button: "Rotate token",
			Fields: []field{{Name: "overlap", Label: "The old one works on for", Type: "select", Value: "24", Options: overlaps}},
		})
	}
	return dialogs
}

func tokenURL(d identity.DirectoryID, id identity.CredentialID) string {
	return directoryURL(d) + "/tokens/" + url.PathEscape(string(id))
}

func (c *call) tokenID() identity.CredentialID { return identity.CredentialID(c.PathValue("tokenId")) }

func (c *call) tokensLink() link { return link{"Tokens", directoryURL(c.directoryID()) + "/tokens"} }

func (h *Handler) createToken(c *call) error {
	if _, err := h.Accounts.Directory(c.Context(), c.org, c.directoryID()); err != nil {
		return err
	}
	expires, err := c.expiry()
	if err != nil {
		return err
	}
	made, err := h.Keys.CreateToken(c.Context(), c.caller, c.org, c.directoryID(), c.FormValue("name"), expires)
	if err != nil {
		return err
	}
	return h.showSecret(c, "Token "+made.Name, made, nil, c.tokensLink())
}

func (h *Handler) rotateToken(c *call) error {
	if _, err := h.Accounts.Directory(c.Context(), c.org, c.directoryID()); err != nil {
		return err
	}
	f := field{Name: "overlap", Value: c.FormValue("overlap"), Options: overlaps}
	if err := f.check(); err != nil {
		return err
	}
	overlap, err := time.ParseDuration(f.Value + "h")
	if err != nil {
		return err
	}
	done, err := h.Keys.RotateToken(c.Context(), c.caller, c.org, c.directoryID(), c.tokenID(), auth.Rotation{Overlap: overlap})
	if err != nil {
		return err
	}
	return h.showSecret(c, "Token "+done.New.Name, done.New, &done.Old, c.tokensLink())
}

func (h *Handler) revokeToken(c *call) error {
	all, err := h.Keys.Tokens(c.Context(), c.org, c.directoryID())
	if err != nil {
		return err
	}
	for _, t := range all {
		if t.ID == c.tokenID() {
			if err := checkTyped(c, t.Name); err != nil {
				return err
			}
		}
	}
	if err := h.Keys.RevokeToken(c.Context(), c.caller, c.org, c.directoryID(), c.tokenID()); err != nil {
		return err
	}
	return h.done(c, c.tokensLink().URL, flash{Text: "The token is revoked."})
}
