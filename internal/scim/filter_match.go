package scim

import (
	"cmp"
	"math/big"
	"slices"
	"strings"
	"time"
)

// Match evaluates a bound filter on a document. The document may be folded or not; what it does not hold (id, meta,
// groups, members) counts as absent unless the caller put it there.
func Match(f Filter, doc Value) bool {
	switch f := f.(type) {
	case And:
		return Match(f.Left, doc) && Match(f.Right, doc)
	case Or:
		return Match(f.Left, doc) || Match(f.Right, doc)
	case Not:
		return !Match(f.Filter, doc)
	case Compare:
		return f.match(doc)
	case Present:
		return anyValue(doc, f.Path, hasContent)
	case None:
		return false
	case ValueFilter:
		return anyValue(doc, AttrPath{URN: f.Path.URN, Attr: f.Path.Attr}, func(element Value) bool { return Match(f.Filter, element) })
	default:
		return false
	}
}

func (f Compare) match(doc Value) bool {
	if f.Value.Kind() == KindNull {
		return anyValue(doc, f.Path, hasContent) == (f.Op == Ne)
	}
	leaf := target{attr: f.Attr, sub: f.Sub}.leaf()
	return anyValue(doc, f.Path, func(v Value) bool { return f.Op.holds(leaf, v, f.Value) })
}

// anyValue tells whether ok holds for any of the values that a bound path leads to.
func anyValue(doc Value, p AttrPath, ok func(Value) bool) bool {
	if p.URN != "" {
		doc, _ = doc.Get(p.URN)
	}
	v, found := doc.Get(p.Attr)
	if !found {
		return false
	}
	if p.Sub == "" {
		return anyItem(v, ok)
	}
	return anyItem(v, func(item Value) bool {
		sub, found := item.Get(p.Sub)
		return found && anyItem(sub, ok)
	})
}

// anyItem tells whether ok holds for any element of an array, or for a value that is none.
func anyItem(v Value, ok func(Value) bool) bool {
	if v.Kind() == KindArray {
		return slices.ContainsFunc(v.Items(), ok)
	}
	return ok(v)
}

// hasContent is pr's "non-empty" (RFC 7644 §3.4.2.2).
func hasContent(v Value) bool { return !v.IsUnassigned() && (v.Kind() != KindString || v.Str() != "") }

// holds compares a document's value to a bound filter's.
func (op CompareOp) holds(a *Attribute, have, want Value) bool {
	switch op {
	case Co, Sw, Ew:
		return op.holdsPart(a.folded(have).Str(), want.Str())
	default:
		order, ok := compare(a, have, want)
		return ok && op.holdsOrder(order)
	}
}

func (op CompareOp) holdsPart(have, want string) bool {
	switch op {
	case Sw:
		return strings.HasPrefix(have, want)
	case Ew:
		return strings.HasSuffix(have, want)
	default:
		return strings.Contains(have, want)
	}
}

func (op CompareOp) holdsOrder(order int) bool {
	switch op {
	case Eq:
		return order == 0
	case Ne:
		return order != 0
	case Gt:
		return order > 0
	case Ge:
		return order >= 0
	case Lt:
		return order < 0
	default:
		return order <= 0
	}
}

// compare orders a document's value and a bound filter's; ok is false where the document's is not of the attribute's
// type.
func compare(a *Attribute, have, want Value) (order int, ok bool) {
	switch a.Type {
	case AttrBoolean:
		if have.Truth() == want.Truth() {
			return 0, have.Kind() == KindBool
		}
		return 1, have.Kind() == KindBool
	case AttrInteger, AttrDecimal:
		return compareNumbers(have.NumberText(), want.NumberText())
	case AttrDateTime:
		t, err := time.Parse(time.RFC3339Nano, have.Str())
		return cmp.Compare(FormatTime(t), want.Str()), err == nil
	default:
		return cmp.Compare(a.folded(have).Str(), want.Str()), have.Kind() == KindString
	}
}

// compareNumbers compares decimals beyond what a float64 tells apart, at a precision that bounds the cost of
// 1e999999.
func compareNumbers(have, want string) (order int, ok bool) {
	const precision = 256
	x, _, errX := big.ParseFloat(have, 10, precision, big.ToNearestEven)
	y, _, errY := big.ParseFloat(want, 10, precision, big.ToNearestEven)
	if errX != nil || errY != nil {
		return 0, false
	}
	return x.Cmp(y), true
}
