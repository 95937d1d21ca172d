package cli

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// paced is a pacer with the bubble's clock.
func paced(most float64) *pacer {
	return (&Env{Now: time.Now, Sleep: sleep}).newPacer(most)
}

// in counts the requests that pass in a time, each answered with a header.
func (p *pacer) in(t *testing.T, lanes int, d time.Duration, header http.Header) (passed int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	var mu sync.Mutex
	var running sync.WaitGroup
	for range lanes {
		running.Go(func() {
			for p.wait(ctx) == nil {
				p.heed(header)
				mu.Lock()
				passed++
				mu.Unlock()
			}
		})
	}
	running.Wait()
	return passed
}

// TestPacerSpeedsUp: it begins with a fifth of the rate, gains a fiftieth a
// second, stays at the rate, and lanes share it.
func TestPacerSpeedsUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := paced(50)
		if first := p.in(t, 4, time.Second, nil); first < 10 || first > 12 {
			t.Errorf("%d requests in the first second, want 10", first)
		}
		p.in(t, 4, 45*time.Second, nil)
		if full := p.in(t, 4, 10*time.Second, nil); full < 495 || full > 505 {
			t.Errorf("%d requests in ten seconds at full rate, want 500", full)
		}
	})
}

// TestPacerHolds: a 429 holds all lanes as long as it asks, and halves the rate
// once, however many lanes are told.
func TestPacerHolds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := paced(50)
		p.in(t, 1, time.Minute, nil)
		told := []bool{p.hold(30 * time.Second), p.hold(10 * time.Second), p.hold(20 * time.Second)}
		if diff := cmp.Diff([]bool{true, false, false}, told); diff != "" {
			t.Errorf("news of the hold (-want +got):\n%s", diff)
		}
		if passed := p.in(t, 4, 29*time.Second, nil); passed > 0 {
			t.Errorf("%d requests passed while all were held", passed)
		}
		if passed := p.in(t, 4, 2*time.Second, nil); passed < 20 || passed > 32 {
			t.Errorf("%d requests in the first second after, want 25", passed)
		}
	})
}

// TestPacerHoldsThoseWhoWait: a lane that waits for its turn when the hold comes
// waits for its end.
func TestPacerHoldsThoseWhoWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := paced(5)
		if err := p.wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		passed := make(chan time.Duration)
		go func() {
			_ = p.wait(context.Background())
			passed <- time.Since(began)
		}()
		synctest.Wait()
		p.hold(time.Minute)
		if after := <-passed; after < time.Minute {
			t.Errorf("it passed after %s", after)
		}
	})
}

// TestPacerNeverStops: however often it is told to slow down, a hundredth of
// the rate is left.
func TestPacerNeverStops(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := paced(50)
		for range 20 {
			p.hold(time.Millisecond)
			time.Sleep(time.Second)
		}
		if passed := p.in(t, 1, 10*time.Second, nil); passed < 5 {
			t.Errorf("%d requests in ten seconds", passed)
		}
	})
}

// TestPacerHeedsTheLimit: what is left of a limit is spread until its reset.
func TestPacerHeedsTheLimit(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		limit, remaining, reset string
		want                    float64 // 0 for no say
	}{
		"plenty":        {"100", "80", "2026-11-23T12:01:00Z", 0},
		"runs low":      {"100", "12", "2026-11-23T12:01:00Z", 0.2},
		"nothing left":  {"100", "0", "2026-11-23T12:01:00Z", 0},
		"reset is past": {"100", "1", "2026-11-23T11:59:00Z", 0},
		"no limit":      {"", "1", "2026-11-23T12:01:00Z", 0},
		"no time":       {"100", "1", "soon", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			header := http.Header{}
			header.Set("X-Ratelimit-Limit", test.limit)
			header.Set("X-Ratelimit-Remaining", test.remaining)
			header.Set("X-Ratelimit-Reset", test.reset)
			got, ok := leftPerSecond(header, now)
			if got != test.want || ok != (test.want > 0 || name == "nothing left") {
				t.Errorf("got %v, %v", got, ok)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		p := paced(50)
		header := http.Header{}
		header.Set("X-Ratelimit-Limit", "1000")
		header.Set("X-Ratelimit-Remaining", strconv.Itoa(60))
		header.Set("X-Ratelimit-Reset", time.Now().Add(time.Minute).Format(time.RFC3339))
		p.heed(header)
		if passed := p.in(t, 3, 10*time.Second, header); passed < 9 || passed > 16 {
			t.Errorf("%d requests in ten seconds, want about 10", passed)
		}
	})
}
