package repair

import (
	"context"
	"fmt"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/provision"
	"roster/internal/store"
)

// Unlink ends the link of a SCIM user and keeps the record (rule
// unlink-keeps-record). The pair is then held: the IdP's writes do not join it
// again. Under behaviour atlassian there is no hold, and the next write links
// by email. A record without a link stays as it is.
func (s *Service) Unlink(ctx context.Context, c identity.Caller, org identity.OrgID, r Record) error {
	return s.store.Update(ctx, func(tx *store.Tx) error {
		d, u, err := findRecord(tx, org, r, tx.LockSCIMUser)
		if err != nil || u.AccountID == "" {
			return err
		}
		if _, err := tx.LockAccount(u.AccountID); err != nil {
			return err
		}
		return unlink(tx, c, d, u)
	})
}

// unlink ends the link of a locked record and holds the pair, where the
// behaviour says so.
func unlink(tx *store.Tx, c identity.Caller, d store.Directory, u store.SCIMUser) error {
	reason := journal.UnlinkedByAdmin
	if d.Behaviour == identity.BehaviourSafe {
		reason = journal.UnlinkedHeld(u.AccountID)
		if err := tx.InsertHold(store.Hold{OrgID: d.OrgID, DirectoryID: u.DirectoryID, SCIMUserID: u.ID, AccountID: u.AccountID, CreatedBy: c.Actor}); err != nil {
			return err
		}
	}
	if err := tx.DeleteLink(u.DirectoryID, u.ID, reason); err != nil {
		return err
	}
	e := entryOf(opUnlink, u)
	e.Message = fmt.Sprintf("Unlinked from account %s; the record is kept: %s.", u.AccountID, reason)
	if err := both(tx, c, d.OrgID, e, ActionUnlinked, map[string]any{"accountId": u.AccountID}, map[string]any{"accountId": nil}); err != nil {
		return err
	}
	return provision.TakeOver(tx, c, d.OrgID, u.AccountID)
}

// LiftHold lets the IdP's next write link a record to any account again, the
// one it was unlinked from included.
func (s *Service) LiftHold(ctx context.Context, c identity.Caller, org identity.OrgID, r Record) error {
	return s.store.Update(ctx, func(tx *store.Tx) error {
		_, u, err := findRecord(tx, org, r, tx.LockSCIMUser)
		if err != nil {
			return err
		}
		holds, err := tx.HoldsOf(u.DirectoryID, u.ID)
		if err != nil {
			return err
		}
		if _, err := tx.DeleteHolds(u.DirectoryID, u.ID); err != nil {
			return err
		}
		if len(holds) == 0 {
			return identity.Errorf(identity.CodeNotFound, "SCIM user %s is not held", u.ID)
		}
		if u.AccountID == "" {
			if err := tx.ExplainUnlinked(u.DirectoryID, u.ID, journal.UnlinkedByAdmin); err != nil {
				return err
			}
		}
		return journal.Audit(tx, c, org, ActionHoldLifted, string(u.ID), map[string]any{"heldFrom": heldFrom(holds)}, nil)
	})
}

func heldFrom(holds []store.Hold) []identity.AccountID {
	ids := make([]identity.AccountID, len(holds))
	for i, h := range holds {
		ids[i] = h.AccountID
	}
	return ids
}

// Holds lists the holds of an org.
func (s *Service) Holds(ctx context.Context, org identity.OrgID, p store.Page) (holds []store.Hold, next string, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		holds, next, err = tx.Holds(org, p)
		return err
	})
	return holds, next, err
}
