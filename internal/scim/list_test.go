package scim_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/scim"
)

func TestParseListQuery(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, query  string
		start, count int
		hasCount     bool
		cursor       string
		hasCursor    bool
	}{
		{"nothing", "", 1, 200, false, "", false},
		{"Okta's import", "startIndex=101&count=100", 101, 100, true, "", false},
		{"startIndex below one", "startIndex=0", 1, 200, false, "", false},
		{"negative startIndex and count", "startIndex=-5&count=-1", 1, 0, true, "", false},
		{"count zero", "count=0", 1, 0, true, "", false},
		{"count over the maximum", "count=1000", 1, 200, true, "", false},
		{"count beyond an integer", "count=99999999999999999999&startIndex=-99999999999999999999", 1, 200, true, "", false},
		{"blank numbers", "count=&startIndex=+", 1, 200, false, "", false},
		{"unknown parameters", "aadOptscim062020&x=y", 1, 200, false, "", false},
		{"first page by cursor", "cursor&count=10", 1, 10, true, "", true},
		{"next page by cursor", "cursor=abc", 1, 200, false, "abc", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			q, err := url.ParseQuery(tt.query)
			if err != nil {
				t.Fatal(err)
			}
			got, err := scim.UserType().ParseListQuery(q, scim.DefaultLimits, 200)
			if err != nil {
				t.Fatal(err)
			}
			if got.StartIndex != tt.start || got.Count != tt.count || got.HasCount != tt.hasCount || got.Cursor != tt.cursor || got.HasCursor != tt.hasCursor {
				t.Errorf("got %+v", got)
			}
			if got.Filter != nil || !got.Projection.IsZero() {
				t.Errorf("got filter %v and a projection from %q", got.Filter, tt.query)
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
	got, err := scim.UserType().ParseListQuery(q, scim.DefaultLimits, 200)
	if err != nil {
		t.Fatal(err)
	}
	if s, want := show(got.Filter), `userName eq "a+b@x"`; s != want {
		t.Errorf("got filter %s, want %s", s, want)
	}
	if !got.Projection.Wants("userName") || got.Projection.Wants("emails") {
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
		{"both projections", "attributes=id&excludedAttributes=name", scim.TypeInvalidValue, "cannot be combined"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			q, err := url.ParseQuery(tt.query)
			if err != nil {
				t.Fatal(err)
			}
			_, err = scim.UserType().ParseListQuery(q, scim.DefaultLimits, 200)
			if e := refusal(t, err); e.Type != tt.typ || !strings.Contains(e.Detail, tt.detail) {
				t.Errorf("got %v, want %s with %q", e, tt.typ, tt.detail)
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

func TestAppendListHead(t *testing.T) {
	t.Parallel()
	got := string(scim.AppendListHead(nil, 0, 1, 0)) + "]}"
	want := `{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":0,"startIndex":1,"itemsPerPage":0,"Resources":[]}`
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
