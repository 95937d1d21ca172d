package auth

import (
	"context"
	"errors"
	"time"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/store"
)

// Actions of the audit log.
const (
	ActionKeyCreated   journal.Action = "api_key_created"
	ActionKeyRevoked   journal.Action = "api_key_revoked"
	ActionTokenCreated journal.Action = "scim_token_created"
	ActionTokenRevoked journal.Action = "scim_token_revoked"
)

// maxLiveTokens of a directory: the one in use and the one it is rotated to.
const maxLiveTokens = 2

// Keys makes, checks and ends credentials.
type Keys struct {
	store *store.Store
	now   func() time.Time
	seen  *seen
}

// NewKeys makes a Keys; now is the clock, nil for time.Now.
func NewKeys(st *store.Store, now func() time.Time) *Keys {
	if now == nil {
		now = time.Now
	}
	return &Keys{store: st, now: now, seen: newSeen()}
}

// Issued is a new credential with its secret, which is shown this once.
type Issued struct {
	store.Credential
	Secret string
}

// EnsureSiteKey makes the site key at the first start of a deployment; Secret
// is "" when a live one exists.
func (k *Keys) EnsureSiteKey(ctx context.Context) (issued Issued, err error) {
	err = k.store.Update(ctx, func(tx *store.Tx) error {
		issued = Issued{}
		keys, err := tx.LockSiteKeys()
		if err != nil {
			return err
		}
		for _, key := range keys {
			if key.IsLive(tx.Now()) {
				return nil
			}
		}
		issued, err = issueSiteKey(tx)
		return err
	})
	return issued, err
}

// ReplaceSiteKey revokes the site key and makes another, for an operator who
// lost it or saw it leak.
func (k *Keys) ReplaceSiteKey(ctx context.Context) (issued Issued, err error) {
	var old []store.Credential
	err = k.store.Update(ctx, func(tx *store.Tx) error {
		if old, err = tx.LockSiteKeys(); err != nil {
			return err
		}
		if err := tx.RevokeSiteKeys(); err != nil {
			return err
		}
		issued, err = issueSiteKey(tx)
		return err
	})
	for _, key := range old {
		k.seen.forget(key.ID)
	}
	return issued, err
}

func issueSiteKey(tx *store.Tx) (Issued, error) {
	return issue(tx, store.Credential{Kind: store.CredentialSite, Name: "site key"})
}

// CreateOrgKey makes an API key of an org. A zero expires means never, no
// scopes mean all. Whether the caller may give them is for
// [Principal.AllowsGranting] to say.
func (k *Keys) CreateOrgKey(ctx context.Context, c identity.Caller, org identity.OrgID, name string, expires time.Time, scopes ...identity.Scope) (issued Issued, err error) {
	if len(scopes) == 0 {
		scopes = identity.AllScopes()
	}
	if name, err = identity.CheckName(name); err != nil {
		return Issued{}, err
	}
	err = k.store.Update(ctx, func(tx *store.Tx) error {
		if err := checkExpiry(expires, tx.Now()); err != nil {
			return err
		}
		if _, err := tx.Org(org); err != nil {
			return store.MissingOrg(err, org)
		}
		issued, err = issue(tx, store.Credential{Kind: store.CredentialOrg, OrgID: org, Name: name, ExpiresAt: expires, Scopes: scopes})
		if err != nil {
			return err
		}
		return journal.Audit(tx, c, org, ActionKeyCreated, string(issued.ID), nil, described(issued.Credential))
	})
	return issued, err
}

// CreateToken makes a SCIM token of a directory. Two may live at once, so that
// a token can be rotated without a gap; a third is refused.
func (k *Keys) CreateToken(ctx context.Context, c identity.Caller, org identity.OrgID, d identity.DirectoryID, name string, expires time.Time) (issued Issued, err error) {
	if name, err = identity.CheckOptionalName(name); err != nil {
		return Issued{}, err
	}
	err = k.store.Update(ctx, func(tx *store.Tx) error {
		if err := checkExpiry(expires, tx.Now()); err != nil {
			return err
		}
		if _, err := tx.LockDirectory(org, d); err != nil {
			return store.Missing(err, "directory", string(d))
		}
		if err := checkRoomForToken(tx, org, d); err != nil {
			return err
		}
		issued, err = issue(tx, store.Credential{Kind: store.CredentialSCIM, OrgID: org, DirectoryID: d, Name: name, ExpiresAt: expires})
		if err != nil {
			return err
		}
		return journal.Audit(tx, c, org, ActionTokenCreated, string(issued.ID), nil, described(issued.Credential))
	})
	return issued, err
}

