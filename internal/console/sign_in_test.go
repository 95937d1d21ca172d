package console_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/auth"
	"roster/internal/tenanttest"
)

// TestSignInByLink opens a link, which does not use it, uses it once, and signs
// out.
func TestSignInByLink(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	link, _, err := w.Sessions.NewLink(t.Context(), tenanttest.Admin, w.ours.ID, "ada@ours.example", auth.RoleOperator, 0)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if got := w.browser().get("/console/sign-in?link=" + link); got.StatusCode != http.StatusOK || !strings.Contains(got.body, `value="`+link+`"`) {
			t.Errorf("the link's page: %d\n%s", got.StatusCode, got.body)
		}
	}
	form := url.Values{"link": {link}, "to": {"/console/accounts?q=ada"}}
	got := w.browser().post("/console/sign-in", form)
	if diff := cmp.Diff("/console/accounts?q=ada", got.Header.Get("Location")); diff != "" || len(got.Cookies()) != 1 {
		t.Fatalf("signed in: %d, %v (-want +got):\n%s", got.StatusCode, got.Cookies(), diff)
	}
	session := got.Cookies()[0]
	if !session.HttpOnly || session.SameSite != http.SameSiteLaxMode || session.Path != "/console" {
		t.Errorf("the cookie is not guarded: %v", session)
	}
	inside := w.browser(session)
	if page := inside.get("/console/"); page.StatusCode != http.StatusOK || !strings.Contains(page.body, "ada@ours.example") {
		t.Errorf("the page after signing in: %d\n%s", page.StatusCode, page.body)
	}
	if again := w.browser().post("/console/sign-in", form); again.StatusCode != http.StatusBadRequest || !strings.Contains(again.body, "was used already") {
		t.Errorf("the link again: %d\n%s", again.StatusCode, again.body)
	}
	if out := inside.post("/console/sign-out", url.Values{}); out.Header.Get("Location") != "/console/sign-in" {
		t.Errorf("signing out: %d to %q", out.StatusCode, out.Header.Get("Location"))
	}
	if page := inside.get("/console/"); page.StatusCode != http.StatusSeeOther {
		t.Errorf("the page after signing out: %d", page.StatusCode)
	}
}
