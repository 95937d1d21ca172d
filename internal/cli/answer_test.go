package cli

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// What a failed call looks like to people and to scripts.
func TestFailedAnswers(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		args   []string
		status int
		body   string
		code   int
		want   []string
	}{
		"wrong kind of key": {
			args:   []string{"org", "show"},
			status: 401, body: `{"errors":[{"id":"req-1","status":"401","code":"ADMIN-401-2","title":"Unauthorized","detail":"This is a SCIM token; an organization key is due."}]}`,
			code: exitAuth, want: []string{"401 Unauthorized ADMIN-401-2: This is a SCIM token; an organization key is due.", "request id: req-1", "next: this call takes a key of the organization"},
		},
		"no site key": {
			args:   []string{"org", "create", "X"},
			status: 401, body: `{"errors":[{"id":"req-1","status":"401","code":"ADMIN-401-2","title":"Unauthorized","detail":"no"}]}`,
			code: exitAuth, want: []string{"next: this call takes the site key"},
		},
		"not my organization": {
			args:   []string{"org", "show"},
			status: 403, body: `{"errors":[{"id":"req-1","status":"403","code":"ADMIN-403-3","title":"Forbidden","detail":"no"}]}`,
			code: exitAuth, want: []string{"ADMIN-403-3"},
		},
		"refused by a rule": {
			args:   []string{"email", "set", "a:1", "new@example.com"},
			status: 403, body: `{"key":"forbidden.action","context":{"allowed":false,"reason":{"key":"externalDirectory.scim"}}}`,
			code: exitRefused, want: []string{"forbidden.action", "externalDirectory.scim", "next: see which directory owns the account: roster links a:1", "roster unlink a:1"},
		},
		"not managed": {
			args:   []string{"unlink", "a1", "--yes"},
			status: 403, body: `{"errors":[{"id":"req-1","status":"403","code":"ADMIN-403-8","title":"Not managed","detail":"The organization does not manage a1."}]}`,
			code: exitRefused, want: []string{"The organization does not manage a1."},
		},
		"conflict": {
			args:   []string{"relink", "11111111-1111-1111-1111-111111111111", "s1", "a1"},
			status: 409, body: `{"errors":[{"id":"req-1","status":"409","code":"ADMIN-409-1","title":"Conflict","detail":"one-link: a1 has another SCIM user."}]}`,
			code: exitRefused, want: []string{"one-link"},
		},
		"bad value": {
			args:   []string{"email", "set", "a1", "x"},
			status: 400, body: `{"key":"fieldConstraintsViolated","context":{"fieldViolations":[{"field":"email"}]},"message":"x is not an email"}`,
			code: exitUsage, want: []string{"x is not an email"},
		},
		"unknown domain": {
			args:   []string{"domain", "verify", "11111111-1111-1111-1111-111111111111"},
			status: 404, body: `{"errors":[{"id":"req-1","status":"404","code":"ADMIN-404-3","title":"Not found","detail":"no such domain"}]}`,
			code: exitNotFound, want: []string{"no such domain", "next: roster domain list"},
		},
		"broken server": {
			args:   []string{"org", "show"},
			status: 500, body: `{"errors":[{"id":"req-1","status":"500","code":"ADMIN-500-1","title":"Internal error","detail":"internal error"}]}`,
			code: exitFailed, want: []string{"look for the request id"},
		},
		"gateway of the hosted service": {
			args:   []string{"org", "show"},
			status: 401, body: `{"code":401,"message":"Unauthorized"}`,
			code: exitAuth, want: []string{"401 Unauthorized: Unauthorized"},
		},
		"proxy without JSON": {
			args:   []string{"org", "show"},
			status: 503, body: "<html>\x1b[31mdown\nfor a while</html>",
			code: exitUnreachable, want: []string{"<html>·[31mdown"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newStub(t, map[string]http.HandlerFunc{
				"/": answers(tc.status, tc.body),
				"GET " + provisioning + "/user/{id}/get-scim-links": linksOf(1),
			})
			got := at(server).run(t, tc.args...)
			got.mustEnd(t, tc.code)
			mustContain(t, "stderr", got.stderr, tc.want...)
		})
	}
}

func TestAnswersThatAreNotTheAPI(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<html>welcome</html>"))
	}))
	t.Cleanup(server.Close)
	got := world{}.run(t, "org", "list", "--url", server.URL, "--key", "k")
	got.mustEnd(t, exitFailed)
	mustContain(t, "stderr", got.stderr, "where JSON is due")
}

func TestServerThatIsNotThere(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	got := world{}.run(t, "org", "list", "--url", server.URL, "--key", "k")
	got.mustEnd(t, exitUnreachable)
	mustContain(t, "stderr", got.stderr, "no answer from "+server.URL, "next: check the URL, or start a server: roster serve")
}

func TestNoKey(t *testing.T) {
	t.Parallel()
	got := world{}.run(t, "org", "list", "--url", "http://127.0.0.1:1")
	got.mustEnd(t, exitAuth)
	mustContain(t, "stderr", got.stderr, "there is no API key", "next: put the key in a file")
}
