package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"roster/internal/adminapi/api"
)

func newAccountLookupCmd(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "lookup AAID|EMAIL...",
		Short: "Show accounts as applications see them",
		Long: `Show accounts as applications see them, by account id or by address, at most 200 at once. A key with the scope read will do.
It ends with exit code 3 when there is none of some; the others are shown all the same.`,
		Example: `  roster account lookup grace@newcorp.example
  roster account lookup 712020:0c6f7ad5-7f4e-4d33-b0a5-2f6f6d2f9a11 ada@newcorp.example --output json`,
		Args: minArgs(1, "an account id or an address"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := env.connect()
			if err != nil {
				return err
			}
			var body api.AppLookup
			for _, arg := range args {
				if strings.Contains(arg, "@") {
					body.Emails = append(body.Emails, arg)
				} else {
					body.AccountIds = append(body.AccountIds, arg)
				}
			}
			found, err := decode[api.AppLookupResult](s.LookUpAccounts(cmd.Context(), body))
			if err != nil {
				return err
			}
			if err := printRows(env, found.Data, appAccountColumns); err != nil {
				return err
			}
			if missing := slices.Concat(found.Missing.AccountIds, found.Missing.Emails); len(missing) > 0 {
				return &notFoundError{text: "there is no account " + strings.Join(missing, ", "), next: "roster account list"}
			}
			return nil
		},
	}
}

var appAccountColumns = []column[api.AppAccount]{
	{"AAID", func(a api.AppAccount) string { return a.AccountID }},
	{"EMAIL", func(a api.AppAccount) string { return a.Email }},
	{"NAME", func(a api.AppAccount) string { return a.Name }},
	{"STATUS", func(a api.AppAccount) string { return string(a.Status) }},
	{"MANAGED", func(a api.AppAccount) string { return mark(a.Managed, "yes") }},
}
