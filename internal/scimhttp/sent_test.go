package scimhttp_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/journal"
	"roster/internal/store"
)

// lastEntry is the newest entry of the first org's log with its detail.
func (w *world) lastEntry(t *testing.T) store.LogEntry {
	t.Helper()
	e, err := journal.NewReader(w.store).Entry(t.Context(), w.org, w.log(t, w.org)[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// A refused request is kept with its answer, without what must not be shown.
func TestRefusedRequestsAreKept(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		w.entra.newUser(t, "ada@x.example")
		bob := w.entra.newUser(t, "bob@x.example")
		base := strings.TrimPrefix(w.entra.base, w.server.URL)
		tests := []struct {
			name, method, path, body string
			request, response        string // parts of what is kept
		}{
			{
				"conflict", "PATCH", "/Users/" + bob, patchJSON(`{"op":"replace","path":"userName","value":"ada@x.example"},{"op":"add","path":"password","value":"s3cret"}`),
				"PATCH " + base + "/Users/" + bob + "\nContent-Type: ", "409\n\n{",
			},
			{"create", "POST", "/Users", `{"userName":"ada@x.example","password":"s3cret"}`, `{"userName":"ada@x.example","password":"(not shown)"}`, "already exists"},
			{"no JSON", "POST", "/Users", `{"userName":"ada`, "\n\n" + `{"userName":"ada`, "400\n\n{"},
			{"no JSON, perhaps a secret", "POST", "/Users", `{"password":"s3cret`, "(not kept: it may hold a secret)", "400\n\n{"},
			{"no text", "POST", "/Users", "{\x00\xff", "\n\n{\uFFFD\uFFFD", "400\n\n{"},
			{"filter", "GET", "/Users?filter=userName+eq&token=s3cret", "", "/Users?filter=userName+eq&token=…", "invalidFilter"},
			{"filter on a secret", "GET", "/Users?filter=password+eq+%22s3cret%22", "", "/Users?filter=…", "400\n\n{"},
		}
		for _, tt := range tests {
			w.entra.send(t, tt.method, tt.path, tt.body)
			d := w.lastEntry(t).Detail
			if !strings.Contains(d.Request, tt.request) || !strings.Contains(d.Response, tt.response) {
				t.Errorf("%s: kept %q and %q", tt.name, d.Request, d.Response)
			}
			if strings.Contains(d.Request+d.Response, "s3cret") || strings.Contains(d.Request, w.entra.token) {
				t.Errorf("%s: the secret is kept: %q", tt.name, d.Request)
			}
			if d.Changes != "" {
				t.Errorf("%s: a refused request changed %s", tt.name, d.Changes)
			}
		}
	})
}

func TestLongRequestsAreCut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.entra.send(t, "POST", "/Users", `{"displayName":"`+strings.Repeat("x", 20_000)+`"}`)
	d := w.lastEntry(t).Detail
	if n := len(d.Request); n < 8000 || n > 9000 || !strings.HasSuffix(d.Request, "x…") {
		t.Errorf("%d bytes are kept, ending in %q", n, d.Request[max(0, n-10):])
	}
}

// An operation of a bulk request is kept by itself.
func TestRefusedBulkOperationsAreKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.entra.newUser(t, "ada@x.example")
	w.entra.must(t, 200, "POST", "/Bulk", `{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[
		{"method":"POST","path":"/Users","bulkId":"b1","data":{"userName":"ada@x.example","password":"s3cret"}}]}`)
	want := "POST /Users (an operation of a bulk request)\n\n" + `{"userName":"ada@x.example","password":"(not shown)"}`
	if diff := cmp.Diff(want, w.lastEntry(t).Detail.Request); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// An update leaves what it changed, and a request that changes nothing leaves nothing.
func TestChangesAreKept(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		ada := w.entra.newUser(t, "ada@x.example")
		w.entra.must(t, 200, "PATCH", "/Users/"+ada, patchJSON(`{"op":"replace","path":"title","value":"Dr"},{"op":"add","path":"name.givenName","value":"Ada"}`))
		want := `[{"path":"name.givenName","before":null,"after":"Ada"},{"path":"title","before":null,"after":"Dr"}]`
		if diff := cmp.Diff(want, w.lastEntry(t).Detail.Changes); diff != "" {
			t.Errorf("user (-want +got):\n%s", diff)
		}
		w.entra.must(t, 200, "PATCH", "/Users/"+ada, patchJSON(`{"op":"replace","path":"title","value":"Dr"}`))
		if got := w.lastEntry(t).Detail; got != (store.LogDetail{}) {
			t.Errorf("nothing changed, and kept is %+v", got)
		}
		history, _, err := journal.NewReader(w.store).History(t.Context(), w.org, ada, store.Page{})
		if err != nil || len(history) != 3 || history[1].Detail.Changes != want {
			t.Errorf("history %+v, %v", history, err)
		}
		group := w.generic.newGroup(t, "Sales")
		w.generic.must(t, 200, "PATCH", "/Groups/"+group, patchJSON(`{"op":"replace","path":"displayName","value":"Selling"}`))
		if diff := cmp.Diff(`[{"path":"displayName","before":"Sales","after":"Selling"}]`, w.lastEntry(t).Detail.Changes); diff != "" {
			t.Errorf("group (-want +got):\n%s", diff)
		}
	})
}
