package repair

import (
	"context"
	"errors"
	"slices"

	"roster/internal/identity"
	"roster/internal/store"
)

// Undo brings the parties of at most limit cases back to what they were before
// the repair, one transaction a case, the last case first. A case whose parties
// changed since stays as it is, with the reason: an undo must not undo what
// others did. It gives the case to go on before, 0 at the end; before is 0 at
// the beginning.
func (s *Service) Undo(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.RepairID, before, limit int) (ApplyResult, int, error) {
	cases, next, err := s.lastCases(ctx, org, id, before, limit)
	if err != nil {
		return ApplyResult{}, 0, err
	}
	undoable := slices.DeleteFunc(cases, func(of Case) bool { return of.Before == nil }) // not begun: nothing to take back
	out, err := s.eachCase(ctx, org, id, undoable, isUndoable, func(n int) (CaseResult, error) { return s.undoCase(ctx, c, org, id, n) })
	return out, next, err
}

func isUndoable(status store.CaseStatus) bool {
	return status == store.CaseDone || status == store.CaseWaiting || status == store.CaseStopped
}

func (s *Service) undoCase(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.RepairID, n int) (out CaseResult, err error) {
	err = s.store.Update(ctx, func(tx *store.Tx) error {
		a, err := openCase(tx, c, org, id, n)
		if err != nil {
			return err
		}
		if !isUndoable(a.c.Status) || a.c.Before == nil {
			out = a.result()
			return nil
		}
		repaired := a.c.After
		if err := a.undo(); err != nil {
			return err
		}
		a.c.Status, a.c.Note = store.CaseUndone, ""
		out = a.result()
		return a.finish(ActionRepairUndone, repaired)
	})
	refused, ok := errors.AsType[*identity.Error](err)
	if !ok {
		return out, err
	}
	return s.keepCase(ctx, c, org, id, n, refused)
}

// undo restores the state before, if the parties are as the repair left them.
func (a *applying) undo() error {
	if err := partiesOf(*a.c.After).lock(a.Tx); err != nil {
		return err
	}
	now, err := a.present()
	if err != nil {
		return err
	}
	if changes := Diff(*a.c.After, now); len(changes) > 0 {
		return identity.Errorf(identity.CodeConflict, "this cannot be undone any more, as something changed since: %s", describeChanges(changes)).
			WithHint("put that back first, or repair it anew: roster diagnose")
	}
	if err := a.c.Before.restore(a.Tx, a.caller, a.org, now); err != nil {
		return err
	}
	a.c.Step = 0
	return a.look()
}

// keepCase notes why a case was not undone; its status stays.
func (s *Service) keepCase(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.RepairID, n int, refused *identity.Error) (out CaseResult, err error) {
	err = s.store.Update(ctx, func(tx *store.Tx) error {
		a, err := openCase(tx, c, org, id, n)
		if err != nil {
			return err
		}
		a.c.Note = "not undone: " + refused.Message
		out = a.result()
		a.row.Note = a.c.Note
		return a.UpdateCase(a.row)
	})
	return out, err
}
