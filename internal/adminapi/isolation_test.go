package adminapi_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roster/internal/adminapi"
	"roster/internal/identity"
	"roster/internal/tenanttest"
)

// isolationBodies has a good body for every route, "" where it takes none. A
// route that is not here fails the test: think of what it could leak first.
var isolationBodies = map[string]string{
	"GET /admin/v1/orgs":                              "",
	"POST /admin/v1/orgs":                             `{"name":"x"}`,
	"GET /admin/v1/orgs/{orgId}":                      "",
	"PATCH /admin/v1/orgs/{orgId}":                    `{"name":"taken over"}`,
	"GET /admin/v1/orgs/{orgId}/keys":                 "",
	"POST /admin/v1/orgs/{orgId}/keys":                `{"name":"x"}`,
	"DELETE /admin/v1/orgs/{orgId}/keys/{keyId}":      "",
	"POST /admin/v1/orgs/{orgId}/keys/{keyId}/rotate": "",
	"POST /admin/v1/orgs/{orgId}/directories/{directoryId}/tokens/{tokenId}/rotate":                              "",
	"POST /admin/v1/orgs/{orgId}/console-links":                                                                  `{"role":"admin"}`,
	"GET /admin/v1/orgs/{orgId}/console-sessions":                                                                "",
	"DELETE /admin/v1/orgs/{orgId}/console-sessions/{sessionId}":                                                 "",
	"GET /admin/v1/orgs/{orgId}/console-grants":                                                                  "",
	"POST /admin/v1/orgs/{orgId}/console-grants":                                                                 `{"claim":"x","role":"admin"}`,
	"DELETE /admin/v1/orgs/{orgId}/console-grants/{grantId}":                                                     "",
	"GET /admin/v1/orgs/{orgId}/events":                                                                          "",
	"GET /admin/v1/orgs/{orgId}/events/{eventId}":                                                                "",
	"GET /admin/v1/orgs/{orgId}/events-stream":                                                                   "",
	"GET /admin/v1/orgs/{orgId}/event-actions":                                                                   "",
	"GET /admin/v1/orgs/{orgId}/domains":                                                                         "",
	"POST /admin/v1/orgs/{orgId}/domains":                                                                        `{"name":"x.example"}`,
	"GET /admin/v1/orgs/{orgId}/domains/{domainId}":                                                              "",
	"PATCH /admin/v1/orgs/{orgId}/domains/{domainId}":                                                            `{"directoryId":null}`,
	"DELETE /admin/v1/orgs/{orgId}/domains/{domainId}":                                                           "",
	"GET /admin/v1/orgs/{orgId}/domains/{domainId}/claims":                                                       "",
	"POST /admin/v1/orgs/{orgId}/domains/{domainId}/claims":                                                      `{"accounts":["x"]}`,
	"PUT /admin/v1/orgs/{orgId}/domains/{domainId}/claim-mode":                                                   `{"mode":"selected","present":"release"}`,
	"GET /admin/v1/orgs/{orgId}/jobs":                                                                            "",
	"GET /admin/v1/orgs/{orgId}/jobs/{jobId}":                                                                    "",
	"POST /admin/v1/orgs/{orgId}/domains/{domainId}/check":                                                       "",
	"POST /admin/v1/orgs/{orgId}/domains/{domainId}/transfer":                                                    `{"orgId":"x"}`,
	"POST /admin/v1/orgs/{orgId}/domains/{domainId}/verify":                                                      "",
	"GET /admin/v1/orgs/{orgId}/directories":                                                                     "",
	"POST /admin/v1/orgs/{orgId}/directories":                                                                    `{"name":"x","kind":"okta"}`,
	"GET /admin/v1/orgs/{orgId}/directories/{directoryId}":                                                       "",
	"PATCH /admin/v1/orgs/{orgId}/directories/{directoryId}":                                                     `{"name":"taken over"}`,
	"DELETE /admin/v1/orgs/{orgId}/directories/{directoryId}":                                                    "",
	"GET /admin/v1/orgs/{orgId}/directories/{directoryId}/setup":                                                 "",
	"GET /admin/v1/orgs/{orgId}/directories/{directoryId}/health":                                                "",
	"POST /admin/v1/orgs/{orgId}/directories/{directoryId}/disconnect":                                           "",
	"POST /admin/v1/orgs/{orgId}/directories/{directoryId}/reconnect":                                            "",
	"GET /admin/v1/orgs/{orgId}/directories/{directoryId}/tokens":                                                "",
	"POST /admin/v1/orgs/{orgId}/directories/{directoryId}/tokens":                                               `{"name":"x"}`,
	"DELETE /admin/v1/orgs/{orgId}/directories/{directoryId}/tokens/{tokenId}":                                   "",
	"GET /admin/v1/orgs/{orgId}/directories/{directoryId}/scim-users":                                            "",
	"GET /admin/v1/orgs/{orgId}/directories/{directoryId}/scim-users/{scimUserId}":                               "",
	"GET /admin/v1/orgs/{orgId}/directories/{directoryId}/schemas":                                               "",
	"POST /admin/v1/orgs/{orgId}/directories/{directoryId}/schemas":                                              `{"documents":[{"id":"urn:example:x","attributes":[{"name":"x"}]}]}`,
	"GET /admin/v1/orgs/{orgId}/directories/{directoryId}/schemas/{schemaId}":                                    "",
	"DELETE /admin/v1/orgs/{orgId}/directories/{directoryId}/schemas/{schemaId}":                                 "",
	"GET /admin/v1/schemas":                                                                                      "",
	"POST /admin/v1/schemas":                                                                                     `{"documents":[{"id":"urn:example:x","attributes":[{"name":"x"}]}]}`,
	"GET /admin/v1/schemas/{schemaId}":                                                                           "",
	"DELETE /admin/v1/schemas/{schemaId}":                                                                        "",
	"GET /admin/v1/orgs/{orgId}/users":                                                                           "",
	"POST /admin/v1/orgs/{orgId}/users":                                                                          `{"email":"x@theirs.example"}`,
	"GET /admin/v1/orgs/{orgId}/accounts":                                                                        "",
	"GET /admin/v1/orgs/{orgId}/accounts/export":                                                                 "",
	"POST /admin/v1/orgs/{orgId}/accounts/import":                                                                "email\nx@theirs.example\n",
	"GET /admin/v1/orgs/{orgId}/account-imports/{importId}":                                                      "",
	"POST /admin/v1/orgs/{orgId}/accounts/invite":                                                                `{"email":"x@theirs.example"}`,
	"POST /admin/v1/orgs/{orgId}/accounts/last-active":                                                           `{"accounts":[{"accountId":"x"}]}`,
	"GET /admin/v1/orgs/{orgId}/accounts/{accountId}":                                                            "",
	"POST /admin/v1/orgs/{orgId}/accounts/{accountId}/accept-invitation":                                         "",
	"GET /admin/v1/orgs/{orgId}/accounts/{accountId}/groups":                                                     "",
	"GET /admin/v1/orgs/{orgId}/accounts/{accountId}/timeline":                                                   "",
	"GET /admin/v1/orgs/{orgId}/directory/users/{accountId}/last-active-dates":                                   "",
	"DELETE /admin/v1/orgs/{orgId}/directory/users/{accountId}":                                                  "",
	"POST /admin/v1/orgs/{orgId}/directory/users/{accountId}/suspend-access":                                     "",
	"POST /admin/v1/orgs/{orgId}/directory/users/{accountId}/restore-access":                                     "",
	"GET /admin/v1/orgs/{orgId}/directory/groups":                                                                "",
	"POST /admin/v1/orgs/{orgId}/directory/groups":                                                               `{"name":"x"}`,
	"GET /admin/v1/orgs/{orgId}/directory/groups/{groupId}":                                                      "",
	"DELETE /admin/v1/orgs/{orgId}/directory/groups/{groupId}":                                                   "",
	"GET /admin/v1/orgs/{orgId}/directory/groups/{groupId}/memberships":                                          "",
	"POST /admin/v1/orgs/{orgId}/directory/groups/{groupId}/memberships":                                         `{"account_id":"x"}`,
	"DELETE /admin/v1/orgs/{orgId}/directory/groups/{groupId}/memberships/{accountId}":                           "",
	"GET /admin/v2/orgs/{orgId}/directories":                                                                     "",
	"POST /admin/v2/orgs/{orgId}/users/invite":                                                                   `{"emails":["x@theirs.example"]}`,
	"GET /admin/v2/orgs/{orgId}/directories/{userDirectoryId}/users":                                             "",
	"POST /admin/v2/orgs/{orgId}/directories/{userDirectoryId}/users/search":                                     `{"searchTerm":"x"}`,
	"GET /admin/v2/orgs/{orgId}/directories/{userDirectoryId}/users/count":                                       "",
	"GET /admin/v2/orgs/{orgId}/directories/{userDirectoryId}/users/stats":                                       "",
	"GET /admin/v2/orgs/{orgId}/directories/{userDirectoryId}/users/{accountId}":                                 "",
	"DELETE /admin/v2/orgs/{orgId}/directories/{userDirectoryId}/users/{accountId}":                              "",
	"POST /admin/v2/orgs/{orgId}/directories/{userDirectoryId}/users/{accountId}/suspend":                        "",
	"POST /admin/v2/orgs/{orgId}/directories/{userDirectoryId}/users/{accountId}/restore":                        "",
	"GET /admin/v2/orgs/{orgId}/directories/{userDirectoryId}/users/{accountId}/role-assignments":                "",
	"GET /admin/v2/orgs/{orgId}/directories/{userDirectoryId}/groups":                                            "",
	"POST /admin/v2/orgs/{orgId}/directories/{userDirectoryId}/groups":                                           `{"name":"x"}`,
	"POST /admin/v2/orgs/{orgId}/directories/{userDirectoryId}/groups/search":                                    `{"searchTerm":"x"}`,
	"GET /admin/v2/orgs/{orgId}/directories/{userDirectoryId}/groups/count":                                      "",
	"GET /admin/v2/orgs/{orgId}/directories/{userDirectoryId}/groups/stats":                                      "",
	"GET /admin/v2/orgs/{orgId}/directories/{userDirectoryId}/groups/{groupId}":                                  "",
	"DELETE /admin/v2/orgs/{orgId}/directories/{userDirectoryId}/groups/{groupId}":                               "",
	"POST /admin/v2/orgs/{orgId}/directories/{userDirectoryId}/groups/{groupId}/memberships":                     `{"accountId":"x"}`,
	"DELETE /admin/v2/orgs/{orgId}/directories/{userDirectoryId}/groups/{groupId}/memberships/{accountId}":       "",
	"GET /admin/v2/orgs/{orgId}/directories/{userDirectoryId}/groups/{groupId}/role-assignments":                 "",
	"GET /users/{accountId}/manage":                                                                              "",
	"GET /users/{accountId}/manage/profile":                                                                      "",
	"PATCH /users/{accountId}/manage/profile":                                                                    `{"name":"taken over"}`,
	"PUT /users/{accountId}/manage/email":                                                                        `{"email":"taken-over@ours.example"}`,
	"GET /users/{accountId}/manage/api-tokens":                                                                   "",
	"DELETE /users/{accountId}/manage/api-tokens/{tokenId}":                                                      "",
	"POST /users/{accountId}/manage/lifecycle/disable":                                                           "",
	"POST /users/{accountId}/manage/lifecycle/enable":                                                            "",
	"POST /users/{accountId}/manage/lifecycle/delete":                                                            "",
	"POST /users/{accountId}/manage/lifecycle/cancel-delete":                                                     "",
	"DELETE /admin/user-provisioning/v1/org/{orgId}/user/{accountId}/onlyDeleteUserInDB":                         "",
	"GET /admin/user-provisioning/v1/org/{orgId}/user/{accountId}/get-scim-links":                                "",
	"POST /admin/user-provisioning/v1/org/{orgId}/onlyDeleteUsersInDB":                                           `{"accountIds":["x"]}`,
	"POST /admin/user-provisioning/v1/org/{orgId}/get-scim-links-for-email":                                      `{"email":"linked@theirs.example"}`,
	"PATCH /admin/user-provisioning/v1/org/{orgId}/scimDirectoryId/{directoryId}/scimUserId/{scimUserId}/unlink": "",
	"POST /admin/user-provisioning/v1/org/{orgId}/scimDirectoryId/{directoryId}/scimUserId/{scimUserId}/relink":  `{"accountId":"x"}`,
	"DELETE /admin/user-provisioning/v1/org/{orgId}/scimDirectoryId/{directoryId}/scimUserId/{scimUserId}/hold":  "",
	"POST /admin/user-provisioning/v1/org/{orgId}/scimDirectoryId/{directoryId}/scimUserId/{scimUserId}/restore": "",
	"GET /admin/user-provisioning/v1/org/{orgId}/unlinked-scim-users":                                            "",
	"GET /admin/user-provisioning/v1/org/{orgId}/holds":                                                          "",
	"GET /admin/user-provisioning/v1/org/{orgId}/deleted-scim-users":                                             "",
	"POST /admin/user-provisioning/v1/org/{orgId}/groups/{groupId}/adopt":                                        `{"directoryId":"x"}`,
	"GET /admin/user-provisioning/v1/org/{orgId}/diagnoses":                                                      "",
	"GET /admin/user-provisioning/v1/org/{orgId}/diagnoses/{findingId}":                                          "",
	"GET /admin/user-provisioning/v1/org/{orgId}/repairs":                                                        "",
	"POST /admin/user-provisioning/v1/org/{orgId}/repairs":                                                       `{"findings":["x"]}`,
	"GET /admin/user-provisioning/v1/org/{orgId}/repairs/{repairId}":                                             "",
	"GET /admin/user-provisioning/v1/org/{orgId}/repairs/{repairId}/cases":                                       "",
	"POST /admin/user-provisioning/v1/org/{orgId}/repairs/{repairId}/cases":                                      `{"findings":["x"]}`,
	"POST /admin/user-provisioning/v1/org/{orgId}/repairs/{repairId}/seal":                                       "",
	"DELETE /admin/user-provisioning/v1/org/{orgId}/repairs/{repairId}":                                          "",
	"GET /admin/user-provisioning/v1/org/{orgId}/repairs/{repairId}/cases/{caseNumber}":                          "",
	"POST /admin/user-provisioning/v1/org/{orgId}/repairs/{repairId}/apply":                                      "",
	"POST /admin/user-provisioning/v1/org/{orgId}/repairs/{repairId}/undo":                                       "",
	"GET /admin/user-provisioning/v1/org/{orgId}/troubleshooting-log":                                            "",
	"GET /admin/user-provisioning/v1/org/{orgId}/troubleshooting-log/{entryId}":                                  "",
	"GET /api/v1/accounts":                    "",
	"GET /api/v1/accounts/{accountId}":        "",
	"GET /api/v1/accounts/{accountId}/groups": "",
	"POST /api/v1/accounts/lookup":            `{"accountIds":["x"],"emails":["linked@theirs.example"]}`,
	"GET /api/v1/groups":                      "",
	"GET /api/v1/groups/{groupId}/members":    "",
}

