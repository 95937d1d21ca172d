package scim_test

import (
	"strings"
	"testing"

	"roster/internal/scim"
)

const person = `{"externalId":"Ext-1","userName":"Ada@X.example","name":{"familyName":"O'Neil"},"title":"","active":true,
 "emails":[{"value":"Ada@X.example","type":"work","primary":true},{"value":"home@y.example","type":"home"}],
 "roles":[{"value":"Admin","primary":true}],
 "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"R&D","manager":{"value":"M-1"}},
 "id":"Id-1","meta":{"lastModified":"2026-01-02T03:04:05.000000Z"}}`

func bind(tb testing.TB, rt *scim.ResourceType, filter string) (scim.Filter, error) {
	tb.Helper()
	f, err := scim.ParseFilter(filter, scim.DefaultLimits)
	if err != nil {
		tb.Fatal(err)
	}
	return rt.Bind(f)
}

func TestMatch(t *testing.T) {
	t.Parallel()
	tests := []struct {
		filter string
		want   bool
	}{
		{`userName eq "ada@x.EXAMPLE"`, true},
		{`USERNAME eq "Ada@X.example"`, true},
		{`userName ne "ada@x.example"`, false},
		{`userName eq "ａda@x.example"`, true},
		{`externalId eq "Ext-1"`, true},
		{`externalId eq "ext-1"`, false},
		{`id eq "Id-1"`, true},
		{`id eq "id-1"`, false},
		{`name.familyName sw "o'"`, true},
		{`name.familyName ew "EIL"`, true},
		{`name.familyName co "'n"`, true},
		{`name.familyName co "%"`, false},
		{`emails eq "home@y.example"`, true},
		{`emails.value co "@X."`, true},
		{`emails.type eq "HOME"`, true},
		{`emails[type eq "work"].value eq "ada@x.example"`, true},
		{`emails[type eq "home" and value co "ada"]`, false},
		{`emails[type eq "home" or primary eq true]`, true},
		{`emails[not (type eq "home")]`, true},
		{`emails[display pr]`, false},
		{`roles[primary eq "True"]`, true},
		{`roles[primary eq "True" and value eq "user"]`, false},
		{`active eq true`, true},
		{`active eq "False"`, false},
		{`active ne false`, true},
		{`title pr`, false},
		{`nickName pr`, false},
		{`name pr`, true},
		{`emails pr`, true},
		{`emails.display pr`, false},
		{`nickName eq "x"`, false},
		{`nickName ne "x"`, false},
		{`not (nickName eq "x")`, true},
		{`nickName eq null`, true},
		{`userName eq null`, false},
		{`userName ne null`, true},
		{`manager eq "M-1"`, true},
		{`urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq "m-1"`, false},
		{`urn:ietf:params:scim:schemas:extension:enterprise:2.0:user:DEPARTMENT eq "r&d"`, true},
		{`department eq "R&D"`, false},
		{`urn:ietf:params:scim:schemas:core:2.0:User:userName sw "ADA"`, true},
		{`meta.lastModified gt "2026-01-02T03:04:04.9Z"`, true},
		{`meta.lastModified eq "2026-01-02T04:04:05+01:00"`, true},
		{`meta.lastModified le "2026-01-02T03:04:05Z"`, true},
		{`meta.lastModified lt "2026-01-02T03:04:05Z"`, false},
		{`meta.created gt "2000-01-01T00:00:00Z"`, false},
		{`userName gt "abc"`, true},
		{`userName ge "ada@x.example" and userName le "ada@x.example"`, true},
		{`id eq "Id-1" and manager eq "M-1"`, true},
		{`userName eq "x" or externalId pr and active eq true`, true},
	}
	doc := parse(t, person)
	for _, tt := range tests {
		t.Run(tt.filter, func(t *testing.T) {
			t.Parallel()
			f, err := bind(t, scim.UserType(), tt.filter)
			if err != nil {
				t.Fatal(err)
			}
			if got := scim.Match(f, doc); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestMatchNumbers(t *testing.T) {
	t.Parallel()
	level := &scim.Attribute{Name: "level", Type: scim.AttrDecimal}
	rt := &scim.ResourceType{Name: "Thing", Core: &scim.Schema{ID: "urn:example:Thing", Attributes: []*scim.Attribute{level}}}
	tests := []struct {
		filter string
		want   bool
	}{{`level eq 10.0`, true}, {`level gt 9`, true}, {`level lt 1e1`, false}, {`level lt 1e299`, true}}
	for _, tt := range tests {
		t.Run(tt.filter, func(t *testing.T) {
			t.Parallel()
			f, err := bind(t, rt, tt.filter)
			if err != nil {
				t.Fatal(err)
			}
			if got := scim.Match(f, parse(t, `{"level":10}`)); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestBindNames(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"schema's letter case and folded value", `USERNAME eq "ADA"`, `userName eq "ada"`},
		{"exact value", `EXTERNALID eq "ADA"`, `externalId eq "ADA"`},
		{"core URN goes", `urn:ietf:params:scim:schemas:core:2.0:User:name.GIVENNAME pr`, `name.givenName pr`},
		{"extension URN comes", `manager eq "M"`, `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq "M"`},
		{"complex means value", `emails co "A"`, `emails.value co "a"`},
		{"present stays whole", `emails pr`, `emails pr`},
		{"inside brackets", `EMAILS[TYPE eq "Work"]`, `emails[type eq "work"]`},
		{"boolean of text", `active eq "TRUE"`, `active eq true`},
		{"time in UTC", `meta.created gt "2026-01-02T04:04:05+01:00"`, `meta.created gt "2026-01-02T03:04:05.000000Z"`},
		{"linked account", `urn:scim:schemas:extension:atlassian-external:1.0:atlassianaccountid eq "Aa"`, `urn:scim:schemas:extension:atlassian-external:1.0:atlassianAccountId eq "Aa"`},
		{"schemas", `schemas eq "urn:ietf:params:scim:schemas:core:2.0:User"`, `schemas eq "urn:ietf:params:scim:schemas:core:2.0:User"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f, err := bind(t, scim.UserType(), tt.in)
			if err != nil {
				t.Fatal(err)
			}
			if got := show(f); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestBindRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, detail string }{
		{"unknown attribute", `foo eq "x"`, `"foo", which User does not have`},
		{"unknown sub-attribute", `name.foo eq "x"`, `"name.foo"`},
		{"unknown schema", `urn:x:y:userName eq "x"`, `"urn:x:y:userName"`},
		{"whole extension", `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User pr`, "does not have"},
		{"sub-attribute of a simple one", `userName.x eq "x"`, "userName.x"},
		{"unknown in brackets", `emails[foo eq "x"]`, `"foo", which emails does not have`},
		{"brackets on a simple one", `userName[a eq "x"]`, "no sub-attributes"},
		{"complex without value", `name eq "x"`, "no value to compare"},
		{"order of booleans", `active gt true`, "operator gt does not apply"},
		{"part of a boolean", `active co true`, "operator co does not apply"},
		{"part of a time", `meta.created sw "2026"`, "operator sw does not apply"},
		{"order of binaries", `x509Certificates.value lt "x"`, "operator lt does not apply"},
		{"number for a text", `externalId eq 1`, "cannot be compared to a number"},
		{"text for a boolean", `active eq "yes"`, "cannot be compared to a string"},
		{"text that is no time", `meta.created gt "yesterday"`, "cannot be compared to a string"},
		{"order of null", `userName gt null`, "eq and ne only"},
		{"in a group of terms", `userName eq "x" and (title pr or foo pr)`, `"foo"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := bind(t, scim.UserType(), tt.in)
			e := refusal(t, err)
			if e.Status != 400 || e.Type != scim.TypeInvalidFilter || !strings.Contains(e.Detail, tt.detail) {
				t.Errorf("got %d %v, want 400 invalidFilter with %q", e.Status, e, tt.detail)
			}
		})
	}
}

func TestBindGroupMembers(t *testing.T) {
	t.Parallel()
	f, err := bind(t, scim.GroupType(), `id eq "G" and members eq "U"`)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := show(f), `(id eq "G" and members.value eq "U")`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if !scim.Match(f, parse(t, `{"id":"G","members":[{"value":"U"}]}`)) {
		t.Error("a group with that member does not match")
	}
}

// What is never returned is not searched either, and has no place in a URL (RFC 7644 §3.12).
func TestBindRefusesSecrets(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`password eq "x"`, `password pr`, `not (PASSWORD sw "x")`, scim.CoreUserURN + `:password eq "x"`} {
		f, err := scim.ParseFilter(text, scim.DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		_, err = scim.UserType().Bind(f)
		if e := refusal(t, err); e.Status != 400 || e.Type != scim.TypeSensitive {
			t.Errorf("%s: %v", text, e)
		}
	}
}
