package cli

import (
	"net/http"
	"strconv"

	"github.com/spf13/cobra"

	"roster/internal/adminapi/api"
)

func newSCIMUserCmd(env *Env) *cobra.Command {
	return newGroupCmd("scim-user", "Records that directories pushed",
		"A SCIM user is a record that an identity provider pushed into a directory. Linked to an account, it owns it.",
		newSCIMUserListCmd(env), newSCIMUserShowCmd(env), newSCIMUserUnlinkedCmd(env), newSCIMUserDeletedCmd(env),
		newSCIMUserRestoreCmd(env), newHoldsCmd(env), newLiftHoldCmd(env))
}

var scimUserColumns = []column[api.SCIMUser]{
	{"SCIM USER", func(u api.SCIMUser) string { return u.SCIMUserID }},
	{"USERNAME", func(u api.SCIMUser) string { return u.UserName }},
	{"EMAIL", func(u api.SCIMUser) string { return u.Email }},
	{"ACTIVE", func(u api.SCIMUser) string { return strconv.FormatBool(u.Active) }},
	{"AAID", func(u api.SCIMUser) string { return deref(u.AccountID) }},
}

var scimUserDetails = []column[api.SCIMUser]{
	{"SCIM USER", func(u api.SCIMUser) string { return u.SCIMUserID }},
	{"DIRECTORY", func(u api.SCIMUser) string { return u.DirectoryID }},
	{"USERNAME", func(u api.SCIMUser) string { return u.UserName }},
	{"EXTERNAL ID", func(u api.SCIMUser) string { return u.ExternalID }},
	{"EMAIL", func(u api.SCIMUser) string { return u.Email }},
	{"NAME", func(u api.SCIMUser) string { return u.DisplayName }},
	{"ACTIVE", func(u api.SCIMUser) string { return strconv.FormatBool(u.Active) }},
	{"AAID", func(u api.SCIMUser) string { return deref(u.AccountID) }},
	{"UNLINKED BECAUSE", func(u api.SCIMUser) string { return u.UnlinkedReason }},
	{"HELD FROM", func(u api.SCIMUser) string { return u.HeldAccountID }},
	{"CREATED", func(u api.SCIMUser) string { return when(u.CreatedAt) }},
	{"MODIFIED", func(u api.SCIMUser) string { return when(u.LastModified) }},
}

var unlinkedColumns = []column[api.SCIMUser]{
	{"SCIM USER", func(u api.SCIMUser) string { return u.SCIMUserID }},
	{"DIRECTORY", func(u api.SCIMUser) string { return u.DirectoryID }},
	{"EMAIL", func(u api.SCIMUser) string { return u.Email }},
	{"BECAUSE", func(u api.SCIMUser) string { return u.UnlinkedReason }},
}

