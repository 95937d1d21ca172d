package store

import "roster/internal/identity"

// Suspend takes an account's access to an org away; false if it was so.
func (tx *Tx) Suspend(org identity.OrgID, a identity.AccountID, by string) (bool, error) {
	n, err := tx.exec(`INSERT INTO suspension (org_id, account_id, created_at, created_by) VALUES ($1, $2, $3, $4)
		ON CONFLICT (org_id, account_id) DO NOTHING`, org, a, micros(tx.now), by)
	return n > 0, err
}

// Unsuspend gives an account its access to an org back; false if it had it.
func (tx *Tx) Unsuspend(org identity.OrgID, a identity.AccountID) (bool, error) {
	n, err := tx.exec(`DELETE FROM suspension WHERE org_id = $1 AND account_id = $2`, org, a)
	return n > 0, err
}

// IsSuspended tells whether an account's access to an org is suspended.
func (tx *Tx) IsSuspended(org identity.OrgID, a identity.AccountID) (bool, error) {
	found, err := all(tx, column[int], `SELECT 1 FROM suspension WHERE org_id = $1 AND account_id = $2`, org, a)
	return len(found) > 0, err
}
