package repair

import (
	"context"
	"errors"
	"fmt"

	"roster/internal/identity"
	"roster/internal/provision"
	"roster/internal/store"
)

// Deleted lists the deleted SCIM users that can be restored, of one directory
// or ("") of all.
func (s *Service) Deleted(ctx context.Context, org identity.OrgID, d identity.DirectoryID, p store.Page) (found []store.Tombstone, next string, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		if err := checkDirectory(tx, org, d); err != nil {
			return err
		}
		found, next, err = tx.Tombstones(org, d, p)
		return err
	})
	return found, next, err
}

// Restore brings a deleted SCIM user back under its old id, with its
// attributes and memberships, and links it to the account it was linked to
// (rule tombstone), which is active again if the deletion had ended that. Where that account now has another record of the
// directory, or the userName or email is taken, nothing happens.
func (s *Service) Restore(ctx context.Context, c identity.Caller, org identity.OrgID, r Record) (restored store.SCIMUser, err error) {
	err = s.store.Update(ctx, func(tx *store.Tx) error {
		restored, err = restore(tx, c, org, r)
		return err
	})
	return restored, err
}

func restore(tx *store.Tx, c identity.Caller, org identity.OrgID, r Record) (restored store.SCIMUser, err error) {
	if _, err := tx.LockDirectory(org, r.DirectoryID); err != nil {
		return restored, store.Missing(err, "directory", string(r.DirectoryID))
	}
	t, err := tx.Tombstone(org, r.DirectoryID, r.SCIMUserID)
	if err != nil {
		return restored, store.Missing(err, "deleted SCIM user", string(r.SCIMUserID))
	}
	if restored, err = provision.Exhume(tx, c, t); err != nil {
		return restored, restoreConflict(err, t)
	}
	if err := tx.DeleteTombstone(r.DirectoryID, r.SCIMUserID); err != nil {
		return restored, err
	}
	activated, err := provision.Reactivate(tx, c, t, restored)
	if err != nil {
		return restored, err
	}
	e := entryOf(opRestore, restored)
	e.Message = "Deleted SCIM user restored with its memberships."
	after := map[string]any{"scimUserId": restored.ID, "accountId": restored.AccountID}
	if activated {
		e.Message += " Its account, which the deletion had deactivated, is active again."
		after["status"] = identity.AccountActive
	}
	return restored, both(tx, c, org, e, ActionRestored, nil, after)
}

func restoreConflict(err error, t store.Tombstone) error {
	u, ok := errors.AsType[*store.UniqueError](err)
	if !ok {
		return err
	}
	what := map[store.Constraint]string{
		store.ConstraintUserName:    "userName " + t.UserName,
		store.ConstraintUserEmail:   "email " + t.Email,
		store.ConstraintLinkAccount: "account " + string(t.AccountID),
		store.ConstraintValue:       "value of an attribute that must be unique",
	}[u.Constraint]
	return identity.Errorf(identity.CodeConflict, "SCIM user %s cannot be restored: another record of the directory has its %s by now", t.SCIMUserID, what).
		WithRule(identity.RuleTombstone).WithHint("delete the other record first, or leave things as they are: a user who is created again gets its memberships back")
}

// giveBack puts a record into the groups of its person's deleted record, as far
// as they still exist. They are given once (rule tombstone).
func giveBack(tx *store.Tx, c identity.Caller, org identity.OrgID, r Record, formerly identity.SCIMUserID) error {
	_, u, err := findRecord(tx, org, r, tx.LockSCIMUser)
	if err != nil {
		return err
	}
	t, err := tx.Tombstone(org, r.DirectoryID, formerly)
	if err != nil {
		return store.Missing(err, "deleted SCIM user", string(formerly))
	}
	n, err := provision.GiveBack(tx, u, t)
	if err != nil {
		return err
	}
	e := entryOf(opGive, u)
	e.Message = fmt.Sprintf("Given %d memberships of the deleted record %s.", n, formerly)
	return both(tx, c, org, e, ActionGivenBack, map[string]any{"scimUserId": formerly, "groups": t.GroupIDs}, map[string]any{"scimUserId": u.ID, "given": n})
}
