package store

import (
	"encoding/json"

	"roster/internal/identity"
)

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

// SuspendedAmong gives those of some accounts whose access to an org is suspended.
func (tx *Tx) SuspendedAmong(org identity.OrgID, accounts []identity.AccountID) (map[identity.AccountID]bool, error) {
	return tx.among(`SELECT s.account_id`+tx.dialect.probe("$1", "suspension", "s", "s.org_id = $2 AND s.account_id = e.value"), accounts, org)
}

// Suspended lists the accounts whose access to an org is suspended, by id.
func (tx *Tx) Suspended(org identity.OrgID, p Page) ([]identity.AccountID, string, error) {
	rows, err := all(tx, column[identity.AccountID], `SELECT account_id FROM suspension WHERE org_id = $1 AND account_id > $2 ORDER BY account_id LIMIT $3`, org, p.After, p.limit())
	if err != nil {
		return nil, "", err
	}
	rows, next := cut(p, rows, func(a identity.AccountID) string { return string(a) })
	return rows, next, nil
}

// among gives those of some accounts, $1 of a query, that it finds.
func (tx *Tx) among(query string, accounts []identity.AccountID, args ...any) (map[identity.AccountID]bool, error) {
	ids, err := json.Marshal(append([]identity.AccountID{}, accounts...))
	if err != nil {
		return nil, err
	}
	rows, err := all(tx, column[identity.AccountID], query, append([]any{string(ids)}, args...)...)
	found := make(map[identity.AccountID]bool, len(rows))
	for _, id := range rows {
		found[id] = true
	}
	return found, err
}
