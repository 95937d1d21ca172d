package console_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"roster/internal/auth"
	"roster/internal/identity"
	"roster/internal/tenanttest"
)

// account is the path of an account's page.
func account(id identity.AccountID) string { return "/console/accounts/" + string(id) }

func TestAccountPageSaysWhatIsLocked(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	tests := []struct {
		name    string
		id      identity.AccountID
		shows   []string
		hasNone string
	}{
		{"linked", w.ours.linked.AccountID, []string{"linked@ours.example", "externalDirectory.scim", "Decides", "/users/" + string(w.ours.linked.ID), "Delete 1 SCIM user"}, `commandfor="set-email"`},
		{"not linked", w.ours.free.ID, []string{"free@ours.example", `commandfor="set-email"`, `commandfor="delete"`}, "externalDirectory.scim"},
		{"external", w.ours.guest.AccountID, []string{"guest@elsewhere-of-ours.example", "Not managed by your organization", `commandfor="suspend"`}, "Save profile"},
	}
	admin := w.browser(w.ours.signIn(auth.RoleAdmin))
	for _, test := range tests {
		page := admin.get(account(test.id))
		for _, text := range test.shows {
			if !strings.Contains(page.body, text) {
				t.Errorf("%s: the page lacks %q:\n%s", test.name, text, page.body)
			}
		}
		if strings.Contains(page.body, test.hasNone) {
			t.Errorf("%s: the page has %q", test.name, test.hasNone)
		}
	}
}

// TestAccountActions does one after the other, and looks at what came out.
func TestAccountActions(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		free, linked := account(w.ours.free.ID), account(w.ours.linked.AccountID)
		for _, test := range []struct {
			name, page, action string
			form               url.Values
			status             int
			shows              string
		}{
			{"email", free, "/email", url.Values{"email": {"new@ours.example"}}, http.StatusSeeOther, "new@ours.example"},
			{"taken email", free, "/email", url.Values{"email": {"linked@ours.example"}}, http.StatusConflict, "new@ours.example"},
			{"foreign email", free, "/email", url.Values{"email": {"new@theirs.example"}}, http.StatusForbidden, "new@ours.example"},
			{"locked email", linked, "/email", url.Values{"email": {"other@ours.example"}}, http.StatusForbidden, "linked@ours.example"},
			{"profile", free, "/profile", url.Values{"name": {`<script>alert(1)</script>`}, "extended_profile.location": {"Graz"}}, http.StatusSeeOther, "&lt;script&gt;alert(1)"},
			{"no profile", free, "/profile", url.Values{}, http.StatusBadRequest, "Graz"},
			{"locked profile", linked, "/profile", url.Values{"name": {"Other"}}, http.StatusForbidden, "linked@ours.example"},
			{"open field of a locked profile", linked, "/profile", url.Values{"extended_profile.location": {"Linz"}}, http.StatusSeeOther, "Linz"},
			{"deactivate", free, "/deactivate", url.Values{"message": {"gone <b>fishing</b>"}}, http.StatusSeeOther, "Gone &lt;b&gt;fishing"},
			{"activate", free, "/activate", nil, http.StatusSeeOther, "Activated by an administrator"},
			{"accept what is no invitation", free, "/accept", nil, http.StatusConflict, "Active"},
			{"suspend", linked, "/suspend", nil, http.StatusSeeOther, "Access suspended"},
			{"restore", linked, "/restore", nil, http.StatusSeeOther, "Suspend access"},
			{"leave groups while linked", linked, "/leave", nil, http.StatusForbidden, "Leave all groups"},
			{"leave groups", free, "/leave", nil, http.StatusSeeOther, "Leave all groups"},
			{"delete", free, "/delete", nil, http.StatusSeeOther, "Cancel deletion"},
			{"cancel", free, "/cancel-deletion", nil, http.StatusSeeOther, "Delete account"},
			{"delete SCIM users", linked, "/unlock", nil, http.StatusSeeOther, "No directory links this account"},
		} {
			b := w.browser(w.ours.signIn(auth.RoleAdmin))
			if got := b.post(test.page+test.action, test.form); got.StatusCode != test.status {
				t.Errorf("%s: %d, want %d\n%s", test.name, got.StatusCode, test.status, got.body)
			}
			if page := b.get(test.page); !strings.Contains(page.body, test.shows) {
				t.Errorf("%s: the page lacks %q:\n%s", test.name, test.shows, page.body)
			}
		}
		timeline := w.browser(w.ours.signIn(auth.RoleViewer)).get(free + "/timeline")
		for _, text := range []string{"Email changed", "free@ours.example", "new@ours.example", "Status changed", "admin@ours.example"} {
			if !strings.Contains(timeline.body, text) {
				t.Errorf("the timeline lacks %q:\n%s", text, timeline.body)
			}
		}
	})
}

func TestAccountGroupsSayWhy(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	g, err := w.Accounts.CreateGroup(t.Context(), tenanttest.Admin, w.ours.ID, `"><img src=x>`, "")
	tenanttest.Accepted(t, err)
	_, err = w.Accounts.AddMember(t.Context(), tenanttest.Admin, w.ours.ID, g.ID, w.ours.free.ID)
	tenanttest.Accepted(t, err)
	page := w.browser(w.ours.signIn(auth.RoleViewer)).get(account(w.ours.free.ID) + "/groups")
	for _, text := range []string{"&#34;&gt;&lt;img", "Local", "/console/groups/" + string(g.ID)} {
		if !strings.Contains(page.body, text) {
			t.Errorf("the page lacks %q:\n%s", text, page.body)
		}
	}
}

// TestAccountActionsAreGreyed for those who may not do them, with the reason.
func TestAccountActionsAreGreyed(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	viewer, operator := w.browser(w.ours.signIn(auth.RoleViewer)), w.browser(w.ours.signIn(auth.RoleOperator))
	if page := viewer.get(account(w.ours.free.ID)); strings.Contains(page.body, `command="show-modal"`) || !strings.Contains(page.body, "Needs the role admin") {
		t.Errorf("a viewer may do something:\n%s", page.body)
	}
	if page := operator.get(account(w.ours.linked.AccountID)); strings.Count(page.body, `command="show-modal"`) != 1 || !strings.Contains(page.body, `commandfor="unlock"`) {
		t.Errorf("an operator may do more than delete SCIM users, or not that:\n%s", page.body)
	}
}
