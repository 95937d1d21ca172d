package console

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"roster/internal/accounts"
	"roster/internal/identity"
)

// newDirectoryView asks for the identity provider, then for the directory.
type newDirectoryView struct {
	Header header
	Kinds  []kindChoice // as long as none is chosen
	Kind   string
	Fields []field
	Needs  string
}

// kindChoice is an identity provider to choose.
type kindChoice struct{ Name, Needs, URL string }

// kindNeeds say what an administrator needs for each, and what it can do.
var kindNeeds = map[identity.DirectoryKind]string{
	identity.KindEntra:     "An enterprise application with provisioning. Pushes users and groups about every 40 minutes, or on demand.",
	identity.KindOkta:      "An app integration with SCIM provisioning. Pushes users at once, and the groups that you choose.",
	identity.KindGoogle:    "A SAML app with auto-provisioning. Pushes users, and no groups.",
	identity.KindOneLogin:  "The app SCIM Provisioner with SAML. Pushes users, and groups by rule.",
	identity.KindJumpCloud: "An SSO application with identity management (Custom SCIM 2.0). Pushes users and groups.",
	identity.KindPing:      "PingOne provisioning or PingFederate's SCIM connector. Pushes users and groups.",
	identity.KindGeneric:   "Any other SCIM 2.0 client that sends a bearer token.",
}

// kindOrder is the order in which they are offered: the common ones first.
var kindOrder = []identity.DirectoryKind{
	identity.KindEntra, identity.KindOkta, identity.KindGoogle, identity.KindOneLogin, identity.KindJumpCloud, identity.KindPing, identity.KindGeneric,
}

// restores are whether people who come back get their groups again.
var restores = []option{{"", "As the organization's behaviour says"}, {"true", "Yes: who is created again gets the groups of before"}, {"false", "No: wait for the provider to push them"}}

func (h *Handler) newDirectory(c *call) error {
	chosen := c.URL.Query().Get("kind")
	if chosen == "" {
		v := newDirectoryView{Header: newDirectoryHeader("Which identity provider pushes the people?")}
		for _, k := range kindOrder {
			v.Kinds = append(v.Kinds, kindChoice{kindNames[k], kindNeeds[k], pathWith(base+"/directories/new", url.Values{"kind": {string(k)}})})
		}
		return h.page(c, "directory_new", v)
	}
	kind, err := identity.ParseDirectoryKind(chosen)
	if err != nil {
		return err
	}
	return h.page(c, "directory_new", newDirectoryForm(kind, kindNames[kind], ""))
}

func newDirectoryHeader(lead string) header {
	return header{Title: "Add directory", Lead: lead, Crumbs: []link{{"Directories", base + "/directories"}}}
}

func newDirectoryForm(kind identity.DirectoryKind, name, wrong string) newDirectoryView {
	return newDirectoryView{
		Header: newDirectoryHeader(kindNames[kind] + ": give it a name. The base URL and the token come next."),
		Kind:   string(kind), Needs: kindNeeds[kind],
		Fields: []field{
			{Name: "kind", Type: "hidden", Value: string(kind)},
			{Name: "name", Label: "Name", Value: name, IsRequired: true, Error: wrong, Hint: "As your people know the provider"},
			{Name: "restore", Label: "Give groups back", Type: "select", Options: restores, Hint: "To people who were deleted and are created again"},
			{Name: "days", Label: "The token expires", Type: "select", Value: "365", Options: lifetimes},
		},
	}
}

// directoryReadyView is a new directory with its token, this once.
type directoryReadyView struct {
	Header header
	Said   alert
	Secret string
	Guide  setupGuide
	First  firstView
	Back   action
}

// createDirectory makes a directory with its first token. Should the token fail
// the directory is there all the same, and its page makes another.
func (h *Handler) createDirectory(c *call) error {
	kind, err := identity.ParseDirectoryKind(c.FormValue("kind"))
	if err != nil {
		return err
	}
	expires, err := c.expiry()
	if err != nil {
		return err
	}
	restore, err := c.restore()
	if err != nil {
		return err
	}
	d, err := h.Accounts.CreateDirectory(c.Context(), c.caller, c.org, accounts.NewDirectory{Name: c.FormValue("name"), Kind: kind, Restore: restore})
	if e, ok := errors.AsType[*identity.Error](err); ok && e.Field == "name" {
		return h.pageWith(c, http.StatusBadRequest, "directory_new", newDirectoryForm(kind, c.FormValue("name"), sentence(e.Message)))
	}
	if err != nil {
		return err
	}
	return h.showReady(c, d, expires)
}

func (h *Handler) showReady(c *call, d accounts.Directory, expires time.Time) error {
	made, err := h.Keys.CreateToken(c.Context(), c.caller, c.org, d.ID, "first", expires)
	if err != nil {
		return err
	}
	return h.page(c, "directory_ready", directoryReadyView{
		Header: header{Title: d.Name, Lead: kindNames[d.Kind] + " is to push its people here.", Crumbs: []link{{"Directories", base + "/directories"}}, Badges: []badge{{good, "New"}}, ID: string(d.ID)},
		Said:   alert{Tone: warn, Title: "Copy the token now", Text: "It is shown this once. Only a fingerprint of it is kept."},
		Secret: made.Secret, Guide: h.guideOf(c, d), First: waitingFor(d.ID), Back: action{Label: "Go to the directory", URL: directoryURL(d.ID)},
	})
}

// restore reads the choice of restores: nil leaves it to the behaviour.
func (c *call) restore() (*bool, error) {
	f := field{Name: "restore", Value: c.FormValue("restore"), Options: restores}
	if err := f.check(); err != nil || f.Value == "" {
		return nil, err
	}
	return new(f.Value == "true"), nil
}
