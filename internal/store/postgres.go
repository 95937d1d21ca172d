package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // registers the "pgx" driver
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// SQLSTATE codes, PostgreSQL manual appendix A.
const (
	pgSerializationFailure = "40001"
	pgDeadlockDetected     = "40P01"
	pgForeignKeyViolation  = "23503"
)

// maxAttempts bounds how often an update is run again after a deadlock, a
// serialization failure or a race with a deletion.
const maxAttempts = 8

// postgresEngine runs READ COMMITTED transactions: row locks and unique
// constraints carry the rules, so a transaction need not be serializable.
type postgresEngine struct{ db *sql.DB }

func openPostgres(ctx context.Context, dsn string, opts Options) (engine, error) {
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return nil, err
	}
	conns := opts.Readers
	if conns <= 0 {
		conns = 32
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	db.SetConnMaxIdleTime(5 * time.Minute)
	if err := migratePostgres(ctx, db); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &postgresEngine{db: db}, nil
}

// migratePostgres takes an advisory lock, so that replicas which start
// together migrate once.
func migratePostgres(ctx context.Context, db *sql.DB) error {
	files, err := migrationFiles("postgres")
	if err != nil {
		return err
	}
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db, files, goose.WithSessionLocker(locker))
	if err != nil {
		return err
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

func (e *postgresEngine) view(ctx context.Context, fn func(querier) error) error {
	return e.inTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}, fn)
}

func (e *postgresEngine) glance(_ context.Context, fn func(querier) error) error {
	return fn(pgGlance{e.db})
}

func (e *postgresEngine) update(ctx context.Context, fn func(querier) error) error {
	var err error
	for attempt := range maxAttempts {
		if err = e.inTx(ctx, nil, fn); !isRetryable(err) {
			return err
		}
		pause := time.Duration(1+rand.IntN(10<<attempt)) * time.Millisecond //nolint:gosec // spreads load, hides nothing
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return fmt.Errorf("%w: gave up after %d attempts: %w", ErrContended, maxAttempts, err)
}

func (e *postgresEngine) inTx(ctx context.Context, opts *sql.TxOptions, fn func(querier) error) error {
	tx, err := e.db.BeginTx(ctx, opts)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // does nothing after Commit
	if err := fn(pgTx{tx}); err != nil {
		return err
	}
	return tx.Commit()
}

func (e *postgresEngine) ping(ctx context.Context) error { return e.db.PingContext(ctx) }
func (e *postgresEngine) close() error                   { return e.db.Close() }
func (e *postgresEngine) dialect() dialect               { return postgresDialect{} }

// isRetryable tells whether an update has only lost a race. A broken foreign
// key is one: what the update had found was deleted before it was referred to,
// and the next attempt does not find it.
func isRetryable(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (e.Code == pgSerializationFailure || e.Code == pgDeadlockDetected || e.Code == pgForeignKeyViolation)
}

// pgGlance runs a statement on its own.
type pgGlance struct{ db *sql.DB }

// errGlanceWrites is a mistake of this program.
var errGlanceWrites = errors.New("a glance does not write")

func (pgGlance) exec(context.Context, string, ...any) (sql.Result, error) {
	return nil, errGlanceWrites
}

func (g pgGlance) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return g.db.QueryContext(ctx, query, args...)
}

type pgTx struct{ tx *sql.Tx }

func (t pgTx) exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return t.tx.ExecContext(ctx, query, args...)
}

func (t pgTx) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return t.tx.QueryContext(ctx, query, args...)
}
