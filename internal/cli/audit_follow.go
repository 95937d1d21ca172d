package cli

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"roster/internal/adminapi/api"
)

func newAuditFollowCmd(env *Env) *cobra.Command {
	var from string
	cmd := &cobra.Command{
		Use:   "follow",
		Short: "Show what administrators do, as it happens",
		Long: `Show the events of the audit log as they come, oldest first, one line each (with --output json, one JSON object a line),
until it is interrupted. An event appears some seconds after it happened.`,
		Example: `  roster audit follow
  roster audit follow --from 2h --output json >> audit.jsonl`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if from == "" {
				from = "0m"
			}
			start, err := env.timeText("from", from)
			if err != nil {
				return err
			}
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			return env.followEvents(cmd.Context(), s, org, start)
		},
	}
	cmd.Flags().StringVar(&from, "from", "", "where to begin: a time, a date, or a distance back from now; now when left out")
	return cmd
}

// followEvents goes on from cursor to cursor until the context ends.
func (env *Env) followEvents(ctx context.Context, s *session, org string, from *string) error {
	params := api.StreamEventsParams{From: from, Limit: new(pageSize)}
	for {
		page, err := decode[api.EventStream](s.StreamEvents(ctx, org, &params))
		if ctx.Err() != nil {
			return nil //nolint:nilerr // an interrupt is how this ends
		}
		if err != nil {
			return err
		}
		for _, e := range page.Data {
			if err := env.printEvent(e); err != nil {
				return err
			}
		}
		params.Cursor = &page.Meta.Next
		if page.Links.Next != "" {
			continue
		}
		if env.Sleep(ctx, followPause) != nil {
			return nil //nolint:nilerr // an interrupt is how this ends
		}
	}
}

func (env *Env) printEvent(e api.Event) error {
	if env.flags.output == outputJSON {
		return json.NewEncoder(env.Stdout).Encode(e)
	}
	_, err := fmt.Fprintf(env.Stdout, "%s  %s  %s  %s  %s\n",
		when(e.Attributes.Time), clean(e.Attributes.Action), cell(eventTarget(e)), cell(e.Attributes.Actor.Name), clean(changeText(e)))
	return err
}
