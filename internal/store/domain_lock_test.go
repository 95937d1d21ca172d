package store

import (
	"testing"
)

// What a write found verified stays so until the write is done: a removal that
// comes meanwhile waits. SQLite has one writer and needs no proof.
func TestRemovalOfADomainWaitsForWrites(t *testing.T) {
	t.Parallel()
	s := newPostgres(t)
	world(t, s)
	removed := make(chan error, 1)
	update(t, s, func(tx *Tx) error {
		if _, err := tx.Verifier("example.com"); err != nil {
			return err
		}
		go func() {
			removed <- s.Update(t.Context(), func(tx *Tx) error { return tx.DeleteDomain(testOrg, "dom-1") })
		}()
		for {
			select {
			case err := <-removed:
				t.Errorf("the domain was removed under a write that relies on it (%v)", err)
				removed <- err
				return nil
			default:
			}
			waiting, err := one(tx, column[int], `SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN
				(SELECT l.pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE d.datname = current_database())`)
			if err != nil || waiting > 0 {
				return err
			}
		}
	})
	if err := <-removed; err != nil {
		t.Error(err)
	}
}
