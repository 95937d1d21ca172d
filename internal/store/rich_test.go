package store

import "roster/internal/scim"

// richType is the User type with an extension that has what User lacks: every
// data type, single and multi-valued, plain and within complex attributes.
var richType = func() *scim.ResourceType {
	attr := func(name string, typ scim.AttrType) *scim.Attribute {
		return &scim.Attribute{Name: name, Type: typ, Mutability: scim.ReadWrite, Returned: scim.ReturnedDefault}
	}
	exact := func(a *scim.Attribute) *scim.Attribute {
		a.CaseExact = true
		return a
	}
	many := func(a *scim.Attribute) *scim.Attribute {
		a.MultiValued = true
		return a
	}
	of := func(name string, sub ...*scim.Attribute) *scim.Attribute {
		a := attr(name, scim.AttrComplex)
		a.Sub = sub
		return a
	}
	rt := *scim.UserType()
	rt.Extensions = append(append([]scim.Extension{}, rt.Extensions...), scim.Extension{Schema: &scim.Schema{ID: "urn:example:Rich", Attributes: []*scim.Attribute{
		attr("count", scim.AttrInteger), attr("ratio", scim.AttrDecimal), attr("seen", scim.AttrDateTime), attr("flag", scim.AttrBoolean),
		exact(attr("badge", scim.AttrString)), exact(attr("link", scim.AttrReference)), exact(attr("blob", scim.AttrBinary)),
		many(attr("tags", scim.AttrString)), many(exact(attr("codes", scim.AttrString))), many(attr("ports", scim.AttrInteger)),
		many(attr("times", scim.AttrDateTime)), many(attr("flags", scim.AttrBoolean)),
		of("box", attr("size", scim.AttrDecimal), attr("packed", scim.AttrDateTime), attr("full", scim.AttrBoolean)),
		many(of("boxes", attr("value", scim.AttrInteger), attr("packed", scim.AttrDateTime), attr("primary", scim.AttrBoolean))),
	}}})
	return &rt
}()
