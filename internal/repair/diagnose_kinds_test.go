package repair_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/repair"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

// a problem is planted in an organization of its own, whose two domains begin
// with its name.
type problem struct {
	name  string
	kind  repair.FindingKind
	plant func(*village)
	// solve is what an administrator does about it, where Roster has no plan.
	solve func(*village)
	cases int // of the plan, else
	check func(*testing.T, *village)
}

// village is an org in which one thing is wrong, or only looks wrong.
type village struct {
	*tangle

	old, new string // domains
}

func newVillage(d *tenanttest.Deployment, name string) *village {
	v := &village{old: name + "-old.example", new: name + "-new.example"}
	acme := d.Org(v.old, v.new)
	v.tangle = &tangle{Org: acme, entra: acme.Directory("Entra"), okta: acme.Directory("Okta")}
	return v
}

func (v *village) at(local, domain string) string { return local + "@" + domain }

func (v *village) disconnect(d *tenanttest.Directory) {
	v.TB.Helper()
	_, err := v.Accounts.Disconnect(v.TB.Context(), admin, v.ID, d.ID)
	tenanttest.Accepted(v.TB, err)
	tenanttest.Accepted(v.TB, v.Jobs.Run(v.TB.Context()))
}

func (v *village) selectClaims(domain string) {
	v.TB.Helper()
	_, err := v.Accounts.SetClaimMode(v.TB.Context(), admin, v.ID, v.Domain(domain).ID, identity.ClaimSelected, false)
	tenanttest.Accepted(v.TB, err)
}

func (v *village) restoreMemberships(d *tenanttest.Directory, on bool) {
	v.TB.Helper()
	_, err := v.Accounts.UpdateDirectory(v.TB.Context(), admin, v.ID, d.ID, accounts.DirectoryUpdate{Restore: &on})
	tenanttest.Accepted(v.TB, err)
}

// recreate deletes a person who is in two groups, and creates the person anew.
func (v *village) recreate(local string, again ...string) {
	v.TB.Helper()
	v.restoreMemberships(v.entra, false)
	u := v.entra.Push(v.at(local, v.new), `"externalId":"number of `+local+`"`)
	v.entra.PushGroup("Staff "+local, u.ID)
	v.entra.PushGroup("Payroll "+local, u.ID)
	tenanttest.Accepted(v.TB, v.entra.Delete(u.ID))
	v.right = v.entra.Push(v.at(local, v.new), again...).AccountID
}

func named(name string) string { return fmt.Sprintf(`"displayName":%q`, name) }

