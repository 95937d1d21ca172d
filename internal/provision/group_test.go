package provision_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/tenanttest"
)

func TestRule_memberships_follow_links(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		acme := d.Org("acme.example")
		entra := acme.Directory("Entra")
		u := entra.Push("ann@acme.example")
		entra.PushGroup("Staff", u.ID)
		first, second := u.AccountID, acme.Account("other@acme.example").ID

		members := func(t *testing.T, want ...identity.AccountID) {
			t.Helper()
			if diff := cmp.Diff(append([]identity.AccountID{}, want...), acme.Members("Staff")); diff != "" {
				t.Errorf("members (-want +got):\n%s", diff)
			}
		}
		members(t, first)
		t.Run("relinking moves them", func(t *testing.T) {
			_, err := d.Repair.Relink(t.Context(), tenanttest.Admin, acme.ID, relinkTo(entra, u.ID, second))
			tenanttest.Accepted(t, err)
			members(t, second)
		})
		t.Run("unlinking ends them", func(t *testing.T) {
			tenanttest.Accepted(t, d.Repair.Unlink(t.Context(), tenanttest.Admin, acme.ID, entra.Record(u.ID)))
			members(t)
		})
		t.Run("the record stays in the group for the identity provider", func(t *testing.T) {
			got, err := d.Provision.GetUser(t.Context(), entra.Request(), u.ID, true)
			tenanttest.Accepted(t, err)
			if len(got.Groups) != 1 || got.Groups[0].Display != "Staff" {
				t.Errorf("groups: %+v", got.Groups)
			}
		})
		t.Run("deleting the record ends them", func(t *testing.T) {
			_, err := d.Repair.Relink(t.Context(), tenanttest.Admin, acme.ID, relinkTo(entra, u.ID, first))
			tenanttest.Accepted(t, err)
			members(t, first)
			tenanttest.Accepted(t, entra.Delete(u.ID))
			members(t)
		})
		d.Check()
	})
}

func TestRule_group_name_once(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		acme, other := d.Org("acme.example"), d.Org("other.example")
		entra, okta := acme.Directory("Entra"), acme.Directory("Okta")
		local, err := d.Accounts.CreateGroup(t.Context(), tenanttest.Admin, acme.ID, "Local", "")
		tenanttest.Accepted(t, err)
		staff, sales := entra.PushGroup("Staff"), okta.PushGroup("Sales")

		taken := journal.GroupNameTaken
		cases := []struct {
			name    string
			request func() error
			text    string
			other   identity.SCIMGroupID
			hint    string
		}{
			{"create with the name of a local group", func() error {
				_, err := entra.CreateGroup("LOCAL")
				return err
			}, taken("LOCAL"), "", journal.HintGroupTaken},
			{"create with the name of another directory's group", func() error {
				_, err := entra.CreateGroup("sales")
				return err
			}, taken("sales"), sales.ID, journal.HintGroupSynced(okta.ID)},
			{"create with the name of a group of the directory", func() error {
				_, err := entra.CreateGroup("staff")
				return err
			}, taken("staff"), staff.ID, journal.HintGroupSynced(entra.ID)},
			{"rename by PATCH", func() error {
				_, err := entra.PatchGroup(staff.ID, "replace", "displayName", `"Sales"`)
				return err
			}, taken("Sales"), sales.ID, journal.HintGroupSynced(okta.ID)},
			{"rename by PUT", func() error {
				_, err := entra.ReplaceGroup(staff.ID, "Local")
				return err
			}, taken("Local"), "", journal.HintGroupTaken},
		}
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				logged := len(acme.Log())
				tenanttest.Refused(t, c.request(), 409, c.text)
				e := acme.LastLog()
				if len(acme.Log()) != logged+1 || e.Message != c.text || e.OtherSCIMID != string(c.other) || e.Hint != c.hint || e.Resource != journal.ResourceGroup {
					t.Errorf("log entry: %+v", e)
				}
				if got := acme.Group("Staff"); got.SCIMGroupID != staff.ID {
					t.Errorf("the org group is %+v", got)
				}
			})
		}
		t.Run("nor may an administrator take a synced group's name", func(t *testing.T) {
			_, err := d.Accounts.CreateGroup(t.Context(), tenanttest.Admin, acme.ID, "STAFF", "")
			tenanttest.RefusedBy(t, err, identity.RuleGroupNameOnce, identity.CodeConflict)
		})
		t.Run("another org has names of its own", func(*testing.T) { other.Directory("Entra").PushGroup("Staff") })
		t.Run("a free name renames the org group too", func(t *testing.T) {
			_, err := entra.PatchGroup(staff.ID, "replace", "displayName", `"Crew"`)
			tenanttest.Accepted(t, err)
			if acme.Group("Crew").SCIMGroupID != staff.ID || acme.Group("Staff").ID != "" {
				t.Error("the org group has not the new name")
			}
		})
		t.Run("a deleted group frees its name", func(t *testing.T) {
			tenanttest.Accepted(t, okta.DeleteGroup(sales.ID))
			entra.PushGroup("Sales")
			_, err := d.Accounts.DeleteGroup(t.Context(), tenanttest.Admin, acme.ID, local.ID)
			tenanttest.Accepted(t, err)
			okta.PushGroup("Local")
		})
		d.Check()
	})
}

