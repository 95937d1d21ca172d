package adminapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"roster/internal/accounts"
	"roster/internal/adminapi"
	"roster/internal/adminapi/api"
	"roster/internal/auth"
	"roster/internal/dnstest"
	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/outbound"
	"roster/internal/repair"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

// requestID is what the server's middleware would have set.
const requestID = "req-of-this-test"

// maxBody of the handler under test, small enough to go over it.
const maxBody = 64 << 10

// world is a running server with two tenants that have the same things.
type world struct {
	*tenanttest.Deployment
	handler   *adminapi.Handler
	server    *httptest.Server
	slog      *lockedBuffer
	zone      *dnstest.Server // that domain checks ask
	siteKey   string
	siteKeyID identity.CredentialID
	ours      *tenant
	theirs    *tenant
}

// tenant is an org with one of everything.
type tenant struct {
	*tenanttest.Org
	w        *world
	domain   string
	schema   string // URN of a schema that was loaded for dir
	key      string // an organization API key
	token    string // a SCIM token of dir
	dir      *tenanttest.Directory
	linked   store.SCIMUser // linked to a managed account
	held     store.SCIMUser // unlinked and held
	external store.SCIMUser // linked to an account that the org does not manage
	deleted  identity.SCIMUserID
	free     store.Account // that no directory knows of
	local    identity.OrgGroupID
	synced   identity.OrgGroupID
	unproved identity.DomainID
	importID string         // id of an import
	job      identity.JobID // that nobody does
	keyID    identity.CredentialID
	tokenID  identity.CredentialID
	heldFrom identity.AccountID
	eventID  identity.EntryID  // of the latest event
	entryID  identity.EntryID  // of the latest log entry
	finding  string            // about the held record
	repair   identity.RepairID // planned, of that finding
	session  identity.SessionID
	grant    identity.GrantID
}

// forEachEngine runs a test in a fresh world on either engine.
func forEachEngine(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) { test(t, newWorld(t, d)) })
}

// onSQLite is for tests of what has nothing to do with the engine.
func onSQLite(t *testing.T) *world {
	t.Helper()
	return newWorld(t, tenanttest.OnSQLite(t))
}

func newWorld(t *testing.T, d *tenanttest.Deployment) *world {
	t.Helper()
	w := &world{Deployment: d, slog: &lockedBuffer{}, zone: dnstest.Serve(t)}
	w.handler = adminapi.New(adminapi.Deps{
		Accounts: d.Accounts, Proofs: accounts.NewProofs(d.Store, outbound.New(outbound.Options{Resolver: w.zone.Addr, Port: "1"})), Repair: d.Repair, Journal: journal.NewReader(d.Store), Keys: d.Keys, Sessions: d.Sessions,
		Logger: slog.New(slog.NewTextHandler(w.slog, nil)), MaxBody: maxBody,
	})
	w.server = httptest.NewServer(withRequestID(contract(t).Guard(t, w.handler)))
	t.Cleanup(w.server.Close)
	site, err := d.Keys.EnsureSiteKey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w.siteKey, w.siteKeyID = site.Secret, site.ID
	w.ours, w.theirs = w.newTenant(t, "ours.example"), w.newTenant(t, "theirs.example")
	return w
}

// planned is a repair of the tenant's finding and of others.
func (n *tenant) planned(t *testing.T, others ...string) identity.RepairID {
	t.Helper()
	r, _, err := n.w.Repair.Plan(t.Context(), tenanttest.Admin, n.ID, repair.PlanRequest{Strategy: repair.StrategyAtomic, Findings: append(others, n.finding)})
	if err != nil {
		t.Fatal(err)
	}
	return r.ID
}

func withRequestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Request-ID", requestID)
		next.ServeHTTP(w, r)
	})
}

