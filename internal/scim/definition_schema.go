package scim

import (
	"cmp"
	"strconv"
)

// ParseSchema reads a Schema document (RFC 7643 §7) that an administrator wrote. What it leaves out has the default of
// RFC 7643 §2.2. Two facets are brought to what this server does, so that /Schemas tells the truth: the value of a
// writeOnly attribute is not kept, so it is returned never and its uniqueness is none; a binary is always caseExact.
//
// Errors are *[Error] 400 invalidValue, with the path of the member and what was expected.
func ParseSchema(doc Value) (*Schema, error) {
	r := definitionReader{}
	if err := r.object(doc, "schemas", "id", "name", "description", "attributes", "meta"); err != nil {
		return nil, err
	}
	if err := r.isOf(doc, SchemaURN); err != nil {
		return nil, err
	}
	id, err := r.urn(doc, "id")
	if err != nil {
		return nil, err
	}
	s := &Schema{ID: id}
	if s.Name, err = r.text(doc, "name", maxCanonicalLen); err != nil {
		return nil, err
	}
	if s.Description, err = r.text(doc, "description", maxDescription); err != nil {
		return nil, err
	}
	s.Name = cmp.Or(s.Name, s.ID)
	s.Description = cmp.Or(s.Description, s.Name)
	if s.Attributes, err = r.attributes(doc, "attributes", nil); err != nil {
		return nil, err
	}
	for i, a := range s.Attributes {
		if findAttribute(commonAttributes, a.Name) != nil {
			return nil, definitionReader{"attributes[" + strconv.Itoa(i) + "].name"}.fail("%q is an attribute that every resource has (RFC 7643 §3.1); choose another name.", a.Name)
		}
	}
	return s, nil
}

// isOf checks the document's own schemas, which may be left out.
func (r definitionReader) isOf(doc Value, urn string) error {
	given, ok := doc.Get("schemas")
	if !ok {
		return nil
	}
	if items := given.Items(); len(items) != 1 || !equalName(items[0].Str(), urn) {
		return r.at("schemas").fail("must be [%q].", urn)
	}
	return nil
}

// attributes reads the attributes of a schema, or, where parent is set, of a complex attribute.
func (r definitionReader) attributes(doc Value, name string, parent *Attribute) ([]*Attribute, error) {
	given, _ := doc.Get(name)
	items := given.Items()
	if given.Kind() != KindArray || len(items) == 0 || len(items) > MaxAttributes {
		return nil, r.at(name).fail("must be an array of 1 to %d attributes.", MaxAttributes)
	}
	attrs := make([]*Attribute, 0, len(items))
	for i, item := range items {
		at := r.at(name + "[" + strconv.Itoa(i) + "]")
		a, err := at.attribute(item, parent)
		if err != nil {
			return nil, err
		}
		if findAttribute(attrs, a.Name) != nil {
			return nil, at.at("name").fail("%q is there twice; names differ by more than letter case.", a.Name)
		}
		attrs = append(attrs, a)
	}
	return attrs, nil
}

func (r definitionReader) attribute(v Value, parent *Attribute) (*Attribute, error) {
	known := []string{"name", "type", "multiValued", "description", "required", "canonicalValues", "caseExact", "mutability", "returned", "uniqueness", "referenceTypes", "subAttributes"}
	if err := r.object(v, known...); err != nil {
		return nil, err
	}
	a := &Attribute{}
	var err error
	if a.Name, err = r.attributeName(v, parent); err != nil {
		return nil, err
	}
	if err := r.facets(v, a); err != nil {
		return nil, err
	}
	if err := r.flags(v, a); err != nil {
		return nil, err
	}
	if err := r.lists(v, a, parent); err != nil {
		return nil, err
	}
	a.tellTruth()
	return a, nil
}

// attributeName takes $ref too, where it is a sub-attribute (RFC 7643 §2.4).
func (r definitionReader) attributeName(v Value, parent *Attribute) (string, error) {
	if name, _ := v.Get("name"); parent != nil && name.Str() == "$ref" {
		return name.Str(), nil
	}
	return r.name(v)
}

func (r definitionReader) facets(v Value, a *Attribute) (err error) {
	a.Type, err = keyword(r, v, "type", AttrString, AttrBoolean, AttrDecimal, AttrInteger, AttrDateTime, AttrBinary, AttrReference, AttrComplex)
	if err != nil {
		return err
	}
	if a.Mutability, err = keyword(r, v, "mutability", ReadWrite, ReadOnly, Immutable, WriteOnly); err != nil {
		return err
	}
	if a.Returned, err = keyword(r, v, "returned", ReturnedDefault, ReturnedAlways, ReturnedRequest, ReturnedNever); err != nil {
		return err
	}
	a.Uniqueness, err = keyword(r, v, "uniqueness", UniqueNone, UniqueServer, UniqueGlobal)
	return err
}

func (r definitionReader) flags(v Value, a *Attribute) (err error) {
	if a.Description, err = r.text(v, "description", maxDescription); err != nil {
		return err
	}
	if a.MultiValued, err = r.boolean(v, "multiValued"); err != nil {
		return err
	}
	if a.Required, err = r.boolean(v, "required"); err != nil {
		return err
	}
	a.CaseExact, err = r.boolean(v, "caseExact")
	return err
}

func (r definitionReader) lists(v Value, a, parent *Attribute) (err error) {
	if a.CanonicalValues, err = r.texts(v, "canonicalValues"); err != nil {
		return err
	}
	if a.ReferenceTypes, err = r.texts(v, "referenceTypes"); err != nil {
		return err
	}
	if len(a.ReferenceTypes) > 0 && a.Type != AttrReference {
		return r.at("referenceTypes").fail("belongs to an attribute of type reference; this one is of type %s.", a.Type)
	}
	subs, has := v.Get("subAttributes")
	switch {
	case a.Type == AttrComplex && parent != nil:
		return r.at("type").fail("a sub-attribute cannot be complex (RFC 7643 §2.3.8).")
	case a.MultiValued && parent != nil:
		return r.at("multiValued").fail("a sub-attribute cannot be multi-valued on this server; make the complex attribute multi-valued, or the sub-attribute an attribute.")
	case a.Type == AttrComplex:
		a.Sub, err = r.attributes(v, "subAttributes", a)
		return err
	case has && !subs.IsUnassigned():
		return r.at("subAttributes").fail("belongs to an attribute of type complex; this one is of type %s.", a.Type)
	default:
		return nil
	}
}

// tellTruth brings an attribute's facets to what the server does with it.
func (a *Attribute) tellTruth() {
	if a.Description == "" {
		a.Description = a.Name
	}
	if a.Type == AttrBinary {
		a.CaseExact = true
	}
	if a.Mutability != WriteOnly {
		return
	}
	a.Returned, a.Uniqueness = ReturnedNever, UniqueNone
	for _, sub := range a.Sub {
		sub.Mutability = WriteOnly
		sub.tellTruth()
	}
}

// Document is the schema as it is stored and read again by [ParseSchema].
func (s *Schema) Document() Value {
	return Object(
		Member{"schemas", texts(SchemaURN)},
		Member{"id", String(s.ID)},
		Member{"name", String(s.Name)},
		Member{"description", String(s.Description)},
		Member{"attributes", describeAll(s.Attributes)},
	)
}
