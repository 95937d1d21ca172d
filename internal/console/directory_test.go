package console_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"roster/internal/auth"
	"roster/internal/identity"
	"roster/internal/store"
)

// newDirectory goes through the wizard, and gives the new directory's path and token.
func (b *browser) newDirectory(t *testing.T, form url.Values) (path, secret string) {
	t.Helper()
	got := b.post("/console/directories", form)
	secret = regexp.MustCompile(`roster_scim_[A-Za-z0-9_-]+`).FindString(got.body)
	path = regexp.MustCompile(`/console/directories/[0-9a-f-]{36}`).FindString(got.body)
	if got.StatusCode != http.StatusOK || secret == "" || path == "" || got.Header.Get("Set-Cookie") != "" {
		t.Fatalf("%d %v\n%s", got.StatusCode, got.Header, got.body)
	}
	return path, secret
}

func TestDirectoriesAreSetUp(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	admin := w.browser(w.ours.signIn(auth.RoleAdmin))
	if got := admin.get("/console/directories/new"); !strings.Contains(got.body, `href="/console/directories/new?kind=entra"`) {
		t.Errorf("the kinds:\n%s", got.body)
	}
	path, secret := admin.newDirectory(t, url.Values{"kind": {"okta"}, "name": {"<b>Okta</b>"}, "restore": {"false"}, "days": {""}})
	id := identity.DirectoryID(strings.TrimPrefix(path, "/console/directories/"))
	d, err := w.Accounts.Directory(t.Context(), w.ours.ID, id)
	if err != nil || d.Kind != identity.KindOkta || d.RestoreMemberships() {
		t.Errorf("made %+v, %v", d, err)
	}
	waiting := []string{"Hx-Request", "true", "Hx-Target", "div#first-request"}
	if got := admin.get(path+"/first", waiting...); !strings.Contains(got.body, "Waiting for the first request") || !strings.Contains(got.body, "hx-get") {
		t.Errorf("nothing was heard yet:\n%s", got.body)
	}
	p, err := w.Keys.Authenticate(t.Context(), "Bearer "+secret, store.CredentialSCIM)
	if err != nil || p.DirectoryID != id || !p.ExpiresAt.IsZero() {
		t.Errorf("the token is %+v, %v", p, err)
	}
	if got := admin.get(path+"/first", waiting...); !strings.Contains(got.body, "the token works") {
		t.Errorf("the token was used:\n%s", got.body)
	}
	page := admin.get(path)
	if !strings.Contains(page.body, "&lt;b&gt;Okta") || !strings.Contains(page.body, "/scim/directory/"+string(id)) || strings.Contains(page.body, secret) {
		t.Errorf("the page:\n%s", page.body)
	}
	for name, form := range map[string]url.Values{
		"no name": {"kind": {"okta"}}, "taken name": {"kind": {"okta"}, "name": {"Entra"}}, "unknown kind": {"kind": {"x"}, "name": {"x"}},
		"odd choice": {"kind": {"okta"}, "name": {"x"}, "restore": {"perhaps"}}, "odd lifetime": {"kind": {"okta"}, "name": {"x"}, "days": {"-1"}},
	} {
		if got := admin.post("/console/directories", form); got.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %d, want 400", name, got.StatusCode)
		}
	}
}

func TestTokensAreRotatedAndRevoked(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	admin := w.browser(w.ours.signIn(auth.RoleAdmin))
	tokens := "/console/directories/" + string(w.ours.dir.ID) + "/tokens"
	path := tokens + "/" + string(w.ours.token.ID)
	if got := admin.post(path+"/rotate", url.Values{"overlap": {"9999"}}); got.StatusCode != http.StatusBadRequest {
		t.Errorf("an overlap that is not offered: %d", got.StatusCode)
	}
	got := admin.post(path+"/rotate", url.Values{"overlap": {"24"}})
	if got.StatusCode != http.StatusOK || !strings.Contains(got.body, "roster_scim_") || !strings.Contains(got.body, "The old one ends") {
		t.Errorf("rotated: %d\n%s", got.StatusCode, got.body)
	}
	if got := admin.post(tokens, url.Values{"name": {"third"}}); got.StatusCode != http.StatusConflict {
		t.Errorf("a third live token: %d", got.StatusCode)
	}
	if got := admin.get(tokens); !strings.Contains(got.body, "Two tokens are live") {
		t.Errorf("the list:\n%s", got.body)
	}
	for typed, status := range map[string]int{"another": http.StatusBadRequest, w.ours.token.Name: http.StatusSeeOther} {
		if got := admin.post(path+"/revoke", url.Values{"typed": {typed}}); got.StatusCode != status {
			t.Errorf("revoked by typing %q: %d, want %d", typed, got.StatusCode, status)
		}
	}
	if got := admin.post(tokens, url.Values{"name": {"third"}}); got.StatusCode != http.StatusOK {
		t.Errorf("a second token: %d\n%s", got.StatusCode, got.body)
	}
}

func TestDirectoriesEndAndBeginAgain(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	admin := w.browser(w.ours.signIn(auth.RoleAdmin))
	path := "/console/directories/" + string(w.ours.dir.ID)
	if got := admin.post(path+"/settings", url.Values{"name": {"Entra of Ours"}, "restore": {"true"}}); got.StatusCode != http.StatusSeeOther {
		t.Errorf("saved: %d\n%s", got.StatusCode, got.body)
	}
	for _, step := range []struct{ do, want string }{{"disconnect", "Nothing that the identity provider sends is taken"}, {"reconnect", "Connected"}} {
		if got := admin.post(path+"/"+step.do, nil); got.StatusCode != http.StatusSeeOther {
			t.Errorf("%s: %d\n%s", step.do, got.StatusCode, got.body)
		}
		if got := admin.get(path); !strings.Contains(got.body, step.want) {
			t.Errorf("after %s:\n%s", step.do, got.body)
		}
	}
	if got := admin.get(path + "/delete"); !strings.Contains(got.body, "It is connected") || !strings.Contains(got.body, "<dd>2</dd>") {
		t.Errorf("what would go:\n%s", got.body)
	}
	if got := admin.post(path+"/delete", url.Values{"typed": {"Entra"}}); got.StatusCode != http.StatusBadRequest {
		t.Errorf("deleted without its name: %d", got.StatusCode)
	}
	if got := admin.post(path+"/delete", url.Values{"typed": {"Entra of Ours"}}); got.StatusCode != http.StatusSeeOther {
		t.Errorf("not deleted: %d\n%s", got.StatusCode, got.body)
	}
	if got := admin.get(path); !strings.Contains(got.body, "It is being deleted") || !strings.Contains(got.body, "<progress") {
		t.Errorf("while it is deleted:\n%s", got.body)
	}
	if got := admin.get("/console/directories.csv"); !strings.Contains(got.body, "Entra of Ours,generic") && !strings.Contains(got.body, "Entra of Ours,entra") {
		t.Errorf("the CSV:\n%s", got.body)
	}
}