func TestEveryRouteHasAnIsolationCase(t *testing.T) {
	t.Parallel()
	got := map[string]bool{}
	for _, r := range adminapi.Routes() {
		got[r.Method+" "+r.Path] = true
	}
	want := map[string]bool{}
	for pattern := range isolationBodies {
		want[pattern] = true
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("isolation cases and routes (-cases +routes):\n%s", diff)
	}
}

// unknownIDs are ids that nothing has, as long as real ones.
func unknownIDs() map[string]string {
	return map[string]string{
		"schemaId": "urn:example:" + identity.NewUUID(), "userDirectoryId": identity.NewUUID(),
		"orgId": identity.NewUUID(), "domainId": identity.NewUUID(), "directoryId": identity.NewUUID(), "groupId": identity.NewUUID(), "scimUserId": identity.NewUUID(),
		"keyId": "key_" + string(identity.NewAccountID()[5:]), "tokenId": "tok_" + string(identity.NewAccountID()[5:]), "accountId": string(identity.NewAccountID()), "importId": identity.NewUUID(), "eventId": identity.NewUUID(), "entryId": identity.NewUUID(),
		"jobId": identity.NewUUID(), "repairId": identity.NewUUID(), "findingId": "held~" + identity.NewUUID() + "~" + identity.NewUUID(), "caseNumber": "1",
		"sessionId": identity.NewUUID(), "grantId": identity.NewUUID(),
	}
}

