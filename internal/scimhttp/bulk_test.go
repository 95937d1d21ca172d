package scimhttp_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roster/internal/provision"
	"roster/internal/scimhttp"
)

// bulkResult is one operation of an answer to /Bulk.
type bulkResult struct {
	Method   string `json:"method"`
	BulkID   string `json:"bulkId"`
	Location string `json:"location"`
	Version  string `json:"version"`
	Status   string `json:"status"`
	Response struct {
		Status   string `json:"status"`
		SCIMType string `json:"scimType"`
		Detail   string `json:"detail"`
	} `json:"response"`
}

func (r bulkResult) id() string { return r.Location[strings.LastIndexByte(r.Location, '/')+1:] }

// bulk sends operations and gives what became of each.
func (d directory) bulk(t *testing.T, operations ...string) []bulkResult {
	t.Helper()
	return d.bulkUntil(t, 0, operations...)
}

func (d directory) bulkUntil(t *testing.T, failOnErrors int, operations ...string) []bulkResult {
	t.Helper()
	a := d.must(t, 200, "POST", "/Bulk", bulkJSON(failOnErrors, operations...))
	return resultsOf(t, a.body)
}

func bulkJSON(failOnErrors int, operations ...string) string {
	return `{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"failOnErrors":` + strconv.Itoa(failOnErrors) + `,"Operations":[` + strings.Join(operations, ",") + `]}`
}

func resultsOf(t *testing.T, body []byte) []bulkResult {
	t.Helper()
	var answer struct {
		Schemas    []string     `json:"schemas"`
		Operations []bulkResult `json:"Operations"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	if len(answer.Schemas) != 1 || answer.Schemas[0] != "urn:ietf:params:scim:api:messages:2.0:BulkResponse" {
		t.Errorf("schemas %v", answer.Schemas)
	}
	return answer.Operations
}

func statusesOf(results []bulkResult) string {
	var all []string
	for _, r := range results {
		all = append(all, r.Status)
	}
	return strings.Join(all, " ")
}

func bulkUser(bulkID, userName, more string) string {
	return `{"method":"POST","path":"/Users","bulkId":"` + bulkID + `","data":{"userName":"` + userName + `"` + more + `}}`
}

func bulkGroup(bulkID, name string, members ...string) string {
	return `{"method":"POST","path":"/Groups","bulkId":"` + bulkID + `","data":{"displayName":"` + name + `","members":` + membersJSON(members) + `}}`
}

const managerOf = `,"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":{"value":"bulkId:%s"}}`

func TestBulk(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		d := w.entra
		bob := d.newUser(t, "bob@x.example")
		results := d.bulk(
			t,
			bulkGroup("sales", "Sales", "bulkId:ada", bob), // forward
			bulkUser("ada", "ada@x.example", ""),
			`{"method":"PATCH","path":"/Users/bulkId:ada","version":"W/\"1\"","data":`+patchJSON(`{"op":"replace","path":"title","value":"Boss"}`)+`}`,
			`{"method":"put","path":"Users/`+bob+`","bulkId":"b","data":{"userName":"bob@x.example"`+fmt.Sprintf(managerOf, "ada")+`}}`,
			`{"method":"PATCH","path":"/v2/Groups/bulkId:sales","data":`+patchJSON(`{"op":"remove","path":"members[value eq \"`+bob+`\"]"}`)+`}`,
			bulkUser("cyd", "cyd@x.example", ""),
			`{"method":"DELETE","path":"/Users/bulkId:cyd"}`,
		)
		if got := statusesOf(results); got != "201 201 200 200 200 201 204" {
			t.Fatalf("statuses %s: %+v", got, results)
		}
		group, ada := results[0].id(), results[1].id()
		want := []bulkResult{
			{Method: "POST", BulkID: "sales", Location: d.base + "/Groups/" + group, Version: `W/"1"`, Status: "201"},
			{Method: "POST", BulkID: "ada", Location: d.base + "/Users/" + ada, Version: `W/"1"`, Status: "201"},
			{Method: "PATCH", Location: d.base + "/Users/" + ada, Version: `W/"2"`, Status: "200"},
			{Method: "PUT", BulkID: "b", Location: d.base + "/Users/" + bob, Version: `W/"2"`, Status: "200"},
			{Method: "PATCH", Location: d.base + "/Groups/" + group, Version: `W/"2"`, Status: "200"},
			{Method: "POST", BulkID: "cyd", Location: results[5].Location, Version: `W/"1"`, Status: "201"},
			{Method: "DELETE", Location: results[5].Location, Status: "204"},
		}
		if diff := cmp.Diff(want, results); diff != "" {
			t.Errorf("results (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{ada}, d.membersOf(t, group)); diff != "" {
			t.Errorf("members (-want +got):\n%s", diff)
		}
		wantSubset(t, d.must(t, 200, "GET", "/Users/"+bob, "").body, `{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":{"value":"`+ada+`"}}}`)
		wantSubset(t, d.must(t, 200, "GET", "/Users?count=0", "").body, `{"totalResults":2}`)
		entries := w.log(t, w.org)
		if len(entries) != 1+len(results) {
			t.Errorf("%d log entries, want one for each operation and the first user's", len(entries))
		}
		if e := entries[0]; e.Operation != provision.OpUserDelete || e.HTTPStatus != 204 || e.Name != "cyd@x.example" {
			t.Errorf("the last entry is %+v", e)
		}
	})
}

