package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"roster/internal/auth"
	"roster/internal/identity"
	"roster/internal/store"
)

const (
	demoFile    = "demo.json"    // what scripts read; written last
	demoStarted = "demo.started" // written first: says that a database without demoFile is a demo that was cut short
)

// demo is the demo of one data directory.
type demo struct {
	dir  string
	info demoInfo // set by start
}

// newDemo marks a folder without a database as a demo's, before the database is
// opened. A database that no demo began is refused. It gives nil when no demo
// is asked for.
func newDemo(cfg Config) (*demo, error) {
	if !cfg.Demo {
		return nil, nil //nolint:nilnil // no demo is no error
	}
	d := &demo{dir: cfg.DataDir}
	switch {
	case cfg.Database != "":
		return d, nil
	case !d.has(databaseFile):
		return d, os.WriteFile(d.path(demoStarted), nil, 0o600)
	case !d.has(demoStarted) && !d.has(demoFile):
		return nil, fmt.Errorf("%s holds a database that is not the demo's: choose an empty folder with --data, or leave --demo out", d.dir)
	}
	return d, nil
}

func (d *demo) path(name string) string { return filepath.Join(d.dir, name) }

func (d *demo) has(name string) bool {
	_, err := os.Stat(d.path(name))
	return err == nil
}

// openSQLite opens the demo's database. One that was cut short while it was
// being made gives way to a new one, but not before its lock is held: another
// process may be making it.
func (d *demo) openSQLite(ctx context.Context) (*store.Store, error) {
	isOld := d.has(databaseFile)
	st, err := store.Open(ctx, d.path(databaseFile), store.Options{})
	if err != nil || !isOld || d.has(demoFile) {
		return st, err
	}
	if err := st.Close(); err != nil {
		return nil, err
	}
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		if err := remove(d.path(databaseFile + suffix)); err != nil {
			return nil, err
		}
	}
	return store.Open(ctx, d.path(databaseFile), store.Options{})
}

// remove is os.Remove of a file that may be missing.
func remove(name string) error {
	if err := os.Remove(name); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// start stages the demo in an empty database, tells people what to try, and
// writes demo.json last, as scripts wait for it. siteKey is "" unless the
// database is new.
func (d *demo) start(ctx context.Context, s *server, siteKey string) (err error) {
	if siteKey != "" {
		err = d.make(ctx, s, siteKey)
	} else {
		err = d.resume(ctx, s)
	}
	if err != nil {
		return fmt.Errorf("start the demo: %w", err)
	}
	d.moveTo(s.baseURL)
	if err := d.invite(ctx, s); err != nil {
		return fmt.Errorf("start the demo: %w", err)
	}
	s.Out("%s", d.greeting(s))
	return d.save()
}

func (d *demo) make(ctx context.Context, s *server, siteKey string) (err error) {
	if err := remove(d.path(demoFile)); err != nil { // of a database that is gone
		return err
	}
	d.info, err = stage(ctx, s, siteKey)
	return err
}

// resume goes on with the demo of an earlier start, in the database where it
// was made.
func (d *demo) resume(ctx context.Context, s *server) error {
	data, err := os.ReadFile(d.path(demoFile))
	if errors.Is(err, fs.ErrNotExist) {
		return errors.New("this database is in use already, and the demo needs an empty one")
	}
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, &d.info); err != nil {
		return fmt.Errorf("read %s: %w", d.path(demoFile), err)
	}
	if _, err := s.accounts.Org(ctx, identity.OrgID(d.info.OrgID)); err != nil {
		return fmt.Errorf("%s tells of another database: %w", d.path(demoFile), err)
	}
	return nil
}

// invite makes a link to the console that can be used for a day.
func (d *demo) invite(ctx context.Context, s *server) error {
	caller := identity.Caller{Actor: "the demo"}
	secret, _, err := s.sessions.NewLink(ctx, caller, identity.OrgID(d.info.OrgID), "demo", auth.RoleAdmin, auth.MaxLinkLife)
	d.info.ConsoleURL = auth.LinkURL(d.info.BaseURL, secret)
	return err
}

// moveTo follows a server that listens elsewhere than at its last start.
func (d *demo) moveTo(baseURL string) {
	d.info.BaseURL = baseURL
	for i := range d.info.Directories {
		dir := &d.info.Directories[i]
		dir.SCIMBaseURL = scimBaseURL(baseURL, dir.ID)
	}
}

func scimBaseURL(baseURL, directory string) string { return baseURL + "/scim/directory/" + directory }

// save writes demo.json whole or not at all: scripts wait for it.
func (d *demo) save() error {
	data, err := json.MarshalIndent(d.info, "", "  ")
	if err != nil {
		return err
	}
	half := d.path(demoFile + ".new")
	if err := os.WriteFile(half, append(data, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(half, d.path(demoFile))
}
