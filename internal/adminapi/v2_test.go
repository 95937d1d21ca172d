package adminapi_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roster/internal/adminapi/api"
	"roster/internal/identity"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

const v2 = "/admin/v2/orgs/{orgId}/directories/-"

// people are the accounts of ours that v2 shows, by the names of the tests.
func (n *tenant) people(t *testing.T) map[string]string {
	t.Helper()
	deleted := n.must(t, 200, "POST", fill(v2+"/users/search", n.params()), `{"emails":["deleted@ours.example"]}`)
	return map[string]string{
		string(n.free.ID): "free", string(n.linked.AccountID): "linked", string(n.heldFrom): "held", string(n.external.AccountID): "guest",
		decoded[api.DirectoryUserList](t, deleted).Data[0].AccountID: "deleted",
	}
}

// found are the names of those that a search finds, following its cursors.
func (n *tenant) found(t *testing.T, people map[string]string, body string, limit int) (names []string) {
	t.Helper()
	cursor := ""
	for range 20 {
		body := strings.Replace(body, "{", fmt.Sprintf(`{"limit":%d,`, limit), 1)
		if cursor != "" {
			body = fmt.Sprintf(`{"cursor":%q,"searchTerm":"is ignored"}`, cursor)
		}
		page := decoded[api.DirectoryUserList](t, n.must(t, 200, "POST", fill(v2+"/users/search", n.params()), strings.Replace(body, ",}", "}", 1)))
		if len(page.Data) > limit || page.Links.Self != cursor {
			t.Errorf("%s: %d users on a page of %d, self %q", body, len(page.Data), limit, page.Links.Self)
		}
		for _, u := range page.Data {
			names = append(names, people[u.AccountID])
		}
		if cursor = page.Links.Next; cursor == "" {
			slices.Sort(names)
			return names
		}
	}
	t.Errorf("%s: no end", body)
	return names
}

// Every filter of users finds whom it should, page by page as on one page.
func TestUserDirectoryUsers(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		n := w.ours
		people := n.people(t)
		n.must(t, 204, "POST", fill(v2+"/users/{accountId}/suspend", n.params()), "")
		theirs := w.theirs
		tests := []struct {
			name, body string
			want       []string
		}{
			{"all", `{}`, []string{"deleted", "free", "guest", "held", "linked"}},
			{"managed", `{"claimStatus":"managed"}`, []string{"deleted", "free", "held", "linked"}},
			{"unmanaged", `{"claimStatus":"unmanaged"}`, []string{"guest"}},
			{"ids", fmt.Sprintf(`{"accountIds":[%q,%q,%q,"nobody"]}`, n.linked.AccountID, n.external.AccountID, n.linked.AccountID), []string{"guest", "linked"}},
			{"ids of another org", fmt.Sprintf(`{"accountIds":[%q]}`, theirs.free.ID), nil},
			{"emails", `{"emails":["LINKED@ours.example","guest@elsewhere-of-ours.example","nobody@ours.example"]}`, []string{"guest", "linked"}},
			{"emails and ids", fmt.Sprintf(`{"emails":["linked@ours.example","free@ours.example"],"accountIds":[%q]}`, n.free.ID), []string{"free"}},
			{"text", `{"searchTerm":"LINK"}`, []string{"linked"}},
			{"text of the external", `{"searchTerm":"guest"}`, []string{"guest"}},
			{"text and ids", fmt.Sprintf(`{"searchTerm":"free","accountIds":[%q,%q]}`, n.free.ID, n.linked.AccountID), []string{"free"}},
			{"local group", fmt.Sprintf(`{"groupIds":[%q]}`, n.local), []string{"free", "linked"}},
			{"two groups", fmt.Sprintf(`{"groupIds":[%q,%q]}`, n.local, n.synced), []string{"free", "linked"}},
			{"synced group", fmt.Sprintf(`{"groupIds":[%q]}`, n.synced), []string{"linked"}},
			{"is a member", fmt.Sprintf(`{"groupIds":[%q],"accountIds":[%q]}`, n.synced, n.linked.AccountID), []string{"linked"}},
			{"is no member", fmt.Sprintf(`{"groupIds":[%q],"accountIds":[%q]}`, n.synced, n.free.ID), nil},
			{"group of another org", fmt.Sprintf(`{"groupIds":[%q]}`, theirs.local), nil},
			{"suspended", `{"membershipStatus":["suspended"]}`, []string{"free"}},
			{"suspended by status", `{"status":["suspended"]}`, []string{"free"}},
			{"suspended or deactivated", `{"status":["suspended","deactivated"]}`, []string{"deleted", "free"}},
			{"active access", `{"membershipStatus":["active"]}`, []string{"deleted", "guest", "held", "linked"}},
			{"no access", `{"membershipStatus":["no_membership"]}`, nil},
			{"not invited", `{"status":["not_invited"]}`, nil},
			{"inactive", `{"accountStatus":["inactive"]}`, []string{"deleted"}},
			{"inactive and active at once", `{"accountStatus":["inactive"],"status":["active"]}`, nil},
			{"domain", `{"emailDomains":["Ours.Example"]}`, []string{"deleted", "free", "held", "linked"}},
			{"this directory", fmt.Sprintf(`{"directoryIds":[%q],"claimStatus":"unmanaged"}`, n.ID), []string{"guest"}},
			{"another directory", fmt.Sprintf(`{"directoryIds":[%q]}`, n.dir.ID), nil},
		}
		for _, tt := range tests {
			for _, limit := range []int{500, 1} {
				if diff := cmp.Diff(tt.want, n.found(t, people, tt.body, limit)); diff != "" {
					t.Errorf("%s, %d a page (-want +got):\n%s", tt.name, limit, diff)
				}
			}
		}
	})
}

