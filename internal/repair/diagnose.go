package repair

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

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
	run := diagnosing{service: s, ctx: ctx, org: org, each: each, left: q.Limit, unbounded: q.Limit <= 0}
	for _, kind := range Kinds {
		if !slices.Contains(wanted, kind) || (startKind != "" && string(kind) != startKind) {
			continue
		}
		err := run.detect(kind, startKey)
		if errors.Is(err, errEnough) {
			return run.cursor, nil
		}
		if err != nil {
			return "", fmt.Errorf("diagnose %s: %w", kind, err)
		}
		startKind, startKey = "", ""
	}
	return "", nil
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
	ctx       context.Context //nolint:containedctx // lives within Diagnose
	org       identity.OrgID
	each      func(Finding) error
	left      int
	unbounded bool
	cursor    string // behind the last finding given
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
	KindSeveralDirectories: {severalDirectoriesPage, severalDirectoriesOne},
	KindLostMemberships:    {lostMembershipsPage, lostMembershipsOne},
	KindUnclaimed:          {unclaimedPage, unclaimedOne},
}

// detect gives the findings of a kind, a page of subjects in each transaction.
func (d *diagnosing) detect(kind FindingKind, after string) error {
	for {
		var found []keyed
		var next string
		err := d.service.store.View(d.ctx, func(tx *store.Tx) (err error) {
			found, next, err = detectors[kind].page(tx, d.org, store.Page{After: after})
			return err
		})
		if err != nil {
			return err
		}
		for _, f := range found {
			if err := d.give(f); err != nil {
				return err
			}
		}
		if next == "" {
			return nil
		}
		after = next
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
