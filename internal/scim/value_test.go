package scim_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"roster/internal/scim"
)

func TestValueGetIgnoresCase(t *testing.T) {
	t.Parallel()
	v := parse(t, `{"userName":"ada","k":1}`)
	if got, ok := v.Get("USERNAME"); !ok || got.Str() != "ada" {
		t.Errorf("got %v %v, want ada", got, ok)
	}
	if _, ok := v.Get("\u212A"); ok {
		t.Error("the Kelvin sign found the member k")
	}
	if _, ok := scim.String("x").Get("a"); ok {
		t.Error("a string has a member")
	}
}

func TestValueIsUnassigned(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in   string
		want bool
	}{{`null`, true}, {`[]`, true}, {`{}`, true}, {`""`, false}, {`false`, false}, {`0`, false}, {`[null]`, false}, {`{"a":null}`, false}}
	for _, tt := range tests {
		t.Run(tt.in, func(t *testing.T) {
			t.Parallel()
			if got := parse(t, tt.in).IsUnassigned(); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestValueEqual(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, a, b string
		want       bool
	}{
		{"same", `{"a":[1,{"b":null}]}`, `{"a":[1,{"b":null}]}`, true},
		{"order of members", `{"a":1,"b":2}`, `{"b":2,"a":1}`, true},
		{"order of items", `[1,2]`, `[2,1]`, false},
		{"kind", `"1"`, `1`, false},
		{"truth", `true`, `false`, false},
		{"missing member", `{"a":1}`, `{"b":1}`, false},
		{"more members", `{"a":1}`, `{"a":1,"b":1}`, false},
		{"empty array and object", `[]`, `{}`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := parse(t, tt.a).Equal(parse(t, tt.b)); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestValueAccessorsOfOtherKinds(t *testing.T) {
	t.Parallel()
	number, truth := scim.Number("7"), scim.Bool(true)
	if number.Str() != "" || truth.NumberText() != "" || scim.String("true").Truth() || len(number.Items()) > 0 || len(truth.Members()) > 0 {
		t.Error("an accessor answered for a value of another kind")
	}
	if got := number.Kind().String(); got != "a number" {
		t.Errorf("got %q, want a number", got)
	}
}

func TestErrorBody(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		err  *scim.Error
		want string
	}{
		{
			"uniqueness",
			scim.Errorf(409, scim.TypeUniqueness, "Resource [USER]: with email[%s] already exists.", "a\"b"),
			`{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"409","scimType":"uniqueness","detail":"Resource [USER]: with email[a\"b] already exists."}`,
		},
		{"status alone", &scim.Error{Status: 404}, `{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"404"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := string(tt.err.AppendJSON(nil)); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestErrorDetailIsBounded(t *testing.T) {
	t.Parallel()
	e := scim.Errorf(400, scim.TypeInvalidPath, "%s", strings.Repeat("é", 5000))
	if len(e.Detail) > 1010 || !utf8.ValidString(e.Detail) || !strings.HasSuffix(e.Detail, "é…") {
		t.Errorf("got a detail of %d bytes that ends in %q", len(e.Detail), e.Detail[max(0, len(e.Detail)-10):])
	}
}
