package server

import (
	"context"
	"sync"
	"time"
)

// worker is what the server does by itself from time to time. Every replica has
// it; run must bear that others run too.
type worker struct {
	name  string // for the log
	every time.Duration
	run   func(context.Context) error
}

// activityEvery is how much of what directories sent a server that dies takes
// with it, and how far their health lags.
const activityEvery = 5 * time.Second

func (s *server) workers() []worker {
	return []worker{
		{"remove what has expired", time.Hour, s.cleanOnce},
		{"do jobs", time.Second, s.jobs.Run},
		{"note the use of sessions", time.Minute, s.sessions.WriteSeen},
		{"check domains", 10 * time.Minute, s.checkDomains},
		{"store what directories sent", activityEvery, s.provision.StoreActivity},
	}
}

// work runs the workers, each at once and then in its rhythm. The function that
// it gives ends them and waits for them; it may be called twice.
func (s *server) work(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	for _, w := range s.workers() {
		running.Go(func() { s.repeat(ctx, w) })
	}
	return func() {
		cancel()
		running.Wait()
	}
}

func (s *server) repeat(ctx context.Context, w worker) {
	ticker := time.NewTicker(w.every)
	defer ticker.Stop()
	for {
		if err := w.run(ctx); err != nil && ctx.Err() == nil {
			s.Log.Error("worker", "task", w.name, "cause", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// checkDomains looks at the proofs that are due, until none is.
func (s *server) checkDomains(ctx context.Context) error {
	for {
		n, err := s.proofs.Recheck(ctx)
		if err != nil || n == 0 {
			return err
		}
	}
}
