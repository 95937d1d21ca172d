package cli

import (
	"net/http"

	"github.com/spf13/cobra"

	"roster/internal/adminapi/api"
)

func newDomainCmd(env *Env) *cobra.Command {
	return newGroupCmd("domain", "Email domains",
		"The accounts of a verified domain are managed by the organization. A domain is given by its name or its id.",
		newDomainAddCmd(env), newDomainListCmd(env), newDomainShowCmd(env), newDomainCheckCmd(env), newDomainVerifyCmd(env), newDomainTransferCmd(env), newDomainClaimsCmd(env), newDomainClaimCmd(env), newDomainClaimModeCmd(env), newDomainAssignCmd(env), newDomainRmCmd(env))
}

var domainColumns = []column[api.Domain]{
	{"ID", func(d api.Domain) string { return d.ID }},
	{"NAME", func(d api.Domain) string { return d.Attributes.Name }},
	{"STATUS", func(d api.Domain) string { return string(d.Attributes.Claim.Status) }},
	{"DIRECTORY", func(d api.Domain) string { return d.Attributes.DirectoryID }},
}

func newDomainAddCmd(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:     "add NAME",
		Short:   "Add a domain, not verified yet",
		Example: "  roster domain add example.com",
		Args:    exactArgs(1, "a domain name"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			added, err := decode[api.DomainResponse](s.AddDomain(cmd.Context(), org, api.DomainCreate{Name: args[0]}))
			if err != nil {
				return err
			}
			if err := printOne(env, added.Data, domainDetails); err != nil {
				return err
			}
			return env.hintf("publish the proof as TXT record or file, then: roster domain check %s", args[0])
		},
	}
}

func newDomainListCmd(env *Env) *cobra.Command {
	var limit limitFlag
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the domains",
		Example: "  roster domain list",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			return printList(env, func(cursor *string, limit *int) (*http.Response, error) {
				return s.ListDomains(cmd.Context(), org, &api.ListDomainsParams{Cursor: cursor, Limit: limit})
			}, limit, domainColumns)
		},
	}
	limit.add(cmd)
	return cmd
}

func newDomainVerifyCmd(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:     "verify DOMAIN",
		Short:   "Mark a domain verified, without looking at DNS (site key)",
		Long:    `Mark a domain verified, without looking at DNS (site key). Its accounts become managed by the organization.`,
		Example: "  roster domain verify example.com --org ORG --key-file ./site.key",
		Args:    exactArgs(1, "a domain"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return env.changeDomain(cmd, args[0], func(s *session, org, id string) (*http.Response, error) {
				return s.VerifyDomain(cmd.Context(), org, id)
			})
		},
	}
}

func newDomainAssignCmd(env *Env) *cobra.Command {
	var none bool
	cmd := &cobra.Command{
		Use:   "assign DOMAIN DIRECTORY | DOMAIN --none",
		Short: "Say which directory decides for the accounts of a domain",
		Example: `  roster domain assign example.com okta
  roster domain assign example.com --none`,
		Args: func(_ *cobra.Command, args []string) error {
			if want := 2; (none && len(args) != want-1) || (!none && len(args) != want) {
				return usagef("it takes a domain, and either a directory or --none")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return env.changeDomain(cmd, args[0], func(s *session, org, id string) (*http.Response, error) {
				if none {
					return s.AssignDomain(cmd.Context(), org, id, api.DomainUpdate{})
				}
				directory, err := s.directoryID(cmd.Context(), org, args[1])
				if err != nil {
					return nil, err
				}
				return s.AssignDomain(cmd.Context(), org, id, api.DomainUpdate{DirectoryID: &directory})
			})
		},
	}
	cmd.Flags().BoolVar(&none, "none", false, "take the assignment away; the oldest link decides then")
	return cmd
}

// changeDomain sends one change of a domain and prints the domain as it is then.
func (env *Env) changeDomain(cmd *cobra.Command, domain string, change func(s *session, org, id string) (*http.Response, error)) error {
	s, org, err := env.connectOrg(cmd.Context())
	if err != nil {
		return err
	}
	id, err := s.domainID(cmd.Context(), org, domain)
	if err != nil {
		return err
	}
	changed, err := decode[api.DomainResponse](change(s, org, id))
	if err != nil {
		return err
	}
	return printOne(env, changed.Data, domainDetails)
}

func newDomainRmCmd(env *Env) *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:     "rm DOMAIN",
		Short:   "Remove a domain; its accounts are no longer managed",
		Example: "  roster domain rm example.com --yes",
		Args:    exactArgs(1, "a domain"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			id, err := s.domainID(cmd.Context(), org, args[0])
			if err != nil {
				return err
			}
			if err := env.confirmf(yes, "Remove %s? Its accounts will not be managed any more.", args[0]); err != nil {
				return err
			}
			if err := done(s.RemoveDomain(cmd.Context(), org, id)); err != nil {
				return err
			}
			env.sayf("removed %s", args[0])
			return nil
		},
	}
	addYesFlag(cmd, &yes)
	return cmd
}
