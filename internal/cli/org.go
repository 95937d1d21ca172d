package cli

import (
	"net/http"

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
			return printOne(env, shown.Data, orgColumns)
		},
	}
}

func newOrgSetCmd(env *Env) *cobra.Command {
	var name, behaviour string
	cmd := &cobra.Command{
		Use:     "set [--name NAME] [--behaviour safe|atlassian]",
		Short:   "Rename the organization or change its behaviour",
		Example: "  roster org set --behaviour atlassian",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			body := api.OrgUpdate{Name: given(name)}
			if behaviour != "" {
				body.Behaviour = new(api.Behaviour(behaviour))
			}
			if body == (api.OrgUpdate{}) {
				return usagef("there is nothing to change; give --name or --behaviour")
			}
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			changed, err := decode[api.OrgResponse](s.UpdateOrg(cmd.Context(), org, body))
			if err != nil {
				return err
			}
			return printOne(env, changed.Data, orgColumns)
		},
	}
	cmd.Flags().StringVar(&name, "name", "", "new name")
	addBehaviourFlag(cmd, &behaviour)
	return cmd
}
