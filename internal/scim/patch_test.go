package scim_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/scim"
)

const ada = `{"userName":"ada","name":{"familyName":"L","givenName":"Ada"},"active":true,` +
	`"emails":[{"value":"w@x","type":"work","primary":true},{"value":"h@x","type":"home"}],` +
	`"` + enterpriseURN + `":{"department":"R&D","manager":{"value":"m1","$ref":"../Users/m1"}}}`

// operations reads the list of a PATCH.
func operations(tb testing.TB, list string) []scim.Operation {
	tb.Helper()
	ops, err := scim.DecodePatch(parse(tb, `{"Operations":`+list+`}`), scim.DefaultLimits)
	if err != nil {
		tb.Fatal(err)
	}
	return ops
}

func TestPatchUser(t *testing.T) {
	t.Parallel()
	const e = `"` + enterpriseURN
	tests := []struct{ name, doc, ops, want string }{
		// Simple attributes.
		{"replace", `{"userName":"a","title":"x"}`, `[{"op":"replace","path":"title","value":"y"}]`, `{"userName":"a","title":"y"}`},
		{"add", `{"userName":"a"}`, `[{"op":"add","path":"title","value":"y"}]`, `{"userName":"a","title":"y"}`},
		{"op in any case", `{"userName":"a"}`, `[{"op":"Replace","path":"TITLE","value":"y"}]`, `{"userName":"a","title":"y"}`},
		{"remove", `{"userName":"a","title":"x"}`, `[{"op":"Remove","path":"title"}]`, `{"userName":"a"}`},
		{"remove with value", `{"userName":"a","title":"x"}`, `[{"op":"Remove","path":"title","value":"y"}]`, `{"userName":"a"}`},
		{"replace by null removes", `{"userName":"a","title":"x"}`, `[{"op":"replace","path":"title","value":null}]`, `{"userName":"a"}`},
		{"add of null changes nothing", `{"userName":"a","title":"x"}`, `[{"op":"add","path":"title","value":null}]`, `{"userName":"a","title":"x"}`},
		{"Entra ID's text boolean", `{"userName":"a","active":true}`, `[{"op":"Replace","path":"active","value":"False"}]`, `{"userName":"a","active":false}`},
		{"boolean in an array", `{"userName":"a"}`, `[{"op":"replace","path":"active","value":[false]}]`, `{"userName":"a","active":false}`},
		{"order of operations", `{"userName":"a"}`, `[{"op":"add","path":"title","value":"x"},{"op":"replace","path":"title","value":"y"}]`, `{"userName":"a","title":"y"}`},
		{"core URN in path", `{"userName":"a"}`, `[{"op":"add","path":"urn:ietf:params:scim:schemas:core:2.0:User:title","value":"y"}]`, `{"userName":"a","title":"y"}`},
		{"externalId", `{"externalId":"1","userName":"a"}`, `[{"op":"replace","path":"externalId","value":"2"}]`, `{"externalId":"2","userName":"a"}`},
		{"letter case of userName", `{"userName":"ada"}`, `[{"op":"replace","path":"userName","value":"Ada"}]`, `{"userName":"Ada"}`},
		{"password is accepted and not kept", `{"userName":"a"}`, `[{"op":"replace","value":{"password":"x"}},{"op":"replace","path":"password","value":"y"}]`, `{"userName":"a"}`},
		{"schemas follow the document", `{"userName":"a"}`, `[{"op":"add","path":"schemas","value":["urn:x"]}]`, `{"userName":"a"}`},

		// Without path.
		{"Okta's deactivation", `{"userName":"a","active":true}`, `[{"op":"replace","value":{"active":false}}]`, `{"userName":"a","active":false}`},
		{"unknown and read-only keys are ignored", `{"userName":"a"}`, `[{"op":"replace","value":{"id":"x","groups":[],"meta":{},"foo":1,"title":"y","no path":1}}]`, `{"userName":"a","title":"y"}`},
		{"null key removes on replace", `{"userName":"a","title":"x","nickName":"n"}`, `[{"op":"replace","value":{"title":null}}]`, `{"userName":"a","nickName":"n"}`},
		{"null key is nothing on add", `{"userName":"a","title":"x"}`, `[{"op":"add","value":{"title":null}}]`, `{"userName":"a","title":"x"}`},
		{
			"Entra ID's dotted and URN keys", `{"userName":"a"}`,
			`[{"op":"replace","value":{"active":false,"displayName":"Ad","name.givenName":"Ad",` + e + `:employeeNumber":"7"}}]`,
			`{"userName":"a","name":{"givenName":"Ad"},"displayName":"Ad","active":false,` + e + `":{"employeeNumber":"7"}}`,
		},
		{"core URN as a key", `{"userName":"a","active":true}`, `[{"op":"replace","value":{"urn:ietf:params:scim:schemas:core:2.0:User":{"active":false,"name.givenName":"A"}}}]`, `{"userName":"a","name":{"givenName":"A"},"active":false}`},
		{"key with a filter", ada, `[{"op":"replace","value":{"emails[type eq \"home\"].value":"n@x"}}]`, strings.Replace(ada, "h@x", "n@x", 1)},
		{"extension object merges", `{"userName":"a",` + e + `":{"department":"D","division":"V"}}`, `[{"op":"replace","value":{` + e + `":{"department":"E","division":null}}}]`, `{"userName":"a",` + e + `":{"department":"E"}}`},
		{"dotted key in an extension object", `{"userName":"a"}`, `[{"op":"add","value":{` + e + `":{"manager.value":"m"}}}]`, `{"userName":"a",` + e + `":{"manager":{"value":"m"}}}`},
		{"null extension removes", `{"userName":"a",` + e + `":{"department":"D"}}`, `[{"op":"replace","value":{` + e + `":null}}]`, `{"userName":"a"}`},
		{"account extension is ignored", `{"userName":"a"}`, `[{"op":"replace","value":{"urn:scim:schemas:extension:atlassian-external:1.0":{"atlassianAccountId":"x"}}}]`, `{"userName":"a"}`},

		// Complex attributes.
		{"replace of a complex merges", ada, `[{"op":"replace","path":"name","value":{"givenName":"Ad"}}]`, strings.Replace(ada, `"givenName":"Ada"`, `"givenName":"Ad"`, 1)},
		{"null inside removes", ada, `[{"op":"replace","path":"name","value":{"givenName":null}}]`, strings.Replace(ada, `,"givenName":"Ada"`, ``, 1)},
		{"sub-attribute", ada, `[{"op":"Replace","path":"name.givenName","value":"Ad"}]`, strings.Replace(ada, `"givenName":"Ada"`, `"givenName":"Ad"`, 1)},
		{"remove of a sub-attribute", ada, `[{"op":"remove","path":"name.givenName"}]`, strings.Replace(ada, `,"givenName":"Ada"`, ``, 1)},
		{"removing the last sub-attribute", `{"userName":"a","name":{"givenName":"A"}}`, `[{"op":"remove","path":"name.givenName"}]`, `{"userName":"a"}`},

		// Extension attributes.
		{"extension path", ada, `[{"op":"Replace","path":` + e + `:department","value":"Ops"}]`, strings.Replace(ada, "R&D", "Ops", 1)},
		{"manager as text", ada, `[{"op":"Add","path":` + e + `:manager","value":"m2"}]`, strings.Replace(ada, `{"value":"m1","$ref":"../Users/m1"}`, `{"value":"m2"}`, 1)},
		{"manager as array on the short path", ada, `[{"op":"Add","path":"manager","value":[{"$ref":"../Users/m2","value":"m2"}]}]`, strings.ReplaceAll(ada, "m1", "m2")},
		{"manager.value", ada, `[{"op":"Replace","path":` + e + `:manager.value","value":"m2"}]`, strings.Replace(ada, `{"value":"m1","$ref":"../Users/m1"}`, `{"value":"m2"}`, 1)},
		{"the same manager keeps its $ref", ada, `[{"op":"Add","path":` + e + `:manager","value":"m1"}]`, ada},
		{"manager.value removed", ada, `[{"op":"Remove","path":` + e + `:manager.value"}]`, strings.Replace(ada, `,"manager":{"value":"m1","$ref":"../Users/m1"}`, ``, 1)},
		{"manager's value null", ada, `[{"op":"replace","value":{` + e + `:manager":{"value":null,"displayName":null}}}]`, strings.Replace(ada, `,"manager":{"value":"m1","$ref":"../Users/m1"}`, ``, 1)},
		{"manager cleared", ada, `[{"op":"Remove","path":` + e + `:manager"}]`, strings.Replace(ada, `,"manager":{"value":"m1","$ref":"../Users/m1"}`, ``, 1)},
		{"whole extension removed", ada, `[{"op":"remove","path":` + e + `"}]`, strings.Replace(ada, `,"`+enterpriseURN+`":{"department":"R&D","manager":{"value":"m1","$ref":"../Users/m1"}}`, ``, 1)},
		{"whole extension path", `{"userName":"a"}`, `[{"op":"add","path":` + e + `","value":{"costCenter":"c"}}]`, `{"userName":"a",` + e + `":{"costCenter":"c"}}`},

		// Multi-valued attributes without filter.
		{"add appends", `{"userName":"a","roles":[{"value":"x"}]}`, `[{"op":"add","path":"roles","value":[{"value":"y"}]}]`, `{"userName":"a","roles":[{"value":"x"},{"value":"y"}]}`},
		{"add of one object", `{"userName":"a","roles":[{"value":"x"}]}`, `[{"op":"add","path":"roles","value":{"value":"y"}}]`, `{"userName":"a","roles":[{"value":"x"},{"value":"y"}]}`},
		{"add of what is there", ada, `[{"op":"add","path":"emails","value":[{"value":"W@X","type":"work"}]}]`, strings.Replace(ada, `"w@x"`, `"W@X"`, 1)},
		{"add of a new primary", ada, `[{"op":"add","path":"emails","value":[{"value":"n@x","type":"other","primary":true}]}]`, strings.Replace(strings.Replace(ada, `"primary":true`, `"primary":false`, 1), `"home"}`, `"home"},{"value":"n@x","type":"other","primary":true}`, 1)},
		{"add of a primary flag to what is there", ada, `[{"op":"add","path":"emails","value":[{"value":"h@x","type":"home","primary":true}]}]`, strings.Replace(strings.Replace(ada, `"primary":true`, `"primary":false`, 1), `"home"}`, `"home","primary":true}`, 1)},
		{"replace of all", ada, `[{"op":"replace","path":"emails","value":[{"value":"n@x"}]}]`, strings.Replace(ada, `{"value":"w@x","type":"work","primary":true},{"value":"h@x","type":"home"}`, `{"value":"n@x"}`, 1)},
		{"replace by nothing", `{"userName":"a","roles":[{"value":"x"}]}`, `[{"op":"replace","path":"roles","value":[]}]`, `{"userName":"a"}`},
		{"remove of all", `{"userName":"a","roles":[{"value":"x"}]}`, `[{"op":"remove","path":"roles"}]`, `{"userName":"a"}`},
		{"remove of those listed", `{"userName":"a","roles":[{"value":"x"},{"value":"y"},{"value":"z"}]}`, `[{"op":"remove","path":"roles","value":[{"value":"X","display":"gone"},"z"]}]`, `{"userName":"a","roles":[{"value":"y"}]}`},
		{"sub-attribute of every element", ada, `[{"op":"replace","path":"emails.display","value":"d"}]`, strings.Replace(strings.Replace(ada, `"w@x",`, `"w@x","display":"d",`, 1), `"h@x",`, `"h@x","display":"d",`, 1)},
		{"sub-attribute of no element", `{"userName":"a"}`, `[{"op":"replace","path":"emails.value","value":"n@x"}]`, `{"userName":"a","emails":[{"value":"n@x"}]}`},
		{"remove of a sub-attribute of every element", ada, `[{"op":"remove","path":"emails.type"}]`, strings.Replace(strings.Replace(ada, `,"type":"work"`, ``, 1), `,"type":"home"`, ``, 1)},

		// Value paths.
		{"value of the selected", ada, `[{"op":"Replace","path":"emails[type eq \"work\"].value","value":"n@x"}]`, strings.Replace(ada, "w@x", "n@x", 1)},
		{"filter in other case", ada, `[{"op":"replace","path":"EMAILS[TYPE EQ \"Work\"].VALUE","value":"n@x"}]`, strings.Replace(ada, "w@x", "n@x", 1)},
		{"Add on an absent element creates it", `{"userName":"a"}`, `[{"op":"Add","path":"emails[type eq \"work\"].value","value":"n@x"}]`, `{"userName":"a","emails":[{"value":"n@x","type":"work"}]}`},
		{"Replace on an absent element creates it", `{"userName":"a","emails":[{"value":"h@x","type":"home"}]}`, `[{"op":"Replace","path":"emails[type eq \"work\"].value","value":"n@x"}]`, `{"userName":"a","emails":[{"value":"h@x","type":"home"},{"value":"n@x","type":"work"}]}`},
		{
			"later parts land in the same element", `{"userName":"a"}`,
			`[{"op":"Add","path":"addresses[type eq \"Work\"].primary","value":"True"},{"op":"Add","path":"addresses[type eq \"Work\"].country","value":"SE"},{"op":"Add","path":"addresses[type eq \"Work\"].locality","value":"Malmö"}]`,
			`{"userName":"a","addresses":[{"locality":"Malmö","country":"SE","type":"Work","primary":true}]}`,
		},
		{"two equalities create", `{"userName":"a"}`, `[{"op":"add","path":"emails[type eq \"work\" and primary eq true].value","value":"n@x"}]`, `{"userName":"a","emails":[{"value":"n@x","type":"work","primary":true}]}`},
		{"single app role", `{"userName":"a","roles":[{"value":"x","primary":true}]}`, `[{"op":"Replace","path":"roles[primary eq \"True\"].value","value":"y"}]`, `{"userName":"a","roles":[{"value":"y","primary":true}]}`},
		{"single app role created", `{"userName":"a"}`, `[{"op":"Add","path":"roles[primary eq \"True\"].value","value":"y"}]`, `{"userName":"a","roles":[{"value":"y","primary":true}]}`},
		{"replace of the selected element only", ada, `[{"op":"replace","path":"emails[type eq \"work\"]","value":{"value":"n@x","display":"N"}}]`, strings.Replace(ada, `"value":"w@x"`, `"value":"n@x","display":"N"`, 1)},
		{"add to the selected element", ada, `[{"op":"add","path":"emails[type eq \"home\"]","value":{"display":"H"}}]`, strings.Replace(ada, `"h@x"`, `"h@x","display":"H"`, 1)},
		{"primary moves by filter", ada, `[{"op":"replace","path":"emails[type eq \"home\"].primary","value":true}]`, strings.Replace(strings.Replace(ada, `"primary":true`, `"primary":false`, 1), `"home"}`, `"home","primary":true}`, 1)},
		{"null value of the selected removes", ada, `[{"op":"replace","path":"emails[type eq \"home\"].value","value":null}]`, strings.Replace(ada, `,{"value":"h@x","type":"home"}`, ``, 1)},
		{"remove of the selected", ada, `[{"op":"remove","path":"emails[type eq \"home\"]"}]`, strings.Replace(ada, `,{"value":"h@x","type":"home"}`, ``, 1)},
		{"remove of the selected value leaves no empty element", ada, `[{"op":"remove","path":"emails[type eq \"work\"].value"}]`, strings.Replace(ada, `{"value":"w@x","type":"work","primary":true},`, ``, 1)},
		{"remove of what is not there", ada, `[{"op":"remove","path":"emails[type eq \"other\"]"}]`, ada},
		{"created from the filter as written", `{"userName":"a"}`, `[{"op":"add","path":"emails[value eq \"Ada@X\"].type","value":"work"}]`, `{"userName":"a","emails":[{"value":"Ada@X","type":"work"}]}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			doc := parse(t, tt.doc)
			out, changed, err := scim.UserType().Patch(doc, operations(t, tt.ops), scim.DefaultHabits())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, compact(out)); diff != "" {
				t.Errorf("document (-want +got):\n%s", diff)
			}
			if want := tt.want != tt.doc; changed != want {
				t.Errorf("got changed %v, want %v", changed, want)
			}
			if compact(doc) != tt.doc {
				t.Errorf("the given document became %s", compact(doc))
			}
		})
	}
}

func TestPatchRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, ops string
		typ       scim.Type
		detail    string
	}{
		{"unknown path", `[{"op":"replace","path":"foo","value":1}]`, scim.TypeInvalidPath, `Operations[0]: The path "foo" names nothing that a User has`},
		{"unknown sub-attribute", `[{"op":"replace","path":"name.foo","value":1}]`, scim.TypeInvalidPath, `"name.foo"`},
		{"unknown schema", `[{"op":"add","path":"urn:x:y:z","value":1}]`, scim.TypeInvalidPath, `"urn:x:y:z"`},
		{"read-only", `[{"op":"replace","path":"groups","value":[]}]`, scim.TypeMutability, `"groups" is read-only`},
		{"id", `[{"op":"replace","path":"id","value":"x"}]`, scim.TypeMutability, `"id" is read-only`},
		{"meta", `[{"op":"replace","path":"meta.created","value":"x"}]`, scim.TypeMutability, `"meta.created" is read-only`},
		{"account extension", `[{"op":"remove","path":"urn:scim:schemas:extension:atlassian-external:1.0"}]`, scim.TypeMutability, "read-only"},
		{"linked account", `[{"op":"add","path":"urn:scim:schemas:extension:atlassian-external:1.0:atlassianAccountId","value":"x"}]`, scim.TypeMutability, "read-only"},
		{"remove required", `[{"op":"remove","path":"userName"}]`, scim.TypeMutability, `"userName" is required and cannot be removed`},
		{"required to null", `[{"op":"replace","path":"userName","value":null}]`, scim.TypeMutability, `"userName" is required`},
		{"required to nothing", `[{"op":"replace","value":{"userName":""}}]`, scim.TypeInvalidValue, `"userName" must be a text that is not empty`},
		{"remove without path", `[{"op":"remove"}]`, scim.TypeNoTarget, `"remove" needs a "path"`},
		{"text without path", `[{"op":"replace","value":"{\"active\":false}"}]`, scim.TypeInvalidValue, `"value" must be an object; got a string`},
		{"active yes", `[{"op":"replace","path":"active","value":"yes"}]`, scim.TypeInvalidValue, `"active" must be true or false`},
		{"second operation", `[{"op":"add","path":"title","value":"x"},{"op":"add","path":"title","value":{"a":1}}]`, scim.TypeInvalidValue, `Operations[1]: Attribute "title" must be a string`},
		{"no match for an or", `[{"op":"replace","path":"emails[type eq \"x\" or type eq \"y\"].value","value":"n@x"}]`, scim.TypeNoTarget, `No element of "emails" matches`},
		{"no match for a contradiction", `[{"op":"add","path":"emails[type eq \"x\" and type eq \"y\"].value","value":"n@x"}]`, scim.TypeNoTarget, "matches"},
		{"no match for a substring", `[{"op":"add","path":"emails[value co \"zzz\"].type","value":"x"}]`, scim.TypeNoTarget, "matches"},
		{"filter on a simple attribute", `[{"op":"replace","path":"title[value eq \"x\"]","value":"y"}]`, scim.TypeInvalidPath, "no elements"},
		{"filter on a single complex", `[{"op":"replace","path":"name[givenName eq \"x\"]","value":{}}]`, scim.TypeInvalidPath, "no elements"},
		{"filter by an unknown name", `[{"op":"remove","path":"emails[foo eq \"x\"]"}]`, scim.TypeInvalidFilter, `"foo"`},
		{"two elements for one", `[{"op":"replace","path":"emails[type eq \"work\"]","value":[{"value":"a"},{"value":"b"}]}]`, scim.TypeInvalidValue, "one object"},
		{"two new primaries", `[{"op":"add","path":"emails","value":[{"value":"a","primary":true},{"value":"b","primary":true}]}]`, scim.TypeInvalidValue, "more than one element with primary true"},
		{"extension by a text", `[{"op":"replace","path":"` + enterpriseURN + `","value":"x"}]`, scim.TypeInvalidValue, "must be an object"},
		{"attribute too large", `[{"op":"add","path":"roles","value":[` + strings.ReplaceAll(manyRoles(30), "\n", "") + `]}]`, scim.TypeInvalidValue, "more than 65536 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			out, changed, err := scim.UserType().Patch(parse(t, ada), operations(t, tt.ops), scim.DefaultHabits())
			e := refusal(t, err)
			if e.Status != 400 || e.Type != tt.typ || !strings.Contains(e.Detail, tt.detail) {
				t.Errorf("got %d %v, want 400 %s with %q", e.Status, e, tt.typ, tt.detail)
			}
			if changed || compact(out) != ada {
				t.Errorf("a refused PATCH left %s", compact(out))
			}
		})
	}
}

func TestPatchWithoutHabits(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, ops, want string }{
		{"replace without match", `[{"op":"replace","path":"emails[type eq \"other\"].value","value":"n@x"}]`, "noTarget"},
		{"remove with value empties", `[{"op":"remove","path":"emails","value":[{"value":"h@x"}]}]`, strings.Replace(ada, `"emails":[{"value":"w@x","type":"work","primary":true},{"value":"h@x","type":"home"}],`, ``, 1)},
		{"dotted keys are unknown", `[{"op":"replace","value":{"name.givenName":"Ad"}}]`, ada},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			out, _, err := scim.UserType().Patch(parse(t, ada), operations(t, tt.ops), scim.Habits{})
			got := compact(out)
			if err != nil {
				got = string(refusal(t, err).Type)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestDecodePatch(t *testing.T) {
	t.Parallel()
	ops, err := scim.DecodePatch(parse(t, `{"operations":[{"OP":"ADD","Path":"title","Value":"x"},{"op":"replace","path":"","value":{}}]}`), scim.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	want := []scim.Operation{
		{Op: scim.OpAdd, Path: scim.Path{Attr: scim.AttrPath{Attr: "title"}}, HasPath: true, Value: scim.String("x")},
		{Op: scim.OpReplace, Value: scim.Object()},
	}
	if diff := cmp.Diff(want, ops); diff != "" {
		t.Errorf("operations (-want +got):\n%s", diff)
	}
}

func TestDecodePatchRefuses(t *testing.T) {
	t.Parallel()
	lim := scim.DefaultLimits
	lim.MaxOperations = 2
	lim.MaxPathTerms = 3
	tests := []struct {
		name, in string
		status   int
		typ      scim.Type
		detail   string
	}{
		{"no operations", `{}`, 400, scim.TypeInvalidSyntax, `array "Operations"`},
		{"array", `[]`, 400, scim.TypeInvalidSyntax, `array "Operations"`},
		{"object of operations", `{"Operations":{}}`, 400, scim.TypeInvalidSyntax, `array "Operations"`},
		{"empty", `{"Operations":[]}`, 400, scim.TypeInvalidValue, "at least one"},
		{"too many", `{"Operations":[1,2,3]}`, 413, "", "at most 2"},
		{
			"too many comparisons in all paths",
			`{"Operations":[{"op":"remove","path":"emails[type eq \"a\" or not (type eq \"b\")]"},{"op":"remove","path":"ims[type pr and value pr].value"}]}`,
			413, "", "more than 3 comparisons",
		},
		{"no op", `{"Operations":[{"path":"title"}]}`, 400, scim.TypeInvalidSyntax, `Operations[0]: "op" must be`},
		{"unknown op", `{"Operations":[{"op":"move","path":"title"}]}`, 400, scim.TypeInvalidSyntax, `"op" must be`},
		{"operation is a text", `{"Operations":["x"]}`, 400, scim.TypeInvalidSyntax, `"op" must be`},
		{"add without value", `{"Operations":[{"op":"add","path":"title"}]}`, 400, scim.TypeInvalidValue, `"add" needs a "value"`},
		{"path is a number", `{"Operations":[{"op":"remove","path":1}]}`, 400, scim.TypeInvalidPath, `"path" must be a string; got a number`},
		{"bad path", `{"Operations":[{"op":"remove","path":"a b"}]}`, 400, scim.TypeInvalidPath, "Operations[0]: The path is not valid at byte 1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := scim.DecodePatch(parse(t, tt.in), lim)
			e := refusal(t, err)
			if e.Status != tt.status || e.Type != tt.typ || !strings.Contains(e.Detail, tt.detail) {
				t.Errorf("got %d %v, want %d %s with %q", e.Status, e, tt.status, tt.typ, tt.detail)
			}
		})
	}
}

// FuzzPatch checks that whatever a client sends leaves a canonical document or a refusal.
func FuzzPatch(f *testing.F) {
	for _, seed := range []string{
		`[{"op":"Replace","path":"active","value":"False"}]`,
		`[{"op":"add","path":"emails[type eq \"work\"].value","value":"n@x"}]`,
		`[{"op":"replace","value":{"name.givenName":"A","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager":"m"}}]`,
		`[{"op":"remove","path":"emails","value":[{"value":"h@x"}]},{"op":"add","path":"roles","value":["x",{"value":"y","primary":true}]}]`,
		`[{"op":"add","value":{"emails":{"primary":true,"value":"q"}}}]`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, list []byte) {
		body, err := scim.Decode([]byte(`{"Operations":`+string(list)+`}`), scim.DefaultLimits)
		if err != nil {
			return
		}
		ops, err := scim.DecodePatch(body, scim.DefaultLimits)
		if err != nil {
			expectRefusal(t, err)
			return
		}
		if _, _, err := scim.SplitMembers(ops); err != nil {
			expectRefusal(t, err)
		}
		out, _, err := scim.UserType().Patch(parse(t, ada), ops, scim.DefaultHabits())
		if err != nil {
			expectRefusal(t, err)
			return
		}
		again, err := scim.UserType().Canonical(out, scim.Habits{})
		if err != nil {
			t.Fatalf("the result %s is not acceptable: %v", compact(out), err)
		}
		if !again.Equal(out) {
			t.Fatalf("the result %s is not canonical, which is %s", compact(out), compact(again))
		}
	})
}

// BenchmarkPatchUser applies what identity providers are known to send to a
// user's document.
func BenchmarkPatchUser(b *testing.B) {
	doc := parse(b, ada)
	for _, bench := range []struct{ name, operations string }{
		{"Entra-disables", `[{"op":"Replace","path":"active","value":"False"}]`},
		{"Entra-updates", `[{"op":"Replace","path":"active","value":"False"},{"op":"Add","path":"emails[type eq \"work\"].value","value":"n@x"},{"op":"Replace","path":"name.givenName","value":"Ad"}]`},
		{"Entra-manager", `[{"op":"Add","path":"` + enterpriseURN + `:manager","value":"42"}]`},
		{"Okta-disables", `[{"op":"replace","value":{"active":false}}]`},
		{"dotted-keys", `[{"op":"replace","value":{"displayName":"Ad","name.givenName":"Ad","` + enterpriseURN + `:employeeNumber":"7"}}]`},
	} {
		b.Run(bench.name, func(b *testing.B) {
			ops := operations(b, bench.operations)
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := scim.UserType().Patch(doc, ops, scim.DefaultHabits()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
