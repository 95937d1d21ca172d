package cli

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// pacer keeps requests apart, those of all lanes together. It starts at a fifth
// of the rate that it may reach, goes up while the server does not mind, and
// comes down when it does: to half at a 429, which also holds every lane as long
// as it asks for, and to what is left where X-RateLimit-Remaining runs low. A nil
// one does not wait.
type pacer struct {
	sleep func(context.Context, time.Duration) error
	now   func() time.Time
	most  float64 // requests a second

	mu    sync.Mutex
	rate  float64   // now
	next  time.Time // when the next request is due
	held  time.Time // no request before
	moved time.Time // when the rate last changed
}

// Fractions of the most: what it starts with, what it gains in a second, and
// what it never falls below.
const (
	paceStart = 0.2
	paceGain  = 0.02
	paceLeast = 0.01
)

// newPacer lets so many requests a second pass at most.
func (env *Env) newPacer(perSecond float64) *pacer {
	return &pacer{sleep: env.Sleep, now: env.Now, most: perSecond, rate: perSecond * paceStart}
}

// wait returns when a request may be sent. One whose turn came while all were
// held takes a new turn.
func (p *pacer) wait(ctx context.Context) error {
	if p == nil {
		return ctx.Err()
	}
	for {
		wait, held := p.turn()
		if wait > 0 {
			if err := p.sleep(ctx, wait); err != nil {
				return err
			}
		}
		if !p.heldSince(held) {
			return ctx.Err()
		}
	}
}

// turn takes the next turn: how long until it comes, and the hold that it
// takes into account.
func (p *pacer) turn() (wait time.Duration, held time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	at := latest(now, p.next, p.held)
	p.next = at.Add(time.Duration(float64(time.Second) / p.rate))
	return at.Sub(now), p.held
}

func latest(times ...time.Time) (last time.Time) {
	for _, t := range times {
		if t.After(last) {
			last = t
		}
	}
	return last
}

// heldSince tells whether a longer hold came up.
func (p *pacer) heldSince(known time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.held.After(known) && p.held.After(p.now())
}

// hold keeps all requests back for a while, and halves the rate. It is false
// where they are held as long already: the other lanes' answers say the same.
func (p *pacer) hold(wait time.Duration) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	until := now.Add(wait)
	if p.held.After(now) {
		p.held = latest(p.held, until)
		return false
	}
	p.held = until
	p.move(now, p.rate/2)
	return true
}

// heed goes by what an answer that is no refusal says of the rate.
func (p *pacer) heed(header http.Header) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	if left, ok := leftPerSecond(header, now); ok && left < p.rate {
		p.move(now, left)
		return
	}
	if now.Sub(p.moved) >= time.Second {
		p.move(now, p.rate+p.most*paceGain)
	}
}

func (p *pacer) move(now time.Time, rate float64) {
	p.rate, p.moved = min(max(rate, p.most*paceLeast), p.most), now
}

// leftPerSecond is what X-RateLimit-Remaining leaves until X-RateLimit-Reset, where
// less than a fifth of X-RateLimit-Limit is left (the hosted organizations API).
func leftPerSecond(header http.Header, now time.Time) (float64, bool) {
	left, errLeft := strconv.Atoi(header.Get("X-Ratelimit-Remaining"))
	limit, errLimit := strconv.Atoi(header.Get("X-Ratelimit-Limit"))
	reset, errReset := time.Parse(time.RFC3339, header.Get("X-Ratelimit-Reset"))
	if errLeft != nil || errLimit != nil || errReset != nil || left*5 >= limit || !reset.After(now) {
		return 0, false
	}
	return float64(left) / reset.Sub(now).Seconds(), true
}