func checkRoomForToken(tx *store.Tx, org identity.OrgID, d identity.DirectoryID) error {
	tokens, err := tx.SCIMTokens(org, d)
	if err != nil {
		return err
	}
	live := 0
	for _, t := range tokens {
		if t.IsLive(tx.Now()) {
			live++
		}
	}
	if live < maxLiveTokens {
		return nil
	}
	return identity.Errorf(identity.CodeConflict, "directory %s has %d live SCIM tokens already", d, live).
		WithHint("revoke the one that the identity provider no longer uses, then create the new one")
}

// OrgKeys gives an org's API keys, revoked ones included.
func (k *Keys) OrgKeys(ctx context.Context, org identity.OrgID) (keys []store.Credential, err error) {
	err = k.store.View(ctx, func(tx *store.Tx) error {
		if _, err := tx.Org(org); err != nil {
			return store.MissingOrg(err, org)
		}
		keys, err = tx.OrgKeys(org)
		return err
	})
	return keys, err
}

// Tokens gives a directory's SCIM tokens, revoked ones included.
func (k *Keys) Tokens(ctx context.Context, org identity.OrgID, d identity.DirectoryID) (tokens []store.Credential, err error) {
	err = k.store.View(ctx, func(tx *store.Tx) error {
		if _, err := tx.Directory(org, d); err != nil {
			return store.Missing(err, "directory", string(d))
		}
		tokens, err = tx.SCIMTokens(org, d)
		return err
	})
	return tokens, err
}

// RevokeOrgKey ends an API key of an org at once. Revoking it twice changes nothing.
func (k *Keys) RevokeOrgKey(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.CredentialID) error {
	return k.revoke(ctx, c, org, id, ActionKeyRevoked, func(tx *store.Tx) ([]store.Credential, error) { return tx.OrgKeys(org) })
}

// RevokeToken ends a SCIM token of a directory at once. Revoking it twice changes nothing.
func (k *Keys) RevokeToken(ctx context.Context, c identity.Caller, org identity.OrgID, d identity.DirectoryID, id identity.CredentialID) error {
	return k.revoke(ctx, c, org, id, ActionTokenRevoked, func(tx *store.Tx) ([]store.Credential, error) {
		if _, err := tx.Directory(org, d); err != nil {
			return nil, store.Missing(err, "directory", string(d))
		}
		return tx.SCIMTokens(org, d)
	})
}

func (k *Keys) revoke(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.CredentialID, action journal.Action, list func(*store.Tx) ([]store.Credential, error)) error {
	err := k.store.Update(ctx, func(tx *store.Tx) error {
		all, err := list(tx)
		if err != nil {
			return err
		}
		for _, cred := range all {
			if cred.ID != id {
				continue
			}
			err := tx.RevokeCredential(org, id)
			if errors.Is(err, store.ErrNotFound) {
				return nil // revoked already
			}
			if err != nil {
				return err
			}
			return journal.Audit(tx, c, org, action, string(id), described(cred), nil)
		}
		return store.Missing(store.ErrNotFound, "key", string(id))
	})
	k.seen.forget(id)
	return err
}

func issue(tx *store.Tx, c store.Credential) (Issued, error) {
	secret := newSecret(c.Kind)
	c.ID, c.Hint, c.Hash = newCredentialID(c.Kind), hintOf(c.Kind, secret), hashOf(secret)
	stored, err := tx.InsertCredential(c)
	return Issued{Credential: stored, Secret: secret}, err
}

func checkExpiry(expires, now time.Time) error {
	if !expires.IsZero() && !expires.After(now) {
		return identity.Errorf(identity.CodeInvalid, "expiresAt %s is in the past", expires.Format(time.RFC3339)).WithField("expiresAt")
	}
	return nil
}

// described is what the audit log shows of a credential.
func described(c store.Credential) map[string]any {
	d := map[string]any{"name": c.Name, "kind": c.Kind, "hint": c.Hint}
	if c.DirectoryID != "" {
		d["directoryId"] = c.DirectoryID
	}
	if c.Kind == store.CredentialOrg {
		d["scopes"] = c.Scopes
	}
	if !c.ExpiresAt.IsZero() {
		d["expiresAt"] = c.ExpiresAt
	}
	return d
}
