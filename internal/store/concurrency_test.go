package store

import (
	"errors"
	"strconv"
	"sync"
	"testing"

	"roster/internal/identity"
)

// TestCountsFollowTheRows runs random operations, some of which fail or are
// rolled back, from several goroutines.
func TestCountsFollowTheRows(t *testing.T) {
	t.Parallel()
	const writers, operations = 4, 60
	forEachEngine(t, func(t *testing.T, s *Store) {
		tenants(t, s)
		update(t, s, func(tx *Tx) error {
			for i := range 8 {
				if _, err := tx.InsertAccount(plainAccount(strconv.Itoa(i))); err != nil {
					return err
				}
			}
			return nil
		})
		var group sync.WaitGroup
		for writer := range writers {
			g := newGenerator(uint64(writer))
			group.Go(func() {
				for range operations {
					err := s.Update(t.Context(), g.write)
					_, taken := errors.AsType[*UniqueError](err)
					if err != nil && !taken && !errors.Is(err, ErrNotFound) && !errors.Is(err, errRefused) {
						t.Errorf("write: %v", err)
					}
				}
			})
		}
		group.Wait()
		assertCounts(t, s)
		view(t, s, func(tx *Tx) error {
			n, err := tx.Count(testDirectory, CountUsers)
			if n == 0 {
				t.Error("no user is left: the test tests nothing")
			}
			return err
		})
	})
}

// write changes one user or group of few, one time in five in vain.
func (g generator) write(tx *Tx) error {
	name := strconv.Itoa(g.IntN(8))
	user, group := plainUser(testDirectory, name), plainGroup(testDirectory, name)
	operations := []func() error{
		func() error { return tx.InsertSCIMUser(user) },
		func() error { return tx.InsertSCIMUser(user) },
		func() error { return deleteUser(tx, user.ID) },
		func() error { return link(tx, user.ID, identity.AccountID("acct_"+name)) },
		func() error { return tx.DeleteLink(testDirectory, user.ID, "why") },
		func() error { return tx.InsertSCIMGroup(group) },
		func() error { return tx.DeleteSCIMGroup(testDirectory, group.ID) },
	}
	if err := pick(g, operations)(); err != nil {
		return err
	}
	if g.chance(20) {
		return errRefused
	}
	return nil
}

func deleteUser(tx *Tx, id identity.SCIMUserID) error {
	user, err := tx.LockSCIMUser(testDirectory, id)
	if err != nil {
		return err
	}
	return tx.DeleteSCIMUser(user)
}

func link(tx *Tx, id identity.SCIMUserID, a identity.AccountID) error {
	if _, err := tx.LockSCIMUser(testDirectory, id); err != nil {
		return err
	}
	return tx.InsertLink(Link{OrgID: testOrg, DirectoryID: testDirectory, SCIMUserID: id, AccountID: a})
}

// TestDeadlocksAreRetried has two transactions lock two records in opposite
// order: PostgreSQL ends one of them, which then runs again.
func TestDeadlocksAreRetried(t *testing.T) {
	t.Parallel()
	s := newPostgres(t)
	tenants(t, s)
	threeUsers(t, s)
	var bothHoldOne, group sync.WaitGroup
	bothHoldOne.Add(2)
	orders := [][2]identity.SCIMUserID{{"user-ada", "user-bob"}, {"user-bob", "user-ada"}}
	runs := make([]int, len(orders))
	for i, order := range orders {
		group.Go(func() {
			err := s.Update(t.Context(), func(tx *Tx) error {
				if _, err := tx.LockSCIMUser(testDirectory, order[0]); err != nil {
					return err
				}
				if runs[i]++; runs[i] == 1 {
					bothHoldOne.Done()
					bothHoldOne.Wait()
				}
				user, err := tx.LockSCIMUser(testDirectory, order[1])
				if err != nil {
					return err
				}
				return tx.UpdateSCIMUser(user.refolded())
			})
			if err != nil {
				t.Errorf("locking %v: %v", order, err)
			}
		})
	}
	group.Wait()
	if runs[0]+runs[1] < 3 {
		t.Errorf("the transactions ran %v times: they did not meet", runs)
	}
	view(t, s, func(tx *Tx) error {
		for _, id := range orders[0] {
			user, err := tx.SCIMUser(testDirectory, id)
			if err != nil || user.Version != 2 {
				t.Errorf("%s has version %d (error %v), want one change", id, user.Version, err)
			}
		}
		return nil
	})
}

// refolded gives a record that was read the folded document that writes need.
func (u SCIMUser) refolded() SCIMUser {
	u.Folded = u.Doc
	return u
}

// TestOneOfManyWins has many create the same user at once: one does, and the
// others learn that the name is taken.
func TestOneOfManyWins(t *testing.T) {
	t.Parallel()
	const callers = 12
	forEachEngine(t, func(t *testing.T, s *Store) {
		tenants(t, s)
		var mu sync.Mutex
		var group sync.WaitGroup
		won, taken := 0, 0
		for i := range callers {
			group.Go(func() {
				user := plainUser(testDirectory, "ada")
				user.ID = identity.SCIMUserID(strconv.Itoa(i))
				err := s.Update(t.Context(), func(tx *Tx) error { return tx.InsertSCIMUser(user) })
				mu.Lock()
				defer mu.Unlock()
				e, unique := errors.AsType[*UniqueError](err)
				switch {
				case err == nil:
					won++
				case unique && (e.Constraint == ConstraintUserName || e.Constraint == ConstraintUserEmail):
					taken++
				default:
					t.Errorf("insert: %v", err)
				}
			})
		}
		group.Wait()
		if won != 1 || taken != callers-1 {
			t.Errorf("%d won and %d found the name taken, of %d", won, taken, callers)
		}
		assertCounts(t, s)
	})
}
