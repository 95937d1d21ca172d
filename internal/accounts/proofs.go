package accounts

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/store"
)

// How often a proof is looked at, and how long a verified domain may be without.
const (
	recheckEvery  = 24 * time.Hour
	recheckFailed = 6 * time.Hour       // after a look that did not find it
	recheckLease  = 15 * time.Minute    // in which a look ends, or another replica takes it
	recheckBatch  = 50                  // domains looked at between two looks at the clock
	GraceAbsent   = 7 * 24 * time.Hour  // while the proof is known to be gone
	GraceUnknown  = 30 * 24 * time.Hour // while it is not known, as when our own resolver is down
)

// checker is who looks at proofs by himself.
var checker = identity.Caller{Actor: "roster (domain check)"}

// Proofs verifies domains by what their owners publish. It is safe for
// concurrent use.
type Proofs struct {
	store  *store.Store
	prober Prober
}

// NewProofs makes a Proofs.
func NewProofs(st *store.Store, p Prober) *Proofs { return &Proofs{st, p} }

// Check looks for the proof of a domain now, by one method or by either (""),
// and verifies the domain when it is there (rule one-verifier-per-domain). A
// domain that another org has verified passes over when that org's own proof
// is known to be gone.
func (s *Proofs) Check(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.DomainID, method identity.ProofMethod) (store.Domain, error) {
	d, err := s.domain(ctx, org, id)
	if err != nil {
		return d, err
	}
	found := look(ctx, s.prober, d, method)
	if !found.isFound() {
		return d, notProved(d, found)
	}
	previous, err := s.giveWay(ctx, d)
	if err != nil {
		return d, err
	}
	err = s.store.Update(ctx, func(tx *store.Tx) error {
		if err := supersede(tx, c, d, previous); err != nil {
			return err
		}
		before, err := tx.LockDomain(org, id)
		if err != nil {
			return store.Missing(err, "domain", string(id))
		}
		d = before
		verified(tx, &d, found.method, tx.Now().Add(recheckEvery))
		if err := storeDomain(tx, c, ActionDomainVerified, before, d); err != nil || before.Status == identity.DomainVerified {
			return err
		}
		return followRecords(tx, c, d)
	})
	return d, err
}

func (s *Proofs) domain(ctx context.Context, org identity.OrgID, id identity.DomainID) (d store.Domain, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		d, err = tx.Domain(org, id)
		return store.Missing(err, "domain", string(id))
	})
	return d, err
}

func notProved(d store.Domain, f finding) error {
	proof := ProofOf(d)
	return identity.Errorf(identity.CodeConflict, "%s is not proved: %s", d.Name, f.why).
		WithRule(identity.RuleOneVerifierPerDomain).
		WithHint("publish %s as a TXT record at %s, or as the whole file https://%s%s, and check again; a DNS change may take hours to be seen", proof.Text, proof.TXT[0], d.Name, proof.Path)
}

// giveWay gives the domain of the org that has verified the name, when it must
// give way to another org's proof; one without an id when there is none.
func (s *Proofs) giveWay(ctx context.Context, to store.Domain) (holder store.Domain, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		holder, err = tx.Verifier(to.Name)
		return err
	})
	if errors.Is(err, store.ErrNotFound) || (err == nil && holder.OrgID == to.OrgID) {
		return store.Domain{}, nil
	}
	if err != nil {
		return holder, err
	}
	if holder.Method == identity.ProofOperator {
		return holder, verifiedElsewhere(to.Name)
	}
	if f := look(ctx, s.prober, holder, holder.Method); f.isFound() || !f.sure {
		return holder, verifiedElsewhere(to.Name)
	}
	return holder, nil
}

// supersede takes the domain from the org that gives way, unless it proved it
// anew since. Rows are locked in one order, so that two orgs that do this at
// once do not wait for each other.
func supersede(tx *store.Tx, c identity.Caller, to, previous store.Domain) error {
	if previous.ID == "" {
		return nil
	}
	for _, d := range inLockOrder(previous, to) {
		locked, err := tx.LockDomain(d.OrgID, d.ID)
		if errors.Is(err, store.ErrNotFound) {
			continue // removed meanwhile
		}
		if err != nil {
			return err
		}
		if d.ID != previous.ID || locked.Status != identity.DomainVerified {
			continue
		}
		if !locked.CheckedAt.Equal(previous.CheckedAt) {
			return verifiedElsewhere(to.Name)
		}
		if err := lose(tx, c, ActionDomainSuperseded, locked, "another organization proved the domain, and the proof of this one is gone"); err != nil {
			return err
		}
		if err := startRelease(tx, c, locked); err != nil {
			return err
		}
	}
	return nil
}

func inLockOrder(domains ...store.Domain) []store.Domain {
	slices.SortFunc(domains, func(a, b store.Domain) int { return cmp.Compare(a.ID, b.ID) })
	return domains
}

// lose ends a verification; why is kept for the administrator. The domain stays
// in the org's list and can be proved again.
func lose(tx *store.Tx, c identity.Caller, action journal.Action, d store.Domain, why string) error {
	before := d
	d.Status, d.Method, d.NextCheckAt = identity.DomainUnverified, "", time.Time{}
	d.LostAt, d.CheckError = tx.Now(), why
	return storeDomain(tx, c, action, before, d)
}

// Recheck looks at the proofs that are due and gives how many they were. A
// domain whose proof is gone for longer than the grace period is lost: its
// accounts are no longer managed, links stay.
func (s *Proofs) Recheck(ctx context.Context) (n int, err error) {
	var due []store.Domain
	err = s.store.Update(ctx, func(tx *store.Tx) (err error) {
		due, err = tx.LeaseDueDomains(tx.Now().Add(recheckLease), recheckBatch)
		return err
	})
	if err != nil {
		return 0, err
	}
	var failed []error
	for _, d := range due {
		failed = append(failed, s.recheck(ctx, d))
	}
	return len(due), errors.Join(failed...)
}

func (s *Proofs) recheck(ctx context.Context, d store.Domain) error {
	found := look(ctx, s.prober, d, d.Method)
	if ctx.Err() != nil {
		return ctx.Err() // the server stops; the domain is due again soon
	}
	return s.store.Update(ctx, func(tx *store.Tx) error {
		now, err := tx.LockDomain(d.OrgID, d.ID)
		if errors.Is(err, store.ErrNotFound) || (err == nil && (now.Status != identity.DomainVerified || now.Method != d.Method)) {
			return nil // removed, lost or verified anew meanwhile
		}
		if err != nil {
			return err
		}
		return settle(tx, now, found)
	})
}

// settle stores what a look at a verified domain found.
func settle(tx *store.Tx, before store.Domain, found finding) error {
	d := before
	if found.isFound() {
		verified(tx, &d, found.method, tx.Now().Add(recheckEvery))
		if before.FailingSince.IsZero() {
			return tx.UpdateDomain(d)
		}
		return storeDomain(tx, checker, ActionDomainProofFound, before, d)
	}
	d.CheckedAt, d.CheckError, d.NextCheckAt = tx.Now(), found.why, tx.Now().Add(recheckFailed)
	if before.FailingSince.IsZero() {
		d.FailingSince = tx.Now()
		return storeDomain(tx, checker, ActionDomainProofMissing, before, d)
	}
	grace := GraceUnknown
	if found.sure {
		grace = GraceAbsent
	}
	if tx.Now().Sub(d.FailingSince) >= grace {
		return lose(tx, checker, ActionDomainLost, d, found.why)
	}
	return tx.UpdateDomain(d)
}
