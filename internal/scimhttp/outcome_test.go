package scimhttp_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roster/internal/provision"
	"roster/internal/scimhttp"
	"roster/internal/store"
)

// What is counted of a request for its directory's health.
func TestOutcomesAreCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	service := provision.New(w.store)
	handler := scimhttp.New(service, w.keys, scimhttp.Options{Logger: loggerTo(w.slog)})
	user := w.entra.newUser(t, "ada@x.example") // by another server, which stores nothing
	seen := store.DirectoryActivity{}
	for _, step := range []struct {
		name, method, path, body string
		want                     store.DirectoryActivity
	}{
		{"a read", "GET", "/Users/" + user, "", store.DirectoryActivity{}},
		{"a search", "POST", "/Users/.search", `{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"]}`, store.DirectoryActivity{}},
		{"a create", "POST", "/Users", `{"userName":"bob@x.example"}`, store.DirectoryActivity{Writes: 1}},
		{"a write that changes nothing", "PATCH", "/Users/" + user, patchJSON(`{"op":"replace","path":"active","value":true}`), store.DirectoryActivity{Writes: 1}},
		{"a refused create", "POST", "/Users", `{"userName":"bob@x.example"}`, store.DirectoryActivity{Refusals: 1}},
		{"a read of what is not there", "GET", "/Users/none", "", store.DirectoryActivity{Refusals: 1}},
		{"a wrong method", "DELETE", "/Users", "", store.DirectoryActivity{Refusals: 1}},
		{"a bulk request, by operation", "POST", "/Bulk", bulkJSON(0,
			`{"method":"POST","path":"/Users","bulkId":"1","data":{"userName":"eve@x.example"}}`, `{"method":"DELETE","path":"/Users/none"}`,
			`{"method":"DELETE","path":"/Users/`+user+`"}`), store.DirectoryActivity{Writes: 2, Refusals: 1}},
		{"a bulk request that cannot be read", "POST", "/Bulk", `{"Operations":1}`, store.DirectoryActivity{Refusals: 1}},
		{"a dead token", "GET", "/Users", "", store.DirectoryActivity{Unauthenticated: 1}},
	} {
		if step.want.Unauthenticated > 0 {
			w.revokeTokens(t, w.entra)
		}
		r := httptest.NewRequestWithContext(t.Context(), step.method, strings.TrimPrefix(w.entra.base, w.server.URL)+step.path, strings.NewReader(step.body))
		r.Header.Set("Authorization", "Bearer "+w.entra.token)
		r.Header.Set("Content-Type", "application/scim+json")
		handler.ServeHTTP(httptest.NewRecorder(), r)
		if err := service.StoreActivity(t.Context()); err != nil {
			t.Fatal(err)
		}
		now := w.activity(t, w.entra)
		got := store.DirectoryActivity{Writes: now.Writes - seen.Writes, Refusals: now.Refusals - seen.Refusals, Unauthenticated: now.Unauthenticated - seen.Unauthenticated}
		if diff := cmp.Diff(step.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.name, diff)
		}
		seen = now
	}
	stranger := httptest.NewRequestWithContext(t.Context(), http.MethodGet, strings.TrimPrefix(w.entra.base, w.server.URL)+"/Users", nil)
	handler.ServeHTTP(httptest.NewRecorder(), stranger)
	if err := service.StoreActivity(t.Context()); err != nil || w.activity(t, w.entra) != seen {
		t.Errorf("a request without a token counts: %+v, %v", w.activity(t, w.entra), err)
	}
}

// activity sums what is stored of a directory of the first org.
func (w *world) activity(t *testing.T, d directory) (sum store.DirectoryActivity) {
	t.Helper()
	w.view(t, func(tx *store.Tx) error {
		hours, err := tx.DirectoryActivity(w.org, d.id, time.Time{})
		for _, h := range hours {
			sum.Writes += h.Writes
			sum.Refusals += h.Refusals
			sum.Unauthenticated += h.Unauthenticated
		}
		return err
	})
	return sum
}
