package auth

import (
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"roster/internal/identity"
)

// Rate bounds how often one credential may be used.
type Rate struct {
	PerSecond float64 // on average; 0 means without bounds
	Burst     int     // at once, after a rest
}

// DefaultRate is well above what identity providers send: Entra ID wants 25
// requests a second and tenant to be possible.
var DefaultRate = Rate{PerSecond: 100, Burst: 500}

// noteEvery bounds how often the log hears of a credential that is used too often.
const noteEvery = time.Minute

// maxBuckets bounds the credentials that a Limiter remembers.
const maxBuckets = 10_000

// Limiter holds a token bucket for each credential in use, in this process
// alone. It is safe for concurrent use; a nil one allows everything.
type Limiter struct {
	rate Rate
	now  func() time.Time
	mu   sync.Mutex
	// Two generations: a full one becomes the older, and a bucket that is not
	// used before the next is full is forgotten. It would be full by then.
	recent, older map[identity.CredentialID]*bucket
}

type bucket struct {
	*rate.Limiter
	noted time.Time // when the log last heard of it
}

// NewLimiter makes a Limiter, nil where the rate is without bounds; now is the
// clock, nil for time.Now.
func NewLimiter(r Rate, now func() time.Time) *Limiter {
	if r.PerSecond <= 0 {
		return nil
	}
	if now == nil {
		now = time.Now
	}
	r.Burst = max(r.Burst, 1)
	return &Limiter{rate: r, now: now, recent: map[identity.CredentialID]*bucket{}}
}

// Quota is what a credential has left.
type Quota struct {
	Limit, Remaining int
	Reset            time.Time     // when all of Limit is there again
	RetryAfter       time.Duration // until the next request is possible; 0 where this one is
	Note             bool          // the log should hear of the refusal; true once a minute
}

// Take takes one request from a credential's bucket; ok tells whether there was one.
func (l *Limiter) Take(id identity.CredentialID) (q Quota, ok bool) {
	if l == nil {
		return Quota{}, true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now, b := l.now(), l.bucket(id)
	ok = b.AllowN(now, 1)
	left := b.TokensAt(now)
	q = Quota{
		Limit: l.rate.Burst, Remaining: max(int(left), 0),
		Reset: now.Add(l.timeFor(float64(l.rate.Burst) - left)),
	}
	if ok {
		return q, true
	}
	q.RetryAfter = l.timeFor(1 - left)
	if q.Note = now.Sub(b.noted) >= noteEvery; q.Note {
		b.noted = now
	}
	return q, false
}

// Charge takes more from a bucket for a request that turned out to be worth
// several. The request is not refused; those after it are, until it is paid.
func (l *Limiter) Charge(id identity.CredentialID, n int) {
	if l == nil || n <= 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.bucket(id).ReserveN(l.now(), min(n, l.rate.Burst))
}

func (l *Limiter) timeFor(requests float64) time.Duration {
	return time.Duration(max(requests, 0) / l.rate.PerSecond * float64(time.Second))
}

func (l *Limiter) bucket(id identity.CredentialID) *bucket {
	if b, ok := l.recent[id]; ok {
		return b
	}
	b, ok := l.older[id]
	if !ok {
		b = &bucket{Limiter: rate.NewLimiter(rate.Limit(l.rate.PerSecond), l.rate.Burst)}
	}
	if len(l.recent) >= maxBuckets/2 {
		l.older, l.recent = l.recent, map[identity.CredentialID]*bucket{}
	}
	l.recent[id] = b
	return b
}

// Seconds is RetryAfter in whole seconds, as the header of that name has it.
func (q Quota) Seconds() int { return int(math.Ceil(q.RetryAfter.Seconds())) }

// Announce sets the headers by which the hosted organizations API tells its
// limits, and Retry-After (RFC 9110 section 10.2.3) on a refusal.
func (q Quota) Announce(h http.Header) {
	if q.Limit == 0 {
		return
	}
	h.Set("X-Ratelimit-Limit", strconv.Itoa(q.Limit))
	h.Set("X-Ratelimit-Remaining", strconv.Itoa(q.Remaining))
	h.Set("X-Ratelimit-Reset", q.Reset.UTC().Format(time.RFC3339))
	if q.RetryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(q.Seconds()))
	}
}
