package repair

import (
	"context"
	"errors"
	"fmt"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/store"
)

// maxPlanned bounds the problems that one call plans. More are planned in parts.
const maxPlanned = 1000

// peoplePerTransaction bounds whose cases are stored in one transaction.
const peoplePerTransaction = 200

// planning adds cases to an open repair, a batch in each transaction, so that a
// merger of many people holds nobody up.
type planning struct {
	service  *Service
	ctx      context.Context //nolint:containedctx // lives within Plan
	caller   identity.Caller
	org      identity.OrgID
	repair   identity.RepairID
	strategy Strategy
	batch    []toPlan
	people   int // in the batch
	added    int
	skipped  []Skipped
}

// toPlan is one case that is wanted.
type toPlan struct {
	name    string // for what is skipped
	finding func(*store.Tx) (Finding, error)
	of      *part // of those whom a finding about many concerns; nil for one about a person
}

// key names the case within its repair: however often it is wanted, it is there
// once.
func (t toPlan) key(f Finding) string {
	if t.of == nil {
		return f.ID
	}
	return f.ID + "#" + t.of.after
}

func (t toPlan) plan(tx *store.Tx, org identity.OrgID, f Finding, strategy Strategy) (Plan, error) {
	if t.of == nil {
		return newPlan(tx, org, f, strategy)
	}
	return newPartPlan(tx, org, f, strategy, *t.of)
}

// known is a finding that was read before.
func known(f Finding) func(*store.Tx) (Finding, error) {
	return func(*store.Tx) (Finding, error) { return f, nil }
}

func (b *planning) plan(r PlanRequest) error {
	b.strategy = r.Strategy
	var err error
	switch {
	case len(r.Emails) > 0:
		err = b.fromEmails(r.Emails)
	case len(r.Findings) > 0:
		err = b.fromFindings(r.Findings)
	default:
		err = b.fromKinds(r)
	}
	return errors.Join(err, b.flush())
}

func (b *planning) fromEmails(pairs []EmailPair) error {
	for _, pair := range pairs {
		find := func(tx *store.Tx) (Finding, error) { return findingOfPair(tx, b.org, pair) }
		if err := b.add(toPlan{name: pair.Old + " to " + pair.New, finding: find}); err != nil {
			return err
		}
	}
	return nil
}

func (b *planning) fromFindings(ids []string) error {
	for _, id := range ids {
		if kind, _, _ := parseFindingID(id); manyOf[kind] != nil {
			if err := b.fromFindingOfMany(id); err != nil {
				return err
			}
			continue
		}
		find := func(tx *store.Tx) (Finding, error) { return findingByID(tx, b.org, id) }
		if err := b.add(toPlan{name: id, finding: find}); err != nil {
			return err
		}
	}
	return nil
}

// fromKinds plans every finding of some kinds that is certain enough.
func (b *planning) fromKinds(r PlanRequest) error {
	problems := 0
	_, err := b.service.Diagnose(b.ctx, b.org, DiagnoseQuery{Kinds: r.Kinds}, func(f Finding) error {
		if f.Confidence < r.MinConfidence {
			return nil
		}
		if problems++; problems > maxPlanned {
			return identity.Errorf(identity.CodeInvalid, "there are more than %d problems, which are too many for one call", maxPlanned).
				WithHint("plan them in parts, as roster repair plan --kind KIND does, or raise minConfidence")
		}
		if manyOf[f.Kind] != nil {
			return b.addParts(f)
		}
		return b.add(toPlan{name: f.ID, finding: known(f)})
	})
	return err
}

func (b *planning) add(one toPlan) error {
	b.batch = append(b.batch, one)
	b.people++
	if one.of != nil {
		b.people += len(one.of.accounts) - 1
	}
	if b.people < peoplePerTransaction {
		return nil
	}
	return b.flush()
}

// flush stores the cases of the batch. A refusal of one is its own; any other
// failure is that of all.
func (b *planning) flush() error {
	if len(b.batch) == 0 {
		return nil
	}
	var cases int
	var skipped []Skipped
	err := b.service.store.Update(b.ctx, func(tx *store.Tx) (err error) {
		a := &adding{Tx: tx, caller: b.caller, org: b.org, strategy: b.strategy}
		if err := a.lock(b.repair); err != nil {
			return err
		}
		err = a.all(b.batch)
		cases, skipped = a.added, a.skipped
		return err
	})
	if err == nil {
		b.added, b.skipped = b.added+cases, append(b.skipped, skipped...)
	}
	b.batch, b.people = nil, 0
	return err
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
