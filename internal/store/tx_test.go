package store

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roster/internal/identity"
)

var errRefused = errors.New("refused by a rule")

func TestUpdateLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		end  func() error
		want any // what the caller meets
	}{
		{"an error", func() error { return errRefused }, errRefused},
		{"a panic", func() error { panic("boom") }, "boom"},
		{"a panic with an error", func() error { panic(errRefused) }, errRefused},
		{"a goroutine that ends", func() error { runtime.Goexit(); return nil }, nil},
	}
	forEachEngine(t, func(t *testing.T, s *Store) {
		tenants(t, s)
		for _, test := range tests {
			got := outcome(func() error {
				return s.Update(t.Context(), func(tx *Tx) error {
					if err := tx.InsertSCIMUser(plainUser(testDirectory, "ada")); err != nil {
						return err
					}
					return test.end()
				})
			})
			if got != test.want {
				t.Errorf("%s: the caller met %v, want %v", test.name, got, test.want)
			}
			if got := userNames(t, s); len(got) != 0 {
				t.Errorf("%s: left %v behind", test.name, got)
			}
		}
		update(t, s, func(tx *Tx) error { return tx.InsertSCIMUser(plainUser(testDirectory, "bob")) })
		if diff := cmp.Diff([]string{"bob@example.com"}, userNames(t, s)); diff != "" {
			t.Errorf("after all that (-want +got):\n%s", diff)
		}
	})
}

func TestViewSurvivesItsFunction(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, s *Store) {
		for range 20 { // more than there are connections
			got := outcome(func() error {
				return s.View(t.Context(), func(*Tx) error { panic("boom") })
			})
			if got != "boom" {
				t.Fatalf("the caller met %v, want the panic", got)
			}
		}
		view(t, s, func(*Tx) error { return nil })
	})
}

// outcome runs fn on a goroutine of its own and gives its error or what it
// panics with; nil also where it ends its goroutine.
func outcome(fn func() error) any {
	var got any
	var group sync.WaitGroup
	group.Go(func() {
		defer func() {
			if r := recover(); r != nil {
				got = r
			}
		}()
		if err := fn(); err != nil {
			got = err
		}
	})
	group.Wait()
	return got
}

// userNames are those of the test's directory, sorted.
func userNames(t *testing.T, s *Store) []string {
	t.Helper()
	var names []string
	view(t, s, func(tx *Tx) error {
		q := usersBy("")
		q.Limit = 10_000
		ids, _, err := listIDs(tx, q)
		if err != nil {
			return err
		}
		users, err := tx.SCIMUsersByID(testDirectory, ids)
		names = textsOf(users, func(u SCIMUser) string { return u.UserName })
		return err
	})
	slices.Sort(names)
	return names
}

func TestViewIsASnapshot(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, s *Store) {
		tenants(t, s)
		update(t, s, func(tx *Tx) error { return tx.InsertSCIMUser(plainUser(testDirectory, "ada")) })
		view(t, s, func(tx *Tx) error {
			_, before, err := listIDs(tx, usersBy(""))
			if err != nil {
				return err
			}
			update(t, s, func(tx *Tx) error { return tx.InsertSCIMUser(plainUser(testDirectory, "bob")) })
			users, after, err := listIDs(tx, usersBy(""))
			if before != 1 || after != 1 || len(users) != 1 {
				t.Errorf("counts %d and then %d, %d users; a view should see one user throughout", before, after, len(users))
			}
			return err
		})
	})
}

func TestViewIsReadOnly(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, s *Store) {
		err := s.View(t.Context(), func(tx *Tx) error {
			_, err := tx.InsertOrg(Org{ID: "org-1", Name: "Org", Behaviour: identity.BehaviourSafe})
			return err
		})
		if err == nil {
			t.Error("a view could write")
		}
	})
}

