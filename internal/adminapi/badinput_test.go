package adminapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/adminapi"
	"roster/internal/store"
)

// Every route that takes a body refuses every body that is not one, and writes nothing.
func TestBadBodiesAreRefusedEverywhere(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		before := w.ours.snapshot(t) + w.theirs.snapshot(t)
		for _, r := range adminapi.Routes() {
			good := isolationBodies[r.Method+" "+r.Path]
			if !strings.HasPrefix(good, "{") {
				continue // it takes no JSON
			}
			key := w.keyFor(r)
			for name, body := range badBodies(good) {
				if body == "" && strings.HasPrefix(r.Path, "/admin/v2/") && strings.HasSuffix(r.Path, "/search") {
					continue // as the hosted one it finds all
				}
				a := w.send(t, key, r.Method, fill(r.Path, w.ours.params()), body)
				if a.status != 400 || !strings.Contains(a.body, "ADMIN-400-24") && !strings.Contains(a.body, "bodyParseFailure") {
					t.Errorf("%s: %s %s %q: status %d: %s", name, r.Method, r.Path, body, a.status, a.body)
				}
			}
		}
		if diff := cmp.Diff(before, w.ours.snapshot(t)+w.theirs.snapshot(t)); diff != "" {
			t.Errorf("refused bodies wrote (-before +after):\n%s", diff)
		}
	})
}

// keyFor is a key that opens a route.
func (w *world) keyFor(r adminapi.Route) string {
	if r.Keys[0] == store.CredentialSite {
		return w.siteKey
	}
	return w.ours.key
}

// badBodies are variants of a good body, which has at least one member.
func badBodies(good string) map[string]string {
	name, rest, _ := strings.Cut(strings.TrimPrefix(good, "{"), ":")
	return map[string]string{
		"nothing":            "",
		"broken off":         strings.TrimSuffix(good, "}"),
		"no JSON":            "name=x",
		"array":              "[" + good + "]",
		"text":               `"x"`,
		"null":               "null",
		"trailing data":      good + good,
		"duplicate name":     "{" + name + ":" + strings.TrimSuffix(rest, "}") + "," + name + ":" + rest,
		"duplicate by case":  "{" + strings.ToUpper(name) + ":" + strings.TrimSuffix(rest, "}") + "," + name + ":" + rest,
		"number":             "{" + name + ":7}",
		"object":             "{" + name + ":{}}",
		"NUL":                "{" + name + `:"a\u0000b"}`,
		"invalid UTF-8":      "{" + name + ":\"a\xffb\"}",
		"half a surrogate":   "{" + name + `:"a\ud800b"}`,
		"nested very deeply": strings.Repeat("[", 10_000),
	}
}

// What only Roster has takes no member that it does not know; hosted calls
// ignore them, as the hosted service does.
func TestUnknownMembers(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	own := w.ours.send(t, "POST", fill("/admin/v1/orgs/{orgId}/directories", w.ours.params()), `{"name":"x","kind":"okta","restoreMembership":true}`)
	if e := own.adminError(t); e.Code != "ADMIN-400-24" || !strings.Contains(e.Detail, "restoreMembership") {
		t.Errorf("own call: %s", own.body)
	}
	w.ours.must(t, 204, "PUT", "/users/"+string(w.ours.free.ID)+"/manage/email", `{"email":"moved@ours.example","x":{"y":[1]}}`)
	w.ours.must(t, 200, "POST", fill("/admin/v1/orgs/{orgId}/directory/groups", w.ours.params()), `{"name":"x","x":1}`)
}

// A time of the wrong type is named in the words of the API, not of the program.
func TestTimesThatAreNone(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	path := fill("/admin/v1/orgs/{orgId}/keys", w.ours.params())
	for value, want := range map[string]struct{ code, text string }{
		"7":          {"ADMIN-400-24", "A time must be a string."},
		"[]":         {"ADMIN-400-24", "A time must be a string."},
		`"tomorrow"`: {"ADMIN-400-3", `"tomorrow" is not a time. Write times as in 2026-01-31T13:00:00Z (RFC 3339).`},
	} {
		e := w.ours.send(t, "POST", path, `{"name":"x","expiresAt":`+value+`}`).adminError(t)
		if e.Code != want.code || e.Detail != want.text {
			t.Errorf("%s: %s: %s", value, e.Code, e.Detail)
		}
	}
}

// Calls whose body is optional take none, {} and what clients send.
func TestOptionalBodies(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	free := "/users/" + string(w.ours.free.ID) + "/manage/lifecycle/"
	for _, body := range []string{"", "{}", " ", `{"message":"gone fishing"}`, `{"x":1}`} {
		w.ours.must(t, 204, "POST", free+"disable", body)
		w.ours.must(t, 204, "POST", free+"enable", body)
		w.ours.must(t, 200, "POST", free+"delete", body)
		w.ours.must(t, 200, "POST", free+"cancel-delete", body)
		w.ours.must(t, 204, "PATCH", fill("/admin/user-provisioning/v1/org/{orgId}/scimDirectoryId/{directoryId}/scimUserId/{scimUserId}/unlink", w.ours.params()), body)
	}
	for name, body := range map[string]string{"no JSON": "x", "wrong type": `{"message":1}`, "array": "[]"} {
		checkUserError(t, name, w.ours.send(t, "POST", free+"disable", body), 400, `{"key":"bodyParseFailure"}`, "")
	}
}

// Ids and filters that are not text find nothing and break nothing.
func TestPathsAndQueriesThatAreNoText(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		for _, r := range adminapi.Routes() {
			key := w.keyFor(r)
			for _, id := range []string{"%00", "a%00b", "%ff", "a%0Ab", strings.Repeat("x", 5000), "%F0%9F%A6%86", "'%20OR%201=1", "%2F", "a%2Fb", ".x", "%2e%2e"} {
				params := w.ours.params()
				for name := range params {
					if name != "orgId" {
						params[name] = id
					}
				}
				path := fill(r.Path, params)
				if path == fill(r.Path, w.ours.params()) {
					continue
				}
				a := w.send(t, key, r.Method, path, isolationBodies[r.Method+" "+r.Path])
				if a.status != 404 && a.status != 400 && r.Path != getLinks {
					t.Errorf("%s %.200s: status %d: %.300s", r.Method, path, a.status, a.body)
				}
			}
			if r.Method != http.MethodGet {
				continue
			}
			for _, query := range []string{"?cursor=%00", "?email=%ff", "?name=a%00b", "?q=%ff", "?userName=%00", "?privileges=%ff", "?x=%zz", "?a;b"} {
				if a := w.send(t, key, "GET", fill(r.Path, w.ours.params())+query, ""); a.status != 400 {
					t.Errorf("GET %s%s: status %d: %s", r.Path, query, a.status, a.body)
				}
			}
		}
	})
}
