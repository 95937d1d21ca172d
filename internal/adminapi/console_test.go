package adminapi_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roster/internal/adminapi/api"
	"roster/internal/auth"
	"roster/internal/identity"
	"roster/internal/tenanttest"
)

func TestConsoleLink(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		const path = "/admin/v1/orgs/{orgId}/console-links"
		a := w.ours.must(t, http.StatusCreated, "POST", fill(path, w.ours.params()), `{"role":"operator","person":"Ann","seconds":60}`)
		link := decoded[api.ConsoleLinkResponse](t, a).Data.Attributes
		if left := link.ExpiresAt.Sub(w.Clock.Now()); left > time.Minute || left < 30*time.Second {
			t.Errorf("the link can be used for %s", left)
		}
		u, err := url.Parse(link.URL)
		if err != nil || !strings.HasPrefix(link.URL, w.server.URL+"/console/sign-in?link=roster_link_") {
			t.Fatalf("the URL is %q (%v)", link.URL, err)
		}
		session, _, err := w.Sessions.RedeemLink(t.Context(), u.Query().Get("link"), auth.Client{Address: "192.0.2.7"})
		if err != nil || session.OrgID != w.ours.ID || session.Person != "Ann" || session.Role != auth.RoleOperator {
			t.Fatalf("it signs in %+v, %v", session, err)
		}
		list := decoded[api.ConsoleSessionList](t, w.ours.must(t, http.StatusOK, "GET", fill("/admin/v1/orgs/{orgId}/console-sessions", w.ours.params()), ""))
		if len(list.Data) != 3 || list.Data[2].ID != string(session.ID) || list.Data[2].Attributes.Address != "192.0.2.7" {
			t.Errorf("the sessions are %+v", list.Data)
		}
	})
}

// Who may make keys makes no person who may more than the key.
func TestConsoleRolesAreNoMoreThanTheKeys(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	n := w.ours
	limited := func(scopes ...identity.Scope) string {
		t.Helper()
		issued, err := n.Keys.CreateOrgKey(t.Context(), tenanttest.Admin, n.ID, "limited", time.Time{}, scopes...)
		if err != nil {
			t.Fatal(err)
		}
		return issued.Secret
	}
	tests := []struct {
		name string
		key  string
		role string
		want int
	}{
		{"all scopes", n.key, "admin", 201},
		{"site key", w.siteKey, "admin", 201},
		{"keys alone", limited(identity.ScopeKeys), "viewer", 403},
		{"keys and read make a viewer", limited(identity.ScopeKeys, identity.ScopeRead), "viewer", 201},
		{"and no operator", limited(identity.ScopeKeys, identity.ScopeRead), "operator", 403},
		{"keys and manage make no admin", limited(identity.ScopeKeys, identity.ScopeRead, identity.ScopeManage), "admin", 403},
		{"not without keys", limited(identity.ScopeRead, identity.ScopeRepair, identity.ScopeManage), "viewer", 403},
		{"no such role", n.key, "owner", 400},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for path, body := range map[string]string{
				"/admin/v1/orgs/{orgId}/console-links":  `{"role":"` + test.role + `"}`,
				"/admin/v1/orgs/{orgId}/console-grants": `{"claim":"` + test.name + `","role":"` + test.role + `"}`,
			} {
				if a := w.send(t, test.key, "POST", fill(path, n.params()), body); a.status != test.want {
					t.Errorf("%s: status %d, want %d: %s", path, a.status, test.want, a.body)
				}
			}
		})
	}
}

func TestConsoleGrants(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		n := w.theirs
		path := fill("/admin/v1/orgs/{orgId}/console-grants", n.params())
		first := decoded[api.ConsoleGrantResponse](t, n.must(t, http.StatusCreated, "POST", path, `{"email":"Ann@Theirs.example","role":"viewer"}`)).Data
		again := decoded[api.ConsoleGrantResponse](t, n.must(t, http.StatusOK, "POST", path, `{"email":"ann@theirs.example","role":"admin"}`)).Data
		if first.ID != again.ID || again.Attributes.Role != api.ConsoleRoleAdmin {
			t.Errorf("the same grant is %+v first, %+v then", first, again)
		}
		audited := n.LastAudit()
		if diff := cmp.Diff([]string{`{"email":"Ann@Theirs.example","role":"viewer"}`, `{"email":"Ann@Theirs.example","role":"admin"}`}, []string{audited.Before, audited.After}); diff != "" {
			t.Errorf("audit entry (-want +got):\n%s", diff)
		}
		n.must(t, http.StatusNoContent, "DELETE", path+"/"+first.ID, "")
		n.must(t, http.StatusNotFound, "DELETE", path+"/"+first.ID, "")
		var left []string
		for _, g := range decoded[api.ConsoleGrantList](t, n.must(t, http.StatusOK, "GET", path, "")).Data {
			left = append(left, g.Attributes.Claim+" as "+string(g.Attributes.Role))
		}
		if diff := cmp.Diff([]string{"admins of theirs.example as admin", "viewers of theirs.example as viewer"}, left); diff != "" {
			t.Errorf("grants (-want +got):\n%s", diff)
		}
	})
}

func TestBadConsoleBodies(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	tests := []struct{ name, path, body, says string }{
		{"link without a role", "console-links", `{}`, "role"},
		{"link for too long", "console-links", `{"role":"viewer","seconds":86401}`, "seconds"},
		{"link for less than no time", "console-links", `{"role":"viewer","seconds":-1}`, "seconds"},
		{"link with a member that is not known", "console-links", `{"role":"viewer","hours":1}`, "hours"},
		{"link for a person of a long name", "console-links", `{"role":"viewer","person":"` + strings.Repeat("a", 201) + `"}`, "longer than 200"},
		{"grant for nobody", "console-grants", `{"role":"viewer"}`, "one of them"},
		{"grant for both", "console-grants", `{"role":"viewer","claim":"x","email":"a@x.example"}`, "one of them"},
		{"grant for spaces", "console-grants", `{"role":"viewer","claim":"  "}`, "laim is empty"},
		{"grant for no address", "console-grants", `{"role":"viewer","email":"ann"}`, "ann"},
		{"grant for a long claim", "console-grants", `{"role":"viewer","claim":"` + strings.Repeat("a", 501) + `"}`, "longer than 500"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := w.ours.send(t, "POST", "/admin/v1/orgs/"+string(w.ours.ID)+"/"+test.path, test.body)
			if a.status != http.StatusBadRequest || !strings.Contains(a.adminError(t).Detail, test.says) {
				t.Errorf("status %d, want 400 and %q: %s", a.status, test.says, a.body)
			}
		})
	}
}
