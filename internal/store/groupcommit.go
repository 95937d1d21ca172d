package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
)

// maxBatch bounds how many updates share one commit, and with it how long the
// first of them waits.
const maxBatch = 256

// groupCommitter is SQLite's one writer. Concurrent updates queue for it and
// share one transaction, and are answered after the one commit. A commit costs
// a disk sync however many updates it holds, so durable writes scale with
// concurrency.
//
// A batch first runs without savepoints, which cost a copy of every page that
// an update touches. When one of several fails, the transaction is rolled back
// and all run again, each in a savepoint of its own.
//
// The functions run on the writer's goroutine: handing the connection round
// among the callers' would cost two switches for each of them.
type groupCommitter struct {
	db    *sql.DB
	conn  *sqliteConn
	queue chan *pendingUpdate
	batch []*pendingUpdate // of the transaction under way
	stop  chan struct{}    // closed to end the loop
	done  chan struct{}    // closed when the loop has ended
}

// pendingUpdate is one caller's function and, once it is done, its outcome.
type pendingUpdate struct {
	ctx      context.Context //nolint:containedctx // of the caller, who may give up while queued
	fn       func(querier) error
	taken    atomic.Bool // by the writer, who will run it, or by the caller, who gave up
	running  bool        // taken by the writer
	err      error
	panicked any
	exited   bool // fn ended its goroutine
	done     chan struct{}
}

var (
	errStoreClosed = errors.New("the database is closed")
	errGoexit      = errors.New("an update ended the goroutine that it ran on")
)

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
	go g.loop(context.WithoutCancel(ctx)) // of the store, not of its opening
	return g, nil
}

// do queues fn and waits until its outcome is durable. A caller who gives up
// while fn is queued gets the context's error and fn does not run; once it
// runs, do waits for the commit, so that an answer is never a guess. A panic
// of fn is the caller's and nobody else's; so is runtime.Goexit.
func (g *groupCommitter) do(ctx context.Context, fn func(querier) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	u := &pendingUpdate{ctx: ctx, fn: fn, done: make(chan struct{})}
	select {
	case g.queue <- u:
	case <-ctx.Done():
		return ctx.Err()
	case <-g.stop:
		return errStoreClosed
	}
	if err := g.await(u); err != nil {
		return err
	}
	if u.panicked != nil {
		panic(u.panicked)
	}
	if u.exited {
		runtime.Goexit()
	}
	return u.err
}

// await returns nil when u is done, and the reason when it will never run.
func (g *groupCommitter) await(u *pendingUpdate) error {
	var giveUp error
	select {
	case <-u.done:
		return nil
	case <-u.ctx.Done():
		giveUp = u.ctx.Err()
	case <-g.done:
		giveUp = errStoreClosed
	}
	if u.taken.CompareAndSwap(false, true) {
		return giveUp
	}
	<-u.done // it runs already
	return nil
}

// close answers those who still queue and ends the connection.
func (g *groupCommitter) close() error {
	close(g.stop)
	<-g.done
	return errors.Join(g.conn.close(), g.db.Close())
}

// loop commits batch after batch until the store is closed. A function that
// ends its goroutine (runtime.Goexit, as t.Fatal does) ends the loop with it:
// its batch is lost, and another loop goes on.
func (g *groupCommitter) loop(ctx context.Context) {
	stopped := false
	defer func() {
		if stopped {
			close(g.done)
			return
		}
		g.finish(ctx, errGoexit)
		go g.loop(ctx)
	}()
	for {
		select {
		case first := <-g.queue:
			g.commit(ctx, first)
		case <-g.stop:
			stopped = true
			return
		}
	}
}

// commit runs first and whatever else is queued by then in one transaction.
func (g *groupCommitter) commit(ctx context.Context, first *pendingUpdate) {
	g.batch = append(g.batch, first)
	err := g.conn.control(ctx, "BEGIN IMMEDIATE")
	failed := false
	for u := first; u != nil && err == nil && !failed; u = g.next() {
		failed = !u.run(g.conn)
	}
	if failed {
		err = g.runApart(ctx)
	}
	if err == nil {
		err = g.conn.control(ctx, "COMMIT")
	}
	g.finish(ctx, err)
}

// runApart begins anew after an update of the batch has failed: the others
// must not be lost with it.
func (g *groupCommitter) runApart(ctx context.Context) error {
	_ = g.conn.control(ctx, "ROLLBACK") // fails when SQLite has rolled back by itself
	if err := g.conn.control(ctx, "BEGIN IMMEDIATE"); err != nil || len(g.batch) == 1 {
		return err
	}
	for _, u := range g.batch {
		if err := g.runInSavepoint(ctx, u); err != nil {
			return err
		}
	}
	return nil
}

// runInSavepoint keeps the update's own error with it; the error returned is
// one that the transaction cannot survive.
func (g *groupCommitter) runInSavepoint(ctx context.Context, u *pendingUpdate) error {
	if err := g.conn.control(ctx, "SAVEPOINT one"); err != nil {
		return err
	}
	if !u.run(g.conn) {
		if err := g.conn.control(ctx, "ROLLBACK TO one"); err != nil {
			return err
		}
	}
	return g.conn.control(ctx, "RELEASE one")
}

// next takes another update into the batch, nil if none waits.
func (g *groupCommitter) next() *pendingUpdate {
	if len(g.batch) >= maxBatch {
		return nil
	}
	select {
	case u := <-g.queue:
		g.batch = append(g.batch, u)
		return u
	default:
		return nil
	}
}

// run calls the update's function, unless its caller has given up, and tells
// whether its changes may stay.
func (u *pendingUpdate) run(q querier) bool {
	if !u.running && !u.taken.CompareAndSwap(false, true) {
		return true
	}
	u.running = true
	u.call(q)
	return u.err == nil && u.panicked == nil
}

func (u *pendingUpdate) call(q querier) {
	returned := false
	defer func() {
		u.panicked = recover()
		u.exited = !returned && u.panicked == nil
	}()
	u.err = u.fn(withoutCancel{q})
	returned = true
}

// finish answers the batch. When the whole transaction is lost (disk full, I/O
// error), nobody in it was answered yet, so all of them learn that they failed.
func (g *groupCommitter) finish(ctx context.Context, err error) {
	if err != nil {
		err = fmt.Errorf("commit: %w", err)
		_ = g.conn.control(ctx, "ROLLBACK") // fails when SQLite has rolled back by itself
	}
	for _, u := range g.batch {
		if u.err == nil {
			u.err = err
		}
		u.taken.Store(true) // nor will one that was in the batch and did not run
		close(u.done)
	}
	clear(g.batch)
	g.batch = g.batch[:0]
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
