package store

import "roster/internal/identity"

// SharedAddress is an address that a record lists and another account holds.
type SharedAddress struct {
	UserID  identity.SCIMUserID
	Address string             // folded
	Lists   identity.AccountID // that the record is linked to
	Holds   identity.AccountID
}

// AddressesOfOthers lists the addresses of a directory's linked records that
// another account holds which the org links too. The page key is user/address.
func (tx *Tx) AddressesOfOthers(org identity.OrgID, d identity.DirectoryID, p Page) ([]SharedAddress, string, error) {
	user, address := splitKey2(p.After)
	rows, err := all(tx, func(s scanner) (r SharedAddress, err error) {
		err = s.Scan(&r.UserID, &r.Address, &r.Lists, &r.Holds)
		return r, err
	}, `SELECT x.user_id, x.value, l.account_id, a.id FROM scim_user_address x CROSS JOIN account a CROSS JOIN link l
		WHERE x.directory_id = $1 AND (x.value, x.user_id) > ($2, $3) AND a.email_key = x.value
		AND l.directory_id = x.directory_id AND l.scim_user_id = x.user_id AND l.account_id <> a.id
		AND EXISTS (SELECT 1 FROM link m WHERE m.account_id = a.id AND m.org_id = $4)
		ORDER BY x.value, x.user_id LIMIT $5`, d, address, user, org, p.limit())
	if err != nil {
		return nil, "", err
	}
	rows, next := cut(p, rows, func(r SharedAddress) string { return joinKey(string(r.UserID), r.Address) })
	return rows, next, nil
}

// SharedExternalIDs lists the linked records of a directory whose externalId a
// record of another directory of the org has too, without their documents. The
// page key is user/externalId.
func (tx *Tx) SharedExternalIDs(org identity.OrgID, d identity.DirectoryID, p Page) ([]SCIMUser, string, error) {
	user, number := splitKey2(p.After)
	rows, err := all(tx, scanLeanUser, `SELECT `+leanUserColumns+`, l.account_id, l.created_at FROM scim_user u`+leanUserLink+`
		WHERE u.directory_id = $1 AND u.external_id IS NOT NULL AND (u.external_id, u.id) > ($2, $3) AND l.account_id IS NOT NULL
		AND EXISTS (SELECT 1 FROM directory o CROSS JOIN scim_user v WHERE o.org_id = $4 AND o.id <> $1 AND v.directory_id = o.id AND v.external_id = u.external_id)
		ORDER BY u.external_id, u.id LIMIT $5`, d, number, user, org, p.limit())
	if err != nil {
		return nil, "", err
	}
	rows, next := cut(p, rows, func(u SCIMUser) string { return joinKey(string(u.ID), u.ExternalID) })
	return rows, next, nil
}
