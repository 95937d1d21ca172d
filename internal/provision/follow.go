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
// record was deactivated must not stay active. The email stays as it is.
func Follow(tx *store.Tx, c identity.Caller, org identity.OrgID, account identity.AccountID) error {
	links, err := tx.LiveLinksOfAccount(org, account)
	if err != nil {
		return err
	}
	for _, l := range links {
		if err := followLink(tx, c, l); err != nil {
			return err
		}
	}
	return nil
}

// followLink applies one record, if its directory has the authority. Records are
// locked before accounts, as everywhere.
func followLink(tx *store.Tx, c identity.Caller, l store.Link) error {
	u, err := tx.LockSCIMUser(l.DirectoryID, l.SCIMUserID)
	if errors.Is(err, store.ErrNotFound) || (err == nil && u.AccountID != l.AccountID) {
		return nil // deleted or relinked meanwhile
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
	w.note("The account is managed by this organization by now, and follows its SCIM user.")
	if err := w.applyIfAuthority(&u, doc, before); err != nil {
		return err
	}
	if after, err := tx.Account(l.AccountID); err != nil || after == before {
		return err
	}
	return journal.Append(tx, c, entry)
}
