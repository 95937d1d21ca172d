package cli

import (
	"context"
	"net/http"
	"strconv"

	"github.com/spf13/cobra"

	"roster/internal/adminapi/api"
)

func newAccountCmd(env *Env) *cobra.Command {
	return newGroupCmd("account", "Managed accounts",
		`An account is a person. It is given by its account id (AAID) or, when it is managed, by its email. While a SCIM user is
linked to it, the directory owns its profile, email and status; "roster unlink" sets it free.`,
		newAccountCreateCmd(env), newAccountListCmd(env), newAccountShowCmd(env), newAccountLookupCmd(env), newAccountDisableCmd(env), newAccountEnableCmd(env),
		newAccountDeleteCmd(env), newAccountCancelDeleteCmd(env), newProfileCmd(env),
		newAccountSearchCmd(env), newAccountHistoryCmd(env), newAccountGroupsCmd(env), newAccountInviteCmd(env), newAccountAcceptCmd(env),
		newAccountSuspendCmd(env), newAccountRestoreCmd(env), newAccountLeaveCmd(env), newAccountLastActiveCmd(env),
		newAccountImportCmd(env), newAccountExportCmd(env))
}

var accountColumns = []column[api.User]{
	{"AAID", func(u api.User) string { return u.AccountID }},
	{"EMAIL", func(u api.User) string { return u.Email }},
	{"NAME", func(u api.User) string { return u.Name }},
	{"STATUS", func(u api.User) string { return string(u.AccountStatus) }},
	{"LINKED", func(u api.User) string { return mark(u.Linked, "yes") }},
	{"ORIGIN", func(u api.User) string { return string(u.Origin) }},
}

func newAccountCreateCmd(env *Env) *cobra.Command {
	var name, origin string
	cmd := &cobra.Command{
		Use:     "create EMAIL",
		Short:   "Create an account on a verified domain",
		Example: `  roster account create ada@example.com --name "Ada Lovelace"`,
		Args:    exactArgs(1, "an email"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			created, err := decode[api.UserResponse](s.CreateUser(cmd.Context(), org,
				api.UserCreate{Email: args[0], Name: name, Origin: api.UserCreateOrigin(origin)}))
			if err != nil {
				return err
			}
			return printOne(env, created.Data, accountColumns)
		},
	}
	cmd.Flags().StringVar(&name, "name", "", "display name")
	cmd.Flags().StringVar(&origin, "origin", "", "invited, created-by-admin, imported or self-signup")
	return cmd
}

func newAccountListCmd(env *Env) *cobra.Command {
	var email string
	var limit limitFlag
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the managed accounts",
		Example: `  roster account list --limit 0 --output json
  roster account list --email ada@example.com`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			return printList(env, func(cursor *string, limit *int) (*http.Response, error) {
				return s.ListUsers(cmd.Context(), org, &api.ListUsersParams{Email: given(email), Cursor: cursor, Limit: limit})
			}, limit, accountColumns)
		},
	}
	cmd.Flags().StringVar(&email, "email", "", "only the account with this email")
	limit.add(cmd)
	return cmd
}

func newAccountShowCmd(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "show ACCOUNT",
		Short: "Show an account's profile",
		Example: `  roster account show ada@example.com
  roster account show 712020:0c6f7ad5-7f4e-4d33-b0a5-2f6f6d2f9a11 --output json`,
		Args: exactArgs(1, "an account"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, id, err := env.connectAccount(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			shown, err := decode[api.ProfileResponse](s.GetProfile(cmd.Context(), id))
			if err != nil {
				return err
			}
			if err := printOne(env, shown.Account, profileColumns); err != nil {
				return err
			}
			return env.hintf("roster links %s", id)
		},
	}
}

// connectAccount connects and finds an account by id or email.
func (env *Env) connectAccount(ctx context.Context, account string) (*session, string, error) {
	s, err := env.connect()
	if err != nil {
		return nil, "", err
	}
	id, err := s.accountID(ctx, account)
	return s, id, err
}

