package scim_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/scim"
)

const deviceURN = "urn:example:params:scim:schemas:Device"

const deviceSchema = `{"id":"urn:example:params:scim:schemas:Device","name":"Device","attributes":[
	{"name":"serial","required":true,"uniqueness":"server"},
	{"name":"pin","mutability":"writeOnly","uniqueness":"server"},
	{"name":"firmware","type":"complex","subAttributes":[{"name":"version","required":true},{"name":"image","type":"reference","referenceTypes":["external"]}]},
	{"name":"bought","type":"dateTime","mutability":"immutable"}]}`

const deviceType = `{"name":"Device","endpoint":"/Devices","schema":"urn:example:params:scim:schemas:Device"}`

func schemaOf(tb testing.TB, text string) *scim.Schema {
	tb.Helper()
	s, err := scim.ParseSchema(parse(tb, text))
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func typeOf(tb testing.TB, text string) scim.TypeDefinition {
	tb.Helper()
	d, err := scim.ParseResourceType(parse(tb, text))
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

// A User may carry badgeSchema as an extension.
const badgeURN = "urn:example:params:scim:schemas:Badge"

const badgeSchema = `{"id":"` + badgeURN + `","attributes":[{"name":"number","uniqueness":"global","caseExact":true},{"name":"clearance","returned":"request"},{"name":"colour","returned":"always"}]}`

const badgedUser = `{"name":"User","endpoint":"/Users","schema":"` + scim.CoreUserURN + `","schemaExtensions":[{"schema":"` + scim.EnterpriseUserURN + `","required":false},{"schema":"` + badgeURN + `","required":false}]}`

func TestParseSchemaRefuses(t *testing.T) {
	t.Parallel()
	attr := func(members string) string {
		return `{"id":"urn:a:b","attributes":[{"name":"ok"},{` + members + `}]}`
	}
	tests := []struct{ name, in, want string }{
		{"no object", `[]`, "must be an object; got an array"},
		{"misspelt member", `{"id":"urn:a:b","attribute":[]}`, `has a member "attribute" that RFC 7643 does not know`},
		{"other schemas", `{"schemas":["urn:x:y"],"id":"urn:a:b"}`, `schemas: must be ["urn:ietf:params:scim:schemas:core:2.0:Schema"]`},
		{"no id", `{"attributes":[{"name":"a"}]}`, "id: must be a URN"},
		{"URL as id", `{"id":"https://example.com/x","attributes":[{"name":"a"}]}`, "id: must be a URN"},
		{"quote in the id", `{"id":"urn:a:b'c","attributes":[{"name":"a"}]}`, "id: must be a URN"},
		{"no attributes", `{"id":"urn:a:b","attributes":[]}`, "attributes: must be an array of 1 to 200 attributes"},
		{"reserved name", `{"id":"urn:a:b","attributes":[{"name":"Meta"}]}`, `attributes[0].name: "Meta" is an attribute that every resource has`},
		{"name twice", `{"id":"urn:a:b","attributes":[{"name":"a"},{"name":"A"}]}`, `attributes[1].name: "A" is there twice`},
		{"name with a blank", attr(`"name":"a b"`), `attributes[1].name: must be a letter`},
		{"unknown type", attr(`"name":"a","type":"int"`), `attributes[1].type: must be one of string, boolean, decimal, integer, dateTime, binary, reference, complex; got "int"`},
		{"type is a number", attr(`"name":"a","type":1`), `attributes[1].type: must be one of string`},
		{"unknown mutability", attr(`"name":"a","mutability":"readwrite"`), `attributes[1].mutability: must be one of readWrite, readOnly, immutable, writeOnly; got "readwrite"`},
		{"unknown returned", attr(`"name":"a","returned":"sometimes"`), `attributes[1].returned: must be one of`},
		{"unknown uniqueness", attr(`"name":"a","uniqueness":true`), `attributes[1].uniqueness: must be one of none, server, global; got a boolean`},
		{"text for a boolean", attr(`"name":"a","required":"true"`), `attributes[1].required: must be true or false; got a string`},
		{"complex without parts", attr(`"name":"a","type":"complex"`), `attributes[1].subAttributes: must be an array`},
		{"parts of a text", attr(`"name":"a","subAttributes":[{"name":"x"}]`), `attributes[1].subAttributes: belongs to an attribute of type complex`},
		{"nested complex", attr(`"name":"a","type":"complex","subAttributes":[{"name":"x","type":"complex","subAttributes":[{"name":"y"}]}]`), `attributes[1].subAttributes[0].type: a sub-attribute cannot be complex`},
		{"multi-valued part", attr(`"name":"a","type":"complex","subAttributes":[{"name":"x","multiValued":true}]`), `attributes[1].subAttributes[0].multiValued: a sub-attribute cannot be multi-valued`},
		{"reference types of a text", attr(`"name":"a","referenceTypes":["User"]`), `attributes[1].referenceTypes: belongs to an attribute of type reference`},
		{"canonical values of numbers", attr(`"name":"a","canonicalValues":[1]`), `attributes[1].canonicalValues: must hold texts`},
		{"unknown facet", attr(`"name":"a","mutabilty":"readOnly"`), `attributes[1]: has a member "mutabilty"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := scim.ParseSchema(parse(t, tt.in))
			if e := refusal(t, err); e.Type != scim.TypeInvalidValue || !strings.Contains(e.Detail, tt.want) {
				t.Errorf("got %v, want %q", e, tt.want)
			}
		})
	}
}

func TestParseResourceTypeRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"no name", `{"endpoint":"/X","schema":"urn:a:b"}`, "name: must be a letter"},
		{"another id", `{"id":"x","name":"Y","endpoint":"/X","schema":"urn:a:b"}`, `id: must be the name "Y"`},
		{"endpoint without slash", `{"name":"Y","endpoint":"Ys","schema":"urn:a:b"}`, `endpoint: must be a slash and one path segment`},
		{"two segments", `{"name":"Y","endpoint":"/a/b","schema":"urn:a:b"}`, `endpoint: must be a slash`},
		{"no schema", `{"name":"Y","endpoint":"/Ys"}`, `schema: must be a URN`},
		{"extension twice", `{"name":"Y","endpoint":"/Ys","schema":"urn:a:b","schemaExtensions":[{"schema":"urn:a:c"},{"schema":"URN:a:c"}]}`, `schemaExtensions[1].schema: "URN:a:c" is there twice`},
		{"extension is a text", `{"name":"Y","endpoint":"/Ys","schema":"urn:a:b","schemaExtensions":["urn:a:c"]}`, `schemaExtensions[0]: must be an object`},
		{"unknown member", `{"name":"Y","endpoint":"/Ys","schema":"urn:a:b","plural":"Ys"}`, `has a member "plural"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := scim.ParseResourceType(parse(t, tt.in))
			if e := refusal(t, err); !strings.Contains(e.Detail, tt.want) {
				t.Errorf("got %v, want %q", e, tt.want)
			}
		})
	}
}

func TestNewCatalogueRefuses(t *testing.T) {
	t.Parallel()
	device := func(members string) string {
		return `{"name":"Gadget","endpoint":"/Gadgets","schema":"` + deviceURN + `"` + members + `}`
	}
	tests := []struct {
		name    string
		schemas []string
		types   []string
		want    string
	}{
		{"URN of the RFC", []string{`{"id":"urn:IETF:params:scim:schemas:core:2.0:User","attributes":[{"name":"a"}]}`}, nil, "is one of SCIM's own"},
		{"URN twice", []string{deviceSchema, strings.Replace(deviceSchema, "urn:example", "URN:Example", 1)}, nil, "there is a schema of this URN already"},
		{"schema missing", nil, []string{deviceType}, "resource type Device: schema: there is no schema " + deviceURN},
		{"endpoint of SCIM", []string{deviceSchema}, []string{`{"name":"Device","endpoint":"/bulk","schema":"` + deviceURN + `"}`}, "endpoint: /bulk is an endpoint of SCIM itself"},
		{"name twice", []string{deviceSchema}, []string{deviceType, `{"name":"device","endpoint":"/Others","schema":"` + deviceURN + `"}`}, "name: there is a resource type of this name already"},
		{"endpoint twice", []string{deviceSchema}, []string{deviceType, `{"name":"Other","endpoint":"/devices","schema":"` + deviceURN + `"}`}, "/devices is the endpoint of the resource type Device"},
		{"core schema of User", nil, []string{`{"name":"Other","endpoint":"/Others","schema":"` + scim.CoreUserURN + `"}`}, "is built in and cannot be used in this place"},
		{"own schema as extension", []string{deviceSchema}, []string{device(`,"schemaExtensions":[{"schema":"` + deviceURN + `"}]`)}, "is the type's own schema"},
		{"User elsewhere", nil, []string{`{"name":"User","endpoint":"/People","schema":"` + scim.CoreUserURN + `"}`}, "User is built in; a definition can only add extensions to it"},
		{"User twice", []string{badgeSchema}, []string{badgedUser, badgedUser}, "the extensions of User are defined already"},
		{"enterprise extension required", nil, []string{strings.Replace(badgedUser, `false`, `true`, 1)}, "is built in and cannot be used in this place"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := catalogue(t, tt.schemas, tt.types)
			if e := refusal(t, err); !strings.Contains(e.Detail, tt.want) {
				t.Errorf("got %v, want %q", e, tt.want)
			}
		})
	}
}

