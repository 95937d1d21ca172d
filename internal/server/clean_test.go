package server

import (
	"testing"
	"time"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/provision"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

// What an org keeps no longer goes, and nobody else's goes with it.
func TestCleanKeepsWhatTheSettingsSay(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		ctx := t.Context()
		short, long := d.Org("short.example"), d.Org("long.example")
		_, err := d.Accounts.UpdateOrg(ctx, tenanttest.Admin, short.ID, accounts.OrgUpdate{TombstoneDays: new(1), LogDays: new(2), AuditDays: new(4)})
		tenanttest.Accepted(t, err)
		for _, o := range []*tenanttest.Org{short, long} {
			dir := o.Directory("Okta")
			d.Provision.Count(dir.ID, provision.Wrote)
			u := dir.Push("ann@" + map[identity.OrgID]string{short.ID: "short.example", long.ID: "long.example"}[o.ID])
			tenanttest.Accepted(t, dir.Delete(u.ID))
		}
		tenanttest.Accepted(t, d.Provision.StoreActivity(ctx))
		hours := func() (n int) {
			t.Helper()
			tenanttest.Accepted(t, d.Store.View(ctx, func(tx *store.Tx) error {
				for _, o := range []*tenanttest.Org{short, long} {
					dirs, _, err := tx.Directories(o.ID, store.Page{})
					if err != nil {
						return err
					}
					sent, err := tx.DirectoryActivity(o.ID, dirs[0].ID, time.Time{})
					if err != nil {
						return err
					}
					n += len(sent)
				}
				return nil
			}))
			return n
		}
		s := &server{services: services{store: d.Store, accounts: d.Accounts}}
		left := func(o *tenanttest.Org) [3]bool {
			t.Helper()
			tenanttest.Accepted(t, s.cleanOnce(ctx))
			deleted, _, err := d.Repair.Deleted(ctx, o.ID, "", store.Page{})
			tenanttest.Accepted(t, err)
			return [3]bool{len(deleted) > 0, len(o.Log()) > 0, len(o.Audit()) > 0}
		}
		for _, step := range []struct {
			days int
			want [3]bool
		}{{0, [3]bool{true, true, true}}, {1, [3]bool{false, true, true}}, {1, [3]bool{false, false, true}}, {2, [3]bool{false, false, false}}} {
			d.Clock.Skip(time.Duration(step.days) * 24 * time.Hour)
			if got := left(short); got != step.want {
				t.Errorf("deleted users, log and audit log left after %d more days: %v, want %v", step.days, got, step.want)
			}
			if got := left(long); got != [3]bool{true, true, true} {
				t.Errorf("of the other org are left %v", got)
			}
		}
		if n := hours(); n != 2 {
			t.Errorf("%d hours of directories are left after 4 days", n)
		}
		d.Clock.Skip(accounts.MaxHealthDays * 24 * time.Hour)
		tenanttest.Accepted(t, s.cleanOnce(ctx))
		if n := hours(); n != 0 {
			t.Errorf("%d hours of directories are left after 34 days", n)
		}
	})
}
