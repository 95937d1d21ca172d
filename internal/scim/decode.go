package scim

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"
)

// Decode reads one JSON value strictly: duplicate names (also those that differ in letter case only, RFC 7643 §2.1),
// invalid UTF-8, control characters other than tab and line breaks, trailing data and whatever exceeds lim are
// refused with an *[Error] 400 invalidSyntax that says where.
func Decode(body []byte, lim Limits) (Value, error) {
	d := decoder{
		// Names are checked here, case-insensitively and under the limits, so the decoder's own check would be waste.
		dec: jsontext.NewDecoder(bytes.NewBuffer(body), jsontext.AllowDuplicateNames(true)),
		lim: lim,
	}
	v, err := d.value(0)
	if err != nil {
		return Value{}, err
	}
	if _, err := d.dec.ReadToken(); !errors.Is(err, io.EOF) {
		return Value{}, d.refuse("more data after the JSON value")
	}
	return v, nil
}

type decoder struct {
	dec *jsontext.Decoder
	lim Limits
}

func (d *decoder) refuse(format string, args ...any) error {
	return refuse(TypeInvalidSyntax, "The body is not acceptable JSON at byte %d: %s.",
		d.dec.InputOffset(), fmt.Sprintf(format, args...))
}

// malformed turns the JSON reader's error into ours.
func (d *decoder) malformed(err error) error {
	if syntax, ok := errors.AsType[*jsontext.SyntacticError](err); ok && syntax.Err != nil {
		return refuse(TypeInvalidSyntax, "The body is not valid JSON at byte %d: %s.", syntax.ByteOffset, syntax.Err)
	}
	if errors.Is(err, io.EOF) {
		return refuse(TypeInvalidSyntax, "The body is empty; a JSON object is expected.")
	}
	return refuse(TypeInvalidSyntax, "The body ends inside a JSON value at byte %d.", d.dec.InputOffset())
}

func (d *decoder) value(depth int) (Value, error) {
	if depth > d.lim.MaxDepth {
		return Value{}, d.refuse("nested deeper than %d levels", d.lim.MaxDepth)
	}
	token, err := d.dec.ReadToken()
	if err != nil {
		return Value{}, d.malformed(err)
	}
	switch token.Kind() {
	case '{':
		return d.object(depth)
	case '[':
		return d.array(depth)
	case '"':
		s, err := d.text(token)
		return String(s), err
	case '0':
		s, err := d.text(token)
		return Number(s), err
	case 't', 'f':
		return Bool(token.Bool()), nil
	default:
		return Null(), nil
	}
}

func (d *decoder) array(depth int) (Value, error) {
	items := []Value{}
	for d.dec.PeekKind() != ']' {
		if len(items) == d.lim.MaxElements {
			return Value{}, d.refuse("an array of more than %d elements", d.lim.MaxElements)
		}
		item, err := d.value(depth + 1)
		if err != nil {
			return Value{}, err
		}
		items = append(items, item)
	}
	return Array(items...), d.closing()
}

func (d *decoder) object(depth int) (Value, error) {
	members := []Member{}
	var seen nameSet
	for d.dec.PeekKind() != '}' {
		if len(members) == d.lim.MaxElements {
			return Value{}, d.refuse("an object of more than %d members", d.lim.MaxElements)
		}
		token, err := d.dec.ReadToken()
		if err != nil {
			return Value{}, d.malformed(err)
		}
		name, err := d.text(token)
		if err != nil {
			return Value{}, err
		}
		if seen.has(members, name) {
			return Value{}, d.refuse("the name %q appears twice in one object (names differ by more than letter case)", name)
		}
		v, err := d.value(depth + 1)
		if err != nil {
			return Value{}, err
		}
		members = append(members, Member{name, v})
	}
	return Object(members...), d.closing()
}

// closing reads the bracket that was peeked at.
func (d *decoder) closing() error {
	if _, err := d.dec.ReadToken(); err != nil {
		return d.malformed(err)
	}
	return nil
}

func (d *decoder) text(token jsontext.Token) (string, error) {
	s := token.String()
	if len(s) > d.lim.MaxStringBytes {
		return "", d.refuse("a text of more than %d bytes", d.lim.MaxStringBytes)
	}
	if r, bad := forbiddenRune(s); bad {
		return "", d.refuse("the control character U+%04X", r)
	}
	return s, nil
}

// forbiddenRune finds a character that no text may hold: PostgreSQL cannot store U+0000, and the other control
// characters have no business in a name or an address. Tab and line breaks are in RFC 7643's own example of an
// address.
func forbiddenRune(s string) (rune, bool) {
	for _, r := range s {
		if unicode.IsControl(r) && r != '\t' && r != '\n' && r != '\r' {
			return r, true
		}
	}
	return 0, false
}

// nameSet finds duplicate names of one object: by comparison while there are few, by a set from then on.
type nameSet struct{ folded map[string]bool }

const fewNames = 32

func (n *nameSet) has(members []Member, name string) bool {
	if len(members) < fewNames {
		for _, m := range members {
			if equalName(m.Name, name) {
				return true
			}
		}
		return false
	}
	if n.folded == nil {
		n.folded = make(map[string]bool, 2*fewNames)
		for _, m := range members {
			n.folded[lowerName(m.Name)] = true
		}
	}
	key := lowerName(name)
	if n.folded[key] {
		return true
	}
	n.folded[key] = true
	return false
}

// lowerName is the form under which equalName's equals are identical.
func lowerName(s string) string {
	b := []byte(s)
	for i := range b {
		b[i] = lowerASCII(b[i])
	}
	return string(b)
}
