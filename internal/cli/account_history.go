package cli

import (
	"cmp"
	"context"
	"net/http"

	"github.com/spf13/cobra"

	"roster/internal/adminapi/api"
)

var timelineColumns = []column[api.TimelineEvent]{
	{"TIME", func(e api.TimelineEvent) string { return when(e.Time) }},
	{"EVENT", func(e api.TimelineEvent) string { return string(e.Event) }},
	{"BEFORE", func(e api.TimelineEvent) string { return e.Before }},
	{"AFTER", func(e api.TimelineEvent) string { return cmp.Or(e.After, e.SCIMUserID) }},
	{"WHO", func(e api.TimelineEvent) string { return e.Actor }},
	{"BY", func(e api.TimelineEvent) string { return e.Operation }},
	{"WHY", func(e api.TimelineEvent) string { return e.Reason }},
}

// connectOrgAccount connects and finds an account of the organization.
func (env *Env) connectOrgAccount(ctx context.Context, account string) (s *session, org, id string, err error) {
	s, org, err = env.connectOrg(ctx)
	if err != nil {
		return nil, "", "", err
	}
	id, err = s.accountID(ctx, account)
	return s, org, id, err
}

func newAccountHistoryCmd(env *Env) *cobra.Command {
	var limit limitFlag
	cmd := &cobra.Command{
		Use:   "history ACCOUNT",
		Short: "List what happened to an account: links, emails, status, groups",
		Example: `  roster account history ada@example.com
  roster account history ada@example.com --limit 0 --output json`,
		Args: exactArgs(1, "an account"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, org, id, err := env.connectOrgAccount(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return printList(env, func(cursor *string, limit *int) (*http.Response, error) {
				return s.ListTimeline(cmd.Context(), org, id, &api.ListTimelineParams{Cursor: cursor, Limit: limit})
			}, limit, timelineColumns)
		},
	}
	limit.add(cmd)
	return cmd
}

var accountGroupColumns = []column[api.AccountGroup]{
	{"ID", func(g api.AccountGroup) string { return g.ID }},
	{"NAME", func(g api.AccountGroup) string { return g.Name }},
	{"SOURCE", func(g api.AccountGroup) string { return string(g.Source) }},
	{"DIRECTORY", func(g api.AccountGroup) string { return g.DirectoryID }},
	{"SCIM GROUP", func(g api.AccountGroup) string { return g.SCIMGroupID }},
	{"BY SCIM USER", func(g api.AccountGroup) string { return g.SCIMUserID }},
}

func newAccountGroupsCmd(env *Env) *cobra.Command {
	var limit limitFlag
	cmd := &cobra.Command{
		Use:     "groups ACCOUNT",
		Short:   "List an account's groups, with why it is in them",
		Example: "  roster account groups ada@example.com",
		Args:    exactArgs(1, "an account"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, org, id, err := env.connectOrgAccount(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return printList(env, func(cursor *string, limit *int) (*http.Response, error) {
				return s.ListAccountGroups(cmd.Context(), org, id, &api.ListAccountGroupsParams{Cursor: cursor, Limit: limit})
			}, limit, accountGroupColumns)
		},
	}
	limit.add(cmd)
	return cmd
}

func newAccountInviteCmd(env *Env) *cobra.Command {
	var name string
	cmd := &cobra.Command{
		Use:   "invite EMAIL",
		Short: "Create an account that waits for its person",
		Long: `Create an account that is inactive until its person has come. Roster sends no mail: your application invites, and tells that the
person has come; "roster account accept" does the same by hand.`,
		Example: `  roster account invite ada@example.com --name "Ada Lovelace"`,
		Args:    exactArgs(1, "an email"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			invited, err := decode[api.AccountResponse](s.InviteAccount(cmd.Context(), org, api.AccountInvite{Email: args[0], Name: name}))
			if err != nil {
				return err
			}
			return printOne(env, invited.Data, foundColumns)
		},
	}
	cmd.Flags().StringVar(&name, "name", "", "display name")
	return cmd
}

func newAccountAcceptCmd(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:     "accept ACCOUNT",
		Short:   "Activate an invited account, whose person has come",
		Example: "  roster account accept ada@example.com",
		Args:    exactArgs(1, "an account"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, org, id, err := env.connectOrgAccount(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			accepted, err := decode[api.AccountResponse](s.AcceptInvitation(cmd.Context(), org, id))
			if err != nil {
				return err
			}
			return printOne(env, accepted.Data, foundColumns)
		},
	}
}
