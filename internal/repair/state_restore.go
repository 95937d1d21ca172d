package repair

import (
	"cmp"
	"errors"
	"slices"

	"roster/internal/identity"
	"roster/internal/provision"
	"roster/internal/store"
)

// restore brings the parties of a state back to it from what they are now. It
// gives a conflict that names what stands in the way.
func (s State) restore(tx *store.Tx, c identity.Caller, org identity.OrgID, now State) error {
	r := restoring{Tx: tx, caller: c, org: org, before: s, now: now}
	for _, step := range []func() error{r.buryAgain, r.endLinks, r.putDocumentsBack, r.exhume, r.putAccountsBack, r.linkAgain, r.holdAgain, r.putGroupsBack} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// restoring is the transaction of one restore. What goes goes first, and links
// begin last, so that no rule is broken between.
type restoring struct {
	*store.Tx
	caller      identity.Caller
	org         identity.OrgID
	before, now State
}

// buryAgain deletes the records that the repair had brought back.
func (r *restoring) buryAgain() error {
	for _, was := range r.before.Records {
		now := r.now.Record(was.record())
		if !was.Deleted || now == nil || now.Deleted {
			continue
		}
		u, err := r.LockSCIMUser(was.DirectoryID, was.SCIMUserID)
		if err != nil {
			return err
		}
		if err := provision.Bury(r.Tx, r.org, u, r.caller); err != nil {
			return err
		}
	}
	return nil
}

func (r *restoring) endLinks() error {
	for _, now := range r.now.Records {
		was := r.before.Record(now.record())
		if now.AccountID == "" || was == nil || was.Deleted || was.AccountID == now.AccountID {
			continue
		}
		if err := r.DeleteLink(now.DirectoryID, now.SCIMUserID, "undo"); err != nil {
			return err
		}
	}
	return nil
}

func (r *restoring) putDocumentsBack() error {
	for _, was := range r.before.Records {
		now := r.now.Record(was.record())
		if now == nil || now.Deleted || was.Deleted || string(now.Doc) == string(was.Doc) {
			continue
		}
		u, err := r.LockSCIMUser(was.DirectoryID, was.SCIMUserID)
		if err != nil {
			return err
		}
		if err := provision.SetDocument(r.Tx, u, was.Doc); err != nil {
			return undoConflict(err, was)
		}
	}
	return nil
}

func (r *restoring) exhume() error {
	for _, was := range r.before.Records {
		now := r.now.Record(was.record())
		if now == nil || !now.Deleted || was.Deleted {
			continue
		}
		t, err := r.Tombstone(r.org, was.DirectoryID, was.SCIMUserID)
		if err != nil {
			return store.Missing(err, "deleted SCIM user", string(was.SCIMUserID))
		}
		t.AccountID = "" // linkAgain decides
		t.GroupIDs = was.Groups
		if _, err := provision.Exhume(r.Tx, r.caller, t); err != nil {
			return undoConflict(err, was)
		}
		if err := r.DeleteTombstone(was.DirectoryID, was.SCIMUserID); err != nil {
			return err
		}
	}
	return nil
}

// putAccountsBack moves all addresses out of the way before it gives them
// back: two accounts may have changed places.
func (r *restoring) putAccountsBack() error {
	for _, was := range r.before.Accounts {
		now := r.now.Account(was.ID)
		if now == nil || now.Email == was.Email {
			continue
		}
		aside, err := identity.ParseEmail("undo-" + identity.NewUUID() + "@undo.invalid")
		if err != nil {
			return err
		}
		if err := r.change(was.ID, func(a *store.Account) { a.Email = aside }); err != nil {
			return err
		}
	}
	for _, was := range r.before.Accounts {
		now := r.now.Account(was.ID)
		if now == nil || len(diffAccount(was, *now)) == 0 {
			continue
		}
		email, err := identity.ParseEmail(was.Email)
		if err != nil {
			return err
		}
		err = r.change(was.ID, func(a *store.Account) {
			a.Email, a.Name, a.Status, a.Profile = email, was.Name, was.Status, was.Profile
			a.StatusBy, a.StatusReason, a.StatusAt = was.StatusBy, was.StatusReason, was.StatusAt
			a.ClaimedBy, a.DeleteAt = was.ClaimedBy, was.DeleteAt
		})
		if err != nil {
			return undoConflict(err, RecordState{Email: was.Email})
		}
	}
	return nil
}

func (r *restoring) change(id identity.AccountID, set func(*store.Account)) error {
	a, err := r.LockAccount(id)
	if err != nil {
		return err
	}
	set(&a)
	return r.UpdateAccount(a)
}

func (r *restoring) linkAgain() error {
	for _, was := range r.before.Records {
		now := r.now.Record(was.record())
		if was.Deleted || now == nil || (!now.Deleted && now.AccountID == was.AccountID) {
			continue
		}
		if was.AccountID == "" {
			if err := r.ExplainUnlinked(was.DirectoryID, was.SCIMUserID, was.UnlinkedReason); err != nil {
				return err
			}
			continue
		}
		if _, err := r.LockAccount(was.AccountID); err != nil {
			return store.Missing(err, "account", string(was.AccountID))
		}
		err := r.InsertLink(store.Link{OrgID: r.org, DirectoryID: was.DirectoryID, SCIMUserID: was.SCIMUserID, AccountID: was.AccountID, CreatedAt: was.LinkedAt, CreatedBy: r.caller.Actor})
		if err != nil {
			return undoConflict(err, was)
		}
	}
	return nil
}

func (r *restoring) holdAgain() error {
	for _, was := range r.before.Records {
		if was.Deleted {
			continue
		}
		if _, err := r.DeleteHolds(was.DirectoryID, was.SCIMUserID); err != nil {
			return err
		}
		for _, a := range was.HeldApart {
			if err := r.InsertHold(store.Hold{OrgID: r.org, DirectoryID: was.DirectoryID, SCIMUserID: was.SCIMUserID, AccountID: a, CreatedBy: r.caller.Actor}); err != nil {
				return err
			}
		}
	}
	return nil
}

// putGroupsBack takes records out of the groups that the repair put them into,
// and gives the groups back to the deleted record that had them.
func (r *restoring) putGroupsBack() error {
	for _, was := range r.before.Records {
		now := r.now.Record(was.record())
		if now == nil || was.Deleted != now.Deleted || slices.Equal(was.Groups, now.Groups) {
			continue
		}
		if was.Deleted {
			if err := r.RefillTombstone(was.DirectoryID, was.SCIMUserID, was.Groups); err != nil {
				return err
			}
			continue
		}
		for _, g := range now.Groups {
			if slices.Contains(was.Groups, g) {
				continue
			}
			if err := provision.LeaveGroup(r.Tx, was.DirectoryID, g, was.SCIMUserID); err != nil {
				return err
			}
		}
	}
	return nil
}

// undoConflict names what stands in the way of an undo; other errors pass.
func undoConflict(err error, was RecordState) error {
	u, ok := errors.AsType[*store.UniqueError](err)
	if !ok {
		return err
	}
	what := map[store.Constraint]string{
		store.ConstraintUserName:     "the userName " + was.UserName,
		store.ConstraintUserEmail:    "the email " + was.Email + " of SCIM user " + string(was.SCIMUserID),
		store.ConstraintAccountEmail: "the email " + was.Email,
		store.ConstraintLinkAccount:  "the link to account " + string(was.AccountID),
	}[u.Constraint]
	return identity.Errorf(identity.CodeConflict, "this cannot be undone any more: %s has passed to another since", cmp.Or(what, "what it had")).
		WithHint("look at who has it now (roster scim-user list, roster account list), and free it first")
}
