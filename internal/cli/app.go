package cli

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/spf13/cobra"

	"roster/internal/adminapi/api"
)

func newAppCmd(env *Env) *cobra.Command {
	return newGroupCmd("app", "See accounts and groups as applications do",
		`See accounts and groups as applications do: each command is one of the calls below /api/v1/, made with a key of the scope read, and
--output json shows what it answered. The organization is that of the key. "roster account lookup" asks for many accounts at once.`,
		newAppAccountCmd(env), newAppAccountsCmd(env), newAppGroupsCmd(env), newAppMembersCmd(env))
}

func newAppAccountCmd(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "account AAID|EMAIL",
		Short: "Show an account, by id or by its whole address",
		Example: `  roster app account grace@newcorp.example
  roster app account 712020:0c6f7ad5-7f4e-4d33-b0a5-2f6f6d2f9a11 --output json`,
		Args: exactArgs(1, "an account id or an address"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := env.connect()
			if err != nil {
				return err
			}
			a, err := s.seenAccount(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return printOne(env, a, appAccountColumns)
		},
	}
}

// seenAccount asks for an account as an application does.
func (s *session) seenAccount(ctx context.Context, text string) (api.AppAccount, error) {
	if !strings.Contains(text, "@") {
		found, err := decode[api.AppAccountResponse](s.SeeAccount(ctx, text, &api.SeeAccountParams{}))
		return found.Data, err
	}
	found, err := decode[api.AppAccountList](s.SeeAccounts(ctx, &api.SeeAccountsParams{Email: &text}))
	if err != nil {
		return api.AppAccount{}, err
	}
	if len(found.Data) == 0 {
		return api.AppAccount{}, &notFoundError{text: "there is no account " + text, next: "roster app accounts"}
	}
	return found.Data[0], nil
}

func newAppAccountsCmd(env *Env) *cobra.Command {
	var limit limitFlag
	cmd := &cobra.Command{
		Use:     "accounts",
		Short:   "List the accounts that the organization manages",
		Example: "  roster app accounts --limit 0 --output json",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := env.connect()
			if err != nil {
				return err
			}
			return printList(env, func(cursor *string, limit *int) (*http.Response, error) {
				return s.SeeAccounts(cmd.Context(), &api.SeeAccountsParams{Cursor: cursor, Limit: limit})
			}, limit, appAccountColumns)
		},
	}
	limit.add(cmd)
	return cmd
}

var appGroupColumns = []column[api.AppGroup]{
	{"ID", func(g api.AppGroup) string { return g.ID }},
	{"NAME", func(g api.AppGroup) string { return g.Name }},
	{"SOURCE", func(g api.AppGroup) string { return string(g.Source) }},
}

func newAppGroupsCmd(env *Env) *cobra.Command {
	var account, name string
	var limit limitFlag
	cmd := &cobra.Command{
		Use:   "groups",
		Short: "List the groups, of the organization or of an account",
		Example: `  roster app groups
  roster app groups --name analysts
  roster app groups --account grace@newcorp.example`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if account != "" && name != "" {
				return usagef("--account and --name exclude each other")
			}
			s, err := env.connect()
			if err != nil {
				return err
			}
			get := func(cursor *string, limit *int) (*http.Response, error) {
				return s.SeeGroups(cmd.Context(), &api.SeeGroupsParams{Name: given(name), Cursor: cursor, Limit: limit})
			}
			if account != "" {
				a, err := s.seenAccount(cmd.Context(), account)
				if err != nil {
					return err
				}
				get = func(cursor *string, limit *int) (*http.Response, error) {
					return s.SeeGroupsOfAccount(cmd.Context(), a.AccountID, &api.SeeGroupsOfAccountParams{Cursor: cursor, Limit: limit})
				}
			}
			return printList(env, get, limit, appGroupColumns)
		},
	}
	cmd.Flags().StringVar(&account, "account", "", "only groups of this account, by id or address")
	cmd.Flags().StringVar(&name, "name", "", "only the group of this name, whatever the letter case")
	limit.add(cmd)
	return cmd
}

var appMemberColumns = []column[api.AppMember]{
	{"AAID", func(m api.AppMember) string { return m.AccountID }},
	{"EMAIL", func(m api.AppMember) string { return m.Email }},
	{"NAME", func(m api.AppMember) string { return m.Name }},
	{"STATUS", func(m api.AppMember) string { return string(m.Status) }},
}

func newAppMembersCmd(env *Env) *cobra.Command {
	var limit limitFlag
	cmd := &cobra.Command{
		Use:     "members GROUP",
		Short:   "List the members of a group, local or synced",
		Example: "  roster app members analysts --limit 0",
		Args:    exactArgs(1, "a group"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := env.connect()
			if err != nil {
				return err
			}
			id, err := s.seenGroupID(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return printList(env, func(cursor *string, limit *int) (*http.Response, error) {
				return s.SeeMembers(cmd.Context(), id, &api.SeeMembersParams{Cursor: cursor, Limit: limit})
			}, limit, appMemberColumns)
		},
	}
	limit.add(cmd)
	return cmd
}

// seenGroupID takes a group by id or by name, as an application finds it.
func (s *session) seenGroupID(ctx context.Context, text string) (string, error) {
	if isID(text) {
		return text, nil
	}
	found, err := decode[api.AppGroupList](s.SeeGroups(ctx, &api.SeeGroupsParams{Name: &text}))
	if err != nil {
		return "", fmt.Errorf("find group: %w", err)
	}
	if len(found.Data) == 0 {
		return "", &notFoundError{text: fmt.Sprintf("there is no group %q", text), next: "roster app groups"}
	}
	return found.Data[0].ID, nil
}
