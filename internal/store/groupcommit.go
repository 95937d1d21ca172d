package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// maxBatch bounds how many updates share one commit, and with it how long the
// first of them waits.
const maxBatch = 256

// groupCommitter is SQLite's one writer. Concurrent updates queue to it and
// share one transaction, each in its own savepoint, and are answered after the
// one commit. A commit costs a disk sync however many updates it holds, so
// durable writes scale with concurrency.
type groupCommitter struct {
	db    *sql.DB
	conn  *sqliteConn
	queue chan *pendingUpdate
	stop  chan struct{}
	done  chan struct{}
}

// pendingUpdate is one caller's function and, in the end, its outcome.
type pendingUpdate struct {
	ctx      context.Context //nolint:containedctx // of the caller who waits for done
	fn       func(querier) error
	err      error
	panicked any
	done     chan struct{}
}

var errStoreClosed = errors.New("the database is closed")

func newGroupCommitter(ctx context.Context, dsn string) (*groupCommitter, error) {
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	g := &groupCommitter{
		db:    db,
		conn:  newSQLiteConn(conn),
		queue: make(chan *pendingUpdate, maxBatch),
		stop:  make(chan struct{}),
		done:  make(chan struct{}),
	}
	go g.loop()
	return g, nil
}

// do queues fn and waits until its outcome is durable. A caller who gives up
// while fn is still queued gets the context's error and fn does not run; once
// it runs, do waits for the commit, so that an answer is never a guess.
func (g *groupCommitter) do(ctx context.Context, fn func(querier) error) error {
	u := &pendingUpdate{ctx: ctx, fn: fn, done: make(chan struct{})}
	select {
	case g.queue <- u:
	case <-ctx.Done():
		return ctx.Err()
	case <-g.stop:
		return errStoreClosed
	}
	select {
	case <-u.done:
	case <-g.done: // closed, after the last batch
		select {
		case <-u.done:
		default:
			return errStoreClosed
		}
	}
	if u.panicked != nil {
		panic(u.panicked)
	}
	return u.err
}

func (g *groupCommitter) close() error {
	close(g.stop)
	<-g.done
	return errors.Join(g.conn.close(), g.db.Close())
}

func (g *groupCommitter) loop() {
	defer close(g.done)
	for {
		select {
		case first := <-g.queue:
			g.commit(first)
		case <-g.stop:
			return
		}
	}
}

// commit runs first and whatever else is queued by then in one transaction.
func (g *groupCommitter) commit(first *pendingUpdate) {
	ctx := context.Background()
	var batch []*pendingUpdate
	err := g.control(ctx, "BEGIN IMMEDIATE")
	for u := first; u != nil && err == nil; u = g.next(len(batch)) {
		batch = append(batch, u)
		err = g.run(ctx, u)
	}
	if len(batch) == 0 {
		batch = append(batch, first)
	}
	if err == nil {
		err = g.control(ctx, "COMMIT")
	}
	if err != nil {
		// The whole transaction is lost (disk full, I/O error): nobody in it
		// was answered yet, so all of them learn that they failed.
		_ = g.control(ctx, "ROLLBACK") // fails when SQLite has rolled back by itself
	}
	for _, u := range batch {
		if err != nil && u.err == nil {
			u.err = fmt.Errorf("commit: %w", err)
		}
		close(u.done)
	}
}

func (g *groupCommitter) next(taken int) *pendingUpdate {
	if taken >= maxBatch {
		return nil
	}
	select {
	case u := <-g.queue:
		return u
	default:
		return nil
	}
}

// run executes one update in its savepoint. The error it returns is one that
// the transaction cannot survive; the update's own error stays with the update.
func (g *groupCommitter) run(ctx context.Context, u *pendingUpdate) error {
	if u.err = u.ctx.Err(); u.err != nil {
		return nil
	}
	if err := g.control(ctx, "SAVEPOINT one"); err != nil {
		return err
	}
	u.call(g.conn)
	if u.err != nil || u.panicked != nil {
		if err := g.control(ctx, "ROLLBACK TO one"); err != nil {
			return err
		}
	}
	return g.control(ctx, "RELEASE one")
}

// call runs the caller's function; a panic is handed to the caller's goroutine
// and must not take the writer down.
func (u *pendingUpdate) call(q querier) {
	defer func() { u.panicked = recover() }()
	u.err = u.fn(withoutCancel{q})
}

func (g *groupCommitter) control(ctx context.Context, statement string) error {
	_, err := g.conn.exec(ctx, statement)
	return err
}

// withoutCancel keeps a caller who hangs up from interrupting a statement in
// a transaction that others share.
type withoutCancel struct{ q querier }

func (w withoutCancel) exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return w.q.exec(context.WithoutCancel(ctx), query, args...)
}

func (w withoutCancel) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return w.q.query(context.WithoutCancel(ctx), query, args...)
}