// An operation that fails leaves nothing behind but its log entry, and the
// others go on without it.
func TestBulkErrors(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		d := w.entra
		ada := d.newUser(t, "ada@x.example")
		group := d.newGroup(t, "Sales", ada)
		tests := []struct {
			name, operation, status, scimType string
			noLocation                        bool
		}{
			{"taken userName", bulkUser("x", "ADA@x.example", ""), "409", "uniqueness", true},
			{"user without a name", `{"method":"POST","path":"/Users","bulkId":"x","data":{"title":"x"}}`, "400", "invalidValue", true},
			{"unknown member", bulkGroup("x", "X", "nobody"), "400", "invalidValue", true},
			{"unknown bulkId", bulkGroup("x", "X", "bulkId:z"), "400", "invalidValue", true},
			{"bulkId of what failed", bulkGroup("x", "X", "bulkId:failing"), "409", "", true},
			{"path with the bulkId of what failed", `{"method":"DELETE","path":"/Users/bulkId:failing"}`, "409", "", true},
			{"path with an unknown bulkId", `{"method":"DELETE","path":"/Users/bulkId:z"}`, "400", "invalidValue", true},
			{"no such user", `{"method":"DELETE","path":"/Users/0193f0c2-a7e8-7c5e-9d0b-6f1a2b3c4d5e"}`, "404", "", false},
			{"old version", `{"method":"DELETE","path":"/Users/` + ada + `","version":"W/\"7\""}`, "412", "", false},
			{"unreadable version", `{"method":"DELETE","path":"/Users/` + ada + `","version":"7"}`, "400", "invalidSyntax", false},
			{"read-only path", `{"method":"PATCH","path":"/Users/` + ada + `","data":` + patchJSON(`{"op":"add","path":"groups","value":[{"value":"x"}]}`) + `}`, "400", "mutability", false},
			{"half a PATCH", `{"method":"PATCH","path":"/Groups/` + group + `","data":` + patchJSON(`{"op":"remove","path":"members"}`, `{"op":"add","path":"members","value":[{"value":"nobody"}]}`) + `}`, "400", "invalidValue", false},
			{"GET", `{"method":"GET","path":"/Users/` + ada + `"}`, "400", "invalidSyntax", false},
			{"no method", `{"path":"/Users/` + ada + `"}`, "400", "invalidSyntax", false},
			{"no path", `{"method":"DELETE"}`, "400", "invalidPath", true},
			{"no data", `{"method":"PUT","path":"/Users/` + ada + `"}`, "400", "invalidSyntax", false},
			{"data are a list", `{"method":"PUT","path":"/Users/` + ada + `","data":[]}`, "400", "invalidSyntax", false},
			{"POST without bulkId", `{"method":"POST","path":"/Users","data":{"userName":"x@x.example"}}`, "400", "invalidSyntax", true},
			{"no object", `7`, "400", "invalidSyntax", true},
			{"unknown type", `{"method":"POST","path":"/Robots","bulkId":"x","data":{}}`, "404", "", true},
			{"PUT to a type", `{"method":"PUT","path":"/Users","data":{"userName":"x@x.example"}}`, "405", "", true},
			{"a schema", `{"method":"DELETE","path":"/Schemas/x"}`, "405", "", false},
			{"bulk in bulk", `{"method":"POST","path":"/Bulk","bulkId":"x","data":{}}`, "400", "invalidPath", true},
			{"a search", `{"method":"POST","path":"/Users/.search","bulkId":"x","data":{}}`, "400", "invalidPath", true},
			{"another server", `{"method":"DELETE","path":"https://x.example/Users/` + ada + `"}`, "400", "invalidPath", true},
			{"another directory", `{"method":"DELETE","path":"/../` + string(w.foreign.id) + `/Users/1"}`, "404", "", true},
			{"id that cannot be one", `{"method":"DELETE","path":"/Users/` + strings.Repeat("a", 200) + `"}`, "404", "", true},
		}
		operations := []string{bulkUser("first", "first@x.example", ""), bulkUser("failing", "", "")}
		for _, test := range tests {
			operation := strings.Replace(test.operation, `"bulkId":"x"`, `"bulkId":"x`+test.name+`"`, 1)
			operations = append(operations, operation)
		}
		operations = append(operations, bulkUser("last", "last@x.example", ""))
		before, logged := string(d.must(t, 200, "GET", "/Groups", "").body), len(w.log(t, w.org))
		results := d.bulk(t, operations...)
		if len(results) != len(operations) || results[0].Status != "201" || results[1].Status != "400" || results[len(results)-1].Status != "201" {
			t.Fatalf("results %+v", results)
		}
		for i, test := range tests {
			r := results[i+2]
			if r.Status != test.status || r.Response.Status != test.status || r.Response.SCIMType != test.scimType || r.Response.Detail == "" {
				t.Errorf("%s: %+v", test.name, r)
			}
			if (r.Location == "") != test.noLocation || r.Version != "" {
				t.Errorf("%s: location %q, version %q", test.name, r.Location, r.Version)
			}
		}
		if entries := w.log(t, w.org); len(entries) != logged+len(operations) {
			t.Errorf("%d new log entries, want %d", len(entries)-logged, len(operations))
		}
		if after := string(d.must(t, 200, "GET", "/Groups", "").body); after != before {
			t.Errorf("groups changed from %s\nto %s", before, after)
		}
		wantSubset(t, d.must(t, 200, "GET", "/Users?count=0", "").body, `{"totalResults":3}`)
	})
}

