package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"roster/internal/adminapi/api"
)

func newDirectorySetupCmd(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "setup DIRECTORY",
		Short: "Show how to wire the identity provider to a directory",
		Long: `Show how to wire the identity provider to a directory: what to enter where in its console, which mappings to set,
how groups are pushed and how to test.`,
		Example: "  roster directory setup okta",
		Args:    exactArgs(1, "a directory"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			id, err := s.directoryID(cmd.Context(), org, args[0])
			if err != nil {
				return err
			}
			answer, err := decode[api.DirectorySetupResponse](s.GetDirectorySetup(cmd.Context(), org, id))
			if err != nil {
				return err
			}
			if env.flags.output == outputJSON {
				return printOne[api.DirectorySetup](env, answer.Data, nil)
			}
			env.printSetup(answer.Data)
			return env.hintf("roster directory token create %s, for the SCIM token", args[0])
		},
	}
}

// showSetup prints the steps of a directory that was just created, except for
// programs: those read the directory.
func (env *Env) showSetup(ctx context.Context, s *session, org, id string) error {
	if env.flags.output == outputJSON {
		return nil
	}
	answer, err := decode[api.DirectorySetupResponse](s.GetDirectorySetup(ctx, org, id))
	if err != nil {
		return err
	}
	env.printf("\n")
	env.printSetup(answer.Data)
	return nil
}

func (env *Env) printSetup(setup api.DirectorySetup) {
	env.printf("In %s (base URL: %s):\n", clean(setup.Provider), clean(setup.SCIMBaseURL))
	where := ""
	for i, step := range setup.Steps {
		if step.Where != where {
			where = step.Where
			env.printf("\n  %s\n", plain(where))
		}
		env.printf("  %2d. %s: %s\n", i+1, plain(step.Enter), plain(step.What))
	}
	env.printf("\n")
	for _, trap := range setup.Traps {
		env.printf("  Note: %s\n", plain(trap))
	}
}

// plain is a Markdown text for a terminal.
func plain(text string) string {
	return strings.NewReplacer("`", "", "*", "").Replace(clean(text))
}
