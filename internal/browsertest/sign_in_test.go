package browsertest

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"
)

// provider is an OpenID provider that we did not write, with its own login page.
type provider struct{ *storage.Storage }

// groupsOf are the groups of the people whom the provider knows; their names are
// their passwords too.
var groupsOf = map[string][]string{"ann": {"staff"}, "bob": {"staff", "auditors"}, "eve": {"visitors"}}

// people are those whom the provider knows.
type people struct{}

func (people) GetUserByID(id string) *storage.User {
	if groupsOf[id] == nil {
		return nil
	}
	return &storage.User{ID: id, Username: id, Password: id, FirstName: id, Email: id + "@id.example", EmailVerified: true}
}

func (p people) GetUserByUsername(name string) *storage.User { return p.GetUserByID(name) }

func (people) ExampleClientID() string { return "service" }

// SetUserinfoFromToken adds the person's groups.
func (p provider) SetUserinfoFromToken(ctx context.Context, info *oidc.UserInfo, token, subject, origin string) error {
	info.AppendClaims("groups", groupsOf[subject])
	return p.Storage.SetUserinfoFromToken(ctx, info, token, subject, origin)
}

// demoWithProvider gives a demo of its own that signs people in through a
// provider of its own. The provider opens after the demo, whose address it needs.
func demoWithProvider(t *testing.T) *demo {
	t.Helper()
	openDemo(t) // skips without a browser
	server := httptest.NewUnstartedServer(nil)
	t.Cleanup(server.Close)
	issuer := "http://" + server.Listener.Addr().String()
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d := ownDemo(t, "--oidc-issuer", issuer, "--oidc-client-id", "roster", "--oidc-client-secret-file", secret)
	client := storage.WebClient("roster", "secret", d.BaseURL+"/console/sign-in/oidc/callback")
	store := provider{storage.NewStorageWithClients(people{}, map[string]*storage.Client{"roster": client})}
	server.Config.Handler = exampleop.SetupServer(issuer, store, nil, false)
	server.Start()
	return d
}

// grant lets a group of the provider in to an organization.
func (d *demo) grant(t *testing.T, org, claim, role string) {
	t.Helper()
	d.callBy(t, d.SiteKey, http.MethodPost, "/admin/v1/orgs/"+org+"/console-grants", fmt.Sprintf(`{"claim":%q,"role":%q}`, claim, role), nil)
}

// signInAs goes from the sign-in page through the provider's login page.
func (b *tab) signInAs(person string) {
	b.Helper()
	b.clickAndLoad(`a[href^="/console/sign-in/oidc"]`)
	b.waitText("button", "Login")
	b.fill("#username", person)
	b.fill("#password", person)
	b.clickAndLoad("button[type=submit]")
}

// fits is axe-core in both themes at a phone's width, of the page that is open.
func (b *tab) fits(name string) {
	b.Helper()
	for _, theme := range []string{"light", "dark"} {
		b.theme(theme)
		b.phone()
		b.accessible()
		b.narrow()
		b.screenshot(name + "-" + theme + "-phone")
		b.desktop()
		b.accessible()
		b.screenshot(name + "-" + theme)
	}
	b.theme("light")
}

// TestSignInThroughTheProvider follows three people from the sign-in page: one who
// is let in, one whom two organizations let in, and one whom nobody does.
func TestSignInThroughTheProvider(t *testing.T) {
	t.Parallel()
	d := demoWithProvider(t)
	d.grant(t, d.OrgID, "staff", "viewer")
	var second struct {
		Data struct {
			ID string `json:"id"`
		} `json:"data"`
	}
	d.callBy(t, d.SiteKey, http.MethodPost, "/admin/v1/orgs", `{"name":"Second"}`, &second)
	d.grant(t, second.Data.ID, "auditors", "operator")

	t.Run("a stranger is refused, and told what to ask for", func(t *testing.T) {
		b := d.newTab(t)
		b.open("/console/accounts")
		b.fits("sign-in-provider")
		b.signInAs("eve")
		b.waitText(".alert", "no organization lets you in")
		b.fits("sign-in-refused")
	})

	t.Run("one organization", func(t *testing.T) {
		b := d.newTab(t)
		b.open("/console/accounts?q=ada")
		b.signInAs("ann")
		b.waitFor(`location.pathname + location.search === "/console/accounts?q=ada"`)
		b.waitText(".person-role", "iewer")
		refused := evaluate[string](b, `fetch("/console/repairs", {method: "POST", body: new URLSearchParams("pairs=a,b")}).then(async r => r.status + await r.text())`)
		if !strings.HasPrefix(refused, "403") || !strings.Contains(refused, "This needs the role operator, and you are viewer.") {
			t.Errorf("a viewer's plan is answered\n%s", refused)
		}

		admin := d.newTab(t)
		admin.signIn("admin")
		admin.open("/console/access")
		admin.waitText("table", "staff")
		admin.fits("access")
		admin.open("/console/sessions")
		admin.fits("sessions")
		admin.waitText("table", "Identity provider")
		row := `[...document.querySelectorAll("tbody tr")].find(r => r.innerText.includes("ann@id.example"))`
		dialog := evaluate[string](admin, row+`.querySelector("button").getAttribute("commandfor")`)
		admin.click(`button[commandfor="` + dialog + `"]`)
		admin.clickAndLoad(`[id="` + dialog + `"] .button.danger`)
		admin.waitText("#notices, main", "Signed out")
		b.clickAndLoad(`.nav a[href="/console/log"]`)
		b.waitText("h1", "Sign in")
	})

	t.Run("several organizations", func(t *testing.T) {
		b := d.newTab(t)
		b.open("/console/log")
		b.signInAs("bob")
		b.waitText("h1", "Choose an organization")
		b.fits("sign-in-choice")
		b.clickAndLoad(`button[value="` + second.Data.ID + `"]`)
		b.waitFor(`location.pathname === "/console/log"`)
		b.waitText(".person-role", "perator")
		b.clickAndLoad("button[title='Sign out']")
		b.waitText("h1", "Sign in")
		b.open("/console/log")
		if !strings.Contains(b.here(), "/console/sign-in") {
			t.Errorf("signed out, and yet at %s", b.here())
		}
	})
}
