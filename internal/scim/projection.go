package scim

import "strings"

// Projection is what the attributes or excludedAttributes parameter asks for. The zero Projection is the default
// representation.
type Projection struct {
	rt      *ResourceType
	include bool
	targets []target
	given   []target // by the client in the write that is answered
}

// byDefault is the default representation of a type that leaves out some of the stored document.
func (rt *ResourceType) byDefault() Projection { return Projection{rt: rt} }

// ParseProjection reads the two parameters, each a comma-separated list of attribute names in the form of RFC 7644
// §3.10. Names that lead nowhere are ignored, as are id and schemas, which are always answered (§3.9). Both
// parameters at once are *[Error] 400 invalidValue.
func (rt *ResourceType) ParseProjection(attributes, excluded string) (Projection, error) {
	attributes, excluded = strings.TrimSpace(attributes), strings.TrimSpace(excluded)
	switch {
	case attributes != "" && excluded != "":
		return Projection{}, refuse(TypeInvalidValue, "attributes and excludedAttributes cannot be combined; leave one of them out.")
	case attributes != "":
		return Projection{rt: rt, include: true, targets: rt.targets(attributes)}, nil
	case excluded != "":
		return Projection{rt: rt, targets: rt.targets(excluded)}, nil
	default:
		return Projection{}, nil
	}
}

func (rt *ResourceType) targets(names string) []target {
	var targets []target
	for name := range strings.SplitSeq(names, ",") {
		if t, ok := rt.named(strings.TrimSpace(name)); ok {
			targets = append(targets, t)
		}
	}
	return targets
}

// named resolves a name of a projection. The zero target stands for the whole core schema.
func (rt *ResourceType) named(name string) (target, bool) {
	if equalName(name, rt.Core.ID) {
		return target{}, true
	}
	path, err := ParsePath(name)
	if err != nil || path.Filter != nil {
		return target{}, false
	}
	return rt.resolve(path.Attr)
}

// IsZero tells whether the default representation is asked for.
func (p Projection) IsZero() bool { return p.rt == nil }

// Wants tells whether an answer may hold anything of a top-level attribute or extension, so that a caller need not
// load what it would leave out: Wants("members").
func (p Projection) Wants(name string) bool {
	return p.IsZero() || p.verdict(name) != keepNone
}

type verdict uint8

const (
	keepNone verdict = iota
	keepSome
	keepAll
)

// verdict is what the projection does to a top-level member that an answer holds beside the stored document.
func (p Projection) verdict(name string) verdict {
	ext := p.rt.extension(name)
	if ext == nil {
		return p.attributeVerdict(nil, p.rt.coreAttribute(name))
	}
	least, most := keepAll, keepNone
	for _, a := range ext.Attributes {
		v := p.attributeVerdict(ext, a)
		least, most = min(least, v), max(most, v)
	}
	if most != least {
		return keepSome
	}
	return most
}

// attributeVerdict is what it does to an attribute (RFC 7643 §7 returned, RFC 7644 §3.9).
func (p Projection) attributeVerdict(ext *Schema, a *Attribute) verdict {
	if a == nil || a.Returned == ReturnedNever || a.Mutability == WriteOnly {
		return keepNone
	}
	whole, part := p.names(ext, a)
	switch {
	case a.Returned == ReturnedAlways, p.include && whole:
		return p.wholeVerdict(a, part)
	case p.include && part:
		return keepSome
	case p.include, whole, a.Returned == ReturnedRequest && !p.isGiven(ext, a):
		return keepNone
	default:
		return p.wholeVerdict(a, part)
	}
}

// wholeVerdict is that of an attribute of which no more is left out than single sub-attributes.
func (p Projection) wholeVerdict(a *Attribute, part bool) verdict {
	if part && !p.include {
		return keepSome
	}
	for _, sub := range a.Sub {
		if sub.Returned == ReturnedRequest || sub.Returned == ReturnedNever {
			return keepSome
		}
	}
	return keepAll
}

// names tells whether the parameter names an attribute, itself or by its schema, and whether it names a part of it.
func (p Projection) names(ext *Schema, a *Attribute) (whole, part bool) {
	for _, t := range p.targets {
		switch {
		case t.ext != ext:
		case t.attr == nil || equalName(t.attr.Name, a.Name) && t.sub == nil:
			whole = true
		case equalName(t.attr.Name, a.Name):
			part = true
		}
	}
	return whole, part
}

// project is what remains of a top-level member; unassigned where nothing does.
func (p Projection) project(name string, v Value) Value {
	ext := p.rt.extension(name)
	if ext == nil {
		return p.projectAttribute(nil, p.rt.coreAttribute(name), v)
	}
	kept := make([]Member, 0, len(v.Members()))
	for _, m := range v.Members() {
		if left := p.projectAttribute(ext, ext.Attribute(m.Name), m.Value); !left.IsUnassigned() {
			kept = append(kept, Member{m.Name, left})
		}
	}
	return Object(kept...)
}

func (p Projection) projectAttribute(ext *Schema, a *Attribute, v Value) Value {
	switch p.attributeVerdict(ext, a) {
	case keepAll:
		return v
	case keepSome:
		return p.subAttributes(ext, a, v)
	default:
		return Null()
	}
}

// subAttributes is what remains of a complex value, or of each element.
func (p Projection) subAttributes(ext *Schema, a *Attribute, v Value) Value {
	if v.Kind() == KindArray {
		var items []Value
		for _, item := range v.Items() {
			if item = p.subAttributes(ext, a, item); !item.IsUnassigned() {
				items = append(items, item)
			}
		}
		return Array(items...)
	}
	whole, _ := p.names(ext, a)
	kept := make([]Member, 0, len(v.Members()))
	for _, m := range v.Members() {
		if sub := a.SubAttribute(m.Name); sub != nil && p.keepsSub(ext, a, sub, whole) {
			kept = append(kept, m)
		}
	}
	return Object(kept...)
}

func (p Projection) keepsSub(ext *Schema, a, sub *Attribute, whole bool) bool {
	named := p.namesSub(ext, a.Name, sub.Name)
	switch {
	case sub.Returned == ReturnedNever || sub.Mutability == WriteOnly:
		return false
	case sub.Returned == ReturnedAlways:
		return true
	case p.include && named:
		return true
	case p.include:
		return sub.Returned == ReturnedDefault && (whole || a.Returned == ReturnedAlways)
	default:
		return sub.Returned == ReturnedDefault && !named
	}
}

func (p Projection) namesSub(ext *Schema, name, sub string) bool {
	for _, t := range p.targets {
		if t.ext == ext && t.sub != nil && equalName(t.attr.Name, name) && equalName(t.sub.Name, sub) {
			return true
		}
	}
	return false
}

// appendRaw appends a ready member as far as it is wanted; it is parsed only where part of it is.
func (p Projection) appendRaw(b []byte, m RawMember) ([]byte, error) {
	switch p.verdict(m.Name) {
	case keepAll:
		return appendRaw(b, m.Name, m.JSON), nil
	case keepNone:
		return b, nil
	case keepSome:
	}
	if len(m.JSON) == 0 {
		return b, nil
	}
	v, err := Decode(m.JSON, storedLimits)
	if err != nil {
		return nil, err
	}
	return appendValue(b, m.Name, p.project(m.Name, v)), nil
}
