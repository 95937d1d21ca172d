package cli

import (
	"context"
	"io"
	"os"
	"sync"
	"time"

	"github.com/mattn/go-isatty"
)

// Env is everything a command touches outside of itself, so that a test can
// hold both ends, and the global flags.
type Env struct {
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer

	Getenv     func(string) string
	Now        func() time.Time
	Sleep      func(context.Context, time.Duration) error
	IsTerminal func(stream any) bool

	flags   globalFlags
	telling sync.Mutex // lanes tell at the same time

	running bool // arguments and flags were fine; what fails now is not a usage error
}

// globalFlags are understood by every command.
type globalFlags struct {
	url     string
	key     string
	keyFile string
	org     string
	context string
	output  string
	timeout time.Duration
}

func newEnv(stdin io.Reader, stdout, stderr io.Writer) *Env {
	return &Env{
		Stdin: stdin, Stdout: stdout, Stderr: stderr,
		Getenv:     os.Getenv,
		Now:        time.Now,
		Sleep:      sleep,
		IsTerminal: isTerminal,
	}
}

func isTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && (isatty.IsTerminal(file.Fd()) || isatty.IsCygwinTerminal(file.Fd()))
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
