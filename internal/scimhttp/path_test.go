package scimhttp_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"roster/internal/scimhttp"
)

func TestPathsAsAdministratorsPasteThem(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.entra.newUser(t, "ada@x.example")
	root, dir := w.server.URL, string(w.entra.id)
	tests := []struct{ name, before, after string }{
		{"plain", "/scim/directory/" + dir, ""},
		{"extra scim", "/scim/directory/" + dir + "/scim", ""},
		{"extra v2", "/scim/directory/" + dir + "/v2", ""},
		{"extra scim/v2", "/scim/directory/" + dir + "/scim/v2", ""},
		{"slash at the end of the base", "/scim/directory/" + dir + "/", ""},
		{"doubled slashes", "//scim//directory//" + dir + "//scim///v2/", ""},
		{"slash at the end", "/scim/directory/" + dir, "/"},
		{"unknown query", "/scim/directory/" + dir, "?aadOptscim062020"},
		{"another unknown query", "/scim/directory/" + dir, "?api-version=1&x"},
	}
	for i, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for _, path := range []string{"/Users", "/Users/" + id, "/ServiceProviderConfig", "/Schemas", "/Groups"} {
				a := send(t, "GET", root+test.before+path+test.after, "", header("Authorization: Bearer "+w.entra.token))
				if a.status != 200 {
					t.Errorf("GET %s: status %d %s", test.before+path+test.after, a.status, a.body)
				}
			}
			body := fmt.Sprintf(`{"userName":"user%d@x.example"}`, i)
			a := send(t, "POST", root+test.before+"/Users"+test.after, body, header("Authorization: Bearer "+w.entra.token))
			if a.status != 201 {
				t.Errorf("POST: status %d %s", a.status, a.body)
			}
			if want := w.entra.base + "/Users/" + a.text(t, "id"); a.header.Get("Location") != want {
				t.Errorf("Location %q, want %q", a.header.Get("Location"), want)
			}
		})
	}
}

func TestPathsThatLeadNowhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tests := []struct {
		name, method, path string
		status             int
		allow              string
	}{
		{"unknown endpoint", "GET", "/Roles", 404, ""},
		{"in other letters", "GET", "/users", 404, ""},
		{"too deep", "GET", "/Users/a/b", 404, ""},
		{"id with a slash", "GET", "/Users/a%2Fb", 404, ""},
		{"id with NUL", "GET", "/Users/a%00b", 404, ""},
		{"id that is no UTF-8", "DELETE", "/Users/%ff", 404, ""},
		{"no such user", "GET", "/Users/0193f0c2-a7e8-7c5e-9d0b-6f1a2b3c4d5e", 404, ""},
		{"no such group", "PATCH", "/Groups/1", 400, ""},
		{"POST to a user", "POST", "/Users/a", 405, "DELETE, GET, PATCH, PUT"},
		{"PUT to the users", "PUT", "/Users", 405, "GET, POST"},
		{"DELETE of all groups", "DELETE", "/Groups", 405, "GET, POST"},
		{"POST to a discovery endpoint", "POST", "/Schemas", 405, "GET"},
		{"DELETE of the configuration", "DELETE", "/ServiceProviderConfig", 405, "GET"},
		{"reading bulk", "GET", "/Bulk", 405, "POST"},
		{"me", "GET", "/Me", 501, ""},
		{"POST to the base itself", "POST", "/", 405, "GET"},
		{"search without a body", "POST", "/.search", 400, ""},
		{"search by GET", "GET", "/Users/.search", 405, "POST"},
		{"search of one user", "POST", "/Users/a/.search", 404, ""},
		{"search of schemas", "POST", "/Schemas/.search", 404, ""},
		{"POST to the base itself", "POST", "/", 405, "GET"},
		{"query that cannot be read", "GET", "/Users?filter=%zz", 400, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			before := len(w.log(t, w.org))
			a := w.entra.send(t, test.method, test.path, "")
			wantError(t, a, test.status, "")
			if a.header.Get("Allow") != test.allow {
				t.Errorf("Allow %q, want %q", a.header.Get("Allow"), test.allow)
			}
			entries := w.log(t, w.org)
			if len(entries) != before+1 || entries[0].HTTPStatus != test.status || entries[0].DirectoryID != w.entra.id {
				t.Errorf("%d new log entries, the last %+v; want one with status %d", len(entries)-before, entries[0], test.status)
			}
		})
	}
	if w.slog.String() != "" {
		t.Errorf("the server's log says %s", w.slog)
	}
}

