package cli

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"roster/internal/adminapi/api"
)

func newJobCmd(env *Env) *cobra.Command {
	return newGroupCmd("job", "Work in the background",
		"A job is what follows from a change for many accounts or groups. The server does it in small steps; one that is stopped goes on where it was.",
		newJobListCmd(env), newJobShowCmd(env), newJobWaitCmd(env))
}

var jobColumns = []column[api.Job]{
	{"ID", func(j api.Job) string { return j.ID }},
	{"KIND", func(j api.Job) string { return string(j.Kind) }},
	{"OF", func(j api.Job) string { return j.Name }},
	{"STATUS", func(j api.Job) string { return string(j.Status) }},
	{"DONE", func(j api.Job) string { return strconv.Itoa(j.Done) + "/" + strconv.Itoa(j.Total) }},
	{"STARTED", func(j api.Job) string { return when(j.CreatedAt) }},
	{"ERROR", func(j api.Job) string { return j.Error }},
}

func newJobListCmd(env *Env) *cobra.Command {
	var limit limitFlag
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the jobs, newest first",
		Example: "  roster job list",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			return printList(env, func(cursor *string, limit *int) (*http.Response, error) {
				return s.ListJobs(cmd.Context(), org, &api.ListJobsParams{Cursor: cursor, Limit: limit})
			}, limit, jobColumns)
		},
	}
	limit.add(cmd)
	return cmd
}

func newJobShowCmd(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:     "show JOB",
		Short:   "Show how far a job is",
		Example: "  roster job show 0193f0c2-…",
		Args:    exactArgs(1, "a job"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			shown, err := decode[api.JobResponse](s.GetJob(cmd.Context(), org, args[0]))
			if err != nil {
				return err
			}
			return printOne(env, shown.Data, jobColumns)
		},
	}
}

// jobPoll is how often a waiting command asks.
const jobPoll = 300 * time.Millisecond

func newJobWaitCmd(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:     "wait [JOB]",
		Short:   "Wait for a job, or for all of them, with a progress bar",
		Example: "  roster job wait",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			if len(args) == 1 {
				return env.waitFor(cmd.Context(), s, org, args[0])
			}
			get := func(cursor *string, limit *int) (*http.Response, error) {
				return s.ListJobs(cmd.Context(), org, &api.ListJobsParams{Cursor: cursor, Limit: limit})
			}
			for j, err := range walk[api.Job](get, pageSize) {
				if err != nil {
					return err
				}
				if j.Status != api.JobStatusRunning {
					continue
				}
				if err := env.waitFor(cmd.Context(), s, org, j.ID); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// waitFor asks for a job until it is finished.
func (env *Env) waitFor(ctx context.Context, s *session, org, id string) error {
	bar := env.IsTerminal(env.Stderr)
	tick := time.NewTicker(jobPoll)
	defer tick.Stop()
	for {
		shown, err := decode[api.JobResponse](s.GetJob(ctx, org, id))
		if err != nil {
			return err
		}
		j := shown.Data
		if bar {
			full := barWidth * min(j.Done, j.Total) / max(j.Total, 1)
			env.tell(fmt.Sprintf("\r[%s%s] %d/%d %s", strings.Repeat("#", full), strings.Repeat("-", barWidth-full), j.Done, j.Total, j.Kind))
		}
		if j.Status != api.JobStatusRunning {
			if bar {
				env.tell("\n")
			}
			return printOne(env, j, jobColumns)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}
