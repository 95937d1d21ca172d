package testdb

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestTemplateReportsPrepareError(t *testing.T) {
	t.Parallel()
	errPrepare := errors.New("no such migration")
	c := running(t)
	for _, call := range []string{"first call", "second call"} {
		if _, err := c.template("broken", func(string) error { return errPrepare }); !errors.Is(err, errPrepare) {
			t.Errorf("%s: error %v, want %v", call, err, errPrepare)
		}
	}
}

func TestMissingBinariesAreExplained(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	patterns := installDirs
	t.Cleanup(func() { installDirs = patterns })
	installDirs = []string{filepath.Join(t.TempDir(), "*", "bin")}
	if _, err := startCluster(); !errors.Is(err, errNoServer) {
		t.Errorf("error %v, want %v", err, errNoServer)
	}
}

func TestFindBinariesPrefersTheNewest(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	patterns := installDirs
	t.Cleanup(func() { installDirs = patterns })
	root := t.TempDir()
	for _, version := range []string{"9", "15", "16"} {
		dir := filepath.Join(root, version, "bin")
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"initdb", "pg_ctl", "postgres"} {
			if version == "16" && name == "postgres" {
				continue // a client-only installation
			}
			if err := os.WriteFile(filepath.Join(dir, name), nil, 0o755); err != nil {
				t.Fatal(err)
			}
		}
	}
	installDirs = []string{filepath.Join(root, "*", "bin")}
	got, err := findBinaries()
	if want := filepath.Join(root, "15", "bin"); err != nil || got != want {
		t.Errorf("findBinaries() = %q, %v, want %q", got, err, want)
	}
}

func TestSuits(t *testing.T) {
	t.Parallel()
	closed := filepath.Join("/tmp", filepath.Base(t.TempDir())+"-closed")
	if err := os.Mkdir(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.Remove(closed); err != nil {
			t.Error(err)
		}
	})
	stranger := &syscall.Credential{Uid: 65534, Gid: 65534}
	tests := []struct {
		name   string
		parent string
		owner  *syscall.Credential
		want   bool
	}{
		{"open to all", "/tmp", stranger, true},
		{"closed to the server's user", closed, stranger, false},
		{"closed to others, server runs as the caller", closed, nil, true},
		{"too long for a socket", "/tmp/" + strings.Repeat("x", 100), nil, false},
		{"cannot be quoted", "/tmp/it's", nil, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := suits(test.parent, test.owner); got != test.want {
				t.Errorf("suits(%q) = %t, want %t", test.parent, got, test.want)
			}
		})
	}
}
