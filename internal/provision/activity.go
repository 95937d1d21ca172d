package provision

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"roster/internal/identity"
	"roster/internal/store"
)

// Outcome is what became of a directory's request, for the directory's health.
type Outcome int

// The outcomes that are counted. Reads that succeed are not, nor are failures
// of the server, which say nothing of the directory.
const (
	Wrote           Outcome = iota // a write was carried out, even if it changed nothing
	Refused                        // any request was answered 4xx
	Unauthenticated                // the token was dead
)

// activity counts in memory what directories send, until it is stored: a
// request must not wait for the row of its hour, which all of them share. A
// server that dies takes the last seconds with it.
type activity struct {
	mu      sync.Mutex
	pending map[hourOf]*store.DirectoryActivity
}

type hourOf struct {
	directory identity.DirectoryID
	hour      time.Time
}

func newActivity() *activity { return &activity{pending: map[hourOf]*store.DirectoryActivity{}} }

func (a *activity) add(more store.DirectoryActivity) {
	a.mu.Lock()
	defer a.mu.Unlock()
	key := hourOf{more.DirectoryID, more.Hour}
	sum, ok := a.pending[key]
	if !ok {
		a.pending[key] = &more
		return
	}
	sum.Writes += more.Writes
	sum.Refusals += more.Refusals
	sum.Unauthenticated += more.Unauthenticated
	sum.Last = store.LastActivity{
		WriteAt:           later(sum.Last.WriteAt, more.Last.WriteAt),
		RefusalAt:         later(sum.Last.RefusalAt, more.Last.RefusalAt),
		UnauthenticatedAt: later(sum.Last.UnauthenticatedAt, more.Last.UnauthenticatedAt),
	}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// take empties the counts, and gives them in the order that the store wants.
func (a *activity) take() []store.DirectoryActivity {
	a.mu.Lock()
	defer a.mu.Unlock()
	taken := make([]store.DirectoryActivity, 0, len(a.pending))
	for _, sum := range a.pending {
		taken = append(taken, *sum)
	}
	clear(a.pending)
	slices.SortFunc(taken, func(x, y store.DirectoryActivity) int {
		return cmp.Or(cmp.Compare(x.DirectoryID, y.DirectoryID), x.Hour.Compare(y.Hour))
	})
	return taken
}

// Count notes what became of a request, in memory; [Service.StoreActivity]
// stores it. It is called once for a request or for an operation of a bulk
// request, when that is answered.
func (s *Service) Count(d identity.DirectoryID, o Outcome) {
	now := s.store.Now()
	one := store.DirectoryActivity{DirectoryID: d, Hour: now.Truncate(time.Hour)}
	switch o {
	case Wrote:
		one.Writes, one.Last.WriteAt = 1, now
	case Refused:
		one.Refusals, one.Last.RefusalAt = 1, now
	case Unauthenticated:
		one.Unauthenticated, one.Last.UnauthenticatedAt = 1, now
	}
	s.activity.add(one)
}

// StoreActivity adds what was counted since the last call to the database,
// where that of all replicas comes together. After an error it is kept for the
// next call.
func (s *Service) StoreActivity(ctx context.Context) error {
	taken := s.activity.take()
	if len(taken) == 0 {
		return nil
	}
	err := s.store.Update(ctx, func(tx *store.Tx) error { return tx.AddDirectoryActivity(taken) })
	if err != nil {
		for _, a := range taken {
			s.activity.add(a)
		}
	}
	return err
}
