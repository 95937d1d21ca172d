package cli

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"roster/internal/adminapi/api"
)

func newDiagnoseCmd(env *Env) *cobra.Command {
	var kind string
	var limit limitFlag
	cmd := &cobra.Command{
		Use:   "diagnose [FINDING]",
		Short: "Find what is wrong with links, and why",
		Long: `Find what is wrong with links: addresses that another account holds, people who are synced into the wrong account, identity providers
that write to deleted records, and more. Each problem is one finding, however often the log tells of it, and is gone once it is solved.

With a FINDING it shows the evidence for it and what can be done. Nothing is changed.`,
		Example: `  roster diagnose
  roster diagnose --kind wrong-account --output json
  roster diagnose FINDING`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			if len(args) == 1 {
				found, err := decode[api.FindingResponse](s.GetFinding(cmd.Context(), org, args[0]))
				if err != nil {
					return err
				}
				return env.printFinding(found.Data)
			}
			return env.listFindings(func(cursor *string, limit *int) (*http.Response, error) {
				return s.ListFindings(cmd.Context(), org, &api.ListFindingsParams{Kind: givenAs[api.FindingKind](kind), Cursor: cursor, Limit: limit})
			}, limit)
		},
	}
	cmd.Flags().StringVar(&kind, "kind", "", "only findings of this kind: "+strings.Join(findingKinds, ", "))
	limit.add(cmd)
	return cmd
}

// findingKinds are those of the API.
var findingKinds = []string{
	string(api.FindingKindEmailConflict), string(api.FindingKindEmailHeld), string(api.FindingKindWrongAccount), string(api.FindingKindSamePerson), string(api.FindingKindSeveralDirectories), string(api.FindingKindEmailLeaves),
	string(api.FindingKindDeletedRecord), string(api.FindingKindLostMemberships), string(api.FindingKindUnlinked), string(api.FindingKindHeld), string(api.FindingKindGroupName),
	string(api.FindingKindDeadLinks), string(api.FindingKindQuietDirectory), string(api.FindingKindUnclaimedAccounts),
}

var findingColumns = []column[api.Finding]{
	{"SURE", func(f api.Finding) string { return strconv.Itoa(f.Confidence) + "%" }},
	{"WHAT IS WRONG", func(f api.Finding) string { return f.Title }},
	{"FINDING", func(f api.Finding) string { return f.ID }},
}

var findingDetails = []column[api.Finding]{
	{"FINDING", func(f api.Finding) string { return f.ID }},
	{"WHAT", func(f api.Finding) string { return f.Title }},
	{"WHY", func(f api.Finding) string { return f.Explanation }},
	{"RIGHT ACCOUNT", func(f api.Finding) string { return f.RightAccountID }},
	{"WRONG ACCOUNT", func(f api.Finding) string { return f.WrongAccountID }},
	{"DIRECTORY", func(f api.Finding) string { return f.DirectoryID }},
	{"SCIM USER", func(f api.Finding) string { return f.SCIMUserID }},
	{"OLD EMAIL", func(f api.Finding) string { return f.OldEmail }},
	{"NEW EMAIL", func(f api.Finding) string { return f.NewEmail }},
	{"ATTEMPTS", func(f api.Finding) string { return mark(f.Attempts > 0, strconv.Itoa(f.Attempts)) }},
	{"LAST SEEN", func(f api.Finding) string { return when(f.LastSeen) }},
	{"SURE", func(f api.Finding) string { return strconv.Itoa(f.Confidence) + "%" }},
}

func (env *Env) listFindings(get fetch, limit limitFlag) error {
	rows, more, err := collect[api.Finding](get, limit)
	if err != nil {
		return err
	}
	if len(rows) == 0 && env.flags.output == outputTable {
		env.sayf("nothing is wrong")
		return nil
	}
	if err := printRows(env, rows, findingColumns); err != nil {
		return err
	}
	if more {
		env.sayf("there are more; --limit 0 shows all")
	}
	if len(rows) == 0 {
		return nil
	}
	return env.hintf("roster diagnose %s, for the evidence; %s", rows[0].ID, rows[0].Next)
}

func (env *Env) printFinding(f api.Finding) error {
	if err := printOne(env, f, findingDetails); err != nil || env.flags.output == outputJSON {
		return err
	}
	for _, e := range f.Evidence {
		env.printf("  %+3d  %s\n", e.Weight, clean(e.Fact))
	}
	return env.hintf("%s", f.Next)
}

// printf writes to standard output, beside a table.
func (env *Env) printf(format string, args ...any) {
	_, _ = fmt.Fprintf(env.Stdout, format, args...) // when nobody can read that, nobody can be told
}
