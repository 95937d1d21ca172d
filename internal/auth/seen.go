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

func (s *seen) put(c store.Credential, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.byHash) >= maxSeen {
		clear(s.byHash)
	}
	s.byHash[c.Hash] = seenCredential{c, now.Add(seenFor)}
}

// forget drops a credential that was revoked here.
func (s *seen) forget(id identity.CredentialID) {
	s.mu.Lock()
	defer s.mu.Unlock()
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
