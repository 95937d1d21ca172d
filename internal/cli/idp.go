package cli

import (
	"github.com/spf13/cobra"

	"roster/internal/idpsim/replay"
)

func newIDPCmd(env *Env) *cobra.Command {
	return newGroupCmd("idp", "Try a directory as an identity provider would use it",
		"Simulated identity providers send what the real ones are documented to send, so that a deployment can be proved before the real one is wired.",
		newIDPListCmd(env), newIDPReplayCmd(env))
}

// idpClient is one simulated identity provider, as it is printed.
type idpClient struct {
	Kind      string   `json:"kind"`
	Name      string   `json:"name"`
	Scenarios []string `json:"scenarios"`
	Sources   []string `json:"sources"`
}

var idpClientColumns = []column[idpClient]{
	{"KIND", func(c idpClient) string { return c.Kind }},
	{"NAME", func(c idpClient) string { return c.Name }},
	{"SCENARIOS", func(c idpClient) string { return counted(len(c.Scenarios), "scenario") }},
}

func newIDPListCmd(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Short:   "List the identity providers that can be simulated, with their sources (--output json)",
		Example: "  roster idp list",
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			var clients []idpClient
			for _, s := range replay.Scripts() {
				c := idpClient{Kind: s.Kind, Name: s.Name, Sources: s.Sources}
				for _, scenario := range s.Scenarios {
					c.Scenarios = append(c.Scenarios, scenario.Name)
				}
				clients = append(clients, c)
			}
			return printRows(env, clients, idpClientColumns)
		},
	}
}