// TestConcurrentUpdatesKeepToThemselves runs updates that share commits; those
// that fail or panic must leave nothing, and take nothing of the others along.
func TestConcurrentUpdatesKeepToThemselves(t *testing.T) {
	t.Parallel()
	const updates = 200
	forEachEngine(t, func(t *testing.T, s *Store) {
		tenants(t, s)
		var group sync.WaitGroup
		var want []string
		for i := range updates {
			user := plainUser(testDirectory, fmt.Sprintf("u%03d", i))
			var end func() error
			switch i % 4 {
			case 0, 1:
				end = func() error { return nil }
				want = append(want, user.UserName)
			case 2:
				end = func() error { return errRefused }
			default:
				end = func() error { panic(user.UserName) }
			}
			group.Go(func() {
				got := outcome(func() error {
					return s.Update(t.Context(), func(tx *Tx) error {
						if err := tx.InsertSCIMUser(user); err != nil {
							return err
						}
						return end()
					})
				})
				if wanted := []any{nil, nil, errRefused, user.UserName}[i%4]; got != wanted {
					t.Errorf("update %d met %v, want %v", i, got, wanted)
				}
			})
		}
		group.Wait()
		if diff := cmp.Diff(want, userNames(t, s)); diff != "" {
			t.Errorf("users (-want +got):\n%s", diff)
		}
		assertCounts(t, s)
	})
}

// assertCounts compares the counts that are kept to those of the rows.
func assertCounts(t *testing.T, s *Store) {
	t.Helper()
	view(t, s, func(tx *Tx) error {
		for kind, query := range map[CountKind]string{
			CountUsers:    `SELECT count(*) FROM scim_user WHERE directory_id = $1`,
			CountGroups:   `SELECT count(*) FROM scim_group WHERE directory_id = $1`,
			CountUnlinked: `SELECT count(*) FROM scim_user u WHERE u.directory_id = $1 AND NOT EXISTS (SELECT 1 FROM link l WHERE l.directory_id = u.directory_id AND l.scim_user_id = u.id)`,
		} {
			want, err := one(tx, column[int], query, testDirectory)
			if err != nil {
				return err
			}
			got, err := tx.Count(testDirectory, kind)
			if err != nil || got != want {
				t.Errorf("count of %s is %d (error %v), the rows are %d", kind, got, err, want)
			}
		}
		return nil
	})
}

func TestUpdateOfACallerWhoGaveUp(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, s *Store) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		err := s.Update(ctx, func(*Tx) error {
			t.Error("the function ran")
			return nil
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want the context's error", err)
		}
	})
}

// TestUpdateGivenUpWhileQueued holds SQLite's writer while another caller
// queues and gives up.
func TestUpdateGivenUpWhileQueued(t *testing.T) {
	t.Parallel()
	s := newSQLite(t)
	ctx, cancel := context.WithCancel(t.Context())
	queued := make(chan error, 1)
	update(t, s, func(*Tx) error {
		go func() {
			queued <- s.Update(ctx, func(*Tx) error {
				t.Error("the function ran")
				return nil
			})
		}()
		cancel()
		if err := <-queued; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want the context's error", err)
		}
		return nil
	})
	update(t, s, func(*Tx) error { return nil })
}

// TestCallersWhoHangUpUnderLoad cancels reads and writes at random points;
// what was answered as done must be there, and the store must serve on.
func TestCallersWhoHangUpUnderLoad(t *testing.T) {
	t.Parallel()
	const callers, rounds = 8, 30
	forEachEngine(t, func(t *testing.T, s *Store) {
		tenants(t, s)
		var mu sync.Mutex
		done := map[string]bool{}
		var group sync.WaitGroup
		for caller := range callers {
			g := newGenerator(uint64(caller))
			group.Go(func() {
				for round := range rounds {
					ctx, cancel := context.WithTimeout(t.Context(), time.Duration(g.IntN(4000))*time.Microsecond)
					user := plainUser(testDirectory, fmt.Sprintf("u%d.%d", caller, round))
					err := s.Update(ctx, func(tx *Tx) error { return tx.InsertSCIMUser(user) })
					if err == nil {
						mu.Lock()
						done[user.UserName] = true
						mu.Unlock()
					}
					_ = s.View(ctx, func(tx *Tx) error { // may fail, as it is cancelled
						_, _, err := listIDs(tx, usersBy(""))
						return err
					})
					cancel()
				}
			})
		}
		group.Wait()
		for range callers { // each connection of the pool is tried
			update(t, s, func(*Tx) error { return nil })
			view(t, s, func(*Tx) error { return nil })
		}
		there := userNames(t, s)
		for name := range done {
			if !slices.Contains(there, name) {
				t.Errorf("%s was answered as stored and is not there", name)
			}
		}
		assertCounts(t, s)
	})
}

func TestClosedStore(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, s *Store) {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		nothing := func(*Tx) error { return nil }
		if err := s.Update(t.Context(), nothing); err == nil {
			t.Error("an update of a closed store succeeds")
		}
		if err := s.View(t.Context(), nothing); err == nil {
			t.Error("a view of a closed store succeeds")
		}
	})
}