func TestBulkOfSameBulkIDs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	results := w.entra.bulk(t, bulkUser("a", "ada@x.example", ""), bulkUser("a", "bob@x.example", ""), bulkGroup("g", "G", "bulkId:a"), bulkUser("b", "cyd@x.example", ""))
	if got := statusesOf(results); got != "400 400 409 201" {
		t.Errorf("statuses %s: %+v", got, results)
	}
}

// Operations that refer to one another in a circle are done or refused together
// (RFC 7644 section 3.7.1).
func TestBulkCircles(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		d := w.entra
		results := d.bulk(
			t,
			bulkUser("a", "a@x.example", fmt.Sprintf(managerOf, "b")), bulkUser("b", "b@x.example", fmt.Sprintf(managerOf, "a")),
			bulkUser("self", "self@x.example", fmt.Sprintf(managerOf, "self")),
			bulkUser("c", "c@x.example", fmt.Sprintf(managerOf, "d")), bulkUser("d", "a@x.example", fmt.Sprintf(managerOf, "c")),
			bulkGroup("e", "E", "bulkId:c"),
		)
		if got := statusesOf(results); got != "201 201 201 409 409 409" {
			t.Fatalf("statuses %s: %+v", got, results)
		}
		for i, manager := range []int{1, 0, 2} {
			wantSubset(t, d.must(t, 200, "GET", "/Users/"+results[i].id(), "").body,
				`{"meta":{"version":"W/\"1\""},"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":{"value":"`+results[manager].id()+`"}}}`)
		}
		if r := results[4].Response; r.SCIMType != "uniqueness" || r.Detail != "Resource [USER]: with userName[a@x.example] already exists." {
			t.Errorf("the reason is %+v", r)
		}
		if r := results[3].Response; !strings.Contains(r.Detail, `bulkId "d"`) {
			t.Errorf("the other one has %+v", r)
		}
		entries := w.log(t, w.org)
		if len(entries) != len(results) {
			t.Fatalf("%d log entries, want %d", len(entries), len(results))
		}
		if e := entries[1]; e.Operation != provision.OpUserCreate || e.Name != "a@x.example" || e.HTTPStatus != 409 || e.SCIMType != "uniqueness" {
			t.Errorf("the reason is logged as %+v", e)
		}
		wantSubset(t, d.must(t, 200, "GET", "/Users?count=0", "").body, `{"totalResults":3}`)
	})
}

