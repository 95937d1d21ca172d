package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/jobs"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

var admin = tenanttest.Admin

// last gives the org's newest job.
func last(t *testing.T, o *tenanttest.Org) store.Job {
	t.Helper()
	found, _, err := o.Accounts.Jobs(t.Context(), o.ID, store.Page{})
	tenanttest.Accepted(t, err)
	if len(found) == 0 {
		t.Fatal("there is no job")
	}
	return found[0]
}

func managed(t *testing.T, o *tenanttest.Org) int {
	t.Helper()
	_, total, _, err := o.Accounts.Managed(t.Context(), o.ID, "", store.Page{})
	tenanttest.Accepted(t, err)
	return total
}

func setMode(t *testing.T, o *tenanttest.Org, mode identity.ClaimMode, keep bool) {
	t.Helper()
	_, err := o.Accounts.SetClaimMode(t.Context(), admin, o.ID, o.Domain("acme.example").ID, mode, keep)
	tenanttest.Accepted(t, err)
}

// From automatic to selected nobody is lost on the way, whatever stops the
// server in the middle.
func TestClaimPresent(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		acme := d.Org("acme.example")
		const people = 250 // three steps
		err := d.Store.Update(t.Context(), func(tx *store.Tx) error {
			for i := range people {
				_, err := tx.InsertAccount(store.Account{
					ID: identity.NewAccountID(), Email: identity.MustEmail(fmt.Sprintf("p%d@acme.example", i)), Status: identity.AccountActive, Origin: identity.OriginImported,
				})
				if err != nil {
					return err
				}
			}
			return nil
		})
		tenanttest.Accepted(t, err)
		setMode(t, acme, identity.ClaimSelected, true)
		setMode(t, acme, identity.ClaimSelected, true) // twice is once
		if n := managed(t, acme); n != people || acme.Domain("acme.example").Claim != identity.ClaimAutomatic {
			t.Errorf("%d managed before the job began", n)
		}

		stop, cancel := context.WithCancel(t.Context())
		cancel()
		_ = d.Jobs.Run(stop) // a server that is stopped at once
		tenanttest.Accepted(t, d.Jobs.Run(t.Context()))
		j := last(t, acme)
		if !j.IsFinished() || j.Error != "" || j.Done != people || j.Total != people {
			t.Errorf("job: %+v", j)
		}
		if n := managed(t, acme); n != people || acme.Domain("acme.example").Claim != identity.ClaimSelected {
			t.Errorf("%d managed, claims %s", n, acme.Domain("acme.example").Claim)
		}
		d.Check()

		id := acme.Domain("acme.example").ID
		tenanttest.Accepted(t, d.Accounts.RemoveDomain(t.Context(), admin, acme.ID, id))
		tenanttest.Accepted(t, d.Jobs.Run(t.Context()))
		acme.Verify("acme.example")
		setMode(t, acme, identity.ClaimSelected, false)
		tenanttest.Accepted(t, d.Jobs.Run(t.Context()))
		if n := managed(t, acme); n != 0 {
			t.Errorf("%d claims outlived the domain", n)
		}
		d.Check()
	})
}

// An account that was a stranger while its record was deactivated is deactivated
// when the org comes to manage it: the IdP would not say it again.
func TestAccountsFollowWhenTheyAreClaimed(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		acme := d.Org()
		dir := acme.Directory("Okta")
		gone := dir.Push("gone@acme.example", `"title":"Clerk"`)
		here := dir.Push("here@acme.example", `"title":"Chief"`)
		_, err := dir.Set(gone.ID, "active", "false")
		tenanttest.Accepted(t, err)
		if a := d.AccountNow(gone.AccountID); a.Status != identity.AccountActive {
			t.Fatalf("a stranger was deactivated: %+v", a)
		}
		acme.Verify("acme.example")
		tenanttest.Accepted(t, d.Jobs.Run(t.Context()))
		if a := d.AccountNow(gone.AccountID); a.Status != identity.AccountInactive || a.Profile.JobTitle != "Clerk" {
			t.Errorf("account: %+v", a)
		}
		if a := d.AccountNow(here.AccountID); a.Status != identity.AccountActive || a.Profile.JobTitle != "Chief" {
			t.Errorf("account: %+v", a)
		}
		if e := acme.LastLog(); e.Operation != "user.follow" || e.AccountID == "" {
			t.Errorf("log entry: %+v", e)
		}
		d.Check()
	})
}

