package testdb_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"roster/internal/testdb"
)

func TestMain(m *testing.M) { testdb.Main(m) }

// connect returns a connection to the database behind dsn, closed when the test ends.
func connect(tb testing.TB, dsn string) *pgx.Conn {
	tb.Helper()
	conn, err := pgx.Connect(tb.Context(), dsn)
	if err != nil {
		tb.Fatalf("connect to %s: %v", dsn, err)
	}
	tb.Cleanup(func() {
		if err := conn.Close(context.Background()); err != nil {
			tb.Errorf("close connection: %v", err)
		}
	})
	return conn
}

func exec(tb testing.TB, conn *pgx.Conn, statement string) {
	tb.Helper()
	if _, err := conn.Exec(tb.Context(), statement); err != nil {
		tb.Fatalf("%s: %v", statement, err)
	}
}

// column returns the first column of the query's rows.
func column(tb testing.TB, conn *pgx.Conn, query string) []string {
	tb.Helper()
	rows, err := conn.Query(tb.Context(), query)
	if err != nil {
		tb.Fatalf("%s: %v", query, err)
	}
	values, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		tb.Fatalf("%s: %v", query, err)
	}
	return values
}

func TestPostgresReturnsSeparateEmptyDatabases(t *testing.T) {
	t.Parallel()
	first, second := connect(t, testdb.Postgres(t)), connect(t, testdb.Postgres(t))
	exec(t, first, "CREATE TABLE account (id text)")
	exec(t, second, "CREATE TABLE account (id text)")
	exec(t, first, "INSERT INTO account VALUES ('a')")
	if got := column(t, second, "SELECT id FROM account"); len(got) != 0 {
		t.Errorf("the second database holds what the first was given: %v", got)
	}
}

func TestPostgresDropsTheDatabaseWhenTheTestEnds(t *testing.T) {
	t.Parallel()
	var name string
	var leftOpen *pgx.Conn
	t.Run("a test that leaves a connection open", func(t *testing.T) {
		var err error
		if leftOpen, err = pgx.Connect(t.Context(), testdb.Postgres(t)); err != nil {
			t.Fatal(err)
		}
		name = column(t, leftOpen, "SELECT current_database()")[0]
	})
	left := column(t, connect(t, testdb.Postgres(t)), "SELECT datname FROM pg_database")
	if slices.Contains(left, name) {
		t.Errorf("database %s is still there: %v", name, left)
	}
	if err := leftOpen.Ping(t.Context()); err == nil {
		t.Error("the connection outlives its database")
	}
}

func TestPostgresSortsTextAsPeopleDo(t *testing.T) {
	t.Parallel()
	conn := connect(t, testdb.Postgres(t))
	got := column(t, conn, "SELECT word FROM (VALUES ('a'), ('B'), ('c')) AS v (word) ORDER BY word")
	if diff := cmp.Diff([]string{"a", "B", "c"}, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

func TestPostgresTemplatePreparesOnce(t *testing.T) {
	t.Parallel()
	var prepared atomic.Int64
	prepare := func(dsn string) error {
		prepared.Add(1)
		ctx := context.Background()
		conn, err := pgx.Connect(ctx, dsn)
		if err != nil {
			return err
		}
		_, err = conn.Exec(ctx, "CREATE TABLE account (id text); INSERT INTO account VALUES ('a')")
		return errors.Join(err, conn.Close(ctx))
	}
	t.Run("callers", func(t *testing.T) {
		t.Parallel()
		for caller := range 8 {
			t.Run(strconv.Itoa(caller), func(t *testing.T) {
				t.Parallel()
				conn := connect(t, testdb.PostgresTemplate(t, "prepares_once", prepare))
				exec(t, conn, "INSERT INTO account VALUES ('of this caller')")
				want := []string{"a", "of this caller"}
				if diff := cmp.Diff(want, column(t, conn, "SELECT id FROM account ORDER BY id")); diff != "" {
					t.Errorf("accounts (-want +got):\n%s", diff)
				}
			})
		}
	})
	t.Cleanup(func() {
		if got := prepared.Load(); got != 1 {
			t.Errorf("prepare ran %d times, want once", got)
		}
	})
}
