package auth_test

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roster/internal/auth"
	"roster/internal/identity"
)

func TestLimiter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	l := auth.NewLimiter(auth.Rate{PerSecond: 2, Burst: 3}, func() time.Time { return now })
	steps := []struct {
		name   string
		after  time.Duration
		charge int
		ok     bool
		want   auth.Quota // its Reset counted from the step
	}{
		{"first", 0, 0, true, auth.Quota{Limit: 3, Remaining: 2}},
		{"second", 0, 0, true, auth.Quota{Limit: 3, Remaining: 1}},
		{"third", 0, 0, true, auth.Quota{Limit: 3}},
		{"one too many", 0, 0, false, auth.Quota{Limit: 3, RetryAfter: 500 * time.Millisecond, Note: true}},
		{"noted already", 0, 0, false, auth.Quota{Limit: 3, RetryAfter: 500 * time.Millisecond}},
		{"after half a second", 500 * time.Millisecond, 0, true, auth.Quota{Limit: 3}},
		{"after a rest", time.Hour, 0, true, auth.Quota{Limit: 3, Remaining: 2}},
		{"after one worth many", 0, 100, false, auth.Quota{Limit: 3, RetryAfter: time.Second, Note: true}},
	}
	for _, step := range steps {
		now = now.Add(step.after)
		l.Charge("a", step.charge)
		q, ok := l.Take("a")
		if ok != step.ok {
			t.Errorf("%s: allowed %t", step.name, ok)
		}
		if q.Reset.Before(now) || q.Reset.After(now.Add(5*time.Second)) {
			t.Errorf("%s at %v: full again at %v", step.name, now, q.Reset)
		}
		q.Reset = time.Time{}
		if diff := cmp.Diff(step.want, q); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.name, diff)
		}
	}
	if _, ok := l.Take("b"); !ok {
		t.Error("another credential pays for it")
	}
}

func TestQuotaAnnounced(t *testing.T) {
	t.Parallel()
	h := http.Header{}
	auth.Quota{Limit: 500, Remaining: 7, Reset: time.Date(2026, 11, 23, 12, 0, 4, 0, time.UTC), RetryAfter: 1200 * time.Millisecond}.Announce(h)
	want := http.Header{
		"X-Ratelimit-Limit": {"500"}, "X-Ratelimit-Remaining": {"7"}, "X-Ratelimit-Reset": {"2026-11-23T12:00:04Z"}, "Retry-After": {"2"},
	}
	if diff := cmp.Diff(want, h); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
}

func TestLimiterThatIsOff(t *testing.T) {
	t.Parallel()
	l := auth.NewLimiter(auth.Rate{}, nil)
	l.Charge("a", 1000)
	q, ok := l.Take("a")
	h := http.Header{}
	q.Announce(h)
	if !ok || len(h) > 0 {
		t.Errorf("allowed %t, headers %v", ok, h)
	}
}

// However many credentials there are, one in use keeps its bucket.
func TestLimiterForgetsTheIdle(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	l := auth.NewLimiter(auth.Rate{PerSecond: 1, Burst: 50}, func() time.Time { return now })
	refused := 0
	for i := range 30_000 {
		l.Take(identity.CredentialID(strconv.Itoa(i)))
		if _, ok := l.Take("busy"); !ok {
			refused++
		}
	}
	if refused != 30_000-50 {
		t.Errorf("%d requests refused, want %d", refused, 30_000-50)
	}
}
