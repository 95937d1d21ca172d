package auth

import (
	"context"

	"roster/internal/store"
)

// Whose gives the credential in an Authorization header whatever its state and
// kind, so that a refusal by [Keys.Authenticate] can be noted where the owner
// looks. It opens nothing. A header without a known credential is
// [store.ErrNotFound].
func (k *Keys) Whose(ctx context.Context, authorization string) (Principal, error) {
	secret, err := bearer(authorization, []store.CredentialKind{store.CredentialSCIM}) // any kind: it words a text that nobody sees
	if err != nil {
		return Principal{}, store.ErrNotFound
	}
	cred, err := k.credential(ctx, hashOf(secret))
	return Principal{cred}, err
}
