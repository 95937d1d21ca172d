package store

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgconn"
)

// insertThen stores a record as a part of the transaction, which then ends with err.
func insertThen(tx *Tx, name string, err error) error {
	return tx.Attempt(func(tx *Tx) error {
		return errors.Join(tx.InsertSCIMUser(plainUser(testDirectory, name)), err)
	})
}

func TestAttemptFailsAlone(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, s *Store) {
		tenants(t, s)
		update(t, s, func(tx *Tx) error {
			if err := insertThen(tx, "ada", nil); err != nil {
				return err
			}
			if err := insertThen(tx, "ada", nil); !errors.As(err, new(*UniqueError)) {
				t.Errorf("a taken name gives %v", err)
			}
			if err := insertThen(tx, "bob", errRefused); !errors.Is(err, errRefused) {
				t.Errorf("a refused part gives %v", err)
			}
			err := tx.Attempt(func(tx *Tx) error {
				return errors.Join(insertThen(tx, "cyd", nil), insertThen(tx, "dan", errRefused))
			})
			if !errors.Is(err, errRefused) {
				t.Errorf("a part of a refused part gives %v", err)
			}
			return insertThen(tx, "eve", nil)
		})
		if diff := cmp.Diff([]string{"ada@example.com", "eve@example.com"}, userNames(t, s)); diff != "" {
			t.Errorf("kept (-want +got):\n%s", diff)
		}
		view(t, s, func(tx *Tx) error {
			n, err := tx.Count(testDirectory, CountUsers)
			if n != 2 {
				t.Errorf("%d users counted, want 2", n)
			}
			return err
		})
	})
}

// A deadlock ends the whole transaction, which runs again.
func TestAttemptLosesTheTransaction(t *testing.T) {
	t.Parallel()
	deadlock := &pgconn.PgError{Code: pgDeadlockDetected}
	forEachEngine(t, func(t *testing.T, s *Store) {
		tenants(t, s)
		runs := 0
		err := s.Update(t.Context(), func(tx *Tx) error {
			runs++
			if runs > 1 {
				return insertThen(tx, "ada", nil)
			}
			_ = insertThen(tx, "bob", deadlock) // as a caller who goes on with the next part
			if err := insertThen(tx, "cyd", nil); !errors.Is(err, deadlock) {
				t.Errorf("a part after the deadlock gives %v", err)
			}
			return nil
		})
		want := []string{"ada@example.com"}
		if s.Engine() == "sqlite" { // which has no deadlocks, and does not repeat them
			want = nil
			if !errors.Is(err, deadlock) {
				t.Errorf("Update gives %v", err)
			}
		} else if err != nil || runs != 2 {
			t.Errorf("Update gives %v after %d runs", err, runs)
		}
		if diff := cmp.Diff(want, userNames(t, s)); diff != "" {
			t.Errorf("kept (-want +got):\n%s", diff)
		}
	})
}
