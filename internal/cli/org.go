package cli

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"roster/internal/adminapi/api"
)

func newOrgCmd(env *Env) *cobra.Command {
	return newGroupCmd("org", "Organizations", "An organization is a tenant: it owns domains, directories, groups and keys.",
		newOrgCreateCmd(env), newOrgListCmd(env), newOrgShowCmd(env), newOrgSetCmd(env))
}

var orgColumns = []column[api.Org]{
	{"ID", func(o api.Org) string { return o.ID }},
	{"NAME", func(o api.Org) string { return o.Attributes.Name }},
	{"BEHAVIOUR", func(o api.Org) string { return string(o.Attributes.Behaviour) }},
}

// orgDetails are too wide for a table.
var orgDetails = slices.Concat(orgColumns, []column[api.Org]{
	{"DELETED USERS KEPT", func(o api.Org) string { return daysOf(o.Attributes.TombstoneDays) }},
	{"LOG KEPT", func(o api.Org) string { return daysOf(o.Attributes.LogDays) }},
	{"AUDIT LOG KEPT", func(o api.Org) string { return daysOf(o.Attributes.AuditDays) }},
	{"PARKING ADDRESS", func(o api.Org) string { return o.Attributes.ParkingAddress }},
	{"DEFAULT CLAIM", func(o api.Org) string { return string(o.Attributes.DefaultClaim) }},
})

func daysOf(n int) string { return strconv.Itoa(n) + " days" }

func newOrgCreateCmd(env *Env) *cobra.Command {
	var behaviour string
	cmd := &cobra.Command{
		Use:     "create NAME",
		Short:   "Create an organization (site key)",
		Example: "  roster org create Example --key-file ./site.key",
		Args:    exactArgs(1, "a name"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := env.connect()
			if err != nil {
				return err
			}
			body := api.OrgCreate{Name: args[0]}
			if behaviour != "" {
				body.Behaviour = new(api.Behaviour(behaviour))
			}
			created, err := decode[api.OrgResponse](s.CreateOrg(cmd.Context(), body))
			if err != nil {
				return err
			}
			if err := printOne(env, created.Data, orgColumns); err != nil {
				return err
			}
			return env.hintf("roster key create admin --org %s", created.Data.ID)
		},
	}
	addBehaviourFlag(cmd, &behaviour)
	return cmd
}

func addBehaviourFlag(cmd *cobra.Command, behaviour *string) {
	cmd.Flags().StringVar(behaviour, "behaviour", "", "safe, or atlassian to rehearse what the hosted service does")
}

func newOrgListCmd(env *Env) *cobra.Command {
	var limit limitFlag
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the organizations that the key sees",
		Example: "  roster org list",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := env.connect()
			if err != nil {
				return err
			}
			return printList(env, func(cursor *string, limit *int) (*http.Response, error) {
				return s.ListOrgs(cmd.Context(), &api.ListOrgsParams{Cursor: cursor, Limit: limit})
			}, limit, orgColumns)
		},
	}
	limit.add(cmd)
	return cmd
}

func newOrgShowCmd(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:     "show",
		Short:   "Show the organization",
		Example: "  roster org show --output json",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			shown, err := decode[api.OrgResponse](s.GetOrg(cmd.Context(), org))
			if err != nil {
				return err
			}
			return printOne(env, shown.Data, orgDetails)
		},
	}
}
