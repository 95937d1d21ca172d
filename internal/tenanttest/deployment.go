package tenanttest

import (
	"context"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"roster/internal/accounts"
	"roster/internal/auth"
	"roster/internal/identity"
	"roster/internal/jobs"
	"roster/internal/provision"
	"roster/internal/repair"
	"roster/internal/store"
	"roster/internal/testdb"
)

// Deployment is one Roster installation without its HTTP.
type Deployment struct {
	TB        testing.TB
	DSN       string // of the database, for tests that look into it
	Clock     *Clock
	Store     *store.Store
	Provision *provision.Service
	Accounts  *accounts.Service
	Repair    *repair.Service
	Jobs      *jobs.Runner
	Keys      *auth.Keys
	Sessions  *auth.Sessions
}

// Admin is who the deployment's administrators are for the logs.
var Admin = identity.Caller{Actor: "API key ops (key_1)", RequestID: "req-admin"}

// ForEachEngine runs a test on a fresh deployment on either engine.
func ForEachEngine(t *testing.T, test func(t *testing.T, d *Deployment)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, OnSQLite(t))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, OnPostgres(t))
	})
}

// OnSQLite makes a deployment on a new SQLite file.
func OnSQLite(tb testing.TB) *Deployment {
	tb.Helper()
	return open(tb, filepath.Join(tb.TempDir(), "roster.db"))
}

// OnPostgres makes a deployment on a new PostgreSQL database, a copy of one
// that is migrated once.
func OnPostgres(tb testing.TB) *Deployment {
	tb.Helper()
	return open(tb, testdb.PostgresTemplate(tb, "tenant", func(dsn string) error {
		s, err := store.Open(context.Background(), dsn, store.Options{})
		if err != nil {
			return err
		}
		return s.Close()
	}))
}

func open(tb testing.TB, dsn string) *Deployment {
	tb.Helper()
	clock := NewClock()
	st, err := store.Open(tb.Context(), dsn, store.Options{Now: clock.Now, Readers: 12})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := st.Close(); err != nil {
			tb.Errorf("close store: %v", err)
		}
	})
	return &Deployment{
		TB: tb, DSN: dsn, Clock: clock, Store: st,
		Provision: provision.New(st), Accounts: accounts.New(st), Repair: repair.New(st), Jobs: jobs.NewRunner(st), Keys: auth.NewKeys(st, clock.Now),
		Sessions: auth.NewSessions(st, clock.Now),
	}
}

// Check fails the test for every invariant that the data breaks.
func (d *Deployment) Check() {
	d.TB.Helper()
	breaches, err := d.Repair.Check(context.Background())
	if err != nil {
		d.TB.Fatalf("check invariants: %v", err)
	}
	for _, b := range breaches {
		d.TB.Errorf("breach of %s: %s", b.Rule, b.Text)
	}
}

// AccountNow gives an account whoever manages it.
func (d *Deployment) AccountNow(id identity.AccountID) (a store.Account) {
	d.TB.Helper()
	d.view(func(tx *store.Tx) (err error) {
		a, err = tx.Account(id)
		return err
	})
	return a
}

// AccountByEmail gives the account that holds an address, whoever manages it;
// one without an id where there is none.
func (d *Deployment) AccountByEmail(address string) (a store.Account) {
	d.TB.Helper()
	var accounts []store.Account
	d.view(func(tx *store.Tx) error {
		return tx.EachAccount(func(a store.Account) error {
			accounts = append(accounts, a)
			return nil
		})
	})
	key := identity.MustEmail(address).Key
	for _, a := range accounts {
		if a.Email.Key == key {
			return a
		}
	}
	return a
}

// view reads, which must succeed.
func (d *Deployment) view(fn func(*store.Tx) error) {
	d.TB.Helper()
	if err := d.Store.View(context.Background(), fn); err != nil {
		d.TB.Fatal(err)
	}
}

// Clock is a time that goes on by a second with every look at it, so that no
// two transactions have the same and tests never wait.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock makes a clock that starts at a fixed time.
func NewClock() *Clock {
	c := &Clock{}
	c.Reset()
	return c
}

// Reset begins anew.
func (c *Clock) Reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
}

// Now gives the time, a second later at every call.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(time.Second)
	return c.now
}

// Skip lets time pass.
func (c *Clock) Skip(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
