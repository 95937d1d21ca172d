package scim

// element is one element of a multi-valued attribute while it is patched.
type element struct {
	value Value
	fresh bool // the operation at hand made or changed it
}

func (p *patcher) elements(t target) []element {
	items := p.get(t).Items()
	elements := make([]element, len(items))
	for i, item := range items {
		elements[i].value = item
	}
	return elements
}

// without is the elements with the target's sub-attribute removed.
func (t target) without(elements []element) ([]element, error) {
	for i, e := range elements {
		elements[i].value = e.value.With(t.sub.Name, Null())
		if err := t.checkElement(e.value, elements[i].value); err != nil {
			return nil, err
		}
	}
	return elements, nil
}

// setElements stores a multi-valued attribute's elements: duplicates collapsed, at most one primary, within bounds.
func (p *patcher) setElements(t target, elements []element) error {
	elements, err := t.collapse(elements)
	if err != nil {
		return err
	}
	if err := electPrimary(t, elements); err != nil {
		return err
	}
	items := make([]Value, 0, len(elements))
	size := 0
	for _, e := range elements {
		if e.value.IsUnassigned() {
			continue
		}
		items = append(items, e.value)
		size += weight(e.value)
	}
	if size > MaxAttributeBytes {
		return refuse(TypeInvalidValue, "Attribute %q holds more than %d bytes.", t.path().Attr, MaxAttributeBytes)
	}
	p.set(t, Array(items...))
	return nil
}

// weight is about what an element costs to store.
func weight(v Value) int {
	const structure = 16
	size := structure + len(v.text)
	for _, m := range v.Members() {
		size += len(m.Name) + weight(m.Value)
	}
	return size
}

// electPrimary keeps primary on one element at most (RFC 7643 §2.4): the new one takes it from the old (RFC 7644
// §3.5.2), and two new ones at once are refused, since there is no telling which is meant.
func electPrimary(t target, elements []element) error {
	elected := 0
	for _, e := range elements {
		if e.fresh && isPrimary(e.value) {
			elected++
		}
	}
	if elected > 1 {
		return refuse(TypeInvalidValue, "Attribute %q has more than one element with primary true.", t.path().Attr)
	}
	if elected == 0 {
		return nil
	}
	for i, e := range elements {
		if !e.fresh && isPrimary(e.value) {
			elements[i].value = e.value.With("primary", Bool(false))
		}
	}
	return nil
}

func isPrimary(v Value) bool {
	primary, _ := v.Get("primary")
	return primary.Truth()
}

// collapse merges elements of the same type and value into the first of them (RFC 7643 §2.4: such pairs should not
// repeat).
func (t target) collapse(elements []element) ([]element, error) {
	if len(elements) < 2 {
		return elements, nil
	}
	first := make(map[string]int, len(elements))
	kept := elements[:0]
	for _, e := range elements {
		key := identity(t.attr, e.value)
		i, repeated := first[key]
		if !repeated {
			first[key] = len(kept)
			kept = append(kept, e)
			continue
		}
		merged := overlay(kept[i].value, e.value)
		if err := t.checkElement(kept[i].value, merged); err != nil {
			return nil, err
		}
		kept[i].value = merged
		kept[i].fresh = kept[i].fresh || e.fresh
	}
	return kept, nil
}

// identity is the key of an element among its kind: its type and value as they are compared, or all of it where it
// has no value.
func identity(a *Attribute, v Value) string {
	if a.Type != AttrComplex {
		return a.folded(v).Str() + v.NumberText()
	}
	value, ok := v.Get("value")
	if !ok {
		return string(v.AppendJSON(nil))
	}
	key := a.SubAttribute("value").folded(value).Str()
	if kind, ok := v.Get("type"); ok {
		key = Fold(kind.Str()) + "\x00" + key
	}
	return key
}

// many applies add or replace to a multi-valued attribute without a filter.
func (p *patcher) many(op Op, t target, v Value) error {
	elements := p.elements(t)
	if t.sub != nil {
		return p.everySub(t, elements, v)
	}
	items, err := p.convert.elements(t.attr, t.name(), v)
	if err != nil {
		return err
	}
	if op == OpReplace {
		elements = nil
	}
	for _, item := range items {
		elements = append(elements, element{item, true})
	}
	return p.setElements(t, elements)
}

// everySub sets a sub-attribute of all elements, of which there is then at least one.
func (p *patcher) everySub(t target, elements []element, v Value) error {
	converted, err := p.convert.attribute(t.sub, t.name(), v)
	if err != nil {
		return err
	}
	if len(elements) == 0 {
		elements = []element{{value: Object()}}
	}
	for i, e := range elements {
		elements[i] = element{e.value.With(t.sub.Name, converted), true}
		if err := t.checkElement(e.value, elements[i].value); err != nil {
			return err
		}
	}
	return p.setElements(t, elements)
}

// removeListed removes the elements that are listed: those that agree with a listed one in all that it says. A
// listed text stands for its value.
func (p *patcher) removeListed(t target, v Value) error {
	listed, err := p.convert.elements(t.attr, t.name(), v)
	if err != nil {
		return err
	}
	var kept []element
	for _, e := range p.elements(t) {
		if !agreesWithAny(t.attr, e.value, listed) {
			kept = append(kept, e)
		}
	}
	return p.setElements(t, kept)
}

func agreesWithAny(a *Attribute, have Value, listed []Value) bool {
	for _, l := range listed {
		if agrees(a, have, l) {
			return true
		}
	}
	return false
}

// agrees compares by value and type where a value is listed: clients list what they last saw of the other
// sub-attributes.
func agrees(a *Attribute, have, listed Value) bool {
	if a.Type != AttrComplex {
		return a.folded(have).Equal(a.folded(listed))
	}
	_, byValue := listed.Get("value")
	for _, m := range listed.Members() {
		if byValue && m.Name != "value" && m.Name != "type" {
			continue
		}
		sub := a.SubAttribute(m.Name)
		got, ok := have.Get(m.Name)
		if !ok || !sub.folded(got).Equal(sub.folded(m.Value)) {
			return false
		}
	}
	return len(listed.Members()) > 0
}
