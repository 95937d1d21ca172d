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

// groupCommitter owns SQLite's one writing connection. Concurrent updates
// queue for it and share one transaction, each in its own savepoint, and are
// answered after the one commit. A commit costs a disk sync however many
// updates it holds, so durable writes scale with concurrency.
//
// The connection goes from hand to hand: each caller runs its function on its
// own goroutine, so that a panic there is the caller's and nobody else's.
type groupCommitter struct {
	db    *sql.DB
	conn  *sqliteConn
	queue chan *pendingUpdate
	stop  chan struct{} // closed to end the loop
	done  chan struct{} // closed when the loop has ended
}

// pendingUpdate is one caller who waits for its turn.
type pendingUpdate struct {
	ctx       context.Context  //nolint:containedctx // of the caller, who may give up while queued
	turn      chan *sqliteConn // unbuffered: who takes the connection is there to use it
	ran       chan error       // the connection is back; an error is one that the transaction cannot survive
	committed chan error
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
	go g.loop(context.WithoutCancel(ctx)) // of the store, not of its opening
	return g, nil
}

// do runs fn when its turn has come and waits until its outcome is durable. A
// caller who gives up while queued gets the context's error and fn does not
// run; once it runs, do waits for the commit, so that an answer is never a guess.
func (g *groupCommitter) do(ctx context.Context, fn func(querier) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	u := &pendingUpdate{ctx: ctx, turn: make(chan *sqliteConn), ran: make(chan error, 1), committed: make(chan error, 1)}
	select {
	case g.queue <- u:
	case <-ctx.Done():
		return ctx.Err()
	case <-g.stop:
		return errStoreClosed
	}
	select {
	case conn := <-u.turn:
		if err := u.run(ctx, conn, fn); err != nil {
			return err
		}
	case err := <-u.committed: // no transaction could begin
		return err
	case <-ctx.Done():
		return ctx.Err()
	case <-g.done:
		return errStoreClosed
	}
	return <-u.committed
}

// run executes fn in a savepoint and hands the connection back, also when fn
// panics or ends its goroutine.
func (u *pendingUpdate) run(ctx context.Context, conn *sqliteConn, fn func(querier) error) error {
	ctx = context.WithoutCancel(ctx)
	if err := conn.control(ctx, "SAVEPOINT one"); err != nil {
		u.ran <- err
		return err
	}
	keep := false
	defer func() {
		var undone error
		if !keep {
			undone = conn.control(ctx, "ROLLBACK TO one")
		}
		u.ran <- errors.Join(undone, conn.control(ctx, "RELEASE one"))
	}()
	err := fn(withoutCancel{conn})
	keep = err == nil
	return err
}

// close answers those who still queue and ends the connection.
func (g *groupCommitter) close() error {
	close(g.stop)
	<-g.done
	return errors.Join(g.conn.close(), g.db.Close())
}

func (g *groupCommitter) loop(ctx context.Context) {
	defer close(g.done)
	for {
		select {
		case first := <-g.queue:
			g.commit(ctx, first)
		case <-g.stop:
			return
		}
	}
}

// commit runs first and whatever else is queued by then in one transaction.
func (g *groupCommitter) commit(ctx context.Context, first *pendingUpdate) {
	err := g.conn.control(ctx, "BEGIN IMMEDIATE")
	if err != nil {
		first.committed <- err
		return
	}
	var batch []*pendingUpdate
	for u := first; u != nil; u = g.next(len(batch)) {
		select {
		case u.turn <- g.conn:
			batch = append(batch, u)
			err = <-u.ran
		case <-u.ctx.Done():
		}
		if err != nil {
			break // before another is taken from the queue, who would never be answered
		}
	}
	if err == nil {
		err = g.conn.control(ctx, "COMMIT")
	}
	if err != nil {
		// The whole transaction is lost (disk full, I/O error): nobody in it
		// was answered yet, so all of them learn that they failed.
		err = fmt.Errorf("commit: %w", err)
		_ = g.conn.control(ctx, "ROLLBACK") // fails when SQLite has rolled back by itself
	}
	for _, u := range batch {
		u.committed <- err
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

// withoutCancel keeps a caller who hangs up from interrupting a statement in
// a transaction that others share.
type withoutCancel struct{ q querier }

func (w withoutCancel) exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return w.q.exec(context.WithoutCancel(ctx), query, args...)
}

func (w withoutCancel) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return w.q.query(context.WithoutCancel(ctx), query, args...)
}
