package store

import "roster/internal/identity"

// Claimable is an account on a domain as the org of the domain may see it
// before it claims it.
type Claimable struct {
	Account
	Managed bool // by the org of the domain
	Linked  bool // by a directory of that org
}

// AccountsOn lists the accounts that have their address on a domain, by id.
func (tx *Tx) AccountsOn(name string, p Page) ([]Account, string, error) {
	rows, err := all(tx, scanAccount, `SELECT `+accountColumns+` FROM account WHERE email_domain = $1 AND id > $2 ORDER BY id LIMIT $3`, name, p.After, p.limit())
	if err != nil {
		return nil, "", err
	}
	rows, next := cut(p, rows, func(a Account) string { return string(a.ID) })
	return rows, next, nil
}

// ClaimedOn gives at most limit accounts on a domain that an org claimed by name.
func (tx *Tx) ClaimedOn(org identity.OrgID, name string, limit int) ([]Account, error) {
	return all(tx, scanAccount, `SELECT `+accountColumns+` FROM account WHERE email_domain = $1 AND claimed_by = $2 ORDER BY id LIMIT $3`, name, org, limit)
}

// Claimables lists the accounts on a verified domain as its org may see them.
func (tx *Tx) Claimables(d Domain, p Page) ([]Claimable, string, error) {
	rows, next, err := tx.AccountsOn(d.Name, p)
	if err != nil {
		return nil, "", err
	}
	out := make([]Claimable, len(rows))
	for i, a := range rows {
		links, err := tx.LinksOfAccountIn(d.OrgID, a.ID)
		if err != nil {
			return nil, "", err
		}
		out[i] = Claimable{a, d.Manages(a), len(links) > 0}
	}
	return out, next, nil
}

// CountAccountsOn counts the accounts on a domain, and those of them that an
// org claimed by name.
func (tx *Tx) CountAccountsOn(org identity.OrgID, domain string) (total, claimed int, err error) {
	if total, err = tx.sum(countKey{domain, countAccounts}); err != nil {
		return 0, 0, err
	}
	claimed, err = tx.sum(countKey{claimOwner(org, domain), countClaimed})
	return total, claimed, err
}
