package cli

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"roster/internal/adminapi/api"
)

func newDirectoryCmd(env *Env) *cobra.Command {
	return newGroupCmd("directory", "Identity provider connections",
		`A directory is one connection of one identity provider, with its own SCIM base URL and tokens. It is given by its
name or its id, or by its kind where it is the only one of it.`,
		newDirectoryCreateCmd(env), newDirectoryListCmd(env), newDirectoryShowCmd(env), newDirectorySetCmd(env),
		newDirectorySetupCmd(env), newDirectoryHealthCmd(env), newDirectoryDisconnectCmd(env), newDirectoryReconnectCmd(env),
		newDirectoryRmCmd(env), newTokenCmd(env))
}

var directoryColumns = []column[api.Directory]{
	{"ID", func(d api.Directory) string { return d.ID }},
	{"NAME", func(d api.Directory) string { return d.Attributes.Name }},
	{"KIND", func(d api.Directory) string { return string(d.Attributes.Kind) }},
	{"STATUS", func(d api.Directory) string { return string(d.Attributes.Status) }},
	{"USERS", func(d api.Directory) string { return strconv.FormatInt(d.Attributes.Users, 10) }},
	{"GROUPS", func(d api.Directory) string { return strconv.FormatInt(d.Attributes.Groups, 10) }},
	{"UNLINKED", func(d api.Directory) string { return strconv.FormatInt(d.Attributes.Unlinked, 10) }},
	{"LAST WRITE", func(d api.Directory) string { return when(d.Attributes.LastWriteAt) }},
}

// directoryDetails are too wide for a table.
var directoryDetails = slices.Concat(directoryColumns, []column[api.Directory]{
	{"RESTORE MEMBERSHIPS", func(d api.Directory) string { return strconv.FormatBool(d.Attributes.RestoreMemberships) }},
	{"SCIM BASE URL", func(d api.Directory) string { return d.Attributes.SCIMBaseURL }},
	{"CREATED", func(d api.Directory) string { return when(d.Attributes.CreatedAt) }},
	{"JOB", func(d api.Directory) string { return d.Attributes.JobID }},
})

func newDirectoryCreateCmd(env *Env) *cobra.Command {
	var kind string
	var restore bool
	cmd := &cobra.Command{
		Use:     "create NAME --kind KIND",
		Short:   "Create a directory",
		Example: "  roster directory create okta --kind okta",
		Args:    exactArgs(1, "a name"),
		RunE: func(cmd *cobra.Command, args []string) error {
			body := api.DirectoryCreate{Name: args[0], Kind: api.DirectoryKind(kind)}
			if cmd.Flags().Changed("restore-memberships") {
				body.RestoreMemberships = &restore
			}
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			created, err := decode[api.DirectoryResponse](s.CreateDirectory(cmd.Context(), org, body))
			if err != nil {
				return err
			}
			if err := printOne(env, created.Data, directoryDetails); err != nil {
				return err
			}
			if err := env.showSetup(cmd.Context(), s, org, created.Data.ID); err != nil {
				return err
			}
			return env.hintf("roster directory token create %s", created.Data.ID)
		},
	}
	cmd.Flags().StringVar(&kind, "kind", string(api.DirectoryKindGeneric), "entra, okta, google, onelogin, jumpcloud, ping or generic")
	addRestoreFlag(cmd, &restore)
	return cmd
}

func addRestoreFlag(cmd *cobra.Command, restore *bool) {
	cmd.Flags().BoolVar(restore, "restore-memberships", false, "give a user that is created again its memberships back")
}

func newDirectoryListCmd(env *Env) *cobra.Command {
	var limit limitFlag
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the directories",
		Example: "  roster directory list",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			return printList(env, func(cursor *string, limit *int) (*http.Response, error) {
				return s.ListDirectories(cmd.Context(), org, &api.ListDirectoriesParams{Cursor: cursor, Limit: limit})
			}, limit, directoryColumns)
		},
	}
	limit.add(cmd)
	return cmd
}

func newDirectoryShowCmd(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:     "show DIRECTORY",
		Short:   "Show a directory and its SCIM base URL",
		Example: "  roster directory show okta",
		Args:    exactArgs(1, "a directory"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return env.withDirectory(cmd, args[0], func(s *session, org, id string) (*http.Response, error) {
				return s.GetDirectory(cmd.Context(), org, id)
			})
		},
	}
}

func newDirectorySetCmd(env *Env) *cobra.Command {
	var name string
	var restore bool
	cmd := &cobra.Command{
		Use:     "set DIRECTORY [--name NAME] [--restore-memberships=true|false]",
		Short:   "Rename a directory or change its settings",
		Example: "  roster directory set okta --restore-memberships=false",
		Args:    exactArgs(1, "a directory"),
		RunE: func(cmd *cobra.Command, args []string) error {
			body := api.DirectoryUpdate{Name: given(name)}
			if cmd.Flags().Changed("restore-memberships") {
				body.RestoreMemberships = &restore
			}
			if body == (api.DirectoryUpdate{}) {
				return usagef("there is nothing to change; give --name or --restore-memberships")
			}
			return env.withDirectory(cmd, args[0], func(s *session, org, id string) (*http.Response, error) {
				return s.UpdateDirectory(cmd.Context(), org, id, body)
			})
		},
	}
	cmd.Flags().StringVar(&name, "name", "", "new name")
	addRestoreFlag(cmd, &restore)
	return cmd
}

func newDirectoryDisconnectCmd(env *Env) *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:   "disconnect DIRECTORY",
		Short: "Disconnect a directory",
		Long: `Disconnect a directory: its tokens stop working at once, its synced groups become local ones with their members by a
job in the background, and its records, links and accounts stay as they are. The linked accounts stay locked until they
are unlinked; roster diagnose lists them as dead-links, roster repair plan unlocks them, and so does roster directory rm.
Revoke its tokens too when it may be reconnected by others.`,
		Example: "  roster directory disconnect okta --yes",
		Args:    exactArgs(1, "a directory"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return env.withDirectory(cmd, args[0], func(s *session, org, id string) (*http.Response, error) {
				if err := env.confirmf(yes, "Disconnect %s?", args[0]); err != nil {
					return nil, err
				}
				return s.DisconnectDirectory(cmd.Context(), org, id)
			})
		},
	}
	addYesFlag(cmd, &yes)
	return cmd
}

func newDirectoryReconnectCmd(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "reconnect DIRECTORY",
		Short: "Reconnect a disconnected directory",
		Long: `Reconnect a directory: its tokens that are neither revoked nor expired work again, and its records and links are as
they were left. A group that became local when it was disconnected goes back to it when the identity provider creates
one of its name, with the members that the provider pushes then. It is refused while the groups are becoming local.`,
		Example: "  roster directory reconnect okta",
		Args:    exactArgs(1, "a directory"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return env.withDirectory(cmd, args[0], func(s *session, org, id string) (*http.Response, error) {
				return s.ReconnectDirectory(cmd.Context(), org, id)
			})
		},
	}
}

// withDirectory makes one call about a directory and prints the directory that it answers.
func (env *Env) withDirectory(cmd *cobra.Command, directory string, call func(s *session, org, id string) (*http.Response, error)) error {
	s, org, err := env.connectOrg(cmd.Context())
	if err != nil {
		return err
	}
	id, err := s.directoryID(cmd.Context(), org, directory)
	if err != nil {
		return err
	}
	answer, err := decode[api.DirectoryResponse](call(s, org, id))
	if err != nil {
		return err
	}
	return printOne(env, answer.Data, directoryDetails)
}
