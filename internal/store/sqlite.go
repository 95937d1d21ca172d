package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"runtime"
	"strings"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"roster/internal/scim"
)

// sqliteEngine is an embedded database: one writer connection behind a queue
// (see groupcommit.go) and a pool of readers, each on its own snapshot.
type sqliteEngine struct {
	db      *sql.DB
	readers chan *sqliteConn
	writer  *groupCommitter
}

// Each pragma with its reason: WAL lets readers run beside the writer, FULL
// makes an acknowledged write survive a power cut.
var (
	sqliteWriterPragmas = []string{"journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(ON)", "busy_timeout(10000)", "cache_size(-65536)", "temp_store(MEMORY)"}
	sqliteReaderPragmas = []string{"query_only(ON)", "busy_timeout(10000)", "cache_size(-16384)", "temp_store(MEMORY)"}
)

func openSQLite(ctx context.Context, path string, opts Options) (engine, error) {
	if err := migrateSQLite(ctx, path); err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", sqliteDSN(path, sqliteReaderPragmas))
	if err != nil {
		return nil, err
	}
	e := &sqliteEngine{db: db}
	if err := e.start(ctx, path, opts.Readers); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return e, nil
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

func (e *sqliteEngine) start(ctx context.Context, path string, readers int) error {
	if readers <= 0 {
		readers = max(4, 2*runtime.GOMAXPROCS(0))
	}
	e.readers = make(chan *sqliteConn, readers)
	for range readers {
		conn, err := e.db.Conn(ctx)
		if err != nil {
			return err
		}
		e.readers <- newSQLiteConn(conn)
	}
	writer, err := newGroupCommitter(ctx, sqliteDSN(path, sqliteWriterPragmas))
	if err != nil {
		return err
	}
	e.writer = writer
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

func (e *sqliteEngine) update(ctx context.Context, fn func(querier) error) error {
	return e.writer.do(ctx, fn)
}

func (e *sqliteEngine) ping(ctx context.Context) error {
	return e.view(ctx, func(q querier) error {
		_, err := q.exec(ctx, "SELECT 1")
		return err
	})
}

func (e *sqliteEngine) close() error {
	err := e.writer.close()
	for range cap(e.readers) {
		conn := <-e.readers
		err = errors.Join(err, conn.close())
	}
	return errors.Join(err, e.db.Close())
}

func (e *sqliteEngine) dialect() dialect { return sqliteDialect{} }

// sqliteConn is one connection with its prepared statements; preparing costs
// more than running for nearly all of ours.
type sqliteConn struct {
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

// maxPrepared bounds the statements kept by a connection. Ours are some two
// hundred; only filters written by clients could exceed it.
const maxPrepared = 512

func newSQLiteConn(conn *sql.Conn) *sqliteConn {
	return &sqliteConn{conn: conn, stmts: make(map[string]*sql.Stmt)}
}

func (c *sqliteConn) exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	stmt, err := c.prepare(ctx, query) //nolint:sqlclosecheck // kept for the next time
	if err != nil {
		return nil, err
	}
	return stmt.ExecContext(ctx, args...)
}

// control begins or ends a transaction or savepoint.
func (c *sqliteConn) control(ctx context.Context, statement string) error {
	_, err := c.exec(ctx, statement)
	return err
}

func (c *sqliteConn) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	stmt, err := c.prepare(ctx, query) //nolint:sqlclosecheck // kept for the next time
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

func (c *sqliteConn) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt, ok := c.stmts[query]; ok {
		return stmt, nil
	}
	if len(c.stmts) >= maxPrepared {
		if err := c.forget(); err != nil {
			return nil, err
		}
	}
	stmt, err := c.conn.PrepareContext(context.WithoutCancel(ctx), query)
	if err != nil {
		return nil, fmt.Errorf("prepare %.80q: %w", query, err)
	}
	c.stmts[query] = stmt
	return stmt, nil
}

func (c *sqliteConn) forget() error {
	var err error
	for _, stmt := range c.stmts {
		err = errors.Join(err, stmt.Close())
	}
	clear(c.stmts)
	return err
}

func (c *sqliteConn) close() error {
	return errors.Join(c.forget(), c.conn.Close())
}

type sqliteDialect struct{}

func (sqliteDialect) name() string { return "sqlite" }

func (sqliteDialect) violation(err error) error {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok || (e.Code() != sqlite3.SQLITE_CONSTRAINT_UNIQUE && e.Code() != sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY) {
		return err
	}
	return &UniqueError{Constraint: constraintOfColumns(e.Error()), Cause: err}
}

func (sqliteDialect) forUpdate() string { return "" }

func (sqliteDialect) forShare(string) string { return "" }

func (sqliteDialect) elements(param string) string {
	return "(SELECT value FROM json_each(" + param + "))"
}

func (sqliteDialect) exact(expr string) string { return "(" + expr + ")" }

func (sqliteDialect) jsonParam(param string) string { return param }

func (sqliteDialect) jsonText(json string, names ...string) string {
	return "(" + json + " ->> '" + sqliteJSONPath(names) + "')"
}

func (d sqliteDialect) jsonBool(json string, names ...string) string {
	return d.jsonText(json, names...) // 1 or 0
}

func (sqliteDialect) jsonEach(json, alias string, names ...string) string {
	return "json_each(" + json + ", '" + sqliteJSONPath(names) + "') AS " + alias
}

// textPart does without LIKE, which takes no account of letter case here.
func (sqliteDialect) textPart(op scim.CompareOp, expr, param string) string {
	switch op {
	case scim.Sw:
		return "substr(" + expr + ", 1, length(" + param + ")) = " + param
	case scim.Ew:
		return "substr(" + expr + ", -length(" + param + ")) = " + param
	default:
		return "instr(" + expr + ", " + param + ") > 0"
	}
}

func (sqliteDialect) countShards() int { return 1 }

// sqliteJSONPath writes a path such as $."name"."familyName". Names come from
// schemas, never from a request, and hold no quotes.
func sqliteJSONPath(names []string) string {
	var b strings.Builder
	b.WriteString("$")
	for _, n := range names {
		b.WriteString(`."` + n + `"`)
	}
	return b.String()
}
