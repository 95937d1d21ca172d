package scim

// The tables below are built once and never changed; these constructors set RFC 7643 §2.2's default characteristics
// (optional, caseExact false, readWrite, returned by default, not unique) and leave the exceptions to be seen.

func text(name, description string) *Attribute {
	return &Attribute{
		Name: name, Description: description, Type: AttrString,
		Mutability: ReadWrite, Returned: ReturnedDefault, Uniqueness: UniqueNone,
	}
}

func typed(t AttrType, name, description string) *Attribute {
	a := text(name, description)
	a.Type = t
	return a
}

func reference(name, description string, types ...string) *Attribute {
	a := typed(AttrReference, name, description)
	a.CaseExact = true // RFC 7643 §2.3.7
	a.ReferenceTypes = types
	return a
}

func complexAttr(name, description string, sub ...*Attribute) *Attribute {
	a := typed(AttrComplex, name, description)
	a.Sub = sub
	return a
}

func multi(a *Attribute) *Attribute {
	a.MultiValued = true
	return a
}

func readOnly(a *Attribute) *Attribute {
	a.Mutability = ReadOnly
	for _, s := range a.Sub {
		s.Mutability = ReadOnly
	}
	return a
}

// labels are the sub-attributes that tell elements of a multi-valued attribute apart (RFC 7643 §2.4).
func labels(canonicalTypes ...string) []*Attribute {
	kind := text("type", "A label indicating the attribute's function.")
	kind.CanonicalValues = canonicalTypes
	return []*Attribute{
		text("display", "A human-readable name, primarily used for display purposes."),
		kind,
		typed(AttrBoolean, "primary", "Whether this is the preferred value; true for one value at most."),
	}
}

// plural is a multi-valued complex attribute with a value and the labels.
func plural(name, description string, value *Attribute, canonicalTypes ...string) *Attribute {
	return multi(complexAttr(name, description, append([]*Attribute{value}, labels(canonicalTypes...)...)...))
}

// commonAttributes are known on every resource though no schema lists them (RFC 7643 §3.1). Only externalId is the
// client's to write; schemas follows from the document.
var commonAttributes = []*Attribute{
	multi(&Attribute{
		Name: "schemas", Description: "The URNs of the schemas that are present.", Type: AttrReference, Required: true,
		CaseExact: true, Mutability: ReadWrite, Returned: ReturnedAlways, Uniqueness: UniqueNone, ReferenceTypes: []string{"uri"}, detached: true,
	}),
	{
		Name: "id", Description: "The identifier that the service gave the resource.", Type: AttrString, Required: true,
		CaseExact: true, Mutability: ReadOnly, Returned: ReturnedAlways, Uniqueness: UniqueServer,
	},
	externalID,
	metaAttribute(),
}

var externalID = &Attribute{
	Name: "externalId", Description: "The identifier that the client gave the resource.", Type: AttrString,
	CaseExact: true, Mutability: ReadWrite, Returned: ReturnedDefault, Uniqueness: UniqueNone,
}

func metaAttribute() *Attribute {
	exact := func(a *Attribute) *Attribute {
		a.CaseExact = true
		return a
	}
	return readOnly(complexAttr("meta", "Resource metadata.",
		exact(text("resourceType", "The name of the resource type.")),
		typed(AttrDateTime, "created", "When the resource was created."),
		typed(AttrDateTime, "lastModified", "When the resource was last changed."),
		reference("location", "The URI of the resource.", "uri"),
		exact(text("version", "The version of the resource, as its entity tag.")),
	))
}
