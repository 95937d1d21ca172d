package scim_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	reference "github.com/scim2/filter-parser/v2"

	"roster/internal/scim"
)

// knownDifferences from github.com/scim2/filter-parser v2.3.1, each with its reason. fits tells of a filter that one of
// the parsers takes and the other does not whether that is why.
var knownDifferences = []struct {
	name, reason string
	fits         func(d differing) bool
}{
	{
		"spaces at either end", "The grammar has none there; administrators type them, and they can mean nothing else.",
		func(d differing) bool { return d.ours && strings.TrimSpace(d.text) != d.text },
	},
	{
		"lower-case hexadecimal digits", "RFC 8259 section 7 has both cases in \\u escapes; the reference takes upper case only.",
		func(d differing) bool { return d.ours && regexp.MustCompile(`\\u[0-9A-F]*[a-f]`).MatchString(d.text) },
	},
	{
		"parentheses in brackets", "RFC 7644 section 3.4.2.2 (its valFilter) groups there as everywhere; the reference does not.",
		func(d differing) bool { return d.ours && regexp.MustCompile(`\[[^\]]*\(`).MatchString(d.text) },
	},
	{
		"no space before and, or", "A quote or a parenthesis ends what is before it all the same.",
		func(d differing) bool {
			return d.ours && regexp.MustCompile(`(?i)["\])](and|or)\b|\b(and|or)\(`).MatchString(d.text)
		},
	},
	{
		"$ in names", "RFC 7643 section 2.1 has it among the characters of every name; the reference knows $ref only.",
		func(d differing) bool { return d.ours && strings.Contains(d.text, "$") },
	},
	{
		"empty parts of a URN", "We read any URI before the last colon; whether it is a schema's is decided when the filter is bound.",
		func(d differing) bool { return d.ours && strings.Contains(d.text, "::") },
	},
	{
		"no space behind and, or", `The reference takes "andvalue" in brackets for "and value".`,
		func(d differing) bool {
			return d.theirs && regexp.MustCompile(`(?i) (and|or)[a-z]`).MatchString(d.text)
		},
	},
	{
		"brackets behind a sub-attribute", "The grammar has them; no sub-attribute is complex (RFC 7643 section 2.3.8), so that nothing could be in them.",
		func(d differing) bool { return d.theirs && regexp.MustCompile(`\.\w*\[`).MatchString(d.text) },
	},
}

// differing is a filter that one parser takes and the other does not, or both differently.
type differing struct {
	text         string
	ours, theirs bool // taken
}

// TestParsesAsTheReferenceDoes compares random filters, well-formed and spoilt, with a parser that we did not write.
func TestParsesAsTheReferenceDoes(t *testing.T) {
	t.Parallel()
	g := filterWriter{rand.New(rand.NewPCG(1, 1))}
	seen := map[string]int{}
	taken := 0
	for range 4000 {
		text := g.expression(3)
		if g.IntN(2) == 0 {
			text = g.spoil(text)
		}
		ours, err := scim.ParseFilter(text, scim.DefaultLimits)
		theirs, theirErr := reference.ParseFilterNumber([]byte(text))
		d := differing{text, err == nil, theirErr == nil}
		if err == nil && theirErr == nil {
			taken++
			if strings.EqualFold(show(ours), showReference(theirs)) {
				continue
			}
		} else if d.ours == d.theirs {
			continue
		}
		if why := explained(d); why != "" {
			seen[why]++
			continue
		}
		t.Errorf("%s\n ours: %v %v\nreference: %v %v", text, ours, err, theirs, theirErr)
	}
	if taken < 1000 {
		t.Errorf("only %d filters were taken by both: this hardly tests anything", taken)
	}
	for _, known := range knownDifferences {
		if seen[known.name] == 0 {
			t.Errorf("the difference %q does not show", known.name)
		}
	}
}

func explained(d differing) string {
	for _, known := range knownDifferences {
		if known.fits(d) {
			return known.name
		}
	}
	return ""
}

