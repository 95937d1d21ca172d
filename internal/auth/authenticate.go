package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"roster/internal/identity"
	"roster/internal/store"
)

// touchEvery bounds how often a use of a credential is written down.
const touchEvery = time.Minute

// Principal is the holder of a live credential.
type Principal struct{ store.Credential }

// Caller is the principal's name for the logs.
func (p Principal) Caller(requestID string) identity.Caller {
	kind := map[store.CredentialKind]string{store.CredentialSite: "site key", store.CredentialOrg: "API key", store.CredentialSCIM: "SCIM token"}[p.Kind]
	return identity.Caller{Actor: fmt.Sprintf("%s %s (%s)", kind, p.Name, p.ID), ActorID: string(p.ID), RequestID: requestID}
}

// Authenticate finds who an Authorization header speaks for. due is the kind
// that the endpoint wants: every refusal says which that is. All refusals are
// [identity.CodeUnauthenticated].
func (k *Keys) Authenticate(ctx context.Context, authorization string, due ...store.CredentialKind) (Principal, error) {
	secret, err := bearer(authorization, due)
	if err != nil {
		return Principal{}, err
	}
	cred, err := k.credential(ctx, hashOf(secret))
	if errors.Is(err, store.ErrNotFound) {
		return Principal{}, refused(unknown(secret), due)
	}
	if err != nil {
		return Principal{}, err
	}
	if err := k.check(cred, due); err != nil {
		return Principal{}, err
	}
	return Principal{cred}, k.touch(ctx, cred)
}

// unknown says of a secret that is no credential what it is, if it belongs to
// the console.
func unknown(secret string) string {
	for _, kind := range []store.CredentialKind{kindLink, kindSession, kindChoice} {
		if strings.HasPrefix(secret, prefixes[kind]) {
			return "this is " + names[kind]
		}
	}
	return "this key is not known here"
}

func bearer(authorization string, due []store.CredentialKind) (string, error) {
	if authorization == "" {
		return "", refused("the Authorization header is missing", due)
	}
	scheme, secret, _ := strings.Cut(authorization, " ")
	secret = strings.TrimSpace(secret)
	if !strings.EqualFold(scheme, "Bearer") || secret == "" {
		return "", refused(`the Authorization header must be "Bearer" and a key`, due)
	}
	return secret, nil
}

func (k *Keys) check(c store.Credential, due []store.CredentialKind) error {
	switch {
	case !c.RevokedAt.IsZero():
		return refused("this key was revoked on "+c.RevokedAt.Format(time.DateOnly), due)
	case !c.IsLive(k.now()):
		return refused("this key expired on "+c.ExpiresAt.Format(time.DateOnly), due)
	}
	if slices.Contains(due, c.Kind) {
		return nil
	}
	return refused("this is "+names[c.Kind], due)
}

// credential looks a secret up, in memory where it was seen a moment ago.
func (k *Keys) credential(ctx context.Context, hash string) (cred store.Credential, err error) {
	if cred, ok := k.seen.get(hash, k.now()); ok {
		return cred, nil
	}
	since := k.seen.mark()
	err = k.store.Glance(ctx, func(tx *store.Tx) error {
		cred, err = tx.CredentialByHash(hash)
		return err
	})
	if err == nil {
		k.seen.put(cred, k.now(), since)
	}
	return cred, err
}

// touch writes down the use of a credential, at most once a minute.
func (k *Keys) touch(ctx context.Context, c store.Credential) error {
	now := k.now()
	if now.Sub(c.LastUsedAt) < touchEvery || !k.seen.claimTouch(c.ID, now) {
		return nil
	}
	err := k.store.Update(ctx, func(tx *store.Tx) error { return tx.TouchCredential(c.ID, now) })
	if errors.Is(err, store.ErrFull) {
		return nil // reads must go on while the disk is full
	}
	return err
}

// hints say where the kind that is due can be had.
var hints = map[store.CredentialKind]string{
	store.CredentialSCIM: "use the SCIM token of this directory (roster directory token create), not an organization API key",
	store.CredentialOrg:  "use an organization API key (roster key create), not a directory's SCIM token",
	store.CredentialSite: "use the site key, which the server printed at its first start",
}

func refused(why string, due []store.CredentialKind) *identity.Error {
	wanted := make([]string, len(due))
	for i, kind := range due {
		wanted[i] = names[kind]
	}
	return identity.Errorf(identity.CodeUnauthenticated, "%s; this endpoint needs %s", why, strings.Join(wanted, " or ")).WithHint("%s", hints[due[0]])
}

// OpensOrg checks that a principal may act on an org: its own key, or the site
// key where the endpoint took that kind. The answer is the same whether or not
// the org exists.
func (p Principal) OpensOrg(org identity.OrgID) error {
	if p.Kind == store.CredentialSite || (p.Kind == store.CredentialOrg && p.OrgID == org) {
		return nil
	}
	return identity.Errorf(identity.CodeForbidden, "this key does not open organization %.60s", org).
		WithHint("use an API key of that organization; this key belongs to organization %s", p.OrgID)
}

// OpensDirectory checks that a SCIM token belongs to a directory. The answer
// is the same whether or not the directory exists.
func (p Principal) OpensDirectory(d identity.DirectoryID) error {
	if p.Kind == store.CredentialSCIM && p.DirectoryID == d {
		return nil
	}
	return identity.Errorf(identity.CodeForbidden, "this SCIM token does not open directory %.60s", d).
		WithHint("check the base URL: this token belongs to directory %s", p.DirectoryID)
}
