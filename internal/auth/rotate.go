package auth

import (
	"context"
	"errors"
	"time"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/store"
)

// Actions of the audit log; the new credential has its entry as one created.
const (
	ActionKeyRotated   journal.Action = "api_key_rotated"
	ActionTokenRotated journal.Action = "scim_token_rotated"
)

// How long a rotated credential goes on to work.
const (
	DefaultOverlap = 24 * time.Hour
	MaxOverlap     = 30 * 24 * time.Hour
)

// Rotation says how a credential is replaced by another of the same name,
// place and scopes.
type Rotation struct {
	Overlap time.Duration // that the old one goes on to work; 0 ends it at once
	// Expires is the end of the new one. Zero gives it the lifetime that the
	// old one was made with, which may be for ever.
	Expires time.Time
}

// Rotated is a new credential, and the old one with its new end.
type Rotated struct {
	New Issued
	Old store.Credential
}

// RotateOrgKey replaces an API key of an org. The principal must have all the
// scopes of that key, as it gets a secret with them.
func (k *Keys) RotateOrgKey(ctx context.Context, c identity.Caller, p Principal, org identity.OrgID, id identity.CredentialID, r Rotation) (Rotated, error) {
	return k.rotate(ctx, c, org, id, r, rotating{
		action: ActionKeyRotated, created: ActionKeyCreated,
		list:  func(tx *store.Tx) ([]store.Credential, error) { return tx.OrgKeys(org) },
		check: func(_ *store.Tx, old store.Credential) error { return p.AllowsGranting(old.Scopes) },
	})
}

// RotateToken replaces a SCIM token of a directory. While another live token
// is there too it is refused, as three would live at once.
func (k *Keys) RotateToken(ctx context.Context, c identity.Caller, org identity.OrgID, d identity.DirectoryID, id identity.CredentialID, r Rotation) (Rotated, error) {
	return k.rotate(ctx, c, org, id, r, rotating{
		action: ActionTokenRotated, created: ActionTokenCreated,
		list: func(tx *store.Tx) ([]store.Credential, error) {
			if _, err := tx.LockDirectory(org, d); err != nil {
				return nil, store.Missing(err, "directory", string(d))
			}
			return tx.SCIMTokens(org, d)
		},
		check: func(tx *store.Tx, _ store.Credential) error { return checkRoomForToken(tx, org, d) },
	})
}

// rotating is what the rotations of keys and tokens differ in.
type rotating struct {
	action, created journal.Action
	list            func(*store.Tx) ([]store.Credential, error)
	check           func(tx *store.Tx, old store.Credential) error // once the old one has its end
}

func (k *Keys) rotate(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.CredentialID, r Rotation, how rotating) (done Rotated, err error) {
	if r.Overlap < 0 || r.Overlap > MaxOverlap {
		return Rotated{}, identity.Errorf(identity.CodeInvalid, "the overlap of %s is not between 0 and %s", r.Overlap, MaxOverlap).WithField("overlapSeconds")
	}
	err = k.store.Update(ctx, func(tx *store.Tx) error {
		done = Rotated{}
		if err := checkExpiry(r.Expires, tx.Now()); err != nil {
			return err
		}
		was, err := liveOne(tx, id, how.list)
		if err != nil {
			return err
		}
		done.Old, err = tx.ExpireCredential(org, id, tx.Now().Add(r.Overlap))
		if errors.Is(err, store.ErrNotFound) {
			return deadKey(id) // revoked a moment ago
		}
		if err != nil {
			return err
		}
		if err := how.check(tx, was); err != nil {
			return err
		}
		done.New, err = issue(tx, store.Credential{
			Kind: was.Kind, OrgID: was.OrgID, DirectoryID: was.DirectoryID, Name: was.Name, Scopes: was.Scopes, ExpiresAt: r.expiry(was, tx.Now()),
		})
		if err != nil {
			return err
		}
		after := described(done.Old)
		after["replacedBy"] = done.New.ID
		if err := journal.Audit(tx, c, org, how.action, string(id), described(was), after); err != nil {
			return err
		}
		return journal.Audit(tx, c, org, how.created, string(done.New.ID), nil, described(done.New.Credential))
	})
	k.seen.forget(id)
	return done, err
}

func (r Rotation) expiry(was store.Credential, now time.Time) time.Time {
	if !r.Expires.IsZero() || was.ExpiresAt.IsZero() {
		return r.Expires
	}
	return now.Add(was.ExpiresAt.Sub(was.CreatedAt))
}

func liveOne(tx *store.Tx, id identity.CredentialID, list func(*store.Tx) ([]store.Credential, error)) (store.Credential, error) {
	all, err := list(tx)
	if err != nil {
		return store.Credential{}, err
	}
	for _, cred := range all {
		switch {
		case cred.ID != id:
		case cred.IsLive(tx.Now()):
			return cred, nil
		default:
			return store.Credential{}, deadKey(id)
		}
	}
	return store.Credential{}, store.Missing(store.ErrNotFound, "key", string(id))
}

func deadKey(id identity.CredentialID) error {
	return identity.Errorf(identity.CodeConflict, "key %s was revoked or has expired: there is nothing to rotate", id).
		WithHint("create a new one")
}
