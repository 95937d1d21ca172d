package cli

import (
	"github.com/spf13/cobra"

	"roster/internal/adminapi/api"
)

func newRelinkCmd(env *Env) *cobra.Command {
	var body api.RelinkRequest
	var yes bool
	cmd := &cobra.Command{
		Use:   "relink DIRECTORY SCIMUSER ACCOUNT",
		Short: "Move a SCIM user's link to another account",
		Long: `Move a SCIM user's link to another account, in one step. The SCIM id stays, so the identity provider need do nothing, and the
memberships that the directory gave move along. It shows every value that would change and asks; --dry-run only shows.`,
		Example: `  roster relink okta SCIMUSER AAID1 --take-email --park-email ada.parked@example.com --dry-run
  roster relink okta SCIMUSER AAID1 --take-email --park-email ada.parked@example.com --yes`,
		Args: exactArgs(3, "a directory, a SCIM user's id and an account"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, org, directory, err := env.connectDirectory(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			body.AccountID, err = s.accountID(cmd.Context(), args[2])
			if err != nil {
				return err
			}
			relink := func(body api.RelinkRequest) error {
				result, err := decode[api.RelinkResult](s.RelinkSCIMUser(cmd.Context(), org, directory, args[1], body))
				if err != nil {
					return err
				}
				return env.printRelink(result)
			}
			if body.DryRun || yes {
				return relink(body)
			}
			preview := body
			preview.DryRun = true
			if err := relink(preview); err != nil {
				return err
			}
			if err := env.confirmf(false, "Do it?"); err != nil {
				return err
			}
			return relink(body)
		},
	}
	addYesFlag(cmd, &yes)
	cmd.Flags().BoolVar(&body.TakeEmail, "take-email", false, "give the account the SCIM user's email")
	cmd.Flags().StringVar(&body.ParkEmail, "park-email", "", "unused address for the account that holds that email now")
	cmd.Flags().BoolVar(&body.DryRun, "dry-run", false, "only show what would change")
	return cmd
}

var changeColumns = []column[api.Change]{
	{"WHAT", func(c api.Change) string { return c.What }},
	{"ID", func(c api.Change) string { return c.ID }},
	{"FIELD", func(c api.Change) string { return c.Field }},
	{"BEFORE", func(c api.Change) string { return deref(c.Before) }},
	{"AFTER", func(c api.Change) string { return deref(c.After) }},
}

func (env *Env) printRelink(result api.RelinkResult) error {
	if env.flags.output == outputJSON {
		return env.printJSON(result)
	}
	if err := printRows(env, result.Changes, changeColumns); err != nil {
		return err
	}
	for _, step := range result.Next {
		env.sayf("then: %s", step)
	}
	if !result.Applied {
		env.sayf("dry run: nothing was changed")
		return nil
	}
	return env.hintf("roster links %s", result.To.AccountID)
}
