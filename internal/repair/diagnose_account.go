package repair

import (
	"errors"
	"fmt"
	"strings"

	"roster/internal/identity"
	"roster/internal/scim"
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
// domain/account.
func wrongAccountPage(tx *store.Tx, org identity.OrgID, p store.Page) (found []keyed, next string, err error) {
	domains, err := verifiedDomains(tx, org)
	if err != nil {
		return nil, "", err
	}
	startDomain, startAccount, _ := strings.Cut(p.After, "/")
	for i, domain := range domains {
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
		for _, a := range accounts {
			if !domain.Manages(a) {
				continue
			}
			f, err := wrongAccount(tx, org, domains, a)
			if errors.Is(err, store.ErrNotFound) {
				continue
			}
			if err != nil {
				return nil, "", err
			}
			found = append(found, keyed{domain.Name + "/" + string(a.ID), f})
		}
		switch {
		case more != "":
			return found, domain.Name + "/" + more, nil
		case i+1 < len(domains):
			return found, domains[i+1].Name + "/", nil
		}
	}
	return found, "", nil
}

func wrongAccountOne(tx *store.Tx, org identity.OrgID, subject []string) (Finding, error) {
	if len(subject) != 1 {
		return Finding{}, store.ErrNotFound
	}
	right, err := findParty(tx, org, identity.AccountID(subject[0]))
	if err != nil {
		return Finding{}, err
	}
	if !right.managed || len(right.links) > 0 {
		return Finding{}, store.ErrNotFound
	}
	domains, err := verifiedDomains(tx, org)
	if err != nil {
		return Finding{}, err
	}
	return wrongAccount(tx, org, domains, right.Account)
}

// candidate is a linked record that may be the same person as an account.
type candidate struct {
	store.SCIMUser
	facts evidence
}

// wrongAccount looks for the linked record of an unlinked account's person;
// ErrNotFound when the evidence is too weak.
func wrongAccount(tx *store.Tx, org identity.OrgID, domains []store.Domain, right store.Account) (Finding, error) {
	if right.Status == identity.AccountClosed {
		return Finding{}, store.ErrNotFound
	}
	candidates, err := candidatesFor(tx, org, domains, right)
	if err != nil {
		return Finding{}, err
	}
	var best Finding
	for _, c := range candidates {
		wrong, err := findParty(tx, org, c.AccountID)
		if err != nil {
			return Finding{}, err
		}
		if !wrong.managed || wrong.ID == right.ID || !right.CreatedAt.Before(wrong.CreatedAt) {
			continue // a younger account has no history to bring back
		}
		if err := c.compareNames(tx, domains, right, wrong.Account); err != nil {
			return Finding{}, err
		}
		if n := candidates.people(); n > 1 && c.facts.confidence() < weightAlias {
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

// candidatesFor gives the linked records that share something with an account
// which is one person's own, each with the facts.
func candidatesFor(tx *store.Tx, org identity.OrgID, domains []store.Domain, right store.Account) (candidates, error) {
	var found candidates
	aliases, err := tx.SCIMUsersByAddress(org, scim.Fold(right.Email.Address))
	if err != nil {
		return nil, err
	}
	for _, u := range aliases {
		found.add(u, weightAlias, fmt.Sprintf("SCIM user %s lists %s among its addresses", u.ID, right.Email.Address))
	}
	if err := found.byExternalID(tx, org, right); err != nil {
		return nil, err
	}
	if err := found.byLocalPart(tx, org, domains, right); err != nil {
		return nil, err
	}
	return found, nil
}

type candidates []candidate

func (all *candidates) add(u store.SCIMUser, weight int, fact string) {
	for i := range *all {
		if (*all)[i].ID == u.ID {
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

func (all *candidates) byExternalID(tx *store.Tx, org identity.OrgID, right store.Account) error {
	deleted, err := tx.TombstonesOfAccount(org, right.ID)
	if err != nil {
		return err
	}
	for _, t := range deleted {
		if t.ExternalID == "" {
			continue
		}
		same, err := tx.SCIMUsersByExternalID(org, t.ExternalID)
		if err != nil {
			return err
		}
		for _, u := range same {
			weight := weightForeignExternalID
			if u.DirectoryID == t.DirectoryID {
				weight = weightExternalID
			}
			all.add(u, weight, fmt.Sprintf("SCIM user %s has the externalId %s, as the deleted record %s of account %s had", u.ID, u.ExternalID, t.SCIMUserID, right.ID))
		}
	}
	return nil
}

// byLocalPart looks on the org's other domains for the same name before the @.
func (all *candidates) byLocalPart(tx *store.Tx, org identity.OrgID, domains []store.Domain, right store.Account) error {
	local, _, _ := strings.Cut(right.Email.Key, "@")
	if IsRole(local) {
		return nil
	}
	for _, domain := range domains {
		if domain.Name == right.Email.Domain {
			continue
		}
		email, err := identity.ParseEmail(local + "@" + domain.Name)
		if err != nil {
			continue
		}
		same, err := tx.SCIMUsersByEmail(org, email)
		if err != nil {
			return err
		}
		for _, u := range same {
			if u.AccountID != "" {
				all.add(u, weightLocalPart, fmt.Sprintf("the addresses %s and %s differ in the domain only", right.Email.Address, u.Email.Address))
			}
		}
	}
	return nil
}
