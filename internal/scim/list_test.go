package scim_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/scim"
)

var users = []*scim.ResourceType{scim.UserType()}

func TestParseListQuery(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, query  string
		start, count int
		cursor       string
		hasCursor    bool
	}{
		{"nothing", "", 1, 200, "", false},
		{"Okta's import", "startIndex=101&count=100", 101, 100, "", false},
		{"startIndex below one", "startIndex=0", 1, 200, "", false},
		{"negative startIndex and count", "startIndex=-5&count=-1", 1, 0, "", false},
		{"count zero", "count=0", 1, 0, "", false},
		{"count over the maximum", "count=1000", 1, 200, "", false},
		{"count beyond an integer", "count=99999999999999999999&startIndex=-99999999999999999999", 1, 200, "", false},
		{"blank numbers", "count=&startIndex=+", 1, 200, "", false},
		{"unknown parameters", "aadOptscim062020&x=y", 1, 200, "", false},
		{"first page by cursor", "cursor&count=10", 1, 10, "", true},
		{"next page by cursor", "cursor=abc", 1, 200, "abc", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			q, err := url.ParseQuery(tt.query)
			if err != nil {
				t.Fatal(err)
			}
			got, err := scim.ParseListQuery(users, q, scim.DefaultLimits, 200)
			if err != nil {
				t.Fatal(err)
			}
			if got.StartIndex != tt.start || got.Count != tt.count || got.Cursor != tt.cursor || got.HasCursor != tt.hasCursor {
				t.Errorf("got %+v", got)
			}
			if part := got.Parts[0]; part.Filter != nil || !part.Projection.IsZero() || got.Sorted {
				t.Errorf("got filter %v, a projection or an order from %q", part.Filter, tt.query)
			}
		})
	}
}

func TestParseListQueryFilterAndAttributes(t *testing.T) {
	t.Parallel()
	q, err := url.ParseQuery("filter=userName+eq+%22a%2Bb%40X%22&attributes=id&attributes=userName")
	if err != nil {
		t.Fatal(err)
	}
	got, err := scim.ParseListQuery(users, q, scim.DefaultLimits, 200)
	if err != nil {
		t.Fatal(err)
	}
	if s, want := show(got.Parts[0].Filter), `userName eq "a+b@x"`; s != want {
		t.Errorf("got filter %s, want %s", s, want)
	}
	if p := got.Parts[0].Projection; !p.Wants("userName") || p.Wants("emails") {
		t.Error("the projection is not id and userName")
	}
}

func TestParseListQueryRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, query string
		typ         scim.Type
		detail      string
	}{
		{"count is no integer", "count=ten", scim.TypeInvalidValue, `count must be an integer; got "ten"`},
		{"startIndex is no integer", "startIndex=1.5", scim.TypeInvalidValue, "startIndex must be an integer"},
		{"bad filter", "filter=userName", scim.TypeInvalidFilter, "byte 8"},
		{"filter by an unknown attribute", "filter=foo+pr", scim.TypeInvalidFilter, `"foo"`},
		{"count of nothing with a cursor", "cursor&count=0", scim.TypeInvalidCount, "between 1 and 200"},
		{"negative count with a cursor", "cursor=&count=-1", scim.TypeInvalidCount, "between 1 and 200"},
		{"count that is no number with a cursor", "cursor&count=ten", scim.TypeInvalidCount, `got "ten"`},
		{"two ways to page", "cursor&startIndex=2", scim.TypeInvalidValue, "cannot be combined"},
		{"sort by an unknown attribute", "sortBy=foo", scim.TypeInvalidValue, `"foo", which User does not have`},
		{"sort by a filter", "sortBy=emails%5Btype+eq+%22work%22%5D", scim.TypeInvalidValue, "name of an attribute"},
		{"sort by a complex attribute", "sortBy=name", scim.TypeInvalidValue, `one of the sub-attributes of "name"`},
		{"sort by the password", "sortBy=password", scim.TypeInvalidValue, "cannot be sorted"},
		{"unknown order", "sortBy=userName&sortOrder=up", scim.TypeInvalidValue, `ascending or descending; got "up"`},
		{"both projections", "attributes=id&excludedAttributes=name", scim.TypeInvalidValue, "cannot be combined"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			q, err := url.ParseQuery(tt.query)
			if err != nil {
				t.Fatal(err)
			}
			_, err = scim.ParseListQuery(users, q, scim.DefaultLimits, 200)
			if e := refusal(t, err); e.Type != tt.typ || !strings.Contains(e.Detail, tt.detail) {
				t.Errorf("got %v, want %s with %q", e, tt.typ, tt.detail)
			}
		})
	}
}

