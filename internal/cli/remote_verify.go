package cli

import (
	"context"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"roster/internal/repair/remote"
)

func newRemoteVerifyCmd(env *Env) *cobra.Command {
	var journal string
	var pace paceFlag
	cmd := &cobra.Command{
		Use:   "verify --journal FILE",
		Short: "Look whether the server agrees with a remote repair",
		Long: `Look at the people of each case that is done or undone: whether the right account has the address and is synced, and the other has neither; or,
where it was undone, whether both are as they were. It only reads. The exit code is 6 where something is otherwise.`,
		Example: `  roster remote verify --journal merger.jsonl
  roster remote verify --journal merger.jsonl --output json`,
		Args: func(_ *cobra.Command, args []string) error {
			if journal == "" || len(args) > 0 {
				return usagef("it takes --journal, and nothing else")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return env.verifyRemote(cmd.Context(), journal, pace) },
	}
	addJournalFlag(cmd, &journal, "the journal of the repair")
	pace.add(cmd)
	return cmd
}

var verdictColumns = []column[remote.Verdict]{
	{"CASE", func(v remote.Verdict) string { return strconv.Itoa(v.N) }},
	{"STATUS", func(v remote.Verdict) string { return string(v.Status) }},
	{"OLD", func(v remote.Verdict) string { return v.Old }},
	{"NEW", func(v remote.Verdict) string { return v.New }},
	{"WHAT IS OTHERWISE", func(v remote.Verdict) string { return strings.Join(v.Faults, "; ") }},
}

func (env *Env) verifyRemote(ctx context.Context, name string, pace paceFlag) error {
	journal, err := remote.ReadJournal(name)
	if err != nil {
		return journalFault(err)
	}
	runner, err := env.remoteRunner(journal, pace)
	if err != nil {
		return err
	}
	settled := journal.Count(remote.StatusDone) + journal.Count(remote.StatusUndone)
	bar := env.newProgress(settled)
	otherwise := []remote.Verdict{}
	err = runner.Verify(ctx, func(v remote.Verdict) error {
		if len(v.Faults) > 0 {
			otherwise = append(otherwise, v)
		}
		bar.step(strconv.Itoa(v.N), mark(len(v.Faults) > 0, "otherwise"), len(v.Faults) > 0)
		return nil
	})
	bar.finish()
	if err != nil {
		return err
	}
	if env.flags.output == outputJSON || len(otherwise) > 0 {
		if err := printRows(env, otherwise, verdictColumns); err != nil {
			return err
		}
	}
	env.sayf("%s looked at, %d otherwise than they were left", counted(settled, "case"), len(otherwise))
	if len(otherwise) > 0 {
		return &partialError{failed: len(otherwise), total: settled}
	}
	return env.remoteSum(journal, name)
}
