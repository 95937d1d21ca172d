package adminapi_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"roster/internal/adminapi"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

// Every route refuses every key that is not due, and says which is.
func TestRoutesNeedTheirKey(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	expiring, _ := w.ours.newKey(t, w.Clock.Now().Add(time.Hour))
	revoked, revokedID := w.ours.newKey(t, time.Time{})
	if err := w.Keys.RevokeOrgKey(t.Context(), tenanttest.Admin, w.ours.ID, revokedID); err != nil {
		t.Fatal(err)
	}
	w.Clock.Skip(2 * time.Hour)
	keys := []struct {
		name, key, says string
		kind            store.CredentialKind // that it would be; "" for none
	}{
		{"none", "", "the Authorization header is missing", ""},
		{"unknown", "roster_org_unknown", "not known here", ""},
		{"expired", expiring, "this key expired on 2030-01-01", ""},
		{"revoked", revoked, "this key was revoked on 2030-01-01", ""},
		{"SCIM token", w.ours.token, "this is a directory's SCIM token", store.CredentialSCIM},
		{"organization key", w.ours.key, "this is an organization API key", store.CredentialOrg},
		{"site key", w.siteKey, "this is the site key", store.CredentialSite},
	}
	names := map[store.CredentialKind]string{store.CredentialOrg: "an organization API key", store.CredentialSite: "the site key"}
	for _, r := range adminapi.Routes() {
		for _, k := range keys {
			if slices.Contains(r.Keys, k.kind) {
				continue
			}
			a := w.send(t, k.key, r.Method, fill(r.Path, w.ours.params()), "")
			if a.status != 401 || !strings.HasPrefix(a.header.Get("WWW-Authenticate"), "Bearer") {
				t.Errorf("%s: %s %s: status %d, WWW-Authenticate %q", k.name, r.Method, r.Path, a.status, a.header.Get("WWW-Authenticate"))
			}
			for _, says := range []string{k.says, "this endpoint needs " + names[r.Keys[0]]} {
				if !strings.Contains(strings.ToLower(a.body), strings.ToLower(says)) {
					t.Errorf("%s: %s %s: %s does not say %q", k.name, r.Method, r.Path, a.body, says)
				}
			}
		}
	}
}

func TestUnauthorizedBodies(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	checkUserError(t, "users", w.send(t, "", "GET", "/users/x/manage", ""), 401, `{"key":"unauthorized"}`, "an organization API key")
	e := w.send(t, "", "GET", "/admin/v1/orgs/x/domains", "").adminError(t)
	if e.Code != "ADMIN-401-2" || e.Status != "401" {
		t.Errorf("admin: %+v", e)
	}
}

// The key's kind is looked at before the path: whether an org exists is not to
// be found out without a key that opens it.
func TestSiteKeyOpensEveryOrg(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	for _, r := range adminapi.Routes() {
		if r.Method != http.MethodGet || !slices.Contains(r.Keys, store.CredentialSite) || strings.HasPrefix(r.Path, "/admin/v1/schemas") {
			continue
		}
		for _, n := range []*tenant{w.ours, w.theirs} {
			if a := w.send(t, w.siteKey, "GET", fill(r.Path, n.params()), ""); a.status != 200 {
				t.Errorf("GET %s: status %d: %s", r.Path, a.status, a.body)
			}
		}
		if a := w.send(t, w.siteKey, "GET", fill(r.Path, unknownIDs()), ""); strings.Contains(r.Path, "{") && a.adminError(t).Code != "ADMIN-404-2" {
			t.Errorf("GET %s of an unknown org: status %d: %s", r.Path, a.status, a.body)
		}
	}
}
