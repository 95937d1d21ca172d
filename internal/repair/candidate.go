package repair

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"roster/internal/identity"
	"roster/internal/scim"
	"roster/internal/store"
)

// candidate is a linked record that may be the same person as an account.
type candidate struct {
	store.SCIMUser

	facts evidence
}

// candidates are those of one account.
type candidates []candidate

func (all *candidates) add(u store.SCIMUser, weight int, fact string) {
	for i := range *all {
		if (*all)[i].ID == u.ID && (*all)[i].DirectoryID == u.DirectoryID {
			(*all)[i].facts.add(weight, fact)
			return
		}
	}
	c := candidate{SCIMUser: u}
	c.facts.add(weight, fact)
	*all = append(*all, c)
}

// people counts the accounts that the records are linked to.
func (all *candidates) people() int {
	of := map[identity.AccountID]bool{}
	for _, c := range *all {
		of[c.AccountID] = true
	}
	return len(of)
}

// candidatesOf are the candidates of each of some accounts.
type candidatesOf map[identity.AccountID]candidates

func (of candidatesOf) add(a identity.AccountID, u store.SCIMUser, weight int, fact string) {
	all := of[a]
	all.add(u, weight, fact)
	of[a] = all
}

// candidatesFor gives the linked records that share something with each of some
// accounts which is one person's own, with the facts, and looks their accounts
// up.
func (b *book) candidatesFor(accounts []store.Account) (candidatesOf, error) {
	found := candidatesOf{}
	for _, look := range []func(candidatesOf, []store.Account) error{b.byAlias, b.byExternalID, b.byLocalPart} {
		if err := look(found, accounts); err != nil {
			return nil, err
		}
	}
	var linked []identity.AccountID
	var names []string
	for _, a := range accounts {
		if len(found[a.ID]) > 0 {
			names = append(names, a.Name)
		}
		for _, c := range found[a.ID] {
			linked = append(linked, c.AccountID)
		}
	}
	if err := b.look(linked...); err != nil {
		return nil, err
	}
	return found, b.lookNamesakes(names)
}

func (b *book) byAlias(found candidatesOf, accounts []store.Account) error {
	of := map[string]store.Account{}
	addresses := make([]string, len(accounts))
	for i, a := range accounts {
		addresses[i] = scim.Fold(a.Email.Address)
		of[addresses[i]] = a
	}
	for _, d := range slices.Sorted(maps.Keys(b.directories)) {
		users, err := b.LeanUsersByAddress(d, addresses)
		if err != nil {
			return err
		}
		for _, u := range users {
			a := of[u.Address]
			found.add(a.ID, u.SCIMUser, weightAlias, fmt.Sprintf("SCIM user %s lists %s among its addresses", u.ID, a.Email.Address))
		}
	}
	return nil
}

// byExternalID looks for records with the externalId of a deleted record of the
// account.
func (b *book) byExternalID(found candidatesOf, accounts []store.Account) error {
	ids := make([]identity.AccountID, len(accounts))
	for i, a := range accounts {
		ids[i] = a.ID
	}
	deleted, err := b.TombstonesOfAccounts(b.org, ids)
	if err != nil || len(deleted) == 0 {
		return err
	}
	had := map[string][]store.Tombstone{}
	var numbers []string
	for _, t := range deleted {
		if had[t.ExternalID] == nil {
			numbers = append(numbers, t.ExternalID)
		}
		had[t.ExternalID] = append(had[t.ExternalID], t)
	}
	for _, d := range slices.Sorted(maps.Keys(b.directories)) {
		users, err := b.LeanUsersByExternalID(d, numbers)
		if err != nil {
			return err
		}
		for _, u := range users {
			for _, t := range had[u.ExternalID] {
				found.addNumber(u, t)
			}
		}
	}
	return nil
}

// addNumber: directories number their people alike.
func (of candidatesOf) addNumber(u store.SCIMUser, t store.Tombstone) {
	if u.AccountID == "" {
		return
	}
	weight := weightForeignExternalID
	if u.DirectoryID == t.DirectoryID {
		weight = weightExternalID
	}
	of.add(t.AccountID, u, weight, fmt.Sprintf("SCIM user %s has the externalId %s, as the deleted record %s of account %s had", u.ID, u.ExternalID, t.SCIMUserID, t.AccountID))
}

// byLocalPart looks on the org's other domains for the same name before the @.
func (b *book) byLocalPart(found candidatesOf, accounts []store.Account) error {
	of := map[string][]store.Account{} // by the address on another domain
	var keys []string
	for _, a := range accounts {
		for _, key := range b.elsewhere(a.Email) {
			if of[key] == nil {
				keys = append(keys, key)
			}
			of[key] = append(of[key], a)
		}
	}
	for _, d := range slices.Sorted(maps.Keys(b.directories)) {
		users, err := b.LeanUsersByEmail(d, keys)
		if err != nil {
			return err
		}
		for _, u := range users {
			for _, a := range of[u.Email.Key] {
				if u.AccountID != "" {
					found.add(a.ID, u, weightLocalPart, fmt.Sprintf("the addresses %s and %s differ in the domain only", a.Email.Address, u.Email.Address))
				}
			}
		}
	}
	return nil
}

// elsewhere gives the same name before the @ on the org's other domains; none
// for a name that every company has.
func (b *book) elsewhere(email identity.Email) (keys []string) {
	local, _, _ := strings.Cut(email.Key, "@")
	if IsRole(local) {
		return nil
	}
	for _, domain := range b.domains {
		if domain.Name != email.Domain {
			keys = append(keys, local+"@"+domain.Name)
		}
	}
	return keys
}
