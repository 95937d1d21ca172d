package scimhttp_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"roster/internal/auth"
	"roster/internal/identity"
	"roster/internal/provision"
	"roster/internal/scimhttp"
	"roster/internal/store"
	"roster/internal/testdb"
)

func TestMain(m *testing.M) { testdb.Main(m) }

// world is a running SCIM server with two orgs, one of which has two directories.
type world struct {
	store  *store.Store
	keys   *auth.Keys
	server *httptest.Server
	slog   *lockedBuffer

	org, otherOrg   identity.OrgID
	entra, generic  directory // of org, which has verified x.example
	foreign         directory // of otherOrg, which has verified y.example
	orgKey, siteKey string
}

type directory struct {
	id    identity.DirectoryID
	token string
	base  string // the SCIM base URL
}

// forEachEngine runs a test in a fresh world on either engine.
func forEachEngine(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, newWorld(t))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		dsn := testdb.PostgresTemplate(t, "scimhttp", func(dsn string) error {
			st, err := store.Open(context.Background(), dsn, store.Options{})
			if err != nil {
				return err
			}
			return st.Close()
		})
		test(t, newWorldOn(t, dsn, scimhttp.Options{}))
	})
}

// newWorld is a world on SQLite.
func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldWith(t, scimhttp.Options{})
}

func newWorldWith(t *testing.T, opts scimhttp.Options) *world {
	t.Helper()
	return newWorldOn(t, filepath.Join(t.TempDir(), "roster.db"), opts)
}

