package adminapi_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roster/internal/adminapi"
	"roster/internal/store"
)

// document is openapi.json, as far as answers are concerned.
type document struct {
	Paths      map[string]map[string]json.RawMessage `json:"paths"`
	Components struct {
		Schemas   map[string]schema   `json:"schemas"`
		Responses map[string]response `json:"responses"`
	} `json:"components"`
	mux *http.ServeMux // from requests to patterns
}

type operation struct {
	Responses map[string]response   `json:"responses"`
	Security  []map[string][]string `json:"security"`
}

type response struct {
	Ref     string `json:"$ref"`
	Content map[string]struct {
		Schema schema `json:"schema"`
	} `json:"content"`
}

// schema is the part of JSON Schema that openapi.yaml uses.
type schema struct {
	Ref                  string            `json:"$ref"`
	Type                 any               `json:"type"`       // a name, or a list of names
	Properties           map[string]schema `json:"properties"` // closed: what is not here must not be answered
	AdditionalProperties any               `json:"additionalProperties"`
	Required             []string          `json:"required"`
	Items                *schema           `json:"items"`
	Enum                 []string          `json:"enum"`
	OneOf                []schema          `json:"oneOf"`
	Format               string            `json:"format"`
	Pattern              string            `json:"pattern"`
	MinItems             int               `json:"minItems"`
}

func contract(t *testing.T) *document {
	t.Helper()
	data, err := os.ReadFile("openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	doc := &document{mux: http.NewServeMux()}
	if err := json.Unmarshal(data, doc); err != nil {
		t.Fatal(err)
	}
	for _, pattern := range doc.patterns() {
		doc.mux.HandleFunc(pattern, func(http.ResponseWriter, *http.Request) {})
	}
	return doc
}

var httpMethods = []string{"get", "post", "put", "patch", "delete"}

// patterns are all operations, as ServeMux patterns.
func (d *document) patterns() (all []string) {
	for path, item := range d.Paths {
		for _, method := range httpMethods {
			if _, ok := item[method]; ok {
				all = append(all, strings.ToUpper(method)+" "+path)
			}
		}
	}
	return all
}

func (d *document) operation(pattern string) (op operation) {
	method, path, _ := strings.Cut(pattern, " ")
	if err := json.Unmarshal(d.Paths[path][strings.ToLower(method)], &op); err != nil {
		panic(fmt.Errorf("%s: %w", pattern, err))
	}
	return op
}

// The document, the routes and the keys that open them must say the same.
func TestRoutesAreThoseOfTheContract(t *testing.T) {
	t.Parallel()
	doc := contract(t)
	kinds := map[string]store.CredentialKind{"orgKey": store.CredentialOrg, "siteKey": store.CredentialSite}
	type opener struct {
		Keys   []store.CredentialKind
		Scopes []string
	}
	want := map[string]opener{}
	for _, pattern := range doc.patterns() {
		if strings.HasSuffix(pattern, "z") || strings.HasSuffix(pattern, "/openapi.json") {
			continue // the server's own, and the document's
		}
		security := doc.operation(pattern).Security
		if security == nil {
			security = []map[string][]string{{"orgKey": {"read"}}} // the document's default
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

// guard fails the test for every answer that is not what the document says of
// its operation.
func (d *document) guard(t *testing.T, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := httptest.NewRecorder()
		maps.Copy(rec.Header(), w.Header())
		pattern := ""
		if !strings.Contains(r.URL.Path, "//") { // else ServeMux redirects
			_, pattern = d.mux.Handler(r)
		}
		next.ServeHTTP(rec, r)
		if pattern != "" && r.Method != http.MethodHead {
			for _, fault := range d.faults(pattern, rec) {
				t.Errorf("%s %s breaks the contract: %s\n%s", r.Method, r.URL, fault, rec.Body)
			}
		}
		maps.Copy(w.Header(), rec.Header())
		w.WriteHeader(rec.Code)
		w.Write(rec.Body.Bytes())
	})
}

func (d *document) faults(pattern string, rec *httptest.ResponseRecorder) []string {
	responses := d.operation(pattern).Responses
	res, ok := responses[strconv.Itoa(rec.Code)]
	if !ok {
		if res, ok = responses["default"]; !ok || rec.Code < 400 {
			return []string{fmt.Sprintf("status %d is not in it", rec.Code)}
		}
	}
	if name, ok := strings.CutPrefix(res.Ref, "#/components/responses/"); ok {
		res = d.Components.Responses[name]
	}
	if len(res.Content) == 0 {
		if rec.Body.Len() > 0 {
			return []string{"there must be no body"}
		}
		return nil
	}
	kind, _, err := mime.ParseMediaType(rec.Header().Get("Content-Type"))
	content, ok := res.Content[kind]
	switch {
	case err != nil || !ok:
		return []string{fmt.Sprintf("media type %q is not in it", rec.Header().Get("Content-Type"))}
	case kind != "application/json":
		return nil
	}
	var body any
	if err := json.Unmarshal(rec.Body.Bytes(), &body); err != nil {
		return []string{err.Error()}
	}
	return d.check(content.Schema, body, "$")
}

// check compares a value with a schema; at is where the value stands.
func (d *document) check(s schema, v any, at string) []string {
	if name, ok := strings.CutPrefix(s.Ref, "#/components/schemas/"); ok {
		return d.check(d.Components.Schemas[name], v, at)
	}
	if len(s.OneOf) > 0 {
		for _, one := range s.OneOf {
			if len(d.check(one, v, at)) == 0 {
				return nil
			}
		}
		return []string{at + " is none of oneOf"}
	}
	if !slices.Contains(typesOf(s), typeOf(v)) {
		return []string{fmt.Sprintf("%s is %s, want %v", at, typeOf(v), typesOf(s))}
	}
	switch v := v.(type) {
	case map[string]any:
		return d.checkObject(s, v, at)
	case []any:
		var faults []string
		if len(v) < s.MinItems {
			faults = append(faults, at+" has too few items")
		}
		for i, item := range v {
			faults = append(faults, d.check(*s.Items, item, fmt.Sprintf("%s[%d]", at, i))...)
		}
		return faults
	case string:
		return checkString(s, v, at)
	}
	return nil
}

func (d *document) checkObject(s schema, v map[string]any, at string) (faults []string) {
	for _, name := range s.Required {
		if _, ok := v[name]; !ok {
			faults = append(faults, at+"."+name+" is missing")
		}
	}
	for name, member := range v {
		property, ok := s.Properties[name]
		switch {
		case ok:
			faults = append(faults, d.check(property, member, at+"."+name)...)
		case s.AdditionalProperties == nil:
			faults = append(faults, at+"."+name+" is not in it")
		}
	}
	return faults
}

func checkString(s schema, v, at string) []string {
	if len(s.Enum) > 0 && !slices.Contains(s.Enum, v) {
		return []string{fmt.Sprintf("%s is %q, want one of %v", at, v, s.Enum)}
	}
	if s.Pattern != "" && !regexp.MustCompile(s.Pattern).MatchString(v) {
		return []string{fmt.Sprintf("%s is %q, want %s", at, v, s.Pattern)}
	}
	if s.Format == "date-time" {
		if when, err := time.Parse(time.RFC3339, v); err != nil || when.IsZero() || when.Location() != time.UTC {
			return []string{fmt.Sprintf("%s is %q, want a time in UTC", at, v)}
		}
	}
	return nil
}

func typesOf(s schema) []string {
	switch t := s.Type.(type) {
	case string:
		return []string{t}
	case []any:
		names := make([]string, len(t))
		for i, name := range t {
			names[i] = fmt.Sprint(name)
		}
		return names
	}
	return []string{"string", "boolean", "number", "integer", "object", "array", "null"}
}

func typeOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case float64:
		if v == float64(int64(v)) {
			return "integer"
		}
		return "number"
	case []any:
		return "array"
	}
	return "object"
}

