package identity_test

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"roster/internal/identity"
)

func TestEmailKey(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, address, key string }{
		{"plain", "ann@acme.example", "ann@acme.example"},
		{"letter case", "Ann.B@ACME.Example", "ann.b@acme.example"},
		{"spaces around", " \tann@acme.example\n", "ann@acme.example"},
		{"full-width", "ＡＮＮ＠ａｃｍｅ．example", "ann@acme.example"},
		{"a plus stays", "ann+x@acme.example", "ann+x@acme.example"},
		{"dots stay", "a.n.n@acme.example", "a.n.n@acme.example"},
		{"Turkish capital I is i in no locale but English", "I@acme.example", "i@acme.example"},
		{"dotless ı stays", "ı@acme.example", "ı@acme.example"},
		{"dotted İ stays", "İ@acme.example", "İ@acme.example"},
		{"ß is not ss", "weiß@acme.example", "weiß@acme.example"},
		{"capital ẞ is ß", "WEIẞ@acme.example", "weiß@acme.example"},
		{"ligatures stay", "ﬁn@acme.example", "ﬁn@acme.example"},
		{"final sigma", "ΟΔΟΣ@acme.example", "οδοσ@acme.example"},
		{"the Kelvin sign is k", "\u212A@acme.example", "k@acme.example"},
		{"NFD becomes NFC", "ju\u0308rgen@acme.example", "jürgen@acme.example"},
		{"NFC stays", "JÜRGEN@acme.example", "jürgen@acme.example"},
		{"half-width katakana", "ｶ@acme.example", "カ@acme.example"},
		{"emoji", "👩‍💻@acme.example", "👩‍💻@acme.example"},
		{"right to left", "דנה@acme.example", "דנה@acme.example"},
		{"IDN becomes punycode", "ann@Bücher.example", "ann@xn--bcher-kva.example"},
		{"punycode stays", "ann@XN--BCHER-KVA.example", "ann@xn--bcher-kva.example"},
		{"decomposed IDN", "ann@bu\u0308cher.example", "ann@xn--bcher-kva.example"},
		{"ß in a domain is not ss", "ann@straße.example", "ann@xn--strae-oqa.example"},
		{"the root's dot", "ann@acme.example.", "ann@acme.example"},
		{"an ideographic full stop", "ann@acme。example", "ann@acme.example"},
		{"one at the end", "ann@acme.example。", "ann@acme.example"},
		{"the longest local part", strings.Repeat("a", 255) + "@acme.example", strings.Repeat("a", 255) + "@acme.example"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := identity.ParseEmail(c.address)
			if err != nil {
				t.Fatal(err)
			}
			if got.Key != c.key || got.Address != strings.TrimSpace(c.address) || !strings.HasSuffix(got.Key, "@"+got.Domain) {
				t.Errorf("got %+v, want key %q", got, c.key)
			}
		})
	}
}

func TestLookAlikesAreDifferentPeople(t *testing.T) {
	t.Parallel()
	keys := map[string]string{}
	for _, address := range []string{
		"paypal@acme.example", "раypal@acme.example", "paypaI@acme.example", "paypa1@acme.example", "pаypal@acme.example",
		"o@acme.example", "0@acme.example", "ο@acme.example", "о@acme.example",
		"ss@acme.example", "ß@acme.example", "fi@acme.example", "ﬁ@acme.example", "ı@acme.example", "i@acme.example",
		"paypal@асme.example",
	} {
		key := identity.MustEmail(address).Key
		if other, taken := keys[key]; taken {
			t.Errorf("%q and %q are one address %q", address, other, key)
		}
		keys[key] = address
	}
}

