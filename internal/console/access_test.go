package console_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"roster/internal/auth"
)

func TestGrantsAreAddedAndRemoved(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		admin := w.browser(w.ours.signIn(auth.RoleAdmin))
		for _, form := range []url.Values{
			{"kind": {"claim"}, "whom": {"<b>helpdesk</b>"}, "role": {"operator"}},
			{"kind": {"email"}, "whom": {"Ann@Ours.example"}, "role": {"viewer"}},
		} {
			if got := admin.post("/console/access", form); got.StatusCode != http.StatusSeeOther {
				t.Fatalf("%v: %d\n%s", form, got.StatusCode, got.body)
			}
		}
		page := admin.get("/console/access")
		for _, want := range []string{"&lt;b&gt;helpdesk&lt;/b&gt;", "Ann@Ours.example", "staff of ours.example", "no identity provider"} {
			if !strings.Contains(page.body, want) {
				t.Errorf("the page lacks %q:\n%s", want, page.body)
			}
		}
		if strings.Contains(page.body, "theirs.example") {
			t.Error("the page shows another organization's grants")
		}
		if e := w.ours.LastAudit(); e.Action != "console_grant_created" || e.ActorID != "admin@ours.example" {
			t.Errorf("the audit log ends with %+v", e)
		}
		if got := admin.post("/console/access/"+string(w.ours.grant.ID)+"/remove", nil); got.StatusCode != http.StatusSeeOther {
			t.Errorf("removing: %d\n%s", got.StatusCode, got.body)
		}
		if e := w.ours.LastAudit(); e.Action != "console_grant_removed" {
			t.Errorf("the audit log ends with %+v", e)
		}
		if page := admin.get("/console/access"); strings.Contains(page.body, "staff of ours.example") {
			t.Error("the grant is still there")
		}
	})
}

func TestBadGrantsAndLinks(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	admin := w.browser(w.ours.signIn(auth.RoleAdmin))
	before := admin.get("/console/access").body
	for name, c := range map[string]struct {
		path string
		form url.Values
	}{
		"no role":           {"/console/access", url.Values{"kind": {"claim"}, "whom": {"x"}}},
		"another role":      {"/console/access", url.Values{"kind": {"claim"}, "whom": {"x"}, "role": {"owner"}}},
		"nobody":            {"/console/access", url.Values{"kind": {"claim"}, "whom": {" "}, "role": {"viewer"}}},
		"no address":        {"/console/access", url.Values{"kind": {"email"}, "whom": {"x"}, "role": {"viewer"}}},
		"another kind":      {"/console/access", url.Values{"kind": {"sub"}, "whom": {"x"}, "role": {"viewer"}}},
		"link without role": {"/console/access/links", url.Values{"person": {"Ann"}, "life": {"1h"}}},
		"link for a year":   {"/console/access/links", url.Values{"person": {"Ann"}, "link-role": {"viewer"}, "life": {"8760h"}}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := admin.post(c.path, c.form); got.StatusCode != http.StatusBadRequest {
				t.Errorf("%d, want 400\n%s", got.StatusCode, got.body)
			}
		})
	}
	if after := admin.get("/console/access").body; strings.Count(after, "<tr>") != strings.Count(before, "<tr>") {
		t.Error("what was refused changed the grants")
	}
}

// A link made in the console signs its person in, with its role, and is shown
// this once.
func TestLinkMadeInTheConsole(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	admin := w.browser(w.ours.signIn(auth.RoleAdmin))
	made := admin.post("/console/access/links", url.Values{"person": {"Ann <Archer>"}, "link-role": {"operator"}, "life": {"1h"}})
	found := regexp.MustCompile(`http://example\.com/console/sign-in\?link=(roster_link_\w+)`).FindStringSubmatch(html.UnescapeString(made.body))
	if made.StatusCode != http.StatusOK || found == nil || len(made.Cookies()) > 0 {
		t.Fatalf("%d\n%s", made.StatusCode, made.body)
	}
	if page := admin.get("/console/access"); strings.Contains(page.body, found[1]) {
		t.Error("the link is shown again")
	}
	session, _, err := w.Sessions.RedeemLink(t.Context(), found[1], auth.Client{})
	if err != nil || session.OrgID != w.ours.ID || session.Person != "Ann <Archer>" || session.Role != auth.RoleOperator {
		t.Errorf("it signs in %+v, %v", session, err)
	}
}
