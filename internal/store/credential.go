package store

import (
	"time"

	"roster/internal/identity"
)

// CredentialKind says what a secret opens.
type CredentialKind string

// The kinds of credentials.
const (
	CredentialSite CredentialKind = "site" // creates orgs
	CredentialOrg  CredentialKind = "org"  // an organization API key
	CredentialSCIM CredentialKind = "scim" // the token of one directory
)

// Credential is a secret's record; the secret itself is not kept.
type Credential struct {
	ID          identity.CredentialID
	Kind        CredentialKind
	OrgID       identity.OrgID       // "" for the site key
	DirectoryID identity.DirectoryID // of a SCIM token
	Name        string
	Hint        string // enough of the secret for a person to recognise it
	Hash        string
	CreatedAt   time.Time
	ExpiresAt   time.Time // zero: never
	RevokedAt   time.Time // zero: not revoked
	LastUsedAt  time.Time
	Scopes      []identity.Scope // of an organization API key
}

// IsLive tells whether the credential opens anything at a time.
func (c Credential) IsLive(now time.Time) bool {
	return c.RevokedAt.IsZero() && (c.ExpiresAt.IsZero() || now.Before(c.ExpiresAt))
}

const credentialColumns = `id, kind, org_id, directory_id, name, hint, hash, created_at, expires_at, revoked_at, last_used_at, scopes`

func scanCredential(row scanner) (c Credential, err error) {
	var scopes string
	err = row.Scan(&c.ID, &c.Kind, textInto(&c.OrgID), textInto(&c.DirectoryID), &c.Name, &c.Hint, &c.Hash,
		timeInto{&c.CreatedAt}, timeInto{&c.ExpiresAt}, timeInto{&c.RevokedAt}, timeInto{&c.LastUsedAt}, &scopes)
	c.Scopes = identity.SplitScopes(scopes)
	return c, err
}

// InsertCredential stores a credential, created now.
func (tx *Tx) InsertCredential(c Credential) (Credential, error) {
	return one(tx, scanCredential, `INSERT INTO credential (id, kind, org_id, directory_id, name, hint, hash, created_at, expires_at, scopes)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING `+credentialColumns,
		c.ID, c.Kind, null(c.OrgID), null(c.DirectoryID), c.Name, c.Hint, c.Hash, micros(tx.now), nullMicros(c.ExpiresAt), identity.JoinScopes(c.Scopes))
}

// CredentialByHash gives the credential of a secret, live or not.
func (tx *Tx) CredentialByHash(hash string) (Credential, error) {
	return one(tx, scanCredential, `SELECT `+credentialColumns+` FROM credential WHERE hash = $1`, hash)
}

// OrgKeys gives an org's API keys, revoked ones included.
func (tx *Tx) OrgKeys(org identity.OrgID) ([]Credential, error) {
	return all(tx, scanCredential, `SELECT `+credentialColumns+` FROM credential WHERE org_id = $1 AND kind = 'org' ORDER BY id`, org)
}

// SCIMTokens gives a directory's tokens, revoked ones included.
func (tx *Tx) SCIMTokens(org identity.OrgID, d identity.DirectoryID) ([]Credential, error) {
	return all(tx, scanCredential, `SELECT `+credentialColumns+` FROM credential WHERE org_id = $1 AND directory_id = $2 ORDER BY id`, org, d)
}

// SiteKeys gives the deployment's site keys, revoked ones included.
func (tx *Tx) SiteKeys() ([]Credential, error) {
	return all(tx, scanCredential, `SELECT `+credentialColumns+` FROM credential WHERE kind = 'site' ORDER BY id`)
}

// LockSiteKeys is SiteKeys, and keeps others from making one until the
// transaction ends. There may be no row yet to lock, so it is the table.
func (tx *Tx) LockSiteKeys() ([]Credential, error) {
	if tx.dialect.forUpdate() != "" {
		if _, err := tx.exec(`LOCK TABLE credential IN SHARE ROW EXCLUSIVE MODE`); err != nil {
			return nil, err
		}
	}
	return tx.SiteKeys()
}

// RevokeSiteKeys ends the deployment's site keys now.
func (tx *Tx) RevokeSiteKeys() error {
	_, err := tx.exec(`UPDATE credential SET revoked_at = $1 WHERE kind = 'site' AND revoked_at IS NULL`, micros(tx.now))
	return err
}

// RevokeCredential ends a credential of an org now; [ErrNotFound] when the org
// has no such credential or it is revoked already.
func (tx *Tx) RevokeCredential(org identity.OrgID, id identity.CredentialID) error {
	return tx.execOne(`UPDATE credential SET revoked_at = $1 WHERE org_id = $2 AND id = $3 AND revoked_at IS NULL`, micros(tx.now), org, id)
}

// ExpireCredential lets a credential of an org end at a time, unless it ends
// before that; [ErrNotFound] when the org has no such credential or it is
// revoked.
func (tx *Tx) ExpireCredential(org identity.OrgID, id identity.CredentialID, at time.Time) (Credential, error) {
	return one(tx, scanCredential, `UPDATE credential SET expires_at = CASE WHEN expires_at < $1 THEN expires_at ELSE $1 END
		WHERE org_id = $2 AND id = $3 AND revoked_at IS NULL RETURNING `+credentialColumns, micros(at), org, id)
}

// TouchCredential notes that a credential was used at a time.
func (tx *Tx) TouchCredential(id identity.CredentialID, at time.Time) error {
	_, err := tx.exec(`UPDATE credential SET last_used_at = $1 WHERE id = $2 AND (last_used_at IS NULL OR last_used_at < $1)`, micros(at), id)
	return err
}
