package scim

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// scanner walks a filter or a path, which share their lexical grammar (RFC 7644 §3.4.2.2 and §3.5.2). It works on
// bytes and hands out parts of the input, so that a simple filter costs no copy.
type scanner struct {
	s    string
	pos  int
	noun string // "filter" or "path", for error texts
	typ  Type
}

// fail says what was expected at the scanner's position, and what is there.
func (sc *scanner) fail(expected string) error {
	found := "the end"
	if sc.pos < len(sc.s) {
		found = strconv.Quote(excerpt(sc.s[sc.pos:]))
	}
	return refuse(sc.typ, "The %s is not valid at byte %d: expected %s, found %s.", sc.noun, sc.pos, expected, found)
}

// excerpt is the beginning of s, up to the next space.
func excerpt(s string) string {
	const most = 24
	cut := min(len(s), most)
	for cut < len(s) && cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	head, _, _ := strings.Cut(s[:cut], " ")
	if head == "" {
		return s[:min(1, len(s))]
	}
	return head
}

func (sc *scanner) end() bool { return sc.pos >= len(sc.s) }

func (sc *scanner) peek() byte {
	if sc.end() {
		return 0
	}
	return sc.s[sc.pos]
}

// take moves past c when it is next.
func (sc *scanner) take(c byte) bool {
	if sc.peek() != c || sc.end() {
		return false
	}
	sc.pos++
	return true
}

// spaces moves past spaces and tells whether there were any.
func (sc *scanner) spaces() bool {
	start := sc.pos
	for sc.peek() == ' ' {
		sc.pos++
	}
	return sc.pos > start
}

// keyword moves past a word of letters when it is next, in any letter case, and ends there.
func (sc *scanner) keyword(word string) bool {
	end := sc.pos + len(word)
	if end > len(sc.s) || !equalName(sc.s[sc.pos:end], word) {
		return false
	}
	if end < len(sc.s) && isPathByte(sc.s[end]) {
		return false
	}
	sc.pos = end
	return true
}

// attrPath reads [URN ":"] name ["." name]. A name after a URN may start with a digit, for schema URNs that end in a
// version and that resolution will recognize as a whole.
func (sc *scanner) attrPath() (AttrPath, error) {
	start := sc.pos
	for sc.pos < len(sc.s) && isPathByte(sc.s[sc.pos]) {
		sc.pos++
	}
	raw := sc.s[start:sc.pos]
	urn, rest := "", raw
	colon := strings.LastIndexByte(raw, ':')
	if colon >= 0 {
		urn, rest = raw[:colon], raw[colon+1:]
	}
	attr, sub, dotted := strings.Cut(rest, ".")
	if colon == 0 || !isName(attr, urn != "") || (dotted && !isName(sub, urn != "")) {
		sc.pos = start
		return AttrPath{}, sc.fail("an attribute name")
	}
	return AttrPath{URN: urn, Attr: attr, Sub: sub}, nil
}

// The classes of bytes, as a table: a URN is a hundred bytes to look at.
const (
	letterByte uint8 = 1 << iota
	nameByte
	pathByte // what names, sub-attribute dots and schema URIs are made of (http: extension URIs have slashes)
)

var byteClasses = func() (classes [256]uint8) {
	for c := range 256 {
		switch b := byte(c); {
		case 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z':
			classes[c] = letterByte | nameByte | pathByte
		case '0' <= b && b <= '9', strings.IndexByte("-_$", b) >= 0:
			classes[c] = nameByte | pathByte
		case strings.IndexByte(".:/#%+~", b) >= 0:
			classes[c] = pathByte
		}
	}
	return classes
}()

func isLetter(c byte) bool   { return byteClasses[c]&letterByte != 0 }
func isNameByte(c byte) bool { return byteClasses[c]&nameByte != 0 }
func isPathByte(c byte) bool { return byteClasses[c]&pathByte != 0 }

func isName(s string, digitFirst bool) bool {
	if s == "" {
		return false
	}
	if first := s[0]; !isLetter(first) && first != '$' && (!digitFirst || digits(s) == 0) {
		return false
	}
	for i := range len(s) {
		if !isNameByte(s[i]) {
			return false
		}
	}
	return true
}

// value reads a comparison value: JSON's false, null, true, number or string (RFC 7644 §3.4.2.2), and a string in
// single quotes, as the hosted service's documentation writes it.
func (sc *scanner) value() (Value, error) {
	switch c := sc.peek(); {
	case c == '"' || c == '\'':
		s, err := sc.quoted()
		return String(s), err
	case c == '-' || '0' <= c && c <= '9':
		return sc.number()
	case sc.keyword("true"):
		return Bool(true), nil
	case sc.keyword("false"):
		return Bool(false), nil
	case sc.keyword("null"):
		return Null(), nil
	default:
		return Value{}, sc.fail("a value: a string in double quotes, a number, true, false or null")
	}
}

