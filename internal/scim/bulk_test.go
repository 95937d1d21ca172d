package scim_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/scim"
)

func decodeBulk(tb testing.TB, operations ...string) scim.Bulk {
	tb.Helper()
	b, err := scim.DecodeBulk(parse(tb, `{"Operations":[`+strings.Join(operations, ",")+`]}`), 100)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// post is a POST with a bulkId, whose data refer to others.
func post(bulkID string, needs ...string) string {
	members := []string{}
	for _, n := range needs {
		members = append(members, `{"value":"bulkId:`+n+`"}`)
	}
	return `{"method":"POST","path":"/Groups","bulkId":"` + bulkID + `","data":{"members":[` + strings.Join(members, ",") + `]}}`
}

func TestBulkPlan(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		operations []string
		want       [][]int
	}{
		{"nothing refers", []string{post("a"), post("b"), post("c")}, [][]int{{0}, {1}, {2}}},
		{"backward", []string{post("a"), post("b", "a")}, [][]int{{0}, {1}}},
		{"forward", []string{post("a", "c"), post("b"), post("c")}, [][]int{{2}, {0}, {1}}},
		{"chain", []string{post("a", "b"), post("b", "c"), post("c")}, [][]int{{2}, {1}, {0}}},
		{"to itself", []string{post("a", "a"), post("b")}, [][]int{{0}, {1}}},
		{"circle of two", []string{post("a", "b"), post("x"), post("b", "a")}, [][]int{{0, 2}, {1}}},
		{"circle of three, one outside", []string{post("o", "a"), post("a", "b"), post("b", "c"), post("c", "a")}, [][]int{{1, 2, 3}, {0}}},
		{"two circles", []string{post("a", "b"), post("b", "a", "c"), post("c", "d"), post("d", "c")}, [][]int{{2, 3}, {0, 1}}},
		{"to nothing", []string{post("a", "z")}, [][]int{{0}}},
		{"in a path", []string{`{"method":"DELETE","path":"/Users/bulkId:a"}`, post("a")}, [][]int{{1}, {0}}},
		{"in the path of a PATCH", []string{`{"method":"PATCH","path":"/Groups/1","data":{"Operations":[{"op":"remove","path":"members[value eq \"bulkId:a\"]"}]}}`, post("a")}, [][]int{{1}, {0}}},
		{"bare", []string{`{"method":"PATCH","path":"/Users/1","data":{"Operations":[{"op":"add","path":"manager","value":"bulkId:a"}]}}`, post("a")}, [][]int{{1}, {0}}},
		{"as a URL", []string{`{"method":"PUT","path":"/Users/1","data":{"manager":{"$ref":"../Users/bulkId:a"}}}`, post("a")}, [][]int{{1}, {0}}},
		{"a name is no reference", []string{`{"method":"PUT","path":"/Users/1","data":{"userName":"bulkId:a","externalId":"bulkId:a","displayName":"bulkId:a"}}`, post("a")}, [][]int{{0}, {1}}},
		{"a beginning is no reference", []string{post("a", "bc"), post("b")}, [][]int{{0}, {1}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, decodeBulk(t, test.operations...).Plan().Steps); diff != "" {
				t.Errorf("steps (-want +got):\n%s", diff)
			}
		})
	}
}

func TestBulkResolve(t *testing.T) {
	t.Parallel()
	ids := map[string]string{"a": "id-a", "a/b": "id-ab"}
	tests := []struct{ name, data, want string }{ // want "" where it is refused
		{"value", `{"members":[{"value":"bulkId:a"}]}`, `{"members":[{"value":"id-a"}]}`},
		{"slash in a bulkId", `{"x":"bulkId:a/b"}`, `{"x":"id-ab"}`},
		{"reference", `{"manager":{"$ref":"https://h/Users/bulkId:a"}}`, `{"manager":{"$ref":"https://h/Users/id-a"}}`},
		{"any attribute", `{"owner":"bulkId:a"}`, `{"owner":"id-a"}`},
		{"quoted in a path", `{"path":"members[value eq \"bulkId:a\" or value eq \"bulkId:a\"]"}`, `{"path":"members[value eq \"id-a\" or value eq \"id-a\"]"}`},
		{"names and texts", `{"id":"bulkId:a","userName":"bulkId:a","title":"see bulkId:a","nickName":"bulkId:z"}`, `{"id":"bulkId:a","userName":"bulkId:a","title":"see bulkId:a","nickName":"bulkId:z"}`},
		{"unknown value", `{"members":[{"value":"bulkId:z"}]}`, ""},
		{"unknown reference", `{"manager":{"$ref":"../Users/bulkId:z"}}`, ""},
		{"unknown in a path", `{"path":"members[value eq \"bulkId:z\"]"}`, ""},
		{"other kinds", `{"a":[1,true,null,{"b":{}}]}`, `{"a":[1,true,null,{"b":{}}]}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			op, err := scim.BulkOperation{Path: "/Users/bulkId:a", Data: parse(t, test.data)}.Resolve(ids)
			if test.want == "" {
				if e := refusal(t, err); e.Status != 400 || e.Type != scim.TypeInvalidValue || !strings.Contains(e.Detail, `"z"`) {
					t.Errorf("refused with %v", e)
				}
				return
			}
			if diff := cmp.Diff(test.want, compact(op.Data)); diff != "" || err != nil || op.Path != "/Users/id-a" {
				t.Errorf("%v, path %s (-want +got):\n%s", err, op.Path, diff)
			}
		})
	}
}

func TestBulkThatCannotBeRead(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body string
		status     int
	}{
		{"no operations", `{}`, 400},
		{"operations are an object", `{"Operations":{}}`, 400},
		{"empty", `{"Operations":[]}`, 400},
		{"too many", `{"Operations":[{},{},{}]}`, 413},
		{"failOnErrors is no number", `{"failOnErrors":"x","Operations":[{}]}`, 400},
		{"failOnErrors is negative", `{"failOnErrors":-1,"Operations":[{}]}`, 400},
		{"failOnErrors is a fraction", `{"failOnErrors":1.5,"Operations":[{}]}`, 400},
	}
	for _, test := range tests {
		_, err := scim.DecodeBulk(parse(t, test.body), 2)
		if e := refusal(t, err); e.Status != test.status {
			t.Errorf("%s: %v, want status %d", test.name, e, test.status)
		}
	}
}

func FuzzBulk(f *testing.F) {
	f.Add(`{"Operations":[` + post("a", "b") + `,` + post("b", "a") + `]}`)
	f.Add(`{"failOnErrors":1,"Operations":[{"method":"PATCH","path":"/Groups/bulkId:a","version":"W/\"1\"","data":{"Operations":[{"op":"remove","path":"members[value eq \"bulkId:a\"]"}]}}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		body, err := scim.Decode([]byte(text), scim.DefaultLimits)
		if err != nil {
			t.Skip()
		}
		b, err := scim.DecodeBulk(body, 50)
		if err != nil {
			expectRefusal(t, err)
			return
		}
		seen := make([]bool, len(b.Operations))
		ids := map[string]string{}
		for bulkID := range b.Creators() {
			ids[bulkID] = "id"
		}
		for _, step := range b.Plan().Steps {
			for _, i := range step {
				if seen[i] {
					t.Fatalf("operation %d is in the plan twice", i)
				}
				seen[i] = true
				_, _ = b.Operations[i].Resolve(ids)
			}
		}
		if got := fmt.Sprint(seen); strings.Contains(got, "false") {
			t.Fatalf("an operation is not in the plan: %s", got)
		}
	})
}
