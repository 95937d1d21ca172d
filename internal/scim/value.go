package scim

import "slices"

// Kind is the JSON kind of a Value.
type Kind uint8

// The kinds of a Value. KindNull is the zero value: null and absent are one state (RFC 7643 §2.5).
const (
	KindNull Kind = iota
	KindBool
	KindNumber
	KindString
	KindArray
	KindObject
)

var kindNames = [...]string{
	KindNull: "null", KindBool: "a boolean", KindNumber: "a number", KindString: "a string", KindArray: "an array", KindObject: "an object",
}

// String names the kind with its article, as error texts need it.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "an unknown kind"
}

// Value is one JSON value: an ordered, immutable tree. The zero Value is null. Values are small and are passed by
// value; slices that they hand out are shared and must not be changed.
type Value struct {
	kind  Kind
	truth bool
	text  string // a string's content or a number as written
	list  *list  // an array's items or an object's members
}

type list struct {
	items   []Value
	members []Member
}

// Member is one name and value of an object.
type Member struct {
	Name  string
	Value Value
}

// Null is the JSON null, which is also the zero Value.
func Null() Value { return Value{} }

// Bool is true or false.
func Bool(b bool) Value { return Value{kind: KindBool, truth: b} }

// Number is a JSON number, kept as written: nothing is lost by going through a float. The text must be in JSON's
// grammar.
func Number(text string) Value { return Value{kind: KindNumber, text: text} }

// String is a JSON string with content s.
func String(s string) Value { return Value{kind: KindString, text: s} }

// Array is a JSON array that takes over items.
func Array(items ...Value) Value { return Value{kind: KindArray, list: &list{items: items}} }

// Object is a JSON object that takes over members. Their names must differ.
func Object(members ...Member) Value { return Value{kind: KindObject, list: &list{members: members}} }

// Kind tells what v is.
func (v Value) Kind() Kind { return v.kind }

// Str is a string's content, and empty for any other kind.
func (v Value) Str() string {
	if v.kind != KindString {
		return ""
	}
	return v.text
}

// Truth is true for the JSON true only.
func (v Value) Truth() bool { return v.truth }

// NumberText is a number as it was written, and empty for any other kind.
func (v Value) NumberText() string {
	if v.kind != KindNumber {
		return ""
	}
	return v.text
}

// Items are an array's elements, nil for any other kind.
func (v Value) Items() []Value {
	if v.list == nil {
		return nil
	}
	return v.list.items
}

// Members are an object's members in order, nil for any other kind.
func (v Value) Members() []Member {
	if v.list == nil {
		return nil
	}
	return v.list.members
}

// Get finds an object's member by name, whatever its letter case (RFC 7643 §2.1).
func (v Value) Get(name string) (Value, bool) {
	for _, m := range v.Members() {
		if equalName(m.Name, name) {
			return m.Value, true
		}
	}
	return Value{}, false
}

// IsUnassigned tells whether v is null, an empty array or an empty object, which RFC 7643 §2.5 makes one state.
func (v Value) IsUnassigned() bool {
	switch v.kind {
	case KindNull:
		return true
	case KindArray:
		return len(v.Items()) == 0
	case KindObject:
		return len(v.Members()) == 0
	default:
		return false
	}
}

// Equal tells whether v and w are the same JSON value. Order matters in arrays and not in objects; numbers are the
// same when they are written the same.
func (v Value) Equal(w Value) bool {
	if v.kind != w.kind || v.truth != w.truth || v.text != w.text {
		return false
	}
	if !slices.EqualFunc(v.Items(), w.Items(), Value.Equal) {
		return false
	}
	return equalMembers(v.Members(), w.Members())
}

func equalMembers(a, b []Member) bool {
	if len(a) != len(b) {
		return false
	}
	for i, m := range a {
		j := i // canonical documents keep one order, so the member is nearly always at the same place
		if b[i].Name != m.Name {
			j = slices.IndexFunc(b, func(n Member) bool { return n.Name == m.Name })
		}
		if j < 0 || !m.Value.Equal(b[j].Value) {
			return false
		}
	}
	return true
}

// AppendJSON appends v as compact JSON without HTML escapes.
func (v Value) AppendJSON(b []byte) []byte {
	switch v.kind {
	case KindBool:
		if v.truth {
			return append(b, "true"...)
		}
		return append(b, "false"...)
	case KindNumber:
		return append(b, v.text...)
	case KindString:
		return appendText(b, v.text)
	case KindArray:
		return appendArray(b, v.Items())
	case KindObject:
		return appendObject(b, v.Members())
	default:
		return append(b, "null"...)
	}
}

func appendArray(b []byte, items []Value) []byte {
	b = append(b, '[')
	for i, item := range items {
		if i > 0 {
			b = append(b, ',')
		}
		b = item.AppendJSON(b)
	}
	return append(b, ']')
}

func appendObject(b []byte, members []Member) []byte {
	b = append(b, '{')
	for i, m := range members {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(b, m.Name)
		b = append(b, ':')
		b = m.Value.AppendJSON(b)
	}
	return append(b, '}')
}

// With is v with the member called name set to w, or without it when w is unassigned. v itself does not change.
func (v Value) With(name string, w Value) Value {
	old := v.Members()
	members := make([]Member, 0, len(old)+1)
	found := false
	for _, m := range old {
		if m.Name != name {
			members = append(members, m)
			continue
		}
		found = true
		if !w.IsUnassigned() {
			members = append(members, Member{name, w})
		}
	}
	if !found && !w.IsUnassigned() {
		members = append(members, Member{name, w})
	}
	return Object(members...)
}

// equalName compares two attribute names or schema URNs, which are ASCII and case-insensitive (RFC 7643 §2.1).
// strings.EqualFold would also let the Kelvin sign pass for a k.
func equalName(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	if a == b {
		return true
	}
	for i := range len(a) {
		if lowerASCII(a[i]) != lowerASCII(b[i]) {
			return false
		}
	}
	return true
}

func lowerASCII(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
