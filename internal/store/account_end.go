package store

import "roster/internal/identity"

// DueAccounts gives the ids of closed accounts whose grace period is over and
// that nobody links, the most overdue first.
func (tx *Tx) DueAccounts(limit int) ([]identity.AccountID, error) {
	return all(tx, column[identity.AccountID], `SELECT a.id FROM account a WHERE a.delete_at <= $1
		AND NOT EXISTS (SELECT 1 FROM link l WHERE l.account_id = a.id) ORDER BY a.delete_at, a.id LIMIT $2`, micros(tx.now), limit)
}

// RetireAccount removes an account with its name, address, profile, local
// memberships, holds, activity and timeline. Its id is kept, and never given again.
func (tx *Tx) RetireAccount(a Account) error {
	for _, statement := range []string{
		`DELETE FROM hold WHERE account_id = $1`,
		`DELETE FROM org_group_member WHERE account_id = $1`,
		`DELETE FROM account_event WHERE account_id = $1`,
	} {
		if _, err := tx.exec(statement, a.ID); err != nil {
			return err
		}
	}
	if err := tx.execOne(`DELETE FROM account WHERE id = $1`, a.ID); err != nil {
		return err
	}
	tx.countAccount(a, -1)
	tx.noteEvent(AccountEvent{Kind: EventDeleted, AccountID: a.ID, Reason: "the grace period of its deletion was over"})
	_, err := tx.exec(`INSERT INTO retired_account (id, retired_at) VALUES ($1, $2)`, a.ID, micros(tx.now))
	return err
}
