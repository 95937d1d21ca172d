package repair_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/repair"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

// storyA is "right account, wrong email, wrong account also synced": the
// update of record 1 to the new address fails, as account 2 holds it.
type storyA struct {
	acme   *tenanttest.Org
	entra  *tenanttest.Directory
	record identity.SCIMUserID
	right  identity.AccountID // AAID1, with the history
	wrong  identity.AccountID // AAID2
	twin   identity.SCIMUserID
}

func setupA(t *testing.T, d *tenanttest.Deployment) storyA {
	t.Helper()
	acme := d.Org("acme.example")
	entra := acme.Directory("Entra")
	one, two := entra.Push("old@acme.example"), entra.Push("new@acme.example")
	entra.PushGroup("Staff", one.ID)
	_, err := entra.Replace(one.ID, tenanttest.Person("new@acme.example", `"userName":"ann"`))
	tenanttest.Refused(t, err, 409, journal.EmailTaken("new@acme.example"))
	e := acme.LastLog()
	want := []string{string(one.ID), string(one.AccountID), string(two.ID), string(two.AccountID)}
	if diff := cmp.Diff(want, []string{e.SCIMID, string(e.AccountID), e.OtherSCIMID, string(e.OtherAccountID)}); diff != "" {
		t.Fatalf("the log does not name both parties (-want +got):\n%s", diff)
	}
	return storyA{acme, entra, one.ID, one.AccountID, two.AccountID, two.ID}
}

func (s storyA) checkRepaired(t *testing.T) {
	t.Helper()
	if got := s.acme.AccountNow(s.right).Email.Key; got != "new@acme.example" {
		t.Errorf("account 1 holds %s", got)
	}
	if got := s.entra.User(s.record); got.AccountID != s.right || got.Email.Key != "new@acme.example" {
		t.Errorf("record 1 pushes %s and is linked to %s", got.Email.Key, got.AccountID)
	}
	if diff := cmp.Diff([]identity.AccountID{s.right}, s.acme.Members("Staff")); diff != "" {
		t.Errorf("members (-want +got):\n%s", diff)
	}
	s.acme.Check()
}

func TestStoryA_with_the_hosted_calls(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		ctx, s := t.Context(), setupA(t, d)
		tenanttest.RefusedBy(t, d.Accounts.SetEmail(ctx, admin, s.acme.ID, s.wrong, "parked@acme.example"), identity.RuleLockedWhileLinked, identity.CodeForbidden)
		_, err := d.Repair.DeleteByAccount(ctx, admin, s.acme.ID, s.wrong)
		tenanttest.Accepted(t, err)
		tenanttest.Accepted(t, d.Accounts.SetEmail(ctx, admin, s.acme.ID, s.wrong, "parked@acme.example"))
		_, err = s.entra.Replace(s.record, tenanttest.Person("new@acme.example"))
		tenanttest.Accepted(t, err)
		s.checkRepaired(t)
	})
}

func TestStoryA_with_relink(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		ctx, s := t.Context(), setupA(t, d)
		// The twin's record goes, and its address is parked when record 1 takes it.
		tenanttest.Accepted(t, s.entra.Delete(s.twin))
		spare := s.acme.Account("spare@acme.example")
		_, err := d.Repair.Relink(ctx, admin, s.acme.ID, repair.Relink{Record: s.entra.Record(s.record), AccountID: spare.ID})
		tenanttest.Accepted(t, err)
		tenanttest.Accepted(t, d.Accounts.SetEmail(ctx, admin, s.acme.ID, s.wrong, "parked@acme.example"))
		_, err = s.entra.Replace(s.record, tenanttest.Person("new@acme.example"))
		tenanttest.Accepted(t, err)
		_, err = d.Repair.Relink(ctx, admin, s.acme.ID, repair.Relink{Record: s.entra.Record(s.record), AccountID: s.right, TakeEmail: true})
		tenanttest.Accepted(t, err)
		s.checkRepaired(t)
		if got := s.acme.AccountNow(spare.ID).Email.Key; got == "new@acme.example" {
			t.Errorf("the spare account still holds %s", got)
		}
	})
}

// storyB is "wrong account synced": account 1 with the history has no link,
// account 2 has it.
type storyB struct {
	acme   *tenanttest.Org
	entra  *tenanttest.Directory
	record identity.SCIMUserID
	staff  identity.SCIMGroupID
	right  identity.AccountID
	wrong  identity.AccountID
}

func setupB(d *tenanttest.Deployment) storyB {
	acme := d.Org("acme.example")
	entra := acme.Directory("Entra")
	right := acme.Account("old@acme.example")
	u := entra.Push("new@acme.example")
	g := entra.PushGroup("Staff", u.ID)
	return storyB{acme, entra, u.ID, g.ID, right.ID, u.AccountID}
}

func (s storyB) checkRepaired(t *testing.T, record identity.SCIMUserID) {
	t.Helper()
	if got := s.acme.AccountNow(s.right).Email.Key; got != "new@acme.example" {
		t.Errorf("account 1 holds %s", got)
	}
	if got := s.acme.AccountNow(s.wrong).Email.Key; got == "new@acme.example" {
		t.Errorf("account 2 holds %s", got)
	}
	if got := s.entra.User(record).AccountID; got != s.right {
		t.Errorf("the record is linked to %s", got)
	}
	if diff := cmp.Diff([]identity.AccountID{s.right}, s.acme.Members("Staff")); diff != "" {
		t.Errorf("members (-want +got):\n%s", diff)
	}
	s.acme.Check()
}

