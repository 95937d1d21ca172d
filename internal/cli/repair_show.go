package cli

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"roster/internal/adminapi/api"
)

func newRepairShowCmd(env *Env) *cobra.Command {
	var status string
	var limit limitFlag
	cmd := &cobra.Command{
		Use:   "show REPAIR [CASE]",
		Short: "Show a repair's cases, or one with its picture before and after",
		Long: `Show a repair's cases, or one of them: its steps, who takes them, the picture before and after, and what is worth knowing first. A case
that is not applied yet is tried in a transaction that is rolled back, so the picture is what would really happen.`,
		Example: `  roster repair show REPAIR
  roster repair show REPAIR 1
  roster repair show REPAIR --status stopped`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			list := func(cursor *string, limit *int) (*http.Response, error) {
				return s.ListRepairCases(cmd.Context(), org, args[0], &api.ListRepairCasesParams{Status: givenAs[api.CaseStatus](status), Cursor: cursor, Limit: limit})
			}
			if len(args) == 2 {
				n, err := strconv.Atoi(args[1])
				if err != nil {
					return usagef("a case is a number; got %q", args[1])
				}
				return env.showCase(decode[api.RepairCaseResponse](s.PreviewRepairCase(cmd.Context(), org, args[0], n)))
			}
			rows, more, err := collect[api.RepairCase](list, limit)
			if err != nil {
				return err
			}
			if len(rows) == 1 && !more && env.flags.output == outputTable {
				return env.showCase(decode[api.RepairCaseResponse](s.PreviewRepairCase(cmd.Context(), org, args[0], rows[0].Number)))
			}
			if err := printRows(env, rows, caseColumns); err != nil {
				return err
			}
			return env.hintf("roster repair show %s CASE, for its picture; roster repair apply %s", args[0], args[0])
		},
	}
	cmd.Flags().StringVar(&status, "status", "", "only cases of this status: planned, waiting, done, stopped, undone")
	limit.add(cmd)
	return cmd
}

var caseColumns = []column[api.RepairCase]{
	{"CASE", func(c api.RepairCase) string { return strconv.Itoa(c.Number) }},
	{"STATUS", func(c api.RepairCase) string { return string(c.Status) }},
	{"WHAT", func(c api.RepairCase) string { return c.Title }},
	{"NOTE", func(c api.RepairCase) string { return c.Note }},
}

// showCase prints one case as people read it.
func (env *Env) showCase(found api.RepairCaseResponse, err error) error {
	if err != nil {
		return err
	}
	c := found.Data
	if env.flags.output == outputJSON {
		return env.printJSON(c)
	}
	env.printf("%s (%s)\n\n", clean(c.Title), c.Status)
	for i, s := range c.Steps {
		done := " "
		if i < c.StepsTaken {
			done = "x"
		}
		env.printf("[%s] %d. %s: %s\n", done, i+1, s.Actor, clean(s.Text))
	}
	env.printPicture("before", c.Before)
	env.printPicture("after", c.After)
	for _, risk := range c.Risks {
		env.printf("\nmind: %s\n", clean(risk))
	}
	if c.Note != "" {
		env.printf("\n%s\n", clean(c.Note))
	}
	return nil
}

// printPicture draws the links: a record and its account on each line, then
// the accounts without a record.
func (env *Env) printPicture(title string, p api.Picture) {
	if len(p.Accounts)+len(p.SCIMUsers) == 0 {
		return
	}
	env.printf("\n%s\n", title)
	linked := map[string]bool{}
	var lines strings.Builder
	for _, r := range p.SCIMUsers {
		linked[r.AccountID] = true
		lines.WriteString("  " + pictureRecord(r) + "\t" + pictureLink(r) + "\t" + pictureAccount(p, r.AccountID) + "\n")
	}
	for _, a := range p.Accounts {
		if !linked[a.ID] {
			lines.WriteString("  \t\t" + pictureAccount(p, a.ID) + "\n")
		}
	}
	_ = env.printAligned(lines.String()) // as printf
}

func pictureRecord(r api.PictureRecord) string {
	return "SCIM user " + clean(r.UserName) + " <" + clean(r.Email) + "> " + r.SCIMUserID
}

func pictureLink(r api.PictureRecord) string {
	switch {
	case r.Deleted:
		return "(deleted)"
	case r.AccountID == "":
		return "(no account)"
	default:
		return "-->"
	}
}

func pictureAccount(p api.Picture, id string) string {
	for _, a := range p.Accounts {
		if a.ID == id {
			return "account " + a.ID + " <" + clean(a.Email) + "> " + a.Status
		}
	}
	return ""
}
