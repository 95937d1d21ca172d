package store

import (
	"database/sql"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"roster/internal/identity"
)

// AccountsBesideRecords lists the accounts of a domain that no directory of any org links, by address, as far as the org has
// something else of the same person: a record that lists the address, a deleted record of the account, or an account with the
// same name before the @ on another of its domains. It reads past all others, so it is for diagnosis and not for requests
// that people wait for.
func (tx *Tx) AccountsBesideRecords(org identity.OrgID, domain string, p Page) ([]Account, string, error) {
	return tx.accountsAmong(domain, p, `NOT EXISTS (SELECT 1 FROM link l WHERE l.account_id = account.id)
		AND (EXISTS (SELECT 1 FROM directory d CROSS JOIN scim_user_address x WHERE d.org_id = $3 AND x.directory_id = d.id AND x.value = account.email_key)
			OR EXISTS (SELECT 1 FROM tombstone t WHERE t.account_id = account.id AND t.org_id = $3 AND t.external_id IS NOT NULL)
			OR `+hasSibling+`)`, org)
}

// SyncedSiblings lists the accounts of a domain that an org links and of which another verified domain of the org has the
// same name before the @, by address. Like AccountsBesideRecords it reads past all others.
func (tx *Tx) SyncedSiblings(org identity.OrgID, domain string, p Page) ([]Account, string, error) {
	return tx.accountsAmong(domain, p, hasSibling+` AND EXISTS (SELECT 1 FROM link l WHERE l.account_id = account.id AND l.org_id = $3)`, org)
}

// hasSibling is the condition that an account has the same name before the @ as
// one on another verified domain of the org $3.
const hasSibling = `EXISTS (SELECT 1 FROM domain o CROSS JOIN account s WHERE o.org_id = $3 AND o.status = 'verified' AND o.name <> account.email_domain
	AND s.email_key = substr(account.email_key, 1, length(account.email_key) - length(account.email_domain)) || o.name)`

// accountsAmong lists the accounts of a domain for which a condition holds, by
// canonical address. The condition asks for no more of them than the index of
// addresses has, as most do not meet it and need not be read.
func (tx *Tx) accountsAmong(domain string, p Page, condition string, org identity.OrgID) ([]Account, string, error) {
	rows, err := all(tx, scanAccount, `SELECT `+prefixed("a", accountColumns)+` FROM (
		SELECT id, email_key FROM account`+tx.dialect.indexedBy("account_by_email")+` WHERE email_domain = $1 AND email_key > $2 AND `+condition+`
		ORDER BY email_key LIMIT `+strconv.Itoa(p.limit())+`) k CROSS JOIN account a WHERE a.id = k.id ORDER BY k.email_key`, domain, p.After, org)
	if err != nil {
		return nil, "", err
	}
	rows, next := cut(p, rows, func(a Account) string { return a.Email.Key })
	return rows, next, nil
}

// CountNamesakes gives how many accounts on the verified domains of an org have
// each of some names, whatever its letter case; it stops counting at most.
func (tx *Tx) CountNamesakes(org identity.OrgID, names []string, most int) (map[string]int, error) {
	given := map[string][]string{} // by key
	for _, name := range names {
		key := nameKeysOf(name).whole
		given[key] = append(given[key], name)
	}
	list, err := json.Marshal(slices.Sorted(maps.Keys(given)))
	if err != nil {
		return nil, err
	}
	type row struct {
		key string
		n   int
	}
	counts := make(map[string]int, len(names))
	err = each(tx, func(s scanner) (r row, err error) {
		err = s.Scan(&r.key, &r.n)
		return r, err
	}, func(r row) error {
		for _, name := range given[r.key] {
			counts[name] = r.n
		}
		return nil
	}, `SELECT e.value, (SELECT count(*) FROM (SELECT 1 FROM domain v CROSS JOIN account a WHERE v.org_id = $1 AND v.status = 'verified' AND a.email_domain = v.name AND a.name_key = e.value LIMIT $2) n)
		FROM `+tx.dialect.elements("$3")+` e`, org, most, string(list))
	return counts, err
}

