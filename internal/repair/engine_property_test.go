package repair_test

import (
	"context"
	"testing"

	"pgregory.net/rapid"

	"roster/internal/repair"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

// TestApplyThenUndoIsNothing plans every finding of random histories, applies
// and undoes it: what can be observed is as it was, and no rule is broken on
// the way.
func TestApplyThenUndoIsNothing(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		m, repaired := newMachine(t, d), map[repair.FindingKind]int{}
		rapid.Check(t, func(t *rapid.T) {
			must(t, m.reset())
			draw := drawSteps(t)
			t.Repeat(map[string]func(*rapid.T){"step": func(t *rapid.T) {
				must(t, m.listAccounts())
				_ = m.run(draw(t)) // whatever it answers, it is history
			}})
			for _, org := range m.orgs {
				seen := map[repair.FindingKind]int{}
				for _, f := range m.findings(t, org) {
					if seen[f.Kind]++; seen[f.Kind] > 2 {
						continue // the same again takes time and tells nothing
					}
					for _, strategy := range f.Strategies {
						m.applyAndUndo(t, org, f, strategy)
						repaired[f.Kind]++
					}
				}
			}
		})
		t.Logf("repaired and undone: %v", repaired)
		if len(repaired) == 0 {
			t.Errorf("the histories hold too little to repair: %v", repaired)
		}
	})
}

func (m *machine) findings(t *rapid.T, org *tenanttest.Org) (found []repair.Finding) {
	_, err := m.Repair.Diagnose(context.Background(), org.ID, repair.DiagnoseQuery{}, func(f repair.Finding) error {
		found = append(found, f)
		return nil
	})
	must(t, err)
	return found
}

func (m *machine) applyAndUndo(t *rapid.T, org *tenanttest.Org, f repair.Finding, strategy repair.Strategy) {
	ctx, before := context.Background(), m.observed(t)
	planned, skipped, err := m.Repair.Plan(ctx, admin, org.ID, repair.PlanRequest{Strategy: strategy, Findings: []string{f.ID}})
	if err != nil {
		t.Fatalf("plan %s with %s: %v %+v", f.ID, strategy, err, skipped)
	}
	applied, _, err := m.Repair.Apply(ctx, admin, org.ID, planned.ID, 0, 10)
	must(t, err)
	checkInvariants(t, m)
	result := applied.Cases[0]
	switch result.Status {
	case store.CaseStopped:
		if strategy == repair.StrategyAtomic && before != m.observed(t) {
			t.Fatalf("%s stopped (%s) and changed something:\n%s", f.ID, result.Note, lineDiff(before, m.observed(t)))
		}
	case store.CaseDone, store.CaseWaiting:
	default:
		t.Fatalf("%s is %s: %s", f.ID, result.Status, result.Note)
	}
	undone, _, err := m.Repair.Undo(ctx, admin, org.ID, planned.ID, 0, 10)
	must(t, err)
	checkInvariants(t, m)
	if result.Status != store.CaseStopped && undone.Cases[0].Status != store.CaseUndone {
		t.Fatalf("%s with %s was not undone: %s", f.ID, strategy, undone.Cases[0].Note)
	}
	if now := m.observed(t); now != before {
		t.Fatalf("%s with %s left a difference:\n%s", f.ID, strategy, lineDiff(before, now))
	}
}

// observed is what anybody can see of the machine's deployment.
func (m *machine) observed(t *rapid.T) string {
	dump, err := m.db.dump(observedTables)
	must(t, err)
	return observable(dump)
}
