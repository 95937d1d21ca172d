package store

import (
	"fmt"

	"roster/internal/identity"
	"roster/internal/scim"
)

// filterWriter turns a bound SCIM filter into a condition on the rows of a
// resource. What it writes holds exactly where [scim.Match] does on the
// resource as it is answered.
//
// A comparison with an absent value is NULL there, not false. AND, OR, EXISTS
// and WHERE treat the two alike in the end; only NOT does not, so it alone
// turns NULL into false.
type filterWriter struct {
	*where
	resource  resource
	directory identity.DirectoryID
}

// scope is what the names in a filter are relative to: the resource, one
// element of a multi-valued attribute, or one complex attribute.
type scope struct {
	fields  map[scim.AttrPath]field
	json    string        // the document or element that holds all other values
	within  scim.AttrPath // the complex attribute, zero for a whole document or element
	element bool
}

// path is the place of a name in the scope's document or element.
func (s scope) path(p scim.AttrPath) scim.AttrPath {
	if s.within.Attr == "" {
		return p
	}
	return scim.AttrPath{URN: s.within.URN, Attr: s.within.Attr, Sub: p.Attr}
}

// write adds a filter on the resource itself.
func (fw filterWriter) write(f scim.Filter) error {
	return fw.filter(scope{fields: fw.resource.fields, json: fw.resource.json}, f)
}

func (fw filterWriter) filter(s scope, f scim.Filter) error {
	switch f := f.(type) {
	case scim.And:
		return fw.all(s, chain(f, func(f scim.Filter) (scim.Filter, scim.Filter, bool) {
			and, ok := f.(scim.And)
			return and.Left, and.Right, ok
		}), " AND ")
	case scim.Or:
		return fw.all(s, chain(f, func(f scim.Filter) (scim.Filter, scim.Filter, bool) {
			or, ok := f.(scim.Or)
			return or.Left, or.Right, ok
		}), " OR ")
	case scim.Not:
		return fw.wrapped("NOT COALESCE((", s, f.Filter, "), FALSE)")
	case scim.Compare:
		return fw.compare(s, f)
	case scim.Present:
		return fw.present(s, f)
	case scim.ValueFilter:
		return fw.valueFilter(s, f)
	case scim.None:
		fw.add("FALSE")
		return nil
	default:
		return fmt.Errorf("write filter: unknown node %T", f)
	}
}

// chain gives the parts of a and b and c and …: the parser nests them, and the
// parser of SQLite has room for some thirty nested parentheses only.
func chain(f scim.Filter, split func(scim.Filter) (left, right scim.Filter, ok bool)) []scim.Filter {
	left, right, ok := split(f)
	if !ok {
		return []scim.Filter{f}
	}
	return append(chain(left, split), chain(right, split)...)
}

func (fw filterWriter) all(s scope, parts []scim.Filter, operator string) error {
	before := "("
	for _, part := range parts {
		if err := fw.wrapped(before, s, part, ""); err != nil {
			return err
		}
		before = operator
	}
	fw.add(")")
	return nil
}

func (fw filterWriter) wrapped(before string, s scope, f scim.Filter, after string) error {
	fw.add(before)
	if err := fw.filter(s, f); err != nil {
		return err
	}
	fw.add(after)
	return nil
}

func (fw filterWriter) compare(s scope, f scim.Compare) error {
	if f.Value.Kind() == scim.KindNull {
		return fw.compareNull(s, f)
	}
	if !s.element && fw.indexed(s.path(f.Path), f) {
		return nil
	}
	if f.Attr.MultiValued && !s.element {
		return fw.elements(f.Path, scim.Compare{Path: scim.AttrPath{Attr: f.Path.Sub}, Op: f.Op, Value: f.Value, Attr: leafOf(f.Attr, f.Sub)})
	}
	return fw.compareField(fw.field(s, f.Path, leafOf(f.Attr, f.Sub)), f)
}

