package cli

import (
	"encoding/csv"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"roster/internal/adminapi/api"
)

func newRepairCmd(env *Env) *cobra.Command {
	return newGroupCmd("repair", "Plan, preview, apply and undo repairs",
		"A repair has one case a person. Planning changes nothing; showing a case draws the picture before and after it; applying can be\nstopped and gone on with at any time; undo takes back what Roster did.",
		newRepairPlanCmd(env), newRepairEmailCmd(env), newRepairListCmd(env), newRepairShowCmd(env), newRepairApplyCmd(env), newRepairStatusCmd(env), newRepairUndoCmd(env))
}

// planFlags say how to plan.
type planFlags struct{ strategy, title string }

func (f *planFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.strategy, "strategy", string(api.RepairStrategyAtomic), "atomic: in one transaction; cookbook: with hosted calls only, and a part for the identity provider")
	cmd.Flags().StringVar(&f.title, "title", "", "what to call the repair")
}

func newRepairPlanCmd(env *Env) *cobra.Command {
	var flags planFlags
	var kinds []string
	var sure int
	cmd := &cobra.Command{
		Use:   "plan FINDING... | --kind KIND",
		Short: "Plan the repair of findings; nothing is changed",
		Example: `  roster repair plan FINDING
  roster repair plan --kind wrong-account --min-confidence 80 --title "merger with Oldcorp"`,
		Args: func(_ *cobra.Command, args []string) error {
			if (len(args) > 0) == (len(kinds) > 0) {
				return usagef("it takes either findings or --kind; list what is wrong: roster diagnose")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			body := api.RepairPlanRequest{Title: flags.title, Strategy: api.RepairStrategy(flags.strategy), Findings: args, MinConfidence: sure}
			for _, kind := range kinds {
				body.Kinds = append(body.Kinds, api.FindingKind(kind))
			}
			return env.planRepair(cmd, body)
		},
	}
	flags.add(cmd)
	cmd.Flags().StringSliceVar(&kinds, "kind", nil, "all findings of these kinds: "+strings.Join(findingKinds, ", "))
	cmd.Flags().IntVar(&sure, "min-confidence", 0, "with --kind, only findings that are at least so sure, in percent")
	return cmd
}

func newRepairEmailCmd(env *Env) *cobra.Command {
	var flags planFlags
	var file string
	cmd := &cobra.Command{
		Use:   "email --map FILE",
		Short: "Plan the repair of people whose addresses changed, by a list",
		Long: `Plan the repair of people whose addresses changed: a merger, a new domain, a rename. The file is CSV with an old and a new address
a line; a first line without @ is a heading. The old address's account is the right one. Nothing is changed.`,
		Example: "  roster repair email --map old,new.csv --title \"merger with Oldcorp\"",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if file == "" {
				return usagef("--map is missing: a CSV file of old and new addresses")
			}
			text, err := env.readInput(file)
			if err != nil {
				return err
			}
			pairs, err := emailPairs(text)
			if err != nil {
				return err
			}
			return env.planRepair(cmd, api.RepairPlanRequest{Title: flags.title, Strategy: api.RepairStrategy(flags.strategy), Emails: pairs})
		},
	}
	flags.add(cmd)
	cmd.Flags().StringVar(&file, "map", "", "CSV file of old and new addresses, - for standard input")
	return cmd
}

// emailPairs reads a mapping file.
func emailPairs(text string) ([]api.EmailPair, error) {
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))) // spreadsheets write a byte order mark
	r.FieldsPerRecord, r.Comment, r.TrimLeadingSpace = -1, '#', true
	var pairs []api.EmailPair
	for first := true; ; first = false {
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, usagef("read the mapping: %v", err)
		}
		line, _ := r.FieldPos(0)
		switch {
		case first && !strings.Contains(strings.Join(fields, ""), "@"):
			continue
		case len(fields) < 2 || !strings.Contains(fields[0], "@") || !strings.Contains(fields[1], "@"):
			return nil, usagef("line %d of the mapping is %q; it needs an old and a new address", line, strings.Join(fields, ","))
		}
		pairs = append(pairs, api.EmailPair{Old: strings.TrimSpace(fields[0]), New: strings.TrimSpace(fields[1])})
	}
	if len(pairs) == 0 {
		return nil, usagef("the mapping holds no addresses")
	}
	return pairs, nil
}

