package store

import (
	"context"
	"path/filepath"
	"testing"

	"roster/internal/testdb"
)

func TestMain(m *testing.M) { testdb.Main(m) }

// forEachEngine runs a test on a fresh store of either engine.
func forEachEngine(t *testing.T, test func(t *testing.T, s *Store)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, newSQLite(t))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, newPostgres(t))
	})
}

func newSQLite(tb testing.TB) *Store {
	tb.Helper()
	return open(tb, filepath.Join(tb.TempDir(), "roster.db"), Options{Readers: 4})
}

// newPostgres opens a copy of a database that is migrated once.
func newPostgres(tb testing.TB) *Store {
	tb.Helper()
	dsn := testdb.PostgresTemplate(tb, "store", func(dsn string) error {
		s, err := Open(context.Background(), dsn, Options{})
		if err != nil {
			return err
		}
		return s.Close()
	})
	return open(tb, dsn, Options{Readers: 6})
}

func open(tb testing.TB, dsn string, opts Options) *Store {
	tb.Helper()
	s, err := Open(tb.Context(), dsn, opts)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Errorf("close store: %v", err)
		}
	})
	return s
}

// update runs fn, which must succeed.
func update(tb testing.TB, s *Store, fn func(*Tx) error) {
	tb.Helper()
	if err := s.Update(tb.Context(), fn); err != nil {
		tb.Fatal(err)
	}
}

// view runs fn, which must succeed.
func view(tb testing.TB, s *Store, fn func(*Tx) error) {
	tb.Helper()
	if err := s.View(tb.Context(), fn); err != nil {
		tb.Fatal(err)
	}
}
