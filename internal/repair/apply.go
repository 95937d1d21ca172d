package repair

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/store"
)

// ApplyResult is what one call of Apply or Undo did.
type ApplyResult struct {
	Progress
	Cases []CaseResult // looked at by this call
}

// CaseResult is what became of one case.
type CaseResult struct {
	N      int
	Title  string
	Status store.CaseStatus
	Note   string
}

// Apply takes the next steps of at most limit cases that are planned or wait
// for the identity provider. Each atomic case, and each step of the others, is
// one transaction together with the note of how far the case is: whenever the
// process ends, another call goes on, and two callers at once do nothing twice.
// It gives the case to go on behind, 0 at the end. An open repair is refused.
func (s *Service) Apply(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.RepairID, after, limit int) (ApplyResult, int, error) {
	if err := s.checkSealed(ctx, org, id); err != nil {
		return ApplyResult{}, 0, err
	}
	cases, next, err := s.Cases(ctx, org, id, "", after, limit)
	if err != nil {
		return ApplyResult{}, 0, err
	}
	out, err := s.eachCase(ctx, org, id, cases, isApplicable, func(n int) (CaseResult, error) { return s.applyCase(ctx, c, org, id, n) })
	return out, next, err
}

func isApplicable(status store.CaseStatus) bool {
	return status == store.CasePlanned || status == store.CaseWaiting || status == store.CaseStopped
}

// eachCase runs do on those cases that are wanted.
func (s *Service) eachCase(ctx context.Context, org identity.OrgID, id identity.RepairID, cases []Case, wanted func(store.CaseStatus) bool, do func(n int) (CaseResult, error)) (out ApplyResult, err error) {
	for _, c := range cases {
		if !wanted(c.Status) {
			continue
		}
		result, err := do(c.N)
		if err != nil {
			return out, err
		}
		out.Cases = append(out.Cases, result)
	}
	out.Progress, err = s.Repair(ctx, org, id)
	return out, err
}

// applying is one transaction of a case.
type applying struct {
	taking
	row store.RepairCase
	c   Case
}

// applyCase takes a case as far as it goes now. A refusal stops the case with
// its reason; the error returned is a fault.
func (s *Service) applyCase(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.RepairID, n int) (out CaseResult, err error) {
	for {
		var again bool
		err := s.store.Update(ctx, func(tx *store.Tx) error {
			a, err := openCase(tx, c, org, id, n)
			if err != nil {
				return err
			}
			if again, err = a.advance(); err != nil {
				return err
			}
			out = a.result()
			return nil
		})
		if refused, ok := errors.AsType[*identity.Error](err); ok {
			return s.stopCase(ctx, c, org, id, n, refused)
		}
		if err != nil || !again {
			return out, err
		}
	}
}

func openCase(tx *store.Tx, c identity.Caller, org identity.OrgID, id identity.RepairID, n int) (*applying, error) {
	row, err := findCase(tx, org, id, n)
	if err != nil {
		return nil, err
	}
	parsed, err := readCase(row)
	return &applying{taking: taking{tx, c, org}, row: row, c: parsed}, err
}

func (a *applying) result() CaseResult {
	return CaseResult{N: a.c.N, Title: a.c.Plan.Title, Status: a.c.Status, Note: a.c.Note}
}

// advance takes all steps of an atomic case, or the next one of another; again
// tells whether there is one behind it.
func (a *applying) advance() (again bool, err error) {
	if !isApplicable(a.c.Status) {
		return false, nil // another operator was here first
	}
	if a.c.Plan.Strategy == StrategyAtomic {
		if err := a.allSteps(); err != nil {
			return false, err
		}
		a.c.Status, a.c.Note = store.CaseDone, ""
		return false, a.finish(ActionRepairApplied, a.c.Before)
	}
	if err := a.begin(); err != nil {
		return false, err
	}
	done, err := a.nextStep()
	if err != nil {
		return false, err
	}
	if !done { // the picture stays: what others change meanwhile is not this repair's
		a.c.After = cmp.Or(a.c.After, a.c.Before)
		a.c.Status, a.c.Note = store.CaseWaiting, a.c.Plan.Steps[a.c.Step].Text
		return false, a.save()
	}
	if err := a.look(); err != nil {
		return false, err
	}
	switch {
	case a.c.Step < len(a.c.Plan.Steps):
		a.c.Status, a.c.Note, again = store.CaseWaiting, a.c.Plan.Steps[a.c.Step].Text, true
	default:
		a.c.Status, a.c.Note = store.CaseDone, ""
		return false, a.finish(ActionRepairApplied, a.c.Before)
	}
	return again, a.save()
}