// changeAccount makes one call about an account that answers nothing of use.
func (env *Env) changeAccount(ctx context.Context, account, did string, change func(s *session, id string) (*http.Response, error)) error {
	s, id, err := env.connectAccount(ctx, account)
	if err != nil {
		return err
	}
	if err := done(change(s, id)); err != nil {
		return err
	}
	env.sayf("%s %s", did, id)
	return nil
}

func newAccountDisableCmd(env *Env) *cobra.Command {
	var message string
	cmd := &cobra.Command{
		Use:     "disable ACCOUNT",
		Short:   "Deactivate an account",
		Example: `  roster account disable ada@example.com --message "left the company"`,
		Args:    exactArgs(1, "an account"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return env.changeAccount(cmd.Context(), args[0], "deactivated", func(s *session, id string) (*http.Response, error) {
				return s.DisableAccount(cmd.Context(), id, api.DisableRequest{Message: message})
			})
		},
	}
	cmd.Flags().StringVar(&message, "message", "", "shown to the person who tries to log in")
	return cmd
}

func newAccountEnableCmd(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:     "enable ACCOUNT",
		Short:   "Activate an account",
		Example: "  roster account enable ada@example.com",
		Args:    exactArgs(1, "an account"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return env.changeAccount(cmd.Context(), args[0], "activated", func(s *session, id string) (*http.Response, error) {
				return s.EnableAccount(cmd.Context(), id)
			})
		},
	}
}

func newAccountDeleteCmd(env *Env) *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:     "delete ACCOUNT",
		Short:   "Schedule an account's deletion, to be final in 14 days",
		Example: "  roster account delete ada@example.com --yes",
		Args:    exactArgs(1, "an account"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := env.confirmf(yes, "Delete the account %s? It can be taken back for 14 days.", args[0]); err != nil {
				return err
			}
			return env.changeAccount(cmd.Context(), args[0], "scheduled for deletion:", func(s *session, id string) (*http.Response, error) {
				return s.DeleteAccount(cmd.Context(), id)
			})
		},
	}
	addYesFlag(cmd, &yes)
	return cmd
}

func newAccountCancelDeleteCmd(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:     "cancel-delete ACCOUNT",
		Short:   "Cancel an account's deletion and activate it",
		Example: "  roster account cancel-delete 712020:0c6f7ad5-7f4e-4d33-b0a5-2f6f6d2f9a11",
		Args:    exactArgs(1, "an account"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return env.changeAccount(cmd.Context(), args[0], "kept and activated", func(s *session, id string) (*http.Response, error) {
				return s.CancelDeleteAccount(cmd.Context(), id)
			})
		},
	}
}

var profileColumns = []column[api.Profile]{
	{"AAID", func(p api.Profile) string { return p.AccountID }},
	{"EMAIL", func(p api.Profile) string { return p.Email }},
	{"EMAIL VERIFIED", func(p api.Profile) string { return strconv.FormatBool(p.EmailVerified) }},
	{"NAME", func(p api.Profile) string { return p.Name }},
	{"NICKNAME", func(p api.Profile) string { return p.Nickname }},
	{"STATUS", func(p api.Profile) string { return string(p.AccountStatus) }},
	{"DEACTIVATED", func(p api.Profile) string { return when(p.DeactivatedAt) }},
	{"DEACTIVATED BY", func(p api.Profile) string { return p.DeactivatedBy }},
	{"DELETION DUE", func(p api.Profile) string { return when(p.DeletionDueAt) }},
	{"ORIGIN", func(p api.Profile) string { return string(p.Origin) }},
	{"CREATED", func(p api.Profile) string { return when(p.CreatedAt) }},
	{"JOB TITLE", func(p api.Profile) string { return p.ExtendedProfile.JobTitle }},
	{"ORGANIZATION", func(p api.Profile) string { return p.ExtendedProfile.Organization }},
	{"DEPARTMENT", func(p api.Profile) string { return p.ExtendedProfile.Department }},
	{"LOCATION", func(p api.Profile) string { return p.ExtendedProfile.Location }},
	{"TIME ZONE", func(p api.Profile) string { return p.Zoneinfo }},
	{"LOCALE", func(p api.Profile) string { return p.Locale }},
}
