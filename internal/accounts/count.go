package accounts

import (
	"context"

	"roster/internal/identity"
	"roster/internal/store"
)

// maxCounted bounds the rows that are counted one by one.
const maxCounted = 10_000

// countPages counts what a search finds, page by page. A search that may have
// more than maxCounted rows to look at is refused.
func countPages(page func(store.Page) (n int, next string, err error)) (total int, err error) {
	p := store.Page{Limit: store.MaxPage}
	for range maxCounted / store.MaxPage {
		n, next, err := page(p)
		if err != nil {
			return 0, err
		}
		total += n
		if next == "" {
			return total, nil
		}
		p.After = next
	}
	return 0, identity.Errorf(identity.CodeInvalid, "there is more to count than %d: they would be compared one by one", maxCounted).
		WithHint("narrow the search, or page through it; without filters everything is counted")
}

// CountUsers counts what a search finds, or refuses one that finds too many to
// be counted one by one. All that an org manages are counted at once.
func (s *Service) CountUsers(ctx context.Context, org identity.OrgID, q UserSearch) (int, error) {
	if q.isAllManaged() {
		return view(ctx, s, func(tx *store.Tx) (int, error) { return tx.CountManagedAccounts(org) })
	}
	return countPages(func(p store.Page) (int, string, error) {
		found, next, err := s.Users(ctx, org, q, p)
		return len(found), next, err
	})
}

func (q UserSearch) isAllManaged() bool {
	hasFilter := len(q.IDs)+len(q.Emails)+len(q.Groups)+len(q.Statuses) > 0 || q.Text != "" || q.Suspended || q.Keep != nil
	return !hasFilter && q.External != nil && !*q.External
}

// UserCounts are those of the accounts that an org manages.
type UserCounts struct{ Active, Inactive, Closed int }

// UserCounts counts the accounts that an org manages by their status.
func (s *Service) UserCounts(ctx context.Context, org identity.OrgID) (UserCounts, error) {
	return view(ctx, s, func(tx *store.Tx) (c UserCounts, err error) {
		all, err := tx.CountManagedAccounts(org)
		if err != nil {
			return c, err
		}
		if c.Inactive, err = tx.CountManagedOf(org, identity.AccountInactive); err != nil {
			return c, err
		}
		c.Closed, err = tx.CountManagedOf(org, identity.AccountClosed)
		c.Active = all - c.Inactive - c.Closed
		return c, err
	})
}

// GroupCounts are those of an org's groups.
type GroupCounts struct{ Local, Synced int }

// GroupCounts counts an org's groups.
func (s *Service) GroupCounts(ctx context.Context, org identity.OrgID) (GroupCounts, error) {
	return view(ctx, s, func(tx *store.Tx) (c GroupCounts, err error) {
		c.Local, c.Synced, err = tx.CountOrgGroups(org)
		return c, err
	})
}

// CountGroups counts what a search finds, or refuses one that finds too many to
// be counted one by one.
func (s *Service) CountGroups(ctx context.Context, org identity.OrgID, q GroupSearch) (int, error) {
	return countPages(func(p store.Page) (int, string, error) {
		found, next, err := s.Groups(ctx, org, q, p)
		return len(found), next, err
	})
}
