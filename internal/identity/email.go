package identity

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"roster/internal/scim"
)

// Bounds of an address, in bytes (RFC 5321 section 4.5.3.1 for the whole; the
// hosted API allows 255 for each part).
const (
	maxEmailBytes     = 320
	maxEmailPartBytes = 255
	maxDomainBytes    = 253
	maxLabelBytes     = 63
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
	case !utf8.ValidString(address):
		return Email{}, notAnEmail(address, "it is not UTF-8")
	case !found || local == "":
		return Email{}, notAnEmail(address, "an address has the form name@domain")
	case len(local) > maxEmailPartBytes:
		return Email{}, notAnEmail(address, "the part before the @ is longer than 255 bytes")
	case strings.ContainsFunc(local, notInLocalPart):
		return Email{}, notAnEmail(address, "the part before the @ has a character that is not allowed there")
	}
	if strings.ContainsFunc(host, unicode.IsSpace) {
		return Email{}, notAnEmail(address, "there is a space behind the @")
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

// notInLocalPart refuses what RFC 5321 does, and characters that nobody sees:
// zero-width spaces and direction marks come along when an address is pasted,
// and would make two people of one. The joiners stay; emoji and some scripts
// are written with them.
func notInLocalPart(r rune) bool {
	isJoiner := r == '\u200C' || r == '\u200D'
	isUnseen := unicode.Is(unicode.Cf, r) && !isJoiner
	return unicode.IsSpace(r) || unicode.IsControl(r) || isUnseen || strings.ContainsRune(`"(),:;<>[\]`, r)
}

func notAnEmail(address, why string) *Error {
	return Errorf(CodeInvalid, "%.80q is not an email address: %s", address, why).WithField("email")
}

// ParseDomain gives the canonical form of a domain name: a lower-case IDNA
// A-label with at least two labels (UTS #46, RFC 5891).
func ParseDomain(s string) (string, error) {
	ascii, err := idna.Lookup.ToASCII(strings.TrimSpace(scim.Fold(s)))
	ascii = strings.TrimSuffix(ascii, ".") // of the DNS root, which UTS #46 may make of another full stop
	if err != nil || ascii == "" || len(ascii) > maxDomainBytes || hasBadLabel(ascii) {
		return "", Errorf(CodeInvalid, "%.80q is not a domain name", s).WithField("domain")
	}
	if !strings.Contains(ascii, ".") {
		return "", Errorf(CodeInvalid, "the domain %q has no dot", ascii).WithField("domain")
	}
	return ascii, nil
}

// hasBadLabel tells whether a label is empty or too long, which the lookup
// profile of IDNA lets pass (RFC 1035 section 2.3.4).
func hasBadLabel(ascii string) bool {
	for label := range strings.SplitSeq(ascii, ".") {
		if label == "" || len(label) > maxLabelBytes {
			return true
		}
	}
	return false
}
