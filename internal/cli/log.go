package cli

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"roster/internal/adminapi/api"
)

// logFlags are the filters of the log command.
type logFlags struct {
	from, to, directory, level, resource string
	text, account, scimID                string
	status                               int
	limit                                limitFlag
	follow, csv, long                    bool
}

func newLogCmd(env *Env) *cobra.Command {
	var f logFlags
	cmd := &cobra.Command{
		Use:   "log",
		Short: "Search the troubleshooting log",
		Long: `Search the troubleshooting log: what directories did, what was refused and why, latest first. All filters must hold.
With --follow it shows the latest entries and then new ones as they come, oldest first, until it is interrupted.`,
		Example: `  roster log --level error --from 2h
  roster log --q "already exists" --directory entra
  roster log --long --account 712020:0c6f7ad5-7f4e-4d33-b0a5-2f6f6d2f9a11
  roster log --from 2026-01-01 --limit 0 --csv > log.csv
  roster log --follow`,
		Args: func(cmd *cobra.Command, args []string) error {
			if f.csv && (f.follow || env.flags.output == outputJSON) {
				return usagef("--csv excludes --follow and --output json")
			}
			if f.follow && f.to != "" {
				return usagef("--follow has no end, so it excludes --to")
			}
			return noArgs(cmd, args)
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, org, params, err := env.logQuery(cmd, f)
			if err != nil {
				return err
			}
			switch {
			case f.csv:
				return env.logCSV(cmd.Context(), s, org, params, f.limit)
			case f.follow:
				return env.followLog(cmd.Context(), s, org, params, f.limit)
			}
			get := func(cursor *string, limit *int) (*http.Response, error) {
				params.Cursor, params.Limit = cursor, limit
				return s.ListLog(cmd.Context(), org, &params)
			}
			if f.long && env.flags.output == outputTable {
				return env.longLog(get, f.limit)
			}
			return printList(env, get, f.limit, logColumns)
		},
	}
	f.add(cmd)
	cmd.AddCommand(newLogShowCmd(env))
	return cmd
}

func (f *logFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.from, "from", "", "not before: a time, a date, or a distance back from now (90m, 2h, 7d)")
	flags.StringVar(&f.to, "to", "", "before: a time, a date, or a distance back from now")
	flags.StringVar(&f.directory, "directory", "", "only this directory, by name or id")
	flags.StringVar(&f.level, "level", "", "info, warning or error")
	flags.IntVar(&f.status, "status", 0, "only this HTTP status")
	flags.StringVar(&f.resource, "resource", "", "USER or GROUP")
	flags.StringVarP(&f.text, "q", "q", "", "text in the message or the name")
	flags.StringVar(&f.account, "account", "", "AAID of either party")
	flags.StringVar(&f.scimID, "scim-id", "", "SCIM id of either party")
	flags.BoolVarP(&f.follow, "follow", "f", false, "go on showing new entries")
	flags.BoolVar(&f.csv, "csv", false, "write CSV")
	flags.BoolVar(&f.long, "long", false, "show everything about each entry: both parties, the hint, the request id")
	f.limit.add(cmd)
}

// logQuery connects and turns the flags into the call's parameters.
func (env *Env) logQuery(cmd *cobra.Command, f logFlags) (s *session, org string, params api.ListLogParams, err error) {
	params.Q, params.AccountID, params.SCIMID, params.Resource = given(f.text), given(f.account), given(f.scimID), given(f.resource)
	if f.level != "" {
		params.Level = new(api.LogLevel(f.level))
	}
	if f.status != 0 {
		params.Status = &f.status
	}
	if params.From, err = env.parseTime("from", f.from, true); err != nil {
		return nil, "", params, err
	}
	if params.To, err = env.parseTime("to", f.to, true); err != nil {
		return nil, "", params, err
	}
	s, org, params.DirectoryID, err = env.connectFiltered(cmd, f.directory)
	return s, org, params, err
}

// statusText is empty for what an administrator did: no directory was answered.
func statusText(e api.LogEntry) string {
	if e.HTTPStatus == 0 {
		return ""
	}
	return strconv.Itoa(e.HTTPStatus)
}

// longLog prints a block of lines for each entry.
func (env *Env) longLog(get fetch, limit limitFlag) error {
	entries, more, err := collect[api.LogEntry](get, limit)
	if err != nil {
		return err
	}
	for i, entry := range entries {
		if i > 0 {
			if _, err := fmt.Fprintln(env.Stdout); err != nil {
				return fmt.Errorf("print: %w", err)
			}
		}
		if err := printOne(env, entry, logDetails); err != nil {
			return err
		}
	}
	if more {
		env.sayf("there are more; --limit 0 shows all")
	}
	return nil
}

var logColumns = []column[api.LogEntry]{
	{"TIME", func(e api.LogEntry) string { return when(e.Time) }},
	{"LEVEL", func(e api.LogEntry) string { return string(e.Level) }},
	{"STATUS", statusText},
	{"WHAT", func(e api.LogEntry) string { return e.Operation + " " + e.Resource }},
	{"NAME", func(e api.LogEntry) string { return e.Name }},
	{"MESSAGE", func(e api.LogEntry) string { return e.Message }},
}

var logDetails = slices.Concat(logColumns, []column[api.LogEntry]{
	{"HINT", func(e api.LogEntry) string { return e.Hint }},
	{"SCIM TYPE", func(e api.LogEntry) string { return e.SCIMType }},
	{"DIRECTORY", func(e api.LogEntry) string { return e.DirectoryID }},
	{"SCIM ID", func(e api.LogEntry) string { return e.SCIMID }},
	{"AAID", func(e api.LogEntry) string { return e.AccountID }},
	{"OTHER SCIM ID", func(e api.LogEntry) string { return e.OtherSCIMID }},
	{"OTHER AAID", func(e api.LogEntry) string { return e.OtherAccountID }},
	{"EXTERNAL ID", func(e api.LogEntry) string { return e.ExternalID }},
	{"ACTOR", func(e api.LogEntry) string { return e.Actor }},
	{"REQUEST", func(e api.LogEntry) string { return e.RequestID }},
	{"ENTRY", func(e api.LogEntry) string { return e.ID }},
})
