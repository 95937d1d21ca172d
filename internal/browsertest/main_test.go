package browsertest

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"github.com/chromedp/chromedp"
)

var (
	withBrowser = flag.Bool("browser", false, "run the tests, which need Chromium; `make test-browser` installs it and sets this")
	screenshots = flag.String("screenshots", "", "folder for the pictures that tests take; none are kept without it")
)

// What all tests of a run share: the program, made once, one server with the
// demo, and one Chromium.
var (
	binary  string
	shared  *demo
	browser context.Context
)

func TestMain(m *testing.M) {
	flag.Parse()
	if !*withBrowser {
		fmt.Println("the browser tests are left out; run them with: make test-browser")
		os.Exit(m.Run())
	}
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	dir, err := os.MkdirTemp("", "roster-browser-")
	if err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	binary = filepath.Join(dir, "roster")
	build := exec.Command("go", "build", "-o", binary, "roster/cmd/roster")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return 1, fmt.Errorf("build the binary: %w\n%s", err, out)
	}
	if shared, err = startDemo(filepath.Join(dir, "demo")); err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, shared.stop()) }()
	stop, err := startBrowser(filepath.Join(dir, "profile"))
	if err != nil {
		return 1, err
	}
	defer stop()
	return m.Run(), nil
}

// startBrowser starts Chromium without a window. It ends with this process even
// if that is killed.
func startBrowser(profile string) (stop func(), err error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.UserDataDir(profile),
		chromedp.Flag("no-proxy-server", true),
		chromedp.Flag("hide-scrollbars", true),
		chromedp.ModifyCmdFunc(func(cmd *exec.Cmd) {
			cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
		}),
	)
	allocator, endAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	started, endBrowser := chromedp.NewContext(allocator)
	browser = started //nolint:fatcontext // there is one for all tests
	stop = sync.OnceFunc(func() {
		endBrowser()
		endAllocator()
	})
	if err := chromedp.Do(browser); err != nil {
		stop()
		return nil, fmt.Errorf("start Chromium (scripts/setup-chromium.sh installs it): %w", err)
	}
	return stop, nil
}

// openDemo gives the demo that all tests share: for those that change nothing
// that others look at.
func openDemo(t *testing.T) *demo {
	t.Helper()
	if !*withBrowser {
		t.Skip("needs a browser: make test-browser")
	}
	return shared
}

// ownDemo gives a demo that only this test sees; args are of `roster serve`.
func ownDemo(t *testing.T, args ...string) *demo {
	t.Helper()
	openDemo(t)
	d, err := startDemo(filepath.Join(t.TempDir(), "demo"), args...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.stop(); err != nil {
			t.Error(err)
		}
	})
	return d
}
