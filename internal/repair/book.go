package repair

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"roster/internal/identity"
	"roster/internal/store"
)

// book is what a page of a diagnosis has looked up, in sets: asking about one
// account after the other is what took most of a diagnosis's time. It lives as
// long as the transaction of the page.
type book struct {
	*store.Tx

	org         identity.OrgID
	domains     []store.Domain // verified, by name
	directories map[identity.DirectoryID]store.Directory
	accounts    map[identity.AccountID]store.Account
	links       map[identity.AccountID][]store.Link // in the org; a key of every account that was looked up
}

// party is an account as diagnosis sees it.
type party struct {
	store.Account

	links   []store.Link
	managed bool
}

// openBook reads what there are few of.
func openBook(tx *store.Tx, org identity.OrgID) (*book, error) {
	b := &book{
		Tx: tx, org: org, directories: map[identity.DirectoryID]store.Directory{},
		accounts: map[identity.AccountID]store.Account{}, links: map[identity.AccountID][]store.Link{},
	}
	var err error
	if b.domains, err = verifiedDomains(tx, org); err != nil {
		return nil, err
	}
	for after, more := "", true; more; more = after != "" {
		page, next, err := tx.Directories(org, store.Page{After: after})
		if err != nil {
			return nil, err
		}
		for _, d := range page {
			b.directories[d.ID] = d
		}
		after = next
	}
	return b, nil
}

// verifiedDomains gives the org's, by name.
func verifiedDomains(tx *store.Tx, org identity.OrgID) (verified []store.Domain, err error) {
	for after := ""; ; {
		page, next, err := tx.Domains(org, store.Page{After: after})
		if err != nil {
			return nil, err
		}
		for _, d := range page {
			if d.Status == identity.DomainVerified {
				verified = append(verified, d)
			}
		}
		if next == "" {
			slices.SortFunc(verified, func(a, b store.Domain) int { return strings.Compare(a.Name, b.Name) })
			return verified, nil
		}
		after = next
	}
}

// domainOf gives the org's verified domain of an account, the zero Domain if
// the org has not verified it.
func (b *book) domainOf(a store.Account) store.Domain {
	for _, d := range b.domains {
		if d.Name == a.Email.Domain {
			return d
		}
	}
	return store.Domain{}
}

// connected gives the org's directories that are, in the order of their ids.
func (b *book) connected() []store.Directory {
	var live []store.Directory
	for _, d := range b.directories {
		if d.Status == identity.DirectoryConnected {
			live = append(live, d)
		}
	}
	slices.SortFunc(live, func(x, y store.Directory) int { return strings.Compare(string(x.ID), string(y.ID)) })
	return live
}

// look reads accounts and their links, as far as they are not known yet.
func (b *book) look(ids ...identity.AccountID) error {
	var missing []identity.AccountID
	for _, id := range ids {
		if _, known := b.links[id]; !known && id != "" && !slices.Contains(missing, id) {
			missing = append(missing, id)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	found, err := b.AccountsByID(missing)
	if err != nil {
		return err
	}
	for _, a := range found {
		b.accounts[a.ID] = a
	}
	return b.lookLinks(missing)
}

func (b *book) lookLinks(ids []identity.AccountID) error {
	links, err := b.LinksOfAccountsIn(b.org, ids)
	for _, id := range ids {
		b.links[id] = links[id]
	}
	return err
}

// party gives an account whether or not the org manages it: of another it
// knows no more than the id and the org's links.
func (b *book) party(id identity.AccountID) (party, error) {
	if err := b.look(id); err != nil {
		return party{}, err
	}
	a := b.accounts[id]
	if b.domainOf(a).Manages(a) {
		return party{a, b.links[id], true}, nil
	}
	return party{store.Account{ID: id}, b.links[id], false}, nil
}

// nameOf is what people call a directory.
func (b *book) nameOf(d identity.DirectoryID) string { return b.directories[d].Name }

// keep gives a finding the page key of its subject, and drops what is none.
func keep(found []keyed, key string, f Finding, err error) ([]keyed, error) {
	if errors.Is(err, store.ErrNotFound) {
		return found, nil
	}
	return append(found, keyed{key, f}), err
}

// orNotFound makes "nothing is wrong" of no error.
func orNotFound(err error) error { return cmp.Or(err, store.ErrNotFound) }
