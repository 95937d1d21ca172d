package adminapi_test

import (
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"roster/internal/adminapi"
	"roster/internal/contracttest"
	"roster/internal/store"
)

// loadContract reads the contract once for all tests of the package.
var loadContract = sync.OnceValues(func() (*contracttest.Contract, error) { return contracttest.Load("openapi.json") })

func contract(t *testing.T) *contracttest.Contract {
	t.Helper()
	c, err := loadContract()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The document, the routes and the keys that open them must say the same.
func TestRoutesAreThoseOfTheContract(t *testing.T) {
	t.Parallel()
	kinds := map[string]store.CredentialKind{"orgKey": store.CredentialOrg, "siteKey": store.CredentialSite}
	type opener struct {
		Keys   []store.CredentialKind
		Scopes []string
	}
	want := map[string]opener{}
	for pattern, operation := range contract(t).Operations() {
		if strings.HasSuffix(pattern, "z") || strings.HasSuffix(pattern, "/openapi.json") {
			continue // the server's own, and the document's
		}
		security := openapi3.SecurityRequirements{{"orgKey": {"read"}}} // the document's default
		if operation.Security != nil {
			security = *operation.Security
		}
		o := want[pattern]
		for _, s := range security {
			for name, scopes := range s {
				o.Keys, o.Scopes = append(o.Keys, kinds[name]), append(o.Scopes, scopes...)
			}
		}
		want[pattern] = o
	}
	got := map[string]opener{}
	for _, r := range adminapi.Routes() {
		o := opener{Keys: r.Keys}
		if r.Scope != "" {
			o.Scopes = []string{string(r.Scope)}
		}
		got[r.Method+" "+r.Path] = o
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("operations, keys and scopes (-openapi.yaml +routes.go):\n%s", diff)
	}
}

// The guard must find faults, or it proves nothing.
func TestContractGuardFindsFaults(t *testing.T) {
	t.Parallel()
	doc, err := contracttest.Load("openapi.json") // what is checked here was not answered
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, pattern, mediaType, body string
		status                         int
		want                           string
	}{
		{"missing member", "GET /admin/v1/orgs/{orgId}/directory/groups/{groupId}", "application/json", `{}`, 200, `property "data" is missing`},
		{"unknown member", "POST /users/{accountId}/manage/lifecycle/delete", "application/json", `{"message":"Success","x":1}`, 200, `property "x" is unsupported`},
		{"wrong type", "POST /users/{accountId}/manage/lifecycle/delete", "application/json", `{"message":1}`, 200, "value must be a string"},
		{"wrong status", "PUT /users/{accountId}/manage/email", "", ``, 200, "status 200 is not in it"},
		{"body where none is due", "PUT /users/{accountId}/manage/email", "", `{}`, 204, "there must be no body"},
		{"wrong media type", "POST /users/{accountId}/manage/lifecycle/delete", "text/html", `{}`, 200, `media type "text/html" is not in it`},
		{"deep down", "GET /users/{accountId}/manage", "application/json", `{"email.set":{"allowed":false,"reason":{}}}`, 200, `property "key" is missing`},
		{"enum", "GET /admin/v1/orgs/{orgId}/event-actions", "application/json", `{"data":[{"id":"x","type":"y","attributes":{"displayName":"","groupDisplayName":""}}]}`, 200, "not one of the allowed values"},
		{"time in another zone", "GET /users/{accountId}/manage/api-tokens", "application/json", `[{"id":"x","label":"y","createdAt":"2030-01-01T00:00:00+01:00"}]`, 200, "no time in UTC"},
		{"error shape", "PUT /users/{accountId}/manage/email", "application/json", `{"errors":[]}`, 400, `property "errors" is unsupported`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := doc.Check(tt.pattern, contracttest.Answer{Status: tt.status, Header: http.Header{"Content-Type": {tt.mediaType}}, Body: []byte(tt.body)})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

// The reference lists every operation and every code that an error can have.
func TestReferenceIsComplete(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/reference/http-api.md")
	if err != nil {
		t.Fatal(err)
	}
	reference := string(text)
	for _, r := range adminapi.Routes() {
		row := regexp.MustCompile(regexp.QuoteMeta("| `"+r.Method+" "+r.Path+"` |") + ` (hosted|own) \| ` + opensIn(r) + ` \|`)
		if !row.MatchString(reference) {
			t.Errorf("docs/reference/http-api.md lacks %s %s with key %q", r.Method, r.Path, opensIn(r))
		}
	}
	for _, name := range adminapi.ErrorNames() {
		if short := name[strings.LastIndex(name, "-")+1:]; !strings.Contains(reference, "`"+name+"`") && !strings.Contains(reference, "`-"+short+"`") {
			t.Errorf("docs/reference/http-api.md lacks the error %s", name)
		}
	}
}

// opensIn is what the reference says about the keys that open a route.
func opensIn(r adminapi.Route) string {
	var opens []string
	if r.Scope != "" {
		opens = append(opens, string(r.Scope))
	}
	if slices.Contains(r.Keys, store.CredentialSite) {
		opens = append(opens, "site")
	}
	return strings.Join(opens, ", ")
}
