package scim_test

import (
	"strings"
	"testing"

	"roster/internal/scim"
)

func showPath(p scim.Path) string {
	if p.Filter == nil {
		return p.Attr.String()
	}
	sub := ""
	if p.Attr.Sub != "" {
		sub = "." + p.Attr.Sub
	}
	return scim.AttrPath{URN: p.Attr.URN, Attr: p.Attr.Attr}.String() + "[" + show(p.Filter) + "]" + sub
}

func TestParsePath(t *testing.T) {
	t.Parallel()
	const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
	tests := []struct{ name, in, want string }{
		{"attribute", "active", "active"},
		{"spaces around", " active ", "active"},
		{"sub-attribute", "name.givenName", "name.givenName"},
		{"reference", "manager.$ref", "manager.$ref"},
		{"extension attribute", enterprise + ":department", enterprise + ":department"},
		{"extension sub-attribute", enterprise + ":manager.value", enterprise + ":manager.value"},
		{"whole extension", enterprise, enterprise},
		{"extension that ends in a version", "urn:scim:schemas:extension:atlassian-external:1.0", "urn:scim:schemas:extension:atlassian-external:1.0"},
		{"extension with an http URI", "http://schemas.example.com/2006/ADSCIM/2.0/Group:x", "http://schemas.example.com/2006/ADSCIM/2.0/Group:x"},
		{"filter", `members[value eq "2819c223"]`, `members[value eq "2819c223"]`},
		{"filter and sub-attribute", `emails[type eq "work"].value`, `emails[type eq "work"].value`},
		{"filter with text boolean", `roles[primary eq "True"].value`, `roles[primary eq "True"].value`},
		{"extension attribute with filter", enterprise + `:things[a eq 1].b`, enterprise + `:things[a eq 1].b`},
		{"dots and brackets in the value", `emails[value eq "a.b]c[d"].type`, `emails[value eq "a.b]c[d"].type`},
		{"several terms", `addresses[type eq "work" and not (primary eq true)].country`, `addresses[(type eq "work" and not (primary eq true))].country`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, err := scim.ParsePath(tt.in)
			if err != nil {
				t.Fatal(err)
			}
			if got := showPath(p); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestParsePathRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, detail string }{
		{"empty", "", "byte 0: expected an attribute name"},
		{"JSON pointer", "/emails/0", "byte 0: expected an attribute name"},
		{"index", "emails[0]", "byte 7: expected an attribute name"},
		{"two dots", "a.b.c", "byte 0"},
		{"trailing dot", "name.", "byte 0"},
		{"space inside", "display name", `byte 7: expected the end of the path`},
		{"open bracket", `emails[type eq "work"`, "closing bracket"},
		{"sub-attribute before the filter", `emails.value[type eq "x"]`, "byte 12"},
		{"text after the filter", `emails[type eq "x"]value`, "byte 19: expected the end of the path"},
		{"two sub-attributes after the filter", `emails[type eq "x"].a.b`, "a single sub-attribute"},
		{"text after the sub-attribute", `emails[type eq "x"].a b`, "the end of the path"},
		{"too long", strings.Repeat("a", scim.DefaultLimits.MaxFilterBytes+1), "longer than"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := scim.ParsePath(tt.in)
			e := refusal(t, err)
			if e.Status != 400 || e.Type != scim.TypeInvalidPath || !strings.Contains(e.Detail, tt.detail) {
				t.Errorf("got %d %v, want 400 invalidPath with %q", e.Status, e, tt.detail)
			}
		})
	}
}

func FuzzParsePath(f *testing.F) {
	for _, seed := range []string{
		"active", `emails[type eq "work"].value`, "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value", `a[b pr`, "a.b.c", `members[value eq "x"]`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		p, err := scim.ParsePath(in)
		if err != nil {
			if e := refusal(t, err); e.Type != scim.TypeInvalidPath {
				t.Fatalf("got %v, want invalidPath", e)
			}
			return
		}
		op := scim.Operation{Op: scim.OpReplace, Path: p, HasPath: true, Value: scim.String("x")}
		if _, _, err := scim.UserType().Patch(parse(t, `{"userName":"a"}`), []scim.Operation{op}, scim.DefaultHabits()); err != nil {
			expectRefusal(t, err)
		}
	})
}
