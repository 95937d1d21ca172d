package console_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/auth"
	"roster/internal/console"
)

// TestRoutesAskForTheRole walks every route without a session and with each role.
func TestRoutesAskForTheRole(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	for _, rt := range console.Routes() {
		if rt.Scope == console.Anyone {
			continue
		}
		t.Run(rt.Method+" "+rt.Path, func(t *testing.T) {
			path := w.ours.path(t, rt)
			for name, b := range map[string]*browser{
				"without a session": w.browser(),
				"unknown session":   w.browser(&http.Cookie{Name: "roster_session", Value: "roster_session_unknown"}),
			} {
				got := b.submit(rt, path)
				if got.StatusCode != http.StatusSeeOther || !strings.HasPrefix(got.Header.Get("Location"), "/console/sign-in") {
					t.Errorf("%s: %d to %q, want 303 to the sign-in page", name, got.StatusCode, got.Header.Get("Location"))
				}
			}
			for _, role := range auth.Roles() {
				if rt.Scope == console.SignedIn || slices.Contains(role.Scopes(), rt.Scope) {
					continue
				}
				got := w.browser(w.ours.signIn(role)).submit(rt, path)
				if got.StatusCode != http.StatusForbidden || !strings.Contains(got.body, "and you are "+string(role)) {
					t.Errorf("%s: %d, want 403 that names the role\n%s", role, got.StatusCode, got.body)
				}
			}
		})
	}
}

// TestRoutesAreIsolated walks every route with the ids of another organization:
// to the strongest role of this one they are not there.
func TestRoutesAreIsolated(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		admin := w.browser(w.ours.signIn(auth.RoleAdmin))
		for _, rt := range console.Routes() {
			if !strings.Contains(strings.ReplaceAll(rt.Path, "{$}", ""), "{") {
				continue
			}
			path := w.theirs.path(t, rt)
			if got := admin.submit(rt, path); got.StatusCode != http.StatusNotFound {
				t.Errorf("%s %s with ids of another organization: %d, want 404\n%s", rt.Method, rt.Path, got.StatusCode, got.body)
			}
		}
		for _, path := range []string{"/console/", "/console/accounts", "/console/accounts?q=linked", "/console/accounts?scope=external", "/console/accounts.csv"} {
			if got := admin.get(path); got.StatusCode != http.StatusOK || strings.Contains(got.body, "theirs.example") {
				t.Errorf("%s: %d, or it shows the other organization", path, got.StatusCode)
			}
		}
	})
}

// TestPagesOpen opens every page that needs no id, and one's own ids.
func TestPagesOpen(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		admin := w.browser(w.ours.signIn(auth.RoleAdmin))
		for _, rt := range console.Routes() {
			if rt.Method != http.MethodGet {
				continue
			}
			if got := admin.get(w.ours.path(t, rt)); got.StatusCode != http.StatusOK && got.StatusCode != http.StatusSeeOther {
				t.Errorf("GET %s: %d\n%s", rt.Path, got.StatusCode, got.body)
			}
		}
	})
}

// path is a route's path with the ids of a tenant.
func (n *tenant) path(t *testing.T, rt console.Route) string {
	t.Helper()
	path, missing := fill(rt.Path, n.params())
	if missing != "" {
		t.Fatalf("%s %s: add %q to tenant.params in fixture_test.go", rt.Method, rt.Path, missing)
	}
	return path
}

// submit sends a request of a route, with an empty form where it takes one.
func (b *browser) submit(rt console.Route, path string) answer {
	if rt.Method == http.MethodGet {
		return b.get(path)
	}
	return b.post(path, url.Values{})
}