var problems = []problem{
	{
		name: "one person with two accounts, by name and address", kind: repair.KindSamePerson,
		plant: func(v *village) {
			v.right = v.entra.Push(v.at("ada.king", v.old), named("Ada King")).AccountID
			v.record = v.okta.Push(v.at("ada.king", v.new), named("ada king")).ID
			v.okta.PushGroup("Staff", v.record)
		},
		cases: 1,
		check: func(t *testing.T, v *village) {
			if got := v.okta.User(v.record).AccountID; got != v.right || !cmp.Equal(v.Members("Staff"), []identity.AccountID{v.right}) {
				t.Errorf("linked to %s; members of Staff: %v", got, v.Members("Staff"))
			}
			// The directories still push different addresses, which only they can mend.
			if left := v.findings(); len(left) != 1 || left[0].Kind != repair.KindSeveralDirectories {
				t.Errorf("findings after the repair: %+v", left)
			}
			_, err := v.okta.SetEmail(v.record, v.at("ada.king", v.old))
			tenanttest.Accepted(t, err)
		},
	},
	{
		name: "one person with two accounts, by number", kind: repair.KindSamePerson,
		plant: func(v *village) {
			v.entra.Push(v.at("ada", v.new), named("Ada King"), `"externalId":"4711"`)
			v.record = v.okta.Push(v.at("countess", v.new), named("Ada King"), `"externalId":"4711"`).ID
		},
		cases: 1,
		check: func(t *testing.T, v *village) {
			_, err := v.okta.SetEmail(v.record, v.at("ada", v.new))
			tenanttest.Accepted(t, err)
		},
	},
	{
		name: "one person twice in one directory, by the addresses", kind: repair.KindSamePerson,
		plant: func(v *village) {
			v.entra.Push(v.at("ada", v.new), named("Ada King"))
			v.record = v.entra.Push(v.at("countess", v.new), named("The Countess"),
				fmt.Sprintf(`"emails":[{"value":%q,"primary":true},{"value":%q}]`, v.at("countess", v.new), v.at("ada", v.new))).ID
		},
		solve: func(v *village) { tenanttest.Accepted(v.TB, v.entra.Delete(v.record)) },
	},
	{
		name: "two directories push other data", kind: repair.KindSeveralDirectories,
		plant: func(v *village) {
			v.entra.Push(v.at("ada", v.new), named("Ada Lovelace"), `"title":"Countess"`)
			v.record = v.okta.Push(v.at("ada", v.new), named("Ada King"), `"title":"Programmer"`).ID
		},
		solve: func(v *village) {
			_, err := v.okta.Replace(v.record, tenanttest.Person(v.at("ada", v.new), named("ada lovelace")))
			tenanttest.Accepted(v.TB, err)
		},
	},
	{
		name: "one of two directories says that a person has left", kind: repair.KindSeveralDirectories,
		plant: func(v *village) {
			v.entra.Push(v.at("ada", v.new))
			v.record = v.okta.Push(v.at("ada", v.new), `"active":false`).ID
		},
		solve: func(v *village) { v.disconnectAndDelete(v.okta) },
	},
	{
		name: "created again without groups", kind: repair.KindLostMemberships,
		plant: func(v *village) { v.recreate("ada", `"externalId":"number of ada"`) }, cases: 1,
		check: func(t *testing.T, v *village) {
			for _, group := range []string{"Staff ada", "Payroll ada"} {
				if got := v.Members(group); !slices.Contains(got, v.right) {
					t.Errorf("members of %s: %v", group, got)
				}
			}
		},
	},
	{
		name: "created again by name without groups", kind: repair.KindLostMemberships,
		plant: func(v *village) { v.recreate("ada") }, cases: 1,
	},
	{
		name: "a disconnected directory", kind: repair.KindDeadLinks,
		plant: func(v *village) {
			for i := range 52 {
				v.okta.Push(v.at(fmt.Sprintf("p%d", i), v.new))
			}
			v.okta.PushGroup("Staff", v.okta.Push(v.at("ada", v.new)).ID)
			v.okta.Push("stranger@elsewhere.example")
			v.right = v.AccountByEmail(v.at("ada", v.new)).ID
			v.disconnect(v.okta)
		},
		cases: 2, // 54 people
		check: func(t *testing.T, v *village) {
			tenanttest.Accepted(t, v.Accounts.SetEmail(t.Context(), admin, v.ID, v.right, v.at("free", v.new)))
			tenanttest.Accepted(t, v.Accounts.SetEmail(t.Context(), admin, v.ID, v.right, v.at("ada", v.new)))
			if got := v.Members("Staff"); !cmp.Equal(got, []identity.AccountID{v.right}) {
				t.Errorf("members of Staff: %v", got)
			}
		},
	},
	{
		name: "a directory that went quiet", kind: repair.KindQuietDirectory,
		plant: func(v *village) {
			v.record = v.okta.Push(v.at("ada", v.new)).ID
			v.Clock.Skip(31 * 24 * time.Hour)
			v.entra.Push(v.at("bob", v.new))
		},
		solve: func(v *village) {
			_, err := v.okta.Set(v.record, "title", `"Countess"`)
			tenanttest.Accepted(v.TB, err)
		},
	},
	{
		name: "people who are pushed and not claimed", kind: repair.KindUnclaimed,
		plant: func(v *village) {
			u := v.entra.Push(v.at("ada", v.new), named("Ada"))
			v.Account(v.at("bob", v.new))
			v.selectClaims(v.new)
			_, err := v.entra.Set(u.ID, "active", "false")
			tenanttest.Accepted(v.TB, err)
			_, err = v.Accounts.Claim(v.TB.Context(), admin, v.ID, v.Domain(v.new).ID, []string{v.at("bob", v.new)}, false)
			tenanttest.Accepted(v.TB, err)
			v.right = u.AccountID
		},
		cases: 1,
		check: func(t *testing.T, v *village) {
			if got := v.AccountNow(v.right); got.Status != identity.AccountInactive || got.ClaimedBy != v.ID {
				t.Errorf("the claimed account: %+v", got)
			}
		},
	},
	{
		name: "a domain of which nobody is claimed", kind: repair.KindUnclaimed,
		plant: func(v *village) {
			v.Account(v.at("bob", v.new))
			v.selectClaims(v.new)
		},
		solve: func(v *village) {
			_, err := v.Accounts.SetClaimMode(v.TB.Context(), admin, v.ID, v.Domain(v.new).ID, identity.ClaimAutomatic, false)
			tenanttest.Accepted(v.TB, err)
		},
	},
}

