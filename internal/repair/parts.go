package repair

import (
	"context"
	"errors"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/store"
)

// MaxPart bounds the findings or pairs that [Service.AddCases] takes at once.
const MaxPart = peoplePerTransaction

// OpenRepair makes a repair without cases, which are added in parts. It cannot
// be applied before it is sealed.
func (s *Service) OpenRepair(ctx context.Context, c identity.Caller, org identity.OrgID, title string, strategy Strategy) (opened store.Repair, err error) {
	opened = store.Repair{
		OrgID: org, ID: identity.RepairID(identity.NewUUID()), Title: title, Strategy: string(strategy), CreatedBy: c.Actor, State: store.RepairOpen,
	}
	err = s.store.Update(ctx, func(tx *store.Tx) error {
		if _, err := tx.Org(org); err != nil {
			return store.Missing(err, "organization", string(org))
		}
		if opened, err = tx.InsertRepair(opened); err != nil {
			return err
		}
		return journal.Audit(tx, c, org, ActionRepairPlanned, string(opened.ID), nil, map[string]any{"title": title, "strategy": strategy})
	})
	return opened, err
}

// AddCases plans findings or pairs of addresses, at most [MaxPart], into an
// open repair. They are one transaction, but for findings about many people,
// whose cases are stored as those of [Service.Plan]. What has a case in it already keeps
// that, so a part whose answer was lost is sent again. It gives how many cases
// are new, and what cannot be planned with the reason.
func (s *Service) AddCases(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.RepairID, r PlanRequest) (added int, skipped []Skipped, err error) {
	if len(r.Findings)+len(r.Emails) > MaxPart {
		return 0, nil, identity.Errorf(identity.CodeInvalid, "at most %d findings or pairs of addresses can be added at once", MaxPart).WithHint("send them in several parts")
	}
	if err := checkPairs(r.Emails); err != nil {
		return 0, nil, err
	}
	p, err := s.Repair(ctx, org, id)
	if err != nil {
		return 0, nil, err
	}
	b := &planning{service: s, ctx: ctx, caller: c, org: org, repair: id}
	r.Strategy = Strategy(p.Strategy)
	err = b.plan(r)
	return b.added, b.skipped, err
}

// Seal ends the planning of a repair, which can be applied from then on. One
// that is sealed already stays so.
func (s *Service) Seal(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.RepairID) (sealed store.Repair, err error) {
	err = s.store.Update(ctx, func(tx *store.Tx) error {
		if sealed, err = findRepair(tx.LockRepair, org, id); err != nil || sealed.State == store.RepairSealed {
			return err
		}
		cases, err := tx.LastCase(org, id)
		if err != nil {
			return err
		}
		if cases == 0 {
			return identity.Errorf(identity.CodeConflict, "repair %s has no cases", id).
				WithHint("add some, or discard it: roster repair discard %s", id)
		}
		sealed.State = store.RepairSealed
		if err := tx.SealRepair(org, id); err != nil {
			return err
		}
		return journal.Audit(tx, c, org, ActionRepairSealed, string(id), map[string]any{"state": store.RepairOpen}, map[string]any{"state": store.RepairSealed, "cases": cases})
	})
	return sealed, err
}

// Discard forgets a repair that was never sealed, with its cases. None of them
// was applied.
func (s *Service) Discard(ctx context.Context, c identity.Caller, org identity.OrgID, id identity.RepairID) error {
	return s.store.Update(ctx, func(tx *store.Tx) error {
		r, err := lockOpen(tx, org, id)
		if err != nil {
			return err
		}
		if err := tx.DeleteRepair(org, id); err != nil {
			return err
		}
		return journal.Audit(tx, c, org, ActionRepairDiscarded, string(id), map[string]any{"title": r.Title, "strategy": r.Strategy}, nil)
	})
}

func lockOpen(tx *store.Tx, org identity.OrgID, id identity.RepairID) (store.Repair, error) {
	r, err := findRepair(tx.LockRepair, org, id)
	if err == nil && r.State != store.RepairOpen {
		err = identity.Errorf(identity.CodeConflict, "repair %s is sealed: its plan stays as it is", id).
			WithHint("plan another repair for what is missing: roster diagnose")
	}
	return r, err
}

// checkSealed refuses to run a repair whose plan may be incomplete.
func (s *Service) checkSealed(ctx context.Context, org identity.OrgID, id identity.RepairID) error {
	r, err := s.Repair(ctx, org, id)
	if err == nil && r.State != store.RepairSealed {
		err = identity.Errorf(identity.CodeConflict, "repair %s is open: parts of its plan may be missing", id).
			WithHint("send the rest (roster repair email --map FILE --resume %s), or make do with what it has: roster repair seal %s", id, id)
	}
	return err
}

// adding is one transaction that adds cases to an open repair.
type adding struct {
	*store.Tx
	caller   identity.Caller
	org      identity.OrgID
	repair   identity.RepairID
	strategy Strategy
	last     int // number of the last case
	added    int
	skipped  []Skipped
}

// lock keeps others from adding or sealing meanwhile.
func (a *adding) lock(id identity.RepairID) (err error) {
	if _, err := lockOpen(a.Tx, a.org, id); err != nil {
		return err
	}
	a.repair = id
	a.last, err = a.LastCase(a.org, id)
	return err
}

func (a *adding) all(batch []toPlan) error {
	for _, one := range batch {
		err := a.one(one)
		if refused, ok := errors.AsType[*identity.Error](err); ok {
			a.skipped = append(a.skipped, Skipped{What: one.name, Reason: refused.Message})
			continue
		}
		if err != nil {
			return err
		}
	}
	if a.added == 0 {
		return nil
	}
	return journal.Audit(a.Tx, a.caller, a.org, ActionRepairCasesAdded, string(a.repair), nil, map[string]any{"cases": a.added, "skipped": len(a.skipped)})
}

func (a *adding) one(wanted toPlan) error {
	f, err := wanted.finding(a.Tx)
	if err != nil {
		return err
	}
	key := wanted.key(f)
	if _, err = a.CaseOf(a.org, a.repair, key); !errors.Is(err, store.ErrNotFound) {
		return err // it is planned already
	}
	p, err := wanted.plan(a.Tx, a.org, f, a.strategy)
	if err != nil {
		return err
	}
	plan, err := document(p)
	if err != nil {
		return err
	}
	a.last++
	a.added++
	return a.InsertCase(store.RepairCase{
		OrgID: a.org, RepairID: a.repair, N: a.last, Finding: key, Plan: plan, Status: store.CasePlanned, UpdatedBy: a.caller.Actor,
		Before: []byte("null"), After: []byte("null"),
	})
}