// A user says of an account what the hosted API says, and of an external one
// no more than the organization's own record.
func TestUserDirectoryShowsUsers(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	n := w.ours
	user := func(id identity.AccountID) api.DirectoryUser {
		return decoded[api.DirectoryUserResponse](t, n.must(t, 200, "GET", fill(v2+"/users/", n.params())+string(id), "")).Data
	}
	guest := user(n.external.AccountID)
	want := api.DirectoryUser{
		AccountID: string(n.external.AccountID), AccountType: "atlassian", Status: "active", AccountStatus: "active", MembershipStatus: "active",
		Name: "guest@elsewhere-of-ours.example", Email: "guest@elsewhere-of-ours.example", ClaimStatus: "unmanaged",
	}
	if diff := cmp.Diff(want, guest); diff != "" {
		t.Errorf("external user (-want +got):\n%s", diff)
	}
	n.must(t, 200, "POST", "/users/"+string(n.free.ID)+"/manage/lifecycle/delete", "")
	free := user(n.free.ID)
	if diff := cmp.Diff([]string{"for_deletion", "inactive", "invited"}, []string{string(free.Status), string(free.AccountStatus), *free.ManagementSource}); diff != "" || free.DeactivatedOn.IsZero() {
		t.Errorf("user that waits for deletion, since %v (-want +got):\n%s", free.DeactivatedOn, diff)
	}
	linked := user(n.linked.AccountID)
	if diff := cmp.Diff([]string{"managed", "synced"}, []string{string(linked.ClaimStatus), *linked.ManagementSource}); diff != "" || !linked.EmailVerified {
		t.Errorf("linked user (-want +got):\n%s", diff)
	}
	roles := decoded[api.RoleAssignmentList](t, n.must(t, 200, "GET", fill(v2+"/users/", n.params())+string(n.linked.AccountID)+"/role-assignments", ""))
	if len(roles.Data) != 0 {
		t.Errorf("roles, of which there are none here: %v", roles.Data)
	}

	n.must(t, 200, "POST", fill("/admin/v1/orgs/{orgId}/accounts/last-active", n.params()), fmt.Sprintf(`{"application":"wiki","accounts":[{"accountId":%q,"at":"2029-01-01T00:00:00Z"}]}`, n.linked.AccountID))
	page := decoded[api.DirectoryUserList](t, n.must(t, 200, "POST", fill(v2+"/users/search", n.params()), fmt.Sprintf(`{"accountIds":[%q],"expand":["groups","productAccess","platformRoles","counts.resources"]}`, n.linked.AccountID)))
	got := page.Data[0]
	names := []string{got.Groups[0].Name, got.Groups[1].Name, got.ProductAccess[0].Key, got.ProductAccess[0].LastActiveTimestamp.Format(time.DateOnly)}
	slices.Sort(names[:2])
	if diff := cmp.Diff([]string{"Local of ours.example", "Synced of ours.example", "wiki", "2029-01-01"}, names); diff != "" {
		t.Errorf("expanded (-want +got):\n%s", diff)
	}
}

