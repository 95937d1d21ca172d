package provision

import (
	"errors"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/scim"
	"roster/internal/store"
)

// OpUserFollow is how the troubleshooting log names an account that follows its
// record without a request of the IdP.
const OpUserFollow = "user.follow"

// Follow lets an account become what the record of the directory with the
// authority says of it, when the org manages it by now. The IdP has said it
// already, and would not say it again: an account that was a stranger when its
// record was deactivated must not stay active. The email stays as it is, unless
// it waits.
func Follow(tx *store.Tx, c identity.Caller, org identity.OrgID, account identity.AccountID) error {
	return followAuthority(tx, c, org, account, false)
}

// followAuthority applies the record whose directory decides about an account.
// It is looked for once: the email that it brings may be on a domain of which
// another directory decides, whose turn is its next write.
func followAuthority(tx *store.Tx, c identity.Caller, org identity.OrgID, id identity.AccountID, onlyPending bool) error {
	links, err := tx.LiveLinksOfAccount(org, id)
	if err != nil || len(links) == 0 {
		return err
	}
	account, err := tx.Account(id)
	if err != nil {
		return err
	}
	if managed, err := tx.Manages(org, account); err != nil || !managed {
		return err
	}
	for _, l := range links {
		decides, err := hasAuthority(tx, org, l.DirectoryID, account)
		if err != nil {
			return err
		}
		if decides {
			return followLink(tx, c, l, onlyPending)
		}
	}
	return nil
}

// followLink applies one record, or only what waits of it, if its directory
// still has the authority. Records are locked before accounts, as everywhere.
func followLink(tx *store.Tx, c identity.Caller, l store.Link, onlyPending bool) error {
	if onlyPending { // a look first: most often nothing waits, which should cost no lock
		seen, err := absent(tx.SCIMUser(l.DirectoryID, l.SCIMUserID))
		if err != nil || seen.Pending == store.PendingNothing {
			return err
		}
	}
	u, err := tx.LockSCIMUser(l.DirectoryID, l.SCIMUserID)
	if errors.Is(err, store.ErrNotFound) || (err == nil && (u.AccountID != l.AccountID || onlyPending && u.Pending == store.PendingNothing)) {
		return nil // deleted or relinked meanwhile, or nothing waits
	}
	if err != nil {
		return err
	}
	doc, err := scim.Decode(u.Doc, scim.DefaultLimits)
	if err != nil {
		return err
	}
	dir, err := tx.Directory(l.OrgID, l.DirectoryID)
	if err != nil {
		return err
	}
	before, err := tx.LockAccount(l.AccountID)
	if err != nil {
		return err
	}
	entry := store.LogEntry{
		OrgID: l.OrgID, DirectoryID: l.DirectoryID, Level: journal.LevelInfo, Operation: OpUserFollow, Resource: journal.ResourceUser,
		SCIMID: string(u.ID), ExternalID: u.ExternalID, Name: u.UserName, AccountID: l.AccountID,
	}
	w := &write{Tx: tx, Request: Request{OrgID: l.OrgID, DirectoryID: l.DirectoryID, Caller: c}, dir: dir, entry: &entry}
	w.note(followNote(onlyPending))
	managed, authority, err := w.decides(before)
	if err != nil || !managed || !authority {
		return err
	}
	if err := w.catchUp(&u, doc, before); err != nil {
		return err
	}
	if after, err := tx.Account(l.AccountID); err != nil || (after == before && entry.Level == journal.LevelInfo) {
		return err
	}
	return journal.Append(tx, c, entry)
}

func followNote(onlyPending bool) string {
	if onlyPending {
		return "The directory decides about the account by now, and what it had written before is applied."
	}
	return "The account is managed by this organization by now, and follows its SCIM user."
}