func TestBulkFailOnErrors(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tests := []struct {
		failOnErrors int
		want         string
	}{
		{0, "201 400 201 400 201"},
		{1, "201 400"},
		{2, "201 400 201 400"},
		{3, "201 400 201 400 201"},
	}
	for i, test := range tests {
		name := func(s string) string { return fmt.Sprintf("%s%d@x.example", s, i) }
		results := w.entra.bulkUntil(t, test.failOnErrors, bulkUser("a", name("a"), ""), bulkUser("b", "", ""), bulkUser("c", name("c"), ""), bulkUser("d", "", ""), bulkUser("e", name("e"), ""))
		if got := statusesOf(results); got != test.want {
			t.Errorf("failOnErrors %d: %s, want %s", test.failOnErrors, got, test.want)
		}
	}
}

func TestBulkLimits(t *testing.T) {
	t.Parallel()
	w := newWorldWith(t, scimhttp.Options{MaxBulkBody: 2000, MaxBulkOperations: 3})
	one := `{"method":"DELETE","path":"/Users/1"}`
	tests := []struct {
		name, body string
		status     int
		scimType   string
	}{
		{"as many as may be", bulkJSON(0, one, one, one), 200, ""},
		{"too many", bulkJSON(0, one, one, one, one), 413, ""},
		{"too large", bulkJSON(0, bulkUser("a", strings.Repeat("a", 2000), "")), 413, ""},
		{"none", bulkJSON(0), 400, "invalidValue"},
		{"no JSON", "x", 400, "invalidSyntax"},
		{"no operations", `{}`, 400, "invalidSyntax"},
	}
	for _, test := range tests {
		logged := len(w.log(t, w.org))
		a := w.entra.send(t, "POST", "/Bulk", test.body)
		if test.status == 200 {
			if a.status != 200 {
				t.Errorf("%s: %d %s", test.name, a.status, a.body)
			}
			continue
		}
		wantError(t, a, test.status, test.scimType)
		if e := w.log(t, w.org); len(e) != logged+1 || e[0].Operation != provision.OpBulk {
			t.Errorf("%s: logged %+v", test.name, e[0])
		}
	}
	wantSubset(t, w.entra.must(t, 200, "GET", "/ServiceProviderConfig", "").body, `{"bulk":{"supported":true,"maxOperations":3,"maxPayloadSize":2000}}`)
	a := w.entra.send(t, "GET", "/Bulk", "")
	wantError(t, a, 405, "")
	if a.header.Get("Allow") != "POST" {
		t.Errorf("Allow %q", a.header.Get("Allow"))
	}
}

// A request whose time is up says so, and does nothing.
func TestBulkOutOfTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second) // less than is kept for the answer
	defer cancel()
	req := httptest.NewRequestWithContext(ctx, http.MethodPost, w.entra.base+"/Bulk", strings.NewReader(bulkJSON(0, bulkUser("a", "ada@x.example", ""))))
	req.Header.Set("Authorization", "Bearer "+w.entra.token)
	rec := httptest.NewRecorder()
	w.server.Config.Handler.ServeHTTP(rec, req)
	wantError(t, answer{rec.Code, rec.Header(), rec.Body.Bytes()}, 503, "")
	wantSubset(t, w.entra.must(t, 200, "GET", "/Users", "").body, `{"totalResults":0}`)
}

// Bulk requests that meet on the same records all succeed, on PostgreSQL after
// deadlocks, if need be.
func TestBulkConcurrently(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		d := w.entra
		const people, writers = 12, 4
		ids := make([]string, people)
		for i := range ids {
			ids[i] = d.newUser(t, fmt.Sprintf("user%d@x.example", i))
		}
		done := make(chan []bulkResult, writers)
		for n := range writers {
			go func() {
				var operations []string
				for i := range ids {
					id := ids[(i*(n+5)+n)%people] // each in an order of its own
					operations = append(operations, `{"method":"PATCH","path":"/Users/`+id+`","data":`+patchJSON(fmt.Sprintf(`{"op":"replace","path":"title","value":"%d"}`, n))+`}`)
				}
				a := d.send(t, "POST", "/Bulk", bulkJSON(0, operations...))
				done <- resultsOf(t, a.body)
			}()
		}
		for range writers {
			if got := statusesOf(<-done); got != strings.TrimSpace(strings.Repeat("200 ", people)) {
				t.Errorf("statuses %s", got)
			}
		}
		if strings.Contains(w.slog.String(), "failed") {
			t.Errorf("the server's log says %s", w.slog)
		}
	})
}
