package accounts

import (
	"context"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/store"
)

// The actions on an account's access to an org.
const (
	ActionAccessSuspended journal.Action = "account_access_suspended"
	ActionAccessRestored  journal.Action = "account_access_restored"
	ActionAccountRemoved  journal.Action = "account_removed_from_groups"
)

// SuspendAccess takes an account's access to the org away: applications see it
// as inactive. Its groups, its links and its own status stay, so it also works
// for an account that a directory locks or that the org only links. Suspending
// twice changes nothing.
func (s *Service) SuspendAccess(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.AccountID) (store.Org, error) {
	return s.changeAccess(ctx, c, org, id, ActionAccessSuspended, func(tx *store.Tx) (bool, error) { return tx.Suspend(org, id, c.Actor) })
}

// RestoreAccess undoes SuspendAccess.
func (s *Service) RestoreAccess(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.AccountID) (store.Org, error) {
	return s.changeAccess(ctx, c, org, id, ActionAccessRestored, func(tx *store.Tx) (bool, error) { return tx.Unsuspend(org, id) })
}

func (s *Service) changeAccess(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.AccountID, action journal.Action, change func(*store.Tx) (bool, error)) (store.Org, error) {
	return update(ctx, s, func(tx *store.Tx) (store.Org, error) {
		if err := checkOfOrg(tx, org, id); err != nil {
			return store.Org{}, err
		}
		o, err := tx.Org(org)
		if err != nil {
			return o, err
		}
		changed, err := change(tx)
		if err != nil || !changed {
			return o, err
		}
		was, is := map[string]any{"suspended": action != ActionAccessSuspended}, map[string]any{"suspended": action == ActionAccessSuspended}
		return o, journal.Audit(tx, c, org, action, string(id), was, is)
	})
}

// RemoveFromGroups ends all local memberships of an account. A managed account
// stays as it is. Synced memberships end in the identity provider only, so an
// account that is linked is refused (rule synced-is-read-only).
func (s *Service) RemoveFromGroups(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.AccountID) error {
	return s.store.Update(ctx, func(tx *store.Tx) error {
		if err := checkOfOrg(tx, org, id); err != nil {
			return err
		}
		links, err := tx.LinksOfAccountIn(org, id)
		if err != nil {
			return err
		}
		if len(links) > 0 {
			return identity.Errorf(identity.CodeForbidden, "account %s is provisioned by directory %s, which decides its groups", id, links[0].DirectoryID).
				WithRule(identity.RuleSyncedIsReadOnly).WithHint("remove the person from the app in the identity provider, or unlink the account first: roster unlink %s", id)
		}
		var left []identity.OrgGroupID
		for after, more := "", true; more; more = after != "" {
			var groups []store.AccountGroup
			if groups, after, err = tx.GroupsOfAccount(org, id, store.Page{After: after}); err != nil {
				return err
			}
			for _, g := range groups {
				if err := tx.RemoveLocalMember(org, g.ID, id); err != nil {
					return err
				}
				left = append(left, g.ID)
			}
		}
		if len(left) == 0 {
			return nil
		}
		return journal.Audit(tx, c, org, ActionAccountRemoved, string(id), map[string]any{"groups": left}, nil)
	})
}
