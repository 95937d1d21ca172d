package testdb

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// errNoServer is what a test fails with where PostgreSQL's server binaries are missing.
var errNoServer = errors.New("PostgreSQL server binaries (initdb, pg_ctl) not found: run scripts/setup-postgres.sh, " +
	"or install the server (Debian, Ubuntu: apt-get install postgresql; Fedora: dnf install postgresql-server; " +
	"macOS: brew install postgresql@17), or put the directory that holds initdb on PATH")

// installDirs are the places where packagers put the server's binaries without putting them on PATH.
var installDirs = []string{
	"/usr/lib/postgresql/*/bin",          // Debian, Ubuntu
	"/usr/pgsql-*/bin",                   // PostgreSQL's own packages for Fedora and RHEL
	"/usr/libexec/postgresql*",           // Alpine
	"/opt/homebrew/opt/postgresql@*/bin", // Homebrew, Apple silicon
	"/usr/local/opt/postgresql@*/bin",    // Homebrew, Intel
	"/usr/local/pgsql/bin",               // built from source
}

// findBinaries returns the directory that holds initdb and pg_ctl: the one on PATH, else the newest installed.
func findBinaries() (string, error) {
	if initdb, err := exec.LookPath("initdb"); err == nil {
		if resolved, err := filepath.EvalSymlinks(initdb); err == nil && hasServer(filepath.Dir(resolved)) {
			return filepath.Dir(resolved), nil
		}
	}
	newest, found := 0, ""
	for _, pattern := range installDirs {
		dirs, err := filepath.Glob(pattern)
		if err != nil {
			return "", fmt.Errorf("list %s: %w", pattern, err)
		}
		for _, dir := range dirs {
			if version := majorVersion(dir); hasServer(dir) && (found == "" || version > newest) {
				newest, found = version, dir
			}
		}
	}
	if found == "" {
		return "", errNoServer
	}
	return found, nil
}

func hasServer(dir string) bool {
	for _, name := range []string{"initdb", "pg_ctl", "postgres"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.IsDir() {
			return false
		}
	}
	return true
}

// majorVersion reads the version out of an installation's path: 15 from /usr/lib/postgresql/15/bin. A path without a
// number is version 0, so that any versioned installation is preferred to it.
func majorVersion(dir string) int {
	for part := range strings.FieldsFuncSeq(dir, func(r rune) bool { return r < '0' || r > '9' }) {
		if version, err := strconv.Atoi(part); err == nil {
			return version
		}
	}
	return 0
}
