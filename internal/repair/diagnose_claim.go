package repair

import (
	"fmt"

	"roster/internal/identity"
	"roster/internal/store"
)

// maxCounted is up to where diagnosis counts what it would have to read through
// a domain for.
const maxCounted = 1000

// unclaimedPage reads the org's domains: one finding a domain whose accounts
// nobody has claimed.
func unclaimedPage(tx *store.Tx, org identity.OrgID, p store.Page) (found []keyed, next string, err error) {
	domains, next, err := tx.Domains(org, p)
	if err != nil {
		return nil, "", err
	}
	for _, d := range domains {
		f, err := unclaimed(tx, d)
		if found, err = keep(found, string(d.ID), f, err); err != nil {
			return nil, "", err
		}
	}
	return found, next, nil
}

func unclaimedOne(tx *store.Tx, org identity.OrgID, subject []string) (Finding, error) {
	if len(subject) != 1 {
		return Finding{}, store.ErrNotFound
	}
	d, err := tx.Domain(org, identity.DomainID(subject[0]))
	if err != nil {
		return Finding{}, err
	}
	return unclaimed(tx, d)
}

// unclaimed is a verified domain whose claims are selected, and that has no
// effect: nobody on it is claimed, or people are pushed whom nobody claimed. An
// account that no directory of the org pushes, beside others that are claimed,
// was left out on purpose.
func unclaimed(tx *store.Tx, d store.Domain) (Finding, error) {
	if d.Status != identity.DomainVerified || d.Claim != identity.ClaimSelected {
		return Finding{}, store.ErrNotFound
	}
	total, claimed, err := tx.CountAccountsOn(d.OrgID, d.Name)
	if err != nil || total <= claimed {
		return Finding{}, orNotFound(err)
	}
	pushed, err := tx.PushedUnclaimed(d.OrgID, d.Name, "", maxCounted)
	if err != nil {
		return Finding{}, err
	}
	var facts evidence
	facts.add(20, fmt.Sprintf("%d of the %d accounts on %s are not managed: its claim mode is %q", total-claimed, total, d.Name, identity.ClaimSelected))
	if claimed == 0 {
		facts.add(45, "not one account on the domain is claimed, so that the domain has no effect")
	}
	if len(pushed) > 0 {
		facts.add(75, atLeast(len(pushed))+" pushed by this organization's directories and not claimed: what their identity provider changes or deactivates does not reach them")
	}
	if facts.confidence() < minConfidence {
		return Finding{}, store.ErrNotFound
	}
	f := Finding{
		ID: findingID(KindUnclaimed, string(d.ID)), Kind: KindUnclaimed, Count: total - claimed,
		Title:       fmt.Sprintf("%d accounts on %s are not managed", total-claimed, d.Name),
		Explanation: fmt.Sprintf("This organization has proved that %s is its own, but says for each account by name whether it manages it, and has not said so of these. It can neither change nor deactivate them, and its identity providers cannot either.", d.Name),
		Evidence:    facts.facts, Confidence: facts.confidence(), FirstSeen: d.VerifiedAt, LastSeen: d.VerifiedAt,
		Next: fmt.Sprintf("look who they are: roster domain claims %s; then claim them: roster domain claim %s --all; or manage all accounts there, now and later: roster domain claim-mode %s automatic", d.Name, d.Name, d.Name),
	}
	if len(pushed) > 0 {
		f.Strategies = []Strategy{StrategyAtomic}
		f.Next += "; to claim those only who are pushed: roster repair plan " + f.ID
	}
	return f, nil
}

func atLeast(n int) string {
	if n >= maxCounted {
		return fmt.Sprintf("at least %d accounts are", n)
	}
	return accountsAre(n)
}
