package adminapi_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roster/internal/adminapi"
	"roster/internal/adminapi/api"
	"roster/internal/identity"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

// scopedKey makes an organization key with scopes.
func (n *tenant) scopedKey(t *testing.T, scopes ...identity.Scope) string {
	t.Helper()
	issued, err := n.Keys.CreateOrgKey(t.Context(), tenanttest.Admin, n.ID, "scoped", time.Time{}, scopes...)
	if err != nil {
		t.Fatal(err)
	}
	return issued.Secret
}

// Every operation that an organization key opens needs one scope: a key that
// has all others is refused, before anything else is looked at.
func TestRule_key_scopes_of_every_route(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	keyWithout := map[identity.Scope]string{}
	for _, scope := range identity.AllScopes() {
		keyWithout[scope] = w.ours.scopedKey(t, slices.DeleteFunc(identity.AllScopes(), func(s identity.Scope) bool { return s == scope })...)
	}
	before := w.ours.snapshot(t)
	for _, r := range adminapi.Routes() {
		if !slices.Contains(r.Keys, store.CredentialOrg) {
			if r.Scope != "" {
				t.Errorf("%s %s takes no organization key, yet needs scope %q", r.Method, r.Path, r.Scope)
			}
			continue
		}
		if !slices.Contains(identity.AllScopes(), r.Scope) {
			t.Errorf("%s %s needs scope %q, which there is not", r.Method, r.Path, r.Scope)
			continue
		}
		if r.Method != http.MethodGet && r.Scope == identity.ScopeRead && !isQuery(r) {
			t.Errorf("%s %s writes, and needs only the scope to read", r.Method, r.Path)
		}
		a := w.send(t, keyWithout[r.Scope], r.Method, fill(r.Path, w.ours.params()), isolationBodies[r.Method+" "+r.Path])
		code := `"ADMIN-403-9"`
		if strings.HasPrefix(r.Path, "/users/") {
			code = `"forbidden"`
		}
		for _, says := range []string{code, `lacks the scope \"` + string(r.Scope) + `\"`, "--scope " + string(r.Scope)} {
			if a.status != http.StatusForbidden || !strings.Contains(a.body, says) {
				t.Errorf("%s %s without scope %s: status %d, want 403 with %s: %s", r.Method, r.Path, r.Scope, a.status, says, a.body)
			}
		}
	}
	if diff := cmp.Diff(before, w.ours.snapshot(t)); diff != "" {
		t.Errorf("refused calls changed something (-before +after):\n%s", diff)
	}
}

// decoded reads the JSON of an answer.
func decoded[T any](t *testing.T, a answer) (body T) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.body), &body); err != nil {
		t.Fatalf("%v in %s", err, a.body)
	}
	return body
}

// isQuery tells of the reading calls that are no GET, as their question may
// not stand in a URL.
func isQuery(r adminapi.Route) bool {
	return strings.HasSuffix(r.Path, "/get-scim-links-for-email") || strings.HasSuffix(r.Path, "/lookup") || strings.HasSuffix(r.Path, "/search")
}

// Whether an org is another's is said before what a key lacks.
func TestForeignOrgIsRefusedBeforeTheScope(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	e := w.send(t, w.ours.scopedKey(t, identity.ScopeKeys), "GET", "/admin/v1/orgs/"+string(w.theirs.ID), "").adminError(t)
	if diff := cmp.Diff("ADMIN-403-3", e.Code); diff != "" {
		t.Errorf("code (-want +got):\n%s", diff)
	}
}

// A key hands on no more than it has.
func TestScopesOfNewKeys(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	path := fill("/admin/v1/orgs/{orgId}/keys", w.ours.params())
	minter := w.ours.scopedKey(t, identity.ScopeRead, identity.ScopeKeys)
	tests := []struct {
		name, key, body string
		status          int
		want            []api.Scope
	}{
		{"all of a full key", w.ours.key, `{"name":"x"}`, 201, []api.Scope{"read", "repair", "manage", "keys"}},
		{"all by the site key", w.siteKey, `{"name":"x"}`, 201, []api.Scope{"read", "repair", "manage", "keys"}},
		{"the creator's own", minter, `{"name":"x"}`, 201, []api.Scope{"read", "keys"}},
		{"some", w.ours.key, `{"name":"x","scopes":["read"]}`, 201, []api.Scope{"read"}},
		{"with what they imply", w.ours.key, `{"name":"x","scopes":["repair"]}`, 201, []api.Scope{"read", "repair"}},
		{"more than the creator has", minter, `{"name":"x","scopes":["manage"]}`, 403, nil},
		{"none", w.ours.key, `{"name":"x","scopes":[]}`, 400, nil},
		{"unknown", w.ours.key, `{"name":"x","scopes":["root"]}`, 400, nil},
	}
	for _, tt := range tests {
		a := w.send(t, tt.key, "POST", path, tt.body)
		if a.status != tt.status {
			t.Errorf("%s: status %d, want %d: %s", tt.name, a.status, tt.status, a.body)
			continue
		}
		if tt.status == 201 {
			if diff := cmp.Diff(tt.want, decoded[api.KeyResponse](t, a).Data.Attributes.Scopes); diff != "" {
				t.Errorf("%s: scopes (-want +got):\n%s", tt.name, diff)
			}
		}
	}
}

// The permissions that the hosted API shows are those of the key that asks.
func TestPermissionsOfAReader(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	a := w.send(t, w.ours.scopedKey(t, identity.ScopeRead), "GET", fill("/users/{accountId}/manage?privileges=email.set,profile.read", w.ours.params()), "")
	want := `{"email.set":{"allowed":false,"reason":{"key":"administrative"}},"profile.read":{"allowed":true}}` + "\n"
	if diff := cmp.Diff(want, a.body); diff != "" {
		t.Errorf("permissions (-want +got):\n%s", diff)
	}
}
