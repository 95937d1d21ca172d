package provision

import (
	"context"
	"errors"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/scim"
	"roster/internal/store"
)

// User is a SCIM user with the groups that it is in.
type User struct {
	store.SCIMUser
	Groups []store.GroupRef
}

// CreateUser stores a pushed user and links it to its account (rules
// link-on-create, which-email, conflict, tombstone).
func (s *Service) CreateUser(ctx context.Context, r Request, body scim.Value) (user User, err error) {
	about := store.LogEntry{Operation: OpUserCreate, Resource: journal.ResourceUser, HTTPStatus: 201, Name: textOf(body, "userName"), ExternalID: textOf(body, "externalId")}
	doc, err := r.types().User().Canonical(body, s.habits)
	if err != nil {
		return User{}, s.Refuse(ctx, r, about, err)
	}
	doc = withActive(doc, true)
	pushed, id := recordOf(r.types(), doc, true), identity.SCIMUserID(r.newID())
	err = s.write(ctx, r, about, func(w *write) error {
		u := pushed
		doc, err := w.withManager(doc)
		if err != nil {
			return err
		}
		if _, has := doc.Get(scim.EnterpriseUserURN); has {
			u = recordOf(r.types(), doc, true)
		}
		u.DirectoryID, u.ID = r.DirectoryID, id
		u.Version, u.CreatedAt, u.ModifiedAt = 1, w.Now(), w.Now()
		w.note("User created.")
		if err := r.If.Check(""); err != nil {
			return err
		}
		if err := checkUserNames(u); err != nil {
			return err
		}
		if err := w.insertWithAccount(&u, doc); err != nil {
			return err
		}
		if err := w.holdUserValues(u.ID, scim.Null(), doc); err != nil {
			return err
		}
		w.entry.SCIMID = string(u.ID) // last: the entry of a refused create names no record that never was
		user, err = w.withRestoredGroups(u)
		return err
	})
	return user, err
}

// naming notes what a log entry of a record is called. A conflict is about the
// address, unless it is about the userName.
func (w *write) naming(u store.SCIMUser, err error) error {
	w.entry.Name = u.UserName
	if taken, ok := errors.AsType[*store.UniqueError](err); ok && taken.Constraint != store.ConstraintUserName {
		w.entry.Name = u.Email.Address
	}
	return err
}

// withRestoredGroups gives a user who is created again the memberships of its
// deleted record (rule tombstone). Any other new user has no groups.
func (w *write) withRestoredGroups(u store.SCIMUser) (User, error) {
	fresh := User{SCIMUser: u}
	if !w.dir.RestoreMemberships() || !w.dir.Deletions {
		return fresh, nil
	}
	t, err := w.LastTombstone(u.DirectoryID, u.UserNameKey, u.ExternalID)
	if errors.Is(err, store.ErrNotFound) {
		return fresh, nil
	}
	if err != nil {
		return fresh, err
	}
	n, err := GiveBack(w.Tx, u, t)
	if err != nil || n == 0 {
		return fresh, err
	}
	w.note("Memberships of the deleted record " + string(t.SCIMUserID) + " restored.")
	return w.withGroups(u)
}

// GiveBack makes a record a member of those groups of a deleted one that still
// exist, and gives how many it was not in. They are given once.
func GiveBack(tx *store.Tx, u store.SCIMUser, t store.Tombstone) (int64, error) {
	n, err := tx.AddToGroups(u.DirectoryID, u.ID, t.GroupIDs)
	if err != nil || n == 0 {
		return 0, err
	}
	if err := tx.SpendTombstone(t.DirectoryID, t.SCIMUserID); err != nil {
		return 0, err
	}
	return n, touchGroupsOf(tx, u)
}

// LeaveGroup takes back what GiveBack did in one group.
func LeaveGroup(tx *store.Tx, d identity.DirectoryID, g identity.SCIMGroupID, u identity.SCIMUserID) error {
	if _, err := tx.RemoveMembers(d, g, []identity.SCIMUserID{u}); err != nil {
		return err
	}
	return touchGroup(tx, d, g)
}

// touchGroupsOf notes in a user's groups that their members changed.
func touchGroupsOf(tx *store.Tx, u store.SCIMUser) error {
	groups, err := tx.GroupsOfUsers(u.DirectoryID, []identity.SCIMUserID{u.ID})
	if err != nil {
		return err
	}
	for _, g := range groups {
		if err := touchGroup(tx, u.DirectoryID, g.GroupID); err != nil {
			return err
		}
	}
	return nil
}

