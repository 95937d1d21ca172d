package scim_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/scim"
)

// TestHabits shows what each switch changes: the same request with it off and with it on, all others off.
func TestHabits(t *testing.T) {
	t.Parallel()
	const doc = `{"userName":"a","emails":[{"value":"h@x","type":"home"},{"value":"i@x","type":"home"}]}`
	tests := []struct {
		habit         string
		ops           string // of a PATCH on doc
		without, with string // the document, or the scimType of the refusal
	}{
		{"TextBooleans", `[{"op":"replace","path":"active","value":"False"}]`, "invalidValue", `{"userName":"a","active":false,"emails":[{"value":"h@x","type":"home"},{"value":"i@x","type":"home"}]}`},
		{"BareValues", `[{"op":"add","path":"` + enterpriseURN + `:manager","value":"m"}]`, "invalidValue", doc[:len(doc)-1] + `,"` + enterpriseURN + `":{"manager":{"value":"m"}}}`},
		{"LooseArity", `[{"op":"replace","path":"emails","value":{"value":"n@x"}}]`, "invalidValue", `{"userName":"a","emails":[{"value":"n@x"}]}`},
		{"NumbersAsText", `[{"op":"replace","path":"externalId","value":118304576920}]`, "invalidValue", `{"externalId":"118304576920",` + doc[1:]},
		{"PathKeys", `[{"op":"replace","value":{"name.givenName":"A"}}]`, doc, `{"userName":"a","name":{"givenName":"A"},"emails":[{"value":"h@x","type":"home"},{"value":"i@x","type":"home"}]}`},
		{"CreateOnNoMatch", `[{"op":"replace","path":"emails[type eq \"work\"].value","value":"w@x"}]`, "noTarget", `{"userName":"a","emails":[{"value":"h@x","type":"home"},{"value":"i@x","type":"home"},{"value":"w@x","type":"work"}]}`},
		{"RemoveListed", `[{"op":"remove","path":"emails","value":[{"value":"h@x"}]}]`, `{"userName":"a"}`, `{"userName":"a","emails":[{"value":"i@x","type":"home"}]}`},
		{"ManagerID", `[{"op":"add","path":"` + enterpriseURN + `:manager","value":{"managerId":"m"}}]`, doc, doc[:len(doc)-1] + `,"` + enterpriseURN + `":{"manager":{"value":"m"}}}`},
	}
	shown := map[string]bool{}
	for _, tt := range tests {
		shown[tt.habit] = true
		t.Run(tt.habit, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.without, patched(t, doc, tt.ops, scim.Habits{})); diff != "" {
				t.Errorf("off (-want +got):\n%s", diff)
			}
			var h scim.Habits
			reflect.ValueOf(&h).Elem().FieldByName(tt.habit).SetBool(true)
			if diff := cmp.Diff(tt.with, patched(t, doc, tt.ops, h)); diff != "" {
				t.Errorf("on (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.with, patched(t, doc, tt.ops, scim.DefaultHabits())); diff != "" {
				t.Errorf("with all habits (-want +got):\n%s", diff)
			}
		})
	}
	for field := range reflect.TypeFor[scim.Habits]().Fields() {
		if !shown[field.Name] {
			t.Errorf("nothing shows what %s changes", field.Name)
		}
	}
}

// patched is the document after a PATCH, or the scimType of the refusal.
func patched(t *testing.T, doc, ops string, h scim.Habits) string {
	t.Helper()
	out, _, err := scim.UserType().Patch(parse(t, doc), operations(t, ops), h)
	if err != nil {
		return string(refusal(t, err).Type)
	}
	return compact(out)
}

func TestFormerName(t *testing.T) {
	t.Parallel()
	const id = "6c1f6f8e7e6c4b529f6e0d6f3b0a1c11"
	tests := []struct{ name, userName, want string }{
		{"deleted", id + "ada@x.example", "ada@x.example"},
		{"capital digits", strings.ToUpper(id) + "ada@x.example", "ada@x.example"},
		{"any other", "ada@x.example", "ada@x.example"},
		{"an id alone", id, id},
		{"too few digits", id[1:] + "zoe@x.example", id[1:] + "zoe@x.example"},
		{"empty", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := scim.FormerName(tt.userName); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
