package scim

// selected applies add or replace to the elements that a filter selects. Only they change (RFC 7644 §3.5.2.3). Where
// none matches, one is made of what the filter says, when that is one or several equalities; see
// [Habits].CreateOnNoMatch.
func (p *patcher) selected(op Op, t target, filter Filter, v Value) error {
	bound, err := bindElement(t.attr, filter)
	if err != nil {
		return err
	}
	given, err := p.selectedValue(t, v)
	if err != nil {
		return err
	}
	elements := p.elements(t)
	found := false
	for i, e := range elements {
		if !Match(bound, e.value) {
			continue
		}
		found = true
		elements[i] = element{change(op, t, e.value, given), true}
		if err := t.checkElement(e.value, elements[i].value); err != nil {
			return err
		}
	}
	if !found {
		seed, ok := p.seed(t.attr, filter)
		if !ok || !Match(bound, seed) || !p.habits.CreateOnNoMatch {
			return refuse(TypeNoTarget, "No element of %q matches the filter in the path; add one, or correct the filter.", t.attr.Name)
		}
		elements = append(elements, element{change(OpAdd, t, seed, given), true})
	}
	return p.setElements(t, elements)
}

// selectedValue converts the value for the target: that of a sub-attribute, or one element.
func (p *patcher) selectedValue(t target, v Value) (Value, error) {
	if t.sub != nil {
		return p.convert.attribute(t.sub, t.name(), v)
	}
	if items := v.Items(); p.habits.LooseArity && v.Kind() == KindArray && len(items) == 1 {
		v = items[0]
	}
	converted, err := p.convert.single(t.attr, t.name(), v)
	if err == nil && converted.IsUnassigned() || v.Kind() == KindArray {
		return Value{}, refuse(TypeInvalidValue, "A path with a filter on %q needs one object as value.", t.attr.Name)
	}
	return converted, err
}

// change is an element after add or replace. A replaced element keeps its type and primary unless the value names
// them: the filter found it by them, and losing them silently is what breaks a login.
func change(op Op, t target, have, given Value) Value {
	if t.sub != nil {
		return have.With(t.sub.Name, given)
	}
	if op == OpAdd {
		return overlay(have, given)
	}
	base := Object()
	for _, m := range have.Members() {
		if m.Name == "type" || m.Name == "primary" {
			base = base.With(m.Name, m.Value)
		}
	}
	return overlay(base, given)
}

// seed is the element that a filter of equalities joined by and describes. It reads the unbound filter, whose texts
// are as the client wrote them.
func (p *patcher) seed(a *Attribute, filter Filter) (Value, bool) {
	switch f := filter.(type) {
	case And:
		left, ok := p.seed(a, f.Left)
		if !ok {
			return Value{}, false
		}
		right, ok := p.seed(a, f.Right)
		return overlay(left, right), ok
	case Compare:
		sub := a.SubAttribute(f.Path.Attr)
		if sub == nil || f.Op != Eq || sub.Mutability == ReadOnly {
			return Value{}, false
		}
		value, err := p.convert.single(sub, a.Name+"."+sub.Name, f.Value)
		return Object().With(sub.Name, value), err == nil && !value.IsUnassigned()
	default:
		return Value{}, false
	}
}

// removeSelected removes the elements that a filter selects, or one of their sub-attributes.
func (p *patcher) removeSelected(t target, filter Filter) error {
	bound, err := bindElement(t.attr, filter)
	if err != nil {
		return err
	}
	var kept []element
	for _, e := range p.elements(t) {
		switch {
		case !Match(bound, e.value):
			kept = append(kept, e)
		case t.sub != nil:
			rest := e.value.With(t.sub.Name, Null())
			if err := t.checkElement(e.value, rest); err != nil {
				return err
			}
			kept = append(kept, element{rest, true})
		}
	}
	return p.setElements(t, kept)
}
