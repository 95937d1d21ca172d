package accounts

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/store"
)

// ClaimPreview is who lives on a verified domain, a page of them.
type ClaimPreview struct {
	Accounts []store.Claimable
	Total    int // accounts on the domain
	Managed  int // of them, by the org at present
}

// PreviewClaims shows the accounts on a domain that the org has verified: those
// that it manages, and those that it would manage if it claimed them.
func (s *Service) PreviewClaims(ctx context.Context, org identity.OrgID, id identity.DomainID, p store.Page) (out ClaimPreview, next string, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		d, err := tx.Domain(org, id)
		if err != nil {
			return store.Missing(err, "domain", string(id))
		}
		if err := checkVerified(d); err != nil {
			return err
		}
		if out.Accounts, next, err = tx.Claimables(d, p); err != nil {
			return err
		}
		out.Total, out.Managed, err = tx.CountAccountsOn(org, d.Name)
		if d.Claim == identity.ClaimAutomatic {
			out.Managed = out.Total
		}
		return err
	})
	return out, next, err
}

func checkVerified(d store.Domain) error {
	if d.Status == identity.DomainVerified {
		return nil
	}
	return identity.Errorf(identity.CodeConflict, "the organization has not verified the domain %s", d.Name).
		WithRule(identity.RuleManaged).WithHint("publish its proof, then: roster domain check %s", d.Name)
}

// SetClaimMode says which accounts of a domain the org manages. From automatic
// to selected, keep claims the present accounts by name first, in the
// background, and the mode changes when that is done; without keep, all that was
// not claimed by name is released at once.
func (s *Service) SetClaimMode(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.DomainID, mode identity.ClaimMode, keep bool) (store.Domain, error) {
	return update(ctx, s, func(tx *store.Tx) (store.Domain, error) {
		before, err := tx.LockDomain(org, id)
		if err != nil || before.Claim == mode {
			return before, store.Missing(err, "domain", string(id))
		}
		if mode == identity.ClaimSelected && keep && before.Status == identity.DomainVerified {
			return before, startClaimPresent(tx, c, before)
		}
		after := before
		after.Claim = mode
		if err := storeDomain(tx, c, ActionClaimModeChanged, before, after); err != nil || mode == identity.ClaimSelected {
			return after, err
		}
		return after, followRecords(tx, c, after)
	})
}

func startClaimPresent(tx *store.Tx, c identity.Caller, d store.Domain) error {
	if isOpen, err := tx.HasOpenJob(d.OrgID, string(d.ID), JobClaimPresent); err != nil || isOpen {
		return err
	}
	total, _, err := tx.CountAccountsOn(d.OrgID, d.Name)
	if err != nil {
		return err
	}
	_, err = startJob(tx, c, store.Job{OrgID: d.OrgID, Kind: JobClaimPresent, Target: string(d.ID), Name: d.Name, Total: total})
	return err
}

// MaxClaims bounds the accounts of one call of Claim.
const MaxClaims = 500

// ClaimResult is what became of one account of a claim.
type ClaimResult struct {
	Given     string // as the caller named it
	AccountID identity.AccountID
	Changed   bool
	Err       error // why it could not be claimed or released; it stays as it was
}

// Claim claims accounts on a domain by name, or releases them, by id or email.
// One that is not on the domain is refused alone. A claimed account follows its
// SCIM user from now on; a released one keeps its links, which give it
// memberships only (rule no-power-over-strangers).
func (s *Service) Claim(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.DomainID, names []string, release bool) (out []ClaimResult, err error) {
	if len(names) == 0 || len(names) > MaxClaims {
		return nil, identity.Errorf(identity.CodeInvalid, "there are %d accounts; a call takes 1 to %d", len(names), MaxClaims).WithField("accounts")
	}
	err = s.store.Update(ctx, func(tx *store.Tx) error {
		out = make([]ClaimResult, len(names))
		d, err := tx.ShareDomain(org, id)
		if err != nil {
			return store.Missing(err, "domain", string(id))
		}
		if err := checkSelected(d); err != nil {
			return err
		}
		changed := false
		for i, name := range names {
			if out[i], err = claimOne(tx, c, d, name, release); err != nil {
				return err
			}
			changed = changed || out[i].Changed
		}
		if release || !changed {
			return nil
		}
		return followRecords(tx, c, d)
	})
	return out, err
}

