package repair_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/identity"
	"roster/internal/repair"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

func TestApplyStopsWhenSomethingChangedSinceThePlan(t *testing.T) {
	t.Parallel()
	rename := func(email string) func(*tangle) error {
		return func(x *tangle) error {
			_, err := x.okta.SetEmail(x.recordIn(x.okta), email)
			return err
		}
	}
	cases := []struct {
		name         string
		make         func(*tenanttest.Deployment) *tangle
		change, back func(*tangle) error
		note         string
	}{
		{
			"an administrator disabled the wrong account", func(d *tenanttest.Deployment) *tangle { return wrongAccount(d, false) },
			func(x *tangle) error {
				return x.Accounts.Disable(context.Background(), admin, x.ID, x.right, "left")
			},
			func(x *tangle) error { return x.Accounts.Enable(context.Background(), admin, x.ID, x.right) },
			`status was "active" and is "inactive"`,
		},
		{
			"the identity provider renamed the second user", func(d *tenanttest.Deployment) *tangle { return conflict(d, true) },
			rename("other@new.example"), rename(newAddress),
			`email was "` + newAddress + `" and is "other@new.example"`,
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
				x := c.make(d)
				r := x.plan(repair.StrategyAtomic, x.only().ID)
				tenanttest.Accepted(t, c.change(x))
				changed := observe(d)
				got := x.apply(r)
				x.mustEnd(got, store.CaseStopped)
				if !strings.Contains(got[0].Note, "changed since the plan") || !strings.Contains(got[0].Note, c.note) {
					t.Errorf("it stopped with %q", got[0].Note)
				}
				if diff := cmp.Diff(changed, observe(d)); diff != "" {
					t.Errorf("a stopped case changed something:\n%s", diff)
				}
				tenanttest.Accepted(t, c.back(x))
				x.mustEnd(x.apply(r), store.CaseDone)
				d.Check()
			})
		})
	}
}

// recordIn gives the one record of a directory.
func (t *tangle) recordIn(dir *tenanttest.Directory) identity.SCIMUserID {
	t.TB.Helper()
	records, _, err := t.Repair.Records(context.Background(), t.ID, dir.ID, store.SCIMUserFilter{}, store.Page{})
	tenanttest.Accepted(t.TB, err)
	if len(records) != 1 {
		t.TB.Fatalf("%d records in %s", len(records), dir.ID)
	}
	return records[0].ID
}

// Operators who apply, or undo, one repair at the same time do it once.
func TestTwoOperatorsAtOnce(t *testing.T) {
	t.Parallel()
	for _, strategy := range []repair.Strategy{repair.StrategyAtomic, repair.StrategyCookbook} {
		t.Run(string(strategy), func(t *testing.T) {
			t.Parallel()
			tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
				x := wrongAccount(d, true)
				before := observe(d)
				r := x.plan(strategy, x.only().ID)
				for _, run := range []struct {
					call   func(context.Context, identity.Caller, identity.OrgID, identity.RepairID, int, int) (repair.ApplyResult, int, error)
					action string
				}{{d.Repair.Apply, string(repair.ActionRepairApplied)}, {d.Repair.Undo, string(repair.ActionRepairUndone)}} {
					answers := together(6, func(int) error {
						_, _, err := run.call(context.Background(), admin, x.ID, r.ID, 0, 100)
						return err
					})
					if accepted(t, answers) != len(answers) {
						t.Errorf("answers: %v", errors.Join(answers...))
					}
					once := map[string]int{}
					for _, e := range x.Audit() {
						once[e.Action]++
					}
					if n := once[run.action]; n > 1 || (n == 0 && strategy == repair.StrategyAtomic) {
						t.Errorf("%s is audited %d times", run.action, n)
					}
					if n := once[string(repair.ActionRecordsDeleted)]; n > 2 {
						t.Errorf("%d records were deleted, of 2", n)
					}
				}
				if diff := cmp.Diff(before, observe(d)); diff != "" {
					t.Errorf("applied and undone at once, it left a difference:\n%s", diff)
				}
				d.Check()
			})
		})
	}
}

// An identity provider that writes while a repair is applied finds it before
// or after, never half way.
func TestIdentityProviderWritesWhileARepairIsApplied(t *testing.T) {
	t.Parallel()
	for _, c := range tangles {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
				x := c.make(d)
				before := observe(d)
				r := x.plan(repair.StrategyAtomic, x.only().ID)
				var out repair.ApplyResult
				answers := together(5, func(i int) (err error) {
					switch i {
					case 0:
						out, _, err = d.Repair.Apply(context.Background(), admin, x.ID, r.ID, 0, 100)
					case 1:
						_, err = x.entra.SetEmail(x.record, newAddress)
					default:
						_, err = x.entra.Set(x.record, "title", `"Chief"`)
					}
					return err
				})
				accepted(t, answers)
				d.Check()
				switch status := out.Cases[0].Status; status {
				case store.CaseDone:
					if got := d.AccountNow(x.right).Email.Address; got != newAddress {
						t.Errorf("the right account has %s", got)
					}
				case store.CaseStopped:
					if !strings.Contains(out.Cases[0].Note, "attributes was") {
						t.Errorf("it stopped with %q", out.Cases[0].Note)
					}
					if strings.Contains(observe(d), "parked-") != strings.Contains(before, "parked-") {
						t.Error("a stopped case parked an address")
					}
				default:
					t.Errorf("the case is %s", status)
				}
			})
		})
	}
}