func (env *Env) planRepair(cmd *cobra.Command, body api.RepairPlanRequest) error {
	s, org, err := env.connectOrg(cmd.Context())
	if err != nil {
		return err
	}
	planned, err := decode[api.RepairPlanned](s.PlanRepair(cmd.Context(), org, body))
	if err != nil {
		return err
	}
	if env.flags.output == outputJSON {
		return env.printJSON(planned)
	}
	for _, skip := range planned.Skipped {
		env.sayf("skipped: %s: %s", skip.What, skip.Reason)
	}
	if err := printOne(env, planned.Data, repairDetails); err != nil {
		return err
	}
	return env.hintf("roster repair show %s, then roster repair apply %s", planned.Data.ID, planned.Data.ID)
}

var repairDetails = []column[api.Repair]{
	{"REPAIR", func(r api.Repair) string { return r.ID }},
	{"TITLE", func(r api.Repair) string { return r.Title }},
	{"STRATEGY", func(r api.Repair) string { return string(r.Strategy) }},
	{"PLANNED BY", func(r api.Repair) string { return r.CreatedBy }},
	{"PLANNED AT", func(r api.Repair) string { return when(r.CreatedAt) }},
	{"CASES", func(r api.Repair) string { return caseCounts(r.Cases) }},
}

func caseCounts(c api.CaseCounts) string {
	parts := []string{counted(c.Total, "case")}
	for _, of := range []struct {
		n    int
		name string
	}{{c.Planned, "planned"}, {c.Waiting, "waiting"}, {c.Done, "done"}, {c.Stopped, "stopped"}, {c.Undone, "undone"}} {
		if of.n > 0 {
			parts = append(parts, strconv.Itoa(of.n)+" "+of.name)
		}
	}
	return strings.Join(parts, ", ")
}

func newRepairListCmd(env *Env) *cobra.Command {
	var limit limitFlag
	cmd := &cobra.Command{
		Use: "list", Short: "List the repairs, newest first", Args: cobra.NoArgs,
		Example: "  roster repair list",
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			return printList(env, func(cursor *string, limit *int) (*http.Response, error) {
				return s.ListRepairs(cmd.Context(), org, &api.ListRepairsParams{Cursor: cursor, Limit: limit})
			}, limit, []column[api.Repair]{repairDetails[0], repairDetails[4], repairDetails[2], repairDetails[5], repairDetails[1]})
		},
	}
	limit.add(cmd)
	return cmd
}

func newRepairStatusCmd(env *Env) *cobra.Command {
	return &cobra.Command{
		Use: "status REPAIR", Short: "Show how far a repair is", Args: exactArgs(1, "a repair"),
		Example: "  roster repair status REPAIR",
		RunE: func(cmd *cobra.Command, args []string) error {
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			found, err := decode[api.RepairResponse](s.GetRepair(cmd.Context(), org, args[0]))
			if err != nil {
				return err
			}
			if err := printOne(env, found.Data, repairDetails); err != nil {
				return err
			}
			return env.hintf("%s", afterRun(found.Data))
		},
	}
}

// afterRun is the command to try next for a repair.
func afterRun(r api.Repair) string {
	switch {
	case r.Cases.Stopped > 0:
		return "roster repair show " + r.ID + " --status stopped, for the reasons"
	case r.Cases.Waiting > 0:
		return "roster repair show " + r.ID + " --status waiting, for what to do in the identity provider; then roster repair apply " + r.ID
	case r.Cases.Planned > 0:
		return "roster repair apply " + r.ID
	case r.Cases.Done > 0:
		return "roster diagnose, or take it back: roster repair undo " + r.ID
	default:
		return "roster diagnose"
	}
}
