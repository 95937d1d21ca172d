package accounts

import (
	"cmp"
	"context"
	"slices"

	"roster/internal/identity"
	"roster/internal/store"
)

// maxActivity bounds the accounts of one report, maxApplication the name of an
// application, in characters.
const (
	maxActivity    = 1000
	maxApplication = 100
)

// RecordActivity stores when an application last saw accounts of the org, and
// gives those that are none of its. A time in the future counts as now, an
// earlier one than is known changes nothing. It is no administrator's action
// and leaves no audit entry.
func (s *Service) RecordActivity(ctx context.Context, org identity.OrgID, application string, seen []store.Activity) (unknown []identity.AccountID, err error) {
	if err := identity.CheckText("application", application, maxApplication); err != nil {
		return nil, err
	}
	if len(seen) > maxActivity {
		return nil, identity.Errorf(identity.CodeInvalid, "accounts has %d elements; a report may have %d", len(seen), maxActivity).
			WithField("accounts").WithHint("send several reports")
	}
	latest := latestOf(application, seen)
	ids := make([]identity.AccountID, len(latest))
	for i, a := range latest {
		ids[i] = a.AccountID
	}
	return update(ctx, s, func(tx *store.Tx) ([]identity.AccountID, error) {
		known, err := tx.AccountsOfOrg(org, ids)
		if err != nil {
			return nil, err
		}
		var mine []store.Activity
		var unknown []identity.AccountID
		for _, a := range latest {
			if _, ok := slices.BinarySearch(known, a.AccountID); !ok {
				unknown = append(unknown, a.AccountID)
				continue
			}
			if a.At.After(tx.Now()) || a.At.IsZero() {
				a.At = tx.Now()
			}
			mine = append(mine, a)
		}
		return unknown, tx.RecordActivity(org, mine)
	})
}

// latestOf keeps the latest report of each account, in the order of their ids.
func latestOf(application string, seen []store.Activity) []store.Activity {
	latest := slices.Clone(seen)
	slices.SortFunc(latest, func(a, b store.Activity) int {
		return cmp.Or(cmp.Compare(a.AccountID, b.AccountID), b.At.Compare(a.At))
	})
	latest = slices.CompactFunc(latest, func(a, b store.Activity) bool { return a.AccountID == b.AccountID })
	for i := range latest {
		latest[i].Application = application
	}
	return latest
}
