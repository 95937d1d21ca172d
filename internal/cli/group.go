package cli

import (
	"context"
	"net/http"

	"github.com/spf13/cobra"

	"roster/internal/adminapi/api"
)

func newGroupsCmd(env *Env) *cobra.Command {
	return newGroupCmd("group", "Groups that applications see",
		`A group is local, or synced from a directory; only the directory changes the members of a synced one. It is given by its
name or its id.`,
		newGroupListCmd(env), newGroupCreateCmd(env), newGroupRmCmd(env), newGroupMembersCmd(env),
		newGroupAddCmd(env), newGroupRemoveCmd(env), newGroupAdoptCmd(env))
}

var groupColumns = []column[api.Group]{
	{"ID", func(g api.Group) string { return g.ID }},
	{"NAME", func(g api.Group) string { return g.Name }},
	{"SOURCE", func(g api.Group) string { return string(g.Source) }},
}

func newGroupListCmd(env *Env) *cobra.Command {
	var search string
	var limit limitFlag
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the groups, local and synced",
		Example: `  roster group list
  roster group list --search eng`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			return printList(env, func(cursor *string, limit *int) (*http.Response, error) {
				return s.ListGroups(cmd.Context(), org, &api.ListGroupsParams{Q: given(search), Cursor: cursor, Limit: limit})
			}, limit, groupColumns)
		},
	}
	cmd.Flags().StringVar(&search, "search", "", "only groups whose name begins with this text, whatever the letter case")
	limit.add(cmd)
	return cmd
}

var groupCreatedColumns = []column[api.GroupCreated]{
	{"ID", func(g api.GroupCreated) string { return g.GroupID }},
	{"MESSAGE", func(g api.GroupCreated) string { return g.Message }},
}

func newGroupCreateCmd(env *Env) *cobra.Command {
	var description string
	cmd := &cobra.Command{
		Use:     "create NAME",
		Short:   "Create a local group",
		Example: `  roster group create analysts --description "Everybody who counts"`,
		Args:    exactArgs(1, "a name"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			created, err := decode[api.GroupCreated](s.CreateGroup(cmd.Context(), org, api.GroupCreate{Name: args[0], Description: description}))
			if err != nil {
				return err
			}
			if err := printOne(env, created, groupCreatedColumns); err != nil {
				return err
			}
			return env.hintf("roster group add %s AAID", args[0])
		},
	}
	cmd.Flags().StringVar(&description, "description", "", "what it is for")
	return cmd
}

// connectGroup connects and finds a group by id or name.
func (env *Env) connectGroup(ctx context.Context, group string) (s *session, org, id string, err error) {
	s, org, err = env.connectOrg(ctx)
	if err != nil {
		return nil, "", "", err
	}
	id, err = s.groupID(ctx, org, group)
	return s, org, id, err
}

func newGroupRmCmd(env *Env) *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:     "rm GROUP",
		Short:   "Delete a local group",
		Example: "  roster group rm analysts --yes",
		Args:    exactArgs(1, "a group"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, org, id, err := env.connectGroup(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if err := env.confirmf(yes, "Delete the group %s?", args[0]); err != nil {
				return err
			}
			answer, err := decode[api.Message](s.DeleteGroup(cmd.Context(), org, id))
			if err != nil {
				return err
			}
			env.sayf("%s", answer.Message)
			return nil
		},
	}
	addYesFlag(cmd, &yes)
	return cmd
}

var memberColumns = []column[api.Membership]{
	{"AAID", func(m api.Membership) string { return m.AccountID }},
	{"EMAIL", func(m api.Membership) string { return m.Email }},
	{"NAME", func(m api.Membership) string { return m.Name }},
	{"SOURCE", func(m api.Membership) string { return string(m.Source) }},
}

