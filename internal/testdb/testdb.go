package testdb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

// shared is this process's cluster, started by the first test that needs it.
var shared struct {
	once    sync.Once
	cluster *cluster
	err     error
}

// Main runs a package's tests and then stops the cluster, if one was started, before the process exits:
//
//	func TestMain(m *testing.M) { testdb.Main(m) }
//
// A process that panics, is killed or never calls Main takes its cluster along too, a moment after its own end.
func Main(m *testing.M) {
	code := m.Run()
	if err := Stop(); err != nil {
		fmt.Fprintln(os.Stderr, "stop PostgreSQL:", err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// Stop stops the cluster, if one was started. Only a TestMain that cannot use [Main] calls it, after all tests.
func Stop() error {
	// Spending the Once makes a late call of Postgres fail instead of starting a second cluster.
	shared.once.Do(func() { shared.err = errors.New("the test process is ending") })
	if shared.cluster == nil {
		return nil
	}
	return shared.cluster.stop()
}

// Postgres returns the DSN of a new empty database, which is dropped when the test ends.
func Postgres(tb testing.TB) (dsn string) {
	tb.Helper()
	return newDatabase(tb, "template1")
}

// PostgresTemplate is [Postgres] for a database that begins as prepare leaves one: prepare runs once per process and
// name, on a database that serves as the template of all later ones. It gets the template's DSN and closes its
// connections before it returns; its error fails every test that asks for the template.
func PostgresTemplate(tb testing.TB, name string, prepare func(dsn string) error) (dsn string) {
	tb.Helper()
	c := running(tb)
	template, err := c.template(name, prepare)
	if err != nil {
		tb.Fatalf("prepare template database %s: %v", name, err)
	}
	return newDatabase(tb, template)
}

// newDatabase copies template into a database that lives as long as the test.
func newDatabase(tb testing.TB, template string) string {
	tb.Helper()
	c := running(tb)
	name := fmt.Sprintf("test_%d", c.databases.Add(1))
	if err := c.exec(tb.Context(), "CREATE DATABASE "+quote(name)+" TEMPLATE "+quote(template)); err != nil {
		tb.Fatalf("create database: %v", err)
	}
	tb.Cleanup(func() {
		// FORCE: a test that dies keeps its connections open. The test's own context has ended by now.
		err := c.exec(context.Background(), "DROP DATABASE "+quote(name)+" WITH (FORCE)")
		if err != nil {
			tb.Errorf("drop database: %v", err)
		}
	})
	return c.dsn(name)
}

// running returns the process's cluster, and starts it where this is the first call.
func running(tb testing.TB) *cluster {
	tb.Helper()
	shared.once.Do(func() { shared.cluster, shared.err = startCluster() })
	if shared.err != nil {
		tb.Fatalf("real PostgreSQL for tests: %v", shared.err)
	}
	return shared.cluster
}

// template returns the name of the database that prepare filled, which the first call for name makes.
func (c *cluster) template(name string, prepare func(dsn string) error) (string, error) {
	database := "template_" + name
	c.mu.Lock()
	once, known := c.templates[name]
	if !known {
		once = sync.OnceValue(func() error { return c.makeTemplate(database, prepare) })
		c.templates[name] = once
	}
	c.mu.Unlock()
	return database, once()
}

func (c *cluster) makeTemplate(database string, prepare func(dsn string) error) error {
	// All tests of the process share the template, so no single test's context may cut it short.
	ctx := context.Background()
	if err := c.exec(ctx, "CREATE DATABASE "+quote(database)); err != nil {
		return fmt.Errorf("create database: %w", err)
	}
	if err := prepare(c.dsn(database)); err != nil {
		return err
	}
	// PostgreSQL copies only databases to which nobody is connected: from here on nobody can be.
	if err := c.exec(ctx, "ALTER DATABASE "+quote(database)+" ALLOW_CONNECTIONS false"); err != nil {
		return fmt.Errorf("close database: %w", err)
	}
	return nil
}

// quote quotes an SQL identifier.
func quote(identifier string) string {
	return pgx.Identifier{identifier}.Sanitize()
}
