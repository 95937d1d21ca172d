package cli

import (
	"fmt"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"roster/internal/adminapi/api"
)

func newConsoleLinkCmd(env *Env) *cobra.Command {
	var body api.ConsoleLinkCreate
	var role, life string
	cmd := &cobra.Command{
		Use:   "console-link",
		Short: "Make a link that signs a person in to the web console, once",
		Long: `Make a link that signs a person in to the web console, once, and print it. Whoever opens it first and confirms is signed in:
send it where nobody else reads. A viewer looks, an operator repairs too, an admin does everything. A key makes no link for a role that
may do what it may not do itself.`,
		Example: `  roster console-link
  roster console-link --role operator --person "Ann Archer" --for 1h
  xdg-open "$(roster console-link --role viewer)"`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d, err := parseDistance(life)
			if err != nil || d < time.Second || d > 24*time.Hour {
				return usagef("--for is %q; it must be a distance of at most 24h, such as 15m", life)
			}
			body.Role, body.Seconds = api.ConsoleRole(role), int(d/time.Second)
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			made, err := decode[api.ConsoleLinkResponse](s.CreateConsoleLink(cmd.Context(), org, body))
			if err != nil {
				return err
			}
			return env.printConsoleLink(made.Data)
		},
	}
	addRoleFlag(cmd, &role, "admin")
	cmd.Flags().StringVar(&body.Person, "person", "", `who will be signed in, for the audit log; "administrator" when left out`)
	cmd.Flags().StringVar(&life, "for", "15m", "how long the link can be used, such as 15m or 1h; at most 24h")
	return cmd
}

func addRoleFlag(cmd *cobra.Command, role *string, value string) {
	cmd.Flags().StringVar(role, "role", value, "viewer, operator or admin")
}

// printConsoleLink prints the URL alone, so that a script can open it.
func (env *Env) printConsoleLink(link api.ConsoleLink) error {
	if env.flags.output == outputJSON {
		return env.printJSON(link)
	}
	if _, err := fmt.Fprintln(env.Stdout, clean(link.Attributes.URL)); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	env.sayf("signs in one person as %s, until %s", link.Attributes.Role, when(link.Attributes.ExpiresAt))
	return nil
}

func newConsoleCmd(env *Env) *cobra.Command {
	return newGroupCmd("console", "Who may use the web console",
		`People sign in to the web console of one organization by a one-time link ("roster console-link") or through the identity
provider that the server was started with ("roster serve --oidc-issuer"). Grants say whom of the latter to let in, and as what.`,
		newGroupCmd("sessions", "Who is signed in", "A session ends after 12 hours without a use, and after 7 days in any case.",
			newConsoleSessionsListCmd(env), newConsoleSessionsRevokeCmd(env)),
		newGroupCmd("grants", "Whom of the identity provider to let in", `A grant is for the members of a group, as the identity provider calls it in its groups claim, or for
one person by a verified email. Of several grants for a person the strongest role counts.`,
			newConsoleGrantsListCmd(env), newConsoleGrantsAddCmd(env), newConsoleGrantsRmCmd(env)))
}

var sessionColumns = []column[api.ConsoleSession]{
	{"ID", func(x api.ConsoleSession) string { return x.ID }},
	{"PERSON", func(x api.ConsoleSession) string { return x.Attributes.Person }},
	{"ROLE", func(x api.ConsoleSession) string { return string(x.Attributes.Role) }},
	{"BY", func(x api.ConsoleSession) string { return string(x.Attributes.Method) }},
	{"SIGNED IN", func(x api.ConsoleSession) string { return when(x.Attributes.CreatedAt) }},
	{"LAST SEEN", func(x api.ConsoleSession) string { return when(x.Attributes.SeenAt) }},
	{"EXPIRES", func(x api.ConsoleSession) string { return when(x.Attributes.ExpiresAt) }},
	{"FROM", func(x api.ConsoleSession) string { return x.Attributes.Address }},
}

func newConsoleSessionsListCmd(env *Env) *cobra.Command {
	var limit limitFlag
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List who is signed in to the console",
		Example: "  roster console sessions list",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			return printList(env, func(cursor *string, limit *int) (*http.Response, error) {
				return s.ListConsoleSessions(cmd.Context(), org, &api.ListConsoleSessionsParams{Cursor: cursor, Limit: limit})
			}, limit, sessionColumns)
		},
	}
	limit.add(cmd)
	return cmd
}

func newConsoleSessionsRevokeCmd(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:     "revoke SESSION",
		Short:   "Sign a person out, by the session's id",
		Example: "  roster console sessions revoke 0193f0c2-a7e8-7c5e-9d0b-6f1a2b3c4d5e",
		Args:    exactArgs(1, "a session's id"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			if err := done(s.RevokeConsoleSession(cmd.Context(), org, args[0])); err != nil {
				return err
			}
			env.sayf("revoked session %s", args[0])
			return nil
		},
	}
}

var grantColumns = []column[api.ConsoleGrant]{
	{"ID", func(g api.ConsoleGrant) string { return g.ID }},
	{"CLAIM", func(g api.ConsoleGrant) string { return g.Attributes.Claim }},
	{"EMAIL", func(g api.ConsoleGrant) string { return g.Attributes.Email }},
	{"ROLE", func(g api.ConsoleGrant) string { return string(g.Attributes.Role) }},
	{"CREATED", func(g api.ConsoleGrant) string { return when(g.Attributes.CreatedAt) }},
}

func newConsoleGrantsListCmd(env *Env) *cobra.Command {
	var limit limitFlag
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List whom the identity provider may sign in, and as what",
		Example: "  roster console grants list",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			return printList(env, func(cursor *string, limit *int) (*http.Response, error) {
				return s.ListConsoleGrants(cmd.Context(), org, &api.ListConsoleGrantsParams{Cursor: cursor, Limit: limit})
			}, limit, grantColumns)
		},
	}
	limit.add(cmd)
	return cmd
}

func newConsoleGrantsAddCmd(env *Env) *cobra.Command {
	var body api.ConsoleGrantCreate
	var role string
	cmd := &cobra.Command{
		Use:   "add",
		Short: "Let a group or a person in, or change as what",
		Example: `  roster console grants add --claim roster-admins --role admin
  roster console grants add --email ann@example.com --role viewer`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if (body.Claim == "") == (body.Email == "") {
				return usagef("give --claim or --email")
			}
			body.Role = api.ConsoleRole(role)
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			made, err := decode[api.ConsoleGrantResponse](s.GrantConsole(cmd.Context(), org, body))
			if err != nil {
				return err
			}
			return printOne(env, made.Data, grantColumns)
		},
	}
	cmd.Flags().StringVar(&body.Claim, "claim", "", "a group, as the identity provider calls it in its groups claim")
	cmd.Flags().StringVar(&body.Email, "email", "", "a person's email, which the identity provider must say is verified")
	addRoleFlag(cmd, &role, "viewer")
	return cmd
}

func newConsoleGrantsRmCmd(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:     "rm GRANT",
		Short:   "Let people in no longer, by the grant's id",
		Example: "  roster console grants rm 0193f0c2-a7e8-7c5e-9d0b-6f1a2b3c4d5e",
		Args:    exactArgs(1, "a grant's id"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			if err := done(s.RemoveConsoleGrant(cmd.Context(), org, args[0])); err != nil {
				return err
			}
			env.sayf("removed grant %s", args[0])
			return nil
		},
	}
}
