package store

import (
	"encoding/json"
	"time"

	"roster/internal/identity"
)

// Link joins a SCIM user to an account.
type Link struct {
	OrgID       identity.OrgID
	DirectoryID identity.DirectoryID
	SCIMUserID  identity.SCIMUserID
	AccountID   identity.AccountID
	CreatedAt   time.Time
	CreatedBy   string
}

const linkColumns = `org_id, directory_id, scim_user_id, account_id, created_at, created_by`

func scanLink(row scanner) (l Link, err error) {
	err = row.Scan(&l.OrgID, &l.DirectoryID, &l.SCIMUserID, &l.AccountID, timeInto{&l.CreatedAt}, &l.CreatedBy)
	return l, err
}

// InsertLink links a record that has no link to an account, from l.CreatedAt
// or, where that is zero, from now on. A
// second record of the directory for the same account is a [UniqueError] of
// [ConstraintLinkAccount].
func (tx *Tx) InsertLink(l Link) error {
	if err := tx.insertLink(l); err != nil {
		return err
	}
	if err := tx.noteGroupsOf(EventGroupJoined, l.DirectoryID, l.SCIMUserID, l.AccountID); err != nil {
		return err
	}
	return tx.setUnlinkedReason(l.DirectoryID, l.SCIMUserID, "")
}

func (tx *Tx) insertLink(l Link) error {
	created := l.CreatedAt
	if created.IsZero() {
		created = tx.now
	}
	_, err := tx.exec(`INSERT INTO link (org_id, directory_id, scim_user_id, account_id, created_at, created_by) VALUES ($1, $2, $3, $4, $5, $6)`,
		l.OrgID, l.DirectoryID, l.SCIMUserID, l.AccountID, micros(created), l.CreatedBy)
	if err == nil {
		tx.noteEvent(AccountEvent{Kind: EventLinked, AccountID: l.AccountID, DirectoryID: l.DirectoryID, SCIMID: string(l.SCIMUserID)})
	}
	return err
}

// DeleteLink ends a record's link and stores why the record has none.
func (tx *Tx) DeleteLink(d identity.DirectoryID, u identity.SCIMUserID, reason string) error {
	account, err := one(tx, column[identity.AccountID], `DELETE FROM link WHERE directory_id = $1 AND scim_user_id = $2 RETURNING account_id`, d, u)
	if err != nil {
		return err
	}
	if err := tx.noteUnlinked(d, u, account, reason); err != nil {
		return err
	}
	return tx.setUnlinkedReason(d, u, reason)
}

// LinksOfAccount gives an account's links in every org, oldest first.
func (tx *Tx) LinksOfAccount(a identity.AccountID) ([]Link, error) {
	return all(tx, scanLink, `SELECT `+linkColumns+` FROM link WHERE account_id = $1 ORDER BY created_at, directory_id`, a)
}

// LinksOfAccountIn gives an account's links in one org, oldest first.
func (tx *Tx) LinksOfAccountIn(org identity.OrgID, a identity.AccountID) ([]Link, error) {
	return all(tx, scanLink, `SELECT `+linkColumns+` FROM link WHERE account_id = $1 AND org_id = $2 ORDER BY created_at, directory_id`, a, org)
}

// LinksOfAccountsIn gives the links of several accounts in one org, oldest first.
func (tx *Tx) LinksOfAccountsIn(org identity.OrgID, accounts []identity.AccountID) (map[identity.AccountID][]Link, error) {
	if len(accounts) == 0 {
		return nil, nil //nolint:nilnil // nobody has links
	}
	ids, err := json.Marshal(accounts)
	if err != nil {
		return nil, err
	}
	links := make(map[identity.AccountID][]Link, len(accounts))
	err = each(tx, scanLink, func(l Link) error {
		links[l.AccountID] = append(links[l.AccountID], l)
		return nil
	}, `SELECT `+linkColumns+` FROM link WHERE account_id IN (SELECT e.value FROM `+tx.dialect.elements("$1")+` e) AND org_id = $2 ORDER BY created_at, directory_id`, string(ids), org)
	return links, err
}

// LinksOfDirectory lists a directory's links by SCIM user.
func (tx *Tx) LinksOfDirectory(d identity.DirectoryID, p Page) ([]Link, string, error) {
	rows, err := all(tx, scanLink, `SELECT `+linkColumns+` FROM link WHERE directory_id = $1 AND scim_user_id > $2 ORDER BY scim_user_id LIMIT $3`, d, p.After, p.limit())
	if err != nil {
		return nil, "", err
	}
	rows, next := cut(p, rows, func(l Link) string { return string(l.SCIMUserID) })
	return rows, next, nil
}

// LiveLinksOfAccount gives an account's links in the connected directories of
// one org, oldest first.
func (tx *Tx) LiveLinksOfAccount(org identity.OrgID, a identity.AccountID) ([]Link, error) {
	return all(tx, scanLink, `SELECT l.org_id, l.directory_id, l.scim_user_id, l.account_id, l.created_at, l.created_by FROM link l
		JOIN directory d ON d.id = l.directory_id WHERE l.account_id = $1 AND l.org_id = $2 AND d.status = 'connected' ORDER BY l.created_at, l.directory_id`, a, org)
}

