package accounts

import (
	"context"
	"crypto/rand"
	"time"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/store"
)

// AddDomain adds an email domain to an org, unverified.
func (s *Service) AddDomain(ctx context.Context, c identity.Caller, org identity.OrgID, name string) (store.Domain, error) {
	canonical, err := identity.ParseDomain(name)
	if err != nil {
		return store.Domain{}, err
	}
	if err := checkOwnable(canonical); err != nil {
		return store.Domain{}, err
	}
	return update(ctx, s, func(tx *store.Tx) (store.Domain, error) { return insertDomain(tx, c, org, canonical) })
}

// insertDomain adds a domain whose claims are as the org's settings say.
func insertDomain(tx *store.Tx, c identity.Caller, org identity.OrgID, name string) (store.Domain, error) {
	o, err := tx.Org(org)
	if err != nil {
		return store.Domain{}, store.MissingOrg(err, org)
	}
	d, err := tx.InsertDomain(store.Domain{OrgID: org, ID: identity.DomainID(identity.NewUUID()), Name: name, Claim: o.Settings.DefaultClaim, Token: rand.Text()})
	if err != nil {
		return d, taken(err, store.ConstraintDomainName, identity.Errorf(identity.CodeConflict, "the organization has the domain %s already", name).
			WithHint("there is nothing to add: look at its status in the list of domains"))
	}
	return d, journal.Audit(tx, c, org, ActionDomainAdded, string(d.ID), nil, describeDomain(d))
}

// VerifyDomain marks a domain as verified by an org, which from then on
// manages its accounts (rules one-verifier-per-domain, managed). The caller
// vouches for the proof: only a holder of the site key may.
func (s *Service) VerifyDomain(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.DomainID) (store.Domain, error) {
	return s.changeDomain(ctx, c, org, id, ActionDomainVerified, func(tx *store.Tx, d *store.Domain) error {
		verified(tx, d, identity.ProofOperator, time.Time{})
		return followRecords(tx, c, *d)
	})
}

// verified marks a domain as proved now; next says when to look at the proof
// again, zero for never.
func verified(tx *store.Tx, d *store.Domain, by identity.ProofMethod, next time.Time) {
	if d.Status != identity.DomainVerified {
		d.VerifiedAt = tx.Now()
	}
	d.Status, d.Method, d.CheckedAt, d.NextCheckAt = identity.DomainVerified, by, tx.Now(), next
	d.CheckError, d.FailingSince, d.LostAt = "", time.Time{}, time.Time{}
}

// AssignDomain says which directory has the authority over a domain's
// accounts (rule authority); "" leaves it to the oldest link.
func (s *Service) AssignDomain(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.DomainID, directory identity.DirectoryID) (store.Domain, error) {
	return s.changeDomain(ctx, c, org, id, ActionDomainAssigned, func(tx *store.Tx, d *store.Domain) error {
		if directory != "" {
			if _, err := tx.Directory(org, directory); err != nil {
				return store.Missing(err, "directory", string(directory))
			}
		}
		if d.DirectoryID == directory {
			return nil
		}
		d.DirectoryID = directory
		return startTakeOver(tx, c, *d)
	})
}

// startTakeOver lets what waits be applied to the accounts of a domain, of which
// another directory decides from now on.
func startTakeOver(tx *store.Tx, c identity.Caller, d store.Domain) error {
	waiting, err := tx.PendingLinks(d.OrgID, "", "", 1)
	if err != nil || len(waiting) == 0 {
		return err
	}
	_, err = startJob(tx, c, store.Job{OrgID: d.OrgID, Kind: JobTakeOver, Target: string(d.ID), Name: d.Name})
	return err
}

// changeDomain locks a domain, lets change alter it, and stores and audits what
// came out. A domain that another org has verified meanwhile is refused.
func (s *Service) changeDomain(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.DomainID, action journal.Action, change func(*store.Tx, *store.Domain) error) (store.Domain, error) {
	return update(ctx, s, func(tx *store.Tx) (store.Domain, error) {
		before, err := tx.LockDomain(org, id)
		if err != nil {
			return before, store.Missing(err, "domain", string(id))
		}
		after := before
		if err := change(tx, &after); err != nil {
			return before, err
		}
		return after, storeDomain(tx, c, action, before, after)
	})
}

func storeDomain(tx *store.Tx, c identity.Caller, action journal.Action, before, after store.Domain) error {
	if err := tx.UpdateDomain(after); err != nil {
		return taken(err, store.ConstraintDomainVerifier, verifiedElsewhere(after.Name))
	}
	return journal.Audit(tx, c, after.OrgID, action, string(after.ID), describeDomain(before), describeDomain(after))
}

func verifiedElsewhere(name string) *identity.Error {
	return identity.Errorf(identity.CodeConflict, "another organization has verified the domain %s", name).
		WithRule(identity.RuleOneVerifierPerDomain).
		WithHint("that organization must remove the domain, or its proof must be taken down; the operator of this deployment can also transfer it")
}

// releaseDomain takes a domain from an org, and in the background the claims that
// the org has on its accounts.
func releaseDomain(tx *store.Tx, c identity.Caller, d store.Domain) error {
	if err := tx.DeleteDomain(d.OrgID, d.ID); err != nil {
		return err
	}
	return startRelease(tx, c, d)
}

// RemoveDomain takes a domain from an org: its accounts are no longer managed.
func (s *Service) RemoveDomain(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.DomainID) error {
	return s.store.Update(ctx, func(tx *store.Tx) error {
		before, err := tx.LockDomain(org, id)
		if err != nil {
			return store.Missing(err, "domain", string(id))
		}
		if err := releaseDomain(tx, c, before); err != nil {
			return err
		}
		return journal.Audit(tx, c, org, ActionDomainRemoved, string(id), describeDomain(before), nil)
	})
}

// Domain gives one domain of an org.
func (s *Service) Domain(ctx context.Context, org identity.OrgID, id identity.DomainID) (store.Domain, error) {
	return view(ctx, s, func(tx *store.Tx) (store.Domain, error) {
		if err := checkOrg(tx, org); err != nil {
			return store.Domain{}, err
		}
		d, err := tx.Domain(org, id)
		return d, store.Missing(err, "domain", string(id))
	})
}

// Domains lists an org's domains.
func (s *Service) Domains(ctx context.Context, org identity.OrgID, p store.Page) (domains []store.Domain, next string, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		if err := checkOrg(tx, org); err != nil {
			return err
		}
		domains, next, err = tx.Domains(org, p)
		return err
	})
	return domains, next, err
}

func describeDomain(d store.Domain) map[string]any {
	return map[string]any{"name": d.Name, "status": d.Status, "method": d.Method, "claim": d.Claim, "directoryId": d.DirectoryID}
}
