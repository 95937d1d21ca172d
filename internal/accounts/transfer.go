package accounts

import (
	"context"
	"errors"
	"time"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/store"
)

// TransferDomain gives a verified domain to another org, which has it verified
// by the operator's word from then on. Only a holder of the site key may. The
// accounts and links of the domain stay; which accounts the new org manages,
// its own claim mode says.
func (s *Service) TransferDomain(ctx context.Context, c identity.Caller, from identity.OrgID, id identity.DomainID, to identity.OrgID) (store.Domain, error) {
	return update(ctx, s, func(tx *store.Tx) (store.Domain, error) {
		before, err := tx.LockDomain(from, id)
		if err != nil {
			return before, store.Missing(err, "domain", string(id))
		}
		if err := checkTransfer(tx, before, to); err != nil {
			return before, err
		}
		if err := releaseDomain(tx, c, before); err != nil {
			return before, err
		}
		if err := journal.Audit(tx, c, from, ActionDomainTransferred, string(id), describeDomain(before), map[string]any{"organization": to}); err != nil {
			return before, err
		}
		target, err := findOrAddDomain(tx, c, to, before.Name)
		if err != nil {
			return before, err
		}
		after := target
		verified(tx, &after, identity.ProofOperator, time.Time{})
		if err := storeDomain(tx, c, ActionDomainVerified, target, after); err != nil {
			return after, err
		}
		return after, followRecords(tx, c, after)
	})
}

func checkTransfer(tx *store.Tx, d store.Domain, to identity.OrgID) error {
	if err := checkOrg(tx, to); err != nil {
		return err
	}
	switch {
	case to == d.OrgID:
		return identity.Errorf(identity.CodeInvalid, "the domain %s belongs to this organization already", d.Name).WithField("orgId")
	case d.Status != identity.DomainVerified:
		return identity.Errorf(identity.CodeConflict, "the organization has not verified the domain %s, so there is nothing to transfer", d.Name).
			WithRule(identity.RuleOneVerifierPerDomain).WithHint("verify it in the other organization")
	}
	return nil
}

// findOrAddDomain gives a domain in an org's list.
func findOrAddDomain(tx *store.Tx, c identity.Caller, org identity.OrgID, name string) (store.Domain, error) {
	known, err := tx.DomainByName(org, name)
	if errors.Is(err, store.ErrNotFound) {
		return insertDomain(tx, c, org, name)
	}
	if err != nil {
		return known, err
	}
	return tx.LockDomain(org, known.ID)
}