func TestCrossOriginFormsAreRefused(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	admin := w.browser(w.ours.signIn(auth.RoleAdmin))
	for _, rt := range console.Routes() {
		if rt.Method == http.MethodGet {
			continue
		}
		path := w.ours.path(t, rt)
		for name, headers := range map[string][]string{
			"by a browser of today": {"Sec-Fetch-Site", "cross-site"},
			"by a sister domain":    {"Sec-Fetch-Site", "same-site"},
			"by an older browser":   {"Origin", "https://evil.example"},
		} {
			if got := admin.send(rt.Method, path, url.Values{"theme": {"dark"}}, headers...); got.StatusCode != http.StatusForbidden {
				t.Errorf("%s %s %s: %d, want 403", rt.Method, rt.Path, name, got.StatusCode)
			}
		}
	}
	if got := admin.get("/console/"); got.StatusCode != http.StatusOK {
		t.Errorf("the session ended by a form of another site: %d", got.StatusCode)
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	want := map[string]string{
		"Content-Security-Policy":    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
		"X-Content-Type-Options":     "nosniff",
		"X-Frame-Options":            "DENY",
		"Referrer-Policy":            "same-origin",
		"Cross-Origin-Opener-Policy": "same-origin",
		"Cache-Control":              "no-store",
	}
	for name, got := range map[string]answer{
		"page":          w.browser(w.ours.signIn(auth.RoleViewer)).get("/console/"),
		"sign-in":       w.browser().get("/console/sign-in"),
		"redirect":      w.browser().get("/console/accounts"),
		"no such page":  w.browser(w.ours.signIn(auth.RoleViewer)).get("/console/nothing"),
		"cross-origin":  w.browser().send(http.MethodPost, "/console/theme", url.Values{}, "Sec-Fetch-Site", "cross-site"),
		"refused roles": w.browser(w.ours.signIn(auth.RoleViewer)).post("/console/accounts", nil),
	} {
		for header, value := range want {
			if diff := cmp.Diff(value, got.Header.Get(header)); diff != "" {
				t.Errorf("%s: %s (-want +got):\n%s", name, header, diff)
			}
		}
	}
}

// injections are what an IdP may push, and a browser must not run.
var injections = []string{
	`<script>alert(1)</script>`,
	`"><img src=x onerror=alert(1)>`,
	`' autofocus onfocus='alert(1)`,
	`javascript:alert(1)`,
	`{{.Session}}`,
	`</title></textarea></script><svg/onload=alert(1)>`,
	`" hx-get="/console/sign-out" hx-trigger="load`,
}

// TestInjectionsStayText pushes them as names, and sends them as every parameter.
func TestInjectionsStayText(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	for i, text := range injections {
		w.ours.dir.Push("victim"+string(rune('a'+i))+"@ours.example", fmt.Sprintf(`"displayName":%q`, text))
	}
	admin := w.browser(w.ours.signIn(auth.RoleAdmin))
	stored := admin.get("/console/accounts")
	if !strings.Contains(stored.body, "&lt;script&gt;alert(1)") {
		t.Errorf("the pushed name is not shown as text:\n%s", stored.body)
	}
	answers := []answer{stored, admin.get("/console/")}
	for _, text := range injections {
		for _, path := range []string{"/console/accounts?q=", "/console/accounts?scope=", "/console/accounts?status=", "/console/accounts?after=", "/console/sign-in?to=", "/console/"} {
			answers = append(answers, admin.get(path+url.QueryEscape(text)))
		}
	}
	for _, a := range answers {
		for _, raw := range []string{"<script>alert", "<img", "<svg/onload", "onerror=alert(1)>", `" hx-get="/console/sign-out`, `href="javascript:`, `' autofocus onfocus='`} {
			if strings.Contains(a.body, raw) {
				t.Errorf("%s stands in a page:\n%s", raw, a.body)
			}
		}
	}
}

func TestReturnPathsStayHere(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	tests := []struct{ name, back, want string }{
		{"a page", "/console/accounts?q=ada", "/console/accounts?q=ada"},
		{"the first page", "/console/", "/console/"},
		{"another host", "https://evil.example/console/", "/console/"},
		{"another host without a scheme", "//evil.example/console/", "/console/"},
		{"backslashes", `/\evil.example/console/`, "/console/"},
		{"another part of the server", "/admin/v1/orgs", "/console/"},
		{"up and away", "/console/../admin", "/console/"},
		{"up and away, escaped", "/console/%2e%2e/admin", "/console/"},
		{"a script", "javascript:alert(1)", "/console/"},
		{"a line break", "/console/\r\nSet-Cookie: a=b", "/console/"},
		{"nothing", "", "/console/"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := w.browser().post("/console/theme", url.Values{"theme": {"dark"}, "back": {test.back}})
			if diff := cmp.Diff(test.want, got.Header.Get("Location")); diff != "" {
				t.Errorf("back to (-want +got):\n%s", diff)
			}
		})
	}
}
