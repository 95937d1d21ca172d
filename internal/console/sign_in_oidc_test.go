package console_test

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"roster/internal/auth"
	"roster/internal/console"
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