// keysOfAll are keys of a tenant of every kind and state.
func (n *tenant) keysOfAll(t *testing.T) map[string]string {
	t.Helper()
	keys := map[string]string{"all scopes": n.key, "SCIM token": n.token, "none": "", "never was": "roster_org_unknown"}
	for _, scope := range identity.AllScopes() {
		keys["scope "+string(scope)] = n.scopedKey(t, scope)
	}
	keys["expired"], _ = n.newKey(t, n.w.Clock.Now().Add(time.Minute))
	revoked, id := n.newKey(t, time.Time{})
	if err := n.Keys.RevokeOrgKey(t.Context(), tenanttest.Admin, n.ID, id); err != nil {
		t.Fatal(err)
	}
	keys["revoked"] = revoked
	return keys
}

// A key, whatever its kind and state, opens nothing of another org, in either
// direction, and its answers are the same as for things that do not exist
// anywhere.
func TestKeysOfOneOrgOpenNothingOfAnother(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		keys := map[*tenant]map[string]string{w.ours: {"all scopes": w.ours.key}, w.theirs: {"all scopes": w.theirs.key}}
		if w.Store.Engine() == "sqlite" { // what a key is worth is none of the engine's business
			keys[w.ours], keys[w.theirs] = w.ours.keysOfAll(t), w.theirs.keysOfAll(t)
		}
		w.Clock.Skip(time.Hour)
		before := map[*tenant]string{w.ours: w.ours.snapshot(t), w.theirs: w.theirs.snapshot(t)}
		for from, to := range map[*tenant]*tenant{w.ours: w.theirs, w.theirs: w.ours} {
			for _, r := range adminapi.Routes() {
				for name, key := range keys[from] {
					checkRoute(t, r, from, to, name, key)
				}
			}
		}
		for n, was := range before {
			if diff := cmp.Diff(was, n.snapshot(t)); diff != "" {
				t.Errorf("%s changed (-before +after):\n%s", n.domain, diff)
			}
		}
		w.Check()
	})
}

