package cli

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"roster/internal/repair/remote"
)

// remoteUndoFlags say what to undo.
type remoteUndoFlags struct {
	journal, result string
	yes             bool
	wait            time.Duration
	pace            paceFlag
}

func newRemoteUndoCmd(env *Env) *cobra.Command {
	var f remoteUndoFlags
	cmd := &cobra.Command{
		Use:   "undo --journal FILE [CASE...]",
		Short: "Take back a remote repair, as far as hosted calls can",
		Long: `Take back the cases of a remote repair, or those that are named. Without --yes it looks at the server and prints what it would do, what the identity
provider has to do, and what cannot be undone; nothing is changed. With --yes it does that, goes on where it was cut off, and waits for the
identity provider as "apply" does.

Accounts get their addresses and status back where no directory decides them. Deleted SCIM users do not come back under their ids, as no hosted
call makes one; the identity provider makes new ones, which link to the accounts that had the old ones. An account that somebody else changed
since is left alone, with the reason.`,
		Example: `  roster remote undo --journal merger.jsonl
  roster remote undo --journal merger.jsonl 7 --yes --wait 45m`,
		Args: func(_ *cobra.Command, _ []string) error {
			if f.journal == "" {
				return usagef("it takes --journal, which roster remote plan wrote, and the numbers of cases, or none for all")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return env.undoRemote(cmd.Context(), f, args) },
	}
	flags := cmd.Flags()
	addJournalFlag(cmd, &f.journal, "the journal of the repair")
	flags.BoolVarP(&f.yes, "yes", "y", false, "write to the server; without it nothing is done")
	flags.StringVar(&f.result, "result", "", "new file for one row per case, .csv or .jsonl")
	flags.DurationVar(&f.wait, "wait", 0, "how long to wait for the identity provider's part, such as 45m")
	f.pace.add(cmd)
	return cmd
}

func (env *Env) undoRemote(ctx context.Context, f remoteUndoFlags, args []string) (err error) {
	journal, err := remote.OpenJournal(f.journal)
	if err != nil {
		return journalFault(err)
	}
	defer func() {
		if closeErr := journal.Close(); err == nil {
			err = closeErr
		}
	}()
	cases, err := chosenCases(journal, args)
	if err != nil {
		return err
	}
	runner, err := env.remoteRunner(journal, f.pace)
	if err != nil {
		return err
	}
	if len(cases) == 0 {
		env.sayf("there is nothing to undo")
		return env.remoteSum(journal, f.journal)
	}
	if !f.yes {
		return env.previewUndo(ctx, runner, cases, f.journal)
	}
	out, err := createRemoteResult(f.result)
	if err != nil {
		return err
	}
	err = env.undoUntilSettled(ctx, runner, cases, f.wait)
	if err := out.end(journal.Cases, err); err != nil {
		env.sayf("what was undone stands in the journal; the same command goes on from there")
		return err
	}
	return env.reportUndo(journal, cases, f)
}

// chosenCases are those that were named, or all, of which something can be undone.
func chosenCases(j *remote.Journal, args []string) (cases []*remote.Progress, err error) {
	for _, text := range args {
		if _, err := j.Case(text); err != nil {
			return nil, usagef("%v", err)
		}
	}
	for i := range j.Cases {
		c := &j.Cases[i]
		if c.Undoable() && (len(args) == 0 || slices.Contains(args, strconv.Itoa(c.N))) {
			cases = append(cases, c)
		}
	}
	return cases, nil
}

// previewUndo prints what an undo would do, and does nothing.
func (env *Env) previewUndo(ctx context.Context, runner *remote.Runner, cases []*remote.Progress, journal string) error {
	previews, err := runner.PreviewUndo(ctx, cases)
	if err != nil {
		return err
	}
	if env.flags.output == outputJSON {
		if err := env.printJSON(previews); err != nil {
			return err
		}
	} else {
		for _, c := range previews {
			env.printf("case %d: %s -> %s (%s)\n", c.N, clean(c.Old), clean(c.New), c.Status)
			env.printRemoteSteps(c.Undo.Steps, c.Undo.Taken)
			env.printCannot(c.Undo.Undo)
		}
	}
	env.sayf("%s could be undone so far as this says; nothing was changed", counted(len(previews), "case"))
	return env.hintf("roster remote undo --journal %s --yes", journal)
}

// undoUntilSettled undoes, and looks again while some wait for the identity
// provider and there is time.
func (env *Env) undoUntilSettled(ctx context.Context, runner *remote.Runner, cases []*remote.Progress, wait time.Duration) error {
	deadline := env.Now().Add(wait)
	for {
		bar := env.newProgress(len(cases))
		err := runner.Undo(ctx, cases, func(c remote.Progress) error {
			bar.step(strconv.Itoa(c.N), string(c.Status), c.Undo != nil && c.Undo.Stopped)
			return nil
		})
		bar.finish()
		if err != nil {
			return err
		}
		cases = slices.DeleteFunc(slices.Clone(cases), func(c *remote.Progress) bool { return !c.Undo.Waiting })
		if len(cases) == 0 || !env.Now().Before(deadline) {
			return nil
		}
		env.sayf("%s for the identity provider", counted(len(cases), "case")+" waiting")
		if err := env.Sleep(ctx, min(pollEvery, deadline.Sub(env.Now()))); err != nil {
			return err
		}
	}
}

func (env *Env) reportUndo(j *remote.Journal, cases []*remote.Progress, f remoteUndoFlags) error {
	stopped := 0
	shown := make([]remote.Progress, len(cases))
	for i, c := range cases {
		shown[i] = *c
		if c.Undo.Stopped {
			stopped++
		}
	}
	if f.result == "" {
		if err := printRows(env, shown, remoteColumns); err != nil {
			return err
		}
	}
	if err := env.remoteSum(j, f.journal); err != nil {
		return err
	}
	if stopped > 0 {
		return &partialError{failed: stopped, total: len(cases)}
	}
	return nil
}
