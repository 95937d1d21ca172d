package identity

import (
	"strings"
	"unicode"

	"golang.org/x/net/idna"

	"roster/internal/scim"
)

// Bounds of an address, in bytes (RFC 5321 section 4.5.3.1 for the whole; the
// hosted API allows 255 for each part).
const (
	maxEmailBytes     = 320
	maxEmailPartBytes = 255
)

// Email is an address in two forms: Address as it was written (trimmed), and
// Key, the canonical form that rule one-account-per-email compares: full-width
// characters mapped, simple case folding whatever the locale, NFC, the domain
// as a lower-case IDNA A-label. Look-alike characters stay different.
type Email struct {
	Address string
	Key     string
	Domain  string // the part of Key behind the @
}

// ParseEmail reads an address (RFC 5321 addr-spec without quoted local parts).
func ParseEmail(s string) (Email, error) {
	address := strings.TrimSpace(s)
	folded := scim.Fold(address)
	if len(address) > maxEmailBytes {
		return Email{}, notAnEmail(address, "it is longer than 320 bytes")
	}
	local, host, found := strings.Cut(folded, "@")
	switch {
	case !found || local == "":
		return Email{}, notAnEmail(address, "an address has the form name@domain")
	case len(local) > maxEmailPartBytes:
		return Email{}, notAnEmail(address, "the part before the @ is longer than 255 bytes")
	case strings.ContainsFunc(local, notInLocalPart):
		return Email{}, notAnEmail(address, "the part before the @ has a character that is not allowed there")
	}
	domain, err := ParseDomain(host)
	if err != nil {
		return Email{}, notAnEmail(address, err.Error())
	}
	return Email{Address: address, Key: local + "@" + domain, Domain: domain}, nil
}

// MustEmail is ParseEmail for addresses that the program itself made.
func MustEmail(s string) Email {
	e, err := ParseEmail(s)
	if err != nil {
		panic(err)
	}
	return e
}

func notInLocalPart(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune(`"(),:;<>[\]`, r)
}

func notAnEmail(address, why string) *Error {
	return Errorf(CodeInvalid, "%.80q is not an email address: %s", address, why).WithField("email")
}

// ParseDomain gives the canonical form of a domain name: a lower-case IDNA
// A-label with at least two labels (UTS #46, RFC 5891).
func ParseDomain(s string) (string, error) {
	name := strings.TrimSuffix(strings.TrimSpace(scim.Fold(s)), ".")
	ascii, err := idna.Lookup.ToASCII(name)
	if err != nil || ascii == "" || len(ascii) > 253 {
		return "", Errorf(CodeInvalid, "%.80q is not a domain name", s).WithField("domain")
	}
	if !strings.Contains(ascii, ".") {
		return "", Errorf(CodeInvalid, "the domain %q has no dot", ascii).WithField("domain")
	}
	return ascii, nil
}
