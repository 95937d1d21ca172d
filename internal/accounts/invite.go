package accounts

import (
	"context"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/store"
)

// Invite makes an account on a domain that the org has verified, which is
// inactive until its person has come: Roster sends no mail. The application
// that does tells of it by AcceptInvitation; whatever else activates the
// account (an administrator, a directory) settles the invitation too.
func (s *Service) Invite(ctx context.Context, c identity.Caller, org identity.OrgID, n NewAccount) (store.Account, error) {
	n.Origin = identity.OriginInvited
	n.invitation = identity.InvitationPending
	return s.Create(ctx, c, org, n)
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
