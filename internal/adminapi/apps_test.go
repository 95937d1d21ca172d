package adminapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/adminapi"
	"roster/internal/adminapi/api"
	"roster/internal/identity"
)

func TestApplicationsSeeAccounts(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		app := w.ours.scopedKey(t, identity.ScopeRead)
		get := func(path string) answer { return w.send(t, app, "GET", path, "") }
		w.ours.must(t, 200, "PATCH", "/users/"+string(w.ours.free.ID)+"/manage/profile", `{"name":"Free","nickname":"F","extended_profile":{"job_title":"Pilot"}}`)
		free := api.AppAccount{AccountID: string(w.ours.free.ID), Email: "free@ours.example", Name: "Free", Status: "active", Managed: true, Nickname: "F", JobTitle: "Pilot"}
		guest := api.AppAccount{AccountID: string(w.ours.external.AccountID), Email: "guest@elsewhere-of-ours.example", Name: "guest@elsewhere-of-ours.example", Status: "active"}

		for _, want := range []api.AppAccount{free, guest} {
			got := decoded[api.AppAccountResponse](t, get("/api/v1/accounts/"+want.AccountID)).Data
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("by id (-want +got):\n%s", diff)
			}
			list := decoded[api.AppAccountList](t, get("/api/v1/accounts?email="+strings.ToUpper(want.Email))).Data
			if diff := cmp.Diff([]api.AppAccount{want}, list); diff != "" {
				t.Errorf("by email (-want +got):\n%s", diff)
			}
		}
		for _, email := range []string{"free@theirs.example", "nobody@ours.example", "held@theirs.example"} {
			if list := decoded[api.AppAccountList](t, get("/api/v1/accounts?email="+email)).Data; len(list) > 0 {
				t.Errorf("%s finds %+v", email, list)
			}
		}
		all := decoded[api.AppAccountList](t, get("/api/v1/accounts")).Data
		if len(all) < 3 || !all[0].Managed {
			t.Errorf("all accounts: %+v", all)
		}
		body := fmt.Sprintf(`{"accountIds":[%q,%q,"nobody"],"emails":["free@ours.example","guest@elsewhere-of-ours.example","linked@theirs.example"]}`, free.AccountID, w.theirs.free.ID)
		looked := decoded[api.AppLookupResult](t, w.send(t, app, "POST", "/api/v1/accounts/lookup", body))
		want := api.AppLookupResult{Data: []api.AppAccount{free, guest}, Missing: api.AppMissing{AccountIds: []string{string(w.theirs.free.ID), "nobody"}, Emails: []string{"linked@theirs.example"}}}
		if diff := cmp.Diff(want, looked); diff != "" {
			t.Errorf("lookup (-want +got):\n%s", diff)
		}
	})
}

// The address of an external account is the record's: where its owner has
// moved the account since is not for the org to know.
func TestApplicationsFindExternalAccountsByTheirRecord(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	their := w.theirs.Account("moving@theirs.example")
	w.ours.dir.Push("moving@theirs.example")
	w.theirs.must(t, 204, "PUT", "/users/"+string(their.ID)+"/manage/email", `{"email":"moved@theirs.example"}`)
	find := func(email string) []api.AppAccount {
		return decoded[api.AppAccountList](t, w.ours.must(t, 200, "GET", "/api/v1/accounts?email="+email, "")).Data
	}
	if got := find("moved@theirs.example"); len(got) > 0 {
		t.Errorf("the new address finds %+v", got)
	}
	if got := find("moving@theirs.example"); len(got) != 1 || got[0].Email != "moving@theirs.example" {
		t.Errorf("the record's address finds %+v", got)
	}
}

func TestApplicationsSeeGroups(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		linked := string(w.ours.linked.AccountID)
		groups := decoded[api.AppGroupList](t, w.ours.must(t, 200, "GET", "/api/v1/accounts/"+linked+"/groups", "")).Data
		want := []api.AppGroup{{ID: string(w.ours.local), Name: "Local of ours.example", Source: "local"}, {ID: string(w.ours.synced), Name: "Synced of ours.example", Source: "scim"}}
		if diff := cmp.Diff(want, groups); diff != "" {
			t.Errorf("groups of an account (-want +got):\n%s", diff)
		}
		named := decoded[api.AppGroupList](t, w.ours.must(t, 200, "GET", "/api/v1/groups?name=SYNCED+of+ours.example", "")).Data
		if diff := cmp.Diff(want[1:], named); diff != "" {
			t.Errorf("group by name (-want +got):\n%s", diff)
		}
		members := decoded[api.AppMemberList](t, w.ours.must(t, 200, "GET", "/api/v1/groups/"+string(w.ours.synced)+"/members", "")).Data
		if diff := cmp.Diff([]api.AppMember{{AccountID: linked, Email: "linked@ours.example", Name: "linked@ours.example", Status: "active"}}, members); diff != "" {
			t.Errorf("members (-want +got):\n%s", diff)
		}
	})
}

// Every GET of the applications has an ETag, answers 304 to who has it, and
// 200 with another one after a change.
func TestConditionalRequests(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	checked := 0
	for _, r := range adminapi.Routes() {
		if !strings.HasPrefix(r.Path, "/api/") || r.Method != http.MethodGet {
			continue
		}
		checked++
		path := fill(r.Path, w.ours.params())
		first := w.ours.must(t, 200, "GET", path, "")
		tag := first.header.Get("ETag")
		if tag == "" || first.header.Get("Cache-Control") != "private, no-cache" {
			t.Errorf("GET %s: ETag %q, Cache-Control %q", path, tag, first.header.Get("Cache-Control"))
		}
		for held, status := range map[string]int{tag: 304, "W/" + tag: 304, `"x", ` + tag: 304, "*": 304, `"x"`: 200, "": 200} {
			a := w.send(t, w.ours.key, "GET", path, "", header("If-None-Match: "+held))
			if a.status != status || a.header.Get("ETag") != tag || (status == 304) != (a.body == "") {
				t.Errorf("GET %s with If-None-Match %s: status %d, ETag %s, body %q; want %d", path, held, a.status, a.header.Get("ETag"), a.body, status)
			}
		}
	}
	if checked != 5 {
		t.Errorf("%d calls checked", checked)
	}
	path := "/api/v1/accounts/" + string(w.ours.free.ID)
	tag := w.ours.must(t, 200, "GET", path, "").header.Get("ETag")
	w.ours.must(t, 204, "POST", "/users/"+string(w.ours.free.ID)+"/manage/lifecycle/disable", "")
	if a := w.send(t, w.ours.key, "GET", path, "", header("If-None-Match: "+tag)); a.status != 200 || a.header.Get("ETag") == tag {
		t.Errorf("after a change: status %d, ETag %s", a.status, a.header.Get("ETag"))
	}
	if a := w.send(t, w.ours.key, "GET", "/api/v1/accounts/nobody", "", "If-None-Match: *"); a.status != 404 {
		t.Errorf("an unknown account: status %d", a.status)
	}
}

func TestLookupBounds(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	many := strings.TrimSuffix(strings.Repeat(`"a",`, 201), ",")
	for name, body := range map[string]string{
		"nothing": `{}`, "empty": `{"accountIds":[]}`, "too many": `{"accountIds":[` + many + `]}`, "no address": `{"emails":["x"]}`, "wrong type": `{"emails":"x"}`, "unknown member": `{"ids":["x"]}`,
	} {
		if a := w.ours.send(t, "POST", "/api/v1/accounts/lookup", body); a.status != 400 {
			t.Errorf("%s: status %d: %s", name, a.status, a.body)
		}
	}
}
