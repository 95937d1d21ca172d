package store

import "roster/internal/identity"

// Pending is what of a linked record waits until its directory has the
// authority over the account (rule authority).
type Pending string

// What waits.
const (
	PendingNothing Pending = ""
	PendingProfile Pending = "profile" // the name, the profile and the status
	PendingEmail   Pending = "email"   // these and the email
)

// SetPending stores what of a linked record waits. The end of its link, or
// another link, clears it.
func (tx *Tx) SetPending(d identity.DirectoryID, u identity.SCIMUserID, p Pending) error {
	return tx.execOne(`UPDATE scim_user SET pending = $1 WHERE directory_id = $2 AND id = $3`, p, d, u)
}

// PendingLinks gives at most limit links of an org whose records wait, in the
// order of their keys behind a record.
func (tx *Tx) PendingLinks(org identity.OrgID, afterDirectory identity.DirectoryID, after identity.SCIMUserID, limit int) ([]Link, error) {
	return all(tx, scanLink, `SELECT l.org_id, l.directory_id, l.scim_user_id, l.account_id, l.created_at, l.created_by
		FROM directory d JOIN scim_user u ON u.directory_id = d.id JOIN link l ON l.directory_id = u.directory_id AND l.scim_user_id = u.id
		WHERE d.org_id = $1 AND u.pending <> '' AND (u.directory_id, u.id) > ($2, $3) ORDER BY u.directory_id, u.id LIMIT $4`, org, afterDirectory, after, limit)
}
