package accounts_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/tenanttest"
)

func TestEndOfAccounts(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		ctx := t.Context()
		acme := d.Org("acme.example")
		entra := acme.Directory("Entra")
		closed := func(email string) identity.AccountID {
			a := acme.Account(email)
			tenanttest.Accepted(t, d.Accounts.Delete(ctx, admin, acme.ID, a.ID))
			return a.ID
		}
		gone, kept, back := closed("gone@acme.example"), closed("kept@acme.example"), closed("back@acme.example")
		tenanttest.Accepted(t, d.Accounts.CancelDelete(ctx, admin, acme.ID, kept))
		rehired := entra.Push("back@acme.example")
		g, err := d.Accounts.CreateGroup(ctx, admin, acme.ID, "G", "")
		tenanttest.Accepted(t, err)
		_, err = d.Accounts.AddMember(ctx, admin, acme.ID, g.ID, gone)
		tenanttest.Accepted(t, err)
		ended := func() int {
			n, err := d.Accounts.EndDue(ctx, 10)
			tenanttest.Accepted(t, err)
			return n
		}
		if n := ended(); n != 0 {
			t.Errorf("%d ended within the grace period", n)
		}
		d.Clock.Skip(accounts.DeletionGrace + time.Hour)
		if n := ended(); n != 1 {
			t.Errorf("%d ended, want 1: linked ones wait", n)
		}
		if _, err := d.Accounts.Find(ctx, acme.ID, gone); identity.CodeOf(err) != identity.CodeNotFound {
			t.Errorf("the account is still there: %v", err)
		}
		if e := acme.LastAudit(); e.Action != string(accounts.ActionAccountDeleted) || e.Target != string(gone) {
			t.Errorf("audited %+v", e)
		}
		if diff := cmp.Diff([]string{"deleted   account_deleted"}, history(t, acme, gone)); diff != "" {
			t.Errorf("what is left of its timeline (-want +got):\n%s", diff)
		}
		if again := acme.Account("gone@acme.example"); again.ID == gone {
			t.Error("the id was given again")
		}
		if acme.AccountNow(kept).Status != identity.AccountActive {
			t.Error("the one whose deletion was cancelled is not active")
		}
		t.Run("a linked one waits, and its deletion can be cancelled", func(t *testing.T) {
			if rehired.AccountID != back || acme.AccountNow(back).Status != identity.AccountClosed {
				t.Fatalf("the account is %+v", acme.AccountNow(back))
			}
			_, err := entra.Set(rehired.ID, "active", "false")
			tenanttest.Accepted(t, err)
			tenanttest.Accepted(t, d.Accounts.CancelDelete(ctx, admin, acme.ID, back))
			if got := acme.AccountNow(back); got.Status != identity.AccountInactive || !got.DeleteAt.IsZero() {
				t.Errorf("the directory says inactive; the account is %s", got.Status)
			}
		})
		d.Check()
	})
}
