package accounts

import (
	"context"
	"slices"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/store"
)

// Invite makes an account on a domain that the org has verified, which is
// inactive until its person has come: Roster sends no mail. The application
// that does tells of it by AcceptInvitation; whatever else activates the
// account (an administrator, a directory) settles the invitation too.
func (s *Service) Invite(ctx context.Context, c identity.Caller, org identity.OrgID, n NewAccount) (store.Account, error) {
	return update(ctx, s, func(tx *store.Tx) (store.Account, error) { return invite(tx, c, org, n) })
}

func invite(tx *store.Tx, c identity.Caller, org identity.OrgID, n NewAccount) (store.Account, error) {
	n.Origin = identity.OriginInvited
	n.invitation = identity.InvitationPending
	return create(tx, c, org, n)
}

// InviteAll invites the people of several addresses and adds them to local
// groups, all of them or none. Who is an account of the org already is only
// added. The ids are in the order of the addresses.
func (s *Service) InviteAll(ctx context.Context, c identity.Caller, org identity.OrgID, addresses []string, groups []identity.OrgGroupID) ([]identity.AccountID, error) {
	groups = slices.Compact(slices.Sorted(slices.Values(groups))) // locked in the order of the ids
	return update(ctx, s, func(tx *store.Tx) ([]identity.AccountID, error) {
		ids := make([]identity.AccountID, len(addresses))
		for i, address := range addresses {
			var err error
			if ids[i], err = inviteUnknown(tx, c, org, address); err != nil {
				return nil, err
			}
		}
		for _, g := range groups {
			for _, id := range ids {
				if _, err := addMember(tx, c, org, g, id); err != nil {
					return nil, err
				}
			}
		}
		return ids, nil
	})
}

func inviteUnknown(tx *store.Tx, c identity.Caller, org identity.OrgID, address string) (identity.AccountID, error) {
	email, err := identity.ParseEmail(address)
	if err != nil {
		return "", err
	}
	known, err := seenByEmail(tx, org, email)
	if err != nil {
		return "", err
	}
	if known != nil {
		return known.ID, nil
	}
	a, err := invite(tx, c, org, NewAccount{Email: address})
	return a.ID, err
}

// AcceptInvitation activates an account whose person has come. An invitation
// that is accepted already stays so.
func (s *Service) AcceptInvitation(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.AccountID) error {
	return s.changeAccount(ctx, c, org, id, ActionInvitationAccepted, func(tx *store.Tx, a *Account) error {
		switch a.Invitation {
		case identity.InvitationNone:
			return identity.Errorf(identity.CodeConflict, "account %s was not invited", a.ID).
				WithHint("activate it: POST /users/%s/manage/lifecycle/enable", a.ID)
		case identity.InvitationAccepted:
			return nil
		case identity.InvitationPending:
		}
		if err := checkUnlocked(*a); err != nil {
			return err
		}
		if err := checkNotClosed(*a); err != nil {
			return err
		}
		setStatus(tx, &a.Account, identity.AccountActive, c, "the invitation was accepted")
		return nil
	})
}

// ActionInvitationAccepted is the audit log's name for AcceptInvitation.
const ActionInvitationAccepted journal.Action = "account_invitation_accepted"