func (sc *scanner) number() (Value, error) {
	start := sc.pos
	for sc.pos < len(sc.s) && (isNameByte(sc.s[sc.pos]) || sc.s[sc.pos] == '.' || sc.s[sc.pos] == '+') {
		sc.pos++
	}
	number := sc.s[start:sc.pos]
	if !isNumber(number) {
		sc.pos = start
		return Value{}, sc.fail("a number, or a string in double quotes")
	}
	return Number(number), nil
}

// isNumber is JSON's number grammar (RFC 8259 §6).
func isNumber(s string) bool {
	s = strings.TrimPrefix(s, "-")
	whole := digits(s)
	if whole == 0 || whole > 1 && s[0] == '0' {
		return false
	}
	s = s[whole:]
	if fraction, ok := strings.CutPrefix(s, "."); ok {
		n := digits(fraction)
		if n == 0 {
			return false
		}
		s = fraction[n:]
	}
	if s == "" {
		return true
	}
	if s[0] != 'e' && s[0] != 'E' {
		return false
	}
	exponent := s[1:]
	if exponent != "" && (exponent[0] == '+' || exponent[0] == '-') {
		exponent = exponent[1:]
	}
	return exponent != "" && digits(exponent) == len(exponent)
}

// digits counts the digits that s begins with.
func digits(s string) int {
	n := 0
	for n < len(s) && '0' <= s[n] && s[n] <= '9' {
		n++
	}
	return n
}

// quoted reads a JSON string, delimited by the quote at the position.
func (sc *scanner) quoted() (string, error) {
	quote := sc.peek()
	sc.pos++
	start := sc.pos
	for ; sc.pos < len(sc.s); sc.pos++ {
		switch sc.s[sc.pos] {
		case quote:
			sc.pos++
			return sc.checked(sc.s[start:sc.pos-1], start)
		case '\\':
			return sc.escaped(quote, start)
		}
	}
	return "", sc.fail("a closing quote")
}

// escaped goes on with a string from its first backslash.
func (sc *scanner) escaped(quote byte, start int) (string, error) {
	b := []byte(sc.s[start:sc.pos])
	for sc.pos < len(sc.s) {
		c := sc.s[sc.pos]
		if c == quote {
			sc.pos++
			return sc.checked(string(b), start)
		}
		if c != '\\' {
			b = append(b, c)
			sc.pos++
			continue
		}
		r, err := sc.escape()
		if err != nil {
			return "", err
		}
		b = utf8.AppendRune(b, r)
	}
	return "", sc.fail("a closing quote")
}

// escape reads one escape sequence, both halves of a surrogate pair included.
func (sc *scanner) escape() (rune, error) {
	if sc.pos+1 >= len(sc.s) {
		return 0, sc.fail("an escape sequence")
	}
	switch c := sc.s[sc.pos+1]; c {
	case '"', '\\', '/', '\'':
		sc.pos += 2
		return rune(c), nil
	case 'b', 'f', 'n', 'r', 't':
		sc.pos += 2
		return rune("\b\f\n\r\t"[strings.IndexByte("bfnrt", c)]), nil
	case 'u':
		return sc.unicodeEscape()
	default:
		return 0, sc.fail("an escape sequence")
	}
}

func (sc *scanner) unicodeEscape() (rune, error) {
	r, ok := hexEscape(sc.s[sc.pos:])
	if !ok {
		return 0, sc.fail(`an escape sequence \u with four hexadecimal digits`)
	}
	size := len(`\u0000`)
	if utf16.IsSurrogate(r) {
		low, _ := hexEscape(sc.s[sc.pos+size:])
		if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
			return 0, sc.fail("a complete surrogate pair")
		}
		size *= 2
	}
	sc.pos += size
	return r, nil
}

func hexEscape(s string) (rune, bool) {
	if len(s) < len(`\u0000`) || s[:2] != `\u` {
		return 0, false
	}
	n, err := strconv.ParseUint(s[2:6], 16, 16)
	return rune(n), err == nil
}

// checked refuses a string that could be in no stored value, so that it never reaches a database.
func (sc *scanner) checked(s string, start int) (string, error) {
	if isPlain(s) {
		return s, nil
	}
	if !utf8.ValidString(s) {
		sc.pos = start
		return "", sc.fail("text in valid UTF-8")
	}
	if _, bad := forbiddenRune(s); bad {
		sc.pos = start
		return "", sc.fail("text without control characters")
	}
	return s, nil
}

// isPlain tells whether a text is printable ASCII, which nearly all are.
func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}
