package cli

import (
	"github.com/spf13/cobra"

	"roster/internal/adminapi/api"
)

func newEmailCmd(env *Env) *cobra.Command {
	return newGroupCmd("email", "Emails of accounts", "", newEmailSetCmd(env))
}

func newEmailSetCmd(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "set ACCOUNT ADDRESS",
		Short: "Set an account's email",
		Long: `Set an account's email, to an address on a domain that the organization has verified. It is refused while a SCIM user is
linked to the account. Works against the hosted service too, with an account id.`,
		Example: `  roster email set 712020:0c6f7ad5-7f4e-4d33-b0a5-2f6f6d2f9a11 ada@example.com`,
		Args:    exactArgs(2, "an account and an address"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, id, err := env.connectAccount(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if err := done(s.SetEmail(cmd.Context(), id, api.EmailUpdate{Email: args[1]})); err != nil {
				return err
			}
			env.sayf("%s has the email %s", id, args[1])
			return nil
		},
	}
}