// checkRoute asks for what is another tenant's: by its org's path, and by its
// ids below one's own.
func checkRoute(t *testing.T, r adminapi.Route, from, to *tenant, name, key string) {
	t.Helper()
	if strings.Contains(r.Path, "{orgId}") {
		checkForeign(t, r, from, name, key, to.params(), unknownIDs())
	}
	foreign, unknown := to.params(), unknownIDs()
	foreign["orgId"], unknown["orgId"] = string(from.ID), string(from.ID)
	if strings.Contains(strings.ReplaceAll(r.Path, "{orgId}", ""), "{") {
		checkForeign(t, r, from, name, key, foreign, unknown)
	} else if r.Method == http.MethodGet && key == from.key {
		checkShowsOnlyOwn(t, from, to, fill(r.Path, foreign))
	}
}

// getLinks answers an empty list for an account that the org does not know.
const getLinks = "/admin/user-provisioning/v1/org/{orgId}/user/{accountId}/get-scim-links"

// checkForeign compares the answer for another org's ids with that for unknown ones.
func checkForeign(t *testing.T, r adminapi.Route, from *tenant, name, key string, foreign, unknown map[string]string) {
	t.Helper()
	body := isolationBodies[r.Method+" "+r.Path]
	got := from.w.send(t, key, r.Method, fill(r.Path, foreign), body)
	want := from.w.send(t, key, r.Method, fill(r.Path, unknown), body)
	for name, id := range unknown {
		want.body = strings.ReplaceAll(want.body, id, foreign[name])
	}
	if diff := cmp.Diff(want.body, got.body); diff != "" || got.status != want.status {
		t.Errorf("key %s: %s %s: status %d, for unknown ids %d; answers (-unknown +foreign):\n%s", name, r.Method, fill(r.Path, foreign), got.status, want.status, diff)
	}
	if diff := cmp.Diff(lasting(want.header), lasting(got.header)); diff != "" {
		t.Errorf("key %s: %s %s: headers (-unknown +foreign):\n%s", name, r.Method, fill(r.Path, foreign), diff)
	}
	if got.status < 400 && (r.Path != getLinks || got.body != "{\"scimLinks\":[]}\n") {
		t.Errorf("key %s: %s %s: status %d: %s", name, r.Method, fill(r.Path, foreign), got.status, got.body)
	}
}

