package scim_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/scim"
)

func TestMembers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in string
		want     []scim.MemberRef
		present  bool
	}{
		{"absent", `{"displayName":"g"}`, nil, false},
		{"null is absent", `{"members":null}`, nil, false},
		{"empty", `{"members":[]}`, nil, true},
		{"value is enough", `{"members":[{"value":"a"}]}`, []scim.MemberRef{{Value: "a"}}, true},
		{"all parts, null $ref", `{"Members":[{"$ref":null,"value":"a","type":"Group","display":"A"}]}`, []scim.MemberRef{{Value: "a", Type: "Group", Display: "A"}}, true},
		{"bare ids", `{"members":["a","b"]}`, []scim.MemberRef{{Value: "a"}, {Value: "b"}}, true},
		{"one object", `{"members":{"value":"a"}}`, []scim.MemberRef{{Value: "a"}}, true},
		{"repeated", `{"members":["a",{"value":"a"},"b"]}`, []scim.MemberRef{{Value: "a"}, {Value: "b"}}, true},
		{"URN key", `{"urn:ietf:params:scim:schemas:core:2.0:Group:members":["a"]}`, []scim.MemberRef{{Value: "a"}}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, present, err := scim.Members(parse(t, tt.in))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" || present != tt.present {
				t.Errorf("present %v, members (-want +got):\n%s", present, diff)
			}
		})
	}
}

func TestMembersRefuses(t *testing.T) {
	t.Parallel()
	for _, in := range []string{`[{}]`, `[{"value":""}]`, `[{"value":"a"},{"display":"b"}]`, `[true]`, `{}`, `[null]`} {
		t.Run(in, func(t *testing.T) {
			t.Parallel()
			_, _, err := scim.Members(parse(t, `{"members":`+in+`}`))
			if e := refusal(t, err); e.Type != scim.TypeInvalidValue || !strings.Contains(e.Detail, `A member needs a "value"`) {
				t.Errorf("got %v, want invalidValue", e)
			}
		})
	}
}

// showChanges writes what SplitMembers made of a PATCH.
func showChanges(changes []scim.MemberChange, rest []scim.Operation) string {
	var parts []string
	kinds := map[scim.MemberChangeKind]string{scim.AddMembers: "add", scim.RemoveMembers: "remove", scim.ReplaceMembers: "replace", scim.RemoveMembersWhere: "where"}
	for _, c := range changes {
		var ids []string
		for _, m := range c.Members {
			ids = append(ids, m.Value)
		}
		part := kinds[c.Kind] + "(" + strings.Join(ids, " ") + ")"
		if c.Where != nil {
			part = kinds[c.Kind] + "(" + show(c.Where) + ")"
		}
		parts = append(parts, part)
	}
	for _, op := range rest {
		parts = append(parts, fmt.Sprintf("%s %s %s", op.Op, op.Path.Attr, compact(op.Value)))
	}
	return strings.Join(parts, "; ")
}

