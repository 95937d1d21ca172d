package scimhttp_test

import (
	"sync/atomic"
	"testing"
	"time"

	"roster/internal/auth"
	"roster/internal/identity"
	"roster/internal/scimhttp"
)

func TestRateLimit(t *testing.T) {
	t.Parallel()
	var now atomic.Int64
	clock := func() time.Time { return time.Unix(now.Load(), 0) }
	w := newWorldWith(t, scimhttp.Options{Limiter: auth.NewLimiter(auth.Rate{PerSecond: 0.5, Burst: 3}, clock)})
	for _, left := range []string{"2", "1", "0"} {
		a := w.entra.must(t, 200, "GET", "/Users", "")
		if got := a.header.Get("X-Ratelimit-Remaining"); got != left || a.header.Get("X-Ratelimit-Limit") != "3" || a.header.Get("Retry-After") != "" {
			t.Errorf("remaining %s, want %s: %v", got, left, a.header)
		}
	}
	for range 5 {
		a := w.entra.send(t, "POST", "/Users", `{"userName":"ada@x.example"}`)
		wantError(t, a, 429, "")
		if a.header.Get("Retry-After") != "2" || a.header.Get("X-Ratelimit-Reset") == "" {
			t.Errorf("headers %v", a.header)
		}
	}
	if entries := w.log(t, w.org); len(entries) != 1 || entries[0].HTTPStatus != 429 || entries[0].Hint == "" {
		t.Errorf("logged %+v, want one entry for all of a minute", entries)
	}
	w.generic.must(t, 200, "GET", "/Users", "") // another token's requests are its own
	now.Add(2)
	w.entra.must(t, 201, "POST", "/Users", `{"userName":"ada@x.example"}`)
}

// Ten operations of a bulk request count as one more; it is not refused for
// them, what follows is.
func TestRateLimitOfBulk(t *testing.T) {
	t.Parallel()
	clock := func() time.Time { return time.Unix(0, 0) }
	w := newWorldWith(t, scimhttp.Options{Limiter: auth.NewLimiter(auth.Rate{PerSecond: 1, Burst: 5}, clock)})
	var operations []string
	for range 30 {
		operations = append(operations, `{"method":"DELETE","path":"/Users/1"}`)
	}
	w.entra.must(t, 200, "POST", "/Bulk", bulkJSON(0, operations...))
	if a := w.entra.must(t, 200, "GET", "/Users", ""); a.header.Get("X-Ratelimit-Remaining") != "0" {
		t.Errorf("headers %v", a.header)
	}
	wantError(t, w.entra.send(t, "GET", "/Users", ""), 429, "")
}

// A client that goes on with a revoked token does not fill the log.
func TestRateLimitOfDeadTokens(t *testing.T) {
	t.Parallel()
	clock := func() time.Time { return time.Unix(0, 0) }
	w := newWorldWith(t, scimhttp.Options{Limiter: auth.NewLimiter(auth.Rate{PerSecond: 1, Burst: 2}, clock)})
	tokens, err := w.keys.Tokens(t.Context(), w.org, w.entra.id)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.keys.RevokeToken(t.Context(), identity.Caller{}, w.org, w.entra.id, tokens[0].ID); err != nil {
		t.Fatal(err)
	}
	for _, status := range []int{401, 401, 429, 429, 429} {
		wantError(t, w.entra.send(t, "GET", "/Users", ""), status, "")
	}
	if entries := w.log(t, w.org); len(entries) != 3 {
		t.Errorf("%d log entries, want 3", len(entries))
	}
}
