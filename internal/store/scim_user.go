package store

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"roster/internal/identity"
	"roster/internal/scim"
)

// SCIMUser is a User record that an IdP pushed into a directory.
type SCIMUser struct {
	DirectoryID    identity.DirectoryID
	ID             identity.SCIMUserID
	UserName       string
	UserNameKey    string         // folded
	ExternalID     string         // "" if none
	Email          identity.Email // that links (rule which-email); zero if none
	DisplayName    string
	Active         bool
	Doc            []byte   // canonical JSON without what Roster computes
	Folded         []byte   // Doc, folded for case-insensitive search; written, never read back
	Emails         []string // the emails.value of Folded, for search; written, never read back
	Schemas        []string
	UnlinkedReason string // "" exactly while AccountID is set
	Version        int64
	CreatedAt      time.Time
	ModifiedAt     time.Time
	AccountID      identity.AccountID // linked to, or ""
	LinkedAt       time.Time
	Pending        Pending // what of it the account waits for
}

const scimUserSelect = `SELECT u.directory_id, u.id, u.user_name, u.user_name_key, u.external_id, u.email, u.email_key, u.display_name, u.active, u.doc, u.schemas,
	u.unlinked_reason, u.version, u.created_at, u.modified_at, l.account_id, l.created_at, u.pending
	FROM scim_user u LEFT JOIN link l ON l.directory_id = u.directory_id AND l.scim_user_id = u.id `

func scanSCIMUser(row scanner) (u SCIMUser, err error) {
	var doc, schemas string
	err = row.Scan(&u.DirectoryID, &u.ID, &u.UserName, &u.UserNameKey, textInto(&u.ExternalID), textInto(&u.Email.Address), textInto(&u.Email.Key), &u.DisplayName, &u.Active, &doc, &schemas,
		textInto(&u.UnlinkedReason), &u.Version, timeInto{&u.CreatedAt}, timeInto{&u.ModifiedAt}, textInto(&u.AccountID), timeInto{&u.LinkedAt}, &u.Pending)
	if err != nil {
		return u, err
	}
	u.Doc = []byte(doc)
	u.Email.Domain = domainOfKey(u.Email.Key)
	if err := json.Unmarshal([]byte(schemas), &u.Schemas); err != nil {
		return u, fmt.Errorf("schemas of user %s: %w", u.ID, err)
	}
	return u, nil
}

// InsertSCIMUser stores a record without an account; its UnlinkedReason must
// say why. It is new, created now in its first version, unless those are given.
// A taken userName or email of the directory is a [UniqueError].
func (tx *Tx) InsertSCIMUser(u SCIMUser) error {
	if err := tx.insertSCIMUser(u); err != nil {
		return err
	}
	tx.count(u.DirectoryID, CountUnlinked, 1)
	return nil
}

// InsertLinkedSCIMUser is InsertSCIMUser with InsertLink for a record that has
// its account from the first; it writes each row once.
func (tx *Tx) InsertLinkedSCIMUser(u SCIMUser, l Link) error {
	u.UnlinkedReason = ""
	if err := tx.insertSCIMUser(u); err != nil {
		return err
	}
	return tx.insertLink(l)
}

func (tx *Tx) insertSCIMUser(u SCIMUser) error {
	created := u.CreatedAt
	if created.IsZero() {
		created = tx.now
	}
	schemas, err := json.Marshal(u.Schemas)
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO scim_user (directory_id, id, user_name, user_name_key, external_id, email, email_key, display_name, active, doc, folded, schemas, unlinked_reason, version, created_at, modified_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		u.DirectoryID, u.ID, u.UserName, u.UserNameKey, null(u.ExternalID), null(u.Email.Address), null(u.Email.Key), u.DisplayName, u.Active, string(u.Doc), string(u.Folded), string(schemas), null(u.UnlinkedReason), max(u.Version, 1), micros(created), micros(tx.now))
	if err != nil {
		return err
	}
	tx.count(u.DirectoryID, CountUsers, 1)
	return tx.insertEmails(u)
}

// UpdateSCIMUser stores the pushed attributes of a record, counts its version
// up and sets its ModifiedAt. The link is InsertLink's and DeleteLink's matter.
func (tx *Tx) UpdateSCIMUser(u SCIMUser) error {
	schemas, err := json.Marshal(u.Schemas)
	if err != nil {
		return err
	}
	err = tx.execOne(`UPDATE scim_user SET user_name = $1, user_name_key = $2, external_id = $3, email = $4, email_key = $5, display_name = $6, active = $7,
		doc = $8, folded = $9, schemas = $10, version = version + 1, modified_at = $11 WHERE directory_id = $12 AND id = $13`,
		u.UserName, u.UserNameKey, null(u.ExternalID), null(u.Email.Address), null(u.Email.Key), u.DisplayName, u.Active,
		string(u.Doc), string(u.Folded), string(schemas), micros(tx.now), u.DirectoryID, u.ID)
	if err != nil {
		return err
	}
	return tx.storeEmails(u)
}

// setUnlinkedReason keeps the reason, and with it the directory's count, in
// step with the link.
func (tx *Tx) setUnlinkedReason(d identity.DirectoryID, u identity.SCIMUserID, reason string) error {
	if err := tx.execOne(`UPDATE scim_user SET unlinked_reason = $1, pending = '' WHERE directory_id = $2 AND id = $3`, null(reason), d, u); err != nil {
		return err
	}
	if reason == "" {
		tx.count(d, CountUnlinked, -1)
	} else {
		tx.count(d, CountUnlinked, 1)
	}
	return nil
}

