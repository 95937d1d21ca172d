package repair

import (
	"fmt"
	"slices"
	"strings"

	"roster/internal/identity"
	"roster/internal/store"
)

// minConfidence is what a wrong account needs to be reported: one strong fact
// with an older account, or two weak ones. A shared name or local part alone is
// no evidence; many people have the same.
const minConfidence = 60

// The weights of the facts that two accounts are one person's.
const (
	weightAlias      = 65 // the record lists the old address among its own
	weightExternalID = 65 // a deleted record of the old account had the same externalId
	weightLocalPart  = 30
	weightName       = 30

	// An externalId of another directory counts together with the name only:
	// directories number their people alike.
	weightForeignExternalID = 25
	// Several linked records that fit equally well speak against each.
	weightAmbiguous = -20
	// A name that many have, or that says no more than the address, is little.
	weightCommonName = 5
)

// wrongAccountPage reads the managed accounts that nobody links and that share
// something with a record, and looks for the linked account of the same person (story B). The page key is
// domain/address.
func wrongAccountPage(tx *store.Tx, org identity.OrgID, p store.Page) (found []keyed, next string, err error) {
	b, err := openBook(tx, org)
	if err != nil {
		return nil, "", err
	}
	startDomain, startAccount, _ := strings.Cut(p.After, "/")
	for i, domain := range b.domains {
		if domain.Name < startDomain {
			continue
		}
		after := ""
		if domain.Name == startDomain {
			after = startAccount
		}
		accounts, more, err := tx.AccountsBesideRecords(org, domain.Name, store.Page{After: after})
		if err != nil {
			return nil, "", err
		}
		if found, err = b.wrongAccounts(domain, accounts); err != nil {
			return nil, "", err
		}
		switch {
		case more != "":
			return found, domain.Name + "/" + more, nil
		case i+1 < len(b.domains):
			return found, b.domains[i+1].Name + "/", nil
		}
	}
	return found, "", nil
}

// wrongAccounts gives the findings about those accounts of a domain that the
// org manages.
func (b *book) wrongAccounts(domain store.Domain, accounts []store.Account) (found []keyed, err error) {
	accounts = slices.DeleteFunc(accounts, func(a store.Account) bool { return !domain.Manages(a) || a.Status == identity.AccountClosed })
	if len(accounts) == 0 {
		return nil, nil
	}
	if err := b.know(accounts); err != nil {
		return nil, err
	}
	candidates, err := b.candidatesFor(accounts)
	if err != nil {
		return nil, err
	}
	for _, a := range accounts {
		f, err := b.wrongAccount(a, candidates[a.ID])
		if found, err = keep(found, domain.Name+"/"+a.Email.Key, f, err); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func wrongAccountOne(tx *store.Tx, org identity.OrgID, subject []string) (Finding, error) {
	if len(subject) != 1 {
		return Finding{}, store.ErrNotFound
	}
	b, err := openBook(tx, org)
	if err != nil {
		return Finding{}, err
	}
	right, err := b.party(identity.AccountID(subject[0]))
	if err != nil || !right.managed || len(right.links) > 0 {
		return Finding{}, orNotFound(err)
	}
	candidates, err := b.candidatesFor([]store.Account{right.Account})
	if err != nil {
		return Finding{}, err
	}
	return b.wrongAccount(right.Account, candidates[right.ID])
}

// wrongAccount looks for the linked record of an unlinked account's person;
// ErrNotFound when the evidence is too weak.
func (b *book) wrongAccount(right store.Account, all candidates) (Finding, error) {
	if right.Status == identity.AccountClosed {
		return Finding{}, store.ErrNotFound
	}
	var best Finding
	for _, c := range all {
		wrong, err := b.party(c.AccountID)
		if err != nil {
			return Finding{}, err
		}
		if !wrong.managed || wrong.ID == right.ID || !right.CreatedAt.Before(wrong.CreatedAt) {
			continue // a younger account has no history to bring back
		}
		c.facts.facts = slices.Clone(c.facts.facts) // of one of several candidates for the record
		b.compareNames(&c.facts, right, wrong.Account)
		if n := all.people(); n > 1 && c.facts.confidence() < weightAlias {
			c.facts.add(weightAmbiguous, fmt.Sprintf("%d accounts could be this person's", n))
		}
		c.facts.add(10, fmt.Sprintf("account %s is older: created %s, the other %s", right.ID, day(right.CreatedAt), day(wrong.CreatedAt)))
		if right.Origin != identity.OriginSCIM && wrong.Origin == identity.OriginSCIM {
			c.facts.add(5, fmt.Sprintf("account %s was %s, while provisioning made the other", right.ID, originWords[right.Origin]))
		}
		if c.facts.confidence() > best.Confidence {
			best = wrongAccountFinding(right, wrong.Account, c)
		}
	}
	if best.Confidence < minConfidence {
		return Finding{}, store.ErrNotFound
	}
	return best, nil
}

func wrongAccountFinding(right, wrong store.Account, c candidate) Finding {
	f := Finding{
		ID: findingID(KindWrongAccount, string(right.ID)), Kind: KindWrongAccount,
		DirectoryID: c.DirectoryID, Record: Record{c.DirectoryID, c.ID}, RightAccount: right.ID, WrongAccount: wrong.ID,
		OldEmail: right.Email.Address, NewEmail: c.Email.Address,
		Evidence: c.facts.facts, Confidence: c.facts.confidence(), FirstSeen: c.LinkedAt, LastSeen: c.LinkedAt,
		Strategies: []Strategy{StrategyAtomic, StrategyCookbook},
	}
	f.Title = c.Email.Address + " is synced into the wrong account"
	f.Explanation = fmt.Sprintf("The identity provider's %s was linked to account %s when it was pushed, as no account had that address. The same person's older account, %s (%s), with what the person did before, is not synced at all.", c.Email.Address, wrong.ID, right.ID, right.Email.Address)
	f.Next = "roster repair plan " + f.ID
	return f
}
