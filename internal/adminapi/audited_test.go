package adminapi_test

import (
	"database/sql"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	_ "modernc.org/sqlite" // registers the "sqlite" driver

	"roster/internal/accounts"
	"roster/internal/adminapi"
	"roster/internal/adminapi/api"
	"roster/internal/identity"
	"roster/internal/repair"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

// write is a request that changes something of a tenant.
type write struct {
	params func(t *testing.T, n *tenant) map[string]string // instead of the tenant's usual ones
	body   string                                          // "" for that of isolationBodies; {name} stands for an id
}

// writes are the writing routes for which the usual ids and the body of
// isolationBodies change nothing, with what does.
var writes = map[string]write{
	"DELETE /admin/v1/schemas/{schemaId}": {params: func(t *testing.T, n *tenant) map[string]string {
		t.Helper()
		n.w.loadForAll(t, `{"id":"urn:example:for-all","attributes":[{"name":"a"}]}`)
		return map[string]string{"schemaId": "urn:example:for-all"}
	}},
	"POST /admin/v1/orgs/{orgId}/directory/users/{accountId}/restore-access": {params: withSuspended},
	"POST /admin/v1/orgs/{orgId}/domains/{domainId}/transfer": {body: `{"orgId":"{theirs}"}`, params: func(_ *testing.T, n *tenant) map[string]string {
		return map[string]string{"domainId": string(n.Domain(n.domain).ID)}
	}},
	"POST /admin/v1/orgs/{orgId}/accounts/invite":                        {body: `{"email":"new@ours.example"}`},
	"POST /admin/v1/orgs/{orgId}/accounts/{accountId}/accept-invitation": {params: withInvited},
	"POST /admin/v1/orgs/{orgId}/users":                                  {body: `{"email":"new@ours.example"}`},
	"PATCH /admin/v1/orgs/{orgId}/domains/{domainId}":                    {body: `{"directoryId":"{directoryId}"}`},
	"POST /admin/v1/orgs/{orgId}/domains/{domainId}/check": {params: func(_ *testing.T, n *tenant) map[string]string {
		proof := accounts.ProofOf(n.Domain("unproved-" + n.domain))
		n.w.zone.SetTXT(proof.TXT[0], proof.Text)
		return nil
	}},
	"POST /admin/v1/orgs/{orgId}/directories/{directoryId}/reconnect": {params: withLeft},
	"DELETE /admin/v1/orgs/{orgId}/directories/{directoryId}":         {params: withLeft},
	"POST /admin/v1/orgs/{orgId}/domains/{domainId}/claims": {
		params: func(t *testing.T, n *tenant) map[string]string {
			d := n.Domain(n.domain)
			if _, err := n.Accounts.SetClaimMode(t.Context(), tenanttest.Admin, n.ID, d.ID, identity.ClaimSelected, false); err != nil {
				t.Fatal(err)
			}
			if _, err := n.Accounts.Claim(t.Context(), tenanttest.Admin, n.ID, d.ID, []string{string(n.free.ID)}, false); err != nil {
				t.Fatal(err)
			}
			return map[string]string{"domainId": string(d.ID)}
		},
		body: `{"accounts":["free@ours.example"],"release":true}`,
	},
	"POST /admin/v1/orgs/{orgId}/directory/groups/{groupId}/memberships":                     {body: `{"account_id":"{heldFrom}"}`},
	"POST /admin/v2/orgs/{orgId}/users/invite":                                               {body: `{"emails":["new@ours.example"]}`},
	"POST /admin/v2/orgs/{orgId}/directories/{userDirectoryId}/users/{accountId}/restore":    {params: withSuspended},
	"POST /admin/v2/orgs/{orgId}/directories/{userDirectoryId}/groups/{groupId}/memberships": {body: `{"accountId":"{heldFrom}"}`},
	"POST /users/{accountId}/manage/lifecycle/enable":                                        {params: withFree("disable")},
	"POST /users/{accountId}/manage/lifecycle/cancel-delete":                                 {params: withFree("delete")},
	"DELETE /admin/user-provisioning/v1/org/{orgId}/user/{accountId}/onlyDeleteUserInDB": {params: func(_ *testing.T, n *tenant) map[string]string {
		return map[string]string{"accountId": string(n.linked.AccountID)}
	}},
	"POST /admin/user-provisioning/v1/org/{orgId}/onlyDeleteUsersInDB":                                          {body: `{"accountIds":["{linkedAccount}"]}`},
	"POST /admin/user-provisioning/v1/org/{orgId}/scimDirectoryId/{directoryId}/scimUserId/{scimUserId}/relink": {body: `{"accountId":"{accountId}"}`},
	"DELETE /admin/user-provisioning/v1/org/{orgId}/scimDirectoryId/{directoryId}/scimUserId/{scimUserId}/hold": {params: func(_ *testing.T, n *tenant) map[string]string {
		return map[string]string{"scimUserId": string(n.held.ID)}
	}},
	"POST /admin/user-provisioning/v1/org/{orgId}/scimDirectoryId/{directoryId}/scimUserId/{scimUserId}/restore": {params: func(_ *testing.T, n *tenant) map[string]string {
		return map[string]string{"scimUserId": string(n.deleted)}
	}},
	"POST /admin/user-provisioning/v1/org/{orgId}/repairs":                  {body: `{"findings":["{findingId}"]}`},
	"POST /admin/user-provisioning/v1/org/{orgId}/repairs/{repairId}/cases": {params: withOpenRepair, body: `{"findings":["{findingId}"]}`},
	"POST /admin/user-provisioning/v1/org/{orgId}/repairs/{repairId}/seal": {params: func(t *testing.T, n *tenant) map[string]string {
		t.Helper()
		params := withOpenRepair(t, n)
		_, _, err := n.Repair.AddCases(t.Context(), tenanttest.Admin, n.ID, identity.RepairID(params["repairId"]), repair.PlanRequest{Findings: []string{n.finding}})
		tenanttest.Accepted(t, err)
		return params
	}},
	"DELETE /admin/user-provisioning/v1/org/{orgId}/repairs/{repairId}": {params: withOpenRepair},
	"POST /admin/user-provisioning/v1/org/{orgId}/repairs/{repairId}/undo": {params: func(t *testing.T, n *tenant) map[string]string {
		t.Helper()
		_, _, err := n.Repair.Apply(t.Context(), tenanttest.Admin, n.ID, n.repair, 0, 1)
		tenanttest.Accepted(t, err)
		return nil
	}},
	"POST /admin/user-provisioning/v1/org/{orgId}/groups/{groupId}/adopt": {body: `{"directoryId":"{directoryId}"}`},
}

// unaudited are the routes that are no GET and leave no entry, with the reason.
var unaudited = map[string]string{
	"POST /admin/v1/orgs/{orgId}/accounts/import":                             "its answer begins before it writes; TestImport of accounts looks at the entries",
	"POST /admin/user-provisioning/v1/org/{orgId}/get-scim-links-for-email":   "it reads",
	"POST /admin/v1/orgs/{orgId}/accounts/last-active":                        "applications tell it all the time, and it changes nobody's rights",
	"POST /admin/v2/orgs/{orgId}/directories/{userDirectoryId}/users/search":  "it reads",
	"POST /admin/v2/orgs/{orgId}/directories/{userDirectoryId}/groups/search": "it reads",
	"POST /api/v1/accounts/lookup":                                            "it reads",
	"DELETE /users/{accountId}/manage/api-tokens/{tokenId}":                   "there is none to delete",
}

// withFree changes the state of the free account first.
func withFree(action string) func(t *testing.T, n *tenant) map[string]string {
	return func(t *testing.T, n *tenant) map[string]string {
		t.Helper()
		if a := n.send(t, "POST", "/users/"+string(n.free.ID)+"/manage/lifecycle/"+action, ""); a.status >= 300 {
			t.Fatalf("%s: status %d: %s", action, a.status, a.body)
		}
		return nil
	}
}

func withOpenRepair(t *testing.T, n *tenant) map[string]string {
	t.Helper()
	opened, err := n.Repair.OpenRepair(t.Context(), tenanttest.Admin, n.ID, "in parts", repair.StrategyAtomic)
	tenanttest.Accepted(t, err)
	return map[string]string{"repairId": string(opened.ID)}
}

func withSuspended(t *testing.T, n *tenant) map[string]string {
	t.Helper()
	n.must(t, 200, "POST", fill("/admin/v1/orgs/{orgId}/directory/users/{accountId}/suspend-access", n.params()), "")
	return nil
}

// withLeft makes a directory that was disconnected.
func withLeft(t *testing.T, n *tenant) map[string]string {
	t.Helper()
	d := n.Directory("left")
	_, err := n.Accounts.Disconnect(t.Context(), tenanttest.Admin, n.ID, d.ID)
	tenanttest.Accepted(t, err)
	return map[string]string{"directoryId": string(d.ID)}
}

func withInvited(t *testing.T, n *tenant) map[string]string {
	t.Helper()
	a := n.must(t, 201, "POST", fill("/admin/v1/orgs/{orgId}/accounts/invite", n.params()), `{"email":"invited@ours.example"}`)
	return map[string]string{"accountId": decoded[api.AccountResponse](t, a).Data.ID}
}

// Every write leaves an entry that names who, from where and under which
// request, in the transaction of the write: where the entry cannot be written,
// nothing is.
func TestEveryWriteIsAudited(t *testing.T) {
	t.Parallel()
	for _, r := range adminapi.Routes() {
		pattern := r.Method + " " + r.Path
		if r.Method == http.MethodGet || unaudited[pattern] != "" {
			continue
		}
		t.Run(pattern, func(t *testing.T) {
			t.Parallel()
			w := onSQLite(t)
			n := w.ours
			params, body := n.params(), isolationBodies[pattern]
			if change := writes[pattern]; change.params != nil {
				maps.Copy(params, change.params(t, n))
			}
			if change := writes[pattern]; change.body != "" {
				body = change.body
			}
			body = fill(fill(body, params), map[string]string{"heldFrom": string(n.heldFrom), "theirs": string(w.theirs.ID), "linkedAccount": string(n.linked.AccountID)})
			key, keyID := n.key, n.keyID
			if !slices.Contains(r.Keys, store.CredentialOrg) {
				key, keyID = w.siteKey, w.siteKeyID
			}

			before := n.snapshot(t)
			breakAudit(t, w, true)
			if a := w.send(t, key, r.Method, fill(r.Path, params), body); a.status != http.StatusInternalServerError {
				t.Errorf("without an audit log: status %d, want 500: %s", a.status, a.body)
			}
			breakAudit(t, w, false)
			if diff := cmp.Diff(before, n.snapshot(t)); diff != "" {
				t.Errorf("changed without an entry (-before +after):\n%s", diff)
			}

			entries := len(n.Audit())
			a := w.send(t, key, r.Method, fill(r.Path, params), body)
			if a.status >= 300 {
				t.Fatalf("status %d: %s", a.status, a.body)
			}
			if pattern == "POST /admin/v1/orgs" {
				return // it is in the log of the new organization
			}
			added := n.Audit()[entries:]
			if len(added) == 0 {
				t.Fatal("no audit entry")
			}
			for _, e := range added {
				want := []string{string(keyID), "127.0.0.1", requestID}
				if diff := cmp.Diff(want, []string{e.ActorID, e.IP, e.RequestID}); diff != "" {
					t.Errorf("%s: who, from where, which request (-want +got):\n%s", e.Action, diff)
				}
				if e.Target == "" || e.Before == e.After {
					t.Errorf("%s of %q: before %s, after %s", e.Action, e.Target, e.Before, e.After)
				}
				for _, secret := range []string{n.key, w.siteKey, n.token} {
					if strings.Contains(e.Before+e.After, secret) {
						t.Errorf("%s holds a secret", e.Action)
					}
				}
			}
		})
	}
}

// breakAudit makes the database refuse entries of the audit log, or no longer.
func breakAudit(t *testing.T, w *world, broken bool) {
	t.Helper()
	db, err := sql.Open("sqlite", w.DSN)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	statement := `DROP TRIGGER broken`
	if broken {
		statement = `CREATE TRIGGER broken BEFORE INSERT ON audit_entry BEGIN SELECT RAISE(ABORT, 'the test says no'); END`
	}
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

// Excuses must be of routes that there are.
func TestUnauditedRoutesExist(t *testing.T) {
	t.Parallel()
	for pattern := range unaudited {
		if !slices.ContainsFunc(adminapi.Routes(), func(r adminapi.Route) bool { return r.Method+" "+r.Path == pattern }) {
			t.Errorf("there is no %s", pattern)
		}
	}
}

// A dry run writes nothing, so it leaves no entry.
func TestDryRunsAreNotAudited(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	n := w.ours
	entries := len(n.Audit())
	const provisioning = "/admin/user-provisioning/v1/org/{orgId}"
	n.must(t, 200, "POST", fill(provisioning+"/scimDirectoryId/{directoryId}/scimUserId/{scimUserId}/relink", n.params()), `{"accountId":"`+string(n.free.ID)+`","dryRun":true}`)
	n.must(t, 200, "POST", fill(provisioning+"/groups/{groupId}/adopt", n.params()), `{"dryRun":true,"directoryId":"`+string(n.dir.ID)+`"}`)
	n.must(t, 200, "POST", fill(provisioning+"/onlyDeleteUsersInDB", n.params()), `{"accountIds":["`+string(n.linked.AccountID)+`"],"dryRun":true}`)
	if added := n.Audit()[entries:]; len(added) > 0 {
		t.Errorf("dry runs left %+v", added)
	}
}
