package console_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"roster/internal/accounts"
	"roster/internal/auth"
	"roster/internal/console"
	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/outbound"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

// requestID is what the server's middleware would have set.
const requestID = "req-of-this-test"

// world is a console with two tenants that have the same things.
type world struct {
	*tenanttest.Deployment
	handler      *console.Handler
	log          *bytes.Buffer // of the server
	ours, theirs *tenant
}

// tenant is an org with one of everything.
type tenant struct {
	*tenanttest.Org
	domain string
	dir    *tenanttest.Directory
	linked store.SCIMUser
	guest  store.SCIMUser             // linked to an account that the org does not manage
	free   store.Account              // that no directory knows of
	group  func() identity.OrgGroupID // a local one, made when a test first asks for it
	tangle func() tangle              // made when a test first asks for it
	key    auth.Issued
	token  auth.Issued
	pushed func() identity.SCIMGroupID // made when a test first asks for it
	other  auth.Session                // of somebody who is signed in
	grant  auth.Grant
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

func newWorld(tb testing.TB, d *tenanttest.Deployment) *world {
	tb.Helper()
	w := &world{Deployment: d, log: new(bytes.Buffer)}
	w.handler = console.New(console.Deps{
		Accounts: d.Accounts, Proofs: accounts.NewProofs(d.Store, outbound.New(outbound.Options{})), Provision: d.Provision,
		Repair: d.Repair, Journal: journal.NewReader(d.Store), Keys: d.Keys, Sessions: d.Sessions,
		Logger: slog.New(slog.NewTextHandler(w.log, nil)),
	})
	tb.Cleanup(w.handler.Close)
	w.ours, w.theirs = w.newTenant("ours.example"), w.newTenant("theirs.example")
	return w
}

func (w *world) newTenant(domain string) *tenant {
	w.TB.Helper()
	o := w.Org(domain)
	n := &tenant{Org: o, domain: domain, dir: o.Directory("Entra"), free: o.Account("free@" + domain)}
	n.linked = n.dir.User(n.dir.Push("linked@" + domain).ID)
	grant, _, err := w.Sessions.Grant(w.TB.Context(), tenanttest.Admin, o.ID, auth.NewGrant{Claim: "staff of " + domain, Role: auth.RoleViewer})
	if err != nil {
		w.TB.Fatal(err)
	}
	n.grant = grant
	key, err := w.Keys.CreateOrgKey(w.TB.Context(), tenanttest.Admin, o.ID, "script of "+domain, time.Time{})
	if err != nil {
		w.TB.Fatal(err)
	}
	n.key = key
	if n.token, err = w.Keys.CreateToken(w.TB.Context(), tenanttest.Admin, o.ID, n.dir.ID, "token of "+domain, time.Time{}); err != nil {
		w.TB.Fatal(err)
	}
	n.other, _ = n.begin(auth.RoleViewer)
	n.guest = n.dir.User(n.dir.Push("guest@elsewhere-of-" + domain).ID)
	n.group = sync.OnceValue(func() identity.OrgGroupID {
		g, err := n.Accounts.CreateGroup(n.TB.Context(), tenanttest.Admin, n.ID, "Staff", "")
		tenanttest.Accepted(n.TB, err)
		return g.ID
	})
	n.pushed = sync.OnceValue(func() identity.SCIMGroupID { return n.dir.PushGroup("Engineers of "+domain, n.linked.ID).ID })
	n.tangle = sync.OnceValue(n.newTangle)
	return n
}

// signIn gives the cookie of a new session.
func (n *tenant) signIn(role auth.Role) *http.Cookie {
	n.TB.Helper()
	_, secret := n.begin(role)
	return &http.Cookie{Name: "roster_session", Value: secret}
}

// begin makes a new session.
func (n *tenant) begin(role auth.Role) (begun auth.Session, secret string) {
	n.TB.Helper()
	ctx := n.TB.Context()
	link, _, err := n.Sessions.NewLink(ctx, tenanttest.Admin, n.ID, string(role)+"@"+n.domain, role, 0)
	if err != nil {
		n.TB.Fatal(err)
	}
	begun, secret, err = n.Sessions.RedeemLink(ctx, link, auth.Client{Address: "192.0.2.1"})
	if err != nil {
		n.TB.Fatal(err)
	}
	return begun, secret
}

// answer is what the console answered.
type answer struct {
	*http.Response
	body string
}

// browser sends requests with the cookies that it was given.
type browser struct {
	w       *world
	cookies []*http.Cookie
}

func (w *world) browser(cookies ...*http.Cookie) *browser { return &browser{w, cookies} }

// get opens a page; headers are pairs.
func (b *browser) get(path string, headers ...string) answer {
	return b.send(http.MethodGet, path, nil, headers...)
}

// post sends a form as a page of the console does.
func (b *browser) post(path string, form url.Values, headers ...string) answer {
	return b.send(http.MethodPost, path, form, append([]string{"Sec-Fetch-Site", "same-origin"}, headers...)...)
}

func (b *browser) send(method, path string, form url.Values, headers ...string) answer {
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	for _, c := range b.cookies {
		r.AddCookie(c)
	}
	rec := httptest.NewRecorder()
	rec.Header().Set("X-Request-ID", requestID)
	b.w.handler.ServeHTTP(rec, r)
	res := rec.Result()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.w.TB.Fatal(err)
	}
	return answer{res, string(body)}
}

// params are the ids of a tenant's things, by their names in paths. A route with
// a name that is missing here fails the tests that walk the routes.
func (n *tenant) params() map[string]string {
	return map[string]string{
		"accountId":   string(n.linked.AccountID),
		"groupId":     string(n.group()),
		"directoryId": string(n.dir.ID),
		"scimUserId":  string(n.linked.ID),
		"entryId":     string(n.LastLog().ID),
		"findingId":   n.tangle().finding.ID,
		"repairId":    string(n.tangle().repair.ID),
		"caseNumber":  "1",
		"eventId":     string(n.LastAudit().ID),
		"domainId":    string(n.Domain(n.domain).ID),
		"keyId":       string(n.key.ID),
		"scimGroupId": string(n.pushed()),
		"tokenId":     string(n.token.ID),
		"sessionId":   string(n.other.ID),
		"grantId":     string(n.grant.ID),
	}
}

// fill puts a tenant's ids into the pattern of a route; missing is the name that
// params lack.
func fill(pattern string, params map[string]string) (path, missing string) {
	path = strings.ReplaceAll(pattern, "{$}", "")
	for strings.Contains(path, "{") {
		before, rest, _ := strings.Cut(path, "{")
		name, after, _ := strings.Cut(rest, "}")
		value, ok := params[name]
		if !ok {
			return "", name
		}
		path = before + url.PathEscape(value) + after
	}
	return path, ""
}
