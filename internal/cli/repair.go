package cli

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"roster/internal/adminapi/api"
)

func newRepairCmd(env *Env) *cobra.Command {
	return newGroupCmd("repair", "Plan, preview, apply and undo repairs",
		"A repair has one case a person. Planning changes nothing; showing a case draws the picture before and after it; applying can be\nstopped and gone on with at any time; undo takes back what Roster did.",
		newRepairPlanCmd(env), newRepairEmailCmd(env), newRepairSealCmd(env), newRepairDiscardCmd(env), newRepairListCmd(env), newRepairShowCmd(env), newRepairApplyCmd(env), newRepairStatusCmd(env), newRepairUndoCmd(env))
}

var repairDetails = []column[api.Repair]{
	{"REPAIR", func(r api.Repair) string { return r.ID }},
	{"TITLE", func(r api.Repair) string { return r.Title }},
	{"STRATEGY", func(r api.Repair) string { return string(r.Strategy) }},
	{"PLANNED BY", func(r api.Repair) string { return r.CreatedBy }},
	{"PLANNED AT", func(r api.Repair) string { return when(r.CreatedAt) }},
	{"CASES", func(r api.Repair) string { return caseCounts(r.Cases) + mark(r.State == stateOpen, ", still open") }},
}

// stateOpen is the state of a repair whose plan may be incomplete.
const stateOpen = "open"

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
	case r.State == stateOpen:
		return "the command that planned it, with --resume " + r.ID + "; or roster repair seal " + r.ID + ", to make do with what it has"
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