// showReference writes the reference's tree as show writes ours.
func showReference(e reference.Expression) string {
	switch e := e.(type) {
	case *reference.LogicalExpression:
		return "(" + showReference(e.Left) + " " + strings.ToLower(string(e.Operator)) + " " + showReference(e.Right) + ")"
	case *reference.NotExpression:
		return "not (" + showReference(e.Expression) + ")"
	case *reference.ValuePath:
		return e.AttributePath.String() + "[" + showReference(e.ValueFilter) + "]"
	case *reference.AttributeExpression:
		op := strings.ToLower(string(e.Operator))
		if op == "pr" {
			return e.AttributePath.String() + " pr"
		}
		return e.AttributePath.String() + " " + op + " " + referenceValue(e.CompareValue)
	default:
		return fmt.Sprintf("unknown %T", e)
	}
}

func referenceValue(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string: // the reference leaves escapes as they are written
		text, err := scim.Decode([]byte(`"`+v+`"`), scim.DefaultLimits)
		if err != nil {
			return err.Error()
		}
		return compact(text)
	default:
		return fmt.Sprint(v)
	}
}

// filterWriter writes random filters.
type filterWriter struct{ *rand.Rand }

func (g filterWriter) one(from ...string) string { return from[g.IntN(len(from))] }

func (g filterWriter) expression(depth int) string {
	if depth == 0 {
		return g.comparison(g.path())
	}
	switch g.IntN(7) {
	case 0:
		return g.expression(depth-1) + g.one(" and ", " AND ") + g.expression(depth-1)
	case 1:
		return g.expression(depth-1) + g.one(" or ", " Or ") + g.expression(depth-1)
	case 2:
		return g.one("not (", "not(", "NOT (") + g.expression(depth-1) + ")"
	case 3:
		return "(" + g.expression(depth-1) + ")"
	case 4:
		return g.one("emails", "ims", "urn:ietf:params:scim:schemas:core:2.0:User:addresses") + "[" + g.element() + "]"
	default:
		return g.comparison(g.path())
	}
}

// element is a filter in brackets.
func (g filterWriter) element() string {
	first := g.comparison(g.one("type", "value", "primary"))
	switch g.IntN(4) {
	case 0:
		return first + g.one(" and ", " or ") + g.comparison(g.one("type", "value"))
	case 1:
		return "not (" + first + ")"
	case 2:
		return "(" + first + ")"
	default:
		return first
	}
}

func (g filterWriter) path() string {
	return g.one("userName", "USERNAME", "name.familyName", "title", "x-y_z", "manager.$ref", "meta.lastModified", "order", "nothing", "a1",
		"urn:ietf:params:scim:schemas:core:2.0:User:userName", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value")
}

func (g filterWriter) comparison(path string) string {
	if g.IntN(5) == 0 {
		return path + g.one(" pr", " PR")
	}
	return path + " " + g.one("eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le", "EQ", "Co") + " " + g.value()
}

func (g filterWriter) value() string {
	return g.one(`"x"`, `""`, `"a b"`, `"O'Neil"`, `"say \"hi\""`, `"back\\slash"`, `"tab\t"`, `"\u00E9"`, `"\u00e9"`, `"é😀"`, `"a]b)c"`, `"2011-05-13T04:42:34Z"`,
		"true", "false", "null", "0", "-1", "42", "1.5", "-0.25", "1e5", "1.5E-3")
}

// spoil changes a filter at a random place.
func (g filterWriter) spoil(text string) string {
	runes := []rune(text)
	at := g.IntN(len(runes))
	extra := []rune(g.one(" ", "(", ")", "[", "]", `"`, ".", ":", "x", "1", "-", "$", `\`, "é", "  ", " and ", "not "))
	switch g.IntN(4) {
	case 0:
		return string(append(runes[:at:at], runes[at+1:]...))
	case 1:
		return string(runes[:at])
	default:
		return string(append(append(runes[:at:at], extra...), runes[at:]...))
	}
}
