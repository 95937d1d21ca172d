package scim_test

import (
	"testing"
	"unicode"

	"roster/internal/scim"
)

func TestFold(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"empty", "", ""},
		{"lower ASCII stays", "ada@x.example", "ada@x.example"},
		{"upper ASCII", "Ada@X.Example", "ada@x.example"},
		{"I is i whatever the locale", "ISTANBUL", "istanbul"},
		{"dotless i stays apart", "ıstanbul", "ıstanbul"},
		{"dotted capital I stays apart", "İstanbul", "İstanbul"},
		{"sharp s is not ss", "Straße", "straße"},
		{"capital sharp s", "STRAẞE", "straße"},
		{"ligature stays", "ﬁne", "ﬁne"},
		{"full-width letters", "ＡＤＡ＠ｘ", "ada@x"},
		{"half-width katakana", "ｶﾞ", "ガ"},
		{"composed and decomposed", "E\u0301", "é"},
		{"composed capital", "É", "é"},
		{"Kelvin sign is k", "\u212A", "k"},
		{"final sigma", "ΣΑΣ", "σασ"},
		{"iota subscript is not an iota", "ᾳ", "ᾳ"},
		{"decomposed iota subscript", "α\u0345", "ᾳ"},
		{"Cyrillic look-alike stays apart", "аda", "аda"},
		{"spaces are kept", " A ", " a "},
		{"ASCII then more", "ABÇ", "abç"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := scim.Fold(tt.in); got != tt.want {
				t.Errorf("Fold(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

// TestFoldOrbits checks every rune that Unicode's simple case folding relates to others.
func TestFoldOrbits(t *testing.T) {
	t.Parallel()
	for r := range rune(unicode.MaxRune + 1) {
		if unicode.SimpleFold(r) == r {
			continue
		}
		// The orbit's runes may normalize to other runes (Å is such), so each is compared by its own key.
		key, next := scim.Fold(string(r)), scim.Fold(string(unicode.SimpleFold(r)))
		if key != next && r != '\u0345' && unicode.SimpleFold(r) != '\u0345' {
			t.Errorf("Fold(%U) = %q, Fold(%U) = %q; want the same", r, key, unicode.SimpleFold(r), next)
		}
		if again := scim.Fold(key); again != key {
			t.Errorf("Fold(Fold(%U)) = %q, want %q", r, again, key)
		}
	}
}

// AllocsPerRun must not run in parallel.
func TestFoldDoesNotAllocateForFoldedASCII(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() { scim.Fold("ada@x.example") }); n != 0 {
		t.Errorf("got %v allocations, want none", n)
	}
}
