package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

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
