package accounts

import (
	"context"
	"errors"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/store"
)

// Service applies the writes of administrators. It is safe for concurrent use.
type Service struct{ store *store.Store }

// New makes a Service.
func New(st *store.Store) *Service { return &Service{st} }

// The actions of the audit log.
const (
	ActionOrgCreated            journal.Action = "organization_created"
	ActionOrgUpdated            journal.Action = "organization_updated"
	ActionDomainAdded           journal.Action = "domain_added"
	ActionDomainVerified        journal.Action = "domain_verified"
	ActionDomainAssigned        journal.Action = "domain_assigned"
	ActionDomainRemoved         journal.Action = "domain_removed"
	ActionDomainTransferred     journal.Action = "domain_transferred"
	ActionDomainSuperseded      journal.Action = "domain_superseded"
	ActionDomainProofMissing    journal.Action = "domain_proof_missing"
	ActionDomainProofFound      journal.Action = "domain_proof_found"
	ActionClaimModeChanged      journal.Action = "domain_claim_mode_changed"
	ActionAccountClaimed        journal.Action = "account_claimed"
	ActionAccountUnclaimed      journal.Action = "account_unclaimed"
	ActionDomainLost            journal.Action = "domain_lost"
	ActionDirectoryCreated      journal.Action = "directory_created"
	ActionDirectoryUpdated      journal.Action = "directory_updated"
	ActionDirectoryDisconnected journal.Action = "directory_disconnected"
	ActionDirectoryReconnected  journal.Action = "directory_reconnected"
	ActionDirectoryDeleted      journal.Action = "directory_deleted"
	ActionSchemasLoaded         journal.Action = "scim_schemas_loaded"
	ActionSchemasRemoved        journal.Action = "scim_schemas_removed"
	ActionAccountCreated        journal.Action = "account_created"
	ActionProfileUpdated        journal.Action = "account_profile_updated"
	ActionEmailChanged          journal.Action = "account_email_changed"
	ActionAccountDeactivated    journal.Action = "account_deactivated"
	ActionAccountActivated      journal.Action = "account_activated"
	ActionDeletionScheduled     journal.Action = "account_deletion_scheduled"
	ActionDeletionCancelled     journal.Action = "account_deletion_cancelled"
	ActionGroupCreated          journal.Action = "group_created"
	ActionGroupDeleted          journal.Action = "group_deleted"
	ActionMemberAdded           journal.Action = "user_added_to_group"
	ActionMemberRemoved         journal.Action = "user_removed_from_group"
)

// view runs fn on a snapshot and gives its result.
func view[T any](ctx context.Context, s *Service, fn func(*store.Tx) (T, error)) (out T, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		out, err = fn(tx)
		return err
	})
	return out, err
}

// update runs fn in one transaction and gives its result.
func update[T any](ctx context.Context, s *Service, fn func(*store.Tx) (T, error)) (out T, err error) {
	err = s.store.Update(ctx, func(tx *store.Tx) error {
		out, err = fn(tx)
		return err
	})
	return out, err
}

// taken gives a conflict of one constraint its text; other errors pass.
func taken(err error, c store.Constraint, conflict *identity.Error) error {
	if u, ok := errors.AsType[*store.UniqueError](err); ok && u.Constraint == c {
		conflict.Cause = err
		return conflict
	}
	return err
}
