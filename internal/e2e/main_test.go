package e2e

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"roster/internal/testdb"
)

// binary is the program under test, built once for all tests.
var binary string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "roster-e2e-")
	if err != nil {
		return failed(err)
	}
	binary = filepath.Join(dir, "roster")
	build := exec.Command("go", "build", "-o", binary, "roster/cmd/roster")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return failed(fmt.Errorf("build the binary: %w\n%s", err, out))
	}
	code := m.Run()
	if err := errors.Join(testdb.Stop(), os.RemoveAll(dir)); err != nil {
		return failed(err)
	}
	return code
}

func failed(err error) int {
	fmt.Fprintln(os.Stderr, err)
	return 1
}
