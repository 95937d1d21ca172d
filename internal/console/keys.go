package console

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"roster/internal/auth"
	"roster/internal/identity"
	"roster/internal/store"
)

// keysView is the organization's API keys.
type keysView struct {
	Header  header
	Rows    []keyRow
	Empty   empty
	New     confirm
	Dialogs []confirm
}

// keyRow is a key, or a token of a directory.
type keyRow struct {
	Name, Hint                   string
	ID                           identity.CredentialID
	State                        badge
	Scopes                       []string
	CreatedAt, UsedAt, ExpiresAt time.Time
	Actions                      []action
}

// secretView shows a new secret, this once.
type secretView struct {
	Header header
	Said   alert
	Secret string
	Facts  []fact
	Back   action
}

func (h *Handler) listKeys(c *call) error {
	all, err := h.Keys.OrgKeys(c.Context(), c.org)
	if err != nil {
		return err
	}
	v := keysView{
		Header: header{
			Title: "Keys", Lead: "API keys of this organization: for scripts, for the command line, and for applications that read accounts.",
			Actions: []action{{Label: "New key", Dialog: "new-key", Icon: "plus", Primary: true, Why: c.lacks(keys)}},
		},
		Empty: empty{Icon: "keys", Title: "No key yet", Text: "A key opens the API of this organization. Give each script a key of its own, with no more scopes than it needs."},
		New:   newKeyForm(),
	}
	slices.Reverse(all) // newest first
	for _, k := range all {
		row := keyRowOf(k, time.Now())
		if k.IsLive(time.Now()) {
			path := base + "/keys/" + url.PathEscape(string(k.ID))
			rotate, revoke := keyDialogs(k, path)
			row.Actions = []action{
				{Label: "Rotate", Dialog: rotate.ID, Why: c.lacks(keys)},
				{Label: "Revoke", Dialog: revoke.ID, Danger: true, Why: c.lacks(keys)},
			}
			v.Dialogs = append(v.Dialogs, rotate, revoke)
		}
		v.Rows = append(v.Rows, row)
	}
	return h.page(c, "keys", v)
}

func keyRowOf(k store.Credential, now time.Time) keyRow {
	row := keyRow{Name: k.Name, Hint: k.Hint, ID: k.ID, CreatedAt: k.CreatedAt, UsedAt: k.LastUsedAt, ExpiresAt: k.ExpiresAt, State: badge{good, "Live"}}
	switch {
	case !k.RevokedAt.IsZero():
		row.State = badge{neutral, "Revoked"}
	case !k.IsLive(now):
		row.State = badge{neutral, "Expired"}
	case !k.ExpiresAt.IsZero() && k.ExpiresAt.Sub(now) < soonExpired:
		row.State = badge{warn, "Expires soon"}
	}
	for _, s := range k.Scopes {
		row.Scopes = append(row.Scopes, string(s))
	}
	return row
}

// soonExpired is how long before its end a key is marked.
const soonExpired = 14 * 24 * time.Hour

// lifetimes are what a form offers for a new secret, in days.
var lifetimes = []option{{"90", "90 days"}, {"30", "30 days"}, {"365", "1 year"}, {"", "Never expires"}}

// scopeSets are what a form offers for a new key.
var scopeSets = []option{
	{"read", "Read"},
	{"read repair", "Read and repair"},
	{"read repair manage", "Read, repair and manage"},
	{"read repair manage keys", "Everything, keys too"},
}

func newKeyForm() confirm {
	return confirm{
		ID: "new-key", Title: "New key", Text: "The secret is shown once.", URL: base + "/keys", Button: "Create key",
		Fields: []field{
			{Name: "name", Label: "Name", IsRequired: true, Placeholder: "nightly report", Hint: "What uses it"},
			{Name: "scopes", Label: "May", Type: "select", Value: "read", Options: scopeSets},
			{Name: "days", Label: "Expires", Type: "select", Value: "90", Options: lifetimes},
		},
	}
}

func keyDialogs(k store.Credential, path string) (rotate, revoke confirm) {
	rotate = confirm{
		ID: "rotate-" + string(k.ID), Title: "Rotate " + k.Name, Text: "A new secret takes its place. The old one goes on to work for a day, so that nothing breaks meanwhile.",
		URL: path + "/rotate", Button: "Rotate key",
	}
	revoke = confirm{
		ID: "revoke-" + string(k.ID), Title: "Revoke " + k.Name, Text: "Whatever uses it is refused from now on. This cannot be undone.",
		URL: path + "/revoke", Button: "Revoke key", Danger: true, Type: k.Name,
	}
	return rotate, revoke
}

