package repair_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/identity"
	"roster/internal/repair"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

// merged is an org whose people have an old account each beside the synced one.
func merged(d *tenanttest.Deployment, people ...string) (x *tangle, pairs []repair.EmailPair) {
	x = newTangle(d)
	for _, name := range people {
		x.Account(name + "@old.example")
		x.entra.Push(name + "@new.example")
		pairs = append(pairs, repair.EmailPair{Old: name + "@old.example", New: name + "@new.example"})
	}
	return x, pairs
}

// A plan is sent in parts, by several at once and again after a lost answer:
// each person has one case, and nothing is applied before the plan is complete.
func TestPlanInParts(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		ctx := t.Context()
		x, pairs := merged(d, "ada", "bob", "cy", "dan")
		pairs = append(pairs, repair.EmailPair{Old: "nobody@old.example", New: "nobody@new.example"})
		opened, err := d.Repair.OpenRepair(ctx, admin, x.ID, "merger", repair.StrategyAtomic)
		tenanttest.Accepted(t, err)
		add := func(pairs ...repair.EmailPair) (int, []repair.Skipped, error) {
			return d.Repair.AddCases(ctx, admin, x.ID, opened.ID, repair.PlanRequest{Emails: pairs})
		}

		_, err = d.Repair.Seal(ctx, admin, x.ID, opened.ID)
		tenanttest.RefusedBy(t, err, "", identity.CodeConflict) // it has no cases
		added, _, err := add(pairs[0])
		if err != nil || added != 1 {
			t.Errorf("first part: %d added, %v", added, err)
		}
		_, _, err = d.Repair.Apply(ctx, admin, x.ID, opened.ID, 0, 10)
		tenanttest.RefusedBy(t, err, "", identity.CodeConflict) // it is open
		accepted(t, together(4, func(i int) error {
			_, _, err := add(pairs[i%3 : i%3+2]...)
			return err
		}))
		added, skipped, err := add(pairs...)
		tenanttest.Accepted(t, err)
		if diff := cmp.Diff([]repair.Skipped{{What: "nobody@old.example to nobody@new.example", Reason: "this organization manages no account with the address nobody@old.example"}}, skipped); diff != "" || added > 0 {
			t.Errorf("the whole again: %d added, skipped (-want +got):\n%s", added, diff)
		}
		for range 2 {
			sealed, err := d.Repair.Seal(ctx, admin, x.ID, opened.ID)
			tenanttest.Accepted(t, err)
			if sealed.State != store.RepairSealed {
				t.Errorf("sealed: %+v", sealed)
			}
		}
		_, _, err = add(pairs[0])
		tenanttest.RefusedBy(t, err, "", identity.CodeConflict)
		tenanttest.RefusedBy(t, d.Repair.Discard(ctx, admin, x.ID, opened.ID), "", identity.CodeConflict)
		got := x.apply(opened)
		x.mustEnd(got, store.CaseDone)
		if len(got) != 4 {
			t.Errorf("%d cases for 4 people", len(got))
		}
		d.Check()
	})
}

func TestOpenRepairOfAnotherOrg(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		ctx := t.Context()
		x, pairs := merged(d, "ada")
		other := d.Org("other.example")
		opened, err := d.Repair.OpenRepair(ctx, admin, x.ID, "merger", repair.StrategyCookbook)
		tenanttest.Accepted(t, err)
		for name, call := range map[string]func() error{
			"add": func() error {
				_, _, err := d.Repair.AddCases(ctx, admin, other.ID, opened.ID, repair.PlanRequest{Emails: pairs})
				return err
			},
			"seal":    func() error { _, err := d.Repair.Seal(ctx, admin, other.ID, opened.ID); return err },
			"discard": func() error { return d.Repair.Discard(ctx, admin, other.ID, opened.ID) },
		} {
			if err := call(); identity.CodeOf(err) != identity.CodeNotFound {
				t.Errorf("%s: %v", name, err)
			}
		}
		tenanttest.Accepted(t, d.Repair.Discard(ctx, admin, x.ID, opened.ID))
		if _, err := d.Repair.Repair(ctx, x.ID, opened.ID); identity.CodeOf(err) != identity.CodeNotFound {
			t.Errorf("a discarded repair: %v", err)
		}
	})
}

// A mapping that names an address twice is refused whole.
func TestMappingNamesEachAddressOnce(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		x, pairs := merged(d, "ada", "bob")
		for name, wrong := range map[string][]repair.EmailPair{
			"a line twice":             {pairs[0], pairs[1], pairs[0]},
			"two new addresses":        {pairs[0], {Old: "ADA@old.example", New: "third@new.example"}},
			"one's new, another's old": {pairs[0], {Old: "ada@new.example", New: "third@new.example"}},
			"into itself":              {{Old: "ada@old.example", New: "ada@old.example"}},
		} {
			_, _, err := d.Repair.Plan(context.Background(), admin, x.ID, repair.PlanRequest{Strategy: repair.StrategyAtomic, Emails: wrong})
			if identity.CodeOf(err) != identity.CodeInvalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		repairs, _, err := d.Repair.Repairs(context.Background(), x.ID, store.Page{})
		if err != nil || len(repairs) > 0 {
			t.Errorf("repairs: %v, %v", repairs, err)
		}
	})
}
