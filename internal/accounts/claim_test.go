package accounts_test

import (
	"errors"
	"testing"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

// selected makes the claims of an org's domain selected from the start.
func selected(t *testing.T, d *tenanttest.Deployment, domain string) *tenanttest.Org {
	t.Helper()
	org := d.Org()
	_, err := d.Accounts.UpdateOrg(t.Context(), admin, org.ID, accounts.OrgUpdate{DefaultClaim: new(identity.ClaimSelected)})
	tenanttest.Accepted(t, err)
	org.Verify(domain)
	return org
}

// stranger makes an account on a domain that no org has verified yet.
func stranger(t *testing.T, d *tenanttest.Deployment, email string) store.Account {
	t.Helper()
	var a store.Account
	err := d.Store.Update(t.Context(), func(tx *store.Tx) (err error) {
		a, err = tx.InsertAccount(store.Account{
			ID: identity.NewAccountID(), Email: identity.MustEmail(email), Name: email, Status: identity.AccountActive, Origin: identity.OriginSelfSignup,
		})
		return err
	})
	tenanttest.Accepted(t, err)
	return a
}

// Where claims are selected, an account that nobody claimed is a stranger to
// everything; one that the org makes itself is not.
func TestSelectedClaims(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		ctx := t.Context()
		old := stranger(t, d, "old@acme.example")
		acme := selected(t, d, "acme.example")
		dir := acme.Directory("Okta")
		managed := func() int {
			t.Helper()
			_, total, _, err := d.Accounts.Managed(ctx, acme.ID, "", store.Page{})
			tenanttest.Accepted(t, err)
			return total
		}

		t.Run("the org does not manage what it has not claimed", func(t *testing.T) {
			if _, err := d.Accounts.Get(ctx, acme.ID, old.ID); identity.CodeOf(err) != identity.CodeNotFound {
				t.Errorf("got %v", err)
			}
			if n := managed(); n != 0 {
				t.Errorf("%d are managed", n)
			}
		})
		t.Run("a link to it gives no power", func(t *testing.T) {
			u := dir.Push("old@acme.example", `"displayName":"Taken over"`, `"active":false`)
			if u.AccountID != old.ID {
				t.Fatalf("linked to %s", u.AccountID)
			}
			if got := d.AccountNow(old.ID); got.Name != old.Name || got.Status != identity.AccountActive {
				t.Errorf("account: %+v", got)
			}
			_, err := d.Accounts.Get(ctx, acme.ID, old.ID)
			tenanttest.RefusedBy(t, err, identity.RuleManaged, identity.CodeForbidden)
		})
		t.Run("what its directory creates is its own", func(t *testing.T) {
			u := dir.Push("new@acme.example", `"title":"Chief"`)
			a, err := d.Accounts.Get(ctx, acme.ID, u.AccountID)
			tenanttest.Accepted(t, err)
			if a.ClaimedBy != acme.ID || a.Profile.JobTitle != "Chief" {
				t.Errorf("account: %+v", a)
			}
		})
		t.Run("what its administrator creates or moves there is its own", func(t *testing.T) {
			acme.Account("made@acme.example")
			if n := managed(); n != 2 {
				t.Errorf("%d are managed, want 2", n)
			}
			_, err := d.Accounts.UpdateOrg(ctx, admin, acme.ID, accounts.OrgUpdate{DefaultClaim: new(identity.ClaimAutomatic)})
			tenanttest.Accepted(t, err)
			acme.Verify("automatic.example")
			moved := acme.Account("moved@automatic.example")
			if moved.ClaimedBy != "" {
				t.Errorf("claimed by %s where nothing needs a claim", moved.ClaimedBy)
			}
			tenanttest.Accepted(t, d.Accounts.SetEmail(ctx, admin, acme.ID, moved.ID, "moved@acme.example"))
			if n := managed(); n != 3 {
				t.Errorf("%d are managed, want 3", n)
			}
		})
		d.Check()
	})
}

func TestOrgSettings(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		acme := d.Org("acme.example")
		tests := []struct {
			name   string
			update accounts.OrgUpdate
			field  string // at fault, "" where it is accepted
		}{
			{"retention", accounts.OrgUpdate{TombstoneDays: new(1), LogDays: new(3650), AuditDays: new(7)}, ""},
			{"no tombstones", accounts.OrgUpdate{TombstoneDays: new(0)}, "tombstoneDays"},
			{"too long a log", accounts.OrgUpdate{LogDays: new(3651)}, "logDays"},
			{"negative audit", accounts.OrgUpdate{AuditDays: new(-1)}, "auditDays"},
			{"parking", accounts.OrgUpdate{ParkingTemplate: new("away-{local}-{id}@parking.example")}, ""},
			{"parking all on one address", accounts.OrgUpdate{ParkingTemplate: new("parked@acme.example")}, "parkingAddress"},
			{"parking by domain", accounts.OrgUpdate{ParkingTemplate: new("parked@{id}.acme.example")}, "parkingAddress"},
			{"parking without domain", accounts.OrgUpdate{ParkingTemplate: new("{id}")}, "parkingAddress"},
			{"parking with an unknown placeholder", accounts.OrgUpdate{ParkingTemplate: new("{id}{name}@acme.example")}, "parkingAddress"},
		}
		for _, test := range tests {
			before, err := d.Accounts.Org(t.Context(), acme.ID)
			tenanttest.Accepted(t, err)
			_, err = d.Accounts.UpdateOrg(t.Context(), admin, acme.ID, test.update)
			if test.field == "" {
				tenanttest.Accepted(t, err)
				continue
			}
			if e, ok := errors.AsType[*identity.Error](err); !ok || e.Field != test.field || e.Code != identity.CodeInvalid {
				t.Errorf("%s: %v", test.name, err)
			}
			if after, err := d.Accounts.Org(t.Context(), acme.ID); err != nil || after != before {
				t.Errorf("%s changed the settings: %+v", test.name, after)
			}
		}
	})
}

func TestDomainsThatNobodyCanOwn(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		acme := d.Org()
		for _, name := range []string{"co.uk", "github.io", "gmail.com", "mail.gmail.com", "GMAIL.com", "privaterelay.appleid.com", "com.", "acme"} {
			if _, err := d.Accounts.AddDomain(t.Context(), admin, acme.ID, name); identity.CodeOf(err) != identity.CodeInvalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		for name, canonical := range map[string]string{"Acme.co.uk": "acme.co.uk", "bücher.example": "xn--bcher-kva.example", "notgmail.com": "notgmail.com", "corp.internal": "corp.internal"} {
			added, err := d.Accounts.AddDomain(t.Context(), admin, acme.ID, name)
			if err != nil || added.Name != canonical || added.Token == "" {
				t.Errorf("%s: %+v, %v", name, added, err)
			}
		}
	})
}