// touchGroup notes that a group's members changed. A group that is deleted at
// the same moment needs no note.
func touchGroup(tx *store.Tx, d identity.DirectoryID, id identity.SCIMGroupID) error {
	err := tx.TouchSCIMGroup(d, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

// ReplaceUser is PUT: what the body leaves out is cleared (RFC 7644 section
// 3.5.1), but for the status.
func (s *Service) ReplaceUser(ctx context.Context, r Request, id identity.SCIMUserID, body scim.Value) (User, error) {
	about := store.LogEntry{Operation: OpUserReplace, Resource: journal.ResourceUser, SCIMID: string(id), HTTPStatus: 200, Name: textOf(body, "userName"), ExternalID: textOf(body, "externalId")}
	doc, err := r.types().User().Canonical(body, s.habits)
	if err != nil {
		return User{}, s.Refuse(ctx, r, about, err)
	}
	return s.updateUser(ctx, r, about, id, func(old store.SCIMUser, before scim.Value) (scim.Value, error) {
		next, err := r.types().User().Succeed(before, doc)
		return withActive(next, old.Active), err
	})
}

// PatchUser applies PATCH operations to a user, all or none (RFC 7644 section
// 3.5.2). Operations that change nothing leave lastModified alone.
func (s *Service) PatchUser(ctx context.Context, r Request, id identity.SCIMUserID, ops []scim.Operation) (User, error) {
	about := store.LogEntry{Operation: OpUserPatch, Resource: journal.ResourceUser, SCIMID: string(id), HTTPStatus: 200}
	return s.updateUser(ctx, r, about, id, func(_ store.SCIMUser, doc scim.Value) (scim.Value, error) {
		out, _, err := r.types().User().Patch(doc, ops, s.habits)
		return out, err
	})
}

func (s *Service) updateUser(ctx context.Context, r Request, about store.LogEntry, id identity.SCIMUserID, change func(old store.SCIMUser, before scim.Value) (scim.Value, error)) (user User, err error) {
	err = s.write(ctx, r, about, func(w *write) error {
		old, err := w.LockSCIMUser(r.DirectoryID, id)
		if err != nil {
			return err
		}
		w.entry.Name, w.entry.ExternalID, w.entry.AccountID = old.UserName, old.ExternalID, old.AccountID
		if err := r.If.Check(scim.WeakTag(old.Version)); err != nil {
			return err
		}
		before, err := scim.Decode(old.Doc, scim.DefaultLimits)
		if err != nil {
			return err
		}
		doc, err := change(old, before)
		if err == nil {
			doc, err = w.withManager(doc)
		}
		if err != nil {
			return err
		}
		u, err := w.updateRecord(old, before, doc)
		if err != nil {
			return err
		}
		user, err = w.withGroups(u)
		return err
	})
	return user, err
}

// updateRecord stores a record's new document and lets its account follow.
func (w *write) updateRecord(old store.SCIMUser, before, doc scim.Value) (store.SCIMUser, error) {
	u := recordOf(w.types(), doc, old.Active)
	w.entry.Wanted = u.Doc
	u.DirectoryID, u.ID, u.AccountID, u.LinkedAt, u.UnlinkedReason = old.DirectoryID, old.ID, old.AccountID, old.LinkedAt, old.UnlinkedReason
	u.Pending = old.Pending
	u.Version, u.CreatedAt, u.ModifiedAt = old.Version, old.CreatedAt, old.ModifiedAt
	if err := checkUserNames(u); err != nil {
		return u, err
	}
	if !doc.Equal(before) {
		if err := w.naming(u, w.UpdateSCIMUser(u)); err != nil {
			return u, err
		}
		if err := w.holdUserValues(u.ID, before, doc); err != nil {
			return u, err
		}
		u.Version, u.ModifiedAt = old.Version+1, w.Now()
		w.changed(w.types().User(), before, doc)
		w.note("User updated.")
	} else {
		w.note("Nothing to change.")
	}
	var err error
	if old.AccountID == "" {
		err = w.link(&u, doc)
	} else {
		err = w.follow(old, &u, doc)
	}
	return u, err
}

// DeleteUser removes a record and its link. A managed account with no other
// link in the org is deactivated (rule deactivate); the record stays as a
// tombstone.
func (s *Service) DeleteUser(ctx context.Context, r Request, id identity.SCIMUserID) error {
	about := store.LogEntry{Operation: OpUserDelete, Resource: journal.ResourceUser, SCIMID: string(id), HTTPStatus: 204}
	return s.write(ctx, r, about, func(w *write) error {
		u, err := w.LockSCIMUser(r.DirectoryID, id)
		if err != nil {
			return err
		}
		w.entry.Name, w.entry.ExternalID, w.entry.AccountID = u.UserName, u.ExternalID, u.AccountID
		if err := r.If.Check(scim.WeakTag(u.Version)); err != nil {
			return err
		}
		w.note("User deleted.")
		if u.AccountID == "" {
			return Bury(w.Tx, r.OrgID, u, r.Caller)
		}
		account, err := w.LockAccount(u.AccountID)
		if err != nil {
			return err
		}
		if err := Bury(w.Tx, r.OrgID, u, r.Caller); err != nil {
			return err
		}
		if err := w.deactivateIfUnlinked(account); err != nil {
			return err
		}
		return TakeOver(w.Tx, w.Caller, w.OrgID, account.ID)
	})
}

func (w *write) deactivateIfUnlinked(account store.Account) error {
	managed, err := w.Manages(w.OrgID, account)
	if err != nil || !managed {
		return err
	}
	left, err := w.LinksOfAccountIn(w.OrgID, account.ID)
	if err != nil || len(left) > 0 {
		return err
	}
	before := account
	w.applyStatus(&account, false)
	if account == before {
		return nil
	}
	return w.UpdateAccount(account)
}

// Bury removes a record with its link, holds and memberships and keeps its
// tombstone. It leaves the account alone. The caller has locked the record.
func Bury(tx *store.Tx, org identity.OrgID, u store.SCIMUser, c identity.Caller) error {
	groups, err := tx.GroupsOfUsers(u.DirectoryID, []identity.SCIMUserID{u.ID})
	if err != nil {
		return err
	}
	ids := make([]identity.SCIMGroupID, len(groups))
	for i, g := range groups {
		ids[i] = g.GroupID
		if err := touchGroup(tx, u.DirectoryID, g.GroupID); err != nil {
			return err
		}
	}
	holds, err := tx.HoldsOf(u.DirectoryID, u.ID)
	if err != nil {
		return err
	}
	heldApart := make([]identity.AccountID, len(holds))
	for i, h := range holds {
		heldApart[i] = h.AccountID
	}
	doc, err := statusKept(u)
	if err != nil {
		return err
	}
	err = tx.InsertTombstone(store.Tombstone{
		OrgID: org, DirectoryID: u.DirectoryID, SCIMUserID: u.ID,
		UserName: u.UserName, UserNameKey: u.UserNameKey, ExternalID: u.ExternalID, Email: u.Email.Address,
		AccountID: u.AccountID, Doc: doc, GroupIDs: ids, HeldApart: heldApart, Version: u.Version, CreatedAt: u.CreatedAt,
		DeletedBy: c.Actor,
	})
	if err != nil {
		return err
	}
	return tx.DeleteSCIMUser(u)
}

// statusKept is a record's document with its status where the document does
// not say it: nothing else of an inactive record outlives its deletion.
func statusKept(u store.SCIMUser) ([]byte, error) {
	if u.Active {
		return u.Doc, nil
	}
	doc, err := scim.Decode(u.Doc, scim.DefaultLimits)
	if err != nil {
		return nil, err
	}
	return withActive(doc, false).AppendJSON(nil), nil
}

// GetUser gives one user; withGroups says whether its groups are wanted. A
// client that has its version already gets neither.
func (s *Service) GetUser(ctx context.Context, r Request, id identity.SCIMUserID, withGroups bool) (user User, err error) {
	about := store.LogEntry{Operation: OpUserGet, Resource: journal.ResourceUser, SCIMID: string(id)}
	err = s.read(ctx, r, about, func(tx *store.Tx) error {
		u, err := tx.SCIMUser(r.DirectoryID, id)
		if err != nil {
			return err
		}
		users, err := addGroups(tx, r.DirectoryID, []store.SCIMUser{u}, withGroups && !r.If.IsNotModified(scim.WeakTag(u.Version)))
		if err != nil {
			return err
		}
		user = users[0]
		return nil
	})
	return user, err
}

func (w *write) withGroups(u store.SCIMUser) (User, error) {
	users, err := addGroups(w.Tx, u.DirectoryID, []store.SCIMUser{u}, true)
	if err != nil {
		return User{}, err
	}
	return users[0], nil
}

func addGroups(tx *store.Tx, d identity.DirectoryID, found []store.SCIMUser, wanted bool) ([]User, error) {
	users := make([]User, len(found))
	at := make(map[identity.SCIMUserID]int, len(found))
	ids := make([]identity.SCIMUserID, len(found))
	for i, u := range found {
		users[i].SCIMUser, at[u.ID], ids[i] = u, i, u.ID
	}
	if !wanted {
		return users, nil
	}
	groups, err := tx.GroupsOfUsers(d, ids)
	for _, g := range groups {
		u := &users[at[g.UserID]]
		u.Groups = append(u.Groups, g)
	}
	return users, err
}
