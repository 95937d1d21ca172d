package repair

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"roster/internal/identity"
	"roster/internal/provision"
	"roster/internal/store"
)

// DeleteByAccount removes the SCIM users linked to a managed account, in all
// directories of the org, and leaves the account itself as it is: same id,
// email and status, unlocked (rule delete-by-aaid). It gives what it removed;
// an account without links has nothing to remove, so a script may run twice.
func (s *Service) DeleteByAccount(ctx context.Context, c identity.Caller, org identity.OrgID, account identity.AccountID) (removed []store.Link, err error) {
	err = s.store.Update(ctx, func(tx *store.Tx) error {
		removed, err = deleteByAccount(tx, c, org, account)
		return err
	})
	return removed, err
}

func deleteByAccount(tx *store.Tx, c identity.Caller, org identity.OrgID, account identity.AccountID) (removed []store.Link, err error) {
	records, err := lockRecordsOf(tx, org, account)
	if err != nil {
		return nil, err
	}
	a, err := findManaged(tx, org, account)
	if err != nil {
		return nil, err
	}
	if !sameLinks(a.Links, records) {
		return nil, errLinksMoved
	}
	for _, u := range records {
		if err := deleteRecord(tx, c, org, u); err != nil {
			return nil, err
		}
	}
	return a.Links, nil
}

func deleteRecord(tx *store.Tx, c identity.Caller, org identity.OrgID, u store.SCIMUser) error {
	if err := provision.Bury(tx, org, u, c); err != nil {
		return err
	}
	e := entryOf(opDelete, u)
	e.Message = fmt.Sprintf("SCIM user deleted by account ID; account %s keeps its email and status and is unlocked.", u.AccountID)
	e.Hint = "the identity provider must create the user again: unassign the person from the app and assign it again"
	return both(tx, c, org, e, ActionRecordsDeleted, map[string]any{"directoryId": u.DirectoryID, "scimUserId": u.ID, "accountId": u.AccountID}, nil)
}

// errLinksMoved is met when an IdP's write linked or unlinked the account
// between two reads of one transaction; trying again is right.
var errLinksMoved = identity.Errorf(identity.CodeConflict, "the links of this account changed at the same moment; nothing was done").
	WithHint("send the request again")

// lockRecordsOf locks the SCIM users linked to an account. Records come before
// accounts, and in the order of their ids, so that no two writers wait for
// each other.
func lockRecordsOf(tx *store.Tx, org identity.OrgID, account identity.AccountID) ([]store.SCIMUser, error) {
	links, err := tx.LinksOfAccountIn(org, account)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(links, func(a, b store.Link) int {
		return strings.Compare(string(a.SCIMUserID), string(b.SCIMUserID))
	})
	records := make([]store.SCIMUser, 0, len(links))
	for _, l := range links {
		u, err := tx.LockSCIMUser(l.DirectoryID, l.SCIMUserID)
		if errors.Is(err, store.ErrNotFound) {
			return nil, errLinksMoved
		}
		if err != nil {
			return nil, err
		}
		records = append(records, u)
	}
	return records, nil
}

func sameLinks(links []store.Link, records []store.SCIMUser) bool {
	if len(links) != len(records) {
		return false
	}
	for _, l := range links {
		if !slices.ContainsFunc(records, func(u store.SCIMUser) bool { return u.ID == l.SCIMUserID && u.AccountID == l.AccountID }) {
			return false
		}
	}
	return true
}
