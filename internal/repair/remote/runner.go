package remote

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"roster/internal/identity"
	"roster/internal/repair"
)

// Runner takes the steps of a journal's cases.
type Runner struct {
	Server  Server
	Journal *Journal
	Now     func() time.Time
	Sleep   func(context.Context, time.Duration) error
}

// Apply takes every step that is due, case by case, and tells settled of each
// case that it looked at. A person's refusal stops that case; an error ends the
// run. Calling it again goes on: with the steps that were not taken, with those
// that wait for the identity provider, and with stopped cases.
func (r *Runner) Apply(ctx context.Context, settled func(Progress) error) error {
	for i := range r.Journal.Cases {
		c := &r.Journal.Cases[i]
		if c.Status == StatusDone || c.Status == StatusNothing {
			continue
		}
		if err := r.advance(ctx, c); err != nil {
			return fmt.Errorf("case %d: %w", c.N, err)
		}
		if err := settled(*c); err != nil {
			return err
		}
	}
	return nil
}

// advance takes a case as far as it goes now.
func (r *Runner) advance(ctx context.Context, c *Progress) error {
	err := r.steps(ctx, c)
	if refused, ok := errors.AsType[*RefusedError](err); ok {
		return r.add(c, EventStopped, refused.Error())
	}
	return err
}

func (r *Runner) steps(ctx context.Context, c *Progress) error {
	if c.Taken == 0 && !c.Begun {
		if err := r.checkParties(ctx, c.Case); err != nil {
			return err
		}
	}
	for c.Taken < len(c.Plan.Steps) {
		settled, err := r.step(ctx, c, c.Plan.Steps[c.Taken])
		if err != nil || settled {
			return err
		}
	}
	return r.add(c, EventDone, "")
}

// step takes the next step; settled is true where the case has to wait.
func (r *Runner) step(ctx context.Context, c *Progress, s repair.Step) (settled bool, err error) {
	if s.Actor != repair.ActorRoster {
		arrived, err := r.arrived(ctx, c.Case, s)
		if err != nil {
			return false, err
		}
		if !arrived {
			return true, r.wait(c)
		}
		return false, r.add(c, EventAlready, "")
	}
	due, err := r.due(ctx, c.Case, s)
	if err != nil {
		return false, err
	}
	if !due {
		return false, r.add(c, EventAlready, "")
	}
	if err := r.add(c, EventBegun, ""); err != nil {
		return false, err
	}
	if err := r.take(ctx, s); err != nil {
		return false, err
	}
	return false, r.add(c, EventTaken, "")
}

// due tells whether a step has yet to be taken. It refuses where the world is
// neither as the plan expects it nor as the step would leave it.
func (r *Runner) due(ctx context.Context, c Case, s repair.Step) (bool, error) {
	if s.Kind == repair.StepDeleteRecords {
		links, err := r.Server.Links(ctx, s.AccountID)
		if err != nil {
			return false, err
		}
		return len(links) > 0, onlyExpected(c, s.AccountID, links)
	}
	email, err := r.Server.Email(ctx, s.AccountID)
	switch {
	case err != nil:
		return false, err
	case sameEmail(email, s.Email):
		return false, nil
	case !sameEmail(email, c.emailOf(s.AccountID)):
		return false, refusef("account %s has the address %s by now; it had %s when the plan was made: plan again", s.AccountID, email, c.emailOf(s.AccountID))
	}
	return true, nil
}

// onlyExpected refuses links that the plan does not know.
func onlyExpected(c Case, id identity.AccountID, links []Link) error {
	known := c.recordsOf(id)
	for _, l := range links {
		if !slices.Contains(known, l.Record) {
			return refusef("SCIM user %s of directory %s was linked to account %s since the plan was made: plan again", l.SCIMUserID, l.DirectoryID, id)
		}
	}
	return nil
}

// checkParties compares both accounts with the plan before the first step.
func (r *Runner) checkParties(ctx context.Context, c Case) error {
	for _, id := range []identity.AccountID{c.Right, c.Wrong} {
		links, err := r.Server.Links(ctx, id)
		if err != nil {
			return err
		}
		if err := onlyExpected(c, id, links); err != nil {
			return err
		}
		if known := len(c.recordsOf(id)); len(links) != known {
			return refusef("account %s has %d SCIM user(s) by now; it had %d when the plan was made: plan again", id, len(links), known)
		}
		email, err := r.Server.Email(ctx, id)
		if err != nil {
			return err
		}
		if !sameEmail(email, c.emailOf(id)) {
			return refusef("account %s has the address %s by now; it had %s when the plan was made: plan again", id, email, c.emailOf(id))
		}
	}
	return nil
}

func (r *Runner) take(ctx context.Context, s repair.Step) error {
	switch s.Kind {
	case repair.StepDeleteRecords:
		if err := r.Server.DeleteRecords(ctx, s.AccountID); err != nil {
			return err
		}
		return r.untilUnlinked(ctx, s.AccountID)
	case repair.StepSetEmail:
		return r.Server.SetEmail(ctx, s.AccountID, s.Email)
	default:
		return fmt.Errorf("step %s is not for another server", s.Kind)
	}
}

// looks bounds how often a deletion is looked for, with pauses of 1, 2, 4, … s:
// the hosted service does not say that it has happened when it is answered.
const looks = 6

func (r *Runner) untilUnlinked(ctx context.Context, id identity.AccountID) error {
	for look := range looks {
		links, err := r.Server.Links(ctx, id)
		if err != nil || len(links) == 0 {
			return err
		}
		if err := r.Sleep(ctx, time.Second<<look); err != nil {
			return err
		}
	}
	return refusef("the SCIM users of account %s are still linked a minute after they were deleted: apply again later", id)
}

// arrived tells whether the identity provider has done its part: the right
// account has the address and is linked in the directory.
func (r *Runner) arrived(ctx context.Context, c Case, s repair.Step) (bool, error) {
	email, err := r.Server.Email(ctx, s.AccountID)
	if err != nil {
		return false, err
	}
	if !sameEmail(email, s.Email) {
		if !sameEmail(email, c.emailOf(s.AccountID)) {
			return false, refusef("account %s has the address %s by now, neither the old nor the new one: plan again", s.AccountID, email)
		}
		return false, nil
	}
	links, err := r.Server.Links(ctx, s.AccountID)
	return slices.ContainsFunc(links, func(l Link) bool { return l.DirectoryID == s.Record.DirectoryID }), err
}

// wait notes once that a case has to wait: it is looked at again and again.
func (r *Runner) wait(c *Progress) error {
	if c.Waiting {
		return nil
	}
	return r.add(c, EventWaiting, "")
}

func (r *Runner) add(c *Progress, what What, note string) error {
	e := Event{At: r.Now().UTC(), N: c.N, Step: c.Taken, What: what, Note: note}
	if c.Taken < len(c.Plan.Steps) {
		e.Kind = c.Plan.Steps[c.Taken].Kind
	}
	return r.Journal.Add(e)
}
