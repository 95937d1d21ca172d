package scim_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/scim"
)

const enterpriseURN = scim.EnterpriseUserURN

func TestCanonicalUser(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{
			"Entra ID's create",
			`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","` + enterpriseURN + `"],"externalId":"ada","userName":"ada@x.example","active":true,
			 "displayName":"Ada","emails":[{"primary":true,"type":"work","value":"ada@x.example"}],"meta":{"resourceType":"User"},
			 "name":{"formatted":"Ada L","familyName":"L","givenName":"Ada"},"roles":[]}`,
			`{"externalId":"ada","userName":"ada@x.example","name":{"formatted":"Ada L","familyName":"L","givenName":"Ada"},"displayName":"Ada","active":true,` +
				`"emails":[{"value":"ada@x.example","type":"work","primary":true}]}`,
		},
		{
			"Okta's create with password and groups",
			`{"userName":"ada@x.example","groups":[],"password":"1mz050nq","locale":"en-US","active":true}`,
			`{"userName":"ada@x.example","locale":"en-US","active":true}`,
		},
		{
			"read-only and unknown are dropped",
			`{"id":"7","userName":"a","meta":{"x":1},"groups":[{"value":"g"}],"foo":{"bar":1},"urn:x:y":{"z":1},
			  "urn:scim:schemas:extension:atlassian-external:1.0":{"atlassianAccountId":"1"},"name":{"foo":"x"}}`,
			`{"userName":"a"}`,
		},
		{"letter case of names", `{"USERNAME":"Ada","Name":{"GIVENNAME":"A"}}`, `{"userName":"Ada","name":{"givenName":"A"}}`},
		{
			"letter case of an extension", `{"userName":"a","URN:ietf:params:scim:schemas:extension:enterprise:2.0:user":{"Department":"D"}}`,
			`{"userName":"a","` + enterpriseURN + `":{"department":"D"}}`,
		},
		{"top-level and extension department", `{"userName":"a","department":"D","` + enterpriseURN + `":{"department":"E"}}`, `{"userName":"a","department":"D","` + enterpriseURN + `":{"department":"E"}}`},
		{"id null", `{"id":null,"userName":"a","title":null,"emails":null,"name":{}}`, `{"userName":"a"}`},
		{"inactive", `{"userName":"a","active":false}`, `{"userName":"a","active":false}`},
		{"text boolean", `{"userName":"a","active":"False","emails":[{"value":"a@x","primary":"True"}]}`, `{"userName":"a","active":false,"emails":[{"value":"a@x","primary":true}]}`},
		{"emails as one object", `{"userName":"a","emails":{"value":"a@x"}}`, `{"userName":"a","emails":[{"value":"a@x"}]}`},
		{"roles as texts", `{"userName":"a","roles":["x","y","x"]}`, `{"userName":"a","roles":[{"value":"x"},{"value":"y"}]}`},
		{"role with JSON text", `{"userName":"a","roles":[{"value":"{\"id\":1}"}]}`, `{"userName":"a","roles":[{"value":"{\"id\":1}"}]}`},
		{"manager as text", `{"userName":"a","` + enterpriseURN + `":{"manager":"m"}}`, `{"userName":"a","` + enterpriseURN + `":{"manager":{"value":"m"}}}`},
		{"manager as array", `{"userName":"a","` + enterpriseURN + `":{"manager":[{"$ref":"../Users/m","value":"m"}]}}`, `{"userName":"a","` + enterpriseURN + `":{"manager":{"value":"m","$ref":"../Users/m"}}}`},
		{"OneLogin's manager", `{"userName":"a","` + enterpriseURN + `":{"manager":{"managerId":"m","displayName":"M"}}}`, `{"userName":"a","` + enterpriseURN + `":{"manager":{"value":"m"}}}`},
		{"empty manager", `{"userName":"a","` + enterpriseURN + `":{"manager":""}}`, `{"userName":"a"}`},
		{"dotted key", `{"userName":"a","name.givenName":"A","name.familyName":"B"}`, `{"userName":"a","name":{"familyName":"B","givenName":"A"}}`},
		{"URN-qualified key", `{"userName":"a","` + enterpriseURN + `:employeeNumber":"7"}`, `{"userName":"a","` + enterpriseURN + `":{"employeeNumber":"7"}}`},
		{"key with a filter", `{"userName":"a","emails[type eq \"work\"].value":"a@x"}`, `{"userName":"a","emails":[{"value":"a@x","type":"work"}]}`},
		{"digits externalId as text", `{"userName":"a","externalId":"007"}`, `{"externalId":"007","userName":"a"}`},
		{"number externalId keeps its digits", `{"userName":"a","externalId":12345678901234567890}`, `{"externalId":"12345678901234567890","userName":"a"}`},
		{"DN externalId", `{"userName":"a","externalId":"CN=O'Neil\\, A,OU=x y"}`, `{"externalId":"CN=O'Neil\\, A,OU=x y","userName":"a"}`},
		{"Entra ID's renamed user", `{"userName":"0123456789abcdef0123456789abcdefada@x.example"}`, `{"userName":"0123456789abcdef0123456789abcdefada@x.example"}`},
		{"duplicate type and value", `{"userName":"a","emails":[{"value":"A@x","type":"work"},{"value":"a@X","type":"Work","primary":true}]}`, `{"userName":"a","emails":[{"value":"a@X","type":"Work","primary":true}]}`},
		{"same value of another type", `{"userName":"a","emails":[{"value":"a@x","type":"work"},{"value":"a@x","type":"home"}]}`, `{"userName":"a","emails":[{"value":"a@x","type":"work"},{"value":"a@x","type":"home"}]}`},
		{"elements that say nothing", `{"userName":"a","emails":[{"value":"","type":"work"},{},null],"addresses":[{"type":"work"}]}`, `{"userName":"a"}`},
		{"empty text stays text", `{"userName":"a","title":""}`, `{"userName":"a","title":""}`},
		{"empty URL is none", `{"userName":"a","profileUrl":""}`, `{"userName":"a"}`},
		{"address with a line break", `{"userName":"a","addresses":[{"formatted":"1 Main St\nTown"}]}`, `{"userName":"a","addresses":[{"formatted":"1 Main St\nTown"}]}`},
		{"certificate", `{"userName":"a","x509Certificates":[{"value":"MIIDQzCCAqyg\nAwIB-_=="}]}`, `{"userName":"a","x509Certificates":[{"value":"MIIDQzCCAqyg\nAwIB-_=="}]}`},
		{"unknown type of an email", `{"userName":"a","emails":[{"value":"a@x","type":"boat"}]}`, `{"userName":"a","emails":[{"value":"a@x","type":"boat"}]}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			doc, err := scim.UserType().Canonical(parse(t, tt.in), scim.DefaultHabits())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, compact(doc)); diff != "" {
				t.Errorf("document (-want +got):\n%s", diff)
			}
			again, err := scim.UserType().Canonical(doc, scim.Habits{})
			if err != nil {
				t.Fatalf("canonical form without habits: %v", err)
			}
			if diff := cmp.Diff(compact(doc), compact(again)); diff != "" {
				t.Errorf("canonical form of the canonical form (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCanonicalRefuses(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", scim.MaxTextBytes+1)
	tests := []struct {
		name, in string
		typ      scim.Type
		detail   string
	}{
		{"array", `[]`, scim.TypeInvalidSyntax, "must be a JSON object; got an array"},
		{"no userName", `{}`, scim.TypeInvalidValue, `"userName" is required`},
		{"null userName", `{"userName":null}`, scim.TypeInvalidValue, `"userName" is required`},
		{"blank userName", `{"userName":" "}`, scim.TypeInvalidValue, `"userName" must be a text that is not empty`},
		{"userName with a line break", `{"userName":"a\nb"}`, scim.TypeInvalidValue, `"userName" must be a text without`},
		{"userName as object", `{"userName":{"a":1}}`, scim.TypeInvalidValue, `"userName" must be a string; got an object`},
		{"boolean for text", `{"userName":"a","title":true}`, scim.TypeInvalidValue, `"title" must be a string; got a boolean`},
		{"array for text", `{"userName":"a","title":["a","b"]}`, scim.TypeInvalidValue, `"title" must be a string; got an array`},
		{"active yes", `{"userName":"a","active":"yes"}`, scim.TypeInvalidValue, `"active" must be true or false; got a string`},
		{"active empty", `{"userName":"a","active":""}`, scim.TypeInvalidValue, `"active" must be true or false`},
		{"active 1", `{"userName":"a","active":1}`, scim.TypeInvalidValue, `"active" must be true or false; got a number`},
		{"name as text", `{"userName":"a","name":"Ada"}`, scim.TypeInvalidValue, `"name" must be an object; got a string`},
		{"email as boolean", `{"userName":"a","emails":[true]}`, scim.TypeInvalidValue, `"emails" must be an object; got a boolean`},
		{"email value as object", `{"userName":"a","emails":[{"value":{"a":1}}]}`, scim.TypeInvalidValue, `"emails.value" must be a string`},
		{"two primaries", `{"userName":"a","emails":[{"value":"a@x","primary":true},{"value":"b@x","primary":true}]}`, scim.TypeInvalidValue, `"emails" has more than one element with primary true`},
		{"extension as text", `{"userName":"a","` + enterpriseURN + `":"x"}`, scim.TypeInvalidValue, "must be an object"},
		{"text too long", `{"userName":"` + long + `"}`, scim.TypeInvalidValue, `"userName" is longer than 4096 bytes`},
		{"attribute too large", `{"userName":"a","roles":[` + manyRoles(30) + `]}`, scim.TypeInvalidValue, `"roles" holds more than 65536 bytes`},
		{"bad URL", `{"userName":"a","profileUrl":"http://[x"}`, scim.TypeInvalidValue, `"profileUrl" must be a URI`},
		{"bad certificate", `{"userName":"a","x509Certificates":[{"value":"***"}]}`, scim.TypeInvalidValue, `"x509Certificates.value" must be base64`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := scim.UserType().Canonical(parse(t, tt.in), scim.DefaultHabits())
			e := refusal(t, err)
			if e.Status != 400 || e.Type != tt.typ || !strings.Contains(e.Detail, tt.detail) {
				t.Errorf("got %d %v, want 400 %s with %q", e.Status, e, tt.typ, tt.detail)
			}
		})
	}
}

func manyRoles(n int) string {
	roles := make([]string, n)
	for i := range roles {
		roles[i] = `{"value":"` + strings.Repeat(string(rune('a'+i%26)), 4000) + string(rune('a'+i/26)) + `"}`
	}
	return strings.Join(roles, ",")
}

// TestCanonicalWithoutHabits shows that each departure from the RFCs is off in the zero Habits.
func TestCanonicalWithoutHabits(t *testing.T) {
	t.Parallel()
	refused := map[string]string{
		"text boolean":     `{"userName":"a","active":"True"}`,
		"role as text":     `{"userName":"a","roles":["x"]}`,
		"single for array": `{"userName":"a","emails":{"value":"a@x"}}`,
		"array for single": `{"userName":"a","title":["x"]}`,
		"number for text":  `{"userName":"a","externalId":1}`,
	}
	for name, in := range refused {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := scim.UserType().Canonical(parse(t, in), scim.Habits{}); refusal(t, err).Type != scim.TypeInvalidValue {
				t.Errorf("got %v, want invalidValue", err)
			}
		})
	}
	ignored := map[string]string{
		"dotted key": `{"userName":"a","name.givenName":"A"}`,
		"manager id": `{"userName":"a","` + enterpriseURN + `":{"manager":{"managerId":"m"}}}`,
	}
	for name, in := range ignored {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc, err := scim.UserType().Canonical(parse(t, in), scim.Habits{})
			if err != nil {
				t.Fatal(err)
			}
			if got := compact(doc); got != `{"userName":"a"}` {
				t.Errorf("got %s, want the key ignored", got)
			}
		})
	}
}

func TestCanonicalGroup(t *testing.T) {
	t.Parallel()
	in := parse(t, `{"schemas":["`+scim.CoreGroupURN+`","http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
	  "externalId":"o","displayName":"Sales","meta":{"resourceType":"Group"},"members":[{"value":"a"}]}`)
	doc, err := scim.GroupType().Canonical(in, scim.DefaultHabits())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := compact(doc), `{"externalId":"o","displayName":"Sales"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	_, err = scim.GroupType().Canonical(parse(t, `{"members":[]}`), scim.DefaultHabits())
	if e := refusal(t, err); !strings.Contains(e.Detail, `"displayName" is required`) {
		t.Errorf("got %v, want displayName required", e)
	}
}

func TestSchemasAndFolded(t *testing.T) {
	t.Parallel()
	doc := parse(t, `{"externalId":"X","userName":"Ada","emails":[{"value":"A@X","type":"Work"}],"`+enterpriseURN+`":{"department":"R&D","manager":{"value":"M"}}}`)
	if diff := cmp.Diff([]string{scim.CoreUserURN, enterpriseURN}, scim.UserType().Schemas(doc)); diff != "" {
		t.Errorf("schemas (-want +got):\n%s", diff)
	}
	want := `{"externalId":"X","userName":"ada","emails":[{"value":"a@x","type":"work"}],"` + enterpriseURN + `":{"department":"r&d","manager":{"value":"M"}}}`
	if diff := cmp.Diff(want, compact(scim.UserType().Folded(doc))); diff != "" {
		t.Errorf("folded (-want +got):\n%s", diff)
	}
}

func TestCheckImmutable(t *testing.T) {
	t.Parallel()
	serial := &scim.Attribute{Name: "serial", Type: scim.AttrString, Mutability: scim.Immutable}
	rt := &scim.ResourceType{Name: "Device", Core: &scim.Schema{ID: "urn:example:Device", Attributes: []*scim.Attribute{serial}}}
	before := parse(t, `{"serial":"1"}`)
	tests := []struct {
		name, before, after string
		ok                  bool
	}{
		{"same", `{"serial":"1"}`, `{"serial":"1"}`, true},
		{"set", `{}`, `{"serial":"1"}`, true},
		{"changed", `{"serial":"1"}`, `{"serial":"2"}`, false},
		{"removed", `{"serial":"1"}`, `{}`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if err := rt.CheckImmutable(parse(t, tt.before), parse(t, tt.after)); (err == nil) != tt.ok {
				t.Errorf("got %v, want ok %v", err, tt.ok)
			}
		})
	}
	op := scim.Operation{Op: scim.OpReplace, Path: scim.Path{Attr: scim.AttrPath{Attr: "serial"}}, HasPath: true, Value: scim.String("2")}
	if _, _, err := rt.Patch(before, []scim.Operation{op}, scim.Habits{}); refusal(t, err).Type != scim.TypeMutability {
		t.Errorf("got %v, want mutability", err)
	}
}
