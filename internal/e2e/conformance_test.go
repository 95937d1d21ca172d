package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// suites is the Python that has the public suites installed; `make conformance` installs it and sets the flag.
var suites = flag.String("suites", "", "python of the environment that scripts/setup-conformance.sh makes")

// publicSuites are the suites in the order of the report, under the names that
// scripts/conformance/run.py knows them by.
var publicSuites = []string{"scim2-tester", "scim2-tester, described", "scim-sanity"}

// suiteRun is what one suite said of one server.
type suiteRun struct {
	Suite   string       `json:"suite"`
	Version string       `json:"version"`
	Checks  []suiteCheck `json:"checks"`
}

// suiteCheck is one result; a check that looks at many attributes has many.
type suiteCheck struct {
	Group   string `json:"group"`
	Name    string `json:"name"`
	Text    string `json:"text"`
	Outcome string `json:"outcome"` // "pass", "fail" or "skip"
	Detail  string `json:"detail"`
}

// TestConformance runs the public suites against a directory of kind generic
// on both engines and writes docs/conformance.md. Every check passes, or is
// excused by name in excuses; an excuse that nothing needs fails too.
func TestConformance(t *testing.T) {
	if *suites == "" {
		t.Skip("the public suites need an environment of their own: make conformance")
	}
	report := newConformance()
	t.Run("on", func(t *testing.T) {
		forEachEngine(t, func(t *testing.T, args ...string) {
			engine := "SQLite"
			if len(args) > 0 {
				engine = "PostgreSQL"
			}
			_, info := startDemo(t, t.TempDir(), args...)
			for _, suite := range publicSuites {
				report.add(engine, runSuite(t, suite, info))
			}
		})
	})
	if t.Failed() {
		return
	}
	writeReport(t, report.markdown())
	for _, problem := range report.problems() {
		t.Error(problem)
	}
	t.Log(report.summary())
}

// writeReport brings docs/conformance.md up to date. Where nobody commits what
// a run writes, a page that was not is a failure.
func writeReport(t *testing.T, page string) {
	t.Helper()
	path := filepath.FromSlash("../../docs/conformance.md")
	before, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	if string(before) == page {
		return
	}
	if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Log("docs/conformance.md has changed")
	if os.Getenv("CI") != "" {
		t.Error("docs/conformance.md is not what make conformance writes: run it and commit the page")
	}
}

// runSuite runs one suite against the demo's empty directory.
func runSuite(t *testing.T, suite string, info demoInfo) suiteRun {
	t.Helper()
	directory := info.Directories[2]
	if directory.Kind != "generic" {
		t.Fatalf("the demo's third directory is of kind %s", directory.Kind)
	}
	// Five minutes are a hundred times what a suite takes: only a hang meets them.
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, *suites, "../../scripts/conformance/run.py", suite, directory.SCIMBaseURL)
	cmd.Env = append(os.Environ(), "ROSTER_SCIM_TOKEN="+directory.Token, "PYTHONDONTWRITEBYTECODE=1")
	cmd.Stderr = t.Output()
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("run %s: %v", suite, err)
	}
	var run suiteRun
	if err := json.Unmarshal(out, &run); err != nil {
		t.Fatalf("read what %s printed: %v\n%s", suite, err, out)
	}
	return run
}

// conformance collects the runs of all engines.
type conformance struct {
	mu   sync.Mutex
	runs map[string]map[string]suiteRun // by suite and engine
	used map[int]bool                   // excuses that something needed
}

func newConformance() *conformance {
	return &conformance{runs: map[string]map[string]suiteRun{}, used: map[int]bool{}}
}

func (c *conformance) add(engine string, run suiteRun) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.runs[run.Suite] == nil {
		c.runs[run.Suite] = map[string]suiteRun{}
	}
	c.runs[run.Suite][engine] = run
}
