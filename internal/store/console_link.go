package store

import (
	"time"

	"roster/internal/identity"
)

// ConsoleLink is a one-time link to the console of an org; its secret is not
// kept.
type ConsoleLink struct {
	OrgID     identity.OrgID
	ID        identity.LinkID
	Hash      string
	Person    string // whom it signs in
	Role      string
	CreatedBy string // the caller's ActorID
	CreatedAt time.Time
	ExpiresAt time.Time
	UsedAt    time.Time // zero: not used
}

const consoleLinkColumns = `org_id, id, hash, person, role, created_by, created_at, expires_at, used_at`

func scanConsoleLink(row scanner) (l ConsoleLink, err error) {
	err = row.Scan(&l.OrgID, &l.ID, &l.Hash, &l.Person, &l.Role, &l.CreatedBy, timeInto{&l.CreatedAt}, timeInto{&l.ExpiresAt}, timeInto{&l.UsedAt})
	return l, err
}

// InsertConsoleLink stores a link, created now.
func (tx *Tx) InsertConsoleLink(l ConsoleLink) error {
	_, err := tx.exec(`INSERT INTO console_link (org_id, id, hash, person, role, created_by, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, l.OrgID, l.ID, l.Hash, l.Person, l.Role, l.CreatedBy, micros(tx.now), micros(l.ExpiresAt))
	return err
}

// ConsoleLinkByHash gives the link of a secret, usable or not.
func (tx *Tx) ConsoleLinkByHash(hash string) (ConsoleLink, error) {
	return one(tx, scanConsoleLink, `SELECT `+consoleLinkColumns+` FROM console_link WHERE hash = $1`, hash)
}

// UseConsoleLink marks the link of a secret as used; [ErrNotFound] when there is
// none, it has expired, or somebody used it before.
func (tx *Tx) UseConsoleLink(hash string) (ConsoleLink, error) {
	return one(tx, scanConsoleLink, `UPDATE console_link SET used_at = $1 WHERE hash = $2 AND used_at IS NULL AND expires_at > $1 RETURNING `+consoleLinkColumns,
		micros(tx.now), hash)
}

// DeleteConsoleLinks forgets at most limit links that expired before a time.
func (tx *Tx) DeleteConsoleLinks(before time.Time, limit int) (int64, error) {
	return tx.exec(`DELETE FROM console_link WHERE hash IN (SELECT hash FROM console_link WHERE expires_at < $1 LIMIT $2)`, micros(before), limit)
}