// compareNull is eq null, which is the absence of a value, and ne null.
func (fw filterWriter) compareNull(s scope, f scim.Compare) error {
	present := scim.Present{Path: f.Path, Attr: f.Attr, Sub: f.Sub}
	if f.Op == scim.Ne {
		return fw.present(s, present)
	}
	return fw.filter(s, scim.Not{Filter: present})
}

func (fw filterWriter) present(s scope, f scim.Present) error {
	if !f.Attr.MultiValued {
		fw.add("COALESCE(" + fw.field(s, f.Path, leafOf(f.Attr, f.Sub)).content() + ", FALSE)")
		return nil
	}
	if f.Path.Sub == "" {
		return fw.elements(f.Path, nil)
	}
	return fw.elements(f.Path, scim.Present{Path: scim.AttrPath{Attr: f.Path.Sub}, Attr: f.Sub})
}

func (fw filterWriter) valueFilter(s scope, f scim.ValueFilter) error {
	if f.Attr.MultiValued {
		return fw.elements(f.Path, f.Filter)
	}
	fw.add("(")
	if err := fw.present(s, scim.Present{Path: f.Path, Attr: f.Attr}); err != nil {
		return err
	}
	s.within = f.Path
	return fw.wrapped(" AND ", s, f.Filter, ")")
}

// elements adds that an element of a multi-valued attribute exists for which
// inner holds; nil holds for all. Where inner asks for an indexed value, the
// index narrows the resources first: an EXISTS alone would visit all of them.
func (fw filterWriter) elements(p scim.AttrPath, inner scim.Filter) error {
	p.Sub = ""
	rows := fw.resource.rowsOf(p)
	fw.add("(")
	if fw.narrow(p, inner) {
		fw.add(" AND ")
	}
	fw.add("EXISTS (SELECT 1 FROM " + rows.from + " WHERE " + rows.on)
	if inner != nil {
		if err := fw.wrapped(" AND (", scope{fields: rows.fields, json: rows.json, element: true}, inner, ")"); err != nil {
			return err
		}
	}
	fw.add("))")
	return nil
}

// narrow adds the first indexed comparison that every element must meet, and
// tells whether there is one.
func (fw filterWriter) narrow(p scim.AttrPath, inner scim.Filter) bool {
	switch f := inner.(type) {
	case scim.And:
		return fw.narrow(p, f.Left) || fw.narrow(p, f.Right)
	case scim.Compare:
		return fw.indexed(scim.AttrPath{URN: p.URN, Attr: p.Attr, Sub: f.Path.Attr}, f)
	default:
		return false
	}
}

// indexed adds a comparison that has an index of its own, and tells whether it
// has one. Indexes leave out what nobody looks up: empty and very long texts.
func (fw filterWriter) indexed(p scim.AttrPath, f scim.Compare) bool {
	add, ok := fw.resource.indexes[p]
	value := f.Value.Str()
	if !ok || f.Op != scim.Eq || value == "" || len(value) > maxIndexedBytes {
		return false
	}
	add(fw, value)
	return true
}

// field is where the value of a single-valued attribute stands.
func (fw filterWriter) field(s scope, p scim.AttrPath, a *scim.Attribute) field {
	p = s.path(p)
	if f, ok := s.fields[p]; ok {
		return f
	}
	names := namesOf(p)
	switch a.Type {
	case scim.AttrBoolean:
		return field{expr: fw.dialect.jsonBool(s.json, names...), kind: boolField}
	case scim.AttrInteger, scim.AttrDecimal:
		return field{expr: fw.dialect.jsonText(s.json, names...), kind: numberField}
	default:
		return field{expr: fw.dialect.jsonText(s.json, names...)}
	}
}

func leafOf(attr, sub *scim.Attribute) *scim.Attribute {
	if sub != nil {
		return sub
	}
	return attr
}

// namesOf is the path of an attribute in a document.
func namesOf(p scim.AttrPath) []string {
	var names []string
	for _, name := range [...]string{p.URN, p.Attr, p.Sub} {
		if name != "" {
			names = append(names, name)
		}
	}
	return names
}
