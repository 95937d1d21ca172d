package store

import (
	"crypto/rand"
	"encoding/base64"
)

// ServerKeyName says what a key of the deployment is for.
type ServerKeyName string

// The keys of a deployment.
const (
	ServerKeyCursor ServerKeyName = "scim.cursor"     // of SCIM cursors
	ServerKeySignIn ServerKeyName = "console.sign-in" // of the cookies of people on their way to an identity provider
)

// serverKeyBytes is the length of a key: as strong as the ciphers it is for.
const serverKeyBytes = 32

// ServerKey gives a key that all servers of the deployment share and that
// survives restarts; [ErrNotFound] before MakeServerKey has made it.
func (tx *Tx) ServerKey(name ServerKeyName) ([]byte, error) {
	value, err := one(tx, column[string], `SELECT value FROM server_key WHERE name = $1`, string(name))
	if err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(value)
}

// MakeServerKey is ServerKey, and makes the key at random where there is none.
func (tx *Tx) MakeServerKey(name ServerKeyName) ([]byte, error) {
	key := make([]byte, serverKeyBytes)
	rand.Read(key) // never fails
	_, err := tx.exec(`INSERT INTO server_key (name, value, created_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING`,
		string(name), base64.StdEncoding.EncodeToString(key), micros(tx.now))
	if err != nil {
		return nil, err
	}
	return tx.ServerKey(name)
}
