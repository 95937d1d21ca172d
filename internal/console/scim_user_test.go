package console_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"roster/internal/auth"
)

func TestRecordsAreFoundAndShown(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		viewer := w.browser(w.ours.signIn(auth.RoleViewer))
		dir := "/console/directories/" + string(w.ours.dir.ID)
		group := dir + "/groups/" + string(w.ours.pushed())
		for query, want := range map[string]string{"": "linked@ours.example", "?q=LINKED@ours.example": "linked@ours.example", "?q=nobody": "No user matches", "?show=unlinked": "No user matches"} {
			if got := viewer.get(dir + "/users" + query); !strings.Contains(got.body, want) {
				t.Errorf("users%s lacks %q", query, want)
			}
		}
		if _, err := w.ours.dir.Set(w.ours.linked.ID, "displayName", `"<b>Ada</b>"`); err != nil {
			t.Fatal(err)
		}
		got := viewer.get(dir + "/users/" + string(w.ours.linked.ID))
		for _, want := range []string{"<ins>&lt;b&gt;Ada&lt;/b&gt;</ins>", "&#34;atlassianAccountId&#34;", "Engineers of ours.example", "Needs the role operator"} {
			if !strings.Contains(got.body, want) {
				t.Errorf("the record lacks %q:\n%s", want, got.body)
			}
		}
		if got := viewer.get(dir + "/groups?q=ENGIN"); !strings.Contains(got.body, "Engineers of ours.example") {
			t.Errorf("the groups:\n%s", got.body)
		}
		if got := viewer.get(group); !strings.Contains(got.body, "linked@ours.example") {
			t.Errorf("the group:\n%s", got.body)
		}
	})
}

func TestRecordsAreRepaired(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	operator := w.browser(w.ours.signIn(auth.RoleOperator))
	users := "/console/directories/" + string(w.ours.dir.ID) + "/users"
	path := users + "/" + string(w.ours.linked.ID)
	before := w.ours.linked.AccountID
	do := func(what string, form url.Values, status int) answer {
		got := operator.post(path+"/"+what, form)
		if got.StatusCode != status {
			t.Errorf("%s: %d, want %d\n%s", what, got.StatusCode, status, got.body)
		}
		return got
	}
	to := url.Values{"account": {string(w.ours.free.ID)}}
	if got := do("relink", to, http.StatusOK); !strings.Contains(got.body, "What relinking would change") || w.ours.dir.User(w.ours.linked.ID).AccountID != before {
		t.Errorf("the preview changes something, or shows nothing:\n%s", got.body)
	}
	to.Set("confirmed", "true")
	do("relink", to, http.StatusSeeOther)
	if now := w.ours.dir.User(w.ours.linked.ID).AccountID; now != w.ours.free.ID {
		t.Errorf("linked to %s", now)
	}
	do("unlink", nil, http.StatusSeeOther)
	if got := operator.get(path); !strings.Contains(got.body, "Held apart") {
		t.Errorf("held:\n%s", got.body)
	}
	do("lift", nil, http.StatusSeeOther)
	do("delete", nil, http.StatusConflict)
	do("relink", to, http.StatusSeeOther)
	do("delete", nil, http.StatusSeeOther)
	if got := operator.get(users + "?deleted=1"); !strings.Contains(got.body, path+"/restore") {
		t.Errorf("the deleted:\n%s", got.body)
	}
	do("restore", nil, http.StatusSeeOther)
	if now := w.ours.dir.User(w.ours.linked.ID).AccountID; now != w.ours.free.ID {
		t.Errorf("restored to %s", now)
	}
}
