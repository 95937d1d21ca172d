package scim

import (
	"encoding/base64"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// converter brings values to an attribute's type: the canonical form in which documents are stored.
type converter struct{ habits Habits }

// wrongType is the refusal of a value that is not what the attribute needs.
func wrongType(name, expected string, v Value) error {
	return refuse(TypeInvalidValue, "Attribute %q must be %s; got %s.", name, expected, v.Kind())
}

// attribute converts all of an attribute's value. The result is unassigned where nothing remains.
func (c converter) attribute(a *Attribute, name string, v Value) (Value, error) {
	if a.MultiValued {
		items, err := c.elements(a, name, v)
		return Array(items...), err
	}
	if c.habits.LooseArity && v.Kind() == KindArray && len(v.Items()) == 1 {
		v = v.Items()[0]
	}
	return c.single(a, name, v)
}

// elements converts what was given for a multi-valued attribute; unassigned elements are dropped.
func (c converter) elements(a *Attribute, name string, v Value) ([]Value, error) {
	given := v.Items()
	if v.Kind() != KindArray {
		if v.IsUnassigned() {
			return nil, nil
		}
		if !c.habits.LooseArity {
			return nil, wrongType(name, "an array", v)
		}
		given = []Value{v}
	}
	items := make([]Value, 0, len(given))
	for _, g := range given {
		item, err := c.single(a, name, g)
		if err != nil {
			return nil, err
		}
		if !item.IsUnassigned() {
			items = append(items, item)
		}
	}
	return items, nil
}

// single converts one value of the attribute's type.
func (c converter) single(a *Attribute, name string, v Value) (Value, error) {
	if v.IsUnassigned() {
		return Null(), nil
	}
	switch a.Type {
	case AttrComplex:
		return c.complex(a, name, v)
	case AttrBoolean:
		return c.boolean(name, v)
	case AttrInteger, AttrDecimal:
		return number(a, name, v)
	default:
		return c.text(a, name, v)
	}
}

func (c converter) boolean(name string, v Value) (Value, error) {
	if v.Kind() == KindBool {
		return v, nil
	}
	if truth, ok := textBoolean(v.Str()); ok && c.habits.TextBooleans {
		return Bool(truth), nil
	}
	return Value{}, wrongType(name, "true or false", v)
}

func number(a *Attribute, name string, v Value) (Value, error) {
	if v.Kind() != KindNumber {
		return Value{}, wrongType(name, "a number", v)
	}
	if a.Type == AttrInteger && !isInteger(v.NumberText()) {
		return Value{}, refuse(TypeInvalidValue, "Attribute %q must be an integer of at most 64 bits.", name)
	}
	if !isModerate(v.NumberText()) {
		return Value{}, refuse(TypeInvalidValue, "Attribute %q must be a number of at most %d characters whose exponent is within ±%d.", name, maxNumberLength, maxExponent)
	}
	return v, nil
}

// Bounds of a number: those within which all databases compare exactly what was written.
const (
	maxNumberLength = 64
	maxExponent     = 300
)

func isInteger(text string) bool {
	_, err := strconv.ParseInt(text, 10, 64)
	return err == nil
}

// isModerate tells whether a database can compare a number: 1e999999 would be a million digits there.
func isModerate(text string) bool {
	_, exponent, has := strings.Cut(strings.ToLower(text), "e")
	if !has {
		return len(text) <= maxNumberLength
	}
	n, err := strconv.Atoi(exponent)
	return err == nil && -maxExponent <= n && n <= maxExponent && len(text) <= maxNumberLength
}

// text converts strings and what JSON carries as strings.
func (c converter) text(a *Attribute, name string, v Value) (Value, error) {
	if v.Kind() == KindNumber && a.Type == AttrString && c.habits.NumbersAsText {
		v = String(v.NumberText())
	}
	if v.Kind() != KindString {
		return Value{}, wrongType(name, "a string", v)
	}
	s := v.Str()
	if s == "" && a.Type != AttrString {
		return Null(), nil // no URI, time or certificate is empty: templates write "" for none
	}
	if most := a.maxBytes(); len(s) > most {
		return Value{}, refuse(TypeInvalidValue, "Attribute %q is longer than %d bytes.", name, most)
	}
	if expected := a.misfit(s); expected != "" {
		return Value{}, refuse(TypeInvalidValue, "Attribute %q must be %s.", name, expected)
	}
	return v, nil
}

func (a *Attribute) maxBytes() int {
	if a.Type == AttrBinary {
		return MaxBinaryBytes
	}
	return MaxTextBytes
}

// misfit says what the attribute needs when s is not that.
func (a *Attribute) misfit(s string) string {
	switch {
	case a.Type == AttrDateTime && !isDateTime(s):
		return "a date and time such as 2008-01-23T04:56:22Z"
	case a.Type == AttrBinary && !isBase64(s):
		return "base64"
	case a.Type == AttrReference && !isURI(s):
		return "a URI"
	case a.Uniqueness != UniqueNone && strings.ContainsAny(s, "\t\r\n"):
		return "a text without tabs and line breaks" // it is put into log lines and error texts
	case a.Required && strings.TrimSpace(s) == "":
		return "a text that is not empty" // RFC 7643 §4.1.1
	default:
		return ""
	}
}

func isDateTime(s string) bool {
	_, err := time.Parse(time.RFC3339Nano, s)
	return err == nil
}

// isBase64 takes either alphabet (RFC 7643 §2.3.6), padded or not, in lines or not.
func isBase64(s string) bool {
	s = strings.Map(func(r rune) rune {
		switch r {
		case '\r', '\n', ' ', '\t', '=':
			return -1
		case '-':
			return '+'
		case '_':
			return '/'
		default:
			return r
		}
	}, s)
	_, err := base64.RawStdEncoding.DecodeString(s)
	return err == nil
}

// isURI takes relative references too: "../Users/26118915" is RFC 7643's own example.
func isURI(s string) bool {
	_, err := url.Parse(s)
	return err == nil && !strings.ContainsAny(s, "\t\r\n")
}

// complex converts an object to the attribute's sub-attributes in schema order; unknown and readOnly ones are
// dropped.
func (c converter) complex(a *Attribute, name string, v Value) (Value, error) {
	if v.Kind() != KindObject {
		return c.bare(a, name, v)
	}
	members := make([]Member, 0, len(v.Members()))
	for _, sub := range a.Sub {
		given, ok := c.sub(a, sub, v)
		if !ok || sub.Mutability == ReadOnly {
			continue
		}
		converted, err := c.attribute(sub, name+"."+sub.Name, given)
		if err != nil {
			return Value{}, err
		}
		if !converted.IsUnassigned() {
			members = append(members, Member{sub.Name, converted})
		}
	}
	return Object(members...), nil
}

// sub finds what an object says of a sub-attribute.
func (c converter) sub(a, sub *Attribute, v Value) (Value, bool) {
	given, ok := v.Get(sub.Name)
	if !ok && c.habits.ManagerID && a.Name == "manager" && sub.Name == "value" {
		return v.Get("managerId")
	}
	return given, ok
}

// bare converts a text that stands for {"value": text}.
func (c converter) bare(a *Attribute, name string, v Value) (Value, error) {
	value := a.SubAttribute("value")
	isText := v.Kind() == KindString || v.Kind() == KindNumber
	if !c.habits.BareValues || !isText || value == nil {
		return Value{}, wrongType(name, "an object", v)
	}
	if v.Kind() == KindString && v.Str() == "" {
		return Null(), nil
	}
	converted, err := c.single(value, name, v)
	if err != nil {
		return Value{}, err
	}
	return Object(Member{value.Name, converted}), nil
}
