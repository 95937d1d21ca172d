package picture

import (
	"strings"
	"unicode"
)

// Text is one line of text at its place.
type Text struct {
	X, Y  int
	Class string
	Text  string // as much of Full as fits
	Full  string
}

// Isolates keep text of one direction from reordering what stands beside it,
// whatever it contains (Unicode Standard Annex 9, 2.7).
const (
	firstStrongIsolate = "\u2068"
	popIsolate         = "\u2069"
)

// clip cuts text to a width in pixels at a font size. It never cuts inside
// what a reader takes for one character.
func clip(text string, width, size float64) string {
	if measure(text)*size <= width {
		return isolate(text)
	}
	var kept strings.Builder
	room := width/size - measure("…")
	for _, c := range clusters(text) {
		if room -= measure(c); room < 0 {
			break
		}
		kept.WriteString(c)
	}
	return isolate(kept.String() + "…")
}

// isolate marks text that is not plain ASCII.
func isolate(text string) string {
	if isASCII(text) {
		return text
	}
	return firstStrongIsolate + text + popIsolate
}

// isASCII allows for the ellipsis, which has no direction.
func isASCII(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r > unicode.MaxASCII && r != '…' }) < 0
}

// clusters cuts text where a cursor would stop: an approximation of extended
// grapheme clusters (Unicode Standard Annex 29) that never cuts an emoji
// sequence, a flag, or a letter from its marks.
func clusters(text string) (all []string) {
	var joined, half bool // a joiner came last; half a flag came last
	for _, r := range text {
		flag := r >= 0x1F1E6 && r <= 0x1F1FF
		switch {
		case len(all) > 0 && (joined || extends(r) || flag && half):
			all[len(all)-1] += string(r)
			half = false
		default:
			all = append(all, string(r))
			half = flag
		}
		joined = r == zeroWidthJoiner
	}
	return all
}

const zeroWidthJoiner = '\u200d'

func extends(r rune) bool {
	return r == zeroWidthJoiner || unicode.In(r, unicode.Mn, unicode.Me, unicode.Mc, unicode.Variation_Selector) ||
		r >= 0x1F3FB && r <= 0x1F3FF || r >= 0xE0020 && r <= 0xE007F
}

// measure estimates the width of text in ems of a sans-serif typeface, rather
// too wide than too narrow: the server knows no fonts.
func measure(text string) (ems float64) {
	for _, r := range text {
		ems += advance(r)
	}
	return ems
}

func advance(r rune) float64 {
	switch {
	case r == zeroWidthJoiner || unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Variation_Selector):
		return 0
	case strings.ContainsRune("iIjl.,:;|!'`", r):
		return 0.32
	case strings.ContainsRune("frt-()[]/ ", r):
		return 0.4
	case strings.ContainsRune("mwMW@%…", r):
		return 1
	case r <= unicode.MaxASCII && unicode.IsUpper(r):
		return 0.72
	case r <= unicode.MaxASCII:
		return 0.62
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) || r >= 0x1F000:
		return 1.3
	default:
		return 0.74
	}
}

// measureMono is measure for a monospaced typeface.
func measureMono(text string) float64 { return 0.61 * float64(len([]rune(text))) }

// shorten leaves the beginning and the end of an id.
func shorten(id string, width, size float64) string {
	runes := []rune(id)
	most := int(width / size / measureMono("0"))
	if len(runes) <= most {
		return id
	}
	head := (most - 1) / 2
	return string(runes[:head]) + "…" + string(runes[len(runes)-(most-1-head):])
}

// address breaks an email that is too long for a line before its domain, which
// is what most often differs.
func address(email string, width, size float64) []string {
	if email == "" {
		return []string{"no address"}
	}
	at := strings.LastIndexByte(email, '@')
	if at < 0 || measure(email)*size <= width {
		return []string{clip(email, width, size)}
	}
	return []string{clip(email[:at], width, size), clip(email[at:], width, size)}
}