func (w *world) newTenant(t *testing.T, domain string) *tenant {
	t.Helper()
	o := w.Org(domain)
	dir := o.Directory("Entra")
	n := &tenant{Org: o, w: w, domain: domain, dir: dir, free: o.Account("free@" + domain)}
	n.key, n.keyID = n.newKey(t, time.Time{})
	issued, err := w.Keys.CreateToken(t.Context(), tenanttest.Admin, o.ID, dir.ID, "push", time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	n.token, n.tokenID = issued.Secret, issued.ID
	n.linked = dir.User(dir.Push("linked@" + domain).ID)
	n.external = dir.User(dir.Push("guest@elsewhere-of-" + domain).ID)
	n.heldFrom = dir.User(dir.Push("held@" + domain).ID).AccountID
	n.held = n.unlinked(t, "held@"+domain)
	n.deleted = dir.Push("deleted@" + domain).ID
	if err := dir.Delete(n.deleted); err != nil {
		t.Fatal(err)
	}
	g, err := w.Accounts.CreateGroup(t.Context(), tenanttest.Admin, o.ID, "Local of "+domain, "made here")
	if err != nil {
		t.Fatal(err)
	}
	n.local = g.ID
	for _, id := range []identity.AccountID{n.free.ID, n.linked.AccountID} {
		if _, err := w.Accounts.AddMember(t.Context(), tenanttest.Admin, o.ID, g.ID, id); err != nil {
			t.Fatal(err)
		}
	}
	dir.PushGroup("Synced of "+domain, n.linked.ID)
	n.synced = o.Group("Synced of " + domain).ID
	unproved, err := w.Accounts.AddDomain(t.Context(), tenanttest.Admin, o.ID, "unproved-"+domain)
	if err != nil {
		t.Fatal(err)
	}
	n.unproved = unproved.ID
	n.finding = "held~" + string(dir.ID) + "~" + string(n.held.ID)
	for range 2 {
		n.repair = n.planned(t)
	}
	imported, err := w.Accounts.BeginImport(t.Context(), tenanttest.Admin, o.ID, "import-of-"+domain, false)
	if err != nil {
		t.Fatal(err)
	}
	n.importID = imported.State().ID
	n.job = n.startJob(t)
	n.useConsole(t)
	n.eventID, n.entryID = o.LastAudit().ID, o.LastLog().ID
	n.schema = "urn:example:params:scim:schemas:" + domain
	n.must(t, 200, "POST", fill("/admin/v1/orgs/{orgId}/directories/{directoryId}/schemas", n.params()), `{"documents":[{"id":"`+n.schema+`","attributes":[{"name":"badge"}]}]}`)
	return n
}

// unlinked unlinks the record of an address and gives it.
func (n *tenant) unlinked(t *testing.T, email string) store.SCIMUser {
	t.Helper()
	found, err := n.Repair.RecordsByEmail(t.Context(), n.ID, email)
	if err != nil || len(found) != 1 {
		t.Fatalf("records of %s: %v, %v", email, found, err)
	}
	if err := n.Repair.Unlink(t.Context(), tenanttest.Admin, n.ID, n.dir.Record(found[0].ID)); err != nil {
		t.Fatal(err)
	}
	return n.dir.User(found[0].ID)
}

func (n *tenant) newKey(t *testing.T, expires time.Time) (secret string, id identity.CredentialID) {
	t.Helper()
	issued, err := n.Keys.CreateOrgKey(t.Context(), tenanttest.Admin, n.ID, "ops", expires)
	if err != nil {
		t.Fatal(err)
	}
	return issued.Secret, issued.ID
}

// useConsole lets people in to the console, and signs some in.
func (n *tenant) useConsole(t *testing.T) {
	t.Helper()
	for _, role := range []auth.Role{auth.RoleAdmin, auth.RoleViewer} {
		grant, _, err := n.Sessions.Grant(t.Context(), tenanttest.Admin, n.ID, auth.NewGrant{Claim: string(role) + "s of " + n.domain, Role: role})
		tenanttest.Accepted(t, err)
		link, _, err := n.Sessions.NewLink(t.Context(), tenanttest.Admin, n.ID, "", role, 0)
		tenanttest.Accepted(t, err)
		session, _, err := n.Sessions.RedeemLink(t.Context(), link, auth.Client{UserAgent: "browser of " + n.domain})
		tenanttest.Accepted(t, err)
		n.grant, n.session = grant.ID, session.ID
	}
}

// startJob begins to make the claims of the tenant's domain selected.
func (n *tenant) startJob(t *testing.T) identity.JobID {
	t.Helper()
	if _, err := n.Accounts.SetClaimMode(t.Context(), tenanttest.Admin, n.ID, n.Domain(n.domain).ID, identity.ClaimSelected, true); err != nil {
		t.Fatal(err)
	}
	jobs, _, err := n.Accounts.Jobs(t.Context(), n.ID, store.Page{})
	if err != nil || len(jobs) != 1 {
		t.Fatalf("jobs: %v, %v", jobs, err)
	}
	return jobs[0].ID
}

// client is the generated client with a key.
func (w *world) client(t *testing.T, key string) *api.ClientWithResponses {
	t.Helper()
	c, err := api.NewClientWithResponses(w.server.URL, api.WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
		r.Header.Set("Authorization", "Bearer "+key)
		return nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// answer is what a request got.
type answer struct {
	status int
	header http.Header
	body   string
}

func (a answer) adminError(t *testing.T) api.AdminError {
	t.Helper()
	var body api.AdminErrors
	if err := json.Unmarshal([]byte(a.body), &body); err != nil || len(body.Errors) != 1 {
		t.Fatalf("status %d: no error in %q (%v)", a.status, a.body, err)
	}
	return body.Errors[0]
}

// header is one header of a request, "Name: value".
type header string

// send makes a request with a key, if there is one, and follows no redirect.
func (w *world) send(t *testing.T, key, method, path, body string, headers ...header) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, w.server.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if key != "" {
		req.Header.Set("Authorization", "Bearer "+key)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(string(h), ": ")
		req.Header.Set(name, value)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, string(data)}
}

// send is a request with the tenant's key.
func (n *tenant) send(t *testing.T, method, path, body string) answer {
	t.Helper()
	return n.w.send(t, n.key, method, path, body)
}

// must is send for requests that cannot fail.
func (n *tenant) must(t *testing.T, status int, method, path, body string) answer {
	t.Helper()
	a := n.send(t, method, path, body)
	if a.status != status {
		t.Fatalf("%s %s %s: status %d, want %d: %s", method, path, body, a.status, status, a.body)
	}
	return a
}

// params are the ids of the tenant's things, by the names of the path's parameters.
func (n *tenant) params() map[string]string {
	return map[string]string{
		"orgId": string(n.ID), "jobId": string(n.job), "keyId": string(n.keyID), "tokenId": string(n.tokenID), "domainId": string(n.unproved),
		"schemaId": n.schema, "userDirectoryId": string(n.ID),
		"directoryId": string(n.dir.ID), "groupId": string(n.local), "accountId": string(n.free.ID), "scimUserId": string(n.linked.ID), "eventId": string(n.eventID), "entryId": string(n.entryID),
		"findingId": n.finding, "repairId": string(n.repair), "caseNumber": "1", "importId": n.importID,
		"sessionId": string(n.session), "grantId": string(n.grant),
	}
}

// paramsOf are params for which a path shows something: claims, those of a
// verified domain.
func (n *tenant) paramsOf(path string) map[string]string {
	params := n.params()
	if strings.HasSuffix(path, "/claims") {
		params["domainId"] = string(n.Domain(n.domain).ID)
	}
	return params
}

// fill puts parameters into a path.
func fill(path string, params map[string]string) string {
	for name, value := range params {
		path = strings.ReplaceAll(path, "{"+name+"}", value)
	}
	return path
}

// snapshot is all that the API shows of a tenant, for comparison.
func (n *tenant) snapshot(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	for _, r := range adminapi.Routes() {
		isOfOrg := strings.Contains(r.Path, "{orgId}") && !strings.Contains(r.Path, "{accountId}")
		if r.Method != http.MethodGet || !isOfOrg || strings.HasSuffix(r.Path, "/keys") || strings.HasSuffix(r.Path, "/tokens") || strings.HasSuffix(r.Path, "/health") {
			continue // keys show when they were last used, health what time it is
		}
		a := n.send(t, "GET", fill(r.Path, n.paramsOf(r.Path)), "")
		if a.status != http.StatusOK && a.status != http.StatusNotFound { // what a test has ended, such as a finding, is not there
			t.Fatalf("GET %s: status %d: %s", r.Path, a.status, a.body)
		}
		b.WriteString(a.body)
	}
	b.WriteString(n.must(t, 200, "GET", "/users/"+string(n.free.ID)+"/manage/profile", "").body)
	for _, g := range []identity.OrgGroupID{n.local, n.synced} {
		b.WriteString(n.must(t, 200, "GET", fill("/admin/v1/orgs/{orgId}/directory/groups/", n.params())+string(g)+"/memberships", "").body)
	}
	return b.String()
}

// lockedBuffer takes the server's log.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
