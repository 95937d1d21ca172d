package jobs_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/provision"
	"roster/internal/scim"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

// A disconnected directory leaves its groups one by one; whenever the server
// stops in between, each is either whole and synced or whole and local.
func TestLeaveGroups(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		ctx := t.Context()
		acme := d.Org("acme.example")
		dir, other := acme.Directory("Okta"), acme.Directory("Entra")
		ann, bob := dir.Push("ann@acme.example"), dir.Push("bob@acme.example")
		const groups = 3
		for i := range groups {
			dir.PushGroup(fmt.Sprintf("G%d", i), ann.ID, bob.ID)
		}
		other.PushGroup("Other", other.Push("eve@acme.example").ID)
		both := []identity.AccountID{ann.AccountID, bob.AccountID}
		if both[0] > both[1] {
			both[0], both[1] = both[1], both[0]
		}
		whole := func() (local int) {
			t.Helper()
			for i := range groups {
				name := fmt.Sprintf("G%d", i)
				if diff := cmp.Diff(both, acme.Members(name)); diff != "" {
					t.Errorf("members of %s (-want +got):\n%s", name, diff)
				}
				if acme.Group(name).Source == identity.GroupLocal {
					local++
				}
			}
			d.Check()
			return local
		}

		left, err := d.Accounts.Disconnect(ctx, tenanttest.Admin, acme.ID, dir.ID)
		tenanttest.Accepted(t, err)
		if left.Job == "" || left.Status != identity.DirectoryDisconnected || whole() != 0 {
			t.Errorf("disconnected: %+v", left)
		}
		again, err := d.Accounts.Disconnect(ctx, tenanttest.Admin, acme.ID, dir.ID)
		if err != nil || again.Job != left.Job {
			t.Errorf("twice is job %s, once was %s; %v", again.Job, left.Job, err)
		}
		leaveOne := func() { // as a step does that is the last one of its server
			t.Helper()
			tenanttest.Accepted(t, d.Store.Update(ctx, func(tx *store.Tx) error {
				of, err := tx.LockDirectory(acme.ID, dir.ID)
				if err == nil {
					_, _, err = accounts.LeaveGroup(tx, of)
				}
				return err
			}))
		}
		leaveOne()
		if local := whole(); local != 1 {
			t.Errorf("%d local after one", local)
		}
		_, err = d.Accounts.Reconnect(ctx, tenanttest.Admin, acme.ID, dir.ID)
		if identity.CodeOf(err) != identity.CodeConflict {
			t.Errorf("reconnected while groups are becoming local: %v", err)
		}
		tenanttest.Accepted(t, d.Jobs.Run(ctx))
		if local := whole(); local != groups || acme.Group("Other").Source != identity.GroupSynced {
			t.Errorf("%d local in the end", local)
		}
		if j := last(t, acme); !j.IsFinished() || j.Done != groups-1 || j.Total != groups {
			t.Errorf("job: %+v", j)
		}
		back, err := d.Accounts.Reconnect(ctx, tenanttest.Admin, acme.ID, dir.ID)
		if err != nil || back.Status != identity.DirectoryConnected || back.Job != "" {
			t.Errorf("reconnected: %+v, %v", back, err)
		}
		dir.PushGroup("G0", ann.ID) // and takes it back
		d.Check()
	})
}

// Where the job was given up, the directory does not come back with half of
// its groups, and disconnecting it again goes on.
func TestLeaveGroupsAfterGivingUp(t *testing.T) {
	t.Parallel()
	d := tenanttest.OnSQLite(t)
	ctx := t.Context()
	acme := d.Org("acme.example")
	dir := acme.Directory("Okta")
	dir.PushGroup("Staff", dir.Push("ann@acme.example").ID)
	_, err := d.Accounts.Disconnect(ctx, tenanttest.Admin, acme.ID, dir.ID)
	tenanttest.Accepted(t, err)
	tenanttest.Accepted(t, d.Store.Update(ctx, func(tx *store.Tx) error {
		j := last(t, acme)
		j.FinishedAt, j.Error = tx.Now(), "given up"
		return tx.UpdateJob(j, tx.Now())
	}))
	_, err = d.Accounts.Reconnect(ctx, tenanttest.Admin, acme.ID, dir.ID)
	tenanttest.RefusedBy(t, err, identity.RuleSyncedIsReadOnly, identity.CodeConflict)
	_, err = d.Accounts.Disconnect(ctx, tenanttest.Admin, acme.ID, dir.ID)
	tenanttest.Accepted(t, err)
	tenanttest.Accepted(t, d.Jobs.Run(ctx))
	_, err = d.Accounts.Reconnect(ctx, tenanttest.Admin, acme.ID, dir.ID)
	tenanttest.Accepted(t, err)
}

