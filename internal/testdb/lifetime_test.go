package testdb_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	osexec "os/exec"
	"strings"
	"testing"

	"roster/internal/testdb"
)

// endingVariable tells a copy of this test binary how to end, once it has a cluster.
const endingVariable = "ROSTER_TESTDB_ENDING"

// TestEnding is the body of the copies that TestClusterEndsWithItsProcess starts, and does nothing by itself.
func TestEnding(t *testing.T) {
	ending := os.Getenv(endingVariable)
	if ending == "" {
		return
	}
	fmt.Println(testdb.Postgres(t))
	switch ending {
	case "returns":
	case "fails":
		t.Error("as asked")
	case "panics":
		panic("as asked")
	case "exits":
		os.Exit(3)
	case "killed":
		select {}
	}
}

func TestClusterEndsWithItsProcess(t *testing.T) {
	t.Parallel()
	for _, ending := range []string{"returns", "fails", "panics", "exits", "killed"} {
		t.Run(ending, func(t *testing.T) {
			t.Parallel()
			// Every process of the cluster inherits this pipe: reading ends when the last of them has ended.
			alive, held, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer alive.Close()
			dir := runEnding(t, ending, held)
			if _, err := io.Copy(io.Discard, alive); err != nil {
				t.Fatalf("wait for the cluster's processes: %v", err)
			}
			if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("stat %s: %v, want that it does not exist", dir, err)
			}
		})
	}
}

// runEnding runs a copy of this test binary until it has ended as asked, and returns its cluster's directory.
func runEnding(t *testing.T, ending string, held *os.File) (dir string) {
	t.Helper()
	defer held.Close()
	process := osexec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestEnding$")
	process.Env = append(os.Environ(), endingVariable+"="+ending)
	process.ExtraFiles = []*os.File{held}
	stdout, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatalf("start test binary: %v", err)
	}
	reader := bufio.NewReader(stdout)
	line, err := reader.ReadString('\n')
	if err != nil {
		t.Fatalf("read the copy's DSN: %v", err)
	}
	if ending == "killed" {
		if err := process.Process.Kill(); err != nil {
			t.Fatalf("kill test binary: %v", err)
		}
	}
	// Reading on keeps a copy that still prints from blocking.
	if _, err := io.Copy(io.Discard, reader); err != nil {
		t.Fatalf("read the copy's output: %v", err)
	}
	if err := process.Wait(); (err == nil) != (ending == "returns") {
		t.Errorf("the copy ended with %v", err)
	}
	dsn, err := url.Parse(strings.TrimSpace(line))
	if err != nil {
		t.Fatalf("parse DSN: %v", err)
	}
	return dsn.Query().Get("host")
}
