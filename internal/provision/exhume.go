package provision

import (
	"errors"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/scim"
	"roster/internal/store"
)

// Exhume stores a deleted record again under its old id, with its holds and the
// memberships that still make sense, and links it to the account it was linked to, if a
// push could still link it there. Conflicts are a [store.UniqueError].
func Exhume(tx *store.Tx, c identity.Caller, t store.Tombstone) (store.SCIMUser, error) {
	doc, err := scim.Decode(t.Doc, scim.DefaultLimits)
	if err != nil {
		return store.SCIMUser{}, err
	}
	types, err := TypesNow(tx, t.DirectoryID)
	if err != nil {
		return store.SCIMUser{}, err
	}
	if doc, err = fit(types, doc); err != nil {
		return store.SCIMUser{}, err
	}
	u := recordOf(types, doc, true)
	u.DirectoryID, u.ID, u.UnlinkedReason = t.DirectoryID, t.SCIMUserID, journal.UnlinkedRestored
	u.Version, u.CreatedAt = t.Version+1, t.CreatedAt
	if u.Email.Key == "" {
		u.UnlinkedReason = journal.UnlinkedNoEmail
	}
	if err := tx.InsertSCIMUser(u); err != nil {
		return u, err
	}
	h := store.Holding{OrgID: t.OrgID, DirectoryID: u.DirectoryID, Type: store.TypeKey(types.User()), ID: string(u.ID)}
	if err := holdValues(tx, h, types.User(), scim.Null(), doc); err != nil {
		return u, err
	}
	for _, account := range t.HeldApart {
		if err := tx.InsertHold(store.Hold{OrgID: t.OrgID, DirectoryID: u.DirectoryID, SCIMUserID: u.ID, AccountID: account, CreatedBy: c.Actor}); err != nil {
			return u, err
		}
	}
	if _, err := tx.AddToGroups(u.DirectoryID, u.ID, t.GroupIDs); err != nil {
		return u, err
	}
	if err := touchGroupsOf(tx, u); err != nil {
		return u, err
	}
	if err := relinkRestored(tx, c, t, u); err != nil {
		return u, err
	}
	return tx.SCIMUser(u.DirectoryID, u.ID)
}

// fit brings a document of before to the schemas that are in force by now: what
// they do not know any more is dropped.
func fit(types *scim.Catalogue, doc scim.Value) (scim.Value, error) {
	if types == scim.BuiltIn() {
		return doc, nil
	}
	doc, err := types.User().Canonical(doc, scim.Habits{})
	if err != nil {
		return doc, identity.Errorf(identity.CodeConflict, "what the record was then does not fit the directory's schemas any more: %s", err).
			WithHint("let the identity provider push the user again")
	}
	return doc, nil
}

func relinkRestored(tx *store.Tx, c identity.Caller, t store.Tombstone, u store.SCIMUser) error {
	if t.AccountID == "" {
		return nil
	}
	account, err := tx.LockAccount(t.AccountID)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if may, err := mayLink(tx, t.OrgID, account, u); err != nil || !may {
		return err
	}
	return tx.InsertLink(store.Link{OrgID: t.OrgID, DirectoryID: u.DirectoryID, SCIMUserID: u.ID, AccountID: account.ID, CreatedBy: c.Actor})
}

// Reactivate takes back what the deletion of an exhumed record did to its
// account (rule deactivate), and tells whether there was anything to take back: the
// record says active, decides about the account, and nobody but its directory
// made the account inactive. An undo does not want it: it knows the state to go
// back to.
func Reactivate(tx *store.Tx, c identity.Caller, t store.Tombstone, u store.SCIMUser) (bool, error) {
	if u.AccountID == "" || !u.Active {
		return false, nil
	}
	account, err := tx.LockAccount(u.AccountID)
	if err != nil || account.Status != identity.AccountInactive {
		return false, err
	}
	directory, err := tx.Directory(t.OrgID, t.DirectoryID)
	if err != nil {
		return false, err
	}
	if account.StatusBy != statusActor(directory) && !account.StatusAt.Equal(t.DeletedAt) { // the directory may have another name by now
		return false, nil
	}
	if managed, err := tx.Manages(t.OrgID, account); err != nil || !managed {
		return false, err
	}
	if authority, err := hasAuthority(tx, t.OrgID, t.DirectoryID, account); err != nil || !authority {
		return false, err
	}
	account.Status, account.StatusBy, account.StatusAt = identity.AccountActive, c.Actor, tx.Now()
	account.StatusReason = "activated with the restored SCIM user"
	return true, tx.UpdateAccount(account)
}

// mayLink tells whether a restored record may have its account back: one that
// the org manages, or that still holds the record's address. Any other has
// become a stranger since, of whom the org must learn nothing.
func mayLink(tx *store.Tx, org identity.OrgID, account store.Account, u store.SCIMUser) (bool, error) {
	if account.Email.Key == u.Email.Key {
		return true, nil
	}
	return tx.Manages(org, account)
}