func newWorldOn(t *testing.T, dsn string, opts scimhttp.Options) *world {
	t.Helper()
	st, err := store.Open(t.Context(), dsn, store.Options{Readers: 6})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{store: st, keys: auth.NewKeys(st, nil), slog: &lockedBuffer{}}
	opts.Logger = loggerTo(w.slog)
	w.server = httptest.NewServer(scimhttp.New(provision.New(st), w.keys, opts))
	t.Cleanup(func() {
		w.server.Close()
		if err := st.Close(); err != nil {
			t.Errorf("close store: %v", err)
		}
	})
	w.org = w.newOrg(t, "x.example")
	w.otherOrg = w.newOrg(t, "y.example")
	w.entra = w.newDirectory(t, w.org, identity.KindEntra)
	w.generic = w.newDirectory(t, w.org, identity.KindGeneric)
	w.foreign = w.newDirectory(t, w.otherOrg, identity.KindOkta)
	key, err := w.keys.CreateOrgKey(t.Context(), identity.Caller{Actor: "test"}, w.org, "ops", time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	site, err := w.keys.EnsureSiteKey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w.orgKey, w.siteKey = key.Secret, site.Secret
	return w
}

// newOrg makes an org that has verified a domain.
func (w *world) newOrg(t *testing.T, domain string) identity.OrgID {
	t.Helper()
	id := identity.OrgID(identity.NewUUID())
	w.update(t, func(tx *store.Tx) error {
		if _, err := tx.InsertOrg(store.Org{ID: id, Name: domain, Behaviour: identity.BehaviourSafe}); err != nil {
			return err
		}
		d, err := tx.InsertDomain(store.Domain{OrgID: id, ID: identity.DomainID(identity.NewUUID()), Name: domain})
		if err != nil {
			return err
		}
		d.Status, d.VerifiedAt = identity.DomainVerified, tx.Now()
		return tx.UpdateDomain(d)
	})
	return id
}

func (w *world) newDirectory(t *testing.T, org identity.OrgID, kind identity.DirectoryKind) directory {
	t.Helper()
	return w.newNamedDirectory(t, org, string(kind), kind)
}

func (w *world) newNamedDirectory(t *testing.T, org identity.OrgID, name string, kind identity.DirectoryKind) directory {
	t.Helper()
	id := identity.DirectoryID(identity.NewUUID())
	w.update(t, func(tx *store.Tx) error {
		_, err := tx.InsertDirectory(store.Directory{ID: id, OrgID: org, Name: name, Kind: kind})
		return err
	})
	issued, err := w.keys.CreateToken(t.Context(), identity.Caller{Actor: "test"}, org, id, "push", time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	return directory{id: id, token: issued.Secret, base: w.server.URL + "/scim/directory/" + string(id)}
}

func (w *world) update(t *testing.T, fn func(*store.Tx) error) {
	t.Helper()
	if err := w.store.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func (w *world) view(t *testing.T, fn func(*store.Tx) error) {
	t.Helper()
	if err := w.store.View(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// log gives an org's troubleshooting log, newest first.
func (w *world) log(t *testing.T, org identity.OrgID) (entries []store.LogEntry) {
	t.Helper()
	w.view(t, func(tx *store.Tx) (err error) {
		entries, _, err = tx.LogEntries(org, store.LogFilter{}, store.Page{})
		return err
	})
	return entries
}

// answer is what a request got.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (a answer) json(t *testing.T) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal(a.body, &v); err != nil {
		t.Fatalf("status %d: body %q: %v", a.status, a.body, err)
	}
	return v
}

func (a answer) text(t *testing.T, name string) string {
	t.Helper()
	s, ok := a.json(t)[name].(string)
	if !ok {
		t.Fatalf("status %d: no text %q in %s", a.status, name, a.body)
	}
	return s
}

// header is one header of a request, "Name: value"; an empty value sends none.
type header string

// send makes a request with a directory's token below its base URL.
func (d directory) send(t *testing.T, method, path, body string, headers ...header) answer {
	t.Helper()
	headers = append([]header{header("Authorization: Bearer " + d.token)}, headers...)
	return send(t, method, d.base+path, body, headers...)
}

// sendChunked posts a body without saying its length.
func (d directory) sendChunked(t *testing.T, path, body string) answer {
	t.Helper()
	return sendFrom(t, "POST", d.base+path, io.MultiReader(strings.NewReader(body)), header("Authorization: Bearer "+d.token))
}

// send makes a request and follows no redirect.
func send(t *testing.T, method, url, body string, headers ...header) answer {
	t.Helper()
	if body != "" {
		headers = append([]header{"Content-Type: application/scim+json"}, headers...)
	}
	return sendFrom(t, method, url, strings.NewReader(body), headers...)
}

func sendFrom(t *testing.T, method, url string, body io.Reader, headers ...header) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(string(h), ": ")
		req.Header.Del(name)
		if value != "" {
			req.Header.Set(name, value)
		}
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
	return answer{res.StatusCode, res.Header, data}
}

// must is send for requests that cannot fail.
func (d directory) must(t *testing.T, status int, method, path, body string) answer {
	t.Helper()
	a := d.send(t, method, path, body)
	if a.status != status {
		t.Fatalf("%s %s %s: status %d, want %d: %s", method, path, body, a.status, status, a.body)
	}
	return a
}

// newUser pushes a user and gives its id.
func (d directory) newUser(t *testing.T, userName string) string {
	t.Helper()
	return d.must(t, 201, "POST", "/Users", `{"userName":"`+userName+`","emails":[{"value":"`+userName+`","type":"work","primary":true}]}`).text(t, "id")
}

// newGroup pushes a group and gives its id.
func (d directory) newGroup(t *testing.T, name string, members ...string) string {
	t.Helper()
	return d.must(t, 201, "POST", "/Groups", `{"displayName":"`+name+`","members":`+membersJSON(members)+`}`).text(t, "id")
}

func membersJSON(ids []string) string {
	values := []string{}
	for _, id := range ids {
		values = append(values, `{"value":"`+id+`"}`)
	}
	return "[" + strings.Join(values, ",") + "]"
}

// membersOf are the members of a group, in order.
func (d directory) membersOf(t *testing.T, group string) []string {
	t.Helper()
	var b struct {
		Members []struct {
			Value string `json:"value"`
		} `json:"members"`
	}
	if err := json.Unmarshal(d.must(t, 200, "GET", "/Groups/"+group, "").body, &b); err != nil {
		t.Fatal(err)
	}
	ids := []string{}
	for _, m := range b.Members {
		ids = append(ids, m.Value)
	}
	return ids
}

// everything is what a directory holds, for comparison.
func (d directory) everything(t *testing.T) string {
	t.Helper()
	return string(d.must(t, 200, "GET", "/Users", "").body) + "\n" + string(d.must(t, 200, "GET", "/Groups", "").body)
}

// wantSubset checks that a body holds what want says: arrays as long as there,
// objects with at least those members, null for a member that must be absent.
func wantSubset(t *testing.T, got []byte, want string) {
	t.Helper()
	var w, g any
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		t.Fatalf("want %s: %v", want, err)
	}
	if err := json.Unmarshal(got, &g); err != nil {
		t.Fatalf("got %s: %v", got, err)
	}
	if !holds(g, w) {
		t.Errorf("got %s\nwant at least %s", got, want)
	}
}

func holds(got, want any) bool {
	switch want := want.(type) {
	case map[string]any:
		object, ok := got.(map[string]any)
		for name, w := range want {
			g, present := object[name]
			if w == nil && present || w != nil && !holds(g, w) {
				return false
			}
		}
		return ok
	case []any:
		array, ok := got.([]any)
		if !ok || len(array) != len(want) {
			return false
		}
		for i := range want {
			if !holds(array[i], want[i]) {
				return false
			}
		}
		return true
	default:
		return got == want
	}
}

// patchJSON is the body of a PATCH.
func patchJSON(operations ...string) string {
	return `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[` + strings.Join(operations, ",") + `]}`
}

func loggerTo(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }

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
