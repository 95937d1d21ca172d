package repair_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/provision"
	"roster/internal/repair"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

var admin = tenanttest.Admin

func TestRule_delete_by_aaid(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		ctx := t.Context()
		acme, other := d.Org("acme.example"), d.Org("other.example")
		entra, okta, theirs := acme.Directory("Entra"), acme.Directory("Okta"), other.Directory("Entra")
		one, two, guest := entra.Push("ann@acme.example"), okta.Push("ann@acme.example"), theirs.Push("ann@acme.example")
		entra.PushGroup("Staff", one.ID)
		account := acme.AccountNow(one.AccountID)

		t.Run("another org cannot", func(t *testing.T) {
			_, err := d.Repair.DeleteByAccount(ctx, admin, other.ID, account.ID)
			tenanttest.RefusedBy(t, err, identity.RuleManaged, identity.CodeForbidden)
		})
		t.Run("nor may an org touch an external user it links", func(t *testing.T) {
			stranger := entra.Push("guest@gmail.example")
			_, err := d.Repair.DeleteByAccount(ctx, admin, acme.ID, stranger.AccountID)
			tenanttest.RefusedBy(t, err, identity.RuleManaged, identity.CodeForbidden)
		})
		t.Run("all the org's records go, in all its directories", func(t *testing.T) {
			removed, err := d.Repair.DeleteByAccount(ctx, admin, acme.ID, account.ID)
			tenanttest.Accepted(t, err)
			if len(removed) != 2 || removed[0].SCIMUserID != one.ID || removed[1].SCIMUserID != two.ID {
				t.Errorf("removed %+v", removed)
			}
			for _, e := range acme.Audit()[len(acme.Audit())-2:] {
				if e.Action != string(repair.ActionRecordsDeleted) || e.Actor != admin.Actor {
					t.Errorf("audit entry: %+v", e)
				}
			}
		})
		t.Run("the account stays as it is, without memberships", func(t *testing.T) {
			if diff := cmp.Diff(account, acme.AccountNow(account.ID)); diff != "" {
				t.Errorf("the account changed (-before +after):\n%s", diff)
			}
			if got := acme.Members("Staff"); len(got) != 0 {
				t.Errorf("members: %v", got)
			}
		})
		t.Run("and is unlocked", func(t *testing.T) {
			tenanttest.Accepted(t, d.Accounts.SetEmail(ctx, admin, acme.ID, account.ID, "parked@acme.example"))
		})
		t.Run("the old ids answer 404 and the log names the way out", func(t *testing.T) {
			_, err := entra.Set(one.ID, "active", "true")
			tenanttest.Refused(t, err, 404, "unassign the person")
			_, err = okta.Replace(two.ID, tenanttest.Person("ann@acme.example"))
			tenanttest.Refused(t, err, 404, "unassign the person")
			if e := acme.LastLog(); e.Hint != journal.HintDeletedRecord || e.AccountID != account.ID {
				t.Errorf("log entry: %+v", e)
			}
		})
		t.Run("another org's record stays", func(t *testing.T) {
			if got := theirs.User(guest.ID).AccountID; got != account.ID {
				t.Errorf("linked to %q", got)
			}
		})
		t.Run("twice removes nothing", func(t *testing.T) {
			removed, err := d.Repair.DeleteByAccount(ctx, admin, acme.ID, account.ID)
			if err != nil || len(removed) != 0 {
				t.Errorf("removed %v, %v", removed, err)
			}
		})
		t.Run("an account of nobody's is not found", func(t *testing.T) {
			_, err := d.Repair.DeleteByAccount(ctx, admin, acme.ID, "acct_none")
			tenanttest.RefusedBy(t, err, "", identity.CodeNotFound)
		})
		d.Check()
	})
}

