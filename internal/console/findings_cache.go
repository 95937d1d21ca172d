package console

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"roster/internal/identity"
	"roster/internal/repair"
)

// Diagnosis of a big organization takes seconds, so pages show what it found a
// moment ago, with the time of it.
const (
	findingsAge    = 5 * time.Minute // from when on a report is made anew when somebody looks
	findingsTime   = 5 * time.Minute // that one diagnosis may take
	findingsAtOnce = 2               // diagnoses that run at the same time
	maxReports     = 128             // organizations whose report is kept
	maxPerPlace    = 50              // findings of a kind in a directory that a report holds
	maxFindings    = 1000            // that it holds in all
)

// findingsReport is what diagnosis found in an organization.
type findingsReport struct {
	At       time.Time                  // when it was done; zero before the first
	Counts   map[repair.FindingKind]int // of all findings
	Places   map[place]int              // the same by directory
	Findings []repair.Finding           // the first ones of each place
	Failed   bool                       // the last try; the rest is of the one before
	IsBusy   bool                       // a new one is being made
}

// place is where findings of a kind are.
type place struct {
	directory identity.DirectoryID
	kind      repair.FindingKind
}

// count gives the number of findings of a kind, in one directory or ("") in all.
func (r findingsReport) count(directory identity.DirectoryID, kind repair.FindingKind) int {
	if directory == "" {
		return r.Counts[kind]
	}
	return r.Places[place{directory, kind}]
}

// with counts a finding and holds it, if it is one of the first.
func (r findingsReport) with(f repair.Finding) findingsReport {
	at := place{f.DirectoryID, f.Kind}
	r.Counts[f.Kind]++
	r.Places[at]++
	if r.Places[at] <= maxPerPlace && len(r.Findings) < maxFindings {
		r.Findings = append(r.Findings, f)
	}
	return r
}

// Total is the number of all findings.
func (r findingsReport) Total() (n int) {
	for _, of := range r.Counts {
		n += of
	}
	return n
}

// findingsCache keeps the reports of the organizations that somebody looked at
// last. It is safe for concurrent use.
type findingsCache struct {
	repair *repair.Service
	logger *slog.Logger
	now    func() time.Time
	slots  chan struct{}
	stop   context.CancelFunc
	done   context.Context //nolint:containedctx // ends with the handler
	busy   sync.WaitGroup

	mu      sync.Mutex
	reports map[identity.OrgID]*keptReport
}

type keptReport struct {
	findingsReport
	seen  time.Time // when somebody looked last
	tried time.Time // when the latest diagnosis ended, well or not
}

func newFindingsCache(r *repair.Service, logger *slog.Logger) *findingsCache {
	done, stop := context.WithCancel(context.Background())
	return &findingsCache{
		repair: r, logger: logger, now: time.Now, slots: make(chan struct{}, findingsAtOnce), done: done, stop: stop,
		reports: map[identity.OrgID]*keptReport{},
	}
}

// close ends the diagnoses under way and waits for them.
func (f *findingsCache) close() {
	f.mu.Lock()
	f.stop()
	f.mu.Unlock()
	f.busy.Wait()
}

// report gives the latest report at once, and has a new one made where that is
// old or renew is set.
func (f *findingsCache) report(org identity.OrgID, renew bool) findingsReport {
	f.mu.Lock()
	defer f.mu.Unlock()
	kept := f.reports[org]
	if kept == nil {
		f.makeRoom()
		kept = &keptReport{}
		f.reports[org] = kept
	}
	kept.seen = f.now()
	isOld := kept.seen.Sub(kept.tried) >= findingsAge
	if (isOld || renew) && !kept.IsBusy && f.done.Err() == nil {
		kept.IsBusy = true
		f.busy.Go(func() { f.diagnose(org, kept) })
	}
	return kept.findingsReport
}

// makeRoom forgets the report that nobody has looked at for longest.
func (f *findingsCache) makeRoom() {
	if len(f.reports) < maxReports {
		return
	}
	var oldest identity.OrgID
	for org, kept := range f.reports {
		if !kept.IsBusy && (oldest == "" || kept.seen.Before(f.reports[oldest].seen)) {
			oldest = org
		}
	}
	delete(f.reports, oldest)
}

// diagnose makes a report, when its turn comes.
func (f *findingsCache) diagnose(org identity.OrgID, kept *keptReport) {
	select {
	case f.slots <- struct{}{}:
		defer func() { <-f.slots }()
	case <-f.done.Done():
		return
	}
	ctx, cancel := context.WithTimeout(f.done, findingsTime)
	defer cancel()
	made := findingsReport{Counts: map[repair.FindingKind]int{}, Places: map[place]int{}}
	_, err := f.repair.Diagnose(ctx, org, repair.DiagnoseQuery{}, func(found repair.Finding) error {
		made = made.with(found)
		return nil
	})
	f.mu.Lock()
	defer f.mu.Unlock()
	kept.tried = f.now()
	if err != nil {
		f.logger.Error("diagnosis failed", "organization", org, "error", err)
		kept.IsBusy, kept.Failed = false, true
		return
	}
	made.At = kept.tried
	kept.findingsReport = made
}
