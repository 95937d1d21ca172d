package repair

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"roster/internal/identity"
	"roster/internal/store"
)

// DiagnoseQuery says which findings are wanted.
type DiagnoseQuery struct {
	Kinds []FindingKind // none means all
	After string        // the cursor of the last page; "" starts at the beginning
	Limit int           // findings wanted; 0 means all
}

// Diagnose finds problems and calls each with every one, until each returns an
// error. Memory does not grow with the org. It gives the cursor to go on
// behind, "" at the end.
func (s *Service) Diagnose(ctx context.Context, org identity.OrgID, q DiagnoseQuery, each func(Finding) error) (next string, err error) {
	wanted := q.Kinds
	if len(wanted) == 0 {
		wanted = Kinds
	}
	startKind, startKey, _ := strings.Cut(q.After, " ")
	var kinds []FindingKind
	for _, kind := range Kinds {
		if slices.Contains(wanted, kind) && (startKind == "" || string(kind) == startKind) {
			kinds, startKind = append(kinds, kind), ""
		}
	}
	run := diagnosing{service: s, org: org, each: each, left: q.Limit, unbounded: q.Limit <= 0}
	err = run.all(ctx, kinds, startKey)
	if errors.Is(err, errEnough) {
		return run.cursor, nil
	}
	return "", err
}

// Finding gives one finding by its id. One that is solved is not found.
func (s *Service) Finding(ctx context.Context, org identity.OrgID, id string) (found Finding, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		found, err = findingByID(tx, org, id)
		return err
	})
	return found, err
}

// errEnough ends a diagnosis at the limit.
var errEnough = errors.New("enough findings")

// diagnosing is one run of the detectors.
type diagnosing struct {
	service   *Service
	org       identity.OrgID
	each      func(Finding) error
	left      int
	unbounded bool
	cursor    string // behind the last finding given
}

// diagnosers is how many kinds are looked for at a time. One takes much longer
// than all others, so that more would gain little, and readers are few.
const diagnosers = 2

// pagesAhead bounds the pages of a kind that wait to be given.
const pagesAhead = 3

// pageOf is a page of a kind's findings, or why there is none.
type pageOf struct {
	found []keyed
	err   error
}

// all gives the findings of some kinds, kind by kind, the first kind's from
// behind a key. The kinds behind are looked for meanwhile, as far ahead as
// their pages may wait; who wants no more than some findings gets one kind at a
// time.
func (d *diagnosing) all(ctx context.Context, kinds []FindingKind, startKey string) error {
	ctx, cancel := context.WithCancel(ctx)
	at, ahead := diagnosers, pagesAhead
	if !d.unbounded {
		at, ahead = 1, 0
	}
	pages := make([]chan pageOf, len(kinds))
	queue := make(chan int, len(kinds))
	for i := range kinds {
		pages[i] = make(chan pageOf, ahead)
		queue <- i
	}
	close(queue)
	var workers sync.WaitGroup
	defer workers.Wait()
	defer cancel()
	for range at {
		workers.Go(func() {
			for i := range queue { // in order, so that somebody is always at the kind that is due
				after := ""
				if i == 0 {
					after = startKey
				}
				d.detect(ctx, kinds[i], after, pages[i])
			}
		})
	}
	for i, kind := range kinds {
		for page := range pages[i] {
			if page.err != nil {
				return fmt.Errorf("diagnose %s: %w", kind, page.err)
			}
			for _, f := range page.found {
				if err := d.give(f); err != nil {
					return err
				}
			}
		}
	}
	return ctx.Err() // the caller's: pages may be missing
}

// detector finds the problems of one kind.
type detector struct {
	// page reads subjects behind a key, with the finding of each that still is
	// one, and gives the key of the last subject read.
	page func(tx *store.Tx, org identity.OrgID, p store.Page) (found []keyed, next string, err error)
	// one gives the finding about a subject, ErrNotFound if there is none.
	one func(tx *store.Tx, org identity.OrgID, subject []string) (Finding, error)
}

// keyed is a finding with the page key of its subject.
type keyed struct {
	key string
	Finding
}

// detectors are those of each kind.
var detectors = map[FindingKind]detector{
	KindEmailConflict:      {refusedPages(store.RefusedEmailTaken, KindEmailConflict), refusedOne(KindEmailConflict)},
	KindEmailHeld:          {refusedPages(store.RefusedEmailTaken, KindEmailHeld), refusedOne(KindEmailHeld)},
	KindWrongAccount:       {wrongAccountPage, wrongAccountOne},
	KindEmailLeaves:        {refusedPages(store.RefusedEmailLeaves, KindEmailLeaves), refusedOne(KindEmailLeaves)},
	KindDeletedRecord:      {refusedPages(store.RefusedDeletedRecord, KindDeletedRecord), refusedOne(KindDeletedRecord)},
	KindUnlinked:           {unlinkedPages(KindUnlinked), unlinkedOne(KindUnlinked)},
	KindHeld:               {unlinkedPages(KindHeld), unlinkedOne(KindHeld)},
	KindGroupName:          {refusedPages(store.RefusedGroupName, KindGroupName), refusedOne(KindGroupName)},
	KindDeadLinks:          {directoryPages(deadLinks), directoryOne(deadLinks)},
	KindQuietDirectory:     {directoryPages(quietDirectory), directoryOne(quietDirectory)},
	KindSamePerson:         {samePersonPage, samePersonOne},
	KindSeveralDirectories: {severalDirectoriesPage, severalDirectoriesOne},
	KindLostMemberships:    {lostMembershipsPage, lostMembershipsOne},
	KindUnclaimed:          {unclaimedPage, unclaimedOne},
}

// detect reads the findings of a kind, a page of subjects in each transaction.
func (d *diagnosing) detect(ctx context.Context, kind FindingKind, after string, pages chan<- pageOf) {
	defer close(pages)
	for more := true; more; more = after != "" {
		var page pageOf
		page.err = d.service.store.View(ctx, func(tx *store.Tx) (err error) {
			page.found, after, err = detectors[kind].page(tx, d.org, store.Page{After: after})
			return err
		})
		select {
		case pages <- page:
		case <-ctx.Done():
			return
		}
		if page.err != nil {
			return
		}
	}
}

func (d *diagnosing) give(f keyed) error {
	if !d.unbounded && d.left == 0 {
		return errEnough
	}
	d.left--
	d.cursor = string(f.Kind) + " " + f.key
	return d.each(f.Finding)
}

func findingByID(tx *store.Tx, org identity.OrgID, id string) (Finding, error) {
	kind, subject, ok := parseFindingID(id)
	gone := identity.Errorf(identity.CodeNotFound, "there is no finding %.200q: it is solved, or never was one", id).
		WithHint("list what is wrong now: roster diagnose").WithField("finding")
	if !ok {
		return Finding{}, gone
	}
	f, err := detectors[kind].one(tx, org, subject)
	if errors.Is(err, store.ErrNotFound) {
		return f, gone
	}
	return f, err
}