func TestParseListQuerySort(t *testing.T) {
	t.Parallel()
	tests := []struct {
		query, path        string
		sorted, descending bool
	}{
		{"sortBy=USERNAME", "userName", true, false},
		{"sortBy=name.familyName&sortOrder=Descending", "name.familyName", true, true},
		{"sortBy=emails&sortOrder=ascending", "emails.value", true, false},
		{"sortBy=manager", scim.EnterpriseUserURN + ":manager.value", true, false},
		{"sortBy=" + scim.EnterpriseUserURN + ":department", scim.EnterpriseUserURN + ":department", true, false},
		{"sortBy=" + scim.CoreUserURN + ":title", "title", true, false},
		{"sortBy=meta.lastModified", "meta.lastModified", true, false},
		{"sortBy=&sortOrder=descending", "", false, false},
		{"sortOrder=sideways", "", false, false},
	}
	for _, tt := range tests {
		t.Run(tt.query, func(t *testing.T) {
			t.Parallel()
			q, err := url.ParseQuery(tt.query)
			if err != nil {
				t.Fatal(err)
			}
			got, err := scim.ParseListQuery(users, q, scim.DefaultLimits, 200)
			if err != nil {
				t.Fatal(err)
			}
			if path := got.Parts[0].Sort.Path.String(); path != tt.path || got.Sorted != tt.sorted || got.Descending != tt.descending {
				t.Errorf("got %q, %+v", path, got)
			}
		})
	}
}

// A list across resource types takes what a type lacks for absent, and refuses what all of them lack.
func TestParseListQueryAcrossTypes(t *testing.T) {
	t.Parallel()
	tests := []struct{ filter, users, groups, detail string }{
		{`userName eq "a"`, `userName eq "a"`, `none`, ""},
		{`displayName eq "A"`, `displayName eq "a"`, `displayName eq "a"`, ""},
		{`not (userName pr) and members pr`, `(not (userName pr) and none)`, `(not (none) and members pr)`, ""},
		{`title eq null or members[type eq "User"]`, `(title eq null or none)`, `(not (none) or members[type eq "user"])`, ""},
		{`meta.resourceType eq "Group"`, `meta.resourceType eq "Group"`, `meta.resourceType eq "Group"`, ""},
		{`foo pr`, "", "", `names "foo", which User does not have`},
		{`displayName pr and active gt true`, "", "", `"active" is of type boolean, to which the operator gt does not apply`},
		{`members gt true`, "", "", `"members" is of type string and cannot be compared to a boolean`},
	}
	for _, tt := range tests {
		t.Run(tt.filter, func(t *testing.T) {
			t.Parallel()
			q, err := scim.ParseListQuery([]*scim.ResourceType{scim.UserType(), scim.GroupType()}, url.Values{"filter": {tt.filter}}, scim.DefaultLimits, 200)
			if tt.detail != "" {
				if e := refusal(t, err); e.Type != scim.TypeInvalidFilter || !strings.Contains(e.Detail, tt.detail) {
					t.Errorf("got %v, want invalidFilter with %q", e, tt.detail)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := []string{show(q.Parts[0].Filter), show(q.Parts[1].Filter)}; !cmp.Equal(got, []string{tt.users, tt.groups}) {
				t.Errorf("got %q, want %q and %q", got, tt.users, tt.groups)
			}
		})
	}
}

func TestSearchValues(t *testing.T) {
	t.Parallel()
	q, err := scim.SearchValues(parse(t, `{"schemas":["`+scim.SearchRequestURN+`"],"attributes":["id","userName"],"filter":"userName eq \"a\"","startIndex":1,"count":10,"sortBy":null}`))
	if err != nil {
		t.Fatal(err)
	}
	want := url.Values{"attributes": {"id", "userName"}, "filter": {`userName eq "a"`}, "startIndex": {"1"}, "count": {"10"}}
	if diff := cmp.Diff(want, q); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, in := range []string{`[]`, `{"filter":true}`, `{"attributes":[{}]}`} {
		if _, err := scim.SearchValues(parse(t, in)); refusal(t, err).Type != scim.TypeInvalidSyntax {
			t.Errorf("%s: got %v, want invalidSyntax", in, err)
		}
	}
}

func TestListHead(t *testing.T) {
	t.Parallel()
	const open = `{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"]`
	tests := []struct {
		name string
		head scim.ListHead
		want string
	}{
		{"nobody", scim.ListHead{StartIndex: 1}, `,"totalResults":0,"startIndex":1,"itemsPerPage":0,"Resources":[]}`},
		{"a page by cursor", scim.ListHead{Total: 5, ItemsPerPage: 2, NextCursor: "abc"}, `,"totalResults":5,"itemsPerPage":2,"nextCursor":"abc","Resources":[]}`},
		{"without a total", scim.ListHead{Total: -1, ItemsPerPage: 2}, `,"itemsPerPage":2,"Resources":[]}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(open+tt.want, string(tt.head.AppendJSON(nil))+"]}"); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
