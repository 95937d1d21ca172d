package scim

// AfterBody is the projection of the answer to a POST or PUT of a body: what is returned on request only is answered
// where the body gives it (RFC 7643 §7, returned).
func (p Projection) AfterBody(rt *ResourceType, body Value) Projection {
	return p.after(rt, func() []target { return rt.givenBy(body) })
}

// AfterPatch is AfterBody for the operations of a PATCH.
func (p Projection) AfterPatch(rt *ResourceType, ops []Operation) Projection {
	return p.after(rt, func() (given []target) {
		for _, op := range ops {
			if !op.HasPath {
				given = append(given, rt.givenBy(op.Value)...)
			} else if t, ok := rt.resolve(op.Path.Attr); ok {
				given = append(given, t)
			}
		}
		return given
	})
}

// after adds what a write gave, for a type that leaves anything out by default.
func (p Projection) after(rt *ResourceType, given func() []target) Projection {
	if !rt.selective {
		return p
	}
	if p.IsZero() {
		p = rt.byDefault()
	}
	p.given = given()
	return p
}

// givenBy are the attributes that an object of a request names.
func (rt *ResourceType) givenBy(object Value) (given []target) {
	for _, m := range object.Members() {
		if ext := rt.extension(m.Name); ext != nil {
			for _, inner := range m.Value.Members() {
				if a := ext.Attribute(inner.Name); a != nil {
					given = append(given, target{ext: ext, attr: a})
				}
			}
			continue
		}
		if t, ok := rt.named(m.Name); ok && t.attr != nil {
			given = append(given, t)
		}
	}
	return given
}

// isGiven tells whether the write gave an attribute or a part of it.
func (p Projection) isGiven(ext *Schema, a *Attribute) bool {
	for _, t := range p.given {
		if t.ext == ext && equalName(t.attr.Name, a.Name) {
			return true
		}
	}
	return false
}