func TestUndoIsRefusedAfterALaterChange(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		change func(*tangle) error
		note   []string
	}{
		{"the identity provider renamed the person", func(x *tangle) error {
			_, err := x.entra.SetEmail(x.record, "third@new.example")
			return err
		}, []string{"email was \"" + newAddress + "\" and is \"third@new.example\""}},
		{"an administrator gave the other account an address", func(x *tangle) error {
			return x.Accounts.SetEmail(context.Background(), admin, x.ID, x.wrong, "free@new.example")
		}, []string{"and is \"free@new.example\""}},
		{"the identity provider moved the person to a group", func(x *tangle) error {
			x.entra.PushGroup("Later", x.record)
			return nil
		}, []string{"groups was"}},
		{"the old address has a new owner", func(x *tangle) error {
			x.entra.Push(oldAddress)
			return nil
		}, []string{"the email " + oldAddress, "has passed to another"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
				x := wrongAccount(d, false)
				r := x.plan(repair.StrategyAtomic, x.only().ID)
				x.mustEnd(x.apply(r), store.CaseDone)
				tenanttest.Accepted(t, c.change(x))
				changed := observe(d)
				got := x.undo(r)
				x.mustEnd(got, store.CaseDone)
				for _, text := range c.note {
					if !strings.Contains(got[0].Note, text) {
						t.Errorf("the undo is refused with %q, which does not say %q", got[0].Note, text)
					}
				}
				if diff := cmp.Diff(changed, observe(d)); diff != "" {
					t.Errorf("a refused undo changed something:\n%s", diff)
				}
				d.Check()
			})
		})
	}
}

// The last case is undone first: it may stand on what an earlier one did.
func TestUndoGoesBackwards(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		x := wrongAccount(d, false)
		first, bob := x.only(), x.Account("bob@old.example")
		x.entra.Push("bob@new.example", `"displayName":"`+bob.Name+`"`)
		all := x.findings()
		if all[0].ID != first.ID {
			slices.Reverse(all)
		}
		r := x.plan(repair.StrategyAtomic, all[0].ID, all[1].ID)
		tenanttest.Accepted(t, d.Accounts.Disable(t.Context(), admin, x.ID, bob.ID, "left"))
		before := observe(d)
		got := x.apply(r)
		if got[0].Status != store.CaseDone || got[1].Status != store.CaseStopped {
			t.Fatalf("applied: %+v", got)
		}
		undone, next, err := d.Repair.Undo(t.Context(), admin, x.ID, r.ID, 0, 1)
		tenanttest.Accepted(t, err)
		if len(undone.Cases) > 0 || next != 2 {
			t.Errorf("the last case, which did nothing, comes first: %+v, then %d", undone.Cases, next)
		}
		undone, next, err = d.Repair.Undo(t.Context(), admin, x.ID, r.ID, next, 1)
		tenanttest.Accepted(t, err)
		x.mustEnd(undone.Cases, store.CaseUndone)
		if next != 0 {
			t.Errorf("there is nothing before the first case, and next is %d", next)
		}
		if diff := cmp.Diff(before, observe(d)); diff != "" {
			t.Errorf("the undo left a difference:\n%s", diff)
		}
	})
}

func TestRepairsOfAnotherOrg(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		ctx, x, other := t.Context(), wrongAccount(d, false), d.Org("other.example")
		f := x.only()
		r := x.plan(repair.StrategyAtomic, f.ID)
		before := observe(d)
		calls := map[string]func() error{
			"finding": func() error { _, err := d.Repair.Finding(ctx, other.ID, f.ID); return err },
			"repair":  func() error { _, err := d.Repair.Repair(ctx, other.ID, r.ID); return err },
			"cases":   func() error { _, _, err := d.Repair.Cases(ctx, other.ID, r.ID, "", 0, 10); return err },
			"preview": func() error { _, err := d.Repair.Preview(ctx, admin, other.ID, r.ID, 1); return err },
			"apply":   func() error { _, _, err := d.Repair.Apply(ctx, admin, other.ID, r.ID, 0, 10); return err },
			"undo":    func() error { _, _, err := d.Repair.Undo(ctx, admin, other.ID, r.ID, 0, 10); return err },
		}
		for name, call := range calls {
			if err := call(); identity.CodeOf(err) != identity.CodeNotFound {
				t.Errorf("%s: %v", name, err)
			}
		}
		for name, request := range map[string]repair.PlanRequest{
			"findings": {Strategy: repair.StrategyAtomic, Findings: []string{f.ID}},
			"kinds":    {Strategy: repair.StrategyAtomic, Kinds: []repair.FindingKind{repair.KindWrongAccount}},
			"emails":   {Strategy: repair.StrategyAtomic, Emails: []repair.EmailPair{{Old: oldAddress, New: newAddress}}},
		} {
			if _, _, err := d.Repair.Plan(ctx, admin, other.ID, request); identity.CodeOf(err) != identity.CodeConflict {
				t.Errorf("plan of another's %s: %v", name, err)
			}
		}
		if diff := cmp.Diff(before, observe(d)); diff != "" {
			t.Errorf("changed:\n%s", diff)
		}
	})
}
