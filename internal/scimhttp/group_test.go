package scimhttp_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// wantKeys checks which top-level members an answer has.
func wantKeys(t *testing.T, a answer, want string) {
	t.Helper()
	if got := strings.Join(slices.Sorted(maps.Keys(a.json(t))), " "); got != want {
		t.Errorf("members %s, want %s", got, want)
	}
}

func TestCreateGroup(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		ada := w.entra.must(t, 201, "POST", "/Users", `{"userName":"ada@x.example","displayName":"Ada L"}`).text(t, "id")
		a := w.entra.must(t, 201, "POST", "/Groups", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group","http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
			"externalId":"e1","displayName":"Sales","meta":{"resourceType":"Group"},"members":[{"$ref":null,"value":"`+ada+`"}]}`)
		id := a.text(t, "id")
		location := w.entra.base + "/Groups/" + id
		wantSubset(t, a.body, `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"externalId":"e1","displayName":"Sales",
			"members":[{"type":"User","value":"`+ada+`","display":"Ada L","$ref":"`+w.entra.base+`/Users/`+ada+`"}],
			"meta":{"resourceType":"Group","location":"`+location+`","version":"W/\"1\""}}`)
		if a.header.Get("Location") != location || a.header.Get("ETag") != `W/"1"` {
			t.Errorf("headers %v", a.header)
		}
		wantSubset(t, w.entra.must(t, 200, "GET", "/Users/"+ada, "").body,
			`{"groups":[{"type":"direct","value":"`+id+`","display":"Sales","$ref":"`+location+`"}]}`)
		empty := w.entra.must(t, 201, "POST", "/Groups", `{"displayName":"Empty"}`)
		wantSubset(t, empty.body, `{"members":[]}`)
	})
}

// One row for each PATCH of a group that broke a real server. A, B and C stand
// for users, of whom A and B are members; G for the group.
func TestPatchGroup(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tests := []struct {
		name       string
		operations []string
		members    string
		displayed  string
	}{
		{"Entra ID adds", []string{`{"op":"Add","path":"members","value":[{"$ref":null,"value":"C"}]}`}, "A B C", ""},
		{"Entra ID removes", []string{`{"op":"Remove","path":"members","value":[{"$ref":null,"value":"A"}]}`}, "B", ""},
		{"Entra ID removes with the flag", []string{`{"op":"remove","path":"members[value eq \"A\"]"}`}, "B", ""},
		{"Entra ID renames", []string{`{"op":"Replace","path":"displayName","value":"New"}`}, "A B", "New"},
		{"Okta renames", []string{`{"op":"replace","value":{"id":"G","displayName":"New"}}`}, "A B", "New"},
		{"Okta removes and adds", []string{`{"op":"remove","path":"members[value eq \"A\"]"}`, `{"op":"add","path":"members","value":[{"value":"C","display":"c@x"}]}`}, "B C", ""},
		{"Okta pushes now", []string{`{"op":"replace","path":"members","value":[{"value":"C"}]}`}, "C", ""},
		{"Okta pushes an empty group now", []string{`{"op":"replace","path":"members","value":[]}`}, "", ""},
		{"members without path", []string{`{"op":"replace","value":{"members":[{"value":"C"}]}}`}, "C", ""},
		{"authentik sends the whole group", []string{`{"op":"replace","value":{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"id":"G","displayName":"New","externalId":"x"}}`}, "A B", "New"},
		{"one member as an object", []string{`{"op":"add","path":"members","value":{"value":"C"}}`}, "A B C", ""},
		{"members as bare ids", []string{`{"op":"add","path":"members","value":["C"]}`}, "A B C", ""},
		{"a member again", []string{`{"op":"add","path":"members","value":[{"value":"A"},{"value":"A"}]}`}, "A B", ""},
		{"removal of one who is no member", []string{`{"op":"remove","path":"members","value":[{"value":"C"}]}`}, "A B", ""},
		{"removal of nobody", []string{`{"op":"remove","path":"members","value":[]}`}, "A B", ""},
		{"removal of all", []string{`{"op":"remove","path":"members"}`}, "", ""},
		{"removal by display name", []string{`{"op":"remove","path":"members[display eq \"USER A\"]"}`}, "B", ""},
		{"external id", []string{`{"op":"replace","path":"externalId","value":"x"}`}, "A B", ""},
		{"nothing to change", []string{`{"op":"add","path":"members","value":[]}`}, "A B", ""},
	}
	for i, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			names := map[string]string{}
			for _, letter := range []string{"A", "B", "C"} {
				body := fmt.Sprintf(`{"userName":"%s%d","displayName":"User %s"}`, letter, i, letter)
				names[letter] = w.entra.must(t, 201, "POST", "/Users", body).text(t, "id")
			}
			group := w.entra.newGroup(t, fmt.Sprintf("Group %d", i), names["A"], names["B"])
			ids := strings.NewReplacer(`"A`, `"`+names["A"], `"B"`, `"`+names["B"]+`"`, `"C"`, `"`+names["C"]+`"`, `"G"`, `"`+group+`"`, `"New"`, fmt.Sprintf(`"New %d"`, i))
			operations := make([]string, len(test.operations))
			for j, o := range test.operations {
				o = strings.ReplaceAll(o, `"Add"`, `"aDD"`)
				operations[j] = ids.Replace(strings.ReplaceAll(o, `\"A\"`, `\"`+names["A"]+`\"`))
			}
			a := w.entra.must(t, 204, "PATCH", "/Groups/"+group, patchJSON(operations...))
			if len(a.body) > 0 {
				t.Errorf("204 with a body: %s", a.body)
			}
			want := []string{}
			for letter := range strings.FieldsSeq(test.members) {
				want = append(want, names[letter])
			}
			if diff := cmp.Diff(want, w.entra.membersOf(t, group)); diff != "" {
				t.Errorf("members (-want +got):\n%s", diff)
			}
			if test.displayed != "" {
				wantSubset(t, w.entra.must(t, 200, "GET", "/Groups/"+group, "").body, fmt.Sprintf(`{"displayName":"%s %d"}`, test.displayed, i))
			}
		})
	}
}

