package auth

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"errors"

	"roster/internal/store"
)

// seal makes a cookie of an attempt that nobody else can read or write. It is
// kept in no database, so that whoever knocks does not fill one.
func (o *OIDC) seal(ctx context.Context, a attempt) (string, error) {
	box, err := o.box(ctx)
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(a)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(box.Seal(nil, nil, text, nil)), nil //nolint:gosec // the box makes the nonce
}

// unseal reads a cookie; one that is not ours is an old sign-in.
func (o *OIDC) unseal(ctx context.Context, cookie string) (a attempt, err error) {
	box, err := o.box(ctx)
	if err != nil {
		return a, err
	}
	sealed, err := base64.RawURLEncoding.DecodeString(cookie)
	if err != nil {
		return a, errStaleSignIn
	}
	text, err := box.Open(nil, nil, sealed, nil)
	if err != nil {
		return a, errStaleSignIn
	}
	return a, json.Unmarshal(text, &a)
}

// box is AES-256-GCM with a key that all replicas share.
func (o *OIDC) box(ctx context.Context) (cipher.AEAD, error) {
	var key []byte
	err := o.sessions.store.View(ctx, func(tx *store.Tx) (err error) {
		key, err = tx.ServerKey(store.ServerKeySignIn)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		err = o.sessions.store.Update(ctx, func(tx *store.Tx) (err error) {
			key, err = tx.MakeServerKey(store.ServerKeySignIn)
			return err
		})
	}
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}
