package scim_test

import (
	"fmt"
	"strings"
	"testing"

	"roster/internal/scim"
)

// show writes a filter with all its parentheses, so that a test sees the precedence.
func show(f scim.Filter) string {
	switch f := f.(type) {
	case scim.And:
		return "(" + show(f.Left) + " and " + show(f.Right) + ")"
	case scim.Or:
		return "(" + show(f.Left) + " or " + show(f.Right) + ")"
	case scim.Not:
		return "not (" + show(f.Filter) + ")"
	case scim.None:
		return "none"
	case scim.Compare:
		return fmt.Sprintf("%s %s %s", f.Path, f.Op, compact(f.Value))
	case scim.Present:
		return f.Path.String() + " pr"
	case scim.ValueFilter:
		return f.Path.String() + "[" + show(f.Filter) + "]"
	default:
		return fmt.Sprintf("unknown %T", f)
	}
}

func TestParseFilter(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"simple", `userName eq "bjensen"`, `userName eq "bjensen"`},
		{"operator in any case", `userName Eq "x" AND title PR`, `(userName eq "x" and title pr)`},
		{"and before or", `a eq 1 or b eq 2 and c eq 3`, `(a eq 1 or (b eq 2 and c eq 3))`},
		{"not before and", `not (a eq 1) and b eq 2`, `(not (a eq 1) and b eq 2)`},
		{"left to right", `a pr or b pr or c pr`, `((a pr or b pr) or c pr)`},
		{"grouping", `(a eq 1 or b eq 2) and c eq 3`, `((a eq 1 or b eq 2) and c eq 3)`},
		{"not without space", `NOT(a pr)`, `not (a pr)`},
		{"an attribute called not", `not eq "x"`, `not eq "x"`},
		{"an attribute called order", `order eq "x" or origin pr`, `(order eq "x" or origin pr)`},
		{"sub-attribute", `name.familyName co "O'Malley"`, `name.familyName co "O'Malley"`},
		{"URN of core", `urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J"`, `urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J"`},
		{"URN with sub-attribute", `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq "m"`, `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq "m"`},
		{"value path", `emails[type eq "work" and value co "@example.com"]`, `emails[(type eq "work" and value co "@example.com")]`},
		{"two value paths", `emails[type eq "work"] or ims[type eq "xmpp"]`, `(emails[type eq "work"] or ims[type eq "xmpp"])`},
		{"parentheses in brackets", `emails[(type eq "work" or type eq "home") and not (primary eq true)]`, `emails[((type eq "work" or type eq "home") and not (primary eq true))]`},
		{"spaces in brackets", `emails[ type eq "work" ]`, `emails[type eq "work"]`},
		{"Entra ID's value path with sub-attribute", `emails[type eq "work"].value eq "a@x"`, `emails[(type eq "work" and value eq "a@x")]`},
		{"Entra ID's with pr", `emails[type eq "work"].value pr`, `emails[(type eq "work" and value pr)]`},
		{"leading and trailing spaces", `  title pr  `, `title pr`},
		{"spaces around parentheses", `( title pr )`, `title pr`},
		{"several spaces", `title  eq   "x"`, `title eq "x"`},
		{"single quotes", `displayName eq 'SCIM_GROUP'`, `displayName eq "SCIM_GROUP"`},
		{"double quote in single quotes", `displayName eq 'a "b"'`, `displayName eq "a \"b\""`},
		{"spaces in the value", `displayName eq "EDU All personal"`, `displayName eq "EDU All personal"`},
		{"escaped quote and backslash", `displayName eq "a\"b\\c"`, `displayName eq "a\"b\\c"`},
		{"lower-case hexadecimal escape", `displayName eq "\u00e9\u00E9"`, `displayName eq "éé"`},
		{"surrogate pair", `displayName eq "\ud83d\ude00"`, `displayName eq "😀"`},
		{"escaped line break", `displayName eq "a\nb"`, `displayName eq "a\nb"`},
		{"values of all kinds", `a eq true and b eq false and c eq null and d eq -1.5e+3`, `(((a eq true and b eq false) and c eq null) and d eq -1.5e+3)`},
		{"DN as value", `externalId eq "CN=Ada\\, L,OU=x y"`, `externalId eq "CN=Ada\\, L,OU=x y"`},
		{"reference check", `id eq "g" and members eq "u"`, `(id eq "g" and members eq "u")`},
		{"$ref", `manager.$ref eq "../Users/1"`, `manager.$ref eq "../Users/1"`},
		{"hyphen and underscore", `x-a_b pr`, `x-a_b pr`},
		{"date", `meta.lastModified gt "2011-05-13T04:42:34Z"`, `meta.lastModified gt "2011-05-13T04:42:34Z"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f, err := scim.ParseFilter(tt.in, scim.DefaultLimits)
			if err != nil {
				t.Fatal(err)
			}
			if got := show(f); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestParseFilterRefuses(t *testing.T) {
	t.Parallel()
	lim := scim.DefaultLimits
	lim.MaxFilterDepth, lim.MaxFilterTerms, lim.MaxFilterBytes = 3, 4, 200
	tests := []struct{ name, in, detail string }{
		{"empty", ``, "byte 0: expected an attribute name, found the end"},
		{"attribute only", `userName`, "byte 8: expected a space and an operator"},
		{"no operator", `userName "x"`, "byte 9: expected an operator"},
		{"unknown operator", `userName is "x"`, `byte 9: expected an operator: eq, ne, co, sw, ew, gt, ge, lt, le or pr, found "is"`},
		{"no value", `userName eq`, "byte 11: expected a space and a value"},
		{"no space before the value", `userName eq"x"`, "byte 11: expected a space"},
		{"bare word", `userName eq akadmin`, "byte 12: expected a value: a string in double quotes"},
		{"bare word with digit", `userName eq 1a`, "byte 12: expected a number"},
		{"number with leading zero", `a eq 01`, "byte 5: expected a number"},
		{"number without fraction", `a eq 1.`, "byte 5: expected a number"},
		{"number without exponent", `a eq 1e`, "byte 5: expected a number"},
		{"open string", `userName eq "x`, "byte 14: expected a closing quote"},
		{"open string after escape", `userName eq "\"`, "byte 15: expected a closing quote"},
		{"unknown escape", `userName eq "\x"`, "byte 13: expected an escape sequence"},
		{"short Unicode escape", `userName eq "\u12"`, "four hexadecimal digits"},
		{"lone surrogate", `userName eq "\ud800x"`, "surrogate pair"},
		{"NUL", `userName eq "\u0000"`, "control characters"},
		{"raw control character", "userName eq \"\x01\"", "control characters"},
		{"invalid UTF-8", "userName eq \"\xff\"", "UTF-8"},
		{"open parenthesis", `(a pr`, "closing parenthesis"},
		{"extra parenthesis", `a pr)`, `byte 4: expected and, or, or the end of the filter, found ")"`},
		{"open bracket", `emails[type pr`, "closing bracket"},
		{"value path in value path", `emails[a[b pr]]`, "byte 8"},
		{"brackets after a sub-attribute", `a.b[c pr]`, "byte 3"},
		{"nothing in brackets", `emails[]`, "byte 7: expected an attribute name"},
		{"dangling and", `a pr and`, "byte 8: expected an attribute name"},
		{"missing junction", `a pr b pr`, "byte 5: expected and, or"},
		{"not without parenthesis", `not a pr`, "byte 4: expected an operator"},
		{"empty URN", `:a eq 1`, "byte 0: expected an attribute name"},
		{"two dots", `a.b.c eq 1`, "byte 0: expected an attribute name"},
		{"name that begins with a digit", `1a eq 1`, "byte 0: expected an attribute name"},
		{"too deep", `((((a pr))))`, "deeper than 3"},
		{"too many terms", `a pr or a pr or a pr or a pr or a pr`, "more than 4 comparisons"},
		{"too long", `a eq "` + strings.Repeat("x", 200) + `"`, "longer than 200 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := scim.ParseFilter(tt.in, lim)
			e := refusal(t, err)
			if e.Status != 400 || e.Type != scim.TypeInvalidFilter || !strings.Contains(e.Detail, tt.detail) {
				t.Errorf("got %d %v, want 400 invalidFilter with %q", e.Status, e, tt.detail)
			}
		})
	}
}

