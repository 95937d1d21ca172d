package idpsim_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"roster/internal/idpsim"

	"github.com/google/go-cmp/cmp"
)

// recorder is a server that writes down what arrives, and answers by script.
type recorder struct {
	*httptest.Server
	mu       sync.Mutex
	requests []string
	headers  []http.Header
	answers  map[string]string // body by method and path; others get {"id":"1"}
}

const emptyList = `{"totalResults":0,"Resources":[]}`

func newRecorder(t *testing.T, answers map[string]string) *recorder {
	t.Helper()
	r := &recorder{answers: answers}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			t.Error(err)
		}
		r.mu.Lock()
		r.requests = append(r.requests, strings.TrimSpace(req.Method+" "+req.RequestURI+" "+string(body)))
		r.headers = append(r.headers, req.Header)
		r.mu.Unlock()
		script, scripted := r.answers[req.Method+" "+req.URL.Path]
		switch {
		case scripted:
			answer(w, script)
		case req.Method == http.MethodGet && req.URL.RawQuery != "":
			answer(w, emptyList)
		default:
			answer(w, `{"id":"1"}`)
		}
	}))
	t.Cleanup(r.Close)
	return r
}

func answer(w http.ResponseWriter, body string) { _, _ = io.WriteString(w, body) }

func (r *recorder) client() *idpsim.Client {
	return &idpsim.Client{BaseURL: r.URL + "/scim/", Token: "secret", HTTP: r.Client()}
}

var ada = idpsim.Person{ID: "0-1", UserName: "ada@x.example", Email: "ada@x.example", GivenName: "Ada", FamilyName: "L", DisplayName: "Ada L"}

const (
	patchHead = `{"Operations":[`
	patchTail = `],"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"]}`
)

