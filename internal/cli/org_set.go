package cli

import (
	"github.com/spf13/cobra"

	"roster/internal/adminapi/api"
)

// orgFlags are the flags of `org set`.
type orgFlags struct {
	name, behaviour, parking, claim   string
	tombstoneDays, logDays, auditDays int
}

func newOrgSetCmd(env *Env) *cobra.Command {
	var wanted orgFlags
	cmd := &cobra.Command{
		Use:   "set [--name NAME] [--behaviour safe|atlassian] …",
		Short: "Rename the organization or change its settings",
		Long: `Rename the organization or change its settings. What is not given stays as it is.

In --parking-address, {id} stands for the account's id and must be before the @; {local} and {domain} stand for the
two parts of its present address.`,
		Example: `  roster org set --behaviour atlassian
  roster org set --tombstone-days 90 --log-days 365
  roster org set --parking-address 'parked-{id}@example.com'
  roster org set --default-claim selected`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			body := wanted.body()
			if body == (api.OrgUpdate{}) {
				return usagef("there is nothing to change; give --name, --behaviour or another flag (roster org set --help)")
			}
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			changed, err := decode[api.OrgResponse](s.UpdateOrg(cmd.Context(), org, body))
			if err != nil {
				return err
			}
			return printOne(env, changed.Data, orgDetails)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&wanted.name, "name", "", "new name")
	addBehaviourFlag(cmd, &wanted.behaviour)
	flags.IntVar(&wanted.tombstoneDays, "tombstone-days", 0, "days for which a deleted SCIM user can be restored")
	flags.IntVar(&wanted.logDays, "log-days", 0, "days for which the troubleshooting log is kept")
	flags.IntVar(&wanted.auditDays, "audit-days", 0, "days for which the audit log is kept")
	flags.StringVar(&wanted.parking, "parking-address", "", "template of the address that a parked account gets")
	flags.StringVar(&wanted.claim, "default-claim", "", "automatic or selected, for domains that are added from now on")
	return cmd
}

func (f orgFlags) body() api.OrgUpdate {
	body := api.OrgUpdate{
		Name: given(f.name), ParkingAddress: given(f.parking),
		TombstoneDays: givenNumber(f.tombstoneDays), LogDays: givenNumber(f.logDays), AuditDays: givenNumber(f.auditDays),
	}
	if f.behaviour != "" {
		body.Behaviour = new(api.Behaviour(f.behaviour))
	}
	if f.claim != "" {
		body.DefaultClaim = new(api.ClaimMode(f.claim))
	}
	return body
}

// givenNumber is nil for a flag that was left out.
func givenNumber(n int) *int {
	if n == 0 {
		return nil
	}
	return &n
}
