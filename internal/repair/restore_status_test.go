package repair_test

import (
	"strings"
	"testing"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/tenanttest"
)

// What the deletion of a record did to its account, its restoration takes
// back; what anybody else did stays.
func TestRule_deactivate_is_taken_back_by_restore(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	type stage struct {
		*tenanttest.Deployment
		acme        *tenanttest.Org
		entra, okta *tenanttest.Directory
		record      identity.SCIMUserID
		account     identity.AccountID
	}
	cases := []struct {
		name   string
		before func(*testing.T, *stage) // the deletion
		after  func(*testing.T, *stage)
		want   identity.AccountStatus
	}{
		{"the deletion deactivated it", nil, nil, identity.AccountActive},
		{"the directory has another name by now", nil, func(t *testing.T, s *stage) {
			name := "Renamed " + t.Name()
			_, err := s.Accounts.UpdateDirectory(ctx, admin, s.acme.ID, s.entra.ID, accounts.DirectoryUpdate{Name: &name})
			tenanttest.Accepted(t, err)
		}, identity.AccountActive},
		{"the directory had deactivated it before", func(t *testing.T, s *stage) {
			_, err := s.entra.Set(s.record, "active", `false`)
			tenanttest.Accepted(t, err)
		}, nil, identity.AccountInactive},
		{"an administrator deactivated it since", nil, func(t *testing.T, s *stage) {
			tenanttest.Accepted(t, s.Accounts.Enable(ctx, admin, s.acme.ID, s.account))
			tenanttest.Accepted(t, s.Accounts.Disable(ctx, admin, s.acme.ID, s.account, "left"))
		}, identity.AccountInactive},
		{"another directory decides by now", nil, func(t *testing.T, s *stage) {
			_, err := s.okta.Create(tenanttest.Person(s.AccountNow(s.account).Email.Address, `"active":false`))
			tenanttest.Accepted(t, err)
		}, identity.AccountInactive},
	}
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		for i, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				domain := string(rune('a'+i)) + ".example"
				s := &stage{Deployment: d, acme: d.Org(domain)}
				s.entra, s.okta = s.acme.Directory("Entra "+domain), s.acme.Directory("Okta "+domain)
				u := s.entra.Push("ann@" + domain)
				s.record, s.account = u.ID, u.AccountID
				if c.before != nil {
					c.before(t, s)
				}
				tenanttest.Accepted(t, s.entra.Delete(u.ID))
				if got := d.AccountNow(u.AccountID).Status; got != identity.AccountInactive {
					t.Fatalf("after the deletion the account is %s", got)
				}
				if c.after != nil {
					c.after(t, s)
				}
				_, err := d.Repair.Restore(ctx, admin, s.acme.ID, s.entra.Record(u.ID))
				tenanttest.Accepted(t, err)
				account := d.AccountNow(u.AccountID)
				if account.Status != c.want {
					t.Errorf("the account is %s, want %s", account.Status, c.want)
				}
				activated := c.want == identity.AccountActive
				if said := strings.Contains(s.acme.LastLog().Message, "active again"); said != activated {
					t.Errorf("log: %q", s.acme.LastLog().Message)
				}
				if activated && account.StatusBy != admin.Actor {
					t.Errorf("activated by %q", account.StatusBy)
				}
			})
		}
		d.Check()
	})
}
