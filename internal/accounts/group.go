package accounts

import (
	"context"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/store"
)

// maxDescription bounds the description of a group, in characters.
const maxDescription = 1024

// CreateGroup makes a local group (rule group-name-once).
func (s *Service) CreateGroup(ctx context.Context, c identity.Caller, org identity.OrgID, name, description string) (store.OrgGroup, error) {
	name, err := identity.CheckName(name)
	if err != nil {
		return store.OrgGroup{}, err
	}
	if err := identity.CheckText("description", description, maxDescription); err != nil {
		return store.OrgGroup{}, err
	}
	return update(ctx, s, func(tx *store.Tx) (store.OrgGroup, error) {
		if err := checkOrg(tx, org); err != nil {
			return store.OrgGroup{}, err
		}
		g, err := tx.InsertOrgGroup(store.OrgGroup{OrgID: org, ID: identity.OrgGroupID(identity.NewUUID()), Name: name, Description: description, Source: identity.GroupLocal})
		if err != nil {
			conflict := identity.Errorf(identity.CodeConflict, "the organization has a group called %s already", name).
				WithRule(identity.RuleGroupNameOnce).WithField("name").WithHint("choose another name, or use the group that has it")
			return g, taken(err, store.ConstraintOrgGroupName, conflict)
		}
		return g, journal.Audit(tx, c, org, ActionGroupCreated, string(g.ID), nil, map[string]any{"name": g.Name})
	})
}

// DeleteGroup removes a local group with its memberships.
func (s *Service) DeleteGroup(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.OrgGroupID) (store.OrgGroup, error) {
	return update(ctx, s, func(tx *store.Tx) (store.OrgGroup, error) {
		g, err := lockLocal(tx, org, id)
		if err != nil {
			return g, err
		}
		if err := tx.DeleteOrgGroup(org, id); err != nil {
			return g, err
		}
		return g, journal.Audit(tx, c, org, ActionGroupDeleted, string(id), map[string]any{"name": g.Name}, nil)
	})
}

// AddMember makes an account a member of a local group. The account must be
// one that the org manages or links. Adding a member twice changes nothing.
func (s *Service) AddMember(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.OrgGroupID, account identity.AccountID) (store.OrgGroup, error) {
	return update(ctx, s, func(tx *store.Tx) (store.OrgGroup, error) { return addMember(tx, c, org, id, account) })
}

func addMember(tx *store.Tx, c identity.Caller, org identity.OrgID, id identity.OrgGroupID, account identity.AccountID) (store.OrgGroup, error) {
	g, err := lockLocal(tx, org, id)
	if err != nil {
		return g, err
	}
	if err := checkOfOrg(tx, org, account); err != nil {
		return g, err
	}
	added, err := tx.AddLocalMember(org, id, account)
	if err != nil || !added {
		return g, err
	}
	return g, journal.Audit(tx, c, org, ActionMemberAdded, string(id), nil, map[string]any{"accountId": account})
}

// checkOfOrg accepts an account that the org manages, or links without
// managing it: an external user can be in groups.
func checkOfOrg(tx *store.Tx, org identity.OrgID, account identity.AccountID) error {
	_, err := FindManaged(tx, org, account, tx.Account)
	if identity.CodeOf(err) == identity.CodeForbidden {
		return nil
	}
	return err
}

// RemoveMember ends an account's membership of a local group.
func (s *Service) RemoveMember(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.OrgGroupID, account identity.AccountID) (store.OrgGroup, error) {
	return update(ctx, s, func(tx *store.Tx) (store.OrgGroup, error) {
		g, err := lockLocal(tx, org, id)
		if err != nil {
			return g, err
		}
		if err := tx.RemoveLocalMember(org, id, account); err != nil {
			return g, store.Missing(err, "membership of account", string(account))
		}
		return g, journal.Audit(tx, c, org, ActionMemberRemoved, string(id), map[string]any{"accountId": account}, nil)
	})
}

// lockLocal locks a group that an administrator wants to change and refuses a
// synced one (rule synced-is-read-only).
func lockLocal(tx *store.Tx, org identity.OrgID, id identity.OrgGroupID) (store.OrgGroup, error) {
	g, err := tx.LockOrgGroup(org, id)
	if err != nil {
		return g, store.Missing(err, "group", string(id))
	}
	if g.Source == identity.GroupLocal {
		return g, nil
	}
	return g, identity.Errorf(identity.CodeForbidden, "group %s is synced from directory %s: its members change in the identity provider only", g.Name, g.DirectoryID).
		WithRule(identity.RuleSyncedIsReadOnly).
		WithHint("change the group in the identity provider, or disconnect the directory to make its groups local")
}

// Group gives one group of an org.
func (s *Service) Group(ctx context.Context, org identity.OrgID, id identity.OrgGroupID) (store.OrgGroup, error) {
	return view(ctx, s, func(tx *store.Tx) (store.OrgGroup, error) {
		g, err := tx.OrgGroup(org, id)
		return g, store.Missing(err, "group", string(id))
	})
}

// Members lists the members of a group with the group, local or synced.
func (s *Service) Members(ctx context.Context, org identity.OrgID, id identity.OrgGroupID, p store.Page) (g store.OrgGroup, members []store.GroupMember, next string, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		if g, err = tx.OrgGroup(org, id); err != nil {
			return store.Missing(err, "group", string(id))
		}
		members, next, err = tx.GroupMembers(g, p)
		return err
	})
	return g, members, next, err
}

// GroupsOf lists the groups of the org that an account is in.
func (s *Service) GroupsOf(ctx context.Context, org identity.OrgID, id identity.AccountID, p store.Page) (groups []store.AccountGroup, next string, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		if _, err := find(tx, org, id); err != nil {
			return err
		}
		groups, next, err = tx.GroupsOfAccount(org, id, p)
		return err
	})
	return groups, next, err
}