// A PATCH of a group answers the group to those who read it.
func TestAnswerToPatchGroup(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tests := []struct {
		name      string
		directory directory
		query     string
		status    int
		keys      string
	}{
		{"IdP", w.entra, "", 204, ""},
		{"IdP that names attributes", w.entra, "?attributes=displayName", 200, "displayName id schemas"},
		{"IdP that wants no members", w.entra, "?excludedAttributes=members", 200, "displayName id meta schemas"},
		{"client of the hosted API", w.generic, "", 200, "displayName id members meta schemas"},
		{"client of the hosted API that wants no members", w.generic, "?excludedAttributes=members,meta", 200, "displayName id schemas"},
	}
	for i, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := test.directory
			user := d.newUser(t, fmt.Sprintf("user%d", i))
			group := d.newGroup(t, fmt.Sprintf("Group %d", i))
			a := d.must(t, test.status, "PATCH", "/Groups/"+group+test.query, patchJSON(`{"op":"add","path":"members","value":`+membersJSON([]string{user})+`}`))
			if test.status == 200 {
				wantKeys(t, a, test.keys)
			} else if len(a.body) > 0 {
				t.Errorf("204 with a body: %s", a.body)
			}
			if e := w.log(t, w.org)[0]; e.Operation != "group.patch" || e.HTTPStatus != test.status {
				t.Errorf("logged %+v", e)
			}
		})
	}
}

// A PUT of the name alone leaves the members; one with members replaces them.
func TestReplaceGroup(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		ada, bob := w.entra.newUser(t, "ada@x.example"), w.entra.newUser(t, "bob@x.example")
		group := w.entra.newGroup(t, "Sales", ada)
		wantSubset(t, w.entra.must(t, 200, "PUT", "/Groups/"+group, `{"displayName":"Sales 2"}`).body, `{"displayName":"Sales 2","members":[{"value":"`+ada+`"}]}`)
		wantSubset(t, w.entra.must(t, 200, "PUT", "/Groups/"+group, `{"displayName":"Sales 2","members":[{"value":"`+bob+`"}]}`).body, `{"members":[{"value":"`+bob+`"}]}`)
		wantSubset(t, w.entra.must(t, 200, "PUT", "/Groups/"+group, `{"displayName":"Sales 2","members":[]}`).body, `{"members":[]}`)
		wantKeys(t, w.entra.must(t, 200, "PUT", "/Groups/"+group+"?excludedAttributes=members", `{"displayName":"Sales 3"}`), "displayName id meta schemas")
		w.entra.must(t, 204, "DELETE", "/Groups/"+group, "")
		wantError(t, w.entra.send(t, "DELETE", "/Groups/"+group, ""), 404, "")
		w.entra.newGroup(t, "sales 3") // the name is free again
	})
}

// A list limit is none of a group's members.
func TestGroupOfManyMembers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var ids []string
	for i := range 250 {
		ids = append(ids, w.entra.newUser(t, fmt.Sprintf("user%d", i)))
	}
	group := w.entra.newGroup(t, "All", ids...)
	if got := w.entra.membersOf(t, group); len(got) != len(ids) {
		t.Errorf("%d members, want %d", len(got), len(ids))
	}
}