func TestNoEmail(t *testing.T) {
	t.Parallel()
	for name, address := range map[string]string{
		"nothing": "", "spaces": "  ", "no @": "ann", "no name": "@acme.example", "no domain": "ann@", "no dot": "ann@localhost",
		"two @": "ann@b@acme.example", "a space inside": "a nn@acme.example", "a no-break space inside": "a\u00a0nn@acme.example",
		"a space behind the @": "ann@ acme.example", "a space before the @": "ann @acme.example",
		"NUL": "a\x00@acme.example", "line break": "ann\n@acme.example", "a control character": "a\u0085n@acme.example",
		"a zero-width space": "ann\u200b@acme.example", "a direction override": "\u202eann@acme.example", "a byte order mark": "\ufeffann@acme.example", "a soft hyphen": "an\u00adn@acme.example",
		"invalid UTF-8": "\xff@acme.example", "quoted": `"ann"@acme.example`, "angle brackets": "Ann <ann@acme.example>", "a list": "a@acme.example,b@acme.example",
		"an address literal": "ann@[127.0.0.1]", "an empty label": "ann@acme..example", "a dot in front": "ann@.example", "dots at the end": "ann@acme.example..",
		"two full stops of two scripts": "ann@acme.example.。", "an underscore": "ann@ac_me.example", "a hyphen in front": "ann@-acme.example", "broken punycode": "ann@xn--a.example",
		"a long local part": strings.Repeat("a", 256) + "@acme.example", "a long label": "ann@" + strings.Repeat("a", 64) + ".example",
		"a long domain": "a@" + strings.Repeat("abcdefg.", 32) + "example", "over-long": strings.Repeat("ü", 120) + "@" + strings.Repeat("a", 60) + "." + strings.Repeat("b", 60) + ".example",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := identity.ParseEmail(address)
			e, ok := errors.AsType[*identity.Error](err)
			if !ok || e.Code != identity.CodeInvalid || e.Field != "email" || got != (identity.Email{}) {
				t.Errorf("%q: got %+v, %v", address, got, err)
			}
		})
	}
}

// A canonical form is canonical: whatever parses, its key parses to itself.
func TestEmailKeyIsIdempotent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		local := rapid.StringOfN(rapid.Rune(), 1, 12, -1).Draw(t, "local")
		domain := rapid.OneOf(
			rapid.SampledFrom([]string{"acme.example", "BÜCHER.example", "acme。example.", "straße.de"}),
			rapid.StringOfN(rapid.Rune(), 1, 8, -1),
		).Draw(t, "domain")
		first, err := identity.ParseEmail(local + "@" + domain)
		if err != nil {
			t.Skip("not an address")
		}
		again, err := identity.ParseEmail(first.Key)
		if err != nil || again.Key != first.Key || again.Domain != first.Domain {
			t.Fatalf("%q has key %q, which has key %q (%v)", first.Address, first.Key, again.Key, err)
		}
		upper, err := identity.ParseEmail(first.Address)
		if err != nil || upper != first {
			t.Fatalf("%q as stored parses to %+v (%v)", first.Address, upper, err)
		}
	})
}

func TestParseDomain(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"acme.example": "acme.example", " ACME.Example. ": "acme.example", "bücher.example": "xn--bcher-kva.example", "ａｃｍｅ.example": "acme.example",
		"sub.acme.example": "sub.acme.example", "1.acme.example": "1.acme.example", "acme。example。": "acme.example",
		"": "", "localhost": "", ".": "", "..": "", "acme..example": "", ".acme.example": "", "acme.example..": "", "ac me.example": "", "acme.example/": "",
		"http://acme.example": "", "*.acme.example": "", "ann@acme.example": "", "-a.example": "", "a-.example": "", "xn--a.example": "", "a\x00.example": "",
	} {
		t.Run(in, func(t *testing.T) {
			t.Parallel()
			got, err := identity.ParseDomain(in)
			if got != want || (err == nil) != (want != "") {
				t.Errorf("got %q, %v; want %q", got, err, want)
			}
			if err != nil && identity.CodeOf(err) != identity.CodeInvalid {
				t.Errorf("code %s", identity.CodeOf(err))
			}
		})
	}
}
