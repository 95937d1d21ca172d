package auth

import (
	"sync"
	"time"

	"roster/internal/identity"
	"roster/internal/store"
)

// seenFor is how long a credential is believed without asking the database.
// A key revoked through another replica still opens doors here for so long.
const seenFor = 2 * time.Second

// maxSeen bounds the credentials in memory.
const maxSeen = 10_000

// seen remembers credentials that were looked up a moment ago, as an IdP sends
// many requests with the same token.
type seen struct {
	mu      sync.Mutex
	byHash  map[string]seenCredential
	touched map[identity.CredentialID]time.Time
	forgot  int // how often something was forgotten
}

type seenCredential struct {
	store.Credential
	until time.Time
}

func newSeen() *seen {
	return &seen{byHash: make(map[string]seenCredential), touched: make(map[identity.CredentialID]time.Time)}
}

func (s *seen) get(hash string, now time.Time) (store.Credential, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.byHash[hash]
	return c.Credential, ok && now.Before(c.until)
}

// mark is taken before a credential is looked up, for put.
func (s *seen) mark() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.forgot
}

// put remembers a credential, unless one was revoked since its lookup began:
// it may be that one, as it was before.
func (s *seen) put(c store.Credential, now time.Time, since int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.forgot != since {
		return
	}
	if len(s.byHash) >= maxSeen {
		clear(s.byHash)
	}
	s.byHash[c.Hash] = seenCredential{c, now.Add(seenFor)}
}

// forget drops a credential that was revoked here.
func (s *seen) forget(id identity.CredentialID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forgot++
	for hash, c := range s.byHash {
		if c.ID == id {
			delete(s.byHash, hash)
		}
	}
}

// claimTouch tells one of several concurrent requests to write a use down.
func (s *seen) claimTouch(id identity.CredentialID, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now.Sub(s.touched[id]) < touchEvery {
		return false
	}
	if len(s.touched) >= maxSeen {
		clear(s.touched)
	}
	s.touched[id] = now
	return true
}
