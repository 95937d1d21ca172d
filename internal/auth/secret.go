package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"strings"

	"roster/internal/identity"
	"roster/internal/store"
)

// Secrets that open the console and no API; they are no credentials of the
// store.
const (
	kindLink    store.CredentialKind = "link"
	kindSession store.CredentialKind = "session"
	kindChoice  store.CredentialKind = "choice"
)

// The prefixes let people and secret scanners recognise a kind.
var prefixes = map[store.CredentialKind]string{
	store.CredentialSite: "roster_site_",
	store.CredentialOrg:  "roster_org_",
	store.CredentialSCIM: "roster_scim_",
	kindLink:             "roster_link_",
	kindSession:          "roster_session_",
	kindChoice:           "roster_choice_",
}

// names are what the texts call the kinds.
var names = map[store.CredentialKind]string{
	store.CredentialSite: "the site key",
	store.CredentialOrg:  "an organization API key",
	store.CredentialSCIM: "a directory's SCIM token",
	kindLink:             "a sign-in link of the console",
	kindSession:          "a session of the console",
	kindChoice:           "a sign-in to the console that waits for an organization",
}

var encoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// secretBytes of randomness make a secret: 256 bits.
const secretBytes = 32

func newSecret(kind store.CredentialKind) string {
	var random [secretBytes]byte
	rand.Read(random[:]) // never fails, see crypto/rand
	return prefixes[kind] + strings.ToLower(encoding.EncodeToString(random[:]))
}

// nameOf tells by its prefix what a secret that is not known here looks like;
// "" for none of ours.
func nameOf(secret string) string {
	for kind, prefix := range prefixes {
		if strings.HasPrefix(secret, prefix) {
			return names[kind]
		}
	}
	return ""
}

// hashOf is how a secret is kept and looked up. A plain hash is enough, and
// needs no salt, as a secret holds 256 random bits.
func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// hintOf keeps the kind and the last four characters, for lists.
func hintOf(kind store.CredentialKind, secret string) string {
	return prefixes[kind] + "…" + secret[len(secret)-4:]
}

func newCredentialID(kind store.CredentialKind) identity.CredentialID {
	prefix := "key_"
	if kind == store.CredentialSCIM {
		prefix = "tok_"
	}
	return identity.CredentialID(prefix + strings.ReplaceAll(identity.NewUUID(), "-", ""))
}
