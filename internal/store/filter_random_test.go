package store

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"roster/internal/scim"
)

// generator makes random documents and filters over few values, so that they
// often meet.
type generator struct{ *rand.Rand }

func newGenerator(seed uint64) generator { return generator{rand.New(rand.NewPCG(seed, seed))} }

func (g generator) chance(percent int) bool { return g.IntN(100) < percent }

func pick[T any](g generator, from []T) T { return from[g.IntN(len(from))] }

// randomTexts are the values of texts: of either letter case, with the wildcards and
// quotes of SQL and JSON, beyond ASCII and the BMP, and beyond what the indexes hold.
var randomTexts = []string{
	"", "a", "A", "ab", "aB", "b", "ba", "work", "WORK", "home", "%", "_", "a_b", `\`, `'`, `"`, `a'b"c`, "é", "É", "e\u0301", "ı", "I", "i", "İ", "ß", "ss", "ſ",
	"\u212a", "k", "Ａ", "😀", "a😀b", "~", "zz", "a b", " a", "10", "9", "true", "null", "[]", "{}", "user", "direct", "Ada@Example.com", "ada@example.com", "user-3", "group-1", "acct_5",
	strings.Repeat("x", 199), strings.Repeat("x", 200), strings.Repeat("x", 201), strings.Repeat("x", 200) + "é", strings.Repeat("é", 300), strings.Repeat("Y", 600), strings.Repeat("y", 600),
}

// document makes a canonical document of a resource type.
func (g generator) document(rt *scim.ResourceType, required ...scim.Member) scim.Value {
	members := []scim.Member{{Name: "externalId", Value: scim.String(pick(g, randomTexts))}}
	members = append(members, required...)
	members = append(members, g.attributes(rt.Core.Attributes, 35, required)...)
	for _, x := range rt.Extensions {
		members = append(members, scim.Member{Name: x.Schema.ID, Value: scim.Object(g.attributes(x.Schema.Attributes, 40, nil)...)})
	}
	doc, err := rt.Canonical(scim.Object(members...), scim.DefaultHabits())
	if err != nil {
		panic(err)
	}
	return doc
}

func (g generator) attributes(attrs []*scim.Attribute, percent int, but []scim.Member) []scim.Member {
	given := scim.Object(but...)
	var members []scim.Member
	for _, a := range attrs {
		if _, ok := given.Get(a.Name); ok || a.Mutability == scim.ReadOnly || a.Name == "members" || !g.chance(percent) {
			continue
		}
		members = append(members, scim.Member{Name: a.Name, Value: g.value(a)})
	}
	return members
}

func (g generator) value(a *scim.Attribute) scim.Value {
	if !a.MultiValued {
		return g.single(a)
	}
	items := make([]scim.Value, g.IntN(4))
	for i := range items {
		items[i] = g.single(a)
	}
	if i := len(items) / 2; a.SubAttribute("primary") != nil && len(items) > 0 && g.chance(40) {
		items[i] = scim.Object(append(items[i].Members(), scim.Member{Name: "primary", Value: scim.Bool(true)})...)
	}
	return scim.Array(items...)
}

func (g generator) single(a *scim.Attribute) scim.Value {
	switch a.Type {
	case scim.AttrComplex:
		return scim.Object(g.attributes(a.Sub, 50, []scim.Member{{Name: "primary", Value: scim.Bool(false)}})...)
	case scim.AttrBoolean:
		return scim.Bool(g.chance(50))
	case scim.AttrBinary:
		return scim.String(pick(g, []string{"YWJj", "YWJD", "QUJD", "YQ=="}))
	case scim.AttrReference:
		return scim.String(pick(g, []string{"https://a.example/X", "https://a.example/x", "../Users/1"}))
	case scim.AttrInteger:
		return scim.Number(pick(g, []string{"-2", "0", "9", "10", "42"}))
	case scim.AttrDecimal:
		return scim.Number(pick(g, []string{"-0.25", "1.5", "1.50", "9", "10", "1e1"}))
	case scim.AttrDateTime:
		return scim.String(pick(g, randomTimes))
	default:
		return scim.String(pick(g, randomTexts))
	}
}

// randomTimes are some times, in several spellings.
var randomTimes = []string{"2026-01-01T00:00:03Z", "2026-01-01T01:00:03+01:00", "2026-01-01T00:00:03.000Z", "2026-01-01T00:00:05.000001Z", "2011-05-13T04:42:34-08:00"}

// filter makes a bound filter over all attributes of a resource type.
func (g generator) filter(rt *scim.ResourceType) scim.Filter {
	for {
		if f, err := rt.Bind(g.node(g.paths(rt), 3)); err == nil {
			return f
		}
	}
}