// TombstonesOfAccounts gives the deleted records of an org that were linked to
// some accounts and had an externalId, without their documents, latest first.
func (tx *Tx) TombstonesOfAccounts(org identity.OrgID, accounts []identity.AccountID) ([]Tombstone, error) {
	list, err := json.Marshal(accounts)
	if err != nil {
		return nil, err
	}
	return all(tx, scanTombstone, `SELECT `+strings.Replace(prefixed("t", tombstoneColumns), "t.doc", "''", 1)+tx.dialect.probe("$1", "tombstone", "t", "t.org_id = $2 AND t.account_id = e.value")+
		` AND t.external_id IS NOT NULL AND t.expires_at > $3 ORDER BY t.deleted_at DESC, t.scim_user_id`, string(list), org, micros(tx.now))
}

// CountLinks gives how many links a directory has.
func (tx *Tx) CountLinks(d identity.DirectoryID) (int, error) {
	return one(tx, column[int], `SELECT count(*) FROM link WHERE directory_id = $1`, d)
}

// LastHeard is when the identity provider of a directory was last heard of: by
// one of its tokens, or by a changed record; zero if it never was.
func (tx *Tx) LastHeard(org identity.OrgID, d identity.DirectoryID) (time.Time, error) {
	used, err := one(tx, column[sql.NullInt64], `SELECT max(last_used_at) FROM credential WHERE org_id = $1 AND directory_id = $2`, org, d)
	if err != nil {
		return time.Time{}, err
	}
	changed, err := one(tx, column[sql.NullInt64], `SELECT max(modified_at) FROM scim_user WHERE directory_id = $1`, d)
	return fromMicros(max(used.Int64, changed.Int64)), err
}

// PushedUnclaimed gives at most limit accounts on a domain, behind an id, that
// an org's directories link and that it has not claimed by name.
func (tx *Tx) PushedUnclaimed(org identity.OrgID, domain string, after identity.AccountID, limit int) ([]identity.AccountID, error) {
	return all(tx, column[identity.AccountID], `SELECT id FROM account WHERE email_domain = $1 AND id > $2 AND (claimed_by IS NULL OR claimed_by <> $3) AND status <> 'closed'
		AND EXISTS (SELECT 1 FROM link l WHERE l.account_id = account.id AND l.org_id = $3) ORDER BY id LIMIT $4`, domain, after, org, limit)
}

// DeletedWithGroups lists the deleted records of an org, without their
// documents, whose memberships no other record got. The page key is
// directory/user.
func (tx *Tx) DeletedWithGroups(org identity.OrgID, p Page) ([]Tombstone, string, error) {
	d, u := splitKey2(p.After)
	rows, err := all(tx, scanTombstone, `SELECT `+leanTombstoneColumns+` FROM tombstone WHERE org_id = $1 AND (directory_id, scim_user_id) > ($2, $3) AND group_ids <> '[]' AND expires_at > $4
		ORDER BY directory_id, scim_user_id LIMIT $5`, org, d, u, micros(tx.now), p.limit())
	if err != nil {
		return nil, "", err
	}
	rows, next := cut(p, rows, func(t Tombstone) string { return joinKey(string(t.DirectoryID), string(t.SCIMUserID)) })
	return rows, next, nil
}

// SharedAccounts lists the accounts that a directory and another connected one
// of the org link, by id.
func (tx *Tx) SharedAccounts(org identity.OrgID, d identity.DirectoryID, p Page) ([]identity.AccountID, string, error) {
	rows, err := all(tx, column[identity.AccountID], `SELECT l.account_id FROM link l WHERE l.directory_id = $1 AND l.account_id > $2 AND EXISTS (
			SELECT 1 FROM link m JOIN directory o ON o.id = m.directory_id
			WHERE m.account_id = l.account_id AND m.org_id = $3 AND m.directory_id <> $1 AND o.status = 'connected')
		ORDER BY l.account_id LIMIT $4`, d, p.After, org, p.limit())
	if err != nil {
		return nil, "", err
	}
	rows, next := cut(p, rows, func(a identity.AccountID) string { return string(a) })
	return rows, next, nil
}
