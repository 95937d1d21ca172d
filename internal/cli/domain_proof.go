package cli

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"roster/internal/adminapi/api"
)

// domainDetails are too wide for a table.
var domainDetails = slices.Concat(domainColumns, []column[api.Domain]{
	{"UNICODE NAME", func(d api.Domain) string {
		if d.Attributes.UnicodeName == d.Attributes.Name {
			return ""
		}
		return d.Attributes.UnicodeName
	}},
	{"CLAIMS", func(d api.Domain) string { return string(d.Attributes.ClaimMode) }},
	{"VERIFIED BY", func(d api.Domain) string { return string(d.Attributes.Method) }},
	{"VERIFIED", func(d api.Domain) string { return whenever(d.Attributes.VerifiedAt) }},
	{"CHECKED", func(d api.Domain) string { return whenever(d.Attributes.CheckedAt) }},
	{"PROBLEM", func(d api.Domain) string { return d.Attributes.CheckError }},
	{"PROBLEM SINCE", func(d api.Domain) string { return whenever(d.Attributes.FailingSince) }},
	{"LOST", func(d api.Domain) string { return whenever(d.Attributes.LostAt) }},
	{"PROOF", func(d api.Domain) string { return d.Attributes.Proof.Text }},
	{"PROOF AS TXT AT", func(d api.Domain) string { return strings.Join(d.Attributes.Proof.TxtNames, " or ") }},
	{"PROOF AS FILE AT", func(d api.Domain) string { return d.Attributes.Proof.FileURL }},
})

// whenever is a time that may not have come.
func whenever(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return when(t)
}

func newDomainShowCmd(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:     "show DOMAIN",
		Short:   "Show a domain and the proof to publish for it",
		Example: "  roster domain show example.com",
		Args:    exactArgs(1, "a domain"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return env.changeDomain(cmd, args[0], func(s *session, org, id string) (*http.Response, error) {
				return s.GetDomain(cmd.Context(), org, id)
			})
		},
	}
}

func newDomainCheckCmd(env *Env) *cobra.Command {
	var method string
	cmd := &cobra.Command{
		Use:   "check DOMAIN",
		Short: "Look for the proof of a domain, and verify it",
		Long: `Look for the proof of a domain, as a TXT record or a file over HTTPS, and verify the domain when it is there.
"roster domain show" says what to publish and where. A verified domain is checked every day by itself; leave the
proof where it is.`,
		Example: `  roster domain check example.com
  roster domain check example.com --method dns`,
		Args: exactArgs(1, "a domain"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return env.changeDomain(cmd, args[0], func(s *session, org, id string) (*http.Response, error) {
				return s.CheckDomain(cmd.Context(), org, id, api.DomainCheck{Method: api.DomainCheckMethod(method)})
			})
		},
	}
	cmd.Flags().StringVar(&method, "method", "", "look in one place only: dns or http")
	return cmd
}

func newDomainTransferCmd(env *Env) *cobra.Command {
	var to string
	var yes bool
	cmd := &cobra.Command{
		Use:   "transfer DOMAIN --to ORG",
		Short: "Give a verified domain to another organization (site key)",
		Long: `Give a verified domain to another organization (site key). That organization manages its accounts from then on;
accounts and links stay as they are.`,
		Example: "  roster domain transfer example.com --org ORG --to OTHER-ORG --key-file ./site.key --yes",
		Args:    exactArgs(1, "a domain"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if to == "" {
				return usagef("--to is missing: the id of the organization that gets the domain")
			}
			return env.changeDomain(cmd, args[0], func(s *session, org, id string) (*http.Response, error) {
				if err := env.confirmf(yes, "Give %s to organization %s?", args[0], to); err != nil {
					return nil, err
				}
				return s.TransferDomain(cmd.Context(), org, id, api.DomainTransfer{OrgID: to})
			})
		},
	}
	cmd.Flags().StringVar(&to, "to", "", "id of the organization that gets the domain")
	addYesFlag(cmd, &yes)
	return cmd
}