// allSteps takes every step and keeps both pictures.
func (a *applying) allSteps() error {
	if err := a.begin(); err != nil {
		return err
	}
	for _, step := range a.c.Plan.Steps[a.c.Step:] {
		if step.Actor != ActorRoster {
			a.c.Note = step.Text
			break
		}
		if err := a.take(step); err != nil {
			return err
		}
		a.c.Step++
	}
	return a.look()
}

// nextStep takes one step; done is false where the identity provider's part is
// still to come.
func (a *applying) nextStep() (done bool, err error) {
	step := a.c.Plan.Steps[a.c.Step]
	if step.Actor == ActorRoster {
		err = a.take(step)
		done = true
	} else {
		done, err = a.await(step)
	}
	if err == nil && done {
		a.c.Step++
	}
	return done, err
}

// begin locks the parties, and compares them with what the plan expects before
// the first step.
func (a *applying) begin() error {
	if err := a.checkDisconnected(); err != nil {
		return err
	}
	if err := partiesOf(a.c.Plan.Expect).lock(a.Tx); err != nil {
		return err
	}
	if a.c.Step > 0 {
		return nil
	}
	now, err := a.present()
	if err != nil {
		return err
	}
	if changes := Diff(a.c.Plan.Expect, now); len(changes) > 0 {
		return identity.Errorf(identity.CodeConflict, "something changed since the plan was made: %s", describeChanges(changes)).
			WithHint("plan it again: roster repair plan %s", a.c.Plan.Finding)
	}
	a.c.Before = &now
	return nil
}

// checkDisconnected keeps the plan for a directory that is gone from one that
// came back, and keeps it from coming back meanwhile.
func (a *applying) checkDisconnected() error {
	id := a.c.Plan.Disconnected
	if id == "" {
		return nil
	}
	d, err := a.LockDirectory(a.org, id)
	if err != nil {
		return store.Missing(err, "directory", string(id))
	}
	if d.Status == identity.DirectoryConnected {
		return identity.Errorf(identity.CodeConflict, "directory %s is connected again: its records are in use", d.Name).
			WithHint("if it is to go for good, disconnect it first: roster directory disconnect %s", d.ID)
	}
	return accounts.CheckLeft(a.Tx, d) // a group that is not local yet would lose its members with their records
}

// present is the state of the parties and of whatever is linked to them by now.
func (a *applying) present() (State, error) {
	all, err := partiesOf(a.c.Plan.Expect).withLinks(a.Tx, a.org)
	if err != nil {
		return State{}, err
	}
	return readState(a.Tx, a.org, all)
}

func (a *applying) look() error {
	now, err := a.present()
	a.c.After = &now
	return err
}

// finish stores the end of a case and audits it, with the picture before.
func (a *applying) finish(action journal.Action, before *State) error {
	if err := a.save(); err != nil {
		return err
	}
	return journal.Audit(a.Tx, a.caller, a.org, action, fmt.Sprintf("%s/%d", a.row.RepairID, a.row.N), before, a.c.After)
}

// save stores how far the case is.
func (a *applying) save() error {
	before, err := document(a.c.Before)
	if err != nil {
		return err
	}
	after, err := document(a.c.After)
	if err != nil {
		return err
	}
	a.row.Status, a.row.Step, a.row.Note, a.row.Before, a.row.After, a.row.UpdatedBy = a.c.Status, a.c.Step, a.c.Note, before, after, a.caller.Actor
	return a.UpdateCase(a.row)
}

// stopCase notes why a case cannot go on. It can be applied again when the
// reason is gone.
func (s *Service) stopCase(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.RepairID, n int, refused *identity.Error) (out CaseResult, err error) {
	note := refused.Message
	if refused.Hint != "" {
		note += ". To fix this: " + refused.Hint
	}
	err = s.store.Update(ctx, func(tx *store.Tx) error {
		a, err := openCase(tx, c, org, id, n)
		if err != nil {
			return err
		}
		if isApplicable(a.c.Status) {
			a.c.Status, a.c.Note = store.CaseStopped, note
			if err := a.save(); err != nil {
				return err
			}
		}
		out = a.result()
		return nil
	})
	return out, err
}
