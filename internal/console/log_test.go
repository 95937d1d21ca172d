package console_test

import (
	"net/http"
	"strings"
	"testing"

	"roster/internal/auth"
	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/store"
)

// note adds to the tenant's troubleshooting log.
func (n *tenant) note(e store.LogEntry) store.LogEntry {
	n.TB.Helper()
	e.OrgID, e.DirectoryID = n.ID, n.dir.ID
	err := n.Store.Update(n.TB.Context(), func(tx *store.Tx) error {
		e.ID = identity.NewEntryID(tx.Now())
		return tx.InsertLogEntry(e)
	})
	if err != nil {
		n.TB.Fatal(err)
	}
	return e
}

func TestLogFiltersAreInTheURL(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		w.ours.note(store.LogEntry{Level: journal.LevelError, Operation: "user.patch", Resource: journal.ResourceUser, SCIMID: "u1", Name: "ada@ours.example", HTTPStatus: 409, Message: "the first refusal"})
		w.ours.note(store.LogEntry{Level: journal.LevelWarning, Operation: "group.patch", Resource: journal.ResourceGroup, Name: "Sales", HTTPStatus: 404, Message: "the second refusal"})
		viewer := w.browser(w.ours.signIn(auth.RoleViewer))
		for query, want := range map[string]string{
			"":                                    "first second",
			"?level=error":                        "first",
			"?status=404":                         "second",
			"?resource=USER&level=error":          "first",
			"?q=second":                           "second",
			"?scim=u1":                            "first",
			"?directory=" + string(w.ours.dir.ID): "first second",
			"?since=1h&status=409":                "first",
			"?status=404&level=error":             "",
		} {
			got := viewer.get("/console/log" + query)
			csv := viewer.get("/console/log.csv" + query)
			for _, name := range []string{"first", "second"} {
				if is := strings.Contains(got.body, "the "+name+" refusal"); is != strings.Contains(want, name) {
					t.Errorf("%s: the page shows the %s: %t", query, name, is)
				}
				if is := strings.Contains(csv.body, "the "+name+" refusal"); is != strings.Contains(want, name) {
					t.Errorf("%s: the CSV holds the %s: %t", query, name, is)
				}
			}
		}
		for _, query := range []string{"?level=loud", "?status=abc", "?since=yesterday", "?directory=" + string(w.theirs.dir.ID), "?q=%00", "?after=%21"} {
			if got := viewer.get("/console/log" + query); got.StatusCode != http.StatusBadRequest {
				t.Errorf("%s: %d, want 400", query, got.StatusCode)
			}
		}
	})
}

// The tail asks again and again, and gets nothing while nothing is new.
func TestLogIsFollowed(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	seen := w.ours.note(store.LogEntry{Level: journal.LevelInfo, Operation: "user.patch", Resource: journal.ResourceUser, Message: "the newest"})
	viewer := w.browser(w.ours.signIn(auth.RoleViewer))
	got := viewer.get("/console/log?live=1&level=info")
	if !strings.Contains(got.body, `hx-get="/console/log?level=info&amp;live=1"`) || !strings.Contains(got.body, `{"X-Seen":"`+string(seen.ID)+`"}`) {
		t.Errorf("the page does not follow the log:\n%s", got.body)
	}
	poll := []string{"Hx-Request", "true", "Hx-Target", "div#results", "X-Seen", string(seen.ID)}
	if got := viewer.get("/console/log?live=1", poll...); got.StatusCode != http.StatusNoContent {
		t.Errorf("nothing new: %d, want 204", got.StatusCode)
	}
	w.ours.note(store.LogEntry{Level: journal.LevelError, Operation: "user.patch", Resource: journal.ResourceUser, Message: "one more"})
	if got := viewer.get("/console/log?live=1", poll...); got.StatusCode != http.StatusOK || !strings.Contains(got.body, "one more") || strings.Contains(got.body, "<html") {
		t.Errorf("something new: %d\n%s", got.StatusCode, got.body)
	}
}

func TestLogEntryTellsWhatMadeIt(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		e := w.ours.note(store.LogEntry{
			Level: journal.LevelError, Operation: "user.patch", Resource: journal.ResourceUser, SCIMID: string(w.ours.linked.ID), AccountID: w.ours.linked.AccountID, HTTPStatus: 409, Message: "It is refused", Hint: "Try another",
			Detail: store.LogDetail{Request: "PATCH /scim\n\n" + `{"a":"<script>alert(1)</script>"}`, Response: "409\n\n{\"x\":1}", Changes: `[{"path":"title","before":null,"after":"<b>Dr</b>"},{"path":"x","isTooLong":true}]`},
		})
		got := w.browser(w.ours.signIn(auth.RoleViewer)).get("/console/log/" + string(e.ID))
		for _, want := range []string{
			"It is refused", "Try another", "PATCH /scim\n\n{\n", "&lt;script&gt;", "{\n  &#34;x&#34;: 1\n}", "<ins>&lt;b&gt;Dr&lt;/b&gt;</ins>", "too long to be kept",
			"/console/accounts/" + string(w.ours.linked.AccountID), "/console/directories/" + string(w.ours.dir.ID),
		} {
			if !strings.Contains(got.body, want) {
				t.Errorf("the page lacks %q:\n%s", want, got.body)
			}
		}
		if strings.Contains(got.body, "<script>alert") || strings.Contains(got.body, "<b>Dr") {
			t.Error("what was pushed is not text")
		}
	})
}
