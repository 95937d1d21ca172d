package cli

import (
	"context"
	"net/http"

	"github.com/spf13/cobra"

	"roster/internal/adminapi/api"
)

var foundColumns = []column[api.Account]{
	{"AAID", func(a api.Account) string { return a.ID }},
	{"EMAIL", func(a api.Account) string { return a.Email }},
	{"NAME", func(a api.Account) string { return a.Name }},
	{"STATUS", func(a api.Account) string { return string(a.Status) }},
	{"LINKED", func(a api.Account) string { return mark(len(a.Links) > 0, "yes") }},
	{"ORIGIN", func(a api.Account) string { return string(a.Origin) }},
	{"INVITATION", func(a api.Account) string { return string(a.Invitation) }},
	{"LAST ACTIVE", func(a api.Account) string { return when(a.LastActiveAt) }},
}

// accountFilter are the flags that narrow accounts down.
type accountFilter struct {
	email, externalID, directory, status, origin, invitation string
	linked, unlinked, external                               bool
}

func (f *accountFilter) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.email, "email", "", "only the account with this email")
	flags.StringVar(&f.externalID, "external-id", "", "linked to a SCIM user with this externalId")
	flags.StringVar(&f.directory, "directory", "", "linked in this directory")
	flags.StringVar(&f.status, "status", "", "active, inactive or closed")
	flags.StringVar(&f.origin, "origin", "", "invited, created-by-admin, self-signup, scim or imported")
	flags.StringVar(&f.invitation, "invitation", "", "pending or accepted")
	flags.BoolVar(&f.linked, "linked", false, "only accounts with a link")
	flags.BoolVar(&f.unlinked, "unlinked", false, "only accounts without a link")
	flags.BoolVar(&f.external, "external", false, "accounts that are linked and not managed, instead of the managed ones")
}

// params are the filter's part of the query.
func (f *accountFilter) params(directory string) *api.SearchAccountsParams {
	p := &api.SearchAccountsParams{
		Email: given(f.email), ExternalID: given(f.externalID), DirectoryID: given(directory),
		Status: givenAs[api.AccountStatus](f.status), Origin: givenAs[api.Origin](f.origin), Invitation: givenAs[api.Invitation](f.invitation),
	}
	if f.linked || f.unlinked {
		p.Linked = &f.linked
	}
	if f.external {
		p.Scope = new(api.SearchAccountsParamsScopeExternal)
	}
	return p
}

func newAccountSearchCmd(env *Env) *cobra.Command {
	var filter accountFilter
	var limit limitFlag
	cmd := &cobra.Command{
		Use:   "search [TEXT]",
		Short: "Search accounts",
		Long: `Search accounts whose email, name or last word of the name begins with TEXT, whatever the letter case; without TEXT, by the flags
alone. Flags narrow the list down together.`,
		Example: `  roster account search lovelace
  roster account search --status inactive --unlinked
  roster account search --external --directory okta --output json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, org, params, err := env.searchParams(cmd.Context(), filter)
			if err != nil {
				return err
			}
			if len(args) == 1 {
				params.Q = &args[0]
			}
			return printList(env, func(cursor *string, limit *int) (*http.Response, error) {
				params.Cursor, params.Limit = cursor, limit
				return s.SearchAccounts(cmd.Context(), org, params)
			}, limit, foundColumns)
		},
	}
	filter.add(cmd)
	limit.add(cmd)
	return cmd
}

// searchParams connects and gives the query that a filter means.
func (env *Env) searchParams(ctx context.Context, filter accountFilter) (s *session, org string, params *api.SearchAccountsParams, err error) {
	if filter.linked && filter.unlinked {
		return nil, "", nil, usagef("--linked and --unlinked leave nobody; give one of them")
	}
	s, org, err = env.connectOrg(ctx)
	if err != nil {
		return nil, "", nil, err
	}
	directory := ""
	if filter.directory != "" {
		directory, err = s.directoryID(ctx, org, filter.directory)
	}
	return s, org, filter.params(directory), err
}