func TestStoryB_with_the_hosted_calls(t *testing.T) {
	t.Parallel()
	for _, behaviour := range []identity.Behaviour{identity.BehaviourSafe, identity.BehaviourAtlassian} {
		t.Run(string(behaviour), func(t *testing.T) {
			t.Parallel()
			tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
				ctx, s := t.Context(), setupB(d)
				s.acme.Behave(behaviour)
				_, err := d.Repair.DeleteByAccount(ctx, admin, s.acme.ID, s.wrong)
				tenanttest.Accepted(t, err)
				tenanttest.RefusedBy(t, d.Accounts.SetEmail(ctx, admin, s.acme.ID, s.right, "new@acme.example"), identity.RuleOneAccountPerEmail, identity.CodeConflict)
				tenanttest.Accepted(t, d.Accounts.SetEmail(ctx, admin, s.acme.ID, s.wrong, "parked@acme.example"))
				tenanttest.Accepted(t, d.Accounts.SetEmail(ctx, admin, s.acme.ID, s.right, "new@acme.example"))

				_, err = s.entra.Set(s.record, "active", "true") // a force push goes to the deleted id
				tenanttest.Refused(t, err, 404, "force push")
				again := s.entra.Push("new@acme.example") // unassigned and assigned
				if behaviour == identity.BehaviourAtlassian {
					_, err = s.entra.AddMember(s.staff, again.ID) // provisioned again
					tenanttest.Accepted(t, err)
				}
				s.checkRepaired(t, again.ID)
			})
		})
	}
}

func TestStoryB_with_relink(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		s := setupB(d)
		out, err := d.Repair.Relink(t.Context(), admin, s.acme.ID, repair.Relink{Record: s.entra.Record(s.record), AccountID: s.right, TakeEmail: true})
		tenanttest.Accepted(t, err)
		if out.From == nil || out.From.ID != s.wrong || out.From.Email.Key != s.acme.AccountNow(s.wrong).Email.Key {
			t.Errorf("answer: %+v", out)
		}
		s.checkRepaired(t, s.record)
		_, err = s.entra.Replace(s.record, tenanttest.Person("new@acme.example", `"title":"Chief"`))
		tenanttest.Accepted(t, err)
		s.checkRepaired(t, s.record)
	})
}

func TestAdopt(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		ctx := t.Context()
		acme, other := d.Org("acme.example"), d.Org("other.example")
		entra, theirs := acme.Directory("Entra"), other.Directory("Entra")
		ann, bob := entra.Push("ann@acme.example"), acme.Account("bob@acme.example")
		local, err := d.Accounts.CreateGroup(ctx, admin, acme.ID, "Staff", "")
		tenanttest.Accepted(t, err)
		for _, a := range []identity.AccountID{ann.AccountID, bob.ID} {
			_, err := d.Accounts.AddMember(ctx, admin, acme.ID, local.ID, a)
			tenanttest.Accepted(t, err)
		}
		ids := func(members []store.GroupMember) (out []identity.AccountID) {
			for _, m := range members {
				out = append(out, m.AccountID)
			}
			return out
		}
		t.Run("no org reaches into another", func(t *testing.T) {
			_, err := d.Repair.Adopt(ctx, admin, other.ID, local.ID, theirs.ID, false)
			tenanttest.RefusedBy(t, err, "", identity.CodeNotFound)
			_, err = d.Repair.Adopt(ctx, admin, acme.ID, local.ID, theirs.ID, false)
			tenanttest.RefusedBy(t, err, "", identity.CodeNotFound)
		})
		t.Run("a dry run says who would leave", func(t *testing.T) {
			out, err := d.Repair.Adopt(ctx, admin, acme.ID, local.ID, entra.ID, true)
			tenanttest.Accepted(t, err)
			if out.Applied || out.SCIMGroupID != "" || !cmp.Equal(ids(out.Stay), []identity.AccountID{ann.AccountID}) || !cmp.Equal(ids(out.Leave), []identity.AccountID{bob.ID}) {
				t.Errorf("answer: %+v", out)
			}
			if got := acme.Group("Staff"); got.Source != identity.GroupLocal || len(acme.Members("Staff")) != 2 {
				t.Errorf("a dry run changed the group: %+v", got)
			}
		})
		t.Run("the group keeps its id and follows the directory", func(t *testing.T) {
			out, err := d.Repair.Adopt(ctx, admin, acme.ID, local.ID, entra.ID, false)
			tenanttest.Accepted(t, err)
			if got := acme.Group("Staff"); got.ID != local.ID || got.SCIMGroupID != out.SCIMGroupID || got.Source != identity.GroupSynced {
				t.Errorf("the group: %+v", got)
			}
			if diff := cmp.Diff([]identity.AccountID{ann.AccountID}, acme.Members("Staff")); diff != "" {
				t.Errorf("members (-want +got):\n%s", diff)
			}
			_, err = entra.ReplaceGroup(out.SCIMGroupID, "Staff")
			tenanttest.Accepted(t, err)
			if got := acme.Members("Staff"); len(got) != 0 {
				t.Errorf("members: %v", got)
			}
		})
		t.Run("not twice", func(t *testing.T) {
			_, err := d.Repair.Adopt(ctx, admin, acme.ID, local.ID, entra.ID, false)
			tenanttest.RefusedBy(t, err, identity.RuleSyncedIsReadOnly, identity.CodeConflict)
		})
		d.Check()
	})
}