// disconnectAndDelete lets a directory go for good.
func (v *village) disconnectAndDelete(d *tenanttest.Directory) {
	v.TB.Helper()
	v.disconnect(d)
	v.mustEnd(v.apply(v.plan(repair.StrategyAtomic, v.only().ID)), store.CaseDone)
}

// Each problem is found as what it is, and nothing else; it is gone once it is
// solved, and back when that is undone.
func TestDiagnosisOfEachKind(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		for i, p := range problems {
			t.Run(p.name, func(t *testing.T) {
				v := newVillage(d, fmt.Sprintf("v%d", i))
				p.plant(v)
				f := v.only()
				if f.Kind != p.kind || f.Title == "" || f.Explanation == "" || f.Next == "" || f.Confidence < 60 || len(f.Evidence) == 0 || f.FirstSeen.IsZero() != (f.Kind == repair.KindDeadLinks) {
					t.Errorf("finding: %+v", f)
				}
				again, err := d.Repair.Finding(t.Context(), v.ID, f.ID)
				tenanttest.Accepted(t, err)
				if diff := cmp.Diff(f, again); diff != "" {
					t.Errorf("the finding by its id:\n%s", diff)
				}
				if p.solve != nil {
					p.solve(v)
				} else {
					v.repairAndUndo(t, f, p)
				}
				if p.check != nil {
					p.check(t, v)
				}
				if left := v.findings(); len(left) > 0 {
					t.Errorf("findings after the repair: %+v", left)
				}
			})
		}
		d.Check()
	})
}

// repairAndUndo plans, previews, applies, undoes and applies a plan again.
func (v *village) repairAndUndo(t *testing.T, f repair.Finding, p problem) {
	t.Helper()
	before := observe(v.Deployment)
	r := v.plan(repair.StrategyAtomic, f.ID)
	preview, err := v.Repair.Preview(t.Context(), admin, v.ID, r.ID, 1)
	tenanttest.Accepted(t, err)
	if preview.After == nil || preview.Note != "" {
		t.Errorf("preview: %+v", preview)
	}
	rehearsed, err := v.Repair.Rehearse(t.Context(), admin, v.ID, f.ID, repair.StrategyAtomic)
	tenanttest.Accepted(t, err)
	if diff := cmp.Diff(preview.Plan, rehearsed.Plan); diff != "" || rehearsed.Note != "" {
		t.Errorf("rehearsed with %q, otherwise than planned:\n%s", rehearsed.Note, diff)
	}
	if diff := cmp.Diff(before, observe(v.Deployment)); diff != "" {
		t.Fatalf("planning or previewing changed something:\n%s", diff)
	}
	results := v.apply(r)
	v.mustEnd(results, store.CaseDone)
	if len(results) != p.cases {
		t.Errorf("%d cases, want %d: %+v", len(results), p.cases, results)
	}
	v.mustEnd(v.undo(r), store.CaseUndone)
	if diff := cmp.Diff(before, observe(v.Deployment)); diff != "" {
		t.Errorf("the undo left a difference:\n%s", diff)
	}
	if got := v.only(); got.ID != f.ID {
		t.Errorf("finding after the undo: %+v", got)
	}
	v.mustEnd(v.apply(v.plan(repair.StrategyAtomic, f.ID)), store.CaseDone)
}

