package repair

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"roster/internal/identity"
	"roster/internal/store"
)

// Case is one person of a repair: its plan and what became of it.
type Case struct {
	N         int
	Status    store.CaseStatus
	Step      int    // steps taken
	Note      string // why it stopped, or what it waits for
	Plan      Plan
	Before    *State // nil until it was applied
	After     *State
	UpdatedAt time.Time
	UpdatedBy string
}

// Progress is how far a repair is.
type Progress struct {
	store.Repair
	Cases map[store.CaseStatus]int
}

// Total is how many cases there are.
func (p Progress) Total() (n int) {
	for _, of := range p.Cases {
		n += of
	}
	return n
}

func readCase(row store.RepairCase) (Case, error) {
	c := Case{N: row.N, Status: row.Status, Step: row.Step, Note: row.Note, UpdatedAt: row.UpdatedAt, UpdatedBy: row.UpdatedBy}
	err := errors.Join(json.Unmarshal(row.Plan, &c.Plan), json.Unmarshal(row.Before, &c.Before), json.Unmarshal(row.After, &c.After))
	if err != nil {
		return c, fmt.Errorf("read case %d of repair %s: %w", row.N, row.RepairID, err)
	}
	return c, nil
}

// Repairs lists an org's repairs, newest first.
func (s *Service) Repairs(ctx context.Context, org identity.OrgID, p store.Page) (found []Progress, next string, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		rows, after, err := tx.Repairs(org, p)
		if err != nil {
			return err
		}
		found, next = make([]Progress, len(rows)), after
		for i, r := range rows {
			if found[i], err = progress(tx, r); err != nil {
				return err
			}
		}
		return nil
	})
	return found, next, err
}

// Repair gives one repair.
func (s *Service) Repair(ctx context.Context, org identity.OrgID, id identity.RepairID) (p Progress, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		r, err := findRepair(tx.Repair, org, id)
		if err != nil {
			return err
		}
		p, err = progress(tx, r)
		return err
	})
	return p, err
}

// findRepair gives a repair of an org through find (Tx.Repair or Tx.LockRepair).
func findRepair(find func(identity.OrgID, identity.RepairID) (store.Repair, error), org identity.OrgID, id identity.RepairID) (store.Repair, error) {
	r, err := find(org, id)
	if errors.Is(err, store.ErrNotFound) {
		return r, identity.Errorf(identity.CodeNotFound, "there is no repair %.128s in this organization", id).
			WithHint("list them: roster repair list").WithField("repairId")
	}
	return r, err
}

func progress(tx *store.Tx, r store.Repair) (Progress, error) {
	counts, err := tx.CountCases(r.OrgID, r.ID)
	return Progress{r, counts}, err
}

// Cases lists the cases of a repair behind the case after, of one status or
// ("") of all; next is 0 at the end.
func (s *Service) Cases(ctx context.Context, org identity.OrgID, id identity.RepairID, status store.CaseStatus, after, limit int) (found []Case, next int, err error) {
	return s.cases(ctx, org, id, limit, func(tx *store.Tx, limit int) ([]store.RepairCase, error) {
		return tx.Cases(org, id, status, after, limit)
	})
}

// lastCases is Cases backwards: those before a case, the last first.
func (s *Service) lastCases(ctx context.Context, org identity.OrgID, id identity.RepairID, before, limit int) (found []Case, next int, err error) {
	return s.cases(ctx, org, id, limit, func(tx *store.Tx, limit int) ([]store.RepairCase, error) {
		return tx.LastCases(org, id, before, limit)
	})
}

func (s *Service) cases(ctx context.Context, org identity.OrgID, id identity.RepairID, limit int, list func(tx *store.Tx, limit int) ([]store.RepairCase, error)) (found []Case, next int, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		if _, err := findRepair(tx.Repair, org, id); err != nil {
			return err
		}
		rows, err := list(tx, limit+1)
		if err != nil {
			return err
		}
		next = 0
		if len(rows) > limit {
			rows = rows[:limit]
			next = rows[limit-1].N
		}
		found = make([]Case, len(rows))
		for i, row := range rows {
			if found[i], err = readCase(row); err != nil {
				return err
			}
		}
		return nil
	})
	return found, next, err
}

// Preview gives a case with the picture after it: of a planned atomic case, by
// doing it in a transaction that is rolled back.
func (s *Service) Preview(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.RepairID, n int) (found Case, err error) {
	err = s.store.Update(ctx, func(tx *store.Tx) error {
		row, err := findCase(tx, org, id, n)
		if err != nil {
			return err
		}
		if found, err = readCase(row); err != nil || found.Status != store.CasePlanned {
			return err
		}
		a := &applying{taking: taking{tx, c, org}, row: row, c: found}
		if err := a.allSteps(); err != nil {
			return err
		}
		found.Before, found.After, found.Note = a.c.Before, a.c.After, a.c.Note
		return errDryRun
	})
	if errors.Is(err, errDryRun) {
		err = nil
	}
	if refused, ok := errors.AsType[*identity.Error](err); ok && found.N > 0 {
		found.Note, err = refused.Message, nil // it would stop with that
	}
	return found, err
}

func findCase(tx *store.Tx, org identity.OrgID, id identity.RepairID, n int) (store.RepairCase, error) {
	if _, err := findRepair(tx.Repair, org, id); err != nil {
		return store.RepairCase{}, err
	}
	row, err := tx.LockCase(org, id, n)
	return row, store.Missing(err, "case", fmt.Sprintf("%d of repair %s", n, id))
}

// describeChanges writes changes as one line.
func describeChanges(changes []Change) string {
	parts := make([]string, len(changes))
	for i, c := range changes {
		parts[i] = fmt.Sprintf("%s %s: %s was %q and is %q", c.What, c.ID, c.Field, short(c.Before), short(c.After))
	}
	return strings.Join(parts, "; ")
}

// short keeps documents out of sentences.
func short(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