// lasting leaves out what differs from answer to answer.
func lasting(h http.Header) http.Header {
	h = h.Clone()
	for _, name := range []string{"Date", "Content-Length", "X-Ratelimit-Remaining", "X-Ratelimit-Reset"} {
		h.Del(name)
	}
	return h
}

func checkShowsOnlyOwn(t *testing.T, from, to *tenant, path string) {
	t.Helper()
	a := from.must(t, 200, "GET", path, "")
	for name, id := range to.params() {
		if name != "caseNumber" && strings.Contains(a.body, id) {
			t.Errorf("GET %s shows the %s of another org: %s", path, name, a.body)
		}
	}
}

// Ids of another org in bodies and queries find nothing either.
func TestForeignIDsInBodiesAndQueriesFindNothing(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		ours, theirs := w.ours.params(), w.theirs.params()
		const (
			provisioning = "/admin/user-provisioning/v1/org/{orgId}"
			record       = provisioning + "/scimDirectoryId/{directoryId}/scimUserId/{scimUserId}"
		)
		tests := []struct {
			name, method, path, body string
			status                   int
		}{
			{"domain to directory", "PATCH", "/admin/v1/orgs/{orgId}/domains/{domainId}", `{"directoryId":"` + theirs["directoryId"] + `"}`, 404},
			{"member", "POST", "/admin/v1/orgs/{orgId}/directory/groups/{groupId}/memberships", `{"account_id":"` + theirs["accountId"] + `"}`, 404},
			{"relink", "POST", record + "/relink", `{"accountId":"` + theirs["accountId"] + `"}`, 404},
			{"relink with email", "POST", record + "/relink", `{"accountId":"` + theirs["accountId"] + `","takeEmail":true}`, 404},
			{"park on their domain", "POST", record + "/relink", `{"accountId":"` + ours["accountId"] + `","takeEmail":true,"parkEmail":"p@theirs.example"}`, 403},
			{"adopt", "POST", provisioning + "/groups/{groupId}/adopt", `{"directoryId":"` + theirs["directoryId"] + `"}`, 404},
			{"unlinked of directory", "GET", provisioning + "/unlinked-scim-users?directoryId=" + theirs["directoryId"], "", 404},
			{"deleted of directory", "GET", provisioning + "/deleted-scim-users?directoryId=" + theirs["directoryId"], "", 404},
			{"account on their domain", "POST", "/admin/v1/orgs/{orgId}/users", `{"email":"new@theirs.example"}`, 403},
			{"email on their domain", "PUT", "/users/{accountId}/manage/email", `{"email":"new@theirs.example"}`, 403},
		}
		before := w.theirs.snapshot(t)
		for _, tt := range tests {
			a := w.ours.send(t, tt.method, fill(tt.path, ours), tt.body)
			if a.status != tt.status {
				t.Errorf("%s: status %d, want %d: %s", tt.name, a.status, tt.status, a.body)
			}
		}
		for _, query := range []string{"directoryId=" + theirs["directoryId"], "accountId=" + theirs["accountId"], "scimId=" + theirs["scimUserId"]} {
			a := w.ours.must(t, 200, "GET", fill(provisioning, ours)+"/troubleshooting-log?"+query, "")
			if !strings.Contains(a.body, `"data":[]`) {
				t.Errorf("log with %s shows %s", query, a.body)
			}
		}
		links := w.ours.must(t, 200, "POST", fill(provisioning, ours)+"/get-scim-links-for-email", `{"email":"linked@theirs.example"}`)
		if diff := cmp.Diff("{\"scimLinks\":[]}\n", links.body); diff != "" {
			t.Errorf("links of their email:\n%s", diff)
		}
		if diff := cmp.Diff(before, w.theirs.snapshot(t)); diff != "" {
			t.Errorf("the other org changed (-before +after):\n%s", diff)
		}
	})
}
