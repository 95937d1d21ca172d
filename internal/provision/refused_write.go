package provision

import (
	"errors"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/scim"
	"roster/internal/store"
)

// noteRefusedWrite remembers a refused write that diagnosis knows a repair
// for. e is the log entry of the refusal, complete.
func noteRefusedWrite(tx *store.Tx, e store.LogEntry, cause error) error {
	why, subject := refusalCause(e, cause)
	if why == "" || subject == "" {
		return nil
	}
	wanted := e.Name
	if why == store.RefusedEmailLeaves {
		wanted = addressOf(e.Wanted)
	}
	return tx.NoteRefusedWrite(store.RefusedWrite{
		OrgID: e.OrgID, DirectoryID: e.DirectoryID, Subject: subject, Cause: why, Wanted: wanted,
		AccountID: e.AccountID, OtherSCIMID: e.OtherSCIMID, OtherAccountID: e.OtherAccountID, Doc: e.Wanted, LogID: e.ID,
	})
}

// refusalCause classifies a refusal; subject is what it is remembered under.
// A refused create of a user names no record, and IdPs that get 409 then look
// for the user: it is no problem by itself.
func refusalCause(e store.LogEntry, cause error) (why store.RefusalCause, subject string) {
	if taken, ok := errors.AsType[*store.UniqueError](cause); ok {
		switch taken.Constraint {
		case store.ConstraintUserEmail, store.ConstraintAccountEmail:
			return store.RefusedEmailTaken, e.SCIMID
		case store.ConstraintGroupName, store.ConstraintOrgGroupName:
			return store.RefusedGroupName, "+" + scim.Fold(e.Name)
		default:
			return "", ""
		}
	}
	if refused, ok := errors.AsType[*identity.Error](cause); ok && refused.Rule == identity.RuleEmailLeaves {
		return store.RefusedEmailLeaves, e.SCIMID
	}
	if errors.Is(cause, store.ErrNotFound) && e.Hint == journal.HintDeletedRecord {
		return store.RefusedDeletedRecord, e.SCIMID
	}
	return "", ""
}

// addressOf is the address by which a document would link, "" if none.
func addressOf(document []byte) string {
	doc, err := scim.Decode(document, scim.DefaultLimits)
	if err != nil {
		return ""
	}
	return whichEmail(doc, isActive(doc, true)).Address
}

// Replay makes the update of a record that was refused before: what the IdP
// wants. When the record changed since, only the addresses and the userName are
// taken from it. It has the effects, the rules and the log entry of the IdP's
// own update.
func Replay(tx *store.Tx, r Request, refused store.RefusedWrite) (store.SCIMUser, error) {
	id := identity.SCIMUserID(refused.Subject)
	dir, err := tx.OpenDirectory(r.DirectoryID)
	if err != nil {
		return store.SCIMUser{}, err
	}
	old, err := tx.LockSCIMUser(r.DirectoryID, id)
	if err != nil {
		return store.SCIMUser{}, err
	}
	before, err := scim.Decode(old.Doc, scim.DefaultLimits)
	if err != nil {
		return old, err
	}
	doc, err := scim.Decode(refused.Doc, scim.DefaultLimits)
	if err != nil {
		return old, err
	}
	if old.ModifiedAt.After(refused.LastAt) {
		doc = withNamesOf(before, doc)
	}
	if r.Types, err = tx.Catalogue(dir); err != nil {
		return old, err
	}
	if doc, err = fit(r.Types, doc); err != nil {
		return old, err
	}
	entry := store.LogEntry{
		OrgID: r.OrgID, DirectoryID: r.DirectoryID, Level: journal.LevelInfo, Operation: OpUserReplay, Resource: journal.ResourceUser, HTTPStatus: 200,
		SCIMID: string(id), Name: old.UserName, ExternalID: old.ExternalID, AccountID: old.AccountID,
	}
	w := &write{Tx: tx, Request: r, dir: dir, entry: &entry}
	w.note("The refused update was made now.")
	u, err := w.updateRecord(old, before, doc)
	if err != nil {
		return u, err
	}
	return u, journal.Append(tx, r.Caller, entry)
}

// withNamesOf is a document with the userName and emails of another.
func withNamesOf(doc, other scim.Value) scim.Value {
	for _, name := range [...]string{"userName", "emails"} {
		if v, ok := other.Get(name); ok {
			doc = doc.With(name, v)
		}
	}
	return doc
}

// SetDocument gives a locked record another document, without any effect on
// its account: an undo gives both their old values.
func SetDocument(tx *store.Tx, u store.SCIMUser, document []byte) error {
	doc, err := scim.Decode(document, scim.DefaultLimits)
	if err != nil {
		return err
	}
	before, err := scim.Decode(u.Doc, scim.DefaultLimits)
	if err != nil {
		return err
	}
	dir, err := tx.DirectoryByID(u.DirectoryID)
	if err != nil {
		return err
	}
	types, err := tx.Catalogue(dir)
	if err != nil {
		return err
	}
	if doc, err = fit(types, doc); err != nil {
		return err
	}
	set := recordOf(types, doc, u.Active)
	set.DirectoryID, set.ID, set.Version = u.DirectoryID, u.ID, u.Version
	if err := tx.UpdateSCIMUser(set); err != nil {
		return err
	}
	h := store.Holding{OrgID: dir.OrgID, DirectoryID: u.DirectoryID, Type: store.TypeKey(types.User()), ID: string(u.ID)}
	return holdValues(tx, h, types.User(), before, doc)
}
