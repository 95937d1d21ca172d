package scim

import "time"

// Canonical makes the document to store from the body of a POST or PUT: attribute names in the schema's letter case
// and order, extensions under their URN, values of the schema's types, duplicates collapsed. Dropped are unassigned
// values, unknown attributes and schemas, read-only attributes (id, meta, groups, the account extension), schemas
// (which follow from the document), writeOnly attributes such as the password, and a group's members (see [Members]). An
// element of a multi-valued attribute that holds nothing but a type or primary is dropped too.
//
// Errors are *[Error] 400: invalidValue naming the attribute and what was expected, also for a missing required
// attribute and for two primary elements (RFC 7643 §2.4); invalidSyntax where the body is no object.
func (rt *ResourceType) Canonical(in Value, h Habits) (Value, error) {
	if in.Kind() != KindObject {
		return Value{}, refuse(TypeInvalidSyntax, "A %s must be a JSON object; got %s.", rt.Name, in.Kind())
	}
	p := patcher{rt: rt, convert: converter{h}, habits: h, doc: Object()}
	if err := p.keys(OpAdd, nil, in); err != nil {
		return Value{}, err
	}
	doc := rt.tidy(p.doc)
	if err := rt.checkRequired(p.doc, isRequiredSecret); err != nil {
		return doc, err
	}
	return doc, rt.CheckRequired(doc)
}

// isKept tells whether the stored document holds the attribute. What is writeOnly is checked and dropped: a secret that
// is nowhere cannot leak.
func (a *Attribute) isKept() bool { return !a.detached && a.Mutability != WriteOnly }

// Schemas lists the URNs of the core schema and of the extensions that the document holds (RFC 7643 §3).
func (rt *ResourceType) Schemas(doc Value) []string {
	urns := []string{rt.Core.ID}
	for _, x := range rt.Extensions {
		if _, ok := doc.Get(x.Schema.ID); ok {
			urns = append(urns, x.Schema.ID)
		}
	}
	return urns
}

// Folded is the document with every text of an attribute that is not caseExact folded by [Fold], and every dateTime
// as [FormatTime] writes it: what SQL filters search, so that a comparison there is one of plain text.
func (rt *ResourceType) Folded(doc Value) Value {
	return rt.rebuild(doc, func(a *Attribute, v Value) Value {
		if t, err := time.Parse(time.RFC3339Nano, v.Str()); a.Type == AttrDateTime && err == nil {
			return String(FormatTime(t))
		}
		return a.folded(v)
	})
}

// tidy brings a document's members into schema order and drops what says nothing.
func (rt *ResourceType) tidy(doc Value) Value { return rt.rebuild(doc, nil) }

// rebuild makes the document anew from the schema's attributes, each simple value as leaf gives it, or as it is without
// a leaf. What is in order then is shared and not copied: a PATCH touches few of the attributes.
func (rt *ResourceType) rebuild(doc Value, leaf func(*Attribute, Value) Value) Value {
	members := make([]Member, 0, len(doc.Members()))
	members = rebuildMember(members, externalID, doc, leaf)
	for _, a := range rt.Core.Attributes {
		members = rebuildMember(members, a, doc, leaf)
	}
	for _, x := range rt.Extensions {
		given, _ := doc.Get(x.Schema.ID)
		var inner []Member
		for _, a := range x.Schema.Attributes {
			inner = rebuildMember(inner, a, given, leaf)
		}
		if len(inner) > 0 {
			members = append(members, Member{x.Schema.ID, Object(inner...)})
		}
	}
	return Object(members...)
}

func rebuildMember(members []Member, a *Attribute, from Value, leaf func(*Attribute, Value) Value) []Member {
	v, ok := from.Get(a.Name)
	if !ok || !a.isKept() {
		return members
	}
	if a.MultiValued {
		v = rebuildElements(a, v, leaf)
	} else {
		v = rebuildValue(a, v, leaf)
	}
	if v.IsUnassigned() {
		return members
	}
	return append(members, Member{a.Name, v})
}

func rebuildElements(a *Attribute, v Value, leaf func(*Attribute, Value) Value) Value {
	if leaf == nil && a.inOrder(v) {
		return v
	}
	items := make([]Value, 0, len(v.Items()))
	for _, item := range v.Items() {
		item = rebuildValue(a, item, leaf)
		if a.Type != AttrComplex || saysSomething(item) {
			items = append(items, item)
		}
	}
	return Array(items...)
}

func rebuildValue(a *Attribute, v Value, leaf func(*Attribute, Value) Value) Value {
	switch {
	case a.Type != AttrComplex && leaf != nil:
		return leaf(a, v)
	case a.Type != AttrComplex, leaf == nil && a.elementInOrder(v):
		return v
	}
	members := make([]Member, 0, len(v.Members()))
	for _, sub := range a.Sub {
		members = rebuildMember(members, sub, v, leaf)
	}
	return Object(members...)
}

// inOrder tells whether tidying the elements of a multi-valued attribute would change nothing.
func (a *Attribute) inOrder(v Value) bool {
	if v.Kind() != KindArray {
		return false
	}
	if a.Type != AttrComplex {
		return true
	}
	for _, item := range v.Items() {
		if !a.elementInOrder(item) || !saysSomething(item) {
			return false
		}
	}
	return true
}

// elementInOrder tells whether a complex value has its sub-attributes in the schema's order, and nothing else.
func (a *Attribute) elementInOrder(v Value) bool {
	rest := v.Members()
	for _, sub := range a.Sub {
		if len(rest) == 0 {
			break
		}
		if rest[0].Name != sub.Name {
			continue
		}
		if !sub.isKept() || rest[0].Value.IsUnassigned() || sub.MultiValued && rest[0].Value.Kind() != KindArray {
			return false
		}
		rest = rest[1:]
	}
	return v.Kind() == KindObject && len(rest) == 0
}

// saysSomething tells whether an element holds more than the labels type and primary, or an empty value: what
// remains of an address when its parts were removed one by one, and what templates send for a person without one.
func saysSomething(element Value) bool {
	for _, m := range element.Members() {
		if m.Name != "type" && m.Name != "primary" && hasContent(m.Value) {
			return true
		}
	}
	return false
}
