package scim

// Hazard is what a changed definition would make of resources that are stored already.
type Hazard struct {
	// Where picks the resources that would not fit the new definition, bound to the old one; nil picks all.
	Where Filter
	// Reason says why, such as "hold the attribute serial, which is to go".
	Reason string
}

// Hazards compares a resource type with what it is to become; next is nil where it is to go. Resources that no hazard
// picks are as valid under the new definition as they were under the old one: what is added optionally, and what is
// merely described or returned otherwise, is no hazard.
func (rt *ResourceType) Hazards(next *ResourceType) []Hazard {
	if next == nil {
		return []Hazard{{Reason: "are of the resource type " + rt.Name + ", which is to go"}}
	}
	if !equalName(rt.Core.ID, next.Core.ID) {
		return []Hazard{{Reason: "have the core schema " + rt.Core.ID + ", which is to become " + next.Core.ID}}
	}
	e := evolution{rt: rt}
	e.attributes(nil, rt.Core, next.Core)
	for _, x := range rt.Extensions {
		if after := next.extension(x.Schema.ID); after == nil {
			e.add(hasSchema(x.Schema.ID), "hold the extension "+x.Schema.ID+", which is to go")
		} else {
			e.attributes(x.Schema, x.Schema, after)
		}
	}
	for _, x := range next.Extensions {
		if x.Required && !rt.requires(x.Schema.ID) {
			e.add(Not{hasSchema(x.Schema.ID)}, "lack the extension "+x.Schema.ID+", which is to be required")
		}
	}
	return e.hazards
}

func (rt *ResourceType) requires(urn string) bool {
	for _, x := range rt.Extensions {
		if equalName(x.Schema.ID, urn) {
			return x.Required
		}
	}
	return false
}

// hasSchema is the bound filter schemas eq urn.
func hasSchema(urn string) Filter {
	schemas := commonAttributes[0]
	return Compare{Path: AttrPath{Attr: schemas.Name}, Op: Eq, Value: String(urn), Attr: schemas}
}

type evolution struct {
	rt      *ResourceType
	hazards []Hazard
}

func (e *evolution) add(where Filter, reason string) {
	e.hazards = append(e.hazards, Hazard{where, reason})
}

// attributes compares a schema's attributes; ext is nil for the core schema.
func (e *evolution) attributes(ext, before, after *Schema) {
	if before == after {
		return
	}
	for _, a := range before.Attributes {
		e.attribute(target{ext: ext, attr: a}, after.Attribute(a.Name))
	}
	for _, a := range after.Attributes {
		if before.Attribute(a.Name) == nil && isRequired(a) {
			e.addLacking(ext, nil, a.Name)
		}
	}
}

// addLacking notes that an attribute which is new is required: all resources lack it, or all that hold its extension.
func (e *evolution) addLacking(ext *Schema, where Filter, name string) {
	if ext != nil && where == nil {
		where = hasSchema(ext.ID)
	} else if ext != nil {
		where = And{hasSchema(ext.ID), where}
	}
	e.add(where, "lack the attribute "+name+", which is to be required")
}

func (e *evolution) attribute(t target, after *Attribute) {
	name := t.name()
	held := Present{Path: t.path(), Attr: t.attr}
	switch {
	case after == nil:
		e.add(held, "hold the attribute "+name+", which is to go")
		return
	case !t.attr.storedAlike(after):
		e.add(held, "hold the attribute "+name+", whose type, multiValued, caseExact, uniqueness or being writeOnly is to change")
		return
	case isRequired(after) && !isRequired(t.attr):
		e.addLacking(t.ext, Not{held}, name)
	}
	for _, sub := range t.attr.Sub {
		e.subAttribute(t, sub, after.SubAttribute(sub.Name))
	}
	for _, sub := range after.Sub {
		if t.attr.SubAttribute(sub.Name) == nil && isRequired(sub) {
			e.add(held, "hold the attribute "+name+" without "+sub.Name+", which is to be required")
		}
	}
}

func (e *evolution) subAttribute(t target, sub, after *Attribute) {
	t.sub = sub
	held := Present{Path: t.path(), Attr: t.attr, Sub: sub}
	switch {
	case after == nil:
		e.add(held, "hold the attribute "+t.name()+", which is to go")
	case !sub.storedAlike(after):
		e.add(held, "hold the attribute "+t.name()+", whose type, caseExact, uniqueness or being writeOnly is to change")
	case isRequired(after) && !isRequired(sub):
		inner := Not{Present{Path: AttrPath{Attr: sub.Name}, Attr: sub}}
		e.add(ValueFilter{Path: target{ext: t.ext, attr: t.attr}.path(), Filter: inner, Attr: t.attr}, "lack the attribute "+t.name()+", which is to be required")
	}
}

// storedAlike tells whether a value of one attribute is stored, folded and kept unique as that of the other.
func (a *Attribute) storedAlike(b *Attribute) bool {
	return a.Type == b.Type && a.MultiValued == b.MultiValued && a.CaseExact == b.CaseExact && a.Uniqueness == b.Uniqueness &&
		(a.Mutability == WriteOnly) == (b.Mutability == WriteOnly)
}
