package remote

import (
	"context"
	"errors"
	"fmt"
	"time"

	"roster/internal/identity"
	"roster/internal/repair"
)

// Runner takes the steps of a journal's cases, and takes them back.
type Runner struct {
	Server  Server
	Journal *Journal
	Now     func() time.Time
	Sleep   func(context.Context, time.Duration) error
	Lanes   int // cases at a time; their people are different ones
}

// Apply takes every step that is due, and tells settled of each case that it
// looked at. A person's refusal stops that case; an error ends the run, after
// the cases that are being worked on. Calling it again goes on: with the steps
// that were not taken, with those that wait for the identity provider, and
// with stopped cases.
func (r *Runner) Apply(ctx context.Context, settled func(Progress) error) error {
	var due []*Progress
	for i := range r.Journal.Cases {
		switch c := &r.Journal.Cases[i]; c.Status {
		case StatusPlanned, StatusWaiting, StatusStopped:
			due = append(due, c)
		case StatusDone, StatusNothing, StatusUndoing, StatusUndone:
		}
	}
	return r.each(ctx, due, r.apply, settled)
}

// each works on cases in lanes, and tells settled, if there is one to tell, of
// one at a time.
func (r *Runner) each(ctx context.Context, cases []*Progress, work func(context.Context, *Progress) error, settled func(Progress) error) error {
	return inLanes(r.Lanes, cases, func(c *Progress) error {
		if err := work(ctx, c); err != nil {
			return fmt.Errorf("case %d: %w", c.N, err)
		}
		return nil
	}, func(c *Progress) error {
		if settled == nil {
			return nil
		}
		return settled(*c)
	})
}

// course is a list of steps with how far it is, and the picture that it
// starts from.
type course struct {
	*Course

	n      int
	undo   bool
	steps  []repair.Step
	expect repair.State
	seen   *sight
}

// apply takes a case as far as it goes now.
func (r *Runner) apply(ctx context.Context, c *Progress) error {
	way := course{Course: &c.Course, n: c.N, steps: c.Plan.Steps, expect: c.Plan.Expect, seen: newSight()}
	return r.settle(way, func() error {
		if c.Taken == 0 && len(c.Made) == 0 {
			if err := r.checkParties(ctx, c.Case, way); err != nil {
				return err
			}
		}
		return r.walk(ctx, way)
	})
}

// settle notes why a case stops.
func (r *Runner) settle(way course, do func() error) error {
	err := do()
	if refused, ok := errors.AsType[*RefusedError](err); ok {
		return r.add(way, EventStopped, refused.Error())
	}
	return err
}

// walk takes the steps that are due until one has to wait.
func (r *Runner) walk(ctx context.Context, way course) error {
	for way.Taken < len(way.steps) {
		waits, err := r.step(ctx, way, way.steps[way.Taken])
		if err != nil || waits {
			return err
		}
	}
	return r.add(way, EventDone, "")
}

// step takes the next step; waits is true where the case has to wait.
func (r *Runner) step(ctx context.Context, way course, s repair.Step) (waits bool, err error) {
	if s.Actor != repair.ActorRoster {
		arrived, err := r.arrived(ctx, way, s)
		if err != nil {
			return false, err
		}
		if !arrived {
			return true, r.wait(way)
		}
		return false, r.add(way, EventAlready, "")
	}
	due, err := r.due(ctx, way, s)
	if err != nil {
		return false, err
	}
	if !due {
		return false, r.add(way, EventAlready, "")
	}
	if err := r.add(way, EventBegun, ""); err != nil {
		return false, err
	}
	if err := r.take(ctx, way, s); err != nil {
		return false, err
	}
	return false, r.add(way, EventTaken, "")
}

// looks bounds how often a deletion is looked for, with pauses of 1, 2, 4, … s:
// the hosted service does not say that it has happened when it is answered.
const looks = 6

func (r *Runner) take(ctx context.Context, way course, s repair.Step) error {
	switch s.Kind {
	case repair.StepDeleteRecords:
		return r.deleteRecords(ctx, way, s.AccountID)
	case repair.StepSetEmail:
		if err := r.Server.SetEmail(ctx, s.AccountID, s.Email); err != nil {
			return err
		}
		way.seen.email(r.Now(), s.AccountID, s.Email)
		return nil
	case StepEnable, StepDisable:
		return r.Server.SetActive(ctx, s.AccountID, s.Kind == StepEnable)
	default:
		return fmt.Errorf("step %s is not for another server", s.Kind)
	}
}

// deleteRecords deletes and looks until nothing is linked. A refusal counts
// only where something still is: the first of two answers may have been lost.
func (r *Runner) deleteRecords(ctx context.Context, way course, id identity.AccountID) error {
	asked := r.Server.DeleteRecords(ctx, id)
	if _, refused := errors.AsType[*RefusedError](asked); asked != nil && !refused {
		return asked
	}
	for look := range looks {
		links, err := r.Server.Links(ctx, id)
		if err != nil {
			return err
		}
		if len(links) == 0 {
			way.seen.linked(r.Now(), id, nil)
			return nil
		}
		if asked != nil {
			return asked
		}
		if err := r.Sleep(ctx, time.Second<<look); err != nil {
			return err
		}
	}
	return refusef("the SCIM users of account %s are still linked a minute after they were deleted: run it again later", id)
}

// wait notes once that a case has to wait: it is looked at again and again.
func (r *Runner) wait(way course) error {
	if way.Waiting {
		return nil
	}
	return r.add(way, EventWaiting, "")
}

func (r *Runner) add(way course, what What, note string) error {
	e := Event{At: r.Now().UTC(), N: way.n, Undo: way.undo, Step: way.Taken, What: what, Note: note}
	if way.Taken < len(way.steps) {
		e.Kind = way.steps[way.Taken].Kind
	}
	return r.Journal.Add(e)
}
