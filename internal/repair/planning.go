package repair

import (
	"context"
	"errors"
	"fmt"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/store"
)

// planning makes the cases of one repair, a batch in each transaction, so that
// a merger of many people holds nobody up.
type planning struct {
	service *Service
	ctx     context.Context //nolint:containedctx // lives within Plan
	caller  identity.Caller
	org     identity.OrgID
	request PlanRequest
	repair  store.Repair
	batch   []func(*store.Tx) (Plan, error)
	names   []string // of the batch, for what is skipped
	people  int      // in the batch
	n       int      // cases stored
	skipped []Skipped
}

func (b *planning) begin() error {
	return b.service.store.Update(b.ctx, func(tx *store.Tx) error {
		if _, err := tx.Org(b.org); err != nil {
			return store.Missing(err, "organization", string(b.org))
		}
		var err error
		if b.repair, err = tx.InsertRepair(b.repair); err != nil {
			return err
		}
		return journal.Audit(tx, b.caller, b.org, ActionRepairPlanned, string(b.repair.ID), nil, map[string]any{"title": b.repair.Title, "strategy": b.repair.Strategy})
	})
}

func (b *planning) plan() error {
	var err error
	switch {
	case len(b.request.Emails) > 0:
		err = b.fromEmails()
	case len(b.request.Findings) > 0:
		err = b.fromFindings()
	default:
		err = b.fromKinds()
	}
	return errors.Join(err, b.flush())
}

