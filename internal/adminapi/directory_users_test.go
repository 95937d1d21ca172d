package adminapi_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/adminapi/api"
)

const orgUser = "/admin/v1/orgs/{orgId}/directory/users/"

// A suspended account is inactive for applications and keeps its groups; its
// own status is nobody else's business.
func TestSuspendedAccess(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		n := w.ours
		see := func(id string) api.AppAccount {
			return decoded[api.AppAccountResponse](t, n.must(t, 200, "GET", "/api/v1/accounts/"+id, "")).Data
		}
		for _, id := range []string{string(n.free.ID), string(n.linked.AccountID), string(n.external.AccountID)} {
			path := fill(orgUser, n.params()) + id
			groups := n.must(t, 200, "GET", "/api/v1/accounts/"+id+"/groups", "").body
			for range 2 {
				n.must(t, 200, "POST", path+"/suspend-access", "")
				if a := see(id); a.Status != "inactive" || !a.Suspended {
					t.Errorf("suspended: %+v", a)
				}
			}
			if diff := cmp.Diff(groups, n.must(t, 200, "GET", "/api/v1/accounts/"+id+"/groups", "").body); diff != "" {
				t.Errorf("groups (-before +suspended):\n%s", diff)
			}
			n.must(t, 200, "POST", path+"/restore-access", "")
			if a := see(id); a.Status != "active" || a.Suspended {
				t.Errorf("restored: %+v", a)
			}
		}
		if got := w.AccountNow(n.free.ID).Status; got != "active" {
			t.Errorf("the account's own status is %s", got)
		}
	})
}

func TestRemoveFromOrganization(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		n := w.ours
		n.must(t, 204, "DELETE", fill(orgUser, n.params())+string(n.free.ID), "")
		list := decoded[api.AppGroupList](t, n.must(t, 200, "GET", "/api/v1/accounts/"+string(n.free.ID)+"/groups", ""))
		if len(list.Data) > 0 {
			t.Errorf("groups left: %+v", list.Data)
		}
		n.must(t, 204, "DELETE", fill(orgUser, n.params())+string(n.free.ID), "") // again
		a := n.send(t, "DELETE", fill(orgUser, n.params())+string(n.linked.AccountID), "")
		if e := a.adminError(t); a.status != 403 || e.Code != "ADMIN-403-5" {
			t.Errorf("a linked account: status %d: %s", a.status, a.body)
		}
	})
}

func TestLastActiveDates(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	n := w.ours
	body := `{"application":"wiki","accounts":[{"accountId":"` + string(n.free.ID) + `"}]}`
	n.must(t, 200, "POST", fill("/admin/v1/orgs/{orgId}/accounts/last-active", n.params()), body)
	got := decoded[api.LastActive](t, n.must(t, 200, "GET", fill(orgUser, n.params())+string(n.free.ID)+"/last-active-dates", "")).Data
	want := api.LastActiveDates{AddedToOrg: "2030-01-01", ProductAccess: []api.ProductActivity{{ID: "wiki", Key: "wiki", Name: "wiki", LastActive: "2030-01-01"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("dates (-want +got):\n%s", diff)
	}
}
