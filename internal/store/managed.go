package store

import (
	"cmp"
	"slices"

	"roster/internal/identity"
)

// Rule managed, in Go and in SQL: everything that asks whose an account is asks
// here.

// Manages tells whether the org that verified the domain manages an account.
func (d Domain) Manages(a Account) bool {
	isHere := d.OrgID != "" && d.Status == identity.DomainVerified && d.Name == a.Email.Domain
	return isHere && (d.Claim == identity.ClaimAutomatic || a.ClaimedBy == d.OrgID)
}

// Adopt claims an account that the org of the domain makes or moves there: what
// an org makes itself it manages, whichever claims the domain has.
func (d Domain) Adopt(a *Account) {
	if d.Claim == identity.ClaimSelected {
		a.ClaimedBy = d.OrgID
	}
}

// managedBy is the condition under which the org of a domain v manages an
// account a.
const managedBy = `v.name = a.email_domain AND v.status = 'verified' AND (v.claim = 'automatic' OR a.claimed_by = v.org_id)`

// Manages tells whether an org manages an account. In an update the answer
// holds until the transaction ends, see Verifier.
func (tx *Tx) Manages(org identity.OrgID, a Account) (bool, error) {
	d, err := orNone(tx.Verifier(a.Email.Domain))
	return d.OrgID == org && d.Manages(a), err
}

// HasVerified tells whether an org has verified a domain.
func (tx *Tx) HasVerified(org identity.OrgID, name string) (bool, error) {
	d, err := orNone(tx.Verifier(name))
	return d.OrgID == org && org != "", err
}

// ManagedAccounts lists the accounts that an org manages, by id; email, when
// its Key is set, gives the one account that holds the address.
func (tx *Tx) ManagedAccounts(org identity.OrgID, email identity.Email, p Page) ([]Account, string, error) {
	rows, err := tx.managedAccounts(org, email, p)
	if err != nil {
		return nil, "", err
	}
	rows, next := cut(p, rows, func(a Account) string { return string(a.ID) })
	return rows, next, nil
}

func (tx *Tx) managedAccounts(org identity.OrgID, email identity.Email, p Page) ([]Account, error) {
	if email.Key != "" {
		return all(tx, scanAccount, `SELECT `+accountColumns+` FROM account a WHERE email_key = $1 AND id > $2
			AND EXISTS (SELECT 1 FROM domain v WHERE v.org_id = $3 AND `+managedBy+`)`, email.Key, p.After, org)
	}
	domains, err := tx.verifiedDomains(org)
	if err != nil {
		return nil, err
	}
	// A page of each domain, merged: each is read from its index in order, while
	// one query would read the accounts of all domains to sort them.
	var rows []Account
	for _, d := range domains {
		found, err := tx.managedOn(d, p)
		if err != nil {
			return nil, err
		}
		rows = append(rows, found...)
	}
	slices.SortFunc(rows, func(a, b Account) int { return cmp.Compare(a.ID, b.ID) })
	return rows[:min(len(rows), p.limit())], nil
}

func (tx *Tx) verifiedDomains(org identity.OrgID) ([]Domain, error) {
	return all(tx, scanDomain, `SELECT `+domainColumns+` FROM domain WHERE org_id = $1 AND status = 'verified'`, org)
}

func (tx *Tx) managedOn(d Domain, p Page) ([]Account, error) {
	if d.Claim == identity.ClaimSelected {
		return all(tx, scanAccount, `SELECT `+accountColumns+` FROM account WHERE email_domain = $1 AND claimed_by = $2 AND id > $3 ORDER BY id LIMIT $4`, d.Name, d.OrgID, p.After, p.limit())
	}
	return all(tx, scanAccount, `SELECT `+accountColumns+` FROM account WHERE email_domain = $1 AND id > $2 ORDER BY id LIMIT $3`, d.Name, p.After, p.limit())
}

// CountManagedAccounts counts the accounts that an org manages.
func (tx *Tx) CountManagedAccounts(org identity.OrgID) (int, error) {
	return tx.countManaged(org, countAccounts, countClaimed)
}

// CountManagedOf counts those of the accounts that an org manages that have a
// status but active.
func (tx *Tx) CountManagedOf(org identity.OrgID, status identity.AccountStatus) (int, error) {
	return tx.countManaged(org, CountKind(status), CountKind(status))
}

// countManaged adds up one kind of count of the domains of an org, and another
// one of those on which it claims by name.
func (tx *Tx) countManaged(org identity.OrgID, ofDomain, ofClaims CountKind) (total int, err error) {
	domains, err := tx.verifiedDomains(org)
	for _, d := range domains {
		key := countKey{d.Name, ofDomain}
		if d.Claim == identity.ClaimSelected {
			key = countKey{claimOwner(d.OrgID, d.Name), ofClaims}
		}
		n, err := tx.sum(key)
		if err != nil {
			return 0, err
		}
		total += n
	}
	return total, err
}