// What looks like a problem and is none.
func TestDiagnosisLeavesAlone(t *testing.T) {
	t.Parallel()
	decoys := []struct {
		name  string
		plant func(*village)
	}{
		{"two people of one name", func(v *village) {
			v.entra.Push(v.at("ada", v.old), named("Ada King"))
			v.okta.Push(v.at("ada.king", v.new), named("Ada King"))
		}},
		{"two people of one address but for the domain", func(v *village) {
			v.entra.Push(v.at("ada", v.old), named("Ada King"))
			v.okta.Push(v.at("ada", v.new), named("Ada Byron"))
		}},
		{"two people of one number", func(v *village) {
			v.entra.Push(v.at("ada", v.new), named("Ada King"), `"externalId":"1"`)
			v.okta.Push(v.at("bob", v.new), named("Bob"), `"externalId":"1"`)
		}},
		{"two help desks", func(v *village) {
			v.entra.Push(v.at("help", v.old), named("Help Desk"))
			v.okta.Push(v.at("help", v.new), named("Help Desk"))
		}},
		{"a second account that was deactivated", func(v *village) {
			v.entra.Push(v.at("ada.king", v.old), named("Ada King"))
			v.okta.Push(v.at("ada.king", v.new), named("Ada King"), `"active":false`)
		}},
		{"two directories that agree, as far as both say something", func(v *village) {
			v.entra.Push(v.at("ada", v.new), named("Ada"), `"title":"Countess"`)
			v.okta.Push(v.at("ada", v.new), named("ADA"))
			v.okta.Push(v.at("bob", v.new))
			v.entra.Push(v.at("bob", v.new), `"userName":"guest-bob"`)
		}},
		{"one directory says no more than a job title otherwise", func(v *village) {
			v.entra.Push(v.at("ada", v.new), `"title":"Countess"`)
			v.okta.Push(v.at("ada", v.new), `"title":"Programmer"`)
		}},
		{"created again with the groups", func(v *village) {
			u := v.entra.Push(v.at("ada", v.new))
			v.entra.PushGroup("Staff", u.ID)
			tenanttest.Accepted(v.TB, v.entra.Delete(u.ID))
			v.entra.Push(v.at("ada", v.new))
		}},
		{"the name passed to another person", func(v *village) { v.recreate("ada", `"externalId":"another"`) }},
		{"the groups are gone as well", func(v *village) {
			v.restoreMemberships(v.entra, false)
			u := v.entra.Push(v.at("ada", v.new))
			g := v.entra.PushGroup("Staff", u.ID)
			tenanttest.Accepted(v.TB, v.entra.Delete(u.ID))
			tenanttest.Accepted(v.TB, v.entra.DeleteGroup(g.ID))
			v.entra.Push(v.at("ada", v.new))
		}},
		{"deleted and not created again", func(v *village) {
			u := v.entra.Push(v.at("ada", v.new))
			v.entra.PushGroup("Staff", u.ID)
			tenanttest.Accepted(v.TB, v.entra.Delete(u.ID))
		}},
		{"a directory that never began", func(v *village) { v.Clock.Skip(31 * 24 * time.Hour) }},
		{"a disconnected directory that locks nobody", func(v *village) { v.disconnect(v.okta) }},
		{"an account that was left out of the claims on purpose", func(v *village) {
			v.Account(v.at("ann", v.new))
			v.Account(v.at("bob", v.new))
			v.selectClaims(v.new)
			_, err := v.Accounts.Claim(v.TB.Context(), admin, v.ID, v.Domain(v.new).ID, []string{v.at("bob", v.new)}, false)
			tenanttest.Accepted(v.TB, err)
		}},
	}
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		for i, c := range decoys {
			t.Run(c.name, func(t *testing.T) {
				v := newVillage(d, fmt.Sprintf("v%d", i))
				c.plant(v)
				for _, f := range v.findings() {
					t.Errorf("nothing is wrong: %s: %+v", f.Title, f.Evidence)
				}
			})
		}
		d.Check()
	})
}

// A plan for a directory that is gone does nothing to one that came back.
func TestDeadLinksOfADirectoryThatCameBack(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		v := newVillage(d, "v")
		u := v.okta.Push(v.at("ada", v.new))
		v.disconnect(v.okta)
		r := v.plan(repair.StrategyAtomic, v.only().ID)
		_, err := d.Accounts.Reconnect(t.Context(), admin, v.ID, v.okta.ID)
		tenanttest.Accepted(t, err)
		v.mustEnd(v.apply(r), store.CaseStopped)
		if got := v.okta.User(u.ID); got.AccountID != u.AccountID {
			t.Errorf("linked to %q", got.AccountID)
		}
	})
}

// Its groups must be local first, or their members would go with their records.
func TestDeadLinksWaitForTheGroups(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		v := newVillage(d, "v")
		u := v.okta.Push(v.at("ada", v.new))
		v.okta.PushGroup("Staff", u.ID)
		_, err := d.Accounts.Disconnect(t.Context(), admin, v.ID, v.okta.ID)
		tenanttest.Accepted(t, err)
		r := v.plan(repair.StrategyAtomic, v.only().ID)
		v.mustEnd(v.apply(r), store.CaseStopped)
		tenanttest.Accepted(t, d.Jobs.Run(t.Context()))
		v.mustEnd(v.apply(v.plan(repair.StrategyAtomic, v.only().ID)), store.CaseDone)
		if got := v.Members("Staff"); !cmp.Equal(got, []identity.AccountID{u.AccountID}) {
			t.Errorf("members of Staff: %v", got)
		}
		d.Check()
	})
}