func TestClaimByName(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		ctx := t.Context()
		acme, globex := d.Org("acme.example"), d.Org("globex.example")
		ann, bob, eve := acme.Account("ann@acme.example"), acme.Account("bob@acme.example"), globex.Account("eve@globex.example")
		id := acme.Domain("acme.example").ID
		claim := func(release bool, names ...string) ([]accounts.ClaimResult, error) {
			return d.Accounts.Claim(ctx, admin, acme.ID, id, names, release)
		}
		_, err := claim(false, string(ann.ID))
		tenanttest.RefusedBy(t, err, identity.RuleManaged, identity.CodeConflict)
		setMode(t, acme, identity.ClaimSelected, false)
		if n := managed(t, acme); n != 0 {
			t.Errorf("%d managed after all were released", n)
		}
		preview, _, err := d.Accounts.PreviewClaims(ctx, acme.ID, id, store.Page{})
		tenanttest.Accepted(t, err)
		if preview.Total != 2 || preview.Managed != 0 || len(preview.Accounts) != 2 || preview.Accounts[0].Managed {
			t.Errorf("preview: %+v", preview)
		}
		results, err := claim(false, string(ann.ID), "BOB@acme.example", string(eve.ID), "eve@globex.example", "nobody", string(ann.ID))
		tenanttest.Accepted(t, err)
		for i, want := range []bool{true, true, false, false, false, false} {
			if results[i].Changed != want || (i >= 2 && i <= 4) != (identity.CodeOf(results[i].Err) == identity.CodeNotFound) {
				t.Errorf("%s: %+v", results[i].Given, results[i])
			}
		}
		if n := managed(t, acme); n != 2 || d.AccountNow(eve.ID).ClaimedBy != "" {
			t.Errorf("%d managed; eve %+v", n, d.AccountNow(eve.ID))
		}
		results, err = claim(true, string(bob.ID))
		if err != nil || !results[0].Changed || managed(t, acme) != 1 {
			t.Errorf("released: %+v, %v", results, err)
		}
		if _, err := d.Accounts.Claim(ctx, admin, globex.ID, id, []string{string(ann.ID)}, true); identity.CodeOf(err) != identity.CodeNotFound {
			t.Errorf("another org's domain: %v", err)
		}
		if _, err := claim(false); identity.CodeOf(err) != identity.CodeInvalid {
			t.Errorf("nobody: %v", err)
		}
		d.Check()
	})
}

// A job that fails is tried again later, and given up at last.
func TestFailingJob(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		acme := d.Org()
		err := d.Store.Update(t.Context(), func(tx *store.Tx) error {
			_, err := tx.InsertJob(store.Job{OrgID: acme.ID, ID: identity.JobID(identity.NewUUID()), Kind: "fly-to-the-moon", Name: "moon"})
			return err
		})
		tenanttest.Accepted(t, err)
		runner := jobs.NewRunner(d.Store)
		for attempt := 1; attempt <= 20; attempt++ {
			if err := runner.Run(t.Context()); err == nil {
				t.Fatalf("attempt %d did not fail", attempt)
			}
			if err := runner.Run(t.Context()); err != nil {
				t.Fatalf("it is tried again at once: %v", err)
			}
			if j := last(t, acme); j.Attempts != attempt || j.IsFinished() != (attempt == 20) || j.Error == "" {
				t.Fatalf("after attempt %d: %+v", attempt, j)
			}
			d.Clock.Skip(time.Minute)
		}
		if err := runner.Run(t.Context()); err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("a job that was given up: %v", err)
		}
	})
}
