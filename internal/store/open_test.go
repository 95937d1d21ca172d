package store

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/identity"
)

func TestOpenRefusesWithAReason(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		path func(t *testing.T) string
		want string // a part of the error, besides the path
	}{
		{"no such directory", func(t *testing.T) string { return filepath.Join(t.TempDir(), "missing", "roster.db") }, "no such file or directory"},
		{"a directory", func(t *testing.T) string {
			path := filepath.Join(t.TempDir(), "roster.db")
			makeDir(t, path)
			return path
		}, "is a directory"},
		{"not a database", func(t *testing.T) string {
			path := filepath.Join(t.TempDir(), "roster.db")
			write(t, path, strings.Repeat("not a database ", 100))
			return path
		}, "file is not a database"},
		{"a directory that nobody may write to", func(t *testing.T) string {
			if os.Getuid() == 0 {
				t.Skip("root may write everywhere")
			}
			dir := t.TempDir()
			if err := os.Chmod(dir, 0o500); err != nil {
				t.Fatal(err)
			}
			return filepath.Join(dir, "roster.db")
		}, "permission denied"},
		{"served already", func(t *testing.T) string {
			path := filepath.Join(t.TempDir(), "roster.db")
			open(t, path, Options{Readers: 1})
			return path
		}, "another Roster serves it"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			path := test.path(t)
			s, err := Open(t.Context(), path, Options{Readers: 1})
			if err == nil {
				t.Fatal("opened", s.Close())
			}
			if !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error should name %s and say %q: %v", path, test.want, err)
			}
		})
	}
}

func makeDir(t *testing.T, path string) {
	t.Helper()
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestOpenRefusesAServerThatIsNotThere(t *testing.T) {
	t.Parallel()
	_, err := Open(t.Context(), "postgres://roster@/roster?host="+t.TempDir(), Options{})
	if err == nil || !strings.Contains(err.Error(), "connect") {
		t.Errorf("got %v, want a failure to connect", err)
	}
}

// TestOpenRefusesASecondProcess has another process hold the database.
func TestOpenRefusesASecondProcess(t *testing.T) {
	path := os.Getenv("ROSTER_TEST_DATABASE")
	if path != "" {
		if _, err := Open(t.Context(), path, Options{}); err != nil {
			t.Fatal(err)
		}
		return
	}
	path = filepath.Join(t.TempDir(), "roster.db")
	first := open(t, path, Options{Readers: 1})
	second := func() ([]byte, error) {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestOpenRefusesASecondProcess$")
		cmd.Env = append(os.Environ(), "ROSTER_TEST_DATABASE="+path)
		return cmd.CombinedOutput()
	}
	if out, err := second(); err == nil || !strings.Contains(string(out), "another Roster serves it") {
		t.Errorf("the second process got %v and said:\n%s", err, out)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if out, err := second(); err != nil {
		t.Errorf("after the first has ended, the second process got %v and said:\n%s", err, out)
	}
}

func TestOpenAgainFindsWhatWasStored(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "with space & ünïcode?#.db")
	first := open(t, path, Options{Readers: 1})
	update(t, first, func(tx *Tx) error {
		_, err := tx.InsertOrg(Org{ID: "org-1", Name: "Org", Behaviour: identity.BehaviourSafe})
		return err
	})
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	view(t, open(t, path, Options{Readers: 1}), func(tx *Tx) error {
		_, err := tx.Org("org-1")
		return err
	})
}

func TestSQLiteFilesArePrivate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "roster.db")
	tenants(t, open(t, path, Options{Readers: 1}))
	for _, name := range []string{path, path + "-wal", path + "-shm", path + ".lock"} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != 0o600 {
			t.Errorf("%s has mode %o, want 600", filepath.Base(name), got)
		}
	}
}

// TestSQLitePragmasAreInForce asks the connections themselves: a misspelt
// pragma is ignored without a word.
func TestSQLitePragmasAreInForce(t *testing.T) {
	t.Parallel()
	s := newSQLite(t)
	read := func(q querier, pragma string) string {
		rows, err := q.query(t.Context(), "PRAGMA "+pragma)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		var value string
		if rows.Next() {
			err = rows.Scan(&value)
		}
		if err != nil || rows.Err() != nil {
			t.Fatal(err, rows.Err())
		}
		return value
	}
	tests := []struct {
		on   string
		want map[string]string
		run  func(context.Context, func(*Tx) error) error
	}{
		{"the writer", map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "10000", "query_only": "0"}, s.Update},
		{"a reader", map[string]string{"journal_mode": "wal", "query_only": "1", "busy_timeout": "10000"}, s.View},
	}
	for _, test := range tests {
		err := test.run(t.Context(), func(tx *Tx) error {
			got := map[string]string{}
			for pragma := range test.want {
				got[pragma] = read(tx.q, pragma)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("pragmas of %s (-want +got):\n%s", test.on, diff)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestFullDisk lets SQLite run out of pages in the midst of updates: they
// fail, and what was stored before can be read and changed once there is room.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	s := newSQLite(t)
	tenants(t, s)
	update(t, s, func(tx *Tx) error { return tx.InsertSCIMUser(plainUser(testDirectory, "ada")) })
	limitPages := func(n string) {
		update(t, s, func(tx *Tx) error { // which has the writing connection
			_, err := tx.exec("PRAGMA max_page_count = " + n)
			return err
		})
	}
	limitPages("1") // which SQLite takes for "no more than there are"
	big := plainUser(testDirectory, "bob")
	big.Doc = []byte(`{"userName":"` + strings.Repeat("b", 1<<20) + `"}`)
	err := s.Update(t.Context(), func(tx *Tx) error { return tx.InsertSCIMUser(big) })
	if err == nil || !strings.Contains(err.Error(), "full") {
		t.Errorf("got %v, want that the disk is full", err)
	}
	limitPages("1000000")
	update(t, s, func(tx *Tx) error { return tx.InsertSCIMUser(big) })
	if diff := cmp.Diff([]string{"ada@example.com", "bob@example.com"}, userNames(t, s)); diff != "" {
		t.Errorf("users (-want +got):\n%s", diff)
	}
}
