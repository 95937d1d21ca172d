package scim

// target is where a name leads in a resource type: an attribute, a sub-attribute, or a whole extension (attr is nil).
type target struct {
	ext  *Schema // nil for core and common attributes
	attr *Attribute
	sub  *Attribute
}

// path is the target's name in the schema's letter case.
func (t target) path() AttrPath {
	var p AttrPath
	if t.ext != nil {
		p.URN = t.ext.ID
	}
	if t.attr != nil {
		p.Attr = t.attr.Name
	}
	if t.sub != nil {
		p.Sub = t.sub.Name
	}
	return p
}

// name is how error texts call the target.
func (t target) name() string {
	if t.attr == nil {
		return t.ext.ID
	}
	return t.path().String()
}

// leaf is the attribute that the target's value must conform to.
func (t target) leaf() *Attribute {
	if t.sub != nil {
		return t.sub
	}
	return t.attr
}

func (t target) readOnly() bool {
	if t.attr == nil {
		for _, a := range t.ext.Attributes {
			if a.Mutability != ReadOnly {
				return false
			}
		}
		return true
	}
	return t.attr.Mutability == ReadOnly || t.leaf().Mutability == ReadOnly
}

// resolve finds what a path names, letter case aside (RFC 7643 §2.1). Core attributes may carry the core URN (RFC
// 7644 §3.10). An attribute of an extension is found without its URN where the core schema has no such name: clients
// write manager so.
func (rt *ResourceType) resolve(p AttrPath) (target, bool) {
	if p.URN == "" {
		return rt.resolveBare(p)
	}
	if equalName(p.URN, rt.Core.ID) {
		return withSub(target{attr: rt.coreAttribute(p.Attr)}, p.Sub)
	}
	if ext := rt.extension(p.URN); ext != nil {
		return withSub(target{ext: ext, attr: ext.Attribute(p.Attr)}, p.Sub)
	}
	// "urn:…:2.0:User" is read as attribute User of schema "urn:…:2.0" until somebody knows the schemas.
	if ext := rt.extension(p.String()); ext != nil {
		return target{ext: ext}, true
	}
	return target{}, false
}

func (rt *ResourceType) resolveBare(p AttrPath) (target, bool) {
	if a := rt.coreAttribute(p.Attr); a != nil {
		return withSub(target{attr: a}, p.Sub)
	}
	for _, x := range rt.Extensions {
		if a := x.Schema.Attribute(p.Attr); a != nil {
			return withSub(target{ext: x.Schema, attr: a}, p.Sub)
		}
	}
	return target{}, false
}

// coreAttribute finds a core or common attribute.
func (rt *ResourceType) coreAttribute(name string) *Attribute {
	if a := rt.Core.Attribute(name); a != nil {
		return a
	}
	return findAttribute(commonAttributes, name)
}

func withSub(t target, sub string) (target, bool) {
	if t.attr == nil {
		return target{}, false
	}
	if sub == "" {
		return t, true
	}
	t.sub = t.attr.SubAttribute(sub)
	return t, t.sub != nil
}