// The checks above must find faults, or they prove nothing.
func TestContractGuardFindsFaults(t *testing.T) {
	t.Parallel()
	doc := contract(t)
	tests := []struct {
		name, pattern, mediaType, body string
		status                         int
		want                           string
	}{
		{"missing member", "GET /admin/v1/orgs/{orgId}/directory/groups/{groupId}", "application/json", `{}`, 200, "$.data is missing"},
		{"unknown member", "POST /users/{accountId}/manage/lifecycle/delete", "application/json", `{"message":"Success","x":1}`, 200, "$.x is not in it"},
		{"wrong type", "POST /users/{accountId}/manage/lifecycle/delete", "application/json", `{"message":1}`, 200, "$.message is integer, want [string]"},
		{"wrong status", "PUT /users/{accountId}/manage/email", "", ``, 200, "status 200 is not in it"},
		{"body where none is due", "PUT /users/{accountId}/manage/email", "", `{}`, 204, "there must be no body"},
		{"wrong media type", "POST /users/{accountId}/manage/lifecycle/delete", "text/html", `{}`, 200, `media type "text/html" is not in it`},
		{"enum", "GET /users/{accountId}/manage", "application/json", `{"email.set":{"allowed":false,"reason":{}}}`, 200, "$.email.set.reason.key is missing"},
		{"error shape", "PUT /users/{accountId}/manage/email", "application/json", `{"errors":[]}`, 400, "$.errors is not in it"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			rec := httptest.NewRecorder()
			rec.Header().Set("Content-Type", tt.mediaType)
			rec.Code = tt.status
			rec.Body.WriteString(tt.body)
			if got := doc.faults(tt.pattern, rec); !slices.Contains(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
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
