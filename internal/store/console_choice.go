package store

import (
	"encoding/json"
	"time"
)

// ConsoleChoice is a person whom the identity provider has vouched for, until
// one of several orgs is chosen; its secret is not kept.
type ConsoleChoice struct {
	Hash      string
	Person    string
	Claims    []ClaimKey
	ExpiresAt time.Time
}

func scanConsoleChoice(row scanner) (c ConsoleChoice, err error) {
	var claims string
	if err := row.Scan(&c.Hash, &c.Person, &claims, timeInto{&c.ExpiresAt}); err != nil {
		return c, err
	}
	return c, json.Unmarshal([]byte(claims), &c.Claims)
}

// InsertConsoleChoice stores a choice to be made.
func (tx *Tx) InsertConsoleChoice(c ConsoleChoice) error {
	claims, err := claimList(c.Claims)
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO console_choice (hash, person, claims, expires_at) VALUES ($1, $2, $3, $4)`, c.Hash, c.Person, claims, micros(c.ExpiresAt))
	return err
}

// ConsoleChoice gives the choice of a secret; [ErrNotFound] when there is none
// or its time is over.
func (tx *Tx) ConsoleChoice(hash string) (ConsoleChoice, error) {
	return one(tx, scanConsoleChoice, `SELECT hash, person, claims, expires_at FROM console_choice WHERE hash = $1 AND expires_at > $2`, hash, micros(tx.now))
}

// TakeConsoleChoice is ConsoleChoice, and forgets it.
func (tx *Tx) TakeConsoleChoice(hash string) (ConsoleChoice, error) {
	return one(tx, scanConsoleChoice, `DELETE FROM console_choice WHERE hash = $1 AND expires_at > $2 RETURNING hash, person, claims, expires_at`, hash, micros(tx.now))
}

// DeleteExpiredConsoleChoices forgets at most limit choices whose time is over.
func (tx *Tx) DeleteExpiredConsoleChoices(limit int) (int64, error) {
	return tx.exec(`DELETE FROM console_choice WHERE hash IN (SELECT hash FROM console_choice WHERE expires_at <= $1 LIMIT $2)`, micros(tx.now), limit)
}
