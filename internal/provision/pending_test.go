package provision_test

import (
	"fmt"
	"testing"

	"roster/internal/identity"
	"roster/internal/repair"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

// What a directory wrote while another decided about the account reaches it
// when that directory comes to decide, whichever way.
func TestRule_AuthorityTakesOver(t *testing.T) {
	t.Parallel()
	type scene struct {
		*tenanttest.Deployment
		acme        *tenanttest.Org
		domain      string
		okta, entra *tenanttest.Directory
		first       store.SCIMUser // of okta, which decides
	}
	tests := []struct {
		name  string
		cause func(t *testing.T, s scene) error
	}{
		{"its record is unlinked", func(t *testing.T, s scene) error {
			return s.Repair.Unlink(t.Context(), tenanttest.Admin, s.acme.ID, s.okta.Record(s.first.ID))
		}},
		{"its record is deleted by the identity provider", func(_ *testing.T, s scene) error { return s.okta.Delete(s.first.ID) }},
		{"its record is relinked", func(t *testing.T, s scene) error {
			_, err := s.Repair.Relink(t.Context(), tenanttest.Admin, s.acme.ID, repair.Relink{Record: s.okta.Record(s.first.ID), AccountID: s.acme.Account("other@" + s.domain).ID})
			return err
		}},
		{"the domain is assigned to the other", func(t *testing.T, s scene) error {
			s.acme.Assign(s.domain, s.entra)
			return s.Jobs.Run(t.Context())
		}},
		{"it is disconnected", func(t *testing.T, s scene) error {
			_, err := s.Accounts.Disconnect(t.Context(), tenanttest.Admin, s.acme.ID, s.okta.ID)
			tenanttest.Accepted(t, err)
			return s.Jobs.Run(t.Context())
		}},
	}
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		for i, tt := range tests {
			t.Run(tt.name, func(t *testing.T) { //nolint:paralleltest // organizations of one deployment
				domain := fmt.Sprintf("d%d.example", i)
				acme := d.Org(domain)
				okta, entra := acme.Directory("Okta"), acme.Directory("Entra")
				first, late := okta.Push("ann@"+domain), entra.Push("ann@"+domain)
				_, err := entra.SetEmail(late.ID, "ann.new@"+domain)
				tenanttest.Accepted(t, err)
				_, err = entra.Set(late.ID, "title", `"Chief"`)
				tenanttest.Accepted(t, err)
				if a := d.AccountNow(first.AccountID); a.Email.Address != "ann@"+domain || entra.User(late.ID).Pending != store.PendingEmail {
					t.Fatalf("before: %+v, record %+v", a, entra.User(late.ID))
				}
				tenanttest.Accepted(t, tt.cause(t, scene{d, acme, domain, okta, entra, first.SCIMUser}))
				if a := d.AccountNow(first.AccountID); a.Email.Address != "ann.new@"+domain || a.Profile.JobTitle != "Chief" || a.Status != identity.AccountActive {
					t.Errorf("after: %+v", a)
				}
				if u := entra.User(late.ID); u.Pending != store.PendingNothing {
					t.Errorf("%q still waits", u.Pending)
				}
				d.Check()
			})
		}
	})
}

// An address that cannot be had goes on to wait, with the reason in the log;
// the rest is applied.
func TestRule_AuthorityEmailGoesOnWaiting(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, domain, email string }{
		{"another account has it", "acme.example", "bob@acme.example"},
		{"its domain is not verified", "globex.example", "ann@elsewhere.example"},
	}
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) { //nolint:paralleltest // a fresh org each, of one deployment
				acme := d.Org(tt.domain)
				acme.Account("bob@" + tt.domain)
				okta, entra := acme.Directory("Okta"), acme.Directory("Entra")
				first, late := okta.Push("ann@"+tt.domain), entra.Push("ann@"+tt.domain)
				_, err := entra.SetEmail(late.ID, tt.email)
				tenanttest.Accepted(t, err)
				_, err = entra.Set(late.ID, "active", "false")
				tenanttest.Accepted(t, err)
				tenanttest.Accepted(t, d.Repair.Unlink(t.Context(), tenanttest.Admin, acme.ID, okta.Record(first.ID)))
				if a := d.AccountNow(first.AccountID); a.Email.Address != "ann@"+tt.domain || a.Status != identity.AccountInactive {
					t.Errorf("account: %+v", a)
				}
				if e := acme.LastLog(); e.Operation != "user.follow" || e.Level != "warning" || e.DirectoryID != entra.ID {
					t.Errorf("log entry: %+v", e)
				}
				if u := entra.User(late.ID); u.Pending != store.PendingEmail {
					t.Errorf("%q waits", u.Pending)
				}
				d.Check()
			})
		}
	})
}
