package cli

import (
	"github.com/spf13/cobra"

	"roster/internal/adminapi/api"
)

var linkColumns = []column[api.SCIMLink]{
	{"AAID", func(l api.SCIMLink) string { return deref(l.AtlassianAccountID) }},
	{"DIRECTORY", func(l api.SCIMLink) string { return l.DirectoryID }},
	{"SCIM USER", func(l api.SCIMLink) string { return l.SCIMUserID }},
}

func newLinksCmd(env *Env) *cobra.Command {
	var email string
	cmd := &cobra.Command{
		Use:   "links AAID | --email ADDRESS",
		Short: "Show what an account or an email is linked to",
		Long: `Show the SCIM users that are linked to an account, or those that have an email, linked or not. A dash in the AAID
column is a SCIM user without an account. Works against the hosted service too.`,
		Example: `  roster links 712020:0c6f7ad5-7f4e-4d33-b0a5-2f6f6d2f9a11
  roster links --email ada@example.com`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 || (len(args) == 1) == (email != "") {
				return usagef("it takes either an AAID or --email")
			}
			if len(args) == 1 && !isAccountID(args[0]) {
				return usagef("%q is not an account id; for an address use --email", args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			var links api.SCIMLinks
			if email != "" {
				links, err = decode[api.SCIMLinks](s.GetSCIMLinksForEmail(cmd.Context(), org, api.EmailQuery{Email: email}))
			} else {
				links, err = decode[api.SCIMLinks](s.GetSCIMLinks(cmd.Context(), org, args[0]))
			}
			if err != nil {
				return err
			}
			return env.printLinks(links.SCIMLinks)
		},
	}
	cmd.Flags().StringVar(&email, "email", "", "show the SCIM users that have this email")
	return cmd
}

func (env *Env) printLinks(links []api.SCIMLink) error {
	if links == nil {
		links = []api.SCIMLink{} // the hosted schema lets the member be absent
	}
	if err := printRows(env, links, linkColumns); err != nil {
		return err
	}
	if len(links) == 0 {
		env.sayf("no links")
		return nil
	}
	return env.hintf("roster unlink AAID --dry-run, or roster relink DIRECTORY SCIMUSER AAID --dry-run")
}