func TestRule_nested_groups(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		acme := d.Org("acme.example")
		entra := acme.Directory("Entra")
		u := entra.Push("ann@acme.example")
		inner, outer := entra.PushGroup("Inner"), entra.PushGroup("Outer", u.ID)
		nested := fmt.Sprintf(`[{"value":%q,"type":"group"}]`, inner.ID)

		t.Run("safe refuses", func(t *testing.T) {
			_, err := entra.PatchGroup(outer.ID, "add", "members", nested)
			tenanttest.Refused(t, err, 400, "nested groups are not supported")
			if e := acme.LastLog(); e.Hint == "" || e.SCIMID != string(outer.ID) {
				t.Errorf("log entry: %+v", e)
			}
		})
		t.Run("atlassian ignores", func(t *testing.T) {
			acme.Behave(identity.BehaviourAtlassian)
			for _, op := range []string{"add", "replace"} {
				g, err := entra.PatchGroup(outer.ID, op, "members", fmt.Sprintf(`[{"value":%q,"type":"Group"},{"value":%q}]`, inner.ID, u.ID))
				tenanttest.Accepted(t, err)
				if len(g.Members) != 1 || g.Members[0].UserID != u.ID {
					t.Errorf("members after %s: %+v", op, g.Members)
				}
			}
		})
		t.Run("a group that is not said to be one is an unknown user", func(t *testing.T) {
			_, err := entra.AddMember(outer.ID, identity.SCIMUserID(inner.ID))
			tenanttest.Refused(t, err, 400, "no user of this directory has the id")
		})
		d.Check()
	})
}

// A member may be a user of the group's own directory only, whoever knows ids.
func TestMembersOfOtherDirectoriesAreUnknown(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		acme, evil := d.Org("acme.example"), d.Org("evil.example")
		entra, okta, theirs := acme.Directory("Entra"), acme.Directory("Okta"), evil.Directory("Entra")
		ann, bob := entra.Push("ann@acme.example"), okta.Push("bob@acme.example")
		mine, stolen := theirs.PushGroup("Mine"), entra.PushGroup("Staff", ann.ID)

		for name, id := range map[string]identity.SCIMUserID{"another org's user": ann.ID, "nobody": "nobody"} {
			_, err := theirs.AddMember(mine.ID, id)
			tenanttest.Refused(t, err, 400, "1 unknown in all")
			_, err = theirs.ReplaceGroup(mine.ID, "Mine", id)
			tenanttest.Refused(t, err, 400, "1 unknown in all")
			if _, err = theirs.CreateGroup("New", id); err == nil {
				t.Errorf("%s became a member of a new group", name)
			}
		}
		_, err := entra.AddMember(stolen.ID, bob.ID)
		tenanttest.Refused(t, err, 400, string(bob.ID))
		_, err = theirs.AddMember(stolen.ID, ann.ID)
		tenanttest.Refused(t, err, 404, "is not in this directory")
		tenanttest.Refused(t, theirs.DeleteGroup(stolen.ID), 404, "is not in this directory")
		tenanttest.Refused(t, theirs.Delete(ann.ID), 404, "is not in this directory")
		_, err = d.Provision.GetUser(t.Context(), theirs.Request(), ann.ID, true)
		tenanttest.Refused(t, err, 404, "is not in this directory")
		d.Check()
	})
}

