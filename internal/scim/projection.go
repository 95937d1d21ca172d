package scim

import "strings"

// Projection is what the attributes or excludedAttributes parameter asks for. The zero Projection is the default
// representation.
type Projection struct {
	rt      *ResourceType
	include bool
	targets []target
}

// ParseProjection reads the two parameters, each a comma-separated list of attribute names in the form of RFC 7644
// §3.10. Names that lead nowhere are ignored, as are id and schemas, which are always answered (§3.9). Both
// parameters at once are *[Error] 400 invalidValue.
func (rt *ResourceType) ParseProjection(attributes, excluded string) (Projection, error) {
	attributes, excluded = strings.TrimSpace(attributes), strings.TrimSpace(excluded)
	switch {
	case attributes != "" && excluded != "":
		return Projection{}, refuse(TypeInvalidValue, "attributes and excludedAttributes cannot be combined.")
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

// verdict is what the projection does to a top-level member, which is an attribute's name or an extension's URN.
func (p Projection) verdict(name string) verdict {
	return p.judge(func(t target) (concerns, whole bool) {
		if ext := p.rt.extension(name); ext != nil {
			return t.ext == ext, t.attr == nil
		}
		if t.ext != nil {
			return false, false
		}
		return t.attr == nil || equalName(t.attr.Name, name), t.sub == nil
	}, equalName(name, "id") || equalName(name, "schemas"))
}

// attributeVerdict is what it does to an attribute of an extension.
func (p Projection) attributeVerdict(ext *Schema, name string) verdict {
	return p.judge(func(t target) (concerns, whole bool) {
		return t.ext == ext && (t.attr == nil || equalName(t.attr.Name, name)), t.sub == nil
	}, false)
}

// judge weighs the targets that concern something; whole is set where one covers all of it.
func (p Projection) judge(weigh func(target) (concerns, whole bool), always bool) verdict {
	if always {
		return keepAll
	}
	named := keepNone
	for _, t := range p.targets {
		if concerns, whole := weigh(t); concerns && whole {
			named = keepAll
		} else if concerns {
			named = max(named, keepSome)
		}
	}
	if p.include {
		return named
	}
	return keepAll - named
}

// project is what remains of a top-level member; unassigned where nothing does.
func (p Projection) project(name string, v Value) Value {
	switch p.verdict(name) {
	case keepAll:
		return v
	case keepNone:
		return Null()
	case keepSome:
	}
	ext := p.rt.extension(name)
	if ext == nil {
		return p.subAttributes(nil, name, v)
	}
	kept := Object()
	for _, m := range v.Members() {
		switch p.attributeVerdict(ext, m.Name) {
		case keepAll:
			kept = kept.with(m.Name, m.Value)
		case keepSome:
			kept = kept.with(m.Name, p.subAttributes(ext, m.Name, m.Value))
		case keepNone:
		}
	}
	return kept
}

// subAttributes keeps or drops the named sub-attributes of a complex value, or of each element.
func (p Projection) subAttributes(ext *Schema, name string, v Value) Value {
	if v.Kind() == KindArray {
		var items []Value
		for _, item := range v.Items() {
			if item = p.subAttributes(ext, name, item); !item.IsUnassigned() {
				items = append(items, item)
			}
		}
		return Array(items...)
	}
	kept := Object()
	for _, m := range v.Members() {
		if p.namesSub(ext, name, m.Name) == p.include {
			kept = kept.with(m.Name, m.Value)
		}
	}
	return kept
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
