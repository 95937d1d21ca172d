package console

import (
	"cmp"
	"net/url"
	"time"

	"roster/internal/auth"
	"roster/internal/identity"
)

// accessView is whom the organization lets in to its console.
type accessView struct {
	Header  header
	Notice  *alert // why grants let nobody in yet
	Rows    []grantRow
	Empty   empty
	New     confirm
	NewLink confirm
	Dialogs []confirm
}

// grantRow is a grant: whom it is for, and as what it lets them in.
type grantRow struct {
	Whom      string
	Kind      string
	Role      badge
	CreatedAt time.Time
	Remove    action
}

// Whom a grant is for.
const (
	grantByClaim = "claim"
	grantByEmail = "email"
)

var grantKinds = []option{{grantByClaim, "A group of the identity provider"}, {grantByEmail, "One person, by verified email"}}

// roleOptions are the roles that a form offers, the weakest first.
var roleOptions = []option{
	{string(auth.RoleViewer), "Viewer: looks"},
	{string(auth.RoleOperator), "Operator: looks and repairs"},
	{string(auth.RoleAdmin), "Admin: everything"},
}

// linkLives are how long a sign-in link can be used.
var linkLives = []option{{"15m", "15 minutes"}, {"1h", "1 hour"}, {"8h", "8 hours"}, {"24h", "24 hours"}}

func (h *Handler) listGrants(c *call) error {
	all, err := h.Sessions.Grants(c.Context(), c.org)
	if err != nil {
		return err
	}
	v := accessView{
		Header: header{
			Title: "Access", Lead: "Whom the identity provider may sign in to this console, and as what. Of several grants the strongest role counts.",
			Actions: []action{
				{Label: "Sign-in link", Dialog: "new-link", Icon: "link", Why: c.lacks(keys)},
				{Label: "Add grant", Dialog: "new-grant", Icon: "plus", Primary: true, Why: c.lacks(keys)},
			},
		},
		Empty: empty{Icon: "keys", Title: "No grant yet", Text: "Let a group of your identity provider in, or one person by email. Until then people sign in by one-time links."},
		New:   newGrantForm(), NewLink: newLinkForm(),
	}
	if h.OIDC == nil {
		v.Notice = &alert{
			Tone: info, Title: "This server has no identity provider", Text: "Grants count once it is started with roster serve --oidc-issuer. Sign-in links work at once.",
		}
	}
	for _, g := range all {
		remove := removeGrantDialog(g)
		v.Dialogs = append(v.Dialogs, remove)
		v.Rows = append(v.Rows, grantRow{
			Whom: whom(g), Kind: kindOfGrant(g), Role: badge{roleTones[g.Role], capital(string(g.Role))}, CreatedAt: g.CreatedAt,
			Remove: action{Label: "Remove", Dialog: remove.ID, Danger: true, Why: c.lacks(keys)},
		})
	}
	return h.page(c, "access", v)
}

func whom(g auth.Grant) string { return cmp.Or(g.Email, g.Claim) }

func kindOfGrant(g auth.Grant) string {
	if g.Email != "" {
		return "Email"
	}
	return "Group"
}

func newGrantForm() confirm {
	return confirm{
		ID: "new-grant", Title: "Add grant", Text: "It counts at once. A grant that is there already gets the new role.", URL: base + "/access", Button: "Add grant",
		Fields: []field{
			{Name: "kind", Label: "Let in", Type: "select", Value: grantByClaim, Options: grantKinds},
			{Name: "whom", Label: "Group or email", IsRequired: true, Placeholder: "roster-admins", Hint: "A group as the groups claim spells it; of Entra ID that is the object ID."},
			{Name: "role", Label: "Role", Type: "select", Value: string(auth.RoleViewer), Options: roleOptions},
		},
	}
}

func newLinkForm() confirm {
	return confirm{
		ID: "new-link", Title: "Make a sign-in link", Text: "It signs one person in, once. Send it where nobody else reads.", URL: base + "/access/links", Button: "Make link",
		Fields: []field{
			{Name: "person", Label: "Person", IsRequired: true, Placeholder: "Ann Archer", Hint: "Whom the audit log will name"},
			{Name: "link-role", Label: "Role", Type: "select", Value: string(auth.RoleViewer), Options: roleOptions},
			{Name: "life", Label: "Can be used for", Type: "select", Value: "15m", Options: linkLives},
		},
	}
}

func removeGrantDialog(g auth.Grant) confirm {
	return confirm{
		ID: "remove-" + string(g.ID), Title: "Remove the grant for " + whom(g) + "?", Text: "Sessions that no other grant lets in end with their next request, your own among them.",
		URL: base + "/access/" + url.PathEscape(string(g.ID)) + "/remove", Button: "Remove grant", Danger: true,
	}
}

// roleToGive reads a role that somebody gives to somebody else: none that may do
// more than they may themselves.
func (c *call) roleToGive(name string) (auth.Role, error) {
	role, err := auth.ParseRole(c.PostFormValue(name))
	if err != nil {
		return "", err
	}
	return role, c.principal().AllowsGranting(role.Scopes())
}

func (h *Handler) addGrant(c *call) error {
	role, err := c.roleToGive("role")
	if err != nil {
		return err
	}
	kind := field{Name: "kind", Value: c.PostFormValue("kind"), Options: grantKinds}
	if err := kind.check(); err != nil {
		return err
	}
	n := auth.NewGrant{Role: role, Claim: c.PostFormValue("whom")}
	if kind.Value == grantByEmail {
		n.Email, n.Claim = n.Claim, ""
	}
	g, isNew, err := h.Sessions.Grant(c.Context(), c.caller, c.org, n)
	if err != nil {
		return err
	}
	said := "There was a grant for " + whom(g) + " already; its role is " + string(g.Role) + " now."
	if isNew {
		said = capital(whom(g)) + " may sign in as " + string(g.Role) + "."
	}
	return h.done(c, base+"/access", flash{Text: said})
}

func (h *Handler) removeGrant(c *call) error {
	if err := h.Sessions.RemoveGrant(c.Context(), c.caller, c.org, identity.GrantID(c.PathValue("grantId"))); err != nil {
		return err
	}
	return h.done(c, base+"/access", flash{Text: "The grant is removed."})
}

// createLink makes a sign-in link for somebody. Its URL is on the answer, and on
// no other page.
func (h *Handler) createLink(c *call) error {
	role, err := c.roleToGive("link-role")
	if err != nil {
		return err
	}
	life := field{Name: "life", Value: c.PostFormValue("life"), Options: linkLives}
	if err := life.check(); err != nil {
		return err
	}
	lasts, err := time.ParseDuration(life.Value)
	if err != nil {
		return err
	}
	person := c.PostFormValue("person")
	secret, expires, err := h.Sessions.NewLink(c.Context(), c.caller, c.org, person, role, lasts)
	if err != nil {
		return err
	}
	return h.page(c, "secret", secretView{
		Header: header{Title: "Sign-in link", Crumbs: []link{{"Access", base + "/access"}}, Badges: []badge{{roleTones[role], capital(string(role))}}},
		Said:   alert{Tone: warn, Title: "Copy the link now", Text: "It is shown this once. Whoever opens it first and confirms is signed in."},
		Secret: auth.LinkURL(h.BaseURL(c.Request), secret),
		Facts:  []fact{{Label: "For", Text: person}, {Label: "Ends", At: expires}},
		Back:   action{Label: "I have copied it", URL: base + "/access", Primary: true},
	})
}
