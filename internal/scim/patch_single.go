package scim

// one applies add or replace to a single-valued attribute.
func (p *patcher) one(op Op, t target, v Value) error {
	if t.attr.Type == AttrComplex {
		return p.oneComplex(op, t, v)
	}
	converted, err := p.convert.attribute(t.attr, t.name(), v)
	if err != nil {
		return err
	}
	p.set(t, converted)
	return nil
}

// oneComplex merges sub-attributes into a complex value: both operations leave those alone that the value does not
// name (RFC 7644 §3.5.2.1, §3.5.2.3).
func (p *patcher) oneComplex(op Op, t target, v Value) error {
	given, err := p.convert.attribute(t.leaf(), t.name(), v)
	if err != nil {
		return err
	}
	current := p.get(t)
	base := current
	switch {
	case t.sub != nil:
		base = current.With(t.sub.Name, Null())
		given = Object().With(t.sub.Name, given)
	case op == OpReplace:
		base = withoutNulls(t.attr, current, v)
	}
	if changesValue(current, given) {
		base = Object() // a new manager does not inherit the former one's $ref
	}
	p.setComplex(t, overlay(base, given))
	return nil
}

// setComplex sets a single complex value. One that lost its "value" goes altogether: a manager's $ref alone would go on
// pointing at the manager who was removed.
func (p *patcher) setComplex(t target, v Value) {
	_, had := p.get(t).Get("value")
	if _, has := v.Get("value"); had && !has {
		v = Null()
	}
	p.set(t, v)
}

// changesValue tells whether given names another "value" than current has.
func changesValue(current, given Value) bool {
	was, had := current.Get("value")
	next, names := given.Get("value")
	return had && names && !was.Equal(next)
}

// overlay is base with the members of given.
func overlay(base, given Value) Value {
	for _, m := range given.Members() {
		base = base.With(m.Name, m.Value)
	}
	return base
}

// withoutNulls is current without the sub-attributes that a replacing object names with null (RFC 7643 §2.5).
func withoutNulls(a *Attribute, current, v Value) Value {
	for _, m := range v.Members() {
		sub := a.SubAttribute(m.Name)
		if sub != nil && sub.Mutability != ReadOnly && m.Value.IsUnassigned() {
			current = current.With(sub.Name, Null())
		}
	}
	return current
}

// remove applies remove (RFC 7644 §3.5.2.2). Removing what is not there changes nothing.
func (p *patcher) remove(t target, filter Filter, v Value) error {
	if t.leaf().Required && filter == nil {
		return refuse(TypeMutability, "%q is required and cannot be removed; replace it instead.", t.name())
	}
	switch {
	case filter != nil:
		return p.removeSelected(t, filter)
	case t.attr.MultiValued && t.sub != nil:
		rest, err := t.without(p.elements(t))
		if err != nil {
			return err
		}
		return p.setElements(t, rest)
	case t.sub != nil:
		p.setComplex(t, p.get(t).With(t.sub.Name, Null()))
		return nil
	case t.attr.MultiValued && !v.IsUnassigned() && p.habits.RemoveListed:
		return p.removeListed(t, v)
	default:
		p.set(t, Null())
		return nil
	}
}