func newGroupMembersCmd(env *Env) *cobra.Command {
	var limit limitFlag
	cmd := &cobra.Command{
		Use:     "members GROUP",
		Short:   "List a group's members",
		Example: "  roster group members analysts --limit 0",
		Args:    exactArgs(1, "a group"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, org, id, err := env.connectGroup(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return printList(env, func(cursor *string, limit *int) (*http.Response, error) {
				return s.ListMemberships(cmd.Context(), org, id, &api.ListMembershipsParams{Cursor: cursor, Limit: limit})
			}, limit, memberColumns)
		},
	}
	limit.add(cmd)
	return cmd
}

func newGroupAddCmd(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:     "add GROUP ACCOUNT...",
		Short:   "Add accounts to a local group",
		Example: "  roster group add analysts ada@example.com grace@example.com",
		Args:    minArgs(2, "a group and one or more accounts"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return env.changeMembers(cmd.Context(), args[0], args[1:], func(s *session, org, group, account string) (*http.Response, error) {
				return s.AddMembership(cmd.Context(), org, group, api.MembershipCreate{AccountID: account})
			})
		},
	}
}

func newGroupRemoveCmd(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:     "remove GROUP ACCOUNT...",
		Short:   "Remove accounts from a local group",
		Example: "  roster group remove analysts ada@example.com",
		Args:    minArgs(2, "a group and one or more accounts"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return env.changeMembers(cmd.Context(), args[0], args[1:], func(s *session, org, group, account string) (*http.Response, error) {
				return s.RemoveMembership(cmd.Context(), org, group, account)
			})
		},
	}
}

// changeMembers makes one call for each account and stops at the first that
// fails: all of them have the same group, so what one fails of fails the rest.
func (env *Env) changeMembers(ctx context.Context, group string, accounts []string, change func(s *session, org, group, account string) (*http.Response, error)) error {
	s, org, id, err := env.connectGroup(ctx, group)
	if err != nil {
		return err
	}
	for _, text := range accounts {
		account, err := s.accountID(ctx, text)
		if err != nil {
			return err
		}
		answer, err := decode[api.Message](change(s, org, id, account))
		if err != nil {
			return err
		}
		env.sayf("%s", answer.Message)
	}
	return nil
}

func newGroupAdoptCmd(env *Env) *cobra.Command {
	var dryRun bool
	cmd := &cobra.Command{
		Use:   "adopt GROUP DIRECTORY",
		Short: "Hand a local group over to a directory",
		Long: `Hand a local group over to a directory, whose pushes of a group of that name were refused until now. Members that the directory
provisions stay, the others leave; --dry-run shows who.`,
		Example: `  roster group adopt analysts okta --dry-run
  roster group adopt analysts okta`,
		Args: exactArgs(2, "a group and a directory"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, org, group, err := env.connectGroup(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			directory, err := s.directoryID(cmd.Context(), org, args[1])
			if err != nil {
				return err
			}
			result, err := decode[api.AdoptResult](s.AdoptGroup(cmd.Context(), org, group, api.AdoptRequest{DirectoryID: directory, DryRun: dryRun}))
			if err != nil {
				return err
			}
			return env.printAdoption(result)
		},
	}
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "only show who would stay and who would leave")
	return cmd
}

// adoptionRow is a member and what an adoption does to it.
type adoptionRow struct {
	what string
	api.AccountRef
}

func (env *Env) printAdoption(result api.AdoptResult) error {
	if env.flags.output == outputJSON {
		return env.printJSON(result)
	}
	rows := make([]adoptionRow, 0, len(result.Stay)+len(result.Leave))
	for _, account := range result.Stay {
		rows = append(rows, adoptionRow{"stays", account})
	}
	for _, account := range result.Leave {
		rows = append(rows, adoptionRow{"leaves", account})
	}
	if err := printRows(env, rows, []column[adoptionRow]{
		{"MEMBER", func(r adoptionRow) string { return r.what }},
		{"AAID", func(r adoptionRow) string { return r.AccountID }},
		{"EMAIL", func(r adoptionRow) string { return r.Email }},
		{"NAME", func(r adoptionRow) string { return r.Name }},
	}); err != nil {
		return err
	}
	if !result.Applied {
		env.sayf("dry run: nothing was changed")
	}
	return nil
}
