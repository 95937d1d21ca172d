package console_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"roster/internal/auth"
	"roster/internal/tenanttest"
)

func TestSessionsPage(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		admin := w.browser(w.ours.signIn(auth.RoleAdmin))
		page := admin.get("/console/sessions")
		for _, want := range []string{"viewer@ours.example", "admin@ours.example", "(this browser)", "One-time link"} {
			if !strings.Contains(page.body, want) {
				t.Errorf("the page lacks %q:\n%s", want, page.body)
			}
		}
		if strings.Contains(page.body, "theirs.example") {
			t.Error("the page shows another organization's sessions")
		}
		done := admin.post("/console/sessions/"+string(w.ours.other.ID)+"/revoke", nil)
		if done.StatusCode != http.StatusSeeOther {
			t.Errorf("revoking: %d\n%s", done.StatusCode, done.body)
		}
		if page := admin.get("/console/sessions"); strings.Contains(page.body, "viewer@ours.example") {
			t.Error("the session is still there")
		}
	})
}

// A page of another site signs nobody in, nobody is led elsewhere, and a browser
// has one session.
func TestSignInStaysHere(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	link, _, err := w.Sessions.NewLink(t.Context(), tenanttest.Admin, w.ours.ID, "", auth.RoleViewer, 0)
	tenanttest.Accepted(t, err)
	if got := w.browser().send("POST", "/console/sign-in", url.Values{"link": {link}}, "Sec-Fetch-Site", "cross-site"); got.StatusCode != http.StatusForbidden || len(got.Cookies()) > 0 {
		t.Errorf("by another site: %d, %v", got.StatusCode, got.Cookies())
	}
	old := w.ours.signIn(auth.RoleAdmin)
	got := w.browser(old).post("/console/sign-in", url.Values{"link": {link}, "to": {"https://evil.example/"}})
	if got.Header.Get("Location") != "/console/" {
		t.Errorf("sent on to %q", got.Header.Get("Location"))
	}
	if left := w.browser(old).get("/console/"); left.StatusCode != http.StatusSeeOther {
		t.Errorf("the session that the browser had before goes on: %d", left.StatusCode)
	}
}
