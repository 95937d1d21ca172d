package store

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A suspension is of one org: another neither sees nor ends it.
func TestSuspensionIsOfOneOrg(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, s *Store) {
		tenants(t, s)
		got := map[string]bool{}
		update(t, s, func(tx *Tx) error {
			a, err := tx.InsertAccount(plainAccount("ada"))
			if err != nil {
				return err
			}
			for _, step := range []struct {
				name string
				does func() (bool, error)
			}{
				{"suspend", func() (bool, error) { return tx.Suspend("org-1", a.ID, "Ann") }},
				{"suspend again", func() (bool, error) { return tx.Suspend("org-1", a.ID, "Ann") }},
				{"theirs is suspended", func() (bool, error) { return tx.IsSuspended("org-2", a.ID) }},
				{"they end it", func() (bool, error) { return tx.Unsuspend("org-2", a.ID) }},
				{"ours is suspended", func() (bool, error) { return tx.IsSuspended("org-1", a.ID) }},
				{"we end it", func() (bool, error) { return tx.Unsuspend("org-1", a.ID) }},
				{"it is ended", func() (bool, error) { is, err := tx.IsSuspended("org-1", a.ID); return !is, err }},
			} {
				if got[step.name], err = step.does(); err != nil {
					return err
				}
			}
			return nil
		})
		want := map[string]bool{
			"suspend": true, "suspend again": false, "theirs is suspended": false, "they end it": false,
			"ours is suspended": true, "we end it": true, "it is ended": true,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("steps (-want +got):\n%s", diff)
		}
	})
}
