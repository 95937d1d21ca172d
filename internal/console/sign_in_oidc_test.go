package console_test

import (
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"roster/internal/auth"
	"roster/internal/console"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

// Without a provider there is no way to one, and with one that is down the page
// says so and offers it again.
func TestSignInThroughAProviderThatIsNotThere(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	for _, path := range []string{"/console/sign-in/oidc", "/console/sign-in/oidc/callback?code=c&state=s", "/console/sign-in/organization"} {
		if got := w.browser().get(path); got.StatusCode != http.StatusSeeOther || got.Header.Get("Location") != "/console/sign-in" {
			t.Errorf("GET %s without a provider: %d to %q", path, got.StatusCode, got.Header.Get("Location"))
		}
	}
	settings := auth.OIDCSettings{Issuer: "http://127.0.0.1:1/id", ClientID: "roster"}
	w.handler = console.New(console.Deps{
		Accounts: w.Accounts, Repair: w.Repair, Sessions: w.Sessions, Logger: slog.New(slog.DiscardHandler), OIDC: auth.NewOIDC(settings, w.Sessions, nil),
	})
	t.Cleanup(w.handler.Close)
	page := w.browser().get("/console/sign-in?to=%2Fconsole%2Faccounts")
	if !strings.Contains(page.body, `href="/console/sign-in/oidc?to=%2Fconsole%2Faccounts"`) || !strings.Contains(page.body, "Sign in with 127.0.0.1:1") {
		t.Errorf("the page does not offer the provider:\n%s", page.body)
	}
	down := w.browser().get("/console/sign-in/oidc")
	if down.StatusCode != http.StatusBadGateway || !strings.Contains(down.body, "does not answer as it should") || !strings.Contains(down.body, "Sign in with") {
		t.Errorf("the provider is down: %d\n%s", down.StatusCode, down.body)
	}
	back := w.browser(&http.Cookie{Name: "roster_attempt", Value: "forged"}).get("/console/sign-in/oidc/callback?code=c&state=s")
	if back.StatusCode != http.StatusForbidden || !strings.Contains(back.body, "begun in another browser") || back.cookie("roster_session") {
		t.Errorf("a forged sign-in: %d\n%s", back.StatusCode, back.body)
	}
}

// cookie tells whether an answer sets a cookie.
func (a answer) cookie(name string) bool {
	for _, c := range a.Cookies() {
		if c.Name == name && c.Value != "" {
			return true
		}
	}
	return false
}

// Whom several organizations let in chooses one, and gets to the page that was
// asked for before.
func TestChoiceOfAnOrganization(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		const secret = "roster_choice_of_this_test"
		hash := sha256.Sum256([]byte(secret))
		tenanttest.Accepted(t, w.Store.Update(t.Context(), func(tx *store.Tx) error {
			claims := []store.ClaimKey{store.ValueClaim(w.ours.grant.Claim), store.ValueClaim(w.theirs.grant.Claim)}
			return tx.InsertConsoleChoice(store.ConsoleChoice{Hash: hex.EncodeToString(hash[:]), Person: "Ann", Claims: claims, ExpiresAt: tx.Now().Add(auth.ChoiceLife)})
		}))
		person := w.browser(&http.Cookie{Name: "roster_choice", Value: secret})
		page := person.get("/console/sign-in/organization?to=%2Fconsole%2Faccounts%3Fq%3Dada")
		for _, want := range []string{"Choose an organization", `value="` + string(w.ours.ID) + `"`, `value="` + string(w.theirs.ID) + `"`, "as viewer", `name="to" value="/console/accounts?q=ada"`} {
			if !strings.Contains(page.body, want) {
				t.Errorf("the page lacks %q:\n%s", want, page.body)
			}
		}
		if elsewhere := person.get("/console/sign-in/organization?to=https%3A%2F%2Fevil.example%2F"); !strings.Contains(elsewhere.body, `name="to" value="/console/"`) {
			t.Error("the page leads elsewhere afterwards")
		}
		in := person.post("/console/sign-in/organization", url.Values{"org": {string(w.theirs.ID)}, "to": {"/console/accounts?q=ada"}})
		if in.StatusCode != http.StatusSeeOther || in.Header.Get("Location") != "/console/accounts?q=ada" || !in.cookie("roster_session") {
			t.Errorf("chosen: %d to %q\n%s", in.StatusCode, in.Header.Get("Location"), in.body)
		}
		if again := person.get("/console/sign-in/organization"); again.Header.Get("Location") != "/console/sign-in" {
			t.Errorf("the choice is still there: %d", again.StatusCode)
		}
	})
}
