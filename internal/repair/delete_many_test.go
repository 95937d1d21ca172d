package repair_test

import (
	"testing"

	"roster/internal/identity"
	"roster/internal/repair"
	"roster/internal/tenanttest"
)

func TestRule_delete_by_aaid_many(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		acme := d.Org("acme.example")
		entra, okta := acme.Directory("Entra"), acme.Directory("Okta")
		ann, also, bob := entra.Push("ann@acme.example"), okta.Push("ann@acme.example"), entra.Push("bob@acme.example")
		stranger, free := entra.Push("guest@gmail.example"), acme.Account("free@acme.example")
		all := []identity.AccountID{ann.AccountID, "acct_none", stranger.AccountID, ann.AccountID, free.ID, bob.AccountID}

		ask := func(t *testing.T, dryRun bool) {
			t.Helper()
			got, err := d.Repair.DeleteByAccounts(t.Context(), admin, acme.ID, all, dryRun)
			tenanttest.Accepted(t, err)
			want := []struct {
				account identity.AccountID
				removed int
				code    identity.Code
			}{
				{ann.AccountID, 2, ""},
				{"acct_none", 0, identity.CodeNotFound},
				{stranger.AccountID, 0, identity.CodeForbidden},
				{free.ID, 0, ""},
				{bob.AccountID, 1, ""},
			}
			if len(got) != len(want) {
				t.Fatalf("%d rows, want %d: %+v", len(got), len(want), got)
			}
			for i, w := range want {
				var code identity.Code
				if got[i].Refused != nil {
					code = got[i].Refused.Code
				}
				if got[i].AccountID != w.account || len(got[i].Removed) != w.removed || code != w.code {
					t.Errorf("row %d: %+v, want %+v", i, got[i], w)
				}
			}
			if first := got[0].Removed; first[0].SCIMUserID != ann.ID || first[1].SCIMUserID != also.ID {
				t.Errorf("removed %+v", first)
			}
		}

		audited, logged := len(acme.Audit()), len(acme.Log())
		ask(t, true)
		if len(acme.Audit()) != audited || len(acme.Log()) != logged || entra.User(bob.ID).AccountID != bob.AccountID {
			t.Error("a dry run left something behind")
		}
		ask(t, false)
		if got := len(acme.Audit()) - audited; got != 3 {
			t.Errorf("%d audit entries, want one for each of 3 records", got)
		}
		again, err := d.Repair.DeleteByAccounts(t.Context(), admin, acme.ID, all, false)
		tenanttest.Accepted(t, err)
		if len(again[0].Removed) != 0 || again[0].Refused != nil {
			t.Errorf("twice: %+v", again[0])
		}
		for _, n := range []int{0, repair.MaxDeletions + 1} {
			_, err := d.Repair.DeleteByAccounts(t.Context(), admin, acme.ID, make([]identity.AccountID, n), false)
			tenanttest.RefusedBy(t, err, "", identity.CodeInvalid)
		}
		d.Check()
	})
}