func (b *planning) fromEmails() error {
	for _, pair := range b.request.Emails {
		err := b.add(pair.Old+" to "+pair.New, func(tx *store.Tx) (Plan, error) {
			f, err := findingOfPair(tx, b.org, pair)
			if err != nil {
				return Plan{}, err
			}
			return newPlan(tx, b.org, f, b.request.Strategy)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *planning) fromFindings() error {
	for _, id := range b.request.Findings {
		if kind, _, _ := parseFindingID(id); manyOf[kind] != nil {
			if err := b.fromFindingOfMany(id); err != nil {
				return err
			}
			continue
		}
		err := b.add(id, func(tx *store.Tx) (Plan, error) {
			f, err := findingByID(tx, b.org, id)
			if err != nil {
				return Plan{}, err
			}
			return newPlan(tx, b.org, f, b.request.Strategy)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// fromKinds plans every finding of some kinds that is certain enough.
func (b *planning) fromKinds() error {
	_, err := b.service.Diagnose(b.ctx, b.org, DiagnoseQuery{Kinds: b.request.Kinds}, func(f Finding) error {
		if f.Confidence < b.request.MinConfidence {
			return nil
		}
		if manyOf[f.Kind] != nil {
			return b.addParts(f)
		}
		return b.add(f.ID, func(tx *store.Tx) (Plan, error) { return newPlan(tx, b.org, f, b.request.Strategy) })
	})
	return err
}

func (b *planning) add(name string, plan func(*store.Tx) (Plan, error)) error {
	return b.addWeighing(1, name, plan)
}

// addWeighing is add for a case of several people.
func (b *planning) addWeighing(people int, name string, plan func(*store.Tx) (Plan, error)) error {
	b.batch, b.names, b.people = append(b.batch, plan), append(b.names, name), b.people+people
	if b.people < peoplePerTransaction {
		return nil
	}
	return b.flush()
}

// flush stores the cases of the batch. A refusal of one is its own; any other
// failure is that of all.
func (b *planning) flush() error {
	n, skipped := b.n, b.skipped
	err := b.service.store.Update(b.ctx, func(tx *store.Tx) error {
		n, skipped = b.n, b.skipped // anew, in case the transaction runs again
		for i, plan := range b.batch {
			p, err := plan(tx)
			if refused, ok := errors.AsType[*identity.Error](err); ok {
				skipped = append(skipped, Skipped{What: b.names[i], Reason: refused.Message})
				continue
			}
			if err != nil {
				return err
			}
			n++
			if err := b.insert(tx, n, p); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		b.n, b.skipped = n, skipped
	}
	b.batch, b.names, b.people = b.batch[:0], b.names[:0], 0
	return err
}

func (b *planning) insert(tx *store.Tx, n int, p Plan) error {
	plan, err := document(p)
	if err != nil {
		return err
	}
	return tx.InsertCase(store.RepairCase{
		OrgID: b.org, RepairID: b.repair.ID, N: n, Finding: p.Finding, Plan: plan, Status: store.CasePlanned, UpdatedBy: b.caller.Actor,
		Before: []byte("null"), After: []byte("null"),
	})
}

// abandon forgets a repair that could not be planned.
func (b *planning) abandon(ctx context.Context) error {
	return b.service.store.Update(ctx, func(tx *store.Tx) error { return tx.DeleteRepair(b.org, b.repair.ID) })
}

// findingOfPair is the finding about a person whose old and new address an
// administrator gives: the old address's account is the right one.
func findingOfPair(tx *store.Tx, org identity.OrgID, pair EmailPair) (Finding, error) {
	right, err := partyByEmail(tx, org, pair.Old)
	if err != nil {
		return Finding{}, err
	}
	wrong, err := partyByEmail(tx, org, pair.New)
	if err != nil {
		return Finding{}, err
	}
	given := Evidence{Fact: fmt.Sprintf("the mapping says that %s became %s", pair.Old, pair.New), Weight: maxConfidence}
	if len(right.links) == 0 && len(wrong.links) > 0 {
		u, err := tx.SCIMUser(wrong.links[0].DirectoryID, wrong.links[0].SCIMUserID)
		if err != nil {
			return Finding{}, err
		}
		f := wrongAccountFinding(right.Account, wrong.Account, candidate{SCIMUser: u})
		f.Evidence, f.Confidence = []Evidence{given}, maxConfidence
		return f, nil
	}
	for _, l := range right.links {
		f, err := refusedOne(KindEmailConflict)(tx, org, []string{string(l.DirectoryID), string(l.SCIMUserID)})
		if errors.Is(err, store.ErrNotFound) {
			f, err = refusedOne(KindEmailHeld)(tx, org, []string{string(l.DirectoryID), string(l.SCIMUserID)})
		}
		if err == nil && f.WrongAccount == wrong.ID {
			f.Evidence, f.Confidence = append([]Evidence{given}, f.Evidence...), maxConfidence
			return f, nil
		}
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return f, err
		}
	}
	return Finding{}, pairWithoutProblem(right, wrong)
}

func pairWithoutProblem(right, wrong party) error {
	if len(right.links) > 0 {
		return identity.Errorf(identity.CodeConflict, "%s is synced, and its directory has not asked for %s: no update was refused", right.Email.Address, wrong.Email.Address).
			WithHint("push the person from the identity provider first; if both accounts are synced, unlink both and plan again")
	}
	return identity.Errorf(identity.CodeConflict, "neither %s nor %s is synced", right.Email.Address, wrong.Email.Address).
		WithHint("set the emails by hand: roster email set")
}

func partyByEmail(tx *store.Tx, org identity.OrgID, address string) (party, error) {
	email, err := identity.ParseEmail(address)
	if err != nil {
		return party{}, err
	}
	unknown := identity.Errorf(identity.CodeNotFound, "this organization manages no account with the address %s", email.Address)
	holder, err := tx.AccountByEmail(email)
	if errors.Is(err, store.ErrNotFound) {
		return party{}, unknown
	}
	if err != nil {
		return party{}, err
	}
	a, err := accounts.FindManaged(tx, org, holder.ID, tx.Account)
	if code := identity.CodeOf(err); code == identity.CodeNotFound || code == identity.CodeForbidden {
		return party{}, unknown
	}
	return party{a.Account, a.Links, true}, err
}
