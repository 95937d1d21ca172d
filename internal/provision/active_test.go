package provision_test

import (
	"strings"
	"testing"

	"roster/internal/identity"
	"roster/internal/tenanttest"
)

// What a write leaves out lets nobody in, and locks nobody out.
func TestRule_deactivate_keeps_the_status_that_no_write_names(t *testing.T) {
	t.Parallel()
	type writes = []func(*tenanttest.Directory, identity.SCIMUserID) error
	silent := strings.Replace(tenanttest.Person("ann@acme.example"), `,"active":true`, "", 1)
	remove := func(d *tenanttest.Directory, id identity.SCIMUserID) error {
		_, err := d.Set(id, "active", "null")
		return err
	}
	retitle := func(d *tenanttest.Directory, id identity.SCIMUserID) error {
		_, err := d.Set(id, "title", `"Clerk"`)
		return err
	}
	replace := func(d *tenanttest.Directory, id identity.SCIMUserID) error {
		_, err := d.Replace(id, silent)
		return err
	}
	cases := []struct {
		name    string
		writes  writes
		removed bool // whether the record says nothing of it then
	}{
		{"active removed", writes{remove}, true},
		{"active removed, then another attribute set", writes{remove, retitle}, true},
		{"replaced without active", writes{replace}, false},
		{"active removed, then replaced without it", writes{remove, replace}, false},
	}
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		entra := d.Org("acme.example").Directory("Entra")
		for _, c := range cases {
			for _, active := range []string{"true", "false"} {
				t.Run(c.name+", which was "+active, func(t *testing.T) {
					u := entra.Push("ann@acme.example", `"active":`+active)
					want := d.AccountNow(u.AccountID).Status
					for _, w := range c.writes {
						tenanttest.Accepted(t, w(entra, u.ID))
					}
					got := entra.User(u.ID)
					if says := strings.Contains(string(got.Doc), `"active":`+active); got.Active != u.Active || says == c.removed {
						t.Errorf("active %t, was %t, in %s", got.Active, u.Active, got.Doc)
					}
					if status := d.AccountNow(u.AccountID).Status; status != want {
						t.Errorf("the account is %s, was %s", status, want)
					}
					tenanttest.Accepted(t, entra.Delete(u.ID))
				})
			}
		}
		t.Run("restored after it was removed from an inactive one", func(t *testing.T) {
			u := entra.Push("ann@acme.example", `"active":false`)
			record := entra.Record(u.ID)
			tenanttest.Accepted(t, remove(entra, u.ID))
			tenanttest.Accepted(t, entra.Delete(u.ID))
			restored, err := d.Repair.Restore(t.Context(), tenanttest.Admin, entra.Org.ID, record)
			tenanttest.Accepted(t, err)
			if restored.Active {
				t.Errorf("restored as %s", restored.Doc)
			}
		})
		d.Check()
	})
}
