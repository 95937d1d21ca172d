package repair_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/identity"
	"roster/internal/repair"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

// waitsFor checks that a repair's one case waits for the identity provider,
// however often it is applied.
func (t *tangle) waitsFor(r store.Repair, text string) {
	t.TB.Helper()
	for range 2 {
		got := t.apply(r)
		t.mustEnd(got, store.CaseWaiting)
		if !strings.Contains(got[0].Note, text) {
			t.TB.Errorf("it waits for %q, not %q", got[0].Note, text)
		}
	}
}

func TestCookbookOfAWaitsForThePushAndIsUndone(t *testing.T) {
	t.Parallel()
	for _, elsewhere := range []bool{false, true} {
		t.Run(map[bool]string{false: "in one directory", true: "in two directories"}[elsewhere], func(t *testing.T) {
			t.Parallel()
			tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
				x := conflict(d, elsewhere)
				before := observe(d)
				r := x.plan(repair.StrategyCookbook, x.only().ID)

				x.waitsFor(r, "push "+newAddress+" again")
				if got := d.AccountNow(x.right).Email.Address; got != oldAddress {
					t.Errorf("the right account has %s before the push", got)
				}
				_, err := x.entra.SetEmail(x.record, newAddress)
				tenanttest.Accepted(t, err)
				x.mustEnd(x.apply(r), store.CaseDone)
				if got := d.AccountNow(x.right).Email.Address; got != newAddress {
					t.Errorf("the right account has %s", got)
				}
				if left := x.findings(); len(left) > 0 {
					t.Errorf("findings after the repair: %+v", left)
				}
				d.Check()

				x.mustEnd(x.undo(r), store.CaseUndone)
				if diff := cmp.Diff(before, observe(d)); diff != "" {
					t.Errorf("the undo left a difference:\n%s", diff)
				}
				d.Check()
			})
		})
	}
}

func TestCookbookOfBWaitsForTheNewRecord(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		x := wrongAccount(d, false)
		r := x.plan(repair.StrategyCookbook, x.only().ID)
		x.waitsFor(r, "unassign "+newAddress)
		_, err := x.entra.Set(x.record, "active", "true") // a force push
		tenanttest.Refused(t, err, 404, "force push")
		x.waitsFor(r, "unassign "+newAddress)

		again := x.entra.Push(newAddress)
		x.mustEnd(x.apply(r), store.CaseDone)
		if got := x.entra.User(again.ID).AccountID; got != x.right {
			t.Errorf("the new record is linked to %s", got)
		}
		if got := x.Members("Staff"); !slices.Equal(got, []identity.AccountID{x.right}) {
			t.Errorf("members of Staff: %v", got)
		}
		if left := x.findings(); len(left) > 0 {
			t.Errorf("findings after the repair: %+v", left)
		}
		d.Check()

		// The identity provider uses the new record by now: the old one cannot
		// come back beside it, and the undo says so and changes nothing.
		repaired := observe(d)
		got := x.undo(r)
		x.mustEnd(got, store.CaseDone)
		if !strings.Contains(got[0].Note, "the userName "+newAddress+" has passed to another") {
			t.Errorf("the undo is refused with %q", got[0].Note)
		}
		if diff := cmp.Diff(repaired, observe(d)); diff != "" {
			t.Errorf("a refused undo changed something:\n%s", diff)
		}
	})
}

func TestCookbookIsUndoneWhileItWaits(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		x := wrongAccount(d, true)
		before := observe(d)
		r := x.plan(repair.StrategyCookbook, x.only().ID)
		x.mustEnd(x.apply(r), store.CaseWaiting)
		x.mustEnd(x.undo(r), store.CaseUndone)
		if diff := cmp.Diff(before, observe(d)); diff != "" {
			t.Errorf("the undo left a difference:\n%s", diff)
		}
		d.Check()
	})
}

// What somebody else changed while a case waited is not taken back with it.
func TestUndoLeavesWhatChangedWhileACaseWaited(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		x := wrongAccount(d, false)
		r := x.plan(repair.StrategyCookbook, x.only().ID)
		x.mustEnd(x.apply(r), store.CaseWaiting)
		tenanttest.Accepted(t, d.Accounts.Disable(t.Context(), admin, x.ID, x.wrong, "left"))
		x.mustEnd(x.apply(r), store.CaseWaiting) // looks, and does nothing
		got := x.undo(r)
		x.mustEnd(got, store.CaseWaiting)
		if !strings.Contains(got[0].Note, "status was") || d.AccountNow(x.wrong).Status != identity.AccountInactive {
			t.Errorf("undone over another's change: %+v", got)
		}
	})
}