func checkSelected(d store.Domain) error {
	if err := checkVerified(d); err != nil {
		return err
	}
	if d.Claim == identity.ClaimSelected {
		return nil
	}
	return identity.Errorf(identity.CodeConflict, "claims on the domain %s are automatic: the organization manages every account there", d.Name).
		WithRule(identity.RuleManaged).WithHint("make them selected first: roster domain claim-mode %s selected", d.Name)
}

func claimOne(tx *store.Tx, c identity.Caller, d store.Domain, name string, release bool) (ClaimResult, error) {
	result := ClaimResult{Given: name}
	before, err := findOn(tx, d, name)
	if refused, ok := errors.AsType[*identity.Error](err); ok {
		result.Err = refused
		return result, nil
	}
	if err != nil {
		return result, err
	}
	result.AccountID = before.ID
	after, action := before, ActionAccountClaimed
	after.ClaimedBy = d.OrgID
	if release {
		after.ClaimedBy, action = "", ActionAccountUnclaimed
	}
	isOthers := before.ClaimedBy != d.OrgID
	if after == before || (release && isOthers) {
		return result, nil
	}
	result.Changed = true
	if err := tx.UpdateAccount(after); err != nil {
		return result, err
	}
	return result, journal.Audit(tx, c, d.OrgID, action, string(after.ID), map[string]any{"claimed": !isOthers}, map[string]any{"claimed": !release, "domain": d.Name})
}

// ClaimNow claims one account by name, which must be on a domain that the org
// has verified and whose claims are selected. The caller lets it follow its
// SCIM user.
func ClaimNow(tx *store.Tx, c identity.Caller, org identity.OrgID, id identity.AccountID) error {
	a, err := tx.LockAccount(id)
	if err != nil {
		return store.Missing(err, "account", string(id))
	}
	d, err := tx.Verifier(a.Email.Domain)
	if errors.Is(err, store.ErrNotFound) || (err == nil && d.OrgID != org) {
		return identity.Errorf(identity.CodeNotFound, "there is no account %.128s on a domain of this organization", id)
	}
	if err != nil {
		return err
	}
	if err := checkSelected(d); err != nil {
		return err
	}
	result, err := claimOne(tx, c, d, string(id), false)
	return cmp.Or(err, result.Err)
}

// findOn locks an account that has its address on a domain, by id or email. Any
// other is as if there were none.
func findOn(tx *store.Tx, d store.Domain, name string) (a store.Account, err error) {
	if strings.Contains(name, "@") {
		var email identity.Email
		if email, err = identity.ParseEmail(name); err != nil {
			return a, err
		}
		a, err = tx.LockAccountByEmail(email)
	} else {
		a, err = tx.LockAccount(identity.AccountID(name))
	}
	if errors.Is(err, store.ErrNotFound) || (err == nil && a.Email.Domain != d.Name) {
		return store.Account{}, identity.Errorf(identity.CodeNotFound, "there is no account %.128s on the domain %s", name, d.Name).WithField("accounts")
	}
	return a, err
}

// FinishSelecting makes the claims of a domain selected, once the present
// accounts are claimed by name.
func FinishSelecting(tx *store.Tx, c identity.Caller, d store.Domain) error {
	before, err := tx.LockDomain(d.OrgID, d.ID)
	if err != nil || before.Claim == identity.ClaimSelected {
		return err
	}
	after := before
	after.Claim = identity.ClaimSelected
	return storeDomain(tx, c, ActionClaimModeChanged, before, after)
}
