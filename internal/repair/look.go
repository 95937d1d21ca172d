package repair

import (
	"context"
	"errors"
	"fmt"

	"roster/internal/identity"
	"roster/internal/store"
)

// Standing is a case as it stands at the moment of asking.
type Standing struct {
	Case

	// Now is the people as they are, with whatever is linked to them by now.
	Now State
	// Changed is what others changed since the case was planned or, once it was
	// begun, since its last step. Of a planned case it is why it would stop, of a
	// finished one why it cannot be undone any more.
	Changed []Change
	// Arrived tells of a waiting case that the identity provider has done its
	// part: applying it again goes on.
	Arrived bool
	// Solved tells of a finished case that diagnosis does not find its problem any
	// more.
	Solved bool
}

// Look gives a case with what has become of its people. It changes nothing and
// holds nobody up.
func (s *Service) Look(ctx context.Context, org identity.OrgID, id identity.RepairID, n int) (found Standing, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		if _, err := tx.Repair(org, id); err != nil {
			return store.Missing(err, "repair", string(id))
		}
		row, err := tx.Case(org, id, n)
		if err != nil {
			return store.Missing(err, "case", fmt.Sprintf("%d of repair %s", n, id))
		}
		c, err := readCase(row)
		if err != nil {
			return err
		}
		found = Standing{Case: c}
		return found.look(&applying{taking: taking{Tx: tx, org: org}, row: row, c: c})
	})
	return found, err
}

func (s *Standing) look(a *applying) error {
	now, err := a.present()
	if err != nil {
		return err
	}
	expected := a.c.Plan.Expect
	if a.c.After != nil && a.c.Status != store.CasePlanned {
		expected = *a.c.After
	}
	s.Now, s.Changed = now, Diff(expected, now)
	if s.Arrived, err = a.hasArrived(); err != nil {
		return err
	}
	if s.Status != store.CaseDone {
		return nil
	}
	_, err = findingByID(a.Tx, a.org, a.c.Plan.Finding)
	if identity.CodeOf(err) == identity.CodeNotFound {
		s.Solved, err = true, nil
	}
	return err
}

// hasArrived tells whether what a waiting case waits for is there. People whom
// the org manages no longer get nothing from it.
func (a *applying) hasArrived() (bool, error) {
	if a.c.Status != store.CaseWaiting || a.c.Step >= len(a.c.Plan.Steps) {
		return false, nil
	}
	step := a.c.Plan.Steps[a.c.Step]
	if step.Actor == ActorRoster {
		return true, nil
	}
	arrived, err := a.await(step)
	if _, refused := errors.AsType[*identity.Error](err); refused {
		return false, nil
	}
	return arrived, err
}

// Rehearse plans the repair of a finding and does it in a transaction that is
// rolled back: the case that [Service.Plan] would make, with the picture after
// it. What would stop it is the case's note.
func (s *Service) Rehearse(ctx context.Context, c identity.Caller, org identity.OrgID, finding string, strategy Strategy) (rehearsed Case, err error) {
	err = s.store.Update(ctx, func(tx *store.Tx) error {
		f, err := findingByID(tx, org, finding)
		if err != nil {
			return err
		}
		plan, err := newPlan(tx, org, f, strategy)
		if err != nil {
			return err
		}
		a := &applying{taking: taking{tx, c, org}, c: Case{N: 1, Status: store.CasePlanned, Plan: plan, Before: &plan.Expect}}
		rehearsed = a.c
		if err := a.allSteps(); err != nil {
			return stopped(&rehearsed, err)
		}
		rehearsed = a.c
		return errDryRun
	})
	if errors.Is(err, errDryRun) {
		err = nil
	}
	return rehearsed, err
}

// stopped notes on a rehearsed case what would stop it; faults stay errors.
func stopped(c *Case, err error) error {
	refused, ok := errors.AsType[*identity.Error](err)
	if !ok {
		return err
	}
	c.Note = refused.Message
	return errDryRun
}

// People gives those whom a finding concerns, with all their records, as they
// are now.
func (s *Service) People(ctx context.Context, org identity.OrgID, f Finding) (now State, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		p := &parties{}
		p.addAccount(f.RightAccount)
		p.addAccount(f.WrongAccount)
		p.addRecord(f.Record)
		p.addRecord(f.Formerly)
		all, err := p.withLinks(tx, org)
		if err != nil {
			return err
		}
		now, err = readState(tx, org, all)
		return err
	})
	return now, err
}
