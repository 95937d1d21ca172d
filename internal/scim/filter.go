package scim

// Filter is a node of a filter expression: [And], [Or], [Not], [Compare], [Present] or [ValueFilter], each by value.
// [ParseFilter] makes unbound nodes, which hold names as written; [ResourceType.Bind] makes bound ones. [None] is in
// bound ones only.
type Filter interface{ isFilter() }

// AttrPath names an attribute. In an unbound filter it is as written. In a bound one Attr and Sub have the schema's
// letter case, and URN is the extension's URN, or empty for core and common attributes.
type AttrPath struct{ URN, Attr, Sub string }

// String is the path as RFC 7644 §3.10 writes it.
func (p AttrPath) String() string {
	s := p.Attr
	if p.URN != "" {
		s = p.URN + ":" + s
	}
	if p.Sub != "" {
		s += "." + p.Sub
	}
	return s
}

// CompareOp is a comparison operator of RFC 7644 §3.4.2.2.
type CompareOp string

// The comparison operators of RFC 7644 §3.4.2.2 table 3, without pr, which is [Present].
const (
	Eq CompareOp = "eq"
	Ne CompareOp = "ne"
	Co CompareOp = "co"
	Sw CompareOp = "sw"
	Ew CompareOp = "ew"
	Gt CompareOp = "gt"
	Ge CompareOp = "ge"
	Lt CompareOp = "lt"
	Le CompareOp = "le"
)

// compareOps has those first that identity providers send.
var compareOps = [...]CompareOp{Eq, Gt, Ge, Co, Sw, Ew, Ne, Lt, Le}

// And holds when both sides do.
type And struct{ Left, Right Filter }

// Or holds when either side does.
type Or struct{ Left, Right Filter }

// Not holds when Filter does not.
type Not struct{ Filter Filter }

// Compare holds when any value of the attribute compares so to Value. An attribute without a value compares to
// nothing: every operator is false on it, ne as well; only eq null is true.
//
// When bound, Attr is the attribute and Sub its sub-attribute, nil where the comparison is with a simple attribute;
// a complex attribute compared as a whole means its "value", which is then Sub. Value is of the attribute's type:
// folded by [Fold] where the attribute is not caseExact, true or false for a boolean, UTC with microseconds for a
// dateTime (see [FormatTime]). Inside a [ValueFilter] the path is relative to the element: Attr is the element's
// sub-attribute, Sub nil.
type Compare struct {
	Path      AttrPath
	Op        CompareOp
	Value     Value
	Attr, Sub *Attribute
}

// Present holds when the attribute has a non-empty value (pr). Attr and Sub are set as in [Compare], except that a
// complex attribute stays whole: Sub is nil.
type Present struct {
	Path      AttrPath
	Attr, Sub *Attribute
}

// ValueFilter holds when Filter holds for one same element of a multi-valued complex attribute: emails[type eq
// "work"]. emails[type eq "work"].value eq "x", which Entra ID sends though the RFC has no such form, is parsed into
// emails[type eq "work" and value eq "x"].
type ValueFilter struct {
	Path   AttrPath
	Filter Filter
	Attr   *Attribute
}

// None holds for no resource: a filter across resource types becomes it where a type lacks the attribute.
type None struct{}

func (And) isFilter()         {}
func (Or) isFilter()          {}
func (Not) isFilter()         {}
func (Compare) isFilter()     {}
func (Present) isFilter()     {}
func (ValueFilter) isFilter() {}
func (None) isFilter()        {}
