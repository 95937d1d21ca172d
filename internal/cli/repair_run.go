package cli

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"roster/internal/adminapi/api"
)

// casesPerCall is how many cases one call works on: few enough to see it go on.
const casesPerCall = 25

// runFlags say how to apply or undo.
type runFlags struct {
	yes    bool
	result string
	wait   time.Duration
}

func (f *runFlags) add(cmd *cobra.Command) {
	addYesFlag(cmd, &f.yes)
	cmd.Flags().StringVar(&f.result, "result", "", "file for one row per case as it becomes known, .csv or .jsonl: a new one, or that of the same run that was cut off")
}

func newRepairApplyCmd(env *Env) *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "apply REPAIR",
		Short: "Apply a repair, or go on with it",
		Long: `Apply a repair, or go on with one that was cut off, waits for the identity provider, or stopped. It asks first. Nothing is done twice. A case
whose people changed since the plan stops with the reason, and the others go on.`,
		Example: `  roster repair apply REPAIR
  roster repair apply REPAIR --yes --wait 45m --result repaired.csv`,
		Args: exactArgs(1, "a repair"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return env.runRepair(cmd.Context(), f, args[0], "Apply", func(s *session, org string, body api.RepairRun) (*http.Response, error) {
				return s.ApplyRepair(cmd.Context(), org, args[0], body)
			})
		},
	}
	f.add(cmd)
	cmd.Flags().DurationVar(&f.wait, "wait", 0, "how long to wait for the identity provider's part, such as 45m")
	return cmd
}

func newRepairUndoCmd(env *Env) *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "undo REPAIR",
		Short: "Take back a repair",
		Long: `Take back a repair: records, links, memberships, emails and status come back as they were. It asks first. A case whose people changed since
stays as it is, with the reason: an undo does not undo what others did.`,
		Example: "  roster repair undo REPAIR",
		Args:    exactArgs(1, "a repair"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return env.runRepair(cmd.Context(), f, args[0], "Undo", func(s *session, org string, body api.RepairRun) (*http.Response, error) {
				return s.UndoRepair(cmd.Context(), org, args[0], body)
			})
		},
	}
	f.add(cmd)
	return cmd
}

// runCall applies or undoes a part of a repair.
type runCall func(s *session, org string, body api.RepairRun) (*http.Response, error)

func (env *Env) runRepair(ctx context.Context, f runFlags, repair, verb string, call runCall) error {
	s, org, err := env.connectOrg(ctx)
	if err != nil {
		return err
	}
	found, err := decode[api.RepairResponse](s.GetRepair(ctx, org, repair))
	if err != nil {
		return err
	}
	if err := env.confirmf(f.yes, "%s %s of repair %s?", verb, counted(found.Data.Cases.Total, "case"), repair); err != nil {
		return err
	}
	out, err := openCaseResult(f.result, repair, strings.ToLower(verb))
	if err != nil {
		return err
	}
	run := repairRun{env: env, session: s, org: org, call: call, out: out}
	rows, last, err := run.untilSettled(ctx, found.Data.Cases.Total, f.wait)
	if err == nil {
		err = out.complete(last.Cases.Total, func(cursor *string, limit *int) (*http.Response, error) {
			return s.ListRepairCases(ctx, org, repair, &api.ListRepairCasesParams{Cursor: cursor, Limit: limit})
		})
	}
	if closeErr := out.close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	return env.reportRun(rows, last, f)
}

// repairRun goes through the cases of a repair.
type repairRun struct {
	env     *Env
	session *session
	org     string
	call    runCall
	out     *caseResult
}

// pollEvery is how long to wait before looking at the identity provider again.
const pollEvery = 5 * time.Second

// untilSettled goes through the cases, and again while some wait for the
// identity provider and there is time.
func (r repairRun) untilSettled(ctx context.Context, total int, wait time.Duration) ([]api.RepairCaseResult, api.Repair, error) {
	deadline := time.Now().Add(wait)
	for {
		rows, last, err := r.once(total)
		if err != nil || last.Cases.Waiting == 0 || time.Now().After(deadline) {
			return rows, last, err
		}
		r.env.sayf("%s for the identity provider", counted(last.Cases.Waiting, "case")+" waiting")
		select {
		case <-ctx.Done():
			return rows, last, ctx.Err()
		case <-time.After(min(pollEvery, time.Until(deadline)+time.Millisecond)):
		}
	}
}

func (r repairRun) once(total int) (rows []api.RepairCaseResult, last api.Repair, err error) {
	bar := r.env.newProgress(total)
	defer bar.finish()
	for after := 0; ; {
		out, err := decode[api.RepairRunResult](r.call(r.session, r.org, api.RepairRun{After: after, Limit: casesPerCall}))
		if err != nil {
			return rows, last, err
		}
		for _, row := range out.Cases {
			if err := r.out.add(row); err != nil {
				return rows, last, err
			}
			bar.step(strconv.Itoa(row.Number), string(row.Status), row.Status == api.CaseStatusStopped)
		}
		rows, last, after = append(rows, out.Cases...), out.Data, out.Next
		if after == 0 {
			return rows, last, nil
		}
	}
}

var ranColumns = []column[api.RepairCaseResult]{
	{"CASE", func(r api.RepairCaseResult) string { return strconv.Itoa(r.Number) }},
	{"STATUS", func(r api.RepairCaseResult) string { return string(r.Status) }},
	{"WHAT", func(r api.RepairCaseResult) string { return r.Title }},
	{"NOTE", func(r api.RepairCaseResult) string { return r.Note }},
}

func (env *Env) reportRun(rows []api.RepairCaseResult, last api.Repair, f runFlags) error {
	if f.result == "" {
		if err := printRows(env, rows, ranColumns); err != nil {
			return err
		}
	}
	env.sayf("%s", caseCounts(last.Cases))
	failed := 0
	for _, row := range rows {
		if row.Status == api.CaseStatusStopped || (row.Note != "" && row.Status == api.CaseStatusDone) {
			failed++
		}
	}
	if failed > 0 {
		return &partialError{failed: failed, total: len(rows)}
	}
	return env.hintf("%s", afterRun(last))
}
