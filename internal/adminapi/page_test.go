package adminapi_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/adminapi"
	"roster/internal/adminapi/api"
	"roster/internal/tenanttest"
)

// list is what every list answers.
type list struct {
	Data  []json.RawMessage `json:"data"`
	Links api.PageLinks     `json:"links"`
}

func (n *tenant) list(t *testing.T, path string) (l list) {
	t.Helper()
	if err := json.Unmarshal([]byte(n.must(t, 200, "GET", path, "").body), &l); err != nil {
		t.Fatal(err)
	}
	return l
}

// lists are the paths of all lists of a tenant.
func (n *tenant) lists(t *testing.T) []string {
	t.Helper()
	var paths []string
	for _, r := range adminapi.Routes() {
		isWhole := strings.HasPrefix(r.Path, "/admin/v2/") || // links hold cursors, see TestUserDirectoryPages
			strings.HasSuffix(r.Path, "/event-actions") || // as the hosted one
			strings.HasSuffix(r.Path, "/export") || // a stream
			strings.HasSuffix(r.Path, "/setup") || strings.HasSuffix(r.Path, "/health") // of one directory
		if r.Method == http.MethodGet && !isWhole && !strings.HasSuffix(r.Path, "}") && !strings.Contains(r.Path, "{accountId}") {
			paths = append(paths, fill(r.Path, n.paramsOf(r.Path)))
		}
	}
	if len(paths) < 10 {
		t.Fatalf("lists: %v", paths)
	}
	return paths
}

// Following links.next row by row gives what one page gives, once each.
func TestPaging(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		n := w.ours
		if _, err := n.Keys.CreateToken(t.Context(), tenanttest.Admin, n.ID, n.dir.ID, "second", w.Clock.Now().AddDate(1, 0, 0)); err != nil {
			t.Fatal(err)
		}
		n.newKey(t, w.Clock.Now().AddDate(1, 0, 0))
		n.unlinked(t, "linked@ours.example")
		second := n.dir.Push("gone@ours.example").ID
		if err := n.dir.Delete(second); err != nil {
			t.Fatal(err)
		}
		n.Directory("Second")
		w.loadForAll(t, `{"id":"urn:example:one","attributes":[{"name":"a"}]}`, `{"id":"urn:example:two","attributes":[{"name":"a"}]}`)
		if _, err := n.Accounts.VerifyDomain(t.Context(), tenanttest.Admin, n.ID, n.Domain(n.domain).ID); err != nil { // makes a second job
			t.Fatal(err)
		}
		n.repair = n.planned(t, "held~"+string(n.dir.ID)+"~"+string(n.linked.ID))
		for _, path := range n.lists(t) {
			whole := n.list(t, path)
			if len(whole.Data) < 2 && path != "/admin/v1/orgs" || whole.Links.Next != "" || whole.Links.Self != w.server.URL+path {
				t.Errorf("GET %s: %d rows, links %+v", path, len(whole.Data), whole.Links)
			}
			var rows []json.RawMessage
			next := path + "?limit=1"
			for next != "" && len(rows) <= len(whole.Data) {
				page := n.list(t, next)
				rows = append(rows, page.Data...)
				if len(page.Data) > 1 {
					t.Errorf("GET %s: %d rows", next, len(page.Data))
				}
				next = strings.TrimPrefix(page.Links.Next, w.server.URL)
			}
			if diff := cmp.Diff(texts(whole.Data), texts(rows)); diff != "" {
				t.Errorf("GET %s (-in one page +row by row):\n%s", path, diff)
			}
		}
	})
}

func texts(rows []json.RawMessage) []string {
	all := make([]string, len(rows))
	for i, r := range rows {
		all[i] = string(r)
	}
	return all
}

// A cursor works for the list that gave it, and for no other.
func TestCursorsBelongToTheirList(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	org := fill("/admin/v1/orgs/{orgId}", w.ours.params())
	next, err := url.Parse(w.ours.list(t, org+"/users?limit=1").Links.Next)
	if err != nil {
		t.Fatal(err)
	}
	cursor := next.Query().Get("cursor")
	bad := []string{"", "x", "AAAA", "AAAAAAAA", cursor + "A", strings.ToUpper(cursor), "%2B", strings.Repeat("A", 5000)}
	for _, path := range w.ours.lists(t) {
		if !strings.HasSuffix(path, "/users") {
			bad = append(bad, cursor)
		}
		for _, c := range bad {
			a := w.ours.send(t, "GET", path+"?cursor="+c, "")
			if e := a.adminError(t); a.status != 400 || e.Code != "ADMIN-400-1" {
				t.Errorf("GET %s with cursor %.40q: status %d: %s", path, c, a.status, a.body)
			}
		}
		bad = bad[:8]
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	path := fill("/admin/v1/orgs/{orgId}/users", w.ours.params())
	for limit, status := range map[string]int{"1": 200, "500": 200, "0": 400, "-1": 400, "501": 400, "": 400, "x": 400, "1.5": 400, "99999999999999999999": 400} {
		if a := w.ours.send(t, "GET", path+"?limit="+limit, ""); a.status != status {
			t.Errorf("limit=%s: status %d, want %d: %s", limit, a.status, status, a.body)
		}
	}
}

func decodeInto(t *testing.T, row json.RawMessage, v any) {
	t.Helper()
	if err := json.Unmarshal(row, v); err != nil {
		t.Fatal(err)
	}
}