// A query says the same as a body, and its cursor needs nothing beside it.
func TestUserDirectoryQueries(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	n := w.ours
	path := fill(v2+"/users", n.params())
	first := decoded[api.DirectoryUserList](t, n.must(t, 200, "GET", path+"?limit=1&claimStatus=managed&accountIds="+string(n.free.ID)+","+string(n.linked.AccountID)+"&accountIds="+string(n.external.AccountID), ""))
	if len(first.Data) != 1 || first.Links.Next == "" {
		t.Fatalf("first page: %+v", first)
	}
	second := decoded[api.DirectoryUserList](t, n.must(t, 200, "GET", path+"?limit=7&claimStatus=unmanaged&cursor="+url.QueryEscape(first.Links.Next), ""))
	if diff := cmp.Diff([]string{string(n.free.ID), string(n.linked.AccountID)}, []string{first.Data[0].AccountID, second.Data[0].AccountID}); diff != "" || len(second.Data) != 1 {
		t.Errorf("two pages (-want +got):\n%s", diff)
	}
	for query, status := range map[string]int{
		"?limit=501": 400, "?limit=0": 400, "?limit=x": 400, "?status=gone": 400, "?accountStatus=x": 400, "?membershipStatus=x": 400, "?claimStatus=x": 400,
		"?emailDomains=@": 400, "?mfaEnabled=true": 400, "?roleIds=x": 400, "?cursor=AAAA": 400, "?accountIds=" + strings.Repeat("x,", 201): 400, "?searchTerm=nobody": 200,
	} {
		if a := n.send(t, "GET", path+query, ""); a.status != status {
			t.Errorf("GET users%s: status %d, want %d: %s", query, a.status, status, a.body)
		}
	}
	for _, body := range []string{`{"searchTerm":"x","emails":["a@ours.example"]}`, `{"sortBy":[{"field":"nick_name","direction":"asc"}]}`, `{"mfaEnabled":false}`, `{"resourceIds":["x"]}`, `{"expand":["all"]}`, `{"emails":["no address"]}`} {
		if a := n.send(t, "POST", path+"/search", body); a.status != 400 {
			t.Errorf("search %s: status %d: %s", body, a.status, a.body)
		}
	}
	if a := n.send(t, "GET", fill("/admin/v2/orgs/{orgId}/directories/{directoryId}/users", n.params()), ""); a.status != 404 || !strings.Contains(a.body, "directories of identity providers are none of these") {
		t.Errorf("directory of an identity provider: status %d: %s", a.status, a.body)
	}
}

func TestUserDirectoryCounts(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		n := w.ours
		tests := []struct {
			path string
			want int64
		}{
			{"/users/count", 4},
			{"/users/count?claimStatus=unmanaged", 1},
			{"/users/count?accountStatus=inactive", 1},
			{"/users/count?searchTerm=linked", 1},
			{"/users/count?groupIds=" + string(n.local), 2},
			{"/users/count?directoryIds=" + string(n.dir.ID), 0},
			{"/groups/count", 2},
			{"/groups/count?searchTerm=local", 1},
			{"/groups/count?accountIds=" + string(n.linked.AccountID), 2},
			{"/groups/count?directoryIds=" + string(n.dir.ID), 0},
		}
		for _, tt := range tests {
			if got := decoded[api.Count](t, n.must(t, 200, "GET", fill(v2, n.params())+tt.path, "")).Count; got != tt.want {
				t.Errorf("%s: %d, want %d", tt.path, got, tt.want)
			}
		}
		n.must(t, 200, "POST", "/users/"+string(n.free.ID)+"/manage/lifecycle/delete", "")
		stats := decoded[api.DirectoryUserStats](t, n.must(t, 200, "GET", fill(v2+"/users/stats", n.params()), ""))
		if diff := cmp.Diff([]api.AccountStatusCount{{Status: "active", Count: 2}, {Status: "inactive", Count: 1}, {Status: "closed", Count: 1}}, stats.AccountStatus); diff != "" {
			t.Errorf("users by status (-want +got):\n%s", diff)
		}
		groups := decoded[api.DirectoryGroupStats](t, n.must(t, 200, "GET", fill(v2+"/groups/stats", n.params()), ""))
		if diff := cmp.Diff(api.GroupTotals{All: 2, Synced: 1, Managed: 1}, groups.Totals); diff != "" {
			t.Errorf("groups (-want +got):\n%s", diff)
		}
	})
}