func TestOutsideOfDirectories(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, path := range []string{"/scim", "/scim/", "/scim/directory", "/scim/directory/", "/scim/v2/Users"} {
		wantError(t, send(t, "GET", w.server.URL+path, "", header("Authorization: Bearer "+w.entra.token)), 404, "")
	}
}

// wantError checks that an answer is an error in SCIM form (RFC 7644 section 3.12).
func wantError(t *testing.T, a answer, status int, scimType string) {
	t.Helper()
	if a.status != status {
		t.Errorf("status %d, want %d: %s", a.status, status, a.body)
		return
	}
	body := a.json(t)
	if got := a.header.Get("Content-Type"); got != "application/scim+json" {
		t.Errorf("Content-Type %q", got)
	}
	if a.header.Get("X-Request-ID") == "" {
		t.Error("no request id")
	}
	detail, _ := body["detail"].(string)
	if detail == "" {
		t.Errorf("no detail: %s", a.body)
	}
	gotType, _ := body["scimType"].(string)
	if gotType != scimType && scimType != "" {
		t.Errorf("scimType %q, want %q: %s", gotType, scimType, a.body)
	}
	wantSubset(t, a.body, `{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"`+strconv.Itoa(status)+`"}`)
}

// Locations are those under which the client reaches the server, whatever the
// request says of itself.
func TestExternalURL(t *testing.T) {
	t.Parallel()
	w := newWorldWith(t, scimhttp.Options{BaseURL: func(*http.Request) string { return "https://roster.example.com/" }})
	a := w.entra.must(t, 201, "POST", "/Users", `{"userName":"ada@x.example"}`)
	location := "https://roster.example.com/scim/directory/" + string(w.entra.id) + "/Users/" + a.text(t, "id")
	if got := a.header.Get("Location"); got != location {
		t.Errorf("Location %q, want %q", got, location)
	}
	wantSubset(t, a.body, `{"meta":{"location":"`+location+`"}}`)
	wantSubset(t, w.entra.must(t, 200, "GET", "/Users", "").body, `{"Resources":[{"meta":{"location":"`+location+`"}}]}`)
	wantSubset(t, w.entra.must(t, 200, "GET", "/ResourceTypes/User", "").body,
		`{"meta":{"location":"https://roster.example.com/scim/directory/`+string(w.entra.id)+`/ResourceTypes/User"}}`)
}

// The id that a middleware gave a request is the one in the logs.
func TestRequestID(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, w.entra.base+"/Users", strings.NewReader(`{"userName":"ada@x.example"}`))
	req.Header.Set("Authorization", "Bearer "+w.entra.token)
	rec := httptest.NewRecorder()
	rec.Header().Set("X-Request-ID", "req-1")
	w.server.Config.Handler.ServeHTTP(rec, req)
	if e := w.log(t, w.org)[0]; rec.Code != http.StatusCreated || e.RequestID != "req-1" || e.HTTPStatus != http.StatusCreated {
		t.Errorf("status %d, logged %+v", rec.Code, e)
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for path, allow := range map[string]string{"/Users": "GET, POST", "/Users/1": "DELETE, GET, PATCH, PUT", "/Schemas": "GET", "/Bulk": "POST"} {
		a := w.entra.must(t, 204, "OPTIONS", path, "")
		if a.header.Get("Allow") != allow {
			t.Errorf("%s: Allow %q, want %q", path, a.header.Get("Allow"), allow)
		}
	}
	wantError(t, w.entra.send(t, "OPTIONS", "/Roles", ""), 404, "")
}

// A server that answers at once may ignore the wish for an answer later (RFC
// 7240 section 2).
func TestPreferIsIgnored(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.entra.send(t, "POST", "/Users", `{"userName":"ada@x.example"}`, "Prefer: respond-async, return=minimal")
	if a.status != 201 || a.header.Get("Preference-Applied") != "" || a.text(t, "id") == "" {
		t.Errorf("status %d, %v: %s", a.status, a.header, a.body)
	}
}

func TestHead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	get, head := w.entra.must(t, 200, "GET", "/Users", ""), w.entra.must(t, 200, "HEAD", "/Users", "")
	if len(head.body) > 0 || head.header.Get("Content-Length") != get.header.Get("Content-Length") {
		t.Errorf("HEAD answers %v %s", head.header, head.body)
	}
}
