package accounts

import (
	"context"

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
	return update(ctx, s, func(tx *store.Tx) (store.Domain, error) {
		if err := checkOrg(tx, org); err != nil {
			return store.Domain{}, err
		}
		d, err := tx.InsertDomain(store.Domain{OrgID: org, ID: identity.DomainID(identity.NewUUID()), Name: canonical})
		if err != nil {
			return d, taken(err, store.ConstraintDomainName, identity.Errorf(identity.CodeConflict, "the organization has the domain %s already", canonical).
				WithHint("there is nothing to add: look at its status in the list of domains"))
		}
		return d, journal.Audit(tx, c, org, ActionDomainAdded, string(d.ID), nil, describeDomain(d))
	})
}

// VerifyDomain marks a domain as verified by an org, which from then on
// manages its accounts (rules one-verifier-per-domain, managed). The caller
// vouches for the proof: only a holder of the site key may.
func (s *Service) VerifyDomain(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.DomainID) (store.Domain, error) {
	return s.changeDomain(ctx, c, org, id, ActionDomainVerified, func(tx *store.Tx, d store.Domain) error {
		conflict := identity.Errorf(identity.CodeConflict, "another organization has verified the domain %s", d.Name).
			WithRule(identity.RuleOneVerifierPerDomain).WithHint("that organization must remove the domain first")
		return taken(tx.VerifyDomain(org, id), store.ConstraintDomainVerifier, conflict)
	})
}

// AssignDomain says which directory has the authority over a domain's
// accounts (rule authority); "" leaves it to the oldest link.
func (s *Service) AssignDomain(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.DomainID, directory identity.DirectoryID) (store.Domain, error) {
	return s.changeDomain(ctx, c, org, id, ActionDomainAssigned, func(tx *store.Tx, _ store.Domain) error {
		if directory != "" {
			if _, err := tx.Directory(org, directory); err != nil {
				return missing(err, "directory", string(directory))
			}
		}
		return tx.AssignDomain(org, id, directory)
	})
}

func (s *Service) changeDomain(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.DomainID, action journal.Action, change func(*store.Tx, store.Domain) error) (store.Domain, error) {
	return update(ctx, s, func(tx *store.Tx) (store.Domain, error) {
		before, err := tx.LockDomain(org, id)
		if err != nil {
			return before, missing(err, "domain", string(id))
		}
		if err := change(tx, before); err != nil {
			return before, err
		}
		after, err := tx.Domain(org, id)
		if err != nil {
			return after, err
		}
		return after, journal.Audit(tx, c, org, action, string(id), describeDomain(before), describeDomain(after))
	})
}

// RemoveDomain takes a domain from an org: its accounts are no longer managed.
func (s *Service) RemoveDomain(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.DomainID) error {
	return s.store.Update(ctx, func(tx *store.Tx) error {
		before, err := tx.LockDomain(org, id)
		if err != nil {
			return missing(err, "domain", string(id))
		}
		if err := tx.DeleteDomain(org, id); err != nil {
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
		return d, missing(err, "domain", string(id))
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
	return map[string]any{"name": d.Name, "status": d.Status, "directoryId": d.DirectoryID}
}
