package auth

import (
	"testing"
	"time"

	"roster/internal/store"
)

// A request that read its credential before another revoked it must not bring
// it back to memory afterwards.
func TestRevokedWhileLookedUp(t *testing.T) {
	t.Parallel()
	s, now := newSeen(), time.Unix(1_900_000_000, 0)
	c := store.Credential{ID: "key_1", Hash: "h"}
	since := s.mark()
	s.forget(c.ID)
	s.put(c, now, since)
	if _, ok := s.get(c.Hash, now); ok {
		t.Error("the revoked credential is remembered")
	}
	s.put(c, now, s.mark())
	if _, ok := s.get(c.Hash, now); !ok {
		t.Error("a credential that was looked up since is not remembered")
	}
	if _, ok := s.get(c.Hash, now.Add(seenFor)); ok {
		t.Error("it is remembered for ever")
	}
}