// SCIMUsersByEmail gives the records of an org that push an address, linked or
// not: with the account they link to, or "".
func (tx *Tx) SCIMUsersByEmail(org identity.OrgID, e identity.Email) ([]SCIMUser, error) {
	return all(tx, scanSCIMUser, scimUserSelect+`JOIN directory d ON d.id = u.directory_id
		WHERE d.org_id = $1 AND u.email_key = $2 ORDER BY u.directory_id, u.id`, org, e.Key)
}

// SCIMUsersOfOrg gives the records of an org that have a SCIM id, in whichever
// of its directories.
func (tx *Tx) SCIMUsersOfOrg(org identity.OrgID, id identity.SCIMUserID) ([]SCIMUser, error) {
	return all(tx, scanSCIMUser, scimUserSelect+`JOIN directory d ON d.id = u.directory_id
		WHERE d.org_id = $1 AND u.id = $2 ORDER BY u.directory_id`, org, id)
}

// Hold keeps a record's pushes from linking it to an account again.
type Hold struct {
	OrgID       identity.OrgID
	DirectoryID identity.DirectoryID
	SCIMUserID  identity.SCIMUserID
	AccountID   identity.AccountID
	CreatedAt   time.Time
	CreatedBy   string
}

const holdColumns = `org_id, directory_id, scim_user_id, account_id, created_at, created_by`

func scanHold(row scanner) (h Hold, err error) {
	err = row.Scan(&h.OrgID, &h.DirectoryID, &h.SCIMUserID, &h.AccountID, timeInto{&h.CreatedAt}, &h.CreatedBy)
	return h, err
}

// InsertHold holds a pair; a pair that is held already stays as it is.
func (tx *Tx) InsertHold(h Hold) error {
	_, err := tx.exec(`INSERT INTO hold (org_id, directory_id, scim_user_id, account_id, created_at, created_by) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (directory_id, scim_user_id, account_id) DO NOTHING`,
		h.OrgID, h.DirectoryID, h.SCIMUserID, h.AccountID, micros(tx.now), h.CreatedBy)
	return err
}

// IsHeld tells whether a pair is held.
func (tx *Tx) IsHeld(d identity.DirectoryID, u identity.SCIMUserID, a identity.AccountID) (bool, error) {
	n, err := one(tx, column[int], `SELECT count(*) FROM hold WHERE directory_id = $1 AND scim_user_id = $2 AND account_id = $3`, d, u, a)
	return n > 0, err
}

// HoldsOf gives the holds of one record.
func (tx *Tx) HoldsOf(d identity.DirectoryID, u identity.SCIMUserID) ([]Hold, error) {
	return all(tx, scanHold, `SELECT `+holdColumns+` FROM hold WHERE directory_id = $1 AND scim_user_id = $2 ORDER BY account_id`, d, u)
}

// HoldsOfUsers gives the holds of several records of a directory.
func (tx *Tx) HoldsOfUsers(d identity.DirectoryID, users []identity.SCIMUserID) (map[identity.SCIMUserID][]Hold, error) {
	if len(users) == 0 {
		return nil, nil //nolint:nilnil // nobody is held
	}
	ids, err := json.Marshal(users)
	if err != nil {
		return nil, err
	}
	holds := make(map[identity.SCIMUserID][]Hold)
	err = each(tx, scanHold, func(h Hold) error {
		holds[h.SCIMUserID] = append(holds[h.SCIMUserID], h)
		return nil
	}, `SELECT `+prefixed("h", holdColumns)+tx.dialect.probe("$1", "hold", "h", "h.directory_id = $2 AND h.scim_user_id = e.value")+` ORDER BY h.scim_user_id, h.account_id`, string(ids), d)
	return holds, err
}

// DeleteHolds lifts the holds of one record and gives how many there were.
func (tx *Tx) DeleteHolds(d identity.DirectoryID, u identity.SCIMUserID) (int64, error) {
	return tx.exec(`DELETE FROM hold WHERE directory_id = $1 AND scim_user_id = $2`, d, u)
}

// Holds lists the holds of an org. The page key is directory/user/account.
func (tx *Tx) Holds(org identity.OrgID, p Page) ([]Hold, string, error) {
	d, u, a := splitKey3(p.After)
	rows, err := all(tx, scanHold, `SELECT `+holdColumns+` FROM hold WHERE org_id = $1 AND (directory_id, scim_user_id, account_id) > ($2, $3, $4)
		ORDER BY directory_id, scim_user_id, account_id LIMIT $5`, org, d, u, a, p.limit())
	if err != nil {
		return nil, "", err
	}
	rows, next := cut(p, rows, func(h Hold) string { return joinKey(string(h.DirectoryID), string(h.SCIMUserID), string(h.AccountID)) })
	return rows, next, nil
}
