package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"time"
)

//go:embed migrations/sqlite/*.sql migrations/postgres/*.sql
var migrations embed.FS

// Store is one open database. It is safe for concurrent use.
type Store struct {
	engine    engine
	now       func() time.Time
	positions *positions
	types     *catalogues
	closing   sync.Once
	closed    error // of closing
}

// engine is what differs between the two databases.
type engine interface {
	// view runs fn in a read-only transaction on one consistent snapshot.
	view(ctx context.Context, fn func(querier) error) error
	// glance runs fn, which makes at most one query, without a transaction
	// where the engine can.
	glance(ctx context.Context, fn func(querier) error) error
	// update runs fn in a read-write transaction that is durable when update
	// returns nil, and leaves nothing behind when it returns an error. fn may
	// run more than once.
	update(ctx context.Context, fn func(querier) error) error
	dialect() dialect
	ping(ctx context.Context) error
	close() error
}

// Options are what a caller may choose. The zero value is right for production.
type Options struct {
	// Now gives the time that a transaction stores; nil means time.Now.
	Now func() time.Time
	// Readers bounds concurrent read transactions on SQLite and all
	// connections on PostgreSQL; 0 means a default that suits the machine.
	Readers int
}

// Open opens the database that dsn names, creates it where that is possible
// (SQLite), and brings its schema up to date. dsn is postgres://… or
// postgresql://… for PostgreSQL, anything else is the path of a SQLite file.
func Open(ctx context.Context, dsn string, opts Options) (*Store, error) {
	open := openSQLite
	if IsPostgres(dsn) {
		open = openPostgres
	}
	e, err := open(ctx, dsn, opts)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	now := opts.Now
	if now == nil {
		now = time.Now
	}
	return &Store{engine: e, now: now, positions: newPositions(), types: newCatalogues()}, nil
}

// IsPostgres tells whether a DSN names a PostgreSQL database.
func IsPostgres(dsn string) bool {
	return strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://")
}

// View runs fn on a consistent, read-only snapshot.
func (s *Store) View(ctx context.Context, fn func(*Tx) error) error {
	return s.engine.view(ctx, func(q querier) error {
		return fn(s.tx(ctx, q))
	})
}

// Glance is View for fn that makes one query only, which is of one moment by
// itself: on PostgreSQL it saves the two round trips of a transaction. What a
// second query would see need not be of the same moment.
func (s *Store) Glance(ctx context.Context, fn func(*Tx) error) error {
	return s.engine.glance(ctx, func(q querier) error { return fn(s.tx(ctx, q)) })
}

// Update runs fn in one transaction: when it returns nil, everything that fn
// did is on stable storage; when it returns an error, nothing of it is, and
// [ErrFull] tells that there was no room. fn may run more than once
// (serialization failures on PostgreSQL), so it must assign its results anew
// each time and have no other effect.
func (s *Store) Update(ctx context.Context, fn func(*Tx) error) error {
	err := s.engine.update(ctx, func(q querier) error {
		tx := s.tx(ctx, q)
		tx.writes = true
		if err := fn(tx); err != nil {
			return err
		}
		if tx.lost != nil {
			return tx.lost
		}
		if err := tx.flushEvents(); err != nil {
			return err
		}
		return tx.flushCounts()
	})
	if s.engine.dialect().isFull(err) {
		return fmt.Errorf("%w: %w", ErrFull, err)
	}
	return err
}

// Engine names the database in use: "sqlite" or "postgres".
func (s *Store) Engine() string { return s.engine.dialect().name() }

// Now is the time that a transaction which begins now stores.
func (s *Store) Now() time.Time { return s.now().UTC().Truncate(time.Microsecond) }

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.engine.ping(ctx) }

// Close ends all connections after the running transactions. Closing a closed
// store does nothing.
func (s *Store) Close() error {
	s.closing.Do(func() { s.closed = s.engine.close() })
	return s.closed
}

func (s *Store) tx(ctx context.Context, q querier) *Tx {
	return &Tx{ctx: ctx, q: q, dialect: s.engine.dialect(), positions: s.positions, types: s.types, now: s.Now()}
}

func migrationFiles(engine string) (fs.FS, error) {
	return fs.Sub(migrations, "migrations/"+engine)
}
