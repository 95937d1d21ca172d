package cli

import (
	"context"
	"errors"
	"io"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// Main runs the command line and returns the exit code; see exitcode.go for
// what the codes mean. It stops cleanly on the first SIGINT or SIGTERM.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second interrupt ends it at once
	return newEnv(stdin, stdout, stderr).run(ctx, args)
}

func (env *Env) run(ctx context.Context, args []string) int {
	root := newRootCmd(env) //nolint:contextcheck // commands are given the context when they run
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitOK
	}
	if !env.running {
		err = asUsageError(err)
	}
	env.explain(cmd, err)
	return exitCode(err)
}

// explain prints what failed, what the server said, the request id, and what
// to try next.
func (env *Env) explain(cmd *cobra.Command, err error) {
	env.sayf("%s: %s", cmd.CommandPath(), err)
	if answer, ok := errors.AsType[*answerError](err); ok && answer.requestID != "" {
		env.sayf("request id: %s", answer.requestID)
	}
	if hinted, ok := errors.AsType[interface {
		error
		nextStep() string
	}](err); ok && hinted.nextStep() != "" {
		env.sayf("next: %s", hinted.nextStep())
		return
	}
	if _, ok := errors.AsType[*usageError](err); ok {
		env.sayf("next: %s --help", cmd.CommandPath())
	}
}
