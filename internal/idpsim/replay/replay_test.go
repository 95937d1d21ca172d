package replay_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/idpsim/replay"
)

// Every client can be read, says where it is documented, and has something that
// is harmless to send.
func TestScripts(t *testing.T) {
	t.Parallel()
	var kinds []string
	for _, s := range replay.Scripts() {
		kinds = append(kinds, s.Kind)
		if !slices.ContainsFunc(s.Scenarios, func(c replay.Scenario) bool { return c.Reads }) {
			t.Errorf("%s has no scenario that only reads", s.Kind)
		}
		if found, ok := replay.Find(s.Kind); !ok || found.Name != s.Name {
			t.Errorf("%s is not found", s.Kind)
		}
	}
	want := []string{
		"authentik", "cyberark", "entra", "entra-flag", "generic", "google", "jumpcloud", "keycloak-libre", "keycloak-sdk",
		"okta", "okta-custom", "onelogin", "pingfederate", "pingone", "rippling", "sailpoint", "ssosync",
	}
	slices.Sort(kinds)
	slices.Sort(want)
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Errorf("clients (-want +got):\n%s", diff)
	}
}

const head = "name x\nsource y\nheader Accept: application/scim+json\nheader Content-Type: application/scim+json\nflag f\nscenario z\n"

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"no source", "name x\nscenario z\n", "needs a name, a source"},
		{"unknown word at the head", "nam x", "x.replay:1: unknown word"},
		{"unknown word in a scenario", head + "FETCH /Users", "unknown word"},
		{"JSON without a request", head + `{"a":1}`, "nothing before it"},
		{"answer without a request", head + "-> 200", "belongs to a request"},
		{"status that is none", head + "GET /Users\n-> ok", "is no status"},
		{"request without an answer", head + "GET /Users\nGET /Groups\n-> 200", "no answer is expected"},
		{"request without an answer, together", head + "together\nGET /Users\nend", "no answer is expected"},
		{"a reader that writes", head + "reads\nDELETE /Users/1\n-> 204", "must not write"},
		{"a reader that prepares", head + "reads\ngiven user ada", "must not write"},
		{"end alone", head + "end", "end without together"},
		{"together without end", head + "together\nGET /Users\n-> 200", "together without end"},
		{"a look together", head + "together\n= gone /Users/1\nend", "only requests"},
		{"a look at nothing", head + "= ", "needs more words"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if _, err := replay.Parse("x", test.text); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// canned answers each request with what is written for it, and notes it.
type canned struct {
	mu       sync.Mutex
	answers  map[string]string // by method and path: "status media-type body"
	requests []string
}

func (c *canned) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.requests = append(c.requests, r.Method+" "+r.URL.RequestURI()+" "+r.Header.Get("Content-Type"))
	text, ok := c.answers[r.Method+" "+r.URL.Path]
	if !ok {
		text = `404 application/scim+json {"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"404","detail":"none"}`
	}
	status, rest, _ := strings.Cut(text, " ")
	mediaType, body, _ := strings.Cut(rest, " ")
	w.Header().Set("Content-Type", mediaType)
	w.WriteHeader(map[string]int{"200": 200, "201": 201, "204": 204, "400": 400, "404": 404, "409": 409, "500": 500}[status])
	_, _ = w.Write([]byte(body))
}

// play replays a scenario against canned answers.
func play(t *testing.T, c *canned, steps string) error {
	t.Helper()
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	script, err := replay.Parse("x", head+steps)
	if err != nil {
		t.Fatal(err)
	}
	r := replay.Runner{BaseURL: server.URL + "/scim/", Token: "secret"}
	return r.Run(t.Context(), script, script.Scenarios[0])
}