// A deleted directory leaves accounts, their groups and the logs behind, and
// nothing of its own in any table.
func TestDeleteDirectory(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		ctx := t.Context()
		acme, globex := d.Org("acme.example"), d.Org()
		dir, other := acme.Directory("Okta"), acme.Directory("Entra")
		ann, gone := dir.Push("ann@acme.example"), dir.Push("gone@acme.example")
		for i := range 120 { // more than a step removes
			dir.Push(fmt.Sprintf("p%d@acme.example", i))
		}
		kept := other.Push("kept@acme.example")
		dir.PushGroup("Staff", ann.ID)
		tenanttest.Accepted(t, dir.Delete(gone.ID))
		held := dir.Push("held@acme.example")
		tenanttest.Accepted(t, d.Repair.Unlink(ctx, tenanttest.Admin, acme.ID, dir.Record(held.ID)))
		_, err := dir.SetEmail(held.ID, "kept@acme.example")
		tenanttest.Accepted(t, err)
		_, err = dir.SetEmail(ann.ID, "p1@acme.example") // refused, and remembered
		tenanttest.Refused(t, err, 409, "")
		acme.Assign("acme.example", dir)
		_, err = d.Keys.CreateToken(ctx, tenanttest.Admin, acme.ID, dir.ID, "push", d.Clock.Now().AddDate(1, 0, 0))
		tenanttest.Accepted(t, err)
		_, err = d.Accounts.LoadDefinitions(ctx, tenanttest.Admin, accounts.SchemaScope{OrgID: acme.ID, DirectoryID: dir.ID},
			[]scim.Value{tenanttest.JSON(`{"id":"urn:example:x","attributes":[{"name":"x"}]}`)}, false)
		tenanttest.Accepted(t, err)
		d.Provision.Count(dir.ID, provision.Wrote)
		tenanttest.Accepted(t, d.Provision.StoreActivity(ctx))

		remove := func(org identity.OrgID, o accounts.DeletionOptions) (accounts.Deletion, error) {
			return d.Accounts.DeleteDirectory(ctx, tenanttest.Admin, org, dir.ID, o)
		}
		_, err = remove(acme.ID, accounts.DeletionOptions{})
		if identity.CodeOf(err) != identity.CodeConflict {
			t.Errorf("a connected directory: %v", err)
		}
		if _, err := remove(globex.ID, accounts.DeletionOptions{Disconnect: true}); identity.CodeOf(err) != identity.CodeNotFound {
			t.Errorf("another org's: %v", err)
		}
		preview, err := remove(acme.ID, accounts.DeletionOptions{DryRun: true})
		tenanttest.Accepted(t, err)
		want := []int{122, 122, 1, 1, 1}
		if diff := cmp.Diff(want, []int{preview.Users, preview.Linked, preview.Groups, preview.Tombstones, preview.Tokens}); diff != "" || preview.Job != "" {
			t.Errorf("preview (-want +got):\n%s", diff)
		}
		before, logged := d.AccountNow(ann.AccountID), len(acme.Log())

		started, err := remove(acme.ID, accounts.DeletionOptions{Disconnect: true})
		tenanttest.Accepted(t, err)
		if again, err := remove(acme.ID, accounts.DeletionOptions{}); err != nil || again.Job != started.Job || started.Job == "" {
			t.Errorf("twice is job %s, once was %s; %v", again.Job, started.Job, err)
		}
		if e := acme.LastAudit(); e.Action != "directory_deleted" || e.Target != string(dir.ID) {
			t.Errorf("audit entry: %+v", e)
		}
		_, err = d.Accounts.Reconnect(ctx, tenanttest.Admin, acme.ID, dir.ID)
		if identity.CodeOf(err) != identity.CodeConflict {
			t.Errorf("reconnected while it is being deleted: %v", err)
		}
		stop, cancel := context.WithCancel(ctx)
		cancel()
		_ = d.Jobs.Run(stop) // a server that is stopped at once
		tenanttest.Accepted(t, d.Jobs.Run(ctx))

		if j := last(t, acme); !j.IsFinished() || j.Error != "" || j.Done != j.Total {
			t.Errorf("job: %+v", j)
		}
		if _, err := d.Accounts.Directory(ctx, acme.ID, dir.ID); identity.CodeOf(err) != identity.CodeNotFound {
			t.Errorf("the directory: %v", err)
		}
		if diff := cmp.Diff(before, d.AccountNow(ann.AccountID)); diff != "" {
			t.Errorf("the account changed (-before +after):\n%s", diff)
		}
		tenanttest.Accepted(t, d.Accounts.SetEmail(ctx, tenanttest.Admin, acme.ID, ann.AccountID, "ann.new@acme.example")) // it is unlocked
		if diff := cmp.Diff([]identity.AccountID{ann.AccountID}, acme.Members("Staff")); diff != "" {
			t.Errorf("members (-want +got):\n%s", diff)
		}
		if got := len(acme.Log()); got != logged {
			t.Errorf("%d log entries, there were %d", got, logged)
		}
		if u := other.User(kept.ID); u.AccountID == "" {
			t.Errorf("the other directory's record: %+v", u)
		}
		if diff := cmp.Diff([]string{"account_event.directory_id", "log_entry.directory_id"}, columnsWith(t, d, dir.ID)); diff != "" {
			t.Errorf("columns that name the directory (-want +got):\n%s", diff)
		}
		d.Check()
	})
}