func catalogue(tb testing.TB, schemas, types []string) (*scim.Catalogue, error) {
	tb.Helper()
	var all []*scim.Schema
	for _, s := range schemas {
		all = append(all, schemaOf(tb, s))
	}
	var definitions []scim.TypeDefinition
	for _, d := range types {
		definitions = append(definitions, typeOf(tb, d))
	}
	return scim.NewCatalogue(1, all, definitions)
}

func configured(tb testing.TB) *scim.Catalogue {
	tb.Helper()
	c, err := catalogue(tb, []string{deviceSchema, badgeSchema}, []string{deviceType, badgedUser})
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// TestDefinitionsSurviveStorage reads what Document wrote.
func TestDefinitionsSurviveStorage(t *testing.T) {
	t.Parallel()
	s := schemaOf(t, deviceSchema)
	again, err := scim.ParseSchema(s.Document())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(compact(s.Document()), compact(again.Document())); diff != "" {
		t.Errorf("schema (-want +got):\n%s", diff)
	}
	d := typeOf(t, badgedUser)
	same, err := scim.ParseResourceType(d.Document())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(d, same); diff != "" {
		t.Errorf("resource type (-want +got):\n%s", diff)
	}
}

// TestSchemaTellsTheTruth checks the facets that are brought to what the server does.
func TestSchemaTellsTheTruth(t *testing.T) {
	t.Parallel()
	pin := schemaOf(t, deviceSchema).Attribute("pin")
	if pin.Returned != scim.ReturnedNever || pin.Uniqueness != scim.UniqueNone {
		t.Errorf("a writeOnly attribute says returned %s, uniqueness %s", pin.Returned, pin.Uniqueness)
	}
}

func TestConfiguredDocuments(t *testing.T) {
	t.Parallel()
	c := configured(t)
	device := c.CustomAt("Devices")
	tests := []struct{ name, in, want, refused string }{
		{"a secret is dropped", `{"serial":"A","pin":"1234"}`, `{"serial":"A"}`, ""},
		{"a secret of the wrong type", `{"serial":"A","pin":{"x":1}}`, "", `"pin" must be a string`},
		{"required", `{"pin":"1"}`, "", `"serial" is required`},
		{"required within a complex value", `{"serial":"A","firmware":{"image":"https://x"}}`, "", `"firmware.version" is required`},
		{"unknown is dropped", `{"serial":"A","colour":"red"}`, `{"serial":"A"}`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			doc, err := device.Canonical(parse(t, tt.in), scim.DefaultHabits())
			if tt.refused != "" {
				if e := refusal(t, err); !strings.Contains(e.Detail, tt.refused) {
					t.Errorf("got %v, want %q", e, tt.refused)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, compact(doc)); diff != "" {
				t.Errorf("document (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSucceedKeepsImmutable(t *testing.T) {
	t.Parallel()
	device := configured(t).CustomAt("Devices")
	before := parse(t, `{"serial":"A","bought":"2026-01-01T00:00:00Z"}`)
	tests := []struct{ name, after, want, refused string }{
		{"not mentioned", `{"serial":"B"}`, `{"serial":"B","bought":"2026-01-01T00:00:00Z"}`, ""},
		{"the same instant", `{"serial":"B","bought":"2026-01-01T01:00:00+01:00"}`, `{"serial":"B","bought":"2026-01-01T01:00:00+01:00"}`, ""},
		{"another", `{"serial":"A","bought":"2026-01-02T00:00:00Z"}`, "", `"bought" cannot be changed once it is set`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			doc, err := device.Succeed(before, parse(t, tt.after))
			if tt.refused != "" {
				if e := refusal(t, err); e.Type != scim.TypeMutability || !strings.Contains(e.Detail, tt.refused) {
					t.Errorf("got %v, want %q", e, tt.refused)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, compact(doc)); diff != "" {
				t.Errorf("document (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReturned(t *testing.T) {
	t.Parallel()
	user := configured(t).User()
	const doc = `{"userName":"ada","` + badgeURN + `":{"number":"7","clearance":"top","colour":"red"}}`
	badge := func(inner string) string { return `,"` + badgeURN + `":{` + inner + `}` }
	tests := []struct{ name, attributes, excluded, want string }{
		{"default", "", "", `,"userName":"ada"` + badge(`"number":"7","colour":"red"`)},
		{"requested", "clearance", "", badge(`"clearance":"top","colour":"red"`)},
		{"always comes along", "userName", "", `,"userName":"ada"` + badge(`"colour":"red"`)},
		{"always cannot be excluded", "", badgeURN, `,"userName":"ada"` + badge(`"colour":"red"`)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, err := user.ParseProjection(tt.attributes, tt.excluded)
			if err != nil {
				t.Fatal(err)
			}
			got, err := user.AppendProjected(nil, []byte(doc), scim.Envelope{ID: "1", Schemas: []string{"s"}}, p)
			if err != nil {
				t.Fatal(err)
			}
			want := `{"schemas":["s"],"id":"1"` + tt.want
			if tt.name == "default" || tt.excluded != "" {
				want += `,"meta":{"resourceType":"User"}`
			}
			if diff := cmp.Diff(want+"}", string(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestUniqueValues(t *testing.T) {
	t.Parallel()
	c := configured(t)
	got := c.CustomAt("Devices").UniqueValues(parse(t, `{"serial":"AbC"}`))
	got = append(got, c.User().UniqueValues(parse(t, `{"userName":"Ada","`+badgeURN+`":{"number":"AbC"}}`))...)
	want := []scim.UniqueValue{
		{Name: "serial", Text: "AbC", Key: "abc"},
		{Name: badgeURN + ":number", Text: "AbC", Key: "AbC", Global: true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
