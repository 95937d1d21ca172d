package accounts_test

import (
	"sync"
	"testing"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/tenanttest"
)

// Two administrators change different settings at the same moment; neither may
// write back what it read of the other's.
func TestConcurrentSettings(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		for range 20 {
			acme := d.Org()
			name, behaviour := "Acme", identity.BehaviourAtlassian
			var all sync.WaitGroup
			for _, u := range []accounts.OrgUpdate{{Name: &name}, {Behaviour: &behaviour}} {
				all.Go(func() {
					if _, err := d.Accounts.UpdateOrg(t.Context(), admin, acme.ID, u); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			got, err := d.Accounts.Org(t.Context(), acme.ID)
			tenanttest.Accepted(t, err)
			if got.Name != name || got.Behaviour != behaviour {
				t.Errorf("one of the two is lost: %+v", got)
			}
		}
	})
}
