package scim

// CheckRequired refuses a document that lacks a required attribute, sub-attribute or extension (400 invalidValue). What
// is readOnly is not the client's to give, and what is writeOnly is not in a document.
func (rt *ResourceType) CheckRequired(doc Value) error {
	if err := rt.checkRequired(doc, isRequired); err != nil {
		return err
	}
	for _, x := range rt.Extensions {
		if _, present := doc.Get(x.Schema.ID); x.Required && !present {
			return refuse(TypeInvalidValue, "The extension %q is required.", x.Schema.ID)
		}
	}
	return nil
}

func isRequired(a *Attribute) bool { return a.Required && a.isKept() && a.Mutability != ReadOnly }

// isRequiredSecret picks what must come with a whole resource though it is not kept.
func isRequiredSecret(a *Attribute) bool {
	return a.Required && a.Mutability == WriteOnly && !a.detached
}

func (rt *ResourceType) checkRequired(doc Value, required func(*Attribute) bool) error {
	if err := checkRequired(rt.Core.Attributes, nil, doc, required); err != nil {
		return err
	}
	for _, x := range rt.Extensions {
		ext, present := doc.Get(x.Schema.ID)
		if !present && !x.Required {
			continue
		}
		if err := checkRequired(x.Schema.Attributes, nil, ext, required); err != nil {
			return err
		}
	}
	return nil
}

// checkRequired looks at the attributes of a schema, or at the sub-attributes of one value of parent.
func checkRequired(attrs []*Attribute, parent *Attribute, doc Value, required func(*Attribute) bool) error {
	for _, a := range attrs {
		wanted := required(a)
		if !wanted && a.Type != AttrComplex {
			continue
		}
		v, ok := doc.Get(a.Name)
		if wanted && !ok {
			return refuse(TypeInvalidValue, "Attribute %q is required.", a.nameIn(parent))
		}
		if !ok || a.detached {
			continue
		}
		for _, element := range elementsOf(v) {
			if err := checkRequired(a.Sub, a, element, required); err != nil {
				return err
			}
		}
	}
	return nil
}

// nameIn is what error texts call the attribute; parent is nil for one that is no sub-attribute.
func (a *Attribute) nameIn(parent *Attribute) string {
	if parent == nil {
		return a.Name
	}
	return parent.Name + "." + a.Name
}

// elementsOf gives the elements of a multi-valued attribute, or the one value of another.
func elementsOf(v Value) []Value {
	if v.Kind() == KindArray {
		return v.Items()
	}
	return []Value{v}
}

// CheckImmutable refuses a document that changes or removes an immutable attribute of the one before (400 mutability,
// RFC 7644 §3.5.1). Setting one that had no value is allowed.
func (rt *ResourceType) CheckImmutable(before, after Value) error {
	if err := checkImmutable(rt.Core.Attributes, nil, before, after); err != nil {
		return err
	}
	for _, x := range rt.Extensions {
		was, _ := before.Get(x.Schema.ID)
		is, _ := after.Get(x.Schema.ID)
		if err := checkImmutable(x.Schema.Attributes, nil, was, is); err != nil {
			return err
		}
	}
	return nil
}

func checkImmutable(attrs []*Attribute, parent *Attribute, before, after Value) error {
	for _, a := range attrs {
		if a.Mutability != Immutable && a.Type != AttrComplex {
			continue
		}
		was, had := before.Get(a.Name)
		is, has := after.Get(a.Name)
		switch {
		case !had:
		case a.Mutability == Immutable && !a.same(was, is):
			return refuse(TypeMutability, "%q cannot be changed once it is set; leave it as it is, or create the resource anew.", a.nameIn(parent))
		case a.Type == AttrComplex && !a.MultiValued && has:
			if err := checkImmutable(a.Sub, a, was, is); err != nil {
				return err
			}
		}
	}
	return nil
}

// same compares two values as the attribute's values are compared.
func (a *Attribute) same(v, w Value) bool {
	fold := func(leaf *Attribute, v Value) Value { return leaf.folded(v) }
	if a.MultiValued {
		return rebuildElements(a, v, fold).Equal(rebuildElements(a, w, fold))
	}
	return rebuildValue(a, v, fold).Equal(rebuildValue(a, w, fold))
}

// checkElement refuses a change of an immutable sub-attribute within one element, such as the value of a member (RFC
// 7643 §4.2). Elements as a whole may come and go.
func (t target) checkElement(before, after Value) error {
	return checkImmutable(t.attr.Sub, t.attr, before, after)
}

// Succeed makes the document to store of a canonical one that replaces another by PUT (RFC 7644 §3.5.1): an immutable
// attribute that it does not mention stays, and one that it would change is 400 mutability.
func (rt *ResourceType) Succeed(before, after Value) (Value, error) {
	doc := after
	for _, a := range rt.Core.Attributes {
		doc = keepImmutable(a, before, doc)
	}
	for _, x := range rt.Extensions {
		was, had := before.Get(x.Schema.ID)
		if !had {
			continue
		}
		is, _ := doc.Get(x.Schema.ID)
		kept := is
		for _, a := range x.Schema.Attributes {
			kept = keepImmutable(a, was, kept)
		}
		if !kept.Equal(is) {
			doc = doc.With(x.Schema.ID, kept)
		}
	}
	if !doc.Equal(after) {
		doc = rt.tidy(doc)
	}
	return doc, rt.CheckImmutable(before, doc)
}

func keepImmutable(a *Attribute, before, doc Value) Value {
	if a.Mutability != Immutable || a.detached {
		return doc
	}
	if _, given := doc.Get(a.Name); given {
		return doc
	}
	was, _ := before.Get(a.Name)
	if was.IsUnassigned() {
		return doc
	}
	return doc.With(a.Name, was)
}
