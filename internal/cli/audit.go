package cli

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"roster/internal/adminapi/api"
)

func newAuditCmd(env *Env) *cobra.Command {
	return newGroupCmd("audit", "What administrators and their keys did",
		"The audit log: every write by a key, with what was before and after. What directories did is in the troubleshooting log: roster log.",
		newAuditListCmd(env), newAuditFollowCmd(env))
}

// auditFlags are the filters of the audit log.
type auditFlags struct {
	from, to, text, target string
	actions, actors, ips   []string
	limit                  limitFlag
	csv                    bool
}

func newAuditListCmd(env *Env) *cobra.Command {
	var f auditFlags
	cmd := &cobra.Command{
		Use:   "list",
		Short: "Search the audit log, latest first",
		Long:  "Search the audit log, latest first. All filters must hold; one that is repeated holds when any of its values does.",
		Example: `  roster audit list --from 7d
  roster audit list --target 712020:0c6f7ad5-7f4e-4d33-b0a5-2f6f6d2f9a11
  roster audit list --action api_key_created,api_key_revoked --from 2026-01-01
  roster audit list --from 30d --limit 0 --csv > audit.csv`,
		Args: func(cmd *cobra.Command, args []string) error {
			if f.csv && env.flags.output == outputJSON {
				return usagef("--csv excludes --output json")
			}
			return noArgs(cmd, args)
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			params, err := env.auditQuery(f)
			if err != nil {
				return err
			}
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			if f.csv {
				params.Format = new(api.ListEventsParamsFormatCsv)
			}
			get := func(cursor *string, limit *int) (*http.Response, error) {
				params.Cursor, params.Limit = cursor, limit
				return s.ListEvents(cmd.Context(), org, &params)
			}
			if f.csv {
				return env.copyCSV(f.limit, get)
			}
			return printList(env, get, f.limit, eventColumns)
		},
	}
	f.add(cmd)
	return cmd
}

func (f *auditFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.from, "from", "", "not before: a time, a date, or a distance back from now (90m, 2h, 7d)")
	flags.StringVar(&f.to, "to", "", "before: a time, a date, or a distance back from now")
	flags.StringSliceVar(&f.actions, "action", nil, "only these actions, such as account_email_changed")
	flags.StringSliceVar(&f.actors, "actor", nil, "only by these keys, by id")
	flags.StringSliceVar(&f.ips, "ip", nil, "only from these addresses")
	flags.StringVar(&f.target, "target", "", "only what changed this account, group, … by id")
	flags.StringVarP(&f.text, "q", "q", "", "text in the action, the actor, the target, or what was before and after")
	flags.BoolVar(&f.csv, "csv", false, "write CSV")
	f.limit.add(cmd)
}

func (env *Env) auditQuery(f auditFlags) (p api.ListEventsParams, err error) {
	p.Q, p.Target = given(f.text), given(f.target)
	for flag, into := range map[*[]string]**[]string{&f.actions: &p.Action, &f.actors: &p.Actor, &f.ips: &p.IP} {
		if len(*flag) > 0 {
			*into = flag
		}
	}
	if p.From, err = env.timeText("from", f.from); err != nil {
		return p, err
	}
	p.To, err = env.timeText("to", f.to)
	return p, err
}

// timeText is parseTime for a parameter that is a text.
func (env *Env) timeText(flag, value string) (*string, error) {
	at, err := env.parseTime(flag, value, true)
	if err != nil || at == nil {
		return nil, err
	}
	return new(at.UTC().Format(time.RFC3339Nano)), nil
}

var eventColumns = []column[api.Event]{
	{"TIME", func(e api.Event) string { return when(e.Attributes.Time) }},
	{"ACTION", func(e api.Event) string { return e.Attributes.Action }},
	{"TARGET", eventTarget},
	{"ACTOR", func(e api.Event) string { return e.Attributes.Actor.Name }},
	{"CHANGE", changeText},
}

func eventTarget(e api.Event) string {
	names := make([]string, len(e.Attributes.Context))
	for i, object := range e.Attributes.Context {
		names[i] = object.ID
	}
	return strings.Join(names, " ")
}

// changeText shows the members that an action changed: "email: a@x → b@x".
func changeText(e api.Event) string {
	var changes []string
	for _, object := range e.Attributes.Context {
		var before, after map[string]json.RawMessage
		// What is absent, or no object, changes nothing that could be shown here.
		_ = json.Unmarshal(object.Attributes.Before, &before)
		_ = json.Unmarshal(object.Attributes.After, &after)
		for _, name := range membersOf(before, after) {
			if was, is := string(before[name]), string(after[name]); was != is {
				changes = append(changes, strings.TrimSpace(fmt.Sprintf("%s: %s → %s", name, was, is)))
			}
		}
	}
	return strings.Join(changes, ", ")
}

func membersOf(objects ...map[string]json.RawMessage) (names []string) {
	for _, object := range objects {
		for name := range object {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
