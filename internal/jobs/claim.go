package jobs

import (
	"errors"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/provision"
	"roster/internal/store"
)

// claimPresent claims the accounts of a domain by name, and makes its claims
// selected when all are.
func claimPresent(tx *store.Tx, c identity.Caller, j *store.Job) (bool, error) {
	d, ok, err := domainOf(tx.ShareDomain, j)
	if err != nil || !ok {
		return true, err
	}
	page, err := nextAccounts(tx, d, j)
	if err != nil {
		return false, err
	}
	for _, a := range page {
		if err := claim(tx, a, d.OrgID); err != nil {
			return false, err
		}
	}
	if len(page) > 0 {
		return false, nil
	}
	return true, accounts.FinishSelecting(tx, c, d)
}

// claim makes an account claimed by an org, or by none (""). It is read anew
// under its lock: it may have moved away.
func claim(tx *store.Tx, seen store.Account, by identity.OrgID) error {
	a, err := tx.LockAccount(seen.ID)
	if err != nil || a.Email.Domain != seen.Email.Domain || a.ClaimedBy == by {
		return ignoreMissing(err)
	}
	a.ClaimedBy = by
	return tx.UpdateAccount(a)
}

// releaseClaims clears the claims that an org has on a domain which it has no
// longer. If it has it again, they are good again.
func releaseClaims(tx *store.Tx, _ identity.Caller, j *store.Job) (bool, error) {
	if has, err := tx.HasVerified(j.OrgID, j.Name); err != nil || has {
		return true, err
	}
	page, err := tx.ClaimedOn(j.OrgID, j.Name, batch)
	if err != nil {
		return false, err
	}
	for _, a := range page {
		if err := claim(tx, a, ""); err != nil {
			return false, err
		}
	}
	j.Done += len(page)
	return len(page) == 0, nil
}

// followRecords lets the accounts of a domain become what the SCIM users say
// that are linked to them.
func followRecords(tx *store.Tx, c identity.Caller, j *store.Job) (bool, error) {
	d, ok, err := domainOf(tx.Domain, j)
	if err != nil || !ok {
		return true, err
	}
	page, err := nextAccounts(tx, d, j)
	if err != nil {
		return false, err
	}
	for _, a := range page {
		if err := provision.Follow(tx, c, d.OrgID, a.ID); err != nil {
			return false, err
		}
	}
	return len(page) == 0, nil
}

// domainOf gives the domain that a job is about; false when the org has it
// verified no longer, and there is nothing left to do.
func domainOf(find func(identity.OrgID, identity.DomainID) (store.Domain, error), j *store.Job) (store.Domain, bool, error) {
	d, err := find(j.OrgID, identity.DomainID(j.Target))
	if errors.Is(err, store.ErrNotFound) {
		return d, false, nil
	}
	return d, err == nil && d.Status == identity.DomainVerified, err
}

// nextAccounts gives the next accounts of a domain and moves the job on.
func nextAccounts(tx *store.Tx, d store.Domain, j *store.Job) ([]store.Account, error) {
	page, _, err := tx.AccountsOn(d.Name, store.Page{After: j.Cursor, Limit: batch})
	if err != nil || len(page) == 0 {
		return nil, err
	}
	j.Cursor = string(page[len(page)-1].ID)
	j.Done += len(page)
	return page, nil
}

func ignoreMissing(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}
