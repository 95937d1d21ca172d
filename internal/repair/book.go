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
	addresses   map[string]store.Account            // by canonical address; one without id of each that nobody has
	records     map[Record]store.SCIMUser           // without documents; one without id of each that there is none of
	pushed      map[pushedAddress]store.SCIMUser    // the same by address
	namesakes   map[string]int                      // accounts of the org with a folded name, up to manyNamesakes
}

// party is an account as diagnosis sees it.
type party struct {
	store.Account

	links   []store.Link
	managed bool
}

// pushedAddress is an address of a directory's record.
type pushedAddress struct {
	directory identity.DirectoryID
	key       string
}

// openBook reads what there are few of.
func openBook(tx *store.Tx, org identity.OrgID) (*book, error) {
	b := &book{
		Tx: tx, org: org, directories: map[identity.DirectoryID]store.Directory{},
		accounts: map[identity.AccountID]store.Account{}, links: map[identity.AccountID][]store.Link{}, addresses: map[string]store.Account{},
		records: map[Record]store.SCIMUser{}, pushed: map[pushedAddress]store.SCIMUser{}, namesakes: map[string]int{},
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

// know takes accounts that were read already, and reads their links.
func (b *book) know(accounts []store.Account) error {
	ids := make([]identity.AccountID, len(accounts))
	for i, a := range accounts {
		b.accounts[a.ID], ids[i] = a, a.ID
	}
	return b.lookLinks(ids)
}

// lookAddresses reads who holds some canonical addresses.
func (b *book) lookAddresses(keys []string) error {
	found, err := b.AccountsByEmail(keys)
	for _, key := range keys {
		b.addresses[key] = found[key]
	}
	return err
}

// holder is the account with an address; ErrNotFound if there is none.
func (b *book) holder(key string) (store.Account, error) {
	if _, known := b.addresses[key]; !known {
		if err := b.lookAddresses([]string{key}); err != nil {
			return store.Account{}, err
		}
	}
	if a := b.addresses[key]; a.ID != "" {
		return a, nil
	}
	return store.Account{}, store.ErrNotFound
}

// lookRecords reads records.
func (b *book) lookRecords(records []Record) error {
	ids := map[identity.DirectoryID][]identity.SCIMUserID{}
	for _, r := range records {
		b.records[r] = store.SCIMUser{}
		ids[r.DirectoryID] = append(ids[r.DirectoryID], r.SCIMUserID)
	}
	for d, of := range ids {
		users, err := b.LeanUsersByID(d, of)
		if err != nil {
			return err
		}
		for _, u := range users {
			b.records[Record{d, u.ID}] = u
		}
	}
	return nil
}

// lookPushed reads which records have some canonical addresses.
func (b *book) lookPushed(d identity.DirectoryID, keys []string) error {
	for _, key := range keys {
		b.pushed[pushedAddress{d, key}] = store.SCIMUser{}
	}
	users, err := b.LeanUsersByEmail(d, keys)
	for _, u := range users {
		b.pushed[pushedAddress{d, u.Email.Key}] = u
	}
	return err
}

// record gives a record without its document; ErrNotFound if there is none.
func (b *book) record(r Record) (store.SCIMUser, error) {
	if _, known := b.records[r]; !known {
		if err := b.lookRecords([]Record{r}); err != nil {
			return store.SCIMUser{}, err
		}
	}
	return orNone(b.records[r])
}

// recordWith gives the record of a directory that has an address.
func (b *book) recordWith(d identity.DirectoryID, key string) (store.SCIMUser, error) {
	if _, known := b.pushed[pushedAddress{d, key}]; !known {
		if err := b.lookPushed(d, []string{key}); err != nil {
			return store.SCIMUser{}, err
		}
	}
	return orNone(b.pushed[pushedAddress{d, key}])
}

func orNone(u store.SCIMUser) (store.SCIMUser, error) {
	if u.ID == "" {
		return u, store.ErrNotFound
	}
	return u, nil
}
