package accounts

import (
	"context"
	"time"

	"roster/internal/identity"
	"roster/internal/store"
)

// DeletionGrace is how long the deletion of an account can be cancelled.
const DeletionGrace = 14 * 24 * time.Hour

// maxReason bounds the reason of a deactivation, in characters.
const maxReason = 1000

// Disable deactivates a managed account; reason is kept and shown.
func (s *Service) Disable(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.AccountID, reason string) error {
	if reason == "" {
		reason = "deactivated by an administrator"
	}
	if err := identity.CheckText("message", reason, maxReason); err != nil {
		return err
	}
	return s.changeAccount(ctx, c, org, id, ActionAccountDeactivated, func(tx *store.Tx, a *Account) error {
		if err := checkUnlocked(*a); err != nil {
			return err
		}
		if err := checkNotClosed(*a); err != nil {
			return err
		}
		if a.Status != identity.AccountInactive {
			setStatus(tx, &a.Account, identity.AccountInactive, c, reason)
		}
		return nil
	})
}

// Enable activates a managed account. One that waits for deletion needs
// CancelDelete.
func (s *Service) Enable(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.AccountID) error {
	return s.changeAccount(ctx, c, org, id, ActionAccountActivated, func(tx *store.Tx, a *Account) error {
		if err := checkUnlocked(*a); err != nil {
			return err
		}
		if err := checkNotClosed(*a); err != nil {
			return err
		}
		if a.Status != identity.AccountActive {
			setStatus(tx, &a.Account, identity.AccountActive, c, "activated by an administrator")
		}
		return nil
	})
}

// Delete closes a managed account, whose address stays taken; the deletion can
// be cancelled for DeletionGrace.
func (s *Service) Delete(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.AccountID) error {
	return s.changeAccount(ctx, c, org, id, ActionDeletionScheduled, func(tx *store.Tx, a *Account) error {
		if err := checkUnlocked(*a); err != nil {
			return err
		}
		if a.Status != identity.AccountClosed {
			setStatus(tx, &a.Account, identity.AccountClosed, c, "deletion scheduled by an administrator")
			a.DeleteAt = tx.Now().Add(DeletionGrace)
		}
		return nil
	})
}

// CancelDelete takes the deletion of an account back and activates it. A link
// does not lock this: the deletion is the administrator's own, and no directory
// ends it; but while there is one, the status is what the directory says.
func (s *Service) CancelDelete(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.AccountID) error {
	return s.changeAccount(ctx, c, org, id, ActionDeletionCancelled, func(tx *store.Tx, a *Account) error {
		if a.Status != identity.AccountClosed {
			return identity.Errorf(identity.CodeConflict, "account %s does not wait for deletion; it is %s", a.ID, a.Status)
		}
		status, err := restoredStatus(tx, org, *a)
		if err != nil {
			return err
		}
		setStatus(tx, &a.Account, status, c, "deletion cancelled by an administrator")
		a.DeleteAt = time.Time{}
		return nil
	})
}

func setStatus(tx *store.Tx, a *store.Account, status identity.AccountStatus, c identity.Caller, reason string) {
	a.Status, a.StatusBy, a.StatusReason, a.StatusAt = status, c.Actor, reason, tx.Now()
}

func checkNotClosed(a Account) error {
	if a.Status != identity.AccountClosed {
		return nil
	}
	return identity.Errorf(identity.CodeConflict, "account %s waits for deletion on %s", a.ID, a.DeleteAt.Format(time.DateOnly)).
		WithHint("cancel the deletion first: POST /users/%s/manage/lifecycle/cancel-delete", a.ID)
}
