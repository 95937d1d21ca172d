package e2e

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"roster/internal/testdb"
)

// demoInfo is what scripts read of DIR/demo.json.
type demoInfo struct {
	BaseURL     string `json:"baseUrl"`
	SiteKey     string `json:"siteKey"`
	OrgID       string `json:"orgId"`
	OrgKey      string `json:"orgKey"`
	Directories []struct {
		ID          string `json:"id"`
		Name        string `json:"name"`
		Kind        string `json:"kind"`
		SCIMBaseURL string `json:"scimBaseUrl"`
		Token       string `json:"token"`
	} `json:"directories"`
	Scenarios struct {
		A scenario `json:"A"`
		B scenario `json:"B"`
	} `json:"scenarios"`
}

type scenario struct {
	DirectoryID string `json:"directoryId"`
	AAID1       string `json:"aaid1"`
	AAID2       string `json:"aaid2"`
	SCIMUser1   string `json:"scimUser1"`
	SCIMUser2   string `json:"scimUser2"`
	OldEmail    string `json:"oldEmail"`
	NewEmail    string `json:"newEmail"`
}

// process is a running server.
type process struct {
	dir    string
	cmd    *exec.Cmd
	output *output
	exited chan error
}

// output is what a process printed; it may still be printing.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// forEachEngine runs a test on SQLite and on PostgreSQL; args are what `roster
// serve` needs for the engine.
func forEachEngine(t *testing.T, test func(t *testing.T, args ...string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t)
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, "--database", testdb.Postgres(t))
	})
}

// start runs `roster serve` on a free port and stops it when the test ends. A
// test sends with one token what many send in production, so nothing limits it
// unless args do.
func start(tb testing.TB, dir string, args ...string) *process {
	tb.Helper()
	p := &process{dir: dir, output: &output{}, exited: make(chan error, 1)}
	p.cmd = exec.Command(binary, append([]string{"serve", "--listen", "127.0.0.1:0", "--rate-limit", "0", "--data", dir}, args...)...)
	p.cmd.Stdout, p.cmd.Stderr = p.output, p.output
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := p.cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	go func() { p.exited <- p.cmd.Wait() }()
	tb.Cleanup(func() { _ = p.stop(tb) })
	return p
}

// startDemo runs the demo until it is ready and gives what it says of itself.
func startDemo(tb testing.TB, dir string, args ...string) (*process, demoInfo) {
	tb.Helper()
	before, _ := os.Stat(filepath.Join(dir, "demo.json"))
	p := start(tb, dir, append([]string{"--demo"}, args...)...)
	path := filepath.Join(dir, "demo.json")
	p.await(tb, func() bool {
		now, err := os.Stat(path)
		return err == nil && (before == nil || !os.SameFile(before, now))
	})
	data, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	var info demoInfo
	if err := json.Unmarshal(data, &info); err != nil {
		tb.Fatal(err)
	}
	return p, info
}

// await polls until a condition holds; a process that ends first, or a minute
// without it, fails the test.
func (p *process) await(tb testing.TB, holds func() bool) {
	tb.Helper()
	deadline := time.After(time.Minute)
	for !holds() {
		select {
		case err := <-p.exited:
			p.exited <- err
			tb.Fatalf("the server ended: %v\n%s", err, p.output)
		case <-deadline:
			tb.Fatalf("the server is not ready:\n%s", p.output)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// stop ends the server as an operator does; it must finish by itself. It gives
// what the process used, or nil if it was stopped before.
func (p *process) stop(tb testing.TB) *os.ProcessState {
	tb.Helper()
	if p.cmd == nil {
		return nil
	}
	cmd := p.cmd
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case err := <-p.exited:
		if err != nil {
			tb.Errorf("the server did not stop cleanly: %v\n%s", err, p.output)
		}
	case <-time.After(30 * time.Second):
		_ = p.cmd.Process.Kill()
		tb.Errorf("the server did not stop:\n%s", p.output)
	}
	p.cmd = nil
	return cmd.ProcessState
}

// kill ends the server as a power cut does.
func (p *process) kill(tb testing.TB) {
	tb.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		tb.Fatal(err)
	}
	<-p.exited //nolint:errcheck // the signal that killed it
	p.cmd = nil
}
