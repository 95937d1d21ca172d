package repair

import (
	"cmp"
	"context"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/store"
)

// Service repairs links. It is safe for concurrent use.
type Service struct{ store *store.Store }

// New makes a Service.
func New(st *store.Store) *Service { return &Service{st} }

// The actions of the audit log, and the operations of the troubleshooting log.
const (
	ActionRecordsDeleted   journal.Action = "scim_users_deleted_by_account"
	ActionUnlinked         journal.Action = "scim_user_unlinked"
	ActionRelinked         journal.Action = "scim_user_relinked"
	ActionParked           journal.Action = "account_email_parked"
	ActionHoldLifted       journal.Action = "scim_user_hold_lifted"
	ActionRestored         journal.Action = "scim_user_restored"
	ActionGivenBack        journal.Action = "scim_user_memberships_given_back"
	ActionGroupAdopted     journal.Action = "group_adopted"
	ActionRepairPlanned    journal.Action = "repair_planned"
	ActionRepairCasesAdded journal.Action = "repair_cases_added"
	ActionRepairSealed     journal.Action = "repair_sealed"
	ActionRepairDiscarded  journal.Action = "repair_discarded"
	ActionRepairApplied    journal.Action = "repair_applied"
	ActionRepairUndone     journal.Action = "repair_undone"

	opDelete  = "repair.delete"
	opUnlink  = "repair.unlink"
	opRelink  = "repair.relink"
	opRestore = "repair.restore"
	opGive    = "repair.memberships"
	opAdopt   = "repair.adopt"
)

// Record names a SCIM user of a directory.
type Record struct {
	DirectoryID identity.DirectoryID `json:"directoryId"`
	SCIMUserID  identity.SCIMUserID  `json:"scimUserId"`
}

// findRecord gives a record of an org through find (Tx.SCIMUser or
// Tx.LockSCIMUser).
func findRecord(tx *store.Tx, org identity.OrgID, r Record, find func(identity.DirectoryID, identity.SCIMUserID) (store.SCIMUser, error)) (store.Directory, store.SCIMUser, error) {
	d, err := tx.Directory(org, r.DirectoryID)
	if err != nil {
		return d, store.SCIMUser{}, store.Missing(err, "directory", string(r.DirectoryID))
	}
	u, err := find(r.DirectoryID, r.SCIMUserID)
	if err != nil {
		return d, u, store.Missing(err, "SCIM user", string(r.SCIMUserID))
	}
	return d, u, nil
}

// both logs a repair where administrators look for it: the troubleshooting log
// of the directory and the audit log of the org.
func both(tx *store.Tx, c identity.Caller, org identity.OrgID, e store.LogEntry, action journal.Action, before, after any) error {
	e.OrgID, e.Level = org, journal.LevelInfo
	if err := journal.Append(tx, c, e); err != nil {
		return err
	}
	return journal.Audit(tx, c, org, action, cmp.Or(e.SCIMID, string(e.AccountID)), before, after)
}

// entryOf is the log entry of a repair of one record.
func entryOf(operation string, u store.SCIMUser) store.LogEntry {
	return store.LogEntry{
		DirectoryID: u.DirectoryID, Operation: operation, Resource: journal.ResourceUser,
		SCIMID: string(u.ID), ExternalID: u.ExternalID, Name: u.UserName, AccountID: u.AccountID,
	}
}

// LinksOf gives the links of an account in the org's directories; an account
// that the org does not know has none.
func (s *Service) LinksOf(ctx context.Context, org identity.OrgID, account identity.AccountID) (links []store.Link, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		links, err = tx.LinksOfAccountIn(org, account)
		return err
	})
	return links, err
}

// RecordsByEmail gives the org's SCIM users that push an address, linked or not.
func (s *Service) RecordsByEmail(ctx context.Context, org identity.OrgID, address string) (records []store.SCIMUser, err error) {
	email, err := identity.ParseEmail(address)
	if err != nil {
		return nil, err
	}
	err = s.store.View(ctx, func(tx *store.Tx) error {
		records, err = tx.SCIMUsersByEmail(org, email)
		return err
	})
	return records, err
}

// RecordsByID gives the org's SCIM users that have a SCIM id, in whichever of its
// directories.
func (s *Service) RecordsByID(ctx context.Context, org identity.OrgID, id identity.SCIMUserID) (records []store.SCIMUser, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		records, err = tx.SCIMUsersOfOrg(org, id)
		return err
	})
	return records, err
}

// findManaged is accounts.FindManaged on an account that stays locked.
func findManaged(tx *store.Tx, org identity.OrgID, id identity.AccountID) (accounts.Account, error) {
	return accounts.FindManaged(tx, org, id, tx.LockAccount)
}
