package auth

import (
	"context"
	"errors"
	"sync"
	"time"

	"roster/internal/identity"
	"roster/internal/store"
)

// uses remembers when sessions were last used until that is written down, so
// that no request of a person waits for a write.
type uses struct {
	mu sync.Mutex
	at map[identity.SessionID]use
}

type use struct {
	org identity.OrgID
	at  time.Time
}

func newUses() *uses { return &uses{at: map[identity.SessionID]use{}} }

// latest gives when a session was last used, as far as this process knows.
func (u *uses) latest(x Session) time.Time {
	u.mu.Lock()
	defer u.mu.Unlock()
	if used := u.at[x.ID].at; used.After(x.SeenAt) {
		return used
	}
	return x.SeenAt
}

// note remembers a use, unless the last one was less than a minute before.
func (u *uses) note(x Session, now time.Time) {
	if now.Sub(x.SeenAt) < touchEvery {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.at) >= maxSeen {
		clear(u.at)
	}
	u.at[x.ID] = use{x.OrgID, now}
}

// take gives what is remembered, and forgets it.
func (u *uses) take() map[identity.SessionID]use {
	u.mu.Lock()
	defer u.mu.Unlock()
	taken := u.at
	u.at = map[identity.SessionID]use{}
	return taken
}

// WriteSeen writes down when sessions were last used; the server calls it every
// minute.
func (s *Sessions) WriteSeen(ctx context.Context) error {
	taken := s.uses.take()
	if len(taken) == 0 {
		return nil
	}
	err := s.store.Update(ctx, func(tx *store.Tx) error {
		for id, used := range taken {
			if err := tx.SeeConsoleSession(used.org, id, used.at); err != nil {
				return err
			}
		}
		return nil
	})
	if errors.Is(err, store.ErrFull) {
		return nil // people go on reading while the disk is full
	}
	return err
}
