package store

import (
	"encoding/json"

	"roster/internal/identity"
)

// What diagnosis asks of many accounts and records at once, as asking one by
// one would make it wait for most of its time. Each is as long as its answer;
// callers ask for a page.

// leanUserColumns are those of a record without its documents, which diagnosis
// hardly ever needs and which are most of what it weighs.
const leanUserColumns = `u.directory_id, u.id, u.user_name, u.user_name_key, u.external_id, u.email, u.email_key, u.display_name, u.active, u.unlinked_reason, u.version, u.created_at, u.modified_at`

const leanUserLink = ` LEFT JOIN link l ON l.directory_id = u.directory_id AND l.scim_user_id = u.id`

func scanLeanUser(row scanner) (u SCIMUser, err error) {
	err = row.Scan(&u.DirectoryID, &u.ID, &u.UserName, &u.UserNameKey, textInto(&u.ExternalID), textInto(&u.Email.Address), textInto(&u.Email.Key), &u.DisplayName, &u.Active,
		textInto(&u.UnlinkedReason), &u.Version, timeInto{&u.CreatedAt}, timeInto{&u.ModifiedAt}, textInto(&u.AccountID), timeInto{&u.LinkedAt})
	u.Email.Domain = domainOfKey(u.Email.Key)
	return u, err
}

// leanUsers gives the records of a directory of which a column is among some
// texts, without their documents.
func (tx *Tx) leanUsers(d identity.DirectoryID, column string, among any) ([]SCIMUser, error) {
	list, err := json.Marshal(among)
	if err != nil || string(list) == "null" || string(list) == "[]" {
		return nil, err
	}
	return all(tx, scanLeanUser, `SELECT `+leanUserColumns+`, l.account_id, l.created_at FROM (SELECT `+leanUserColumns+tx.dialect.probe("$1", "scim_user", "u", "u.directory_id = $2 AND u."+column+" = e.value")+`) u`+leanUserLink+
		` ORDER BY u.id`, string(list), d)
}

// LeanUsersByID gives records of a directory, without their documents.
func (tx *Tx) LeanUsersByID(d identity.DirectoryID, ids []identity.SCIMUserID) ([]SCIMUser, error) {
	return tx.leanUsers(d, "id", ids)
}

// LeanUsersByEmail gives the records of a directory that link by some canonical
// addresses, without their documents.
func (tx *Tx) LeanUsersByEmail(d identity.DirectoryID, keys []string) ([]SCIMUser, error) {
	return tx.leanUsers(d, "email_key", keys)
}

// LeanUsersByName is LeanUsersByEmail for folded userNames.
func (tx *Tx) LeanUsersByName(d identity.DirectoryID, keys []string) ([]SCIMUser, error) {
	return tx.leanUsers(d, "user_name_key", keys)
}

// LeanUsersByExternalID is LeanUsersByEmail for externalIds.
func (tx *Tx) LeanUsersByExternalID(d identity.DirectoryID, ids []string) ([]SCIMUser, error) {
	return tx.leanUsers(d, "external_id", ids)
}

// AddressedUser is a record with one of the addresses that it lists.
type AddressedUser struct {
	SCIMUser

	Address string // folded
}

// LeanUsersByAddress gives the linked records of a directory that list some
// folded addresses, whichever links, without their documents.
func (tx *Tx) LeanUsersByAddress(d identity.DirectoryID, addresses []string) ([]AddressedUser, error) {
	list, err := json.Marshal(addresses)
	if err != nil || len(addresses) == 0 {
		return nil, err
	}
	type row struct {
		address string
		user    identity.SCIMUserID
	}
	rows, err := all(tx, func(s scanner) (r row, err error) {
		err = s.Scan(&r.address, &r.user)
		return r, err
	}, `SELECT x.value, x.user_id`+tx.dialect.probe("$1", "scim_user_address", "x", "x.directory_id = $2 AND x.value = e.value"), string(list), d)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	listing := map[identity.SCIMUserID][]string{}
	ids := make([]identity.SCIMUserID, len(rows))
	for i, r := range rows {
		listing[r.user], ids[i] = append(listing[r.user], r.address), r.user
	}
	users, err := tx.LeanUsersByID(d, ids)
	found := make([]AddressedUser, 0, len(rows))
	for _, u := range users {
		for _, address := range listing[u.ID] {
			if u.AccountID != "" {
				found = append(found, AddressedUser{u, address})
			}
		}
		delete(listing, u.ID) // a record with two of the addresses is read twice
	}
	return found, err
}

// AccountsByID gives accounts by their ids, in no order.
func (tx *Tx) AccountsByID(ids []identity.AccountID) ([]Account, error) {
	list, err := json.Marshal(ids)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return all(tx, scanAccount, `SELECT `+prefixed("a", accountColumns)+tx.dialect.probe("$1", "account", "a", "a.id = e.value"), string(list))
}