// ExplainUnlinked stores a new reason for a record that is unlinked anyway.
func (tx *Tx) ExplainUnlinked(d identity.DirectoryID, u identity.SCIMUserID, reason string) error {
	return tx.execOne(`UPDATE scim_user SET unlinked_reason = $1 WHERE directory_id = $2 AND id = $3 AND unlinked_reason IS NOT NULL`, reason, d, u)
}

// DeleteSCIMUser removes a record; its link, holds and memberships go with it.
func (tx *Tx) DeleteSCIMUser(u SCIMUser) error {
	if u.AccountID != "" {
		if err := tx.noteUnlinked(u.DirectoryID, u.ID, u.AccountID, "the SCIM user was deleted"); err != nil {
			return err
		}
	}
	// The row itself says whether it is unlinked: what the caller read may be older.
	unlinked, err := one(tx, column[bool], `DELETE FROM scim_user WHERE directory_id = $1 AND id = $2 RETURNING unlinked_reason IS NOT NULL`, u.DirectoryID, u.ID)
	if err != nil {
		return err
	}
	tx.count(u.DirectoryID, CountUsers, -1)
	if unlinked {
		tx.count(u.DirectoryID, CountUnlinked, -1)
	}
	return tx.freeValues(u.DirectoryID, TypeKey(scim.UserType()), string(u.ID))
}

// SCIMUser gives one record of a directory.
func (tx *Tx) SCIMUser(d identity.DirectoryID, id identity.SCIMUserID) (SCIMUser, error) {
	return one(tx, scanSCIMUser, scimUserSelect+`WHERE u.directory_id = $1 AND u.id = $2`, d, id)
}

// SCIMUsersByID gives those records of a directory that have the given ids, in no order.
func (tx *Tx) SCIMUsersByID(d identity.DirectoryID, ids []string) ([]SCIMUser, error) {
	return byIDs(tx, scanSCIMUser, scimUserSelect+`WHERE u.directory_id = $1 AND u.id IN `, d, ids)
}

// LockSCIMUser is SCIMUser, and holds the record against other writers until
// the transaction ends. Records are locked before accounts, in the order of
// their ids.
func (tx *Tx) LockSCIMUser(d identity.DirectoryID, id identity.SCIMUserID) (SCIMUser, error) {
	if lock := tx.dialect.forUpdate(); lock != "" {
		if _, err := one(tx, column[string], `SELECT id FROM scim_user WHERE directory_id = $1 AND id = $2`+lock, d, id); err != nil {
			return SCIMUser{}, err
		}
	}
	return tx.SCIMUser(d, id)
}

// SCIMUserByName gives the record of a directory that holds a userName, by its folded key.
func (tx *Tx) SCIMUserByName(d identity.DirectoryID, key string) (SCIMUser, error) {
	return one(tx, scanSCIMUser, scimUserSelect+`WHERE u.directory_id = $1 AND u.user_name_key = $2`, d, key)
}

// SCIMUserByEmail gives the record of a directory that holds an address.
func (tx *Tx) SCIMUserByEmail(d identity.DirectoryID, e identity.Email) (SCIMUser, error) {
	return one(tx, scanSCIMUser, scimUserSelect+`WHERE u.directory_id = $1 AND u.email_key = $2`, d, e.Key)
}

// SCIMUserByAccount gives the record of a directory that is linked to an account.
func (tx *Tx) SCIMUserByAccount(d identity.DirectoryID, a identity.AccountID) (SCIMUser, error) {
	return one(tx, scanSCIMUser, scimUserSelect+`WHERE l.directory_id = $1 AND l.account_id = $2`, d, a)
}

// UnlinkedSCIMUsers lists an org's records without an account, in one
// directory or ("") in all. The page key is directory/user.
func (tx *Tx) UnlinkedSCIMUsers(org identity.OrgID, d identity.DirectoryID, p Page) ([]SCIMUser, string, error) {
	afterDirectory, afterUser := splitKey2(p.After)
	directories, err := all(tx, column[identity.DirectoryID], `SELECT id FROM directory WHERE org_id = $1 AND id >= $2 ORDER BY id`, org, afterDirectory)
	if err != nil {
		return nil, "", err
	}
	var rows []SCIMUser
	for _, directory := range directories { // one after the other, as each has its index
		if d != "" && d != directory {
			continue
		}
		after := ""
		if string(directory) == afterDirectory {
			after = afterUser
		}
		found, err := all(tx, scanSCIMUser, scimUserSelect+`WHERE u.directory_id = $1 AND u.unlinked_reason IS NOT NULL AND u.id > $2 ORDER BY u.id LIMIT $3`,
			directory, after, p.limit()-len(rows))
		if err != nil {
			return nil, "", err
		}
		if rows = append(rows, found...); len(rows) == p.limit() {
			break
		}
	}
	rows, next := cut(p, rows, func(u SCIMUser) string { return joinKey(string(u.DirectoryID), string(u.ID)) })
	return rows, next, nil
}

// domainOfKey is the domain of a canonical address.
func domainOfKey(key string) string {
	_, domain, _ := strings.Cut(key, "@")
	return domain
}