func TestRule_synced_is_read_only(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		ctx := t.Context()
		acme := d.Org("acme.example")
		entra := acme.Directory("Entra")
		ann, bob := entra.Push("ann@acme.example"), acme.Account("bob@acme.example")
		entra.PushGroup("Staff", ann.ID)
		staff := acme.Group("Staff")

		t.Run("administrators change no member", func(t *testing.T) {
			_, err := d.Accounts.AddMember(ctx, tenanttest.Admin, acme.ID, staff.ID, bob.ID)
			tenanttest.RefusedBy(t, err, identity.RuleSyncedIsReadOnly, identity.CodeForbidden)
			_, err = d.Accounts.RemoveMember(ctx, tenanttest.Admin, acme.ID, staff.ID, ann.AccountID)
			tenanttest.RefusedBy(t, err, identity.RuleSyncedIsReadOnly, identity.CodeForbidden)
			_, err = d.Accounts.DeleteGroup(ctx, tenanttest.Admin, acme.ID, staff.ID)
			tenanttest.RefusedBy(t, err, identity.RuleSyncedIsReadOnly, identity.CodeForbidden)
		})
		t.Run("disconnecting makes it local, with its members", func(t *testing.T) {
			before := acme.AccountNow(ann.AccountID)
			_, err := d.Accounts.Disconnect(ctx, tenanttest.Admin, acme.ID, entra.ID)
			tenanttest.Accepted(t, err)
			_, err = d.Accounts.AddMember(ctx, tenanttest.Admin, acme.ID, staff.ID, bob.ID)
			tenanttest.RefusedBy(t, err, identity.RuleSyncedIsReadOnly, identity.CodeForbidden)
			tenanttest.Accepted(t, d.Jobs.Run(ctx))
			if got := acme.Group("Staff"); got.Source != identity.GroupLocal || got.ID != staff.ID || got.SCIMGroupID != "" {
				t.Errorf("the group is %+v", got)
			}
			if diff := cmp.Diff([]identity.AccountID{ann.AccountID}, acme.Members("Staff")); diff != "" {
				t.Errorf("members (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(before, acme.AccountNow(ann.AccountID)); diff != "" {
				t.Errorf("the account changed (-before +after):\n%s", diff)
			}
			if e := acme.LastAudit(); e.Action != "directory_disconnected" || e.Target != string(entra.ID) {
				t.Errorf("audit entry: %+v", e)
			}
			_, err = d.Accounts.AddMember(ctx, tenanttest.Admin, acme.ID, staff.ID, bob.ID)
			tenanttest.Accepted(t, err)
		})
		t.Run("and ends what the identity provider may write", func(t *testing.T) {
			logged := len(acme.Log())
			_, err := entra.Set(ann.ID, "active", "false")
			tenanttest.Refused(t, err, 403, "disconnected")
			_, err = d.Provision.GetUser(ctx, entra.Request(), ann.ID, false)
			tenanttest.Refused(t, err, 403, "disconnected")
			if got := len(acme.Log()) - logged; got != 2 {
				t.Errorf("two refusals left %d log entries", got)
			}
		})
		t.Run("twice changes nothing", func(t *testing.T) {
			audited := len(acme.Audit())
			_, err := d.Accounts.Disconnect(ctx, tenanttest.Admin, acme.ID, entra.ID)
			tenanttest.Accepted(t, err)
			if got := len(acme.Audit()); got != audited {
				t.Errorf("%d audit entries, want %d", got, audited)
			}
		})
		d.Check()
	})
}