func TestSplitMembers(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, ops, want string }{
		{"Entra ID adds", `[{"op":"Add","path":"members","value":[{"$ref":null,"value":"a"}]}]`, "add(a)"},
		{"Entra ID removes those listed", `[{"op":"Remove","path":"members","value":[{"$ref":null,"value":"a"}]}]`, "remove(a)"},
		{"Entra ID removes by filter", `[{"op":"remove","path":"members[value eq \"a\"]"}]`, "remove(a)"},
		{"remove without value empties", `[{"op":"remove","path":"members"}]`, "replace()"},
		{"remove with an empty list", `[{"op":"remove","path":"members","value":[]}]`, ""},
		{"remove with a bare id", `[{"op":"remove","path":"members","value":"a"}]`, "remove(a)"},
		{"Okta removes and adds", `[{"op":"remove","path":"members[value eq \"a\"]"},{"op":"add","path":"members","value":[{"value":"b","display":"b@x"}]}]`, "remove(a); add(b)"},
		{"several by or", `[{"op":"remove","path":"members[value eq \"a\" or value eq \"b\" or value eq \"c\"]"}]`, "remove(a b c)"},
		{"exact ids", `[{"op":"remove","path":"members[value eq \"Ab\"]"}]`, "remove(Ab)"},
		{"by another filter", `[{"op":"remove","path":"members[type eq \"User\" and value sw \"a\"]"}]`, `where((type eq "user" and value sw "a"))`},
		{"push now", `[{"op":"replace","path":"members","value":["a","b"]}]`, "replace(a b)"},
		{"push now of an empty group", `[{"op":"replace","path":"members","value":[]}]`, "replace()"},
		{"replace by null", `[{"op":"replace","path":"members","value":null}]`, "replace()"},
		{"add of nobody", `[{"op":"add","path":"members","value":[]}]`, ""},
		{"without path", `[{"op":"replace","value":{"members":[{"value":"a"}]}}]`, "replace(a)"},
		{"add without path", `[{"op":"add","value":{"members":[{"value":"a"}]}}]`, "add(a)"},
		{"authentik's whole group", `[{"op":"replace","value":{"id":"g","displayName":"G","Members":[{"value":"a"}],"externalId":"e"}}]`, `replace(a); replace  {"id":"g","displayName":"G","externalId":"e"}`},
		{"rename leaves members alone", `[{"op":"replace","value":{"id":"g","displayName":"Sales 2"}}]`, `replace  {"id":"g","displayName":"Sales 2"}`},
		{"null without path is absent", `[{"op":"replace","value":{"members":null,"displayName":"G"}}]`, `replace  {"displayName":"G"}`},
		{"nothing but null", `[{"op":"replace","value":{"members":null}}]`, `replace  {}`},
		{"rename by path", `[{"op":"Replace","path":"displayName","value":"New"}]`, `replace displayName "New"`},
		{"core URN", `[{"op":"add","path":"urn:ietf:params:scim:schemas:core:2.0:Group:members","value":"a"}]`, "add(a)"},
		{"members.value", `[{"op":"add","path":"members.value","value":"a"}]`, "add(a)"},
		{"add by filter", `[{"op":"add","path":"members[value eq \"a\"]","value":{"display":"A"}}]`, "add(a)"},
		{"remove without path is left to refuse", `[{"op":"remove","value":{"members":[]}}]`, `remove  {"members":[]}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			changes, rest, err := scim.SplitMembers(operations(t, tt.ops))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, showChanges(changes, rest)); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSplitMembersRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, ops string
		typ       scim.Type
	}{
		{"empty object", `[{"op":"add","path":"members","value":[{}]}]`, scim.TypeInvalidValue},
		{"empty object without path", `[{"op":"add","value":{"members":[{}]}}]`, scim.TypeInvalidValue},
		{"member's display", `[{"op":"replace","path":"members[value eq \"a\"].display","value":"x"}]`, scim.TypeMutability},
		{"member's value", `[{"op":"replace","path":"members[value eq \"a\"].value","value":"b"}]`, scim.TypeMutability},
		{"replace by filter", `[{"op":"replace","path":"members[value eq \"a\"]","value":{"value":"b"}}]`, scim.TypeMutability},
		{"unknown in the filter", `[{"op":"remove","path":"members[foo eq \"a\"]"}]`, scim.TypeInvalidFilter},
		{"members.type", `[{"op":"replace","path":"members.type","value":"User"}]`, scim.TypeMutability},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, _, err := scim.SplitMembers(operations(t, tt.ops))
			if e := refusal(t, err); e.Type != tt.typ || !strings.HasPrefix(e.Detail, "Operations[0]: ") {
				t.Errorf("got %v, want %s", e, tt.typ)
			}
		})
	}
}

func TestPatchGroup(t *testing.T) {
	t.Parallel()
	doc := parse(t, `{"externalId":"e","displayName":"G"}`)
	ops := operations(t, `[{"op":"replace","value":{"id":"g","schemas":[],"displayName":"G2","members":["a"]}}]`)
	out, changed, err := scim.GroupType().Patch(doc, ops, scim.DefaultHabits())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := compact(out), `{"externalId":"e","displayName":"G2"}`; got != want || !changed {
		t.Errorf("got %s %v, want %s", got, changed, want)
	}
	_, _, err = scim.GroupType().Patch(doc, operations(t, `[{"op":"remove","path":"displayName"}]`), scim.DefaultHabits())
	if e := refusal(t, err); e.Type != scim.TypeMutability {
		t.Errorf("got %v, want mutability", e)
	}
}