func (h *Handler) createKey(c *call) error {
	expires, err := c.expiry()
	if err != nil {
		return err
	}
	scopes, err := identity.ParseScopes(strings.Fields(c.FormValue("scopes")))
	if err != nil {
		return err
	}
	if len(scopes) == 0 {
		return identity.Errorf(identity.CodeInvalid, "the key would have no scope").WithField("scopes").WithHint("choose what it may do")
	}
	if err := c.principal().AllowsGranting(scopes); err != nil {
		return err
	}
	made, err := h.Keys.CreateOrgKey(c.Context(), c.caller, c.org, c.FormValue("name"), expires, scopes...)
	if err != nil {
		return err
	}
	return h.showSecret(c, "Key "+made.Name, made, nil, link{"Keys", base + "/keys"})
}

// expiry reads after how many days a new secret ends, the zero time for never.
func (c *call) expiry() (time.Time, error) {
	f := field{Name: "days", Value: c.FormValue("days"), Options: lifetimes}
	if err := f.check(); err != nil || f.Value == "" {
		return time.Time{}, err
	}
	days, err := time.ParseDuration(f.Value + "h")
	return time.Now().Add(24 * days), err
}

// principal is the session as a key that opens what it may open.
func (c *call) principal() auth.Principal {
	return auth.Principal{Credential: store.Credential{Kind: store.CredentialOrg, OrgID: c.org, Scopes: c.session.Role.Scopes()}}
}

func (h *Handler) rotateKey(c *call) error {
	done, err := h.Keys.RotateOrgKey(c.Context(), c.caller, c.principal(), c.org, identity.CredentialID(c.PathValue("keyId")), auth.Rotation{Overlap: auth.DefaultOverlap})
	if err != nil {
		return err
	}
	return h.showSecret(c, "Key "+done.New.Name, done.New, &done.Old, link{"Keys", base + "/keys"})
}

func (h *Handler) revokeKey(c *call) error {
	id := identity.CredentialID(c.PathValue("keyId"))
	if err := h.checkTypedKey(c, id); err != nil {
		return err
	}
	if err := h.Keys.RevokeOrgKey(c.Context(), c.caller, c.org, id); err != nil {
		return err
	}
	return h.done(c, base+"/keys", flash{Text: "The key is revoked."})
}

// checkTypedKey compares what was typed with the name of a key; a key that is
// not there is for the service to refuse.
func (h *Handler) checkTypedKey(c *call, id identity.CredentialID) error {
	all, err := h.Keys.OrgKeys(c.Context(), c.org)
	if err != nil {
		return err
	}
	for _, k := range all {
		if k.ID == id {
			return checkTyped(c, k.Name)
		}
	}
	return nil
}

// checkTyped refuses what cannot be undone as long as its name was not typed.
func checkTyped(c *call, name string) error {
	if strings.TrimSpace(c.FormValue("typed")) == strings.TrimSpace(name) {
		return nil
	}
	return identity.Errorf(identity.CodeInvalid, "the name that was typed is not %q", name).WithField("typed").WithHint("go back, and type the name to confirm")
}

// showSecret answers a form with a new secret: it is in no cookie and on no
// other page.
func (h *Handler) showSecret(c *call, title string, made auth.Issued, replaced *store.Credential, back link) error {
	v := secretView{
		Header: header{Title: title, Crumbs: []link{back}, Badges: []badge{{good, "New"}}},
		Said:   alert{Tone: warn, Title: "Copy the secret now", Text: "It is shown this once. Only a fingerprint of it is kept."},
		Secret: made.Secret, Back: action{Label: "I have copied it", URL: back.URL, Primary: true},
	}
	if !made.ExpiresAt.IsZero() {
		v.Facts = append(v.Facts, fact{Label: "Expires", At: made.ExpiresAt})
	}
	if replaced != nil {
		v.Facts = append(v.Facts, fact{Label: "The old one ends", At: replaced.ExpiresAt})
	}
	return h.page(c, "secret", v)
}
