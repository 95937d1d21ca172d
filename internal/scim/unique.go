package scim

import "math/big"

// UniqueValue is one value of a document that no other resource may hold (RFC 7643 §7 uniqueness).
type UniqueValue struct {
	Name   string // of the attribute, as error texts call it
	Text   string // as it was given
	Key    string // the same for two values that are the same to the attribute
	Global bool   // of uniqueness global; else server
}

// UniqueValues gives the document's values that must be unique, each once. What the built-in User and Group say of
// uniqueness (userName) is not among them: it has rules of its own.
func (rt *ResourceType) UniqueValues(doc Value) []UniqueValue {
	var all []UniqueValue
	seen := map[[2]string]bool{}
	for _, t := range rt.unique {
		for _, v := range t.values(doc) {
			u := UniqueValue{Name: t.name(), Text: plain(v), Key: t.leaf().key(v), Global: t.leaf().Uniqueness == UniqueGlobal}
			if at := [2]string{u.Name, u.Key}; !seen[at] {
				seen[at] = true
				all = append(all, u)
			}
		}
	}
	return all
}

// values are all values that the target has in a document.
func (t target) values(doc Value) []Value {
	if t.ext != nil {
		doc, _ = doc.Get(t.ext.ID)
	}
	v, ok := doc.Get(t.attr.Name)
	if !ok {
		return nil
	}
	elements := elementsOf(v)
	if t.sub == nil {
		return elements
	}
	var values []Value
	for _, e := range elements {
		if inner, ok := e.Get(t.sub.Name); ok {
			values = append(values, inner)
		}
	}
	return values
}

// key is the same for two values that are the same to the attribute.
func (a *Attribute) key(v Value) string {
	if n, ok := new(big.Rat).SetString(v.NumberText()); ok {
		return n.RatString()
	}
	folded := rebuildValue(a, v, func(leaf *Attribute, v Value) Value { return leaf.folded(v) })
	return plain(folded)
}

// plain is a text without its quotes, anything else as JSON.
func plain(v Value) string {
	if v.Kind() == KindString {
		return v.Str()
	}
	return string(v.AppendJSON(nil))
}

// seal works out once what requests ask of a configured type.
func (rt *ResourceType) seal() {
	rt.each(func(t target) {
		a := t.leaf()
		if a.isKept() && (a.Returned == ReturnedRequest || a.Returned == ReturnedNever) {
			rt.selective = true
		}
		isOwnRule := t.ext == nil && (rt.Core == userType.Core || rt.Core == groupType.Core)
		if a.isKept() && a.Uniqueness != UniqueNone && !isOwnRule {
			rt.unique = append(rt.unique, t)
		}
	})
}

// each visits every attribute and sub-attribute of the type's schemas.
func (rt *ResourceType) each(visit func(target)) {
	attributes := func(ext *Schema, attrs []*Attribute) {
		for _, a := range attrs {
			visit(target{ext: ext, attr: a})
			for _, sub := range a.Sub {
				visit(target{ext: ext, attr: a, sub: sub})
			}
		}
	}
	attributes(nil, rt.Core.Attributes)
	for _, x := range rt.Extensions {
		attributes(x.Schema, x.Schema.Attributes)
	}
}

// HasUnique tells whether [ResourceType.UniqueValues] can give any.
func (rt *ResourceType) HasUnique() bool { return len(rt.unique) > 0 }