func newSCIMUserListCmd(env *Env) *cobra.Command {
	var userName, externalID, email string
	var limit limitFlag
	cmd := &cobra.Command{
		Use:   "list DIRECTORY",
		Short: "List a directory's SCIM users",
		Example: `  roster scim-user list okta --email ada@example.com
  roster scim-user list okta --limit 0 --output json`,
		Args: exactArgs(1, "a directory"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, org, id, err := env.connectDirectory(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return printList(env, func(cursor *string, limit *int) (*http.Response, error) {
				return s.ListSCIMUsers(cmd.Context(), org, id, &api.ListSCIMUsersParams{
					UserName: given(userName), ExternalID: given(externalID), Email: given(email), Cursor: cursor, Limit: limit,
				})
			}, limit, scimUserColumns)
		},
	}
	cmd.Flags().StringVar(&userName, "user-name", "", "only this userName")
	cmd.Flags().StringVar(&externalID, "external-id", "", "only this externalId")
	cmd.Flags().StringVar(&email, "email", "", "only this email")
	limit.add(cmd)
	return cmd
}

func newSCIMUserShowCmd(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:     "show DIRECTORY SCIMUSER",
		Short:   "Show a SCIM user; with --output json its resource too",
		Example: "  roster scim-user show okta 0193f0c2-a7e8-7c5e-9d0b-6f1a2b3c4d5e --output json",
		Args:    exactArgs(2, "a directory and a SCIM user's id"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, org, id, err := env.connectDirectory(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			shown, err := decode[api.SCIMUserResponse](s.GetSCIMUser(cmd.Context(), org, id, args[1]))
			if err != nil {
				return err
			}
			return printOne(env, shown.Data, scimUserDetails)
		},
	}
}

func newSCIMUserUnlinkedCmd(env *Env) *cobra.Command {
	var directory string
	var limit limitFlag
	cmd := &cobra.Command{
		Use:     "unlinked",
		Short:   "List the SCIM users without an account, with the reason",
		Example: "  roster scim-user unlinked --directory okta",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, org, filter, err := env.connectFiltered(cmd, directory)
			if err != nil {
				return err
			}
			err = printList(env, func(cursor *string, limit *int) (*http.Response, error) {
				return s.ListUnlinkedSCIMUsers(cmd.Context(), org,
					&api.ListUnlinkedSCIMUsersParams{DirectoryID: filter, Cursor: cursor, Limit: limit})
			}, limit, unlinkedColumns)
			if err != nil {
				return err
			}
			return env.hintf("roster relink DIRECTORY SCIMUSER AAID --dry-run")
		},
	}
	addDirectoryFlag(cmd, &directory)
	limit.add(cmd)
	return cmd
}

func addDirectoryFlag(cmd *cobra.Command, directory *string) {
	cmd.Flags().StringVar(directory, "directory", "", "only this directory, by name or id")
}

// connectFiltered connects for a list that --directory may narrow.
func (env *Env) connectFiltered(cmd *cobra.Command, directory string) (s *session, org string, filter *string, err error) {
	s, org, err = env.connectOrg(cmd.Context())
	if err != nil || directory == "" {
		return s, org, nil, err
	}
	id, err := s.directoryID(cmd.Context(), org, directory)
	return s, org, &id, err
}

var deletedColumns = []column[api.DeletedSCIMUser]{
	{"SCIM USER", func(u api.DeletedSCIMUser) string { return u.SCIMUserID }},
	{"DIRECTORY", func(u api.DeletedSCIMUser) string { return u.DirectoryID }},
	{"USERNAME", func(u api.DeletedSCIMUser) string { return u.UserName }},
	{"DELETED", func(u api.DeletedSCIMUser) string { return when(u.DeletedAt) }},
	{"RESTORABLE UNTIL", func(u api.DeletedSCIMUser) string { return when(u.ExpiresAt) }},
}

func newSCIMUserDeletedCmd(env *Env) *cobra.Command {
	var directory string
	var limit limitFlag
	cmd := &cobra.Command{
		Use:     "deleted",
		Short:   "List the deleted SCIM users that can be restored",
		Example: "  roster scim-user deleted --directory okta",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, org, filter, err := env.connectFiltered(cmd, directory)
			if err != nil {
				return err
			}
			err = printList(env, func(cursor *string, limit *int) (*http.Response, error) {
				return s.ListDeletedSCIMUsers(cmd.Context(), org,
					&api.ListDeletedSCIMUsersParams{DirectoryID: filter, Cursor: cursor, Limit: limit})
			}, limit, deletedColumns)
			if err != nil {
				return err
			}
			return env.hintf("roster scim-user restore DIRECTORY SCIMUSER")
		},
	}
	addDirectoryFlag(cmd, &directory)
	limit.add(cmd)
	return cmd
}

func newSCIMUserRestoreCmd(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:     "restore DIRECTORY SCIMUSER",
		Short:   "Bring a deleted SCIM user back under its old id",
		Example: "  roster scim-user restore okta 0193f0c2-a7e8-7c5e-9d0b-6f1a2b3c4d5e",
		Args:    exactArgs(2, "a directory and a SCIM user's id"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, org, id, err := env.connectDirectory(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			restored, err := decode[api.SCIMUser](s.RestoreSCIMUser(cmd.Context(), org, id, args[1]))
			if err != nil {
				return err
			}
			return printOne(env, restored, scimUserDetails)
		},
	}
}
