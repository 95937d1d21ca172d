package scim

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// Fold is the key under which two texts are the same for an attribute that is not caseExact. It follows RFC 8265's
// UsernameCaseMapped (which RFC 7644 §5 asks for) without refusing anything: full-width and half-width forms mapped,
// Unicode simple case folding by rune whatever the locale, NFC. So I matches i and ı matches neither, ß is not ss,
// and ligatures stay themselves. White space is kept. Folding a folded text changes nothing.
func Fold(s string) string {
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf {
			return foldUnicode(s)
		} else if 'A' <= c && c <= 'Z' {
			return foldFrom(s, i)
		}
	}
	return s
}

// foldFrom folds a text whose first n bytes are known to be lower-case ASCII.
func foldFrom(s string, n int) string {
	b := []byte(s)
	for i := n; i < len(b); i++ {
		if b[i] >= utf8.RuneSelf {
			return foldUnicode(s)
		}
		b[i] = lowerASCII(b[i])
	}
	return string(b)
}

// foldUnicode normalizes before folding as well as after it: é may arrive as two code points that fold one by one.
func foldUnicode(s string) string {
	folded := make([]byte, 0, len(s))
	for _, r := range norm.NFC.String(width.Fold.String(s)) {
		folded = utf8.AppendRune(folded, foldRune(r))
	}
	return norm.NFC.String(string(folded))
}

// foldRune is simple case folding as CaseFolding.txt has it: the lower-case member of r's orbit. Runes that are
// alone in their orbit stay, which keeps İ and ı apart from i though the tables know a case mapping for them.
func foldRune(r rune) rune {
	if r < utf8.RuneSelf {
		return unicode.ToLower(r)
	}
	if unicode.SimpleFold(r) == r {
		return r
	}
	return unicode.ToLower(unicode.ToUpper(r))
}
