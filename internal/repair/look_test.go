package repair_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/identity"
	"roster/internal/repair"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

func (t *tangle) look(r store.Repair) repair.Standing {
	t.TB.Helper()
	found, err := t.Repair.Look(t.TB.Context(), t.ID, r.ID, 1)
	tenanttest.Accepted(t.TB, err)
	return found
}

// What a look says is what happens then: to a case that is applied, waits, is
// done, and meets others' changes.
func TestLookTellsHowACaseStands(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		x := conflict(d, false)
		r := x.plan(repair.StrategyCookbook, x.only().ID)
		if got := x.look(r); got.Solved || got.Arrived || len(got.Changed) > 0 {
			t.Errorf("planned: %+v", got)
		}
		x.mustEnd(x.apply(r), store.CaseWaiting)
		if got := x.look(r); got.Solved || got.Arrived || len(got.Changed) > 0 {
			t.Errorf("waiting: %+v", got)
		}
		before := observe(d)
		x.look(r)
		if diff := cmp.Diff(before, observe(d)); diff != "" {
			t.Errorf("a look changed something:\n%s", diff)
		}
		_, err := x.entra.SetEmail(x.record, newAddress)
		tenanttest.Accepted(t, err)
		if got := x.look(r); !got.Arrived {
			t.Error("the push has not arrived")
		}
		x.mustEnd(x.apply(r), store.CaseDone)
		if got := x.look(r); got.Arrived || !got.Solved || len(got.Changed) > 0 {
			t.Errorf("done: %+v", got)
		}
		x.entra.PushGroup("Later", x.record)
		got := x.look(r)
		if len(got.Changed) != 1 || got.Changed[0].Field != "groups" {
			t.Errorf("changed by others: %+v", got.Changed)
		}
		x.mustEnd(x.undo(r), store.CaseDone) // it stays
	})
}

func TestRehearsalIsWhatPlanAndPreviewSay(t *testing.T) {
	t.Parallel()
	for _, c := range tangles {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
				x := c.make(d)
				before := observe(d)
				for _, strategy := range []repair.Strategy{repair.StrategyAtomic, repair.StrategyCookbook} {
					got, err := x.Repair.Rehearse(t.Context(), admin, x.ID, x.only().ID, strategy)
					tenanttest.Accepted(t, err)
					if diff := cmp.Diff(before, observe(d)); diff != "" {
						t.Fatalf("the rehearsal changed something:\n%s", diff)
					}
					planned := x.plan(strategy, x.only().ID)
					want, err := x.Repair.Preview(t.Context(), admin, x.ID, planned.ID, 1)
					tenanttest.Accepted(t, err)
					if diff := cmp.Diff(want.Plan, got.Plan); diff != "" {
						t.Errorf("%s plan (-planned +rehearsed):\n%s", strategy, diff)
					}
					if diff := cmp.Diff(repair.Diff(*want.Before, *want.After), repair.Diff(*got.Before, *got.After)); diff != "" {
						t.Errorf("%s picture (-preview +rehearsed):\n%s", strategy, diff)
					}
				}
			})
		})
	}
}

func TestRehearsalSaysWhatWouldStopIt(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		x := wrongAccount(d, false)
		_, err := x.Repair.Rehearse(t.Context(), admin, x.ID, "unlinked~"+string(x.entra.ID)+"~nobody", repair.StrategyAtomic)
		tenanttest.RefusedBy(t, err, "", identity.CodeNotFound)
		people, err := x.Repair.People(t.Context(), x.ID, x.only())
		tenanttest.Accepted(t, err)
		if len(people.Accounts) != 2 || len(people.Records) != 1 || people.Account(x.right) == nil {
			t.Errorf("people: %+v", people)
		}
	})
}
