package store

import (
	"errors"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

// A full database refuses updates, and goes on when there is room again.
func TestFull(t *testing.T) {
	t.Parallel()
	s := newSQLite(t)
	tenants(t, s)
	update(t, s, func(tx *Tx) error { _, err := tx.exec("PRAGMA max_page_count = 1"); return err }) // no more than there are
	var err error
	kept := 0
	for n := 0; err == nil && n < 1000; n++ {
		err = s.Update(t.Context(), func(tx *Tx) error { return tx.InsertSCIMUser(plainUser(testDirectory, fmt.Sprintf("user%d", n))) })
		if err == nil {
			kept++
		}
	}
	if !errors.Is(err, ErrFull) {
		t.Fatalf("a full database gives %v", err)
	}
	if got := len(userNames(t, s)); got != kept {
		t.Errorf("%d users are stored, %d were acknowledged", got, kept)
	}
	update(t, s, func(tx *Tx) error { _, err := tx.exec("PRAGMA max_page_count = 1000000"); return err })
	update(t, s, func(tx *Tx) error { return tx.InsertSCIMUser(plainUser(testDirectory, "ada")) })
}

func TestFullOnPostgres(t *testing.T) {
	t.Parallel()
	if err := fmt.Errorf("commit: %w", &pgconn.PgError{Code: pgDiskFull}); !(postgresDialect{}).isFull(err) {
		t.Errorf("%v is not taken for a full disk", err)
	}
}