// What each provider puts on the wire (reference: the vendors' own pages, named
// at the types).
func TestRequests(t *testing.T) {
	t.Parallel()
	type client = *idpsim.Client
	tests := []struct {
		name string
		call func(t *testing.T, c client) error
		want []string
	}{
		{"Entra ID tests the connection", func(t *testing.T, c client) error {
			return idpsim.Entra{Client: c}.TestConnection(t.Context())
		}, []string{
			`GET /scim/Users?filter=userName+eq+%229c5e1b0e-55a8-4a3c-8f5d-2b1f6f7f3a11%22`,
			`GET /scim/Groups?excludedAttributes=members&filter=displayName+eq+%229c5e1b0e-55a8-4a3c-8f5d-2b1f6f7f3a11%22`,
		}},
		{"Entra ID creates", func(t *testing.T, c client) error {
			_, err := idpsim.Entra{Client: c}.CreateUser(t.Context(), ada)
			return err
		}, []string{
			`GET /scim/Users?filter=userName+eq+%22ada%40x.example%22`,
			`POST /scim/Users {"active":true,"displayName":"Ada L","emails":[{"primary":true,"type":"work","value":"ada@x.example"}],"externalId":"0-1","meta":{"resourceType":"User"},` +
				`"name":{"familyName":"L","formatted":"Ada L","givenName":"Ada"},"roles":[],"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],` +
				`"title":"","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":""},"userName":"ada@x.example"}`,
		}},
		{"Entra ID disables", func(t *testing.T, c client) error {
			_, err := idpsim.Entra{Client: c}.Disable(t.Context(), "1")
			return err
		}, []string{`PATCH /scim/Users/1 ` + patchHead + `{"op":"Replace","path":"active","value":"False"}` + patchTail}},
		{"Entra ID disables with the flag", func(t *testing.T, c client) error {
			_, err := idpsim.Entra{Client: c, Flag: true}.Disable(t.Context(), "1")
			return err
		}, []string{`PATCH /scim/Users/1?aadOptscim062020 ` + patchHead + `{"op":"replace","value":{"active":false}}` + patchTail}},
		{"Entra ID changes an email with the flag", func(t *testing.T, c client) error {
			_, err := idpsim.Entra{Client: c, Flag: true}.UpdateEmail(t.Context(), "1", "a@x.example")
			return err
		}, []string{`PATCH /scim/Users/1?aadOptscim062020 ` + patchHead + `{"op":"replace","path":"emails[type eq \"work\"].value","value":"a@x.example"}` + patchTail}},
		{"Entra ID moves to the recycle bin", func(t *testing.T, c client) error {
			_, err := idpsim.Entra{Client: c}.SoftDelete(t.Context(), "1", ada)
			return err
		}, []string{`PATCH /scim/Users/1 ` + patchHead + `{"op":"Replace","path":"active","value":"False"},{"op":"Replace","path":"userName","value":"01ada@x.example"}` + patchTail}},
		{"Entra ID removes a member", func(t *testing.T, c client) error {
			_, err := idpsim.Entra{Client: c}.RemoveMember(t.Context(), "g", "1")
			return err
		}, []string{`PATCH /scim/Groups/g ` + patchHead + `{"op":"Remove","path":"members","value":[{"$ref":null,"value":"1"}]}` + patchTail}},
		{"Entra ID removes a member with the flag", func(t *testing.T, c client) error {
			_, err := idpsim.Entra{Client: c, Flag: true}.RemoveMember(t.Context(), "g", "1")
			return err
		}, []string{`PATCH /scim/Groups/g?aadOptscim062020 ` + patchHead + `{"op":"remove","path":"members[value eq \"1\"]"}` + patchTail}},
		{"Okta creates", func(t *testing.T, c client) error {
			_, err := idpsim.Okta{Client: c}.CreateUser(t.Context(), ada)
			return err
		}, []string{
			`GET /scim/Users?filter=userName%20eq%20%22ada%40x.example%22&startIndex=1&count=100`,
			`POST /scim/Users {"active":true,"displayName":"Ada L","emails":[{"primary":true,"type":"work","value":"ada@x.example"}],"externalId":"0-1","groups":[],"locale":"en-US",` +
				`"name":{"familyName":"L","givenName":"Ada"},"password":"1mz050nq","schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada@x.example"}`,
		}},
		{"Okta deactivates", func(t *testing.T, c client) error {
			_, err := idpsim.Okta{Client: c}.Deactivate(t.Context(), "1")
			return err
		}, []string{`PATCH /scim/Users/1 ` + patchHead + `{"op":"replace","value":{"active":false}}` + patchTail}},
		{"Okta pushes an empty group now", func(t *testing.T, c client) error {
			_, err := idpsim.Okta{Client: c}.PushNow(t.Context(), "g", nil)
			return err
		}, []string{`PATCH /scim/Groups/g ` + patchHead + `{"op":"replace","path":"members","value":[]}` + patchTail}},
		{"Okta renames a group", func(t *testing.T, c client) error {
			_, err := idpsim.Okta{Client: c}.RenameGroup(t.Context(), "g", "Sales")
			return err
		}, []string{`PATCH /scim/Groups/g ` + patchHead + `{"op":"replace","value":{"displayName":"Sales","id":"g"}}` + patchTail}},
		{"a script deactivates", func(t *testing.T, c client) error {
			_, err := idpsim.Generic{Client: c}.SetActive(t.Context(), "1", false)
			return err
		}, []string{`PATCH /scim/Users/1 {"operations":[{"op":"replace","path":"active","value":false}]}`}},
		{"an id is escaped", func(t *testing.T, c client) error {
			_, err := idpsim.Generic{Client: c}.DeleteUser(t.Context(), "a/b?c")
			return err
		}, []string{`DELETE /scim/Users/a%2Fb%3Fc`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := newRecorder(t, nil)
			if err := test.call(t, r.client()); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, r.requests); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	r := newRecorder(t, nil)
	if _, err := (idpsim.Entra{Client: r.client()}).Disable(t.Context(), "1"); err != nil {
		t.Fatal(err)
	}
	if _, err := (idpsim.Okta{Client: r.client()}).Deactivate(t.Context(), "1"); err != nil {
		t.Fatal(err)
	}
	if _, err := (idpsim.Generic{Client: r.client()}).GetUser(t.Context(), "1"); err != nil {
		t.Fatal(err)
	}
	var got [][]string
	for _, h := range r.headers {
		got = append(got, []string{h.Get("Authorization"), h.Get("User-Agent"), h.Get("Accept"), h.Get("Content-Type")})
	}
	want := [][]string{
		{"Bearer secret", "", "application/scim+json", "application/scim+json; charset=utf-8"},
		{"Bearer secret", "Okta SCIM Client 1.0.0", "application/scim+json", "application/scim+json; charset=utf-8"},
		{"Bearer secret", "scim-script/1.0", "application/json", ""},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
}

// Okta puts back all that it got, also what it does not know.
func TestOktaPutsTheWholeResource(t *testing.T) {
	t.Parallel()
	r := newRecorder(t, map[string]string{"GET /scim/Users/1": `{"id":"1","userName":"old","active":false,"groups":[{"value":"g"}],"urn:x":{"a":1}}`})
	if _, err := (idpsim.Okta{Client: r.client()}).ForcePush(t.Context(), "1", ada); err != nil {
		t.Fatal(err)
	}
	want := []string{
		`GET /scim/Users/1`,
		`PUT /scim/Users/1 {"active":true,"displayName":"Ada L","emails":[{"primary":true,"type":"work","value":"ada@x.example"}],"externalId":"0-1",` +
			`"groups":[{"value":"g"}],"id":"1","name":{"familyName":"L","givenName":"Ada"},"urn:x":{"a":1},"userName":"ada@x.example"}`,
	}
	if diff := cmp.Diff(want, r.requests); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

// A match is taken over instead of created.
func TestMatchIsTakenOver(t *testing.T) {
	t.Parallel()
	r := newRecorder(t, map[string]string{
		"GET /scim/Users":  `{"totalResults":1,"Resources":[{"id":"7","userName":"ada@x.example"}]}`,
		"GET /scim/Groups": `{"totalResults":1,"Resources":[{"id":"8","displayName":"Sales","members":[{"value":"7"}]}]}`,
	})
	entra := idpsim.Entra{Client: r.client()}
	if _, err := entra.CreateUser(t.Context(), ada); err != nil {
		t.Fatal(err)
	}
	group, err := entra.CreateGroup(t.Context(), "o", "Sales")
	if err != nil || group.ID != "8" || len(group.Members) != 1 {
		t.Errorf("group %+v, %v", group, err)
	}
	if len(r.requests) != 3 || !strings.HasPrefix(r.requests[1], "PATCH /scim/Users/7 ") {
		t.Errorf("requests %q", r.requests)
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body string
		status     int
		want       idpsim.Error
		text       string
	}{
		{"SCIM error", `{"status":"409","scimType":"uniqueness","detail":"taken"}`, 409, idpsim.Error{Status: 409, SCIMType: "uniqueness", Detail: "taken"}, "DELETE /Users/1: status 409 uniqueness: taken"},
		{"another error", `<html>`, 502, idpsim.Error{Status: 502}, "DELETE /Users/1: status 502"},
		{"redirect without a place", ``, 304, idpsim.Error{Status: 304}, "DELETE /Users/1: status 304"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(test.status)
				answer(w, test.body)
			}))
			defer server.Close()
			user, err := idpsim.Generic{Client: &idpsim.Client{BaseURL: server.URL}}.DeleteUser(t.Context(), "1")
			got, ok := errors.AsType[*idpsim.Error](err)
			if !ok {
				t.Fatalf("got %v", err)
			}
			test.want.Method, test.want.Path, test.want.Body = "DELETE", "/Users/1", []byte(test.body)
			if diff := cmp.Diff(test.want, *got); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			if err.Error() != test.text || user.Status != test.status {
				t.Errorf("text %q, status %d", err, user.Status)
			}
		})
	}
}

// An answer that is no JSON is an error of its own, not a user without an id.
func TestAnswersThatCannotBeRead(t *testing.T) {
	t.Parallel()
	r := newRecorder(t, map[string]string{"GET /scim/Users": "<html>", "GET /scim/Groups/1": "<html>"})
	generic := idpsim.Generic{Client: r.client()}
	if _, err := generic.FindUser(t.Context(), "a"); err == nil {
		t.Error("a list that is HTML was read")
	}
	if _, err := generic.GetGroup(t.Context(), "1"); err == nil {
		t.Error("a group that is HTML was read")
	}
	if _, err := (idpsim.Generic{Client: &idpsim.Client{BaseURL: "http://127.0.0.1:1"}}).GetUser(t.Context(), "1"); err == nil {
		t.Error("a server that is not there answered")
	}
}
