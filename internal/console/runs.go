package console

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"roster/internal/identity"
	"roster/internal/repair"
)

// Repairs of thousands are planned, applied and undone in the background, a part
// in each step, so that no request is held open and pages show how far they
// are. Every step is stored by package repair: whenever the server ends, the
// page offers to go on, and two who go on at once do nothing twice.
const (
	runsAtOnce = 4 // the others wait for their turn
	maxRuns    = 256
	patience   = 700 * time.Millisecond // in which most runs end, and the page shows the end at once
	casesAStep = 25
	maxSkipped = 1000 // that a run tells of one by one
)

// doing is what a run does, as a page says it.
type doing string

const (
	planning doing = "planning"
	applying doing = "applying"
	undoing  doing = "undoing"
)

// runState is a run at one moment.
type runState struct {
	Doing   doing
	Done    int // cases or lines looked at
	Total   int // 0 where it is not known
	Skipped []repair.Skipped
	Left    int    // skipped ones behind maxSkipped
	Problem string // why it ended early, or ""
	IsBusy  bool
}

// run is one run under way, or ended.
type run struct {
	mu    sync.Mutex
	state runState
	over  chan struct{}
	ended time.Time
}

func (r *run) change(fn func(*runState)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	fn(&r.state)
}

func (r *run) now() runState {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.state
	s.Skipped = slices.Clip(s.Skipped)
	return s
}

func (r *run) skip(skipped []repair.Skipped) {
	r.change(func(s *runState) {
		room := max(0, min(len(skipped), maxSkipped-len(s.Skipped)))
		s.Skipped = append(s.Skipped, skipped[:room]...)
		s.Left += len(skipped) - room
	})
}

// runKey keeps organizations apart, whatever id a page names.
type runKey struct {
	org    identity.OrgID
	repair identity.RepairID
}

// runs are those of this server. It is safe for concurrent use.
type runs struct {
	logger *slog.Logger
	slots  chan struct{}
	stop   context.CancelFunc
	done   context.Context //nolint:containedctx // ends with the handler
	busy   sync.WaitGroup

	mu  sync.Mutex
	all map[runKey]*run
}

func newRuns(logger *slog.Logger) *runs {
	done, stop := context.WithCancel(context.Background())
	return &runs{logger: logger, slots: make(chan struct{}, runsAtOnce), stop: stop, done: done, all: map[runKey]*run{}}
}

// close ends what runs after its step, and waits for it.
func (r *runs) close() {
	r.mu.Lock()
	r.stop()
	r.mu.Unlock()
	r.busy.Wait()
}

// start runs work for a repair unless something runs for it already, and waits
// a moment for its end. What it does goes on when the request ends.
func (r *runs) start(key runKey, begin runState, work func(context.Context, *run) error) {
	r.mu.Lock()
	at := r.all[key]
	isNew := (at == nil || !at.now().IsBusy) && r.done.Err() == nil
	if isNew {
		r.makeRoom()
		begin.IsBusy = true
		at = &run{state: begin, over: make(chan struct{})}
		r.all[key] = at
		r.busy.Go(func() { r.do(key, at, work) })
	}
	r.mu.Unlock()
	if at == nil {
		return
	}
	moment := time.NewTimer(patience)
	defer moment.Stop()
	select {
	case <-at.over:
	case <-moment.C:
	}
}

func (r *runs) do(key runKey, at *run, work func(context.Context, *run) error) {
	defer close(at.over)
	err := context.Canceled
	select {
	case r.slots <- struct{}{}:
		err = work(r.done, at)
		<-r.slots
	case <-r.done.Done():
	}
	at.change(func(s *runState) {
		s.IsBusy = false
		if err != nil {
			s.Problem = r.problem(key, s.Doing, err)
		}
	})
	r.mu.Lock()
	at.ended = time.Now()
	r.mu.Unlock()
}

// problem says why a run ended early; what is the server's own fault is in its
// log.
func (r *runs) problem(key runKey, what doing, err error) string {
	p := problemOf(err, "")
	if p.Status < 500 {
		return p.Message + " " + p.Hint
	}
	if r.done.Err() != nil {
		return "The server was stopped. Go on when it is back."
	}
	r.logger.Error("console run failed", "doing", string(what), "repairId", string(key.repair), "error", err)
	return "The server failed; its log has the cause beside the repair's id. What was done so far stays."
}

// state gives the latest run of a repair.
func (r *runs) state(key runKey) (runState, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if at := r.all[key]; at != nil {
		return at.now(), true
	}
	return runState{}, false
}

// makeRoom forgets the run that ended longest ago.
func (r *runs) makeRoom() {
	if len(r.all) < maxRuns {
		return
	}
	var oldest runKey
	for key, at := range r.all {
		if !at.ended.IsZero() && (oldest.repair == "" || at.ended.Before(r.all[oldest].ended)) {
			oldest = key
		}
	}
	delete(r.all, oldest)
}
