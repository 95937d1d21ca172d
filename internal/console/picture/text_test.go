package picture

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestClip(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		width      float64
		want       string
	}{
		{"fits", "Ada", 100, "Ada"},
		{"too long", "Ada Lovelace", 60, "Ada Lo…"},
		{"empty", "", 10, ""},
		{"no room at all", "Ada", 1, "…"},
		{"right to left is isolated", "عائشة", 100, "\u2068عائشة\u2069"},
		{"an override ends with the name", "\u202eadA", 100, "\u2068\u202eadA\u2069"},
		{"an emoji sequence stays whole", "👩🏽‍💻👩🏽‍💻👩🏽‍💻", 85, "\u2068👩🏽‍💻…\u2069"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, clip(tt.text, tt.width, 12)); diff != "" {
				t.Errorf("clipped (-want +got):\n%s", diff)
			}
		})
	}
}

func TestClusters(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		want       []string
	}{
		{"letters", "Ada", []string{"A", "d", "a"}},
		{"mark", "u\u0308b", []string{"u\u0308", "b"}},
		{"mark first", "\u0308b", []string{"\u0308", "b"}},
		{"family", "👩‍👩‍👧x", []string{"👩‍👩‍👧", "x"}},
		{"skin", "👍🏽👍", []string{"👍🏽", "👍"}},
		{"flags", "🇩🇪🇫🇷", []string{"🇩🇪", "🇫🇷"}},
		{"heart", "❤\ufe0fa", []string{"❤\ufe0f", "a"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, clusters(tt.text)); diff != "" {
				t.Errorf("clusters (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAddressBreaksBeforeItsDomain(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, email string
		want        []string
	}{
		{"short", "ada@a.example", []string{"ada@a.example"}},
		{"long", "ada.lovelace@newcorp.example", []string{"ada.lovelace", "@newcorp.example"}},
		{"two at signs", `"a@b"@long.newcorp.example`, []string{`"a@b"`, "@long.newcorp.ex…"}},
		{"none", "", []string{"no address"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, address(tt.email, 134, 12)); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
		})
	}
}

func TestShorten(t *testing.T) {
	t.Parallel()
	if got := shorten("712020:6a1e7a30-6c57-4f0e-9d5b-2a1c3ddc0f01", 110, 11); got != "712020:…3ddc0f01" {
		t.Errorf("shortened to %q", got)
	}
	if got := shorten("42", 100, 11); got != "42" {
		t.Errorf("shortened to %q", got)
	}
}
