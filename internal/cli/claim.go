package cli

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"roster/internal/adminapi/api"
)

var claimableColumns = []column[api.Claimable]{
	{"ACCOUNT ID", func(a api.Claimable) string { return a.AccountID }},
	{"EMAIL", func(a api.Claimable) string { return a.Email }},
	{"NAME", func(a api.Claimable) string { return a.Name }},
	{"STATUS", func(a api.Claimable) string { return string(a.AccountStatus) }},
	{"MANAGED", func(a api.Claimable) string { return strconv.FormatBool(a.Managed) }},
	{"LINKED", func(a api.Claimable) string { return strconv.FormatBool(a.Linked) }},
}

func newDomainClaimsCmd(env *Env) *cobra.Command {
	var limit limitFlag
	cmd := &cobra.Command{
		Use:     "claims DOMAIN",
		Short:   "List the accounts of a verified domain, managed or not",
		Long:    `List the accounts of a verified domain. Those that are not managed would be if they were claimed.`,
		Example: "  roster domain claims example.com",
		Args:    exactArgs(1, "a domain"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, org, id, err := env.connectDomain(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return printList(env, func(cursor *string, limit *int) (*http.Response, error) {
				return s.PreviewClaims(cmd.Context(), org, id, &api.PreviewClaimsParams{Cursor: cursor, Limit: limit})
			}, limit, claimableColumns)
		},
	}
	limit.add(cmd)
	return cmd
}

func (env *Env) connectDomain(ctx context.Context, domain string) (s *session, org, id string, err error) {
	if s, org, err = env.connectOrg(ctx); err != nil {
		return s, org, id, err
	}
	id, err = s.domainID(ctx, org, domain)
	return s, org, id, err
}

func newDomainClaimModeCmd(env *Env) *cobra.Command {
	var release, yes bool
	cmd := &cobra.Command{
		Use:   "claim-mode DOMAIN automatic|selected",
		Short: "Say which accounts of a domain are managed",
		Long: `Say which accounts of a domain are managed: every present and future one (automatic), or those that are claimed by
name and those that the organization makes itself (selected).

From automatic to selected, the present accounts are claimed by name first, in the background (roster job list); with
--release-present they are released at once instead.`,
		Example: `  roster domain claim-mode example.com selected
  roster domain claim-mode example.com automatic --yes`,
		Args: exactArgs(2, "a domain and a mode"), //nolint:mnd // as the text says
		RunE: func(cmd *cobra.Command, args []string) error {
			body := api.ClaimModeChange{Mode: api.ClaimMode(args[1])}
			question := "Change the claims of %s to %s? All its accounts will be managed."
			if body.Mode == api.ClaimModeSelected {
				question = "Change the claims of %s to %s?"
			}
			if release {
				body.Present = api.ClaimModeChangePresentRelease
				question += " Its present accounts will not be managed any more."
			}
			return env.changeDomain(cmd, args[0], func(s *session, org, id string) (*http.Response, error) {
				if err := env.confirmf(yes, question, args[0], args[1]); err != nil {
					return nil, err
				}
				return s.SetClaimMode(cmd.Context(), org, id, body)
			})
		},
	}
	cmd.Flags().BoolVar(&release, "release-present", false, "release the present accounts at once")
	addYesFlag(cmd, &yes)
	return cmd
}

// claimBatch is how many accounts one call claims.
const claimBatch = 500

var claimResultColumns = []column[api.ClaimResult]{
	{"ACCOUNT", func(r api.ClaimResult) string { return r.Account }},
	{"ACCOUNT ID", func(r api.ClaimResult) string { return r.AccountID }},
	{"RESULT", func(r api.ClaimResult) string { return string(r.Result) }},
	{"MESSAGE", func(r api.ClaimResult) string { return r.Message }},
}

func newDomainClaimCmd(env *Env) *cobra.Command {
	var file string
	var all, release bool
	var chosen []string
	cmd := &cobra.Command{
		Use:   "claim DOMAIN --account ACCOUNT | --file FILE | --all",
		Short: "Claim accounts of a domain by name, or release them",
		Long: `Claim accounts of a domain by name, or release them, where the claims of the domain are selected. Accounts are given by
id or email; a file has one a line. A run that was broken off can be repeated: what is done stays done.`,
		Example: `  roster domain claim example.com --account ann@example.com
  roster domain claim example.com --file accounts.txt
  roster domain claim example.com --account ann@example.com --release`,
		Args: exactArgs(1, "a domain"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, org, id, err := env.connectDomain(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			accounts, err := env.accountsToClaim(cmd.Context(), s, org, id, claimChoice{chosen, file, all, release})
			if err != nil {
				return err
			}
			results, err := env.claim(cmd.Context(), s, org, id, accounts, release)
			if len(results) == 0 {
				return err
			}
			return errors.Join(printRows(env, results, claimResultColumns), err)
		},
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&chosen, "account", nil, "account by id or email; may be given several times")
	flags.StringVar(&file, "file", "", "file of ids or emails, one a line; - is standard input")
	flags.BoolVar(&all, "all", false, "all accounts that the domain has now")
	flags.BoolVar(&release, "release", false, "release the accounts instead of claiming them")
	return cmd
}

// claimChoice says which accounts are wanted.
type claimChoice struct {
	accounts     []string
	file         string
	all, release bool
}

func (env *Env) accountsToClaim(ctx context.Context, s *session, org, id string, want claimChoice) (names []string, err error) {
	switch {
	case len(want.accounts) > 0 && want.file == "" && !want.all:
		return want.accounts, nil
	case want.file != "" && len(want.accounts) == 0 && !want.all:
		text, err := env.readInput(want.file)
		if err != nil {
			return nil, err
		}
		names, err = accountsInText(text)
		if err == nil && len(names) == 0 {
			err = usagef("%s holds no accounts", want.file)
		}
		return names, err
	case !want.all || want.file != "" || len(want.accounts) > 0:
		return nil, usagef("say which accounts: --account, --file or --all")
	}
	get := func(cursor *string, limit *int) (*http.Response, error) {
		return s.PreviewClaims(ctx, org, id, &api.PreviewClaimsParams{Cursor: cursor, Limit: limit})
	}
	for a, err := range walk[api.Claimable](get, pageSize) {
		if err != nil {
			return nil, err
		}
		if a.Managed == want.release {
			names = append(names, a.AccountID)
		}
	}
	return names, nil
}

// claim claims or releases accounts, a batch at a time, and tells how far it is.
func (env *Env) claim(ctx context.Context, s *session, org, id string, accounts []string, release bool) (results []api.ClaimResult, err error) {
	failed := 0
	for batch := range slices.Chunk(accounts, claimBatch) {
		answer, err := decode[api.ClaimResults](s.ChangeClaims(ctx, org, id, api.ClaimChange{Accounts: batch, Release: release}))
		if err != nil {
			return results, err
		}
		for _, r := range answer.Data {
			if r.Result == api.ClaimResultResultFailed {
				failed++
			}
		}
		results = append(results, answer.Data...)
		if len(accounts) > claimBatch {
			env.sayf("%d/%d accounts, %d failed", len(results), len(accounts), failed)
		}
	}
	if failed > 0 {
		return results, &partialError{failed: failed, total: len(accounts)}
	}
	return results, nil
}
