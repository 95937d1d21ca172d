package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"

	"github.com/pressly/goose/v3"
)

// sqliteEngine is an embedded database: one writer connection behind a queue
// (see groupcommit.go) and a pool of readers, each on its own snapshot.
type sqliteEngine struct {
	lock    *os.File
	db      *sql.DB // of the readers
	readers chan *sqliteConn
	opened  int // readers
	writer  *groupCommitter
	closed  chan struct{}
}

// Each pragma with its reason: WAL lets readers run beside the writer, FULL
// makes an acknowledged write survive a power cut.
var (
	sqliteWriterPragmas = []string{"journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(ON)", "busy_timeout(10000)", "cache_size(-65536)", "temp_store(MEMORY)"}
	sqliteReaderPragmas = []string{"query_only(ON)", "busy_timeout(10000)", "cache_size(-16384)", "temp_store(MEMORY)"}
)

func openSQLite(ctx context.Context, path string, opts Options) (engine, error) {
	if _, err := os.Stat(filepath.Dir(path)); err != nil { //nolint:gosec // the operator names the file
		return nil, fmt.Errorf("find the directory of %s: %w", path, err)
	}
	lock, err := lockSQLite(path)
	if err != nil {
		return nil, err
	}
	e := &sqliteEngine{lock: lock, closed: make(chan struct{})}
	if err := e.start(ctx, path, opts.Readers); err != nil {
		return nil, errors.Join(err, e.close())
	}
	return e, nil
}

func (e *sqliteEngine) start(ctx context.Context, path string, readers int) error {
	if err := createPrivate(path); err != nil {
		return err
	}
	if err := migrateSQLite(ctx, path); err != nil {
		return err
	}
	if err := e.openReaders(ctx, path, readers); err != nil {
		return err
	}
	writer, err := newGroupCommitter(ctx, sqliteDSN(path, sqliteWriterPragmas))
	e.writer = writer
	return err
}

// createPrivate makes the file, of which SQLite would make one that everybody
// on the machine can read.
func createPrivate(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the operator names the file
	if err != nil {
		return err
	}
	return f.Close()
}

func migrateSQLite(ctx context.Context, path string) (err error) {
	files, err := migrationFiles("sqlite")
	if err != nil {
		return err
	}
	db, err := sql.Open("sqlite", sqliteDSN(path, sqliteWriterPragmas))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, files)
	if err != nil {
		return err
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate %s: %w", path, err)
	}
	return nil
}

func (e *sqliteEngine) openReaders(ctx context.Context, path string, readers int) error {
	if readers <= 0 {
		readers = max(4, 2*runtime.GOMAXPROCS(0))
	}
	db, err := sql.Open("sqlite", sqliteDSN(path, sqliteReaderPragmas))
	if err != nil {
		return err
	}
	e.db, e.readers = db, make(chan *sqliteConn, readers)
	for range readers {
		conn, err := e.db.Conn(ctx)
		if err != nil {
			return err
		}
		e.readers <- newSQLiteConn(conn)
		e.opened++
	}
	return nil
}

func sqliteDSN(path string, pragmas []string) string {
	q := url.Values{"_pragma": pragmas}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

func (e *sqliteEngine) view(ctx context.Context, fn func(querier) error) (err error) {
	var conn *sqliteConn
	select {
	case conn = <-e.readers:
	case <-ctx.Done():
		return ctx.Err()
	case <-e.closed:
		return errStoreClosed
	}
	defer func() { e.readers <- conn }()
	// Begin and end are not cancellable: a connection goes back to the pool
	// without an open transaction, whatever became of the caller or of fn.
	background := context.WithoutCancel(ctx)
	if err := conn.control(background, "BEGIN"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.control(background, "ROLLBACK")) }()
	return fn(conn)
}

func (e *sqliteEngine) glance(ctx context.Context, fn func(querier) error) error {
	return e.view(ctx, fn)
}

func (e *sqliteEngine) update(ctx context.Context, fn func(querier) error) error {
	return e.writer.do(ctx, fn)
}

func (e *sqliteEngine) ping(ctx context.Context) error {
	return e.view(ctx, func(q querier) error {
		_, err := q.exec(ctx, "SELECT 1")
		return err
	})
}

// close ends what start has begun, all of it or a part.
func (e *sqliteEngine) close() error {
	close(e.closed)
	var errs []error
	if e.writer != nil {
		errs = append(errs, e.writer.close())
	}
	for range e.opened {
		conn := <-e.readers
		errs = append(errs, conn.close())
	}
	if e.db != nil {
		errs = append(errs, e.db.Close())
	}
	return errors.Join(append(errs, e.lock.Close())...)
}

func (e *sqliteEngine) dialect() dialect { return sqliteDialect{} }
