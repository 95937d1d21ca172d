package store

import (
	"encoding/json"
	"time"

	"roster/internal/identity"
)

// ConsoleSession is a person's session in the console of an org; its secret is
// not kept.
type ConsoleSession struct {
	OrgID     identity.OrgID
	ID        identity.SessionID
	Hash      string
	Person    string
	Method    string // "link" or "oidc"
	Role      string // at the time of signing in
	Claims    []ClaimKey
	UserAgent string
	Address   string // that the person signed in from
	CreatedAt time.Time
	SeenAt    time.Time
	ExpiresAt time.Time
}

const consoleSessionColumns = `org_id, id, hash, person, method, role, claims, user_agent, address, created_at, seen_at, expires_at`

func scanConsoleSession(row scanner) (s ConsoleSession, err error) {
	var claims string
	err = row.Scan(&s.OrgID, &s.ID, &s.Hash, &s.Person, &s.Method, &s.Role, &claims, &s.UserAgent, &s.Address,
		timeInto{&s.CreatedAt}, timeInto{&s.SeenAt}, timeInto{&s.ExpiresAt})
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal([]byte(claims), &s.Claims)
}

// InsertConsoleSession stores a session, created and seen now.
func (tx *Tx) InsertConsoleSession(s ConsoleSession) (ConsoleSession, error) {
	claims, err := claimList(s.Claims)
	if err != nil {
		return s, err
	}
	return one(tx, scanConsoleSession, `INSERT INTO console_session (`+consoleSessionColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11) RETURNING `+consoleSessionColumns,
		s.OrgID, s.ID, s.Hash, s.Person, s.Method, s.Role, claims, s.UserAgent, s.Address, micros(tx.now), micros(s.ExpiresAt))
}

// ConsoleSessionByHash gives the session of a secret, live or not.
func (tx *Tx) ConsoleSessionByHash(hash string) (ConsoleSession, error) {
	return one(tx, scanConsoleSession, `SELECT `+consoleSessionColumns+` FROM console_session WHERE hash = $1`, hash)
}

// ConsoleSessions gives an org's sessions that have not expired and were seen
// after a time, the latest first and at most limit of them.
func (tx *Tx) ConsoleSessions(org identity.OrgID, seenAfter time.Time, limit int) ([]ConsoleSession, error) {
	return all(tx, scanConsoleSession, `SELECT `+consoleSessionColumns+` FROM console_session
		WHERE org_id = $1 AND expires_at > $2 AND seen_at > $3 ORDER BY id DESC LIMIT $4`, org, micros(tx.now), micros(seenAfter), limit)
}

// SeeConsoleSession notes that a session was used at a time.
func (tx *Tx) SeeConsoleSession(org identity.OrgID, id identity.SessionID, at time.Time) error {
	_, err := tx.exec(`UPDATE console_session SET seen_at = $1 WHERE org_id = $2 AND id = $3 AND seen_at < $1`, micros(at), org, id)
	return err
}

// DeleteConsoleSession ends a session of an org; [ErrNotFound] when it has none
// of that id.
func (tx *Tx) DeleteConsoleSession(org identity.OrgID, id identity.SessionID) (ConsoleSession, error) {
	return one(tx, scanConsoleSession, `DELETE FROM console_session WHERE org_id = $1 AND id = $2 RETURNING `+consoleSessionColumns, org, id)
}

// DeleteExpiredConsoleSessions forgets at most limit sessions whose time is over.
func (tx *Tx) DeleteExpiredConsoleSessions(limit int) (int64, error) {
	return tx.exec(`DELETE FROM console_session WHERE hash IN (SELECT hash FROM console_session WHERE expires_at <= $1 LIMIT $2)`, micros(tx.now), limit)
}