// paths are all names that a filter on a resource type may hold; common
// attributes stand there once more for each of their like.
func (g generator) paths(rt *scim.ResourceType) []scim.AttrPath {
	paths := []scim.AttrPath{
		{Attr: "id"},
		{Attr: "externalId"},
		{Attr: "schemas"},
		{Attr: "meta"},
		{Attr: "meta", Sub: "created"},
		{Attr: "meta", Sub: "lastModified"},
		{Attr: "meta", Sub: "resourceType"},
		{Attr: "meta", Sub: "version"},
	}
	add := func(urn string, attrs []*scim.Attribute) {
		for _, a := range attrs {
			paths = append(paths, scim.AttrPath{URN: urn, Attr: a.Name})
			for _, sub := range a.Sub {
				if sub.Name != "$ref" || (a.Name != "groups" && a.Name != "members") {
					paths = append(paths, scim.AttrPath{URN: urn, Attr: a.Name, Sub: sub.Name})
				}
			}
		}
	}
	add("", rt.Core.Attributes)
	for _, x := range rt.Extensions {
		add(x.Schema.ID, x.Schema.Attributes)
	}
	return paths
}

func (g generator) node(paths []scim.AttrPath, depth int) scim.Filter {
	if depth > 0 {
		switch g.IntN(6) {
		case 0:
			return scim.And{Left: g.node(paths, depth-1), Right: g.node(paths, depth-1)}
		case 1:
			return scim.Or{Left: g.node(paths, depth-1), Right: g.node(paths, depth-1)}
		case 2:
			return scim.Not{Filter: g.node(paths, depth-1)}
		case 3:
			return g.valueFilter(paths, depth-1)
		}
	}
	if g.chance(15) {
		return scim.Present{Path: pick(g, paths)}
	}
	return scim.Compare{
		Path:  pick(g, paths),
		Op:    pick(g, []scim.CompareOp{scim.Eq, scim.Eq, scim.Eq, scim.Ne, scim.Co, scim.Sw, scim.Ew, scim.Gt, scim.Ge, scim.Lt, scim.Le}),
		Value: g.comparand(),
	}
}

// valueFilter is attr[…] for an attribute that has sub-attributes.
func (g generator) valueFilter(paths []scim.AttrPath, depth int) scim.Filter {
	outer := pick(g, paths)
	for outer.Sub == "" {
		outer = pick(g, paths)
	}
	var inner []scim.AttrPath
	for _, p := range paths {
		if p.URN == outer.URN && p.Attr == outer.Attr && p.Sub != "" {
			inner = append(inner, scim.AttrPath{Attr: p.Sub})
		}
	}
	return scim.ValueFilter{Path: scim.AttrPath{URN: outer.URN, Attr: outer.Attr}, Filter: g.elementNode(inner, depth)}
}

// elementNode is node without value filters, which do not nest.
func (g generator) elementNode(paths []scim.AttrPath, depth int) scim.Filter {
	if depth > 0 && g.chance(40) {
		left, right := g.elementNode(paths, depth-1), g.elementNode(paths, depth-1)
		return pick(g, []scim.Filter{scim.And{Left: left, Right: right}, scim.Or{Left: left, Right: right}, scim.Not{Filter: left}})
	}
	return g.node(paths, 0)
}

func (g generator) comparand() scim.Value {
	switch g.IntN(14) {
	case 12, 13:
		return scim.Number(pick(g, []string{"-2", "0", "1.5", "9", "10", "1E+1"}))
	case 0:
		return scim.Null()
	case 1:
		return scim.Bool(g.chance(50))
	case 2:
		return scim.String(pick(g, randomTimes))
	case 3:
		return scim.String(pick(g, []string{scim.CoreUserURN, scim.EnterpriseUserURN, scim.CoreGroupURN, "User", "Group", `W/"1"`, `W/"2"`}))
	case 4:
		return scim.String(pick(g, []string{fmt.Sprintf("user-%d", g.IntN(9)), fmt.Sprintf("group-%d", g.IntN(5)), fmt.Sprintf("acct_%d", g.IntN(9)), "https://a.example/x", "YWJj"}))
	default:
		return scim.String(pick(g, randomTexts))
	}
}

// show writes a filter as RFC 7644 does, for failure texts.
func show(f scim.Filter) string {
	switch f := f.(type) {
	case scim.And:
		return "(" + show(f.Left) + " and " + show(f.Right) + ")"
	case scim.Or:
		return "(" + show(f.Left) + " or " + show(f.Right) + ")"
	case scim.Not:
		return "not (" + show(f.Filter) + ")"
	case scim.Compare:
		return fmt.Sprintf("%s %s %s", f.Path, f.Op, f.Value.AppendJSON(nil))
	case scim.Present:
		return f.Path.String() + " pr"
	case scim.ValueFilter:
		return f.Path.String() + "[" + show(f.Filter) + "]"
	default:
		return fmt.Sprintf("%T", f)
	}
}
