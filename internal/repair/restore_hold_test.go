package repair_test

import (
	"testing"

	"roster/internal/journal"
	"roster/internal/tenanttest"
)

// A hold outlives its record: it is back when the record is restored.
func TestRule_unlink_keeps_record_through_restore(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		acme := d.Org("acme.example")
		entra := acme.Directory("Entra")
		u := entra.Push("ann@acme.example")
		tenanttest.Accepted(t, d.Repair.Unlink(t.Context(), admin, acme.ID, entra.Record(u.ID)))
		tenanttest.Accepted(t, entra.Delete(u.ID))
		_, err := d.Repair.Restore(t.Context(), admin, acme.ID, entra.Record(u.ID))
		tenanttest.Accepted(t, err)
		pushed, err := entra.Set(u.ID, "title", `"Boss"`)
		tenanttest.Accepted(t, err)
		if pushed.AccountID != "" || pushed.UnlinkedReason != journal.UnlinkedHeld(u.AccountID) {
			t.Errorf("linked to %q, because %q", pushed.AccountID, pushed.UnlinkedReason)
		}
		d.Check()
	})
}
