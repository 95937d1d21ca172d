package store

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"roster/internal/identity"
)

// Tombstone is a deleted SCIM user, kept so that it can be restored.
type Tombstone struct {
	OrgID       identity.OrgID
	DirectoryID identity.DirectoryID
	SCIMUserID  identity.SCIMUserID
	UserName    string
	UserNameKey string
	ExternalID  string
	Email       string
	AccountID   identity.AccountID // linked to when it was deleted, or ""
	Doc         []byte
	GroupIDs    []identity.SCIMGroupID
	HeldApart   []identity.AccountID // what the record was held from linking to
	Version     int64
	CreatedAt   time.Time // of the record
	DeletedAt   time.Time
	DeletedBy   string
	ExpiresAt   time.Time
}

const tombstoneColumns = `org_id, directory_id, scim_user_id, user_name, user_name_key, external_id, email, account_id, doc, group_ids, held_apart, version, created_at, deleted_at, deleted_by, expires_at`

// leanTombstoneColumns are tombstoneColumns without the document, which is most of
// what a row weighs.
var leanTombstoneColumns = strings.Replace(tombstoneColumns, ", doc,", ", '',", 1)

func scanTombstone(row scanner) (t Tombstone, err error) {
	var doc, groups, held string
	err = row.Scan(&t.OrgID, &t.DirectoryID, &t.SCIMUserID, &t.UserName, &t.UserNameKey, textInto(&t.ExternalID), textInto(&t.Email), textInto(&t.AccountID),
		&doc, &groups, &held, &t.Version, timeInto{&t.CreatedAt}, timeInto{&t.DeletedAt}, &t.DeletedBy, timeInto{&t.ExpiresAt})
	if err != nil {
		return t, err
	}
	t.Doc = []byte(doc)
	if err := json.Unmarshal([]byte(groups), &t.GroupIDs); err != nil {
		return t, fmt.Errorf("groups of deleted user %s: %w", t.SCIMUserID, err)
	}
	if err := json.Unmarshal([]byte(held), &t.HeldApart); err != nil {
		return t, fmt.Errorf("holds of deleted user %s: %w", t.SCIMUserID, err)
	}
	return t, nil
}

// InsertTombstone keeps what was deleted, from now for as long as the settings
// of its org say.
func (tx *Tx) InsertTombstone(t Tombstone) error {
	groups, err := json.Marshal(append([]identity.SCIMGroupID{}, t.GroupIDs...)) // [] rather than null
	if err != nil {
		return err
	}
	held, err := json.Marshal(append([]identity.AccountID{}, t.HeldApart...))
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO tombstone (`+tombstoneColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
		(SELECT CAST($16 AS BIGINT) + CAST($17 AS BIGINT) * o.tombstone_days FROM org o WHERE o.id = $1))`,
		t.OrgID, t.DirectoryID, t.SCIMUserID, t.UserName, t.UserNameKey, null(t.ExternalID), null(t.Email), null(t.AccountID),
		string(t.Doc), string(groups), string(held), t.Version, micros(t.CreatedAt), micros(tx.now), t.DeletedBy, micros(tx.now), (24 * time.Hour).Microseconds())
	return err
}

// Tombstone gives one deleted user that has not expired.
func (tx *Tx) Tombstone(org identity.OrgID, d identity.DirectoryID, u identity.SCIMUserID) (Tombstone, error) {
	return one(tx, scanTombstone, `SELECT `+tombstoneColumns+` FROM tombstone WHERE org_id = $1 AND directory_id = $2 AND scim_user_id = $3 AND expires_at > $4`, org, d, u, micros(tx.now))
}

// LastTombstone gives the latest deleted user of a directory that had the
// externalId of a new one, or its userName and no other externalId: a name may
// have passed to another person.
func (tx *Tx) LastTombstone(d identity.DirectoryID, userNameKey, externalID string) (Tombstone, error) {
	// Two lookups by index; OR would have SQLite read all that the directory deleted.
	return one(tx, scanTombstone, `SELECT `+tombstoneColumns+` FROM tombstone WHERE directory_id = $1 AND scim_user_id IN (
		SELECT scim_user_id FROM tombstone WHERE directory_id = $1 AND user_name_key = $2 AND (external_id IS NULL OR CAST($3 AS TEXT) IS NULL OR external_id = $3)
		UNION ALL SELECT scim_user_id FROM tombstone WHERE directory_id = $1 AND external_id = $3)
		AND expires_at > $4 ORDER BY deleted_at DESC LIMIT 1`,
		d, userNameKey, null(externalID), micros(tx.now))
}

// SpendTombstone takes the memberships from a deleted user: another record has
// them now.
func (tx *Tx) SpendTombstone(d identity.DirectoryID, u identity.SCIMUserID) error {
	return tx.execOne(`UPDATE tombstone SET group_ids = '[]' WHERE directory_id = $1 AND scim_user_id = $2`, d, u)
}

// RefillTombstone is SpendTombstone taken back.
func (tx *Tx) RefillTombstone(d identity.DirectoryID, u identity.SCIMUserID, groups []identity.SCIMGroupID) error {
	list, err := json.Marshal(append([]identity.SCIMGroupID{}, groups...)) // [] rather than null
	if err != nil {
		return err
	}
	return tx.execOne(`UPDATE tombstone SET group_ids = $1 WHERE directory_id = $2 AND scim_user_id = $3`, string(list), d, u)
}

// Tombstones lists an org's deleted users, of one directory or ("") of all.
// The page key is directory/user.
func (tx *Tx) Tombstones(org identity.OrgID, d identity.DirectoryID, p Page) ([]Tombstone, string, error) {
	afterDir, afterUser := splitKey2(p.After)
	where, args := `WHERE org_id = $1 AND expires_at > $2 AND (directory_id, scim_user_id) > ($3, $4) ORDER BY directory_id, scim_user_id LIMIT $5`, []any{org, micros(tx.now), afterDir, afterUser, p.limit()}
	if d != "" {
		where, args = `WHERE org_id = $1 AND expires_at > $2 AND directory_id = $3 AND scim_user_id > $4 ORDER BY directory_id, scim_user_id LIMIT $5`, []any{org, micros(tx.now), d, afterUser, p.limit()}
	}
	rows, err := all(tx, scanTombstone, `SELECT `+tombstoneColumns+` FROM tombstone `+where, args...)
	if err != nil {
		return nil, "", err
	}
	rows, next := cut(p, rows, func(t Tombstone) string { return joinKey(string(t.DirectoryID), string(t.SCIMUserID)) })
	return rows, next, nil
}

// DeleteTombstone forgets a deleted user.
func (tx *Tx) DeleteTombstone(d identity.DirectoryID, u identity.SCIMUserID) error {
	return tx.execOne(`DELETE FROM tombstone WHERE directory_id = $1 AND scim_user_id = $2`, d, u)
}

// DeleteExpiredTombstones forgets at most limit deleted users whose time is
// over and gives how many there were.
func (tx *Tx) DeleteExpiredTombstones(limit int) (int64, error) {
	return tx.exec(`DELETE FROM tombstone WHERE (directory_id, scim_user_id) IN (SELECT directory_id, scim_user_id FROM tombstone WHERE expires_at <= $1 LIMIT $2)`, micros(tx.now), limit)
}
