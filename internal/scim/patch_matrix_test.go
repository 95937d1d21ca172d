package scim_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/scim"
)

// TestPatchMatrix goes through RFC 7644 §3.5.2.1 to §3.5.2.3: each operation on each kind of target, once where the
// target has a value and once where it has none. Each case is what the letter of the RFC says, with no habit on.
func TestPatchMatrix(t *testing.T) {
	t.Parallel()
	const (
		none = `{"userName":"a"}`
		urn  = enterpriseURN
		same = "" // the document does not change, and nor does its modification time
	)
	tests := []struct{ name, doc, ops, want string }{
		// A simple attribute, by its name, in another letter case, with the core URN, and without a path.
		{"add simple", none, `{"op":"add","path":"title","value":"x"}`, `{"userName":"a","title":"x"}`},
		{"add simple, there", `{"userName":"a","title":"x"}`, `{"op":"add","path":"title","value":"y"}`, `{"userName":"a","title":"y"}`},
		{"add simple, the same", `{"userName":"a","title":"x"}`, `{"op":"add","path":"title","value":"x"}`, same},
		{"add simple, no value", `{"userName":"a","title":"x"}`, `{"op":"add","path":"title","value":null}`, same},
		{"replace simple", none, `{"op":"replace","path":"title","value":"x"}`, `{"userName":"a","title":"x"}`},
		{"replace simple, there", `{"userName":"a","title":"x"}`, `{"op":"replace","path":"title","value":"y"}`, `{"userName":"a","title":"y"}`},
		{"replace simple, the same", `{"userName":"a","title":"x"}`, `{"op":"replace","path":"TITLE","value":"x"}`, same},
		{"replace simple, no value", `{"userName":"a","title":"x"}`, `{"op":"replace","path":"title","value":null}`, none},
		{"remove simple", `{"userName":"a","title":"x"}`, `{"op":"remove","path":"title"}`, none},
		{"remove simple, absent", none, `{"op":"remove","path":"title"}`, same},
		{"core URN", none, `{"op":"add","path":"urn:ietf:params:scim:schemas:core:2.0:User:title","value":"x"}`, `{"userName":"a","title":"x"}`},
		{"add without path", `{"userName":"a","title":"x"}`, `{"op":"add","value":{"title":"y","nickName":"n"}}`, `{"userName":"a","nickName":"n","title":"y"}`},
		{"replace without path", `{"userName":"a","title":"x"}`, `{"op":"replace","value":{"nickName":"n"}}`, `{"userName":"a","nickName":"n","title":"x"}`},
		{"replace without path, the same", `{"userName":"a","title":"x"}`, `{"op":"replace","value":{"title":"x"}}`, same},
		{"remove without path", none, `{"op":"remove"}`, "noTarget"},
		{"no value", none, `{"op":"add","path":"title"}`, "invalidValue"},

		// A complex attribute: what the value does not name stays.
		{"add complex", none, `{"op":"add","path":"name","value":{"givenName":"A"}}`, `{"userName":"a","name":{"givenName":"A"}}`},
		{"add complex, there", `{"userName":"a","name":{"familyName":"L"}}`, `{"op":"add","path":"name","value":{"givenName":"A"}}`, `{"userName":"a","name":{"familyName":"L","givenName":"A"}}`},
		{"replace complex, there", `{"userName":"a","name":{"familyName":"L","givenName":"A"}}`, `{"op":"replace","path":"name","value":{"givenName":"B"}}`, `{"userName":"a","name":{"familyName":"L","givenName":"B"}}`},
		{"replace complex, the same", `{"userName":"a","name":{"familyName":"L"}}`, `{"op":"replace","path":"name","value":{"familyName":"L"}}`, same},
		{"remove complex", `{"userName":"a","name":{"familyName":"L"}}`, `{"op":"remove","path":"name"}`, none},
		{"add complex by a text", none, `{"op":"add","path":"name","value":"A"}`, "invalidValue"},
		{"add sub-attribute", none, `{"op":"add","path":"name.givenName","value":"A"}`, `{"userName":"a","name":{"givenName":"A"}}`},
		{"replace sub-attribute, there", `{"userName":"a","name":{"familyName":"L","givenName":"A"}}`, `{"op":"replace","path":"name.givenName","value":"B"}`, `{"userName":"a","name":{"familyName":"L","givenName":"B"}}`},
		{"remove sub-attribute", `{"userName":"a","name":{"familyName":"L","givenName":"A"}}`, `{"op":"remove","path":"name.givenName"}`, `{"userName":"a","name":{"familyName":"L"}}`},
		{"remove sub-attribute, absent", `{"userName":"a","name":{"familyName":"L"}}`, `{"op":"remove","path":"name.givenName"}`, same},

		// A multi-valued attribute as a whole.
		{"add to many", none, `{"op":"add","path":"roles","value":[{"value":"x"}]}`, `{"userName":"a","roles":[{"value":"x"}]}`},
		{"add to many, others there", `{"userName":"a","roles":[{"value":"x"}]}`, `{"op":"add","path":"roles","value":[{"value":"y"}]}`, `{"userName":"a","roles":[{"value":"x"},{"value":"y"}]}`},
		{"add to many, the same", `{"userName":"a","roles":[{"value":"x"}]}`, `{"op":"add","path":"roles","value":[{"value":"x"}]}`, same},
		{"add to many, twice in one value", none, `{"op":"add","path":"roles","value":[{"value":"x"},{"value":"x"}]}`, `{"userName":"a","roles":[{"value":"x"}]}`},
		{"add the same value of another type", `{"userName":"a","roles":[{"value":"x","type":"a"}]}`, `{"op":"add","path":"roles","value":[{"value":"x","type":"b"}]}`, `{"userName":"a","roles":[{"value":"x","type":"a"},{"value":"x","type":"b"}]}`},
		{"add nothing to many", `{"userName":"a","roles":[{"value":"x"}]}`, `{"op":"add","path":"roles","value":[]}`, same},
		{"replace many", `{"userName":"a","roles":[{"value":"x"}]}`, `{"op":"replace","path":"roles","value":[{"value":"y"},{"value":"z"}]}`, `{"userName":"a","roles":[{"value":"y"},{"value":"z"}]}`},
		{"replace many, the same", `{"userName":"a","roles":[{"value":"x"},{"value":"y"}]}`, `{"op":"replace","path":"roles","value":[{"value":"x"},{"value":"y"}]}`, same},
		{"replace many by nothing", `{"userName":"a","roles":[{"value":"x"}]}`, `{"op":"replace","path":"roles","value":[]}`, none},
		{"replace many without path", `{"userName":"a","roles":[{"value":"x"}]}`, `{"op":"replace","value":{"roles":[{"value":"y"}]}}`, `{"userName":"a","roles":[{"value":"y"}]}`},
		{"add to many without path", `{"userName":"a","roles":[{"value":"x"}]}`, `{"op":"add","value":{"roles":[{"value":"y"}]}}`, `{"userName":"a","roles":[{"value":"x"},{"value":"y"}]}`},
		{"remove many", `{"userName":"a","roles":[{"value":"x"},{"value":"y"}]}`, `{"op":"remove","path":"roles"}`, none},
		{"remove many, absent", none, `{"op":"remove","path":"roles"}`, same},
		{"sub-attribute of all", `{"userName":"a","roles":[{"value":"x"},{"value":"y"}]}`, `{"op":"replace","path":"roles.display","value":"d"}`, `{"userName":"a","roles":[{"value":"x","display":"d"},{"value":"y","display":"d"}]}`},
		{"remove a sub-attribute of all", `{"userName":"a","roles":[{"value":"x","display":"d"},{"value":"y"}]}`, `{"op":"remove","path":"roles.display"}`, `{"userName":"a","roles":[{"value":"x"},{"value":"y"}]}`},

		// One primary.
		{"a new primary takes over", `{"userName":"a","roles":[{"value":"x","primary":true}]}`, `{"op":"add","path":"roles","value":[{"value":"y","primary":true}]}`, `{"userName":"a","roles":[{"value":"x","primary":false},{"value":"y","primary":true}]}`},
		{"a new one that is not primary", `{"userName":"a","roles":[{"value":"x","primary":true}]}`, `{"op":"add","path":"roles","value":[{"value":"y","primary":false}]}`, `{"userName":"a","roles":[{"value":"x","primary":true},{"value":"y","primary":false}]}`},
		{"primary by filter", `{"userName":"a","roles":[{"value":"x","primary":true},{"value":"y"}]}`, `{"op":"add","path":"roles[value eq \"y\"].primary","value":true}`, `{"userName":"a","roles":[{"value":"x","primary":false},{"value":"y","primary":true}]}`},
		{"two primaries at once", none, `{"op":"replace","path":"roles","value":[{"value":"x","primary":true},{"value":"y","primary":true}]}`, "invalidValue"},
		{"primary for all of two", `{"userName":"a","roles":[{"value":"x"},{"value":"y"}]}`, `{"op":"replace","path":"roles.primary","value":true}`, "invalidValue"},

		// Elements that a filter selects.
		{"replace selected", `{"userName":"a","roles":[{"value":"x","type":"a"},{"value":"y","type":"b"}]}`, `{"op":"replace","path":"roles[type eq \"a\"]","value":{"value":"z","type":"c"}}`, `{"userName":"a","roles":[{"value":"z","type":"c"},{"value":"y","type":"b"}]}`},
		{"replace all selected", `{"userName":"a","roles":[{"value":"x","type":"a"},{"value":"y","type":"a"}]}`, `{"op":"replace","path":"roles[type eq \"a\"].display","value":"d"}`, `{"userName":"a","roles":[{"value":"x","display":"d","type":"a"},{"value":"y","display":"d","type":"a"}]}`},
		{"replace selected, none there", `{"userName":"a","roles":[{"value":"x","type":"a"}]}`, `{"op":"replace","path":"roles[type eq \"b\"].value","value":"z"}`, "noTarget"},
		{"replace selected, the same", `{"userName":"a","roles":[{"value":"x","type":"a"}]}`, `{"op":"replace","path":"roles[type eq \"a\"].value","value":"x"}`, same},
		{"replace selected by or", `{"userName":"a","roles":[{"value":"x"},{"value":"y"},{"value":"z"}]}`, `{"op":"replace","path":"roles[value eq \"x\" or value eq \"z\"].display","value":"d"}`, `{"userName":"a","roles":[{"value":"x","display":"d"},{"value":"y"},{"value":"z","display":"d"}]}`},
		{"replace selected by not", `{"userName":"a","roles":[{"value":"x"},{"value":"y"}]}`, `{"op":"replace","path":"roles[not (value eq \"x\")].display","value":"d"}`, `{"userName":"a","roles":[{"value":"x"},{"value":"y","display":"d"}]}`},
		{"add to selected", `{"userName":"a","roles":[{"value":"x","type":"a"}]}`, `{"op":"add","path":"roles[type eq \"a\"].display","value":"d"}`, `{"userName":"a","roles":[{"value":"x","display":"d","type":"a"}]}`},
		{"remove selected", `{"userName":"a","roles":[{"value":"x"},{"value":"y"}]}`, `{"op":"remove","path":"roles[value eq \"x\"]"}`, `{"userName":"a","roles":[{"value":"y"}]}`},
		{"remove all selected", `{"userName":"a","roles":[{"value":"x"},{"value":"y"}]}`, `{"op":"remove","path":"roles[value pr]"}`, none},
		{"remove selected, none there", `{"userName":"a","roles":[{"value":"x"}]}`, `{"op":"remove","path":"roles[value eq \"y\"]"}`, same},
		{"remove a sub-attribute of selected", `{"userName":"a","roles":[{"value":"x","display":"d"},{"value":"y","display":"e"}]}`, `{"op":"remove","path":"roles[value eq \"x\"].display"}`, `{"userName":"a","roles":[{"value":"x"},{"value":"y","display":"e"}]}`},
		{"core URN and filter", `{"userName":"a","roles":[{"value":"x"}]}`, `{"op":"replace","path":"urn:ietf:params:scim:schemas:core:2.0:User:roles[value eq \"x\"].value","value":"y"}`, `{"userName":"a","roles":[{"value":"y"}]}`},

		// An extension: its attributes, and it as a whole.
		{"add extension attribute", none, `{"op":"add","path":"` + urn + `:department","value":"D"}`, `{"userName":"a","` + urn + `":{"department":"D"}}`},
		{"URN in another letter case", none, `{"op":"add","path":"` + strings.ToUpper(urn) + `:DEPARTMENT","value":"D"}`, `{"userName":"a","` + urn + `":{"department":"D"}}`},
		{"add extension sub-attribute", none, `{"op":"add","path":"` + urn + `:manager.value","value":"m"}`, `{"userName":"a","` + urn + `":{"manager":{"value":"m"}}}`},
		{"remove extension attribute", `{"userName":"a","` + urn + `":{"department":"D","division":"V"}}`, `{"op":"remove","path":"` + urn + `:department"}`, `{"userName":"a","` + urn + `":{"division":"V"}}`},
		{"remove the last extension attribute", `{"userName":"a","` + urn + `":{"department":"D"}}`, `{"op":"remove","path":"` + urn + `:department"}`, none},
		{"replace extension", `{"userName":"a","` + urn + `":{"division":"V","department":"D"}}`, `{"op":"replace","path":"` + urn + `","value":{"department":"E"}}`, `{"userName":"a","` + urn + `":{"division":"V","department":"E"}}`},
		{"add extension without path", none, `{"op":"add","value":{"` + urn + `":{"department":"D"}}}`, `{"userName":"a","` + urn + `":{"department":"D"}}`},
		{"add extension, the same", `{"userName":"a","` + urn + `":{"department":"D"}}`, `{"op":"add","value":{"` + urn + `":{"department":"D"}}}`, same},
		{"remove extension", `{"userName":"a","` + urn + `":{"department":"D"}}`, `{"op":"remove","path":"` + urn + `"}`, none},
		{"remove extension, absent", none, `{"op":"remove","path":"` + urn + `"}`, same},

		// Several operations: in order, all or none, and back again is no change.
		{"in order", none, `{"op":"add","path":"title","value":"x"},{"op":"replace","path":"title","value":"y"},{"op":"add","path":"nickName","value":"n"}`, `{"userName":"a","nickName":"n","title":"y"}`},
		{"all or none", none, `{"op":"add","path":"title","value":"x"},{"op":"add","path":"foo","value":"y"}`, "invalidPath"},
		{"there and back", `{"userName":"a","title":"x"}`, `{"op":"remove","path":"title"},{"op":"add","path":"title","value":"x"}`, same},

		// What must not go.
		{"remove required", none, `{"op":"remove","path":"userName"}`, "mutability"},
		{"replace required by nothing", none, `{"op":"replace","path":"userName","value":""}`, "invalidValue"},
		{"add to read-only", none, `{"op":"add","path":"groups","value":[{"value":"g"}]}`, "mutability"},
		{"remove read-only", none, `{"op":"remove","path":"id"}`, "mutability"},
		{"read-only by a sub-attribute", none, `{"op":"replace","path":"meta.version","value":"x"}`, "mutability"},
		{"read-only by a filter", none, `{"op":"remove","path":"groups[value eq \"g\"]"}`, "mutability"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			want := tt.want
			if want == same {
				want = tt.doc
			}
			doc := parse(t, tt.doc)
			ops, err := scim.DecodePatch(parse(t, `{"Operations":[`+tt.ops+`]}`), scim.DefaultLimits)
			var out scim.Value
			var changed bool
			if err == nil {
				out, changed, err = scim.UserType().Patch(doc, ops, scim.Habits{})
			}
			got := compact(out)
			if err != nil {
				got = string(refusal(t, err).Type)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if err == nil && changed == (tt.want == same) {
				t.Errorf("changed is %v", changed)
			}
			if compact(doc) != tt.doc {
				t.Errorf("the given document became %s", compact(doc))
			}
		})
	}
}
