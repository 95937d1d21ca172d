package cli

import (
	"context"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"roster/internal/repair/remote"
)

// remoteApplyFlags say how to apply.
type remoteApplyFlags struct {
	journal, result string
	yes             bool
	wait            time.Duration
	pace            paceFlag
}

func newRemoteApplyCmd(env *Env) *cobra.Command {
	var f remoteApplyFlags
	cmd := &cobra.Command{
		Use:   "apply --journal FILE --yes",
		Short: "Apply a remote repair, or go on with it",
		Long: `Apply a remote repair, or go on with one that was cut off, waits for the identity provider, or stopped. It goes to the server of the plan alone, and
writes nothing there without --yes. Each step is looked at before it is taken, and stands in the journal before and after it, so nothing is done twice.
A case whose accounts changed since the plan stops with the reason, and the others go on; the exit code is 6 then.

It keeps to --rate, waits as long as a 429 asks for, and tries again when the server fails. Deleted SCIM users cannot be brought back by hosted
calls; all else can: roster remote undo.`,
		Example: `  roster remote apply --journal merger.jsonl --key-file org.key --yes
  roster remote apply --journal merger.jsonl --yes --wait 45m --result repaired.csv`,
		Args: func(_ *cobra.Command, args []string) error {
			if f.journal == "" || len(args) > 0 {
				return usagef("it takes --journal, which roster remote plan wrote, and --yes")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return env.applyRemote(cmd.Context(), f) },
	}
	flags := cmd.Flags()
	addJournalFlag(cmd, &f.journal, "the journal that roster remote plan wrote")
	flags.BoolVarP(&f.yes, "yes", "y", false, "write to the server; without it nothing is done")
	flags.StringVar(&f.result, "result", "", "new file for one row per case, .csv or .jsonl")
	flags.DurationVar(&f.wait, "wait", 0, "how long to wait for the identity provider's part, such as 45m")
	f.pace.add(cmd)
	return cmd
}

func (env *Env) applyRemote(ctx context.Context, f remoteApplyFlags) (err error) {
	journal, err := remote.OpenJournal(f.journal)
	if err != nil {
		return journalFault(err)
	}
	defer func() {
		if closeErr := journal.Close(); err == nil {
			err = closeErr
		}
	}()
	runner, err := env.remoteRunner(journal, f.pace)
	if err != nil {
		return err
	}
	env.warnIrrevocable(journal)
	if !f.yes {
		return usagef("this writes to organization %s of %s; give --yes", journal.Header.Org, journal.Header.URL)
	}
	out, err := createRemoteResult(f.result)
	if err != nil {
		return err
	}
	run := remoteRun{env: env, runner: runner}
	err = run.untilSettled(ctx, f.wait)
	if err := out.end(journal.Cases, err); err != nil {
		env.sayf("what was done stands in the journal; the same command goes on from there")
		return err
	}
	return env.reportRemote(journal, f)
}

// warnIrrevocable says what cannot be undone before anything is done.
func (env *Env) warnIrrevocable(j *remote.Journal) {
	n, sample := 0, ""
	for _, c := range j.Cases {
		if c.Irrevocable() != "" && c.Taken == 0 && c.Status != remote.StatusNothing {
			n, sample = n+1, c.Irrevocable()
		}
	}
	switch n {
	case 0:
	case 1:
		env.sayf("cannot be undone: %s", sample)
	default:
		env.sayf("cannot be undone: the SCIM users of %s are deleted; no hosted call brings them or their synced groups back, until the identity provider creates them again", counted(n, "case"))
	}
}

// remoteRunner works on the cases of a journal.
func (env *Env) remoteRunner(j *remote.Journal, pace paceFlag) (*remote.Runner, error) {
	server, err := env.connectJournal(j, pace)
	if err != nil {
		return nil, err
	}
	return &remote.Runner{Server: server, Journal: j, Now: env.Now, Sleep: env.Sleep, Lanes: remoteLanes}, nil
}

// remoteRun goes through the cases.
type remoteRun struct {
	env    *Env
	runner *remote.Runner
}

// untilSettled goes through the cases, and again while some wait for the
// identity provider and there is time.
func (r *remoteRun) untilSettled(ctx context.Context, wait time.Duration) error {
	deadline := r.env.Now().Add(wait)
	for {
		if err := r.once(ctx); err != nil {
			return err
		}
		waiting := r.runner.Journal.Count(remote.StatusWaiting)
		if waiting == 0 || !r.env.Now().Before(deadline) {
			return nil
		}
		r.env.sayf("%s for the identity provider", counted(waiting, "case")+" waiting")
		if err := r.env.Sleep(ctx, min(pollEvery, deadline.Sub(r.env.Now()))); err != nil {
			return err
		}
	}
}

func (r *remoteRun) once(ctx context.Context) error {
	j := r.runner.Journal
	bar := r.env.newProgress(j.Count(remote.StatusPlanned) + j.Count(remote.StatusWaiting) + j.Count(remote.StatusStopped))
	defer bar.finish()
	return r.runner.Apply(ctx, func(c remote.Progress) error {
		bar.step(strconv.Itoa(c.N), string(c.Status), c.Status == remote.StatusStopped)
		return nil
	})
}

func (env *Env) reportRemote(j *remote.Journal, f remoteApplyFlags) error {
	if f.result == "" {
		if err := printRows(env, j.Cases, remoteColumns); err != nil {
			return err
		}
	}
	if err := env.remoteSum(j, f.journal); err != nil {
		return err
	}
	if stopped := j.Count(remote.StatusStopped); stopped > 0 {
		return &partialError{failed: stopped, total: len(j.Cases)}
	}
	return nil
}