// A server that a client would choke on does not pass.
func TestRunNotices(t *testing.T) {
	t.Parallel()
	const scim = " application/scim+json "
	tests := []struct{ name, answer, steps, want string }{
		{"another status", "500" + scim + "{}", "GET /Users\n-> 200", "status 500 instead of 200"},
		{"HTML", "200 text/html <p>", "GET /Users\n-> 200", "Content-Type"},
		{"application/json for somebody who wants SCIM's", "200 application/json {}", "GET /Users\n-> 200", "Content-Type"},
		{"no JSON", "200" + scim + "x", "GET /Users\n-> 200 {}", "no JSON"},
		{"text for a number", "200" + scim + `{"totalResults":"0"}`, "GET /Users\n-> 200 {\"totalResults\":0}", ".totalResults is"},
		{"number for a text", "200" + scim + `{"id":7}`, "GET /Users\n-> 200 {\"id\":\"*\"}", "instead of a text"},
		{"missing member", "200" + scim + `{}`, "GET /Users\n-> 200 {\"Resources\":[]}", ".Resources is missing"},
		{"null for an array", "200" + scim + `{"Resources":null}`, "GET /Users\n-> 200 {\"Resources\":[]}", "instead of an array"},
		{"too many elements", "200" + scim + `{"Resources":[{}]}`, "GET /Users\n-> 200 {\"Resources\":[]}", "array of 0"},
		{"member that must not be there", "200" + scim + `{"password":"x"}`, "GET /Users\n-> 200 {\"password\":null}", ".password is there"},
		{"empty id", "200" + scim + `{"id":""}`, "GET /Users\n-> 200 {\"id\":\"{=ada}\"}", ".id is empty"},
		{"id that changes", "200" + scim + `{"id":"1"}`, "GET /Users\n-> 200 {\"id\":\"{=ada}\",\"schemas\":\"x\"}", "missing"},
		{"missing header", "200" + scim + `{}`, "GET /Users\n-> 200\n~ Location: *", `header Location is ""`},
		{"error without a schema", "409" + scim + `{"status":"409","detail":"d"}`, "GET /Users\n-> 409", "schemas"},
		{"error with a number for its status", "409" + scim + `{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":409,"detail":"d"}`, "GET /Users\n-> 409", "without a SCIM error"},
		{"another scimType", "409" + scim + `{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"409","detail":"d"}`, "GET /Users\n-> 409 uniqueness", "scimType"},
		{"unknown placeholder", "", "GET /Users/{nobody}\n-> 200", "nothing has given {nobody}"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			err := play(t, &canned{answers: map[string]string{"GET /scim/Users": test.answer}}, test.steps)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// A redirect is not followed.
func TestRunStopsAtARedirect(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.RedirectHandler("/elsewhere", http.StatusMovedPermanently))
	t.Cleanup(server.Close)
	script, err := replay.Parse("x", head+"GET /Users\n-> 200")
	if err != nil {
		t.Fatal(err)
	}
	for _, client := range []*http.Client{nil, server.Client()} {
		r := replay.Runner{BaseURL: server.URL, Token: "secret", HTTP: client}
		if err := r.Run(t.Context(), script, script.Scenarios[0]); err == nil || !strings.Contains(err.Error(), "status 301 instead of 200") {
			t.Errorf("got %v", err)
		}
	}
}

// State that is not as it should be does not pass.
func TestRunLooks(t *testing.T) {
	t.Parallel()
	answers := map[string]string{
		"GET /scim/Users/1":  `200 application/scim+json {"id":"1","active":true,"userName":"a","emails":[{"value":"a@x"}]}`,
		"GET /scim/Groups/1": `200 application/scim+json {"id":"1","members":[{"value":"2"},{"value":"1"}]}`,
	}
	tests := []struct{ look, want string }{
		{"user 1 active email=a@x userName=a linked", ""},
		{"user 1 inactive", "not inactive"},
		{"user 1 email=b@x", "not email=b@x"},
		{"user 1 happy", "never happy"},
		{"user 2 active", "status 404"},
		{"members 1 1 2", ""},
		{"members 1 1", "the members are"},
		{"gone /Users/2", ""},
		{"gone /Users/1", "status 200"},
		{"unchanged /Users/1", "was "},
		{"hear x", "nothing can be seen"},
	}
	for _, test := range tests {
		t.Run(test.look, func(t *testing.T) {
			t.Parallel()
			err := play(t, &canned{answers: answers}, "= "+test.look)
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// What a scenario made is removed, also after a step that failed; what cannot
// be is told.
func TestRunCleansUp(t *testing.T) {
	t.Parallel()
	c := &canned{answers: map[string]string{
		"POST /scim/Users":      `201 application/scim+json {"id":"u"}`,
		"POST /scim/Groups":     `201 application/scim+json {"id":"g"}`,
		"DELETE /scim/Users/u":  "500 text/plain oops",
		"DELETE /scim/Groups/g": "204 - ",
	}}
	err := play(t, c, "given user ada\ngiven group sales ada\nGET /Users/{ada}\n-> 200")
	if _, left := errors.AsType[*replay.CleanUpError](err); !left || !strings.Contains(err.Error(), "status 404 instead of 200") {
		t.Errorf("got %v", err)
	}
	want := []string{
		"POST /scim/Users?f application/scim+json", "POST /scim/Groups?f application/scim+json", "GET /scim/Users/u?f ",
		"DELETE /scim/Groups/g?f ", "DELETE /scim/Users/u?f ",
	}
	if diff := cmp.Diff(want, c.requests); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}
