package repair_test

import (
	"testing"

	"roster/internal/repair"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

// An entry of the log leads to the finding that it tells of, as long as that is there.
func TestFindingsAboutAnEntry(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		c := conflict(d, false)
		about := func(e store.LogEntry) []repair.Finding {
			t.Helper()
			found, err := d.Repair.FindingsAbout(t.Context(), c.ID, e)
			if err != nil {
				t.Fatal(err)
			}
			return found
		}
		refused := c.LastLog()
		if found := about(refused); len(found) != 1 || found[0].Kind != repair.KindEmailConflict || found[0].WrongAccount != c.wrong {
			t.Errorf("the refusal tells of %+v", found)
		}
		if found := about(store.LogEntry{DirectoryID: c.entra.ID}); found != nil {
			t.Errorf("an entry about nobody tells of %+v", found)
		}
		if _, err := d.Repair.DeleteByAccount(t.Context(), tenanttest.Admin, c.ID, c.wrong); err != nil {
			t.Fatal(err)
		}
		if err := d.Accounts.SetEmail(t.Context(), tenanttest.Admin, c.ID, c.wrong, "parked@old.example"); err != nil {
			t.Fatal(err)
		}
		if found := about(refused); len(found) != 0 {
			t.Errorf("the refusal still tells of %+v", found)
		}
	})
}
