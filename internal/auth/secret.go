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

// The prefixes let people and secret scanners recognise a kind.
var prefixes = map[store.CredentialKind]string{
	store.CredentialSite: "roster_site_",
	store.CredentialOrg:  "roster_org_",
	store.CredentialSCIM: "roster_scim_",
}

// names are what the texts call the kinds.
var names = map[store.CredentialKind]string{
	store.CredentialSite: "the site key",
	store.CredentialOrg:  "an organization API key",
	store.CredentialSCIM: "a directory's SCIM token",
}

var encoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// secretBytes of randomness make a secret: 256 bits.
const secretBytes = 32

func newSecret(kind store.CredentialKind) string {
	var random [secretBytes]byte
	rand.Read(random[:]) // never fails, see crypto/rand
	return prefixes[kind] + strings.ToLower(encoding.EncodeToString(random[:]))
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
