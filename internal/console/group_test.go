package console_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"roster/internal/auth"
)

// TestGroupActions does one after the other with a local group, and looks at
// what came out.
func TestGroupActions(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	b := w.browser(w.ours.signIn(auth.RoleAdmin))
	made := b.post("/console/groups", url.Values{"name": {`<script>alert(1)</script>`}, "description": {"those who <b>test</b>"}})
	path := made.Header.Get("Location")
	if made.StatusCode != http.StatusSeeOther || !strings.HasPrefix(path, "/console/groups/") {
		t.Fatalf("make: %d, %s\n%s", made.StatusCode, path, made.body)
	}
	for _, test := range []struct {
		name, action string
		form         url.Values
		status       int
		page, shows  string
	}{
		{"add by email", "/members", url.Values{"account": {"free@ours.example"}}, http.StatusSeeOther, path, "free@ours.example"},
		{"add by id", "/members", url.Values{"account": {string(w.ours.linked.AccountID)}}, http.StatusSeeOther, path, "linked@ours.example"},
		{"add a stranger", "/members", url.Values{"account": {"free@theirs.example"}}, http.StatusNotFound, path, "2 members"},
		{"add a stranger by id", "/members", url.Values{"account": {string(w.theirs.free.ID)}}, http.StatusNotFound, path, "2 members"},
		{"who would leave", "", nil, 0, path + "/adopt?directory=" + string(w.ours.dir.ID), "1 member leaves"},
		{"remove", "/remove", url.Values{"account": {string(w.ours.free.ID)}}, http.StatusSeeOther, path, "1 member<"},
		{"delete without typing", "/delete", nil, http.StatusBadRequest, path, "1 member<"},
		{"adopt into another's directory", "/adopt", url.Values{"directory": {string(w.theirs.dir.ID)}}, http.StatusNotFound, path, "Local"},
		{"adopt", "/adopt", url.Values{"directory": {string(w.ours.dir.ID)}}, http.StatusSeeOther, path, "Members change in the identity provider only"},
		{"add to a synced one", "/members", url.Values{"account": {"free@ours.example"}}, http.StatusForbidden, "/console/groups?source=scim", "&lt;script&gt;alert(1)"},
		{"delete a synced one", "/delete", url.Values{"typed": {`<script>alert(1)</script>`}}, http.StatusForbidden, "/console/groups?source=local", "No group matches"},
	} {
		if test.status != 0 {
			if got := b.post(path+test.action, test.form); got.StatusCode != test.status {
				t.Errorf("%s: %d, want %d\n%s", test.name, got.StatusCode, test.status, got.body)
			}
		}
		if page := b.get(test.page); page.StatusCode != http.StatusOK || !strings.Contains(page.body, test.shows) || strings.Contains(page.body, "<script>alert") {
			t.Errorf("%s: the page lacks %q:\n%s", test.name, test.shows, page.body)
		}
	}
	local := "/console/groups/" + string(w.ours.group())
	if got := b.post(local+"/delete", url.Values{"typed": {"Staff"}}); got.StatusCode != http.StatusSeeOther || b.get(local).StatusCode != http.StatusNotFound {
		t.Errorf("delete: %d\n%s", got.StatusCode, got.body)
	}
}

func TestNewAccounts(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	b := w.browser(w.ours.signIn(auth.RoleAdmin))
	for _, test := range []struct {
		name, do, email string
		status          int
		shows           string
	}{
		{"create", "create", "made@ours.example", http.StatusSeeOther, "Created by an admin"},
		{"invite", "invite", "invited@ours.example", http.StatusSeeOther, "Accept invitation"},
		{"taken", "create", "free@ours.example", http.StatusConflict, ""},
		{"not ours", "create", "made@theirs.example", http.StatusForbidden, ""},
	} {
		got := b.post("/console/accounts/new", url.Values{"email": {test.email}, "do": {test.do}})
		if got.StatusCode != test.status {
			t.Errorf("%s: %d, want %d\n%s", test.name, got.StatusCode, test.status, got.body)
		}
		if test.shows == "" {
			continue
		}
		if page := b.get(got.Header.Get("Location")); !strings.Contains(page.body, test.shows) || !strings.Contains(page.body, test.email) {
			t.Errorf("%s: the page lacks %q:\n%s", test.name, test.shows, page.body)
		}
	}
}
