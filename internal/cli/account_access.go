package cli

import (
	"context"
	"net/http"

	"github.com/spf13/cobra"

	"roster/internal/adminapi/api"
)

func newAccountSuspendCmd(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "suspend ACCOUNT",
		Short: "Suspend an account's access to the organization",
		Long: `Suspend an account's access to the organization: applications see it as inactive. Its groups, its links and its own status stay, so
this also works for an account that a directory owns.`,
		Example: "  roster account suspend ada@example.com",
		Args:    exactArgs(1, "an account"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return env.changeAccess(cmd, args[0], "suspended", (*api.Client).SuspendAccess)
		},
	}
}

func newAccountRestoreCmd(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:     "restore ACCOUNT",
		Short:   "Restore an account's access to the organization",
		Example: "  roster account restore ada@example.com",
		Args:    exactArgs(1, "an account"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return env.changeAccess(cmd, args[0], "restored", (*api.Client).RestoreAccess)
		},
	}
}

func newAccountLeaveCmd(env *Env) *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:     "leave-groups ACCOUNT",
		Short:   "Remove an account from all groups of the organization",
		Example: "  roster account leave-groups ada@example.com --yes",
		Args:    exactArgs(1, "an account"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := env.confirmf(yes, "remove %s from all groups", args[0]); err != nil {
				return err
			}
			return env.changeAccess(cmd, args[0], "removed from all groups:", (*api.Client).RemoveDirectoryUser)
		},
	}
	addYesFlag(cmd, &yes)
	return cmd
}

// accessCall is a call of the generated client on an account's access.
type accessCall func(c *api.Client, ctx context.Context, org api.OrgID, account api.AccountID, edit ...api.RequestEditorFn) (*http.Response, error)

func (env *Env) changeAccess(cmd *cobra.Command, account, did string, call accessCall) error {
	return env.changeAccount(cmd.Context(), account, did, func(s *session, id string) (*http.Response, error) {
		org, err := s.orgID(cmd.Context())
		if err != nil {
			return nil, err
		}
		return call(s.Client, cmd.Context(), org, id)
	})
}

var lastActiveColumns = []column[api.ProductActivity]{
	{"APPLICATION", func(p api.ProductActivity) string { return p.Name }},
	{"LAST ACTIVE", func(p api.ProductActivity) string { return p.LastActive }},
}

func newAccountLastActiveCmd(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:     "last-active ACCOUNT",
		Short:   "Show when applications last saw an account",
		Example: "  roster account last-active ada@example.com",
		Args:    exactArgs(1, "an account"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, id, err := env.connectAccount(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			org, err := s.orgID(cmd.Context())
			if err != nil {
				return err
			}
			seen, err := decode[api.LastActive](s.GetLastActive(cmd.Context(), org, id))
			if err != nil {
				return err
			}
			return printRows(env, seen.Data.ProductAccess, lastActiveColumns)
		},
	}
}
