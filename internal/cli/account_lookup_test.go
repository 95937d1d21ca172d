package cli

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAccountLookup(t *testing.T) {
	t.Parallel()
	server := newStub(t, map[string]http.HandlerFunc{"POST /api/v1/accounts/lookup": answers(http.StatusOK,
		`{"data":[{"accountId":"a:1","email":"ada@x.example","name":"Ada","status":"active","managed":true}],"missing":{"accountIds":[],"emails":["bob@x.example"]}}`)})
	got := at(server).run(t, "account", "lookup", "a:1", "bob@x.example")
	got.mustEnd(t, exitNotFound)
	want := "AAID  EMAIL          NAME  STATUS  MANAGED\na:1   ada@x.example  Ada   active  yes\n"
	if diff := cmp.Diff(want, got.stdout); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
	mustContain(t, "stderr", got.stderr, "there is no account bob@x.example")
	if diff := cmp.Diff([]string{`{"accountIds":["a:1"],"emails":["bob@x.example"]}`}, server.bodies); diff != "" {
		t.Errorf("bodies (-want +got):\n%s", diff)
	}
}
