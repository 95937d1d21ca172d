package cli

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"roster/internal/adminapi/api"
)

func newLogShowCmd(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "show ENTRY",
		Short: "Show an entry of the troubleshooting log with what made it",
		Long: `Show an entry of the troubleshooting log: what was decided and what to do next; of a refused request also what the identity provider sent and
what it was answered, without secrets; of an update which attributes it changed. The ids of entries are in "roster log --long" and --output json.`,
		Example: `  roster log show 019ab0c4-1f6e-7d3a-9a41-0d6f3f1c2b7a`,
		Args:    exactArgs(1, "an entry's id"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			entry, err := decode[api.LogEntryDetail](s.GetLogEntry(cmd.Context(), org, args[0]))
			if err != nil {
				return err
			}
			return env.showLogEntry(entry)
		},
	}
}

func (env *Env) showLogEntry(e api.LogEntryDetail) error {
	if env.flags.output == outputJSON {
		return env.printJSON(e)
	}
	if err := printOne(env, e.Data, logDetails); err != nil {
		return err
	}
	for _, part := range []struct{ title, text string }{{"REQUEST", e.Request}, {"ANSWER", e.Response}} {
		if part.text == "" {
			continue
		}
		if _, err := fmt.Fprintf(env.Stdout, "\n%s\n%s\n", part.title, part.text); err != nil {
			return fmt.Errorf("print: %w", err)
		}
	}
	if len(e.Changes) == 0 {
		return nil
	}
	if _, err := fmt.Fprintln(env.Stdout); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return printRows(env, e.Changes, attributeColumns)
}

var attributeColumns = []column[api.AttributeChange]{
	{"ATTRIBUTE", func(c api.AttributeChange) string { return c.Path }},
	{"BEFORE", func(c api.AttributeChange) string { return valueText(c, c.Before) }},
	{"AFTER", func(c api.AttributeChange) string { return valueText(c, c.After) }},
}

func valueText(c api.AttributeChange, v any) string {
	if c.IsTooLong {
		return "(too long to be kept)"
	}
	if v == nil {
		return ""
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}
