package scim

import (
	"strings"
	"time"
)

// Bind resolves the names of a filter against the resource type and checks every comparison: unknown attributes,
// ordering of booleans or binaries and values of the wrong kind are *[Error] 400 invalidFilter; secrets are sensitive. The bound nodes are new; f does not change. See [Compare] for what bound nodes hold. "True" and
// "false" as text are taken for booleans: Entra ID writes roles[primary eq "True"].
func (rt *ResourceType) Bind(f Filter) (Filter, error) {
	return binder{resolve: rt.resolve, resource: rt.Name}.bind(f)
}

// bindElement binds the filter inside attr[…], whose names are attr's sub-attributes.
func bindElement(attr *Attribute, f Filter) (Filter, error) {
	resolve := func(p AttrPath) (target, bool) {
		sub := attr.SubAttribute(p.Attr)
		return target{attr: sub}, sub != nil && p.URN == "" && p.Sub == ""
	}
	return binder{resolve: resolve, resource: attr.Name}.bind(f)
}

type binder struct {
	resolve  func(AttrPath) (target, bool)
	resource string // whose names are resolved, for error texts
}

func (b binder) bind(f Filter) (Filter, error) {
	switch f := f.(type) {
	case And:
		left, right, err := b.both(f.Left, f.Right)
		return And{left, right}, err
	case Or:
		left, right, err := b.both(f.Left, f.Right)
		return Or{left, right}, err
	case Not:
		inner, err := b.bind(f.Filter)
		return Not{inner}, err
	case Compare:
		return b.compare(f)
	case Present:
		return b.present(f)
	case ValueFilter:
		return b.element(f)
	default:
		return nil, Errorf(statusInternal, "", "unknown filter node %T", f)
	}
}

func (b binder) both(left, right Filter) (Filter, Filter, error) {
	l, err := b.bind(left)
	if err != nil {
		return nil, nil, err
	}
	r, err := b.bind(right)
	return l, r, err
}

// find resolves a name that may be searched: passwords may not (RFC 7643 §4.1.1), nor whole extensions.
func (b binder) find(p AttrPath) (target, error) {
	t, ok := b.resolve(p)
	if !ok || t.attr == nil {
		return target{}, refuse(TypeInvalidFilter, "The filter names %q, which %s does not have; /Schemas lists what there is.", p, b.resource)
	}
	if t.attr.Returned == ReturnedNever {
		return target{}, refuse(TypeSensitive, "%q is a secret and cannot be searched; take it out of the filter. If a real one was sent in a URL, it stands in logs by now: change it.", p)
	}
	return t, nil
}

func (b binder) present(f Present) (Filter, error) {
	t, err := b.find(f.Path)
	if err != nil {
		return nil, err
	}
	return Present{Path: t.path(), Attr: t.attr, Sub: t.sub}, nil
}

func (b binder) element(f ValueFilter) (Filter, error) {
	t, err := b.find(f.Path)
	if err != nil {
		return nil, err
	}
	if t.attr.Type != AttrComplex || t.sub != nil {
		return nil, refuse(TypeInvalidFilter, "%q has no sub-attributes to filter by.", f.Path)
	}
	inner, err := bindElement(t.attr, f.Filter)
	if err != nil {
		return nil, err
	}
	return ValueFilter{Path: t.path(), Filter: inner, Attr: t.attr}, nil
}

func (b binder) compare(f Compare) (Filter, error) {
	t, err := b.find(f.Path)
	if err != nil {
		return nil, err
	}
	if t.leaf().Type == AttrComplex {
		// Entra ID, PingFederate and AWS bridges compare emails, manager and members so.
		if t.sub = t.attr.SubAttribute("value"); t.sub == nil {
			return nil, refuse(TypeInvalidFilter, "%q has no value to compare; name one of its sub-attributes.", f.Path)
		}
	}
	value, err := comparand(t.leaf(), f)
	if err != nil {
		return nil, err
	}
	return Compare{Path: t.path(), Op: f.Op, Value: value, Attr: t.attr, Sub: t.sub}, nil
}

// comparand checks a comparison against the attribute's type and gives the value to compare with.
func comparand(a *Attribute, f Compare) (Value, error) {
	if f.Value.Kind() == KindNull {
		if f.Op == Eq || f.Op == Ne {
			return f.Value, nil
		}
		return Value{}, refuse(TypeInvalidFilter, "%q: null can be compared by eq and ne only.", f.Path)
	}
	if !a.allows(f.Op) {
		return Value{}, refuse(TypeInvalidFilter, "%q is of type %s, to which the operator %s does not apply.", f.Path, a.Type, f.Op)
	}
	v, ok := a.comparable(f.Value)
	if !ok {
		return Value{}, refuse(TypeInvalidFilter, "%q is of type %s and cannot be compared to %s.", f.Path, a.Type, f.Value.Kind())
	}
	return v, nil
}

// allows is RFC 7644 §3.4.2.2 table 3: no order among booleans and binaries, substrings of texts only.
func (a *Attribute) allows(op CompareOp) bool {
	switch op {
	case Eq, Ne:
		return true
	case Co, Sw, Ew:
		return a.Type == AttrString || a.Type == AttrReference || a.Type == AttrBinary
	default:
		return a.Type != AttrBoolean && a.Type != AttrBinary
	}
}

// comparable converts a filter's value to what the attribute's values are compared with.
func (a *Attribute) comparable(v Value) (Value, bool) {
	switch a.Type {
	case AttrBoolean:
		if b, ok := textBoolean(v.Str()); ok {
			return Bool(b), true
		}
		return v, v.Kind() == KindBool
	case AttrInteger, AttrDecimal:
		return v, v.Kind() == KindNumber && isModerate(v.NumberText())
	case AttrDateTime:
		t, err := time.Parse(time.RFC3339Nano, v.Str())
		return String(FormatTime(t)), err == nil
	default:
		if v.Kind() != KindString {
			return Value{}, false
		}
		return a.folded(v), true
	}
}

// folded is a text as the attribute's values are compared.
func (a *Attribute) folded(v Value) Value {
	switch {
	case v.Kind() != KindString:
		return v
	case a.Type == AttrDateTime:
		return String(foldTime(v.Str()))
	case a.CaseExact || a.Type != AttrString && a.Type != AttrReference:
		return v
	default:
		return String(Fold(v.Str()))
	}
}

// textBoolean reads true and false in any letter case, and nothing else: "yes" or "" is not a guess to make.
func textBoolean(s string) (truth, ok bool) {
	if strings.EqualFold(s, "true") {
		return true, true
	}
	return false, strings.EqualFold(s, "false")
}

// foldTime gives the same text for two dateTimes that are the same instant.
func foldTime(s string) string {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return s
	}
	return FormatTime(t)
}

const timeLayout = "2006-01-02T15:04:05.000000Z"

// FormatTime is how dateTimes are answered and compared: RFC 3339 in UTC with microseconds and Z, as the hosted
// service writes them. Texts in this form sort as their times do.
func FormatTime(t time.Time) string { return t.UTC().Format(timeLayout) }