// Every filter of groups finds what it should, page by page as on one page.
func TestUserDirectoryGroups(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		n := w.ours
		n.must(t, 201, "POST", fill(v2+"/groups", n.params()), `{"name":"Another","description":"made by v2"}`)
		tests := []struct {
			name, body string
			want       []string
		}{
			{"all by name", `{"sortBy":[{"field":"name","direction":"asc"}]}`, []string{"Another", "Local of ours.example", "Synced of ours.example"}},
			{"text", `{"searchTerm":"LOCAL"}`, []string{"Local of ours.example"}},
			{"names", `{"groupNames":["another","SYNCED of ours.example","none"]}`, []string{"Another", "Synced of ours.example"}},
			{"ids", fmt.Sprintf(`{"groupIds":[%q,%q,%q]}`, n.local, w.theirs.local, n.synced), []string{"Local of ours.example", "Synced of ours.example"}},
			{"ids and a member", fmt.Sprintf(`{"groupIds":[%q,%q],"accountIds":[%q]}`, n.local, n.synced, n.free.ID), []string{"Local of ours.example"}},
			{"of accounts", fmt.Sprintf(`{"accountIds":[%q,%q]}`, n.free.ID, n.linked.AccountID), []string{"Local of ours.example", "Synced of ours.example"}},
			{"of accounts with text", fmt.Sprintf(`{"accountIds":[%q,%q],"searchTerm":"syn"}`, n.free.ID, n.linked.AccountID), []string{"Synced of ours.example"}},
			{"of an account of another org", fmt.Sprintf(`{"accountIds":[%q]}`, w.theirs.free.ID), nil},
			{"another directory", fmt.Sprintf(`{"directoryIds":[%q]}`, n.dir.ID), nil},
		}
		for _, tt := range tests {
			for _, limit := range []int{500, 1} {
				var names []string
				body := strings.Replace(tt.body, "{", fmt.Sprintf(`{"limit":%d,`, limit), 1)
				for range 20 {
					page := decoded[api.DirectoryGroupList](t, n.must(t, 200, "POST", fill(v2+"/groups/search", n.params()), body))
					for _, g := range page.Data {
						names = append(names, g.Name)
					}
					if page.Links.Next == "" {
						break
					}
					body = fmt.Sprintf(`{"cursor":%q}`, page.Links.Next)
				}
				slices.Sort(names)
				if diff := cmp.Diff(tt.want, names); diff != "" {
					t.Errorf("%s, %d a page (-want +got):\n%s", tt.name, limit, diff)
				}
			}
		}
		for _, body := range []string{`{"groupNames":["x"],"searchTerm":"x"}`, `{"sortBy":[{"field":"name","direction":"desc"}]}`, `{"roleIds":["x"]}`, `{"expand":["x"]}`} {
			if a := n.send(t, "POST", fill(v2+"/groups/search", n.params()), body); a.status != 400 {
				t.Errorf("search %s: status %d: %s", body, a.status, a.body)
			}
		}
	})
}

// People are invited all or none, and who is there already only joins the groups.
func TestUserDirectoryInvites(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	n := w.ours
	path := fill("/admin/v2/orgs/{orgId}/users/invite", n.params())
	before := n.snapshot(t)
	for body, status := range map[string]int{
		`{"emails":["new@ours.example","x@elsewhere.example"]}`:                                403,
		fmt.Sprintf(`{"emails":["new@ours.example"],"additionalGroups":[%q]}`, n.synced):       403,
		fmt.Sprintf(`{"emails":["new@ours.example"],"additionalGroups":[%q]}`, w.theirs.local): 404,
		`{"emails":[]}`: 400,
		`{"emails":["new@ours.example"],"sendNotification":true}`:                                          400,
		`{"emails":["new@ours.example"],"permissionRules":[{"resource":"ari:x","role":"atlassian/user"}]}`: 400,
	} {
		if a := n.send(t, "POST", path, body); a.status != status {
			t.Errorf("%s: status %d, want %d: %s", body, a.status, status, a.body)
		}
	}
	if diff := cmp.Diff(before, n.snapshot(t)); diff != "" {
		t.Errorf("refused invitations changed something (-before +after):\n%s", diff)
	}
	body := fmt.Sprintf(`{"emails":["new@ours.example","HELD@ours.example"],"additionalGroups":[%q],"sendNotification":false}`, n.local)
	invited := decoded[api.UserInviteResult](t, n.must(t, 200, "POST", path, body)).Data
	if diff := cmp.Diff([]string{"new@ours.example", string(n.heldFrom)}, []string{invited[0].Email, invited[1].ID}); diff != "" {
		t.Errorf("invited (-want +got):\n%s", diff)
	}
	_, members, _, err := n.Accounts.Members(t.Context(), n.ID, n.local, store.Page{})
	tenanttest.Accepted(t, err)
	if len(members) != 4 {
		t.Errorf("the group has %d members, want 4", len(members))
	}
}
