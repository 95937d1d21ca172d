package accounts

import (
	"context"
	"errors"
	"time"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/store"
)

// ActionAccountDeleted is the audit log's name for the end of an account.
const ActionAccountDeleted journal.Action = "account_deleted"

// reaper ends accounts.
var reaper = identity.Caller{Actor: "Roster"}

// importLife is how long it is known how far an import was.
const importLife = 30 * 24 * time.Hour

// EndDue ends at most limit accounts whose grace period is over, each in a
// transaction of its own, and gives how many it looked at. What is left is the
// id, which is never given again, and the logs. An account that was linked
// meanwhile waits until nobody links it.
func (s *Service) EndDue(ctx context.Context, limit int) (int, error) {
	due, err := view(ctx, s, func(tx *store.Tx) ([]identity.AccountID, error) { return tx.DueAccounts(limit) })
	if err != nil {
		return 0, err
	}
	for _, id := range due {
		if err := s.store.Update(ctx, func(tx *store.Tx) error { return end(tx, id) }); err != nil {
			return 0, err
		}
	}
	return len(due), nil
}

func end(tx *store.Tx, id identity.AccountID) error {
	a, err := tx.LockAccount(id)
	if errors.Is(err, store.ErrNotFound) {
		return nil // another replica was first
	}
	if err != nil {
		return err
	}
	links, err := tx.LinksOfAccount(id)
	if err != nil {
		return err
	}
	isDue := a.Status == identity.AccountClosed && !a.DeleteAt.After(tx.Now())
	if !isDue || len(links) > 0 {
		return nil // taken back, or linked, since it was found
	}
	domain, err := tx.Verifier(a.Email.Domain)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err := tx.RetireAccount(a); err != nil || !domain.Manages(a) {
		return err
	}
	return journal.Audit(tx, reaper, domain.OrgID, ActionAccountDeleted, string(id), nil, nil)
}

// ForgetImports forgets at most limit imports that were last touched 30 days ago.
func (s *Service) ForgetImports(ctx context.Context, limit int) (int64, error) {
	return update(ctx, s, func(tx *store.Tx) (int64, error) { return tx.ForgetImports(tx.Now().Add(-importLife), limit) })
}

// restoredStatus is that of an account whose deletion is cancelled: active, but
// where a directory decides the status (rule authority), as its record says.
func restoredStatus(tx *store.Tx, org identity.OrgID, a Account) (identity.AccountStatus, error) {
	decides, err := authority(tx, org, a)
	if err != nil || decides.SCIMUserID == "" {
		return identity.AccountActive, err
	}
	u, err := tx.SCIMUser(decides.DirectoryID, decides.SCIMUserID)
	if err != nil || u.Active {
		return identity.AccountActive, err
	}
	return identity.AccountInactive, nil
}
