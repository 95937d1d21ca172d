package console_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"roster/internal/auth"
)

// asked is what htmx sends for the dialog's part.
var asked = []string{"Hx-Request", "true", "Hx-Target", "div#palette-results"}

func TestPalette(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		n := w.ours
		n.dir.Push("known@ours.example", `"externalId":"E-4711"`)
		finding := n.tangle().finding
		admin := w.browser(n.signIn(auth.RoleAdmin))
		tests := []struct{ name, text, want string }{
			{"a page", "acc", `href="/console/accounts"`},
			{"a page in capitals", "ACCOUNTS", `href="/console/accounts"`},
			{"an action", "plan file", `href="/console/repairs/new"`},
			{"an address", "free@", `href="/console/accounts/` + string(n.free.ID) + `"`},
			{"an external account", "guest@elsewhere", `href="/console/accounts/` + string(n.guest.AccountID) + `"`},
			{"an account ID", string(n.free.ID), `href="/console/accounts/` + string(n.free.ID) + `"`},
			{"an external id", "E-4711", "known@ours.example"},
			{"a directory", "entra", `href="/console/directories/` + string(n.dir.ID) + `"`},
			{"a directory's id", string(n.dir.ID), `href="/console/directories/` + string(n.dir.ID) + `"`},
			{"a finding", finding.ID, `href="/console/findings/` + url.PathEscape(finding.ID) + `"`},
			{"a SCIM id", string(n.linked.ID), `href="/console/directories/` + string(n.dir.ID) + "/users/" + string(n.linked.ID) + `"`},
			{"spaces around", "  free@ ", `href="/console/accounts/` + string(n.free.ID) + `"`},
			{"what there is not", "no-such-thing", "Search the log for “no-such-thing”"},
			{"nothing that could be", strings.Repeat("x", 400), "Nothing has this name"},
			{"no text", "\x00", "Nothing has this name"},
			{"a finding that is solved", "email-conflict~a~b", "Search accounts for"},
		}
		for _, test := range tests {
			path := "/console/palette?q=" + url.QueryEscape(test.text)
			part, page := admin.get(path, asked...), admin.get(path)
			if part.StatusCode != http.StatusOK || page.StatusCode != http.StatusOK {
				t.Errorf("%s: %d and %d", test.name, part.StatusCode, page.StatusCode)
			}
			if !strings.HasPrefix(strings.TrimSpace(part.body), `<div id="palette-results"`) || part.Header.Get("Hx-Replace-Url") != "" {
				t.Errorf("%s: not the part alone, or the URL would change:\n%s", test.name, part.body)
			}
			for _, body := range []string{part.body, mainOf(page.body)} {
				if !strings.Contains(body, test.want) {
					t.Errorf("%s: no %s in\n%s", test.name, test.want, body)
				}
			}
		}
	})
}

// mainOf is a page without its navigation.
func mainOf(page string) string {
	_, content, _ := strings.Cut(page, "<main")
	content, _, _ = strings.Cut(content, "</main>")
	return content
}

// TestPaletteIsIsolated looks for everything of the other organization.
func TestPaletteIsIsolated(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	admin := w.browser(w.ours.signIn(auth.RoleAdmin))
	for name, id := range w.theirs.params() {
		got := admin.get("/console/palette?q="+url.QueryEscape(id), asked...)
		links := strings.Count(got.body, "<a ")
		searches := strings.Count(got.body, ">Search ")
		if id != "1" && (got.StatusCode != http.StatusOK || links != searches) {
			t.Errorf("%s of another organization: %d with %d links\n%s", name, got.StatusCode, links-searches, got.body)
		}
	}
	for _, text := range []string{"linked@theirs", "free@theirs.example", "guest@elsewhere-of-theirs"} {
		if got := admin.get("/console/palette?q="+url.QueryEscape(text), asked...); strings.Contains(got.body, "acct_") {
			t.Errorf("%s is found:\n%s", text, got.body)
		}
	}
}

// TestPaletteFollowsTheRole offers only what the role may open.
func TestPaletteFollowsTheRole(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	tests := []struct {
		role       auth.Role
		has, lacks []string
	}{
		{auth.RoleViewer, []string{`href="/console/accounts"`, "See what was refused"}, []string{`href="/console/keys"`, "Plan a repair from a file", "Add a domain"}},
		{auth.RoleOperator, []string{`href="/console/findings"`, "Plan a repair from a file"}, []string{`href="/console/keys"`, "Add a domain"}},
		{auth.RoleAdmin, []string{`href="/console/settings"`, `href="/console/keys"`, "Add a domain"}, nil},
	}
	for _, test := range tests {
		t.Run(string(test.role), func(t *testing.T) {
			t.Parallel()
			body := w.browser(w.ours.signIn(test.role)).get("/console/palette", asked...).body
			for _, want := range test.has {
				if !strings.Contains(body, want) {
					t.Errorf("%s is not offered:\n%s", want, body)
				}
			}
			for _, not := range test.lacks {
				if strings.Contains(body, not) {
					t.Errorf("%s is offered:\n%s", not, body)
				}
			}
		})
	}
}

// TestPaletteShowsText pushes markup as names, and searches by it.
func TestPaletteShowsText(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	for i, text := range injections {
		email := "victim" + string(rune('a'+i)) + "@ours.example"
		w.ours.dir.Push(email, fmt.Sprintf(`"displayName":%q`, text))
		admin := w.browser(w.ours.signIn(auth.RoleAdmin))
		for _, q := range []string{email, text} {
			body := admin.get("/console/palette?q="+url.QueryEscape(q), asked...).body
			for _, raw := range []string{"<script>alert", "<img", "<svg/onload", `" hx-get="/console/sign-out`, `href="javascript:`, `' autofocus onfocus='`} {
				if strings.Contains(body, raw) {
					t.Errorf("%s stands in the results of %s:\n%s", raw, q, body)
				}
			}
		}
	}
}