func FuzzParseFilter(f *testing.F) {
	for _, seed := range []string{
		`userName eq "x"`, `not (a pr) and b.c co 'd' or e[f gt 1]`, `emails[type eq "work"].value sw "\u00e9"`,
		`urn:ietf:params:scim:schemas:core:2.0:User:active eq TRUE`, `((((((`, `a eq "\ud800"`, `a eq -1e+9`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		parsed, err := scim.ParseFilter(in, scim.DefaultLimits)
		if err != nil {
			expectRefusal(t, err)
			return
		}
		wide := scim.DefaultLimits // show adds parentheses
		wide.MaxFilterDepth, wide.MaxFilterBytes = 1000, 1<<20
		again, err := scim.ParseFilter(show(parsed), wide)
		if err != nil {
			t.Fatalf("parse %s again: %v", show(parsed), err)
		}
		if show(again) != show(parsed) {
			t.Fatalf("got %s, want %s", show(again), show(parsed))
		}
		if bound, err := scim.UserType().Bind(parsed); err == nil {
			scim.Match(bound, scim.Object())
		}
	})
}

// BenchmarkParseFilter parses what identity providers are known to ask.
func BenchmarkParseFilter(b *testing.B) {
	for _, bench := range []struct{ name, filter string }{
		{"userName", `userName eq "ada.lovelace@example.com"`},
		{"externalId", `externalId eq "00u1dhhb1fkIGP7RL1d8"`},
		{"work-email", `emails[type eq "work"].value eq "ada.lovelace@example.com"`},
		{"member-of-group", `id eq "5ae3b0a0-0000-4000-8000-000000000001" and members eq "5ae3b0a0-0000-4000-8000-000000000002"`},
		{"changed-since", `active eq true and meta.lastModified gt "2026-01-01T00:00:00Z"`},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := scim.ParseFilter(bench.filter, scim.DefaultLimits); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