func TestRule_unlink_keeps_record(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		ctx := t.Context()
		acme, other := d.Org("acme.example"), d.Org("other.example")
		entra := acme.Directory("Entra")
		u := entra.Push("ann@acme.example")
		account := u.AccountID
		record := entra.Record(u.ID)
		push := func(t *testing.T, title string) provision.User {
			t.Helper()
			got, err := entra.Set(u.ID, "title", `"`+title+`"`)
			tenanttest.Accepted(t, err)
			return got
		}

		t.Run("another org cannot", func(t *testing.T) {
			tenanttest.RefusedBy(t, d.Repair.Unlink(ctx, admin, other.ID, record), "", identity.CodeNotFound)
		})
		t.Run("safe holds the pair", func(t *testing.T) {
			tenanttest.Accepted(t, d.Repair.Unlink(ctx, admin, acme.ID, record))
			if got := push(t, "one"); got.AccountID != "" || got.UnlinkedReason != journal.UnlinkedHeld(account) {
				t.Errorf("linked to %q, because %q", got.AccountID, got.UnlinkedReason)
			}
			if e := acme.LastLog(); e.Level != journal.LevelWarning {
				t.Errorf("log entry: %+v", e)
			}
			holds, _, err := d.Repair.Holds(ctx, acme.ID, store.Page{})
			if err != nil || len(holds) != 1 || holds[0].AccountID != account {
				t.Errorf("holds: %+v, %v", holds, err)
			}
		})
		t.Run("the account is unlocked", func(t *testing.T) {
			tenanttest.Accepted(t, d.Accounts.Disable(ctx, admin, acme.ID, account, ""))
			tenanttest.Accepted(t, d.Accounts.Enable(ctx, admin, acme.ID, account))
		})
		t.Run("unlinking again changes nothing", func(t *testing.T) {
			audited := len(acme.Audit())
			tenanttest.Accepted(t, d.Repair.Unlink(ctx, admin, acme.ID, record))
			if got := len(acme.Audit()); got != audited {
				t.Errorf("%d audit entries, want %d", got, audited)
			}
		})
		t.Run("a held record may link to another account", func(t *testing.T) {
			got, err := entra.SetEmail(u.ID, "ann.b@acme.example")
			tenanttest.Accepted(t, err)
			if got.AccountID == "" || got.AccountID == account {
				t.Errorf("linked to %q", got.AccountID)
			}
			tenanttest.Accepted(t, d.Repair.Unlink(ctx, admin, acme.ID, record))
			_, err = entra.SetEmail(u.ID, "ann@acme.example")
			tenanttest.Accepted(t, err)
		})
		t.Run("lifting the hold lets the next push link", func(t *testing.T) {
			tenanttest.RefusedBy(t, d.Repair.LiftHold(ctx, admin, other.ID, record), "", identity.CodeNotFound)
			tenanttest.Accepted(t, d.Repair.LiftHold(ctx, admin, acme.ID, record))
			if got := push(t, "two"); got.AccountID != account {
				t.Errorf("linked to %q because %q", got.AccountID, got.UnlinkedReason)
			}
			tenanttest.RefusedBy(t, d.Repair.LiftHold(ctx, admin, acme.ID, record), "", identity.CodeNotFound)
		})
		t.Run("relinking ends the hold too", func(t *testing.T) {
			tenanttest.Accepted(t, d.Repair.Unlink(ctx, admin, acme.ID, record))
			_, err := d.Repair.Relink(ctx, admin, acme.ID, repair.Relink{Record: record, AccountID: account})
			tenanttest.Accepted(t, err)
			view, err := d.Repair.Record(ctx, acme.ID, record)
			if err != nil || view.AccountID != account || len(view.Holds) != 0 {
				t.Errorf("record: %+v, %v", view, err)
			}
		})
		t.Run("atlassian leaves no hold", func(t *testing.T) {
			acme.Behave(identity.BehaviourAtlassian)
			tenanttest.Accepted(t, d.Repair.Unlink(ctx, admin, acme.ID, record))
			if got := entra.User(u.ID).UnlinkedReason; got != journal.UnlinkedByAdmin {
				t.Errorf("unlinked because %q", got)
			}
			if got := push(t, "three"); got.AccountID != account {
				t.Errorf("linked to %q", got.AccountID)
			}
		})
		d.Check()
	})
}
