package scim

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"math"
	"time"
)

// Place is where a resource stands in a list: a page by cursor begins behind one.
type Place struct {
	Key      string // by which the list is sorted, as the storage writes it
	Assigned bool   // whether the resource has a value to sort by
	ID       string
}

// CursorTimeout is how long a cursor opens after it was made (RFC 9865 §4).
const CursorTimeout = time.Hour

// maxCursorBytes bounds what is looked at: a Place holds no more than an indexed name and an id.
const maxCursorBytes = 8 << 10

// CursorKey makes and opens cursors (RFC 9865). A cursor is sealed, as it holds what a list is sorted by, such as a
// person's name, and stands in URLs, which are logged: clients can neither read nor alter it. It is made of characters
// that need no escape in a URL.
//
// Each scope has a key of its own, derived from this one, so that a cursor opens on the list alone that it was made
// for. The servers of a deployment share the key.
type CursorKey []byte

// Seal makes the cursor of the page behind a place.
func (k CursorKey) Seal(scope []byte, behind Place, now time.Time) string {
	plain := binary.AppendUvarint(nil, uint64(max(0, now.Add(CursorTimeout).Unix())))
	assigned := byte(0)
	if behind.Assigned {
		assigned = 1
	}
	plain = append(plain, assigned)
	plain = binary.AppendUvarint(plain, uint64(len(behind.ID)))
	plain = append(append(plain, behind.ID...), behind.Key...)
	return base64.RawURLEncoding.EncodeToString(k.aead(scope).Seal(nil, nil, plain, nil)) //nolint:gosec // the nonce is made inside, at random
}

// Open reads a cursor that Seal made for the same scope. Errors are *[Error] 400: expiredCursor, or invalidCursor for
// what is none of this list's.
func (k CursorKey) Open(scope []byte, cursor string, now time.Time) (Place, error) {
	invalid := refuse(TypeInvalidCursor, "The cursor is none of this list. Leave it empty for the first page; then send each nextCursor with the same filter and sortBy to the same endpoint.")
	if len(cursor) > maxCursorBytes {
		return Place{}, invalid
	}
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil {
		return Place{}, invalid
	}
	plain, err := k.aead(scope).Open(nil, nil, sealed, nil)
	if err != nil {
		return Place{}, invalid
	}
	expires, place, ok := readCursor(plain)
	if !ok {
		return Place{}, invalid
	}
	if now.Unix() > expires {
		return Place{}, refuse(TypeExpiredCursor, "The cursor has expired: the next page has to be asked for within %d seconds. Begin again with an empty cursor.", int(CursorTimeout.Seconds()))
	}
	return place, nil
}

// readCursor takes apart what Seal put together.
func readCursor(b []byte) (expires int64, p Place, ok bool) {
	at, n := binary.Uvarint(b)
	if n <= 0 || n == len(b) || at > math.MaxInt64 {
		return 0, Place{}, false
	}
	p.Assigned = b[n] == 1
	b = b[n+1:]
	length, n := binary.Uvarint(b)
	if n <= 0 || length > uint64(len(b)-n) {
		return 0, Place{}, false
	}
	b = b[n:]
	p.ID, p.Key = string(b[:length]), string(b[length:])
	return int64(at), p, true
}

// aead is AES-256-GCM with a random nonce and the key of a scope.
func (k CursorKey) aead(scope []byte) cipher.AEAD {
	mac := hmac.New(sha256.New, k)
	mac.Write([]byte("SCIM cursor\n"))
	mac.Write(scope)
	block, err := aes.NewCipher(mac.Sum(nil))
	if err != nil {
		panic(err) // a SHA-256 sum is an AES-256 key
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err) // AES has GCM's block size
	}
	return aead
}
