package repair

import (
	"context"
	"errors"
	"slices"

	"roster/internal/identity"
	"roster/internal/store"
)

// MaxDeletions is how many accounts one [Service.DeleteByAccounts] takes.
const MaxDeletions = 200

// Deletion is what became, or would become, of the SCIM users of one account.
type Deletion struct {
	AccountID identity.AccountID
	Removed   []store.Link
	Refused   *identity.Error // why nothing was removed; nil where nothing stood in the way
}

// DeleteByAccounts is [Service.DeleteByAccount] for many accounts, each in a
// transaction of its own, so that one that is refused does not undo the others.
// An account named twice counts once. When the server itself fails it stops;
// what was done until then stays done, and sending all of them again is safe. A
// dry run says what would be removed and changes nothing.
func (s *Service) DeleteByAccounts(ctx context.Context, c identity.Caller, org identity.OrgID, accounts []identity.AccountID, dryRun bool) ([]Deletion, error) {
	if n := len(accounts); n == 0 || n > MaxDeletions {
		return nil, identity.Errorf(identity.CodeInvalid, "there are %d account ids; there must be from 1 to %d", n, MaxDeletions).
			WithField("accountIds").WithHint("send more than %d in several requests", MaxDeletions)
	}
	out := make([]Deletion, 0, len(accounts))
	for _, account := range accounts {
		if slices.ContainsFunc(out, func(d Deletion) bool { return d.AccountID == account }) {
			continue
		}
		removed, err := s.deleteOne(ctx, c, org, account, dryRun)
		refused, _ := errors.AsType[*identity.Error](err)
		if err != nil && identity.CodeOf(err) == identity.CodeInternal {
			return nil, err
		}
		out = append(out, Deletion{AccountID: account, Removed: removed, Refused: refused})
	}
	return out, nil
}

func (s *Service) deleteOne(ctx context.Context, c identity.Caller, org identity.OrgID, account identity.AccountID, dryRun bool) (removed []store.Link, err error) {
	if account, err = identity.ParseAccountID(string(account)); err != nil {
		return nil, err
	}
	err = s.store.Update(ctx, func(tx *store.Tx) error {
		if removed, err = deleteByAccount(tx, c, org, account); err != nil {
			return err
		}
		if dryRun {
			return errDryRun
		}
		return nil
	})
	if errors.Is(err, errDryRun) {
		err = nil
	}
	return removed, err
}
