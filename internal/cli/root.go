package cli

import (
	"time"

	"github.com/spf13/cobra"
)

const rootLong = `Roster takes users and groups from identity providers over SCIM, links them to accounts, and
repairs wrong links. "roster serve" runs the server; every other command talks to a server over HTTP.

Tell a command where the server is and who you are by flags, by environment (ROSTER_URL, ROSTER_KEY
or ROSTER_KEY_FILE, ROSTER_ORG), or once and for all by "roster context set".`

// newRootCmd builds the whole command tree.
func newRootCmd(env *Env) *cobra.Command {
	root := newGroupCmd("roster", "User provisioning that shows and repairs wrong links", rootLong)
	root.Example = `  roster serve --demo --listen 127.0.0.1:8080 --data ./data   a server with two broken people to repair
  roster links --email ada@example.com                       who is linked to what
  roster unlink --file aaids.txt --dry-run                   what a bulk repair would do`
	root.SilenceErrors = true
	root.SilenceUsage = true
	root.PersistentPreRunE = func(*cobra.Command, []string) error {
		if err := env.flags.validate(); err != nil {
			return err
		}
		env.running = true
		return nil
	}
	root.SetIn(env.Stdin)
	root.SetOut(env.Stdout)
	root.SetErr(env.Stderr)
	addGlobalFlags(root, &env.flags)

	root.AddGroup(
		&cobra.Group{ID: groupRepair, Title: "See and repair links:"},
		&cobra.Group{ID: groupManage, Title: "Manage:"},
		&cobra.Group{ID: groupSetup, Title: "Set up:"},
	)
	add(root, groupRepair, newDiagnoseCmd(env), newRepairCmd(env), newRemoteCmd(env), newLinksCmd(env), newUnlinkCmd(env), newRelinkCmd(env), newEmailCmd(env), newLogCmd(env), newSCIMUserCmd(env))
	add(root, groupManage, newAccountCmd(env), newGroupsCmd(env), newAppCmd(env), newOrgCmd(env), newDomainCmd(env), newDirectoryCmd(env), newSchemaCmd(env), newKeyCmd(env), newConsoleLinkCmd(env), newConsoleCmd(env), newAuditCmd(env), newJobCmd(env))
	add(root, groupSetup, newServeCmd(env), newIDPCmd(env), newContextCmd(env), newVersionCmd(env))
	root.SetHelpCommandGroupID(groupSetup)
	root.SetCompletionCommandGroupID(groupSetup)
	root.AddCommand(newExitCodesTopic())
	return root
}

// Sections of "roster --help".
const (
	groupRepair = "repair"
	groupManage = "manage"
	groupSetup  = "setup"
)

func add(root *cobra.Command, group string, commands ...*cobra.Command) {
	for _, cmd := range commands {
		cmd.GroupID = group
		root.AddCommand(cmd)
	}
}

func addGlobalFlags(root *cobra.Command, f *globalFlags) {
	flags := root.PersistentFlags()
	flags.StringVar(&f.url, "url", "", "base URL of the server (ROSTER_URL)")
	flags.StringVar(&f.key, "key", "", "API key; other users of this machine can see it, prefer --key-file (ROSTER_KEY)")
	flags.StringVar(&f.keyFile, "key-file", "", "file that holds the API key (ROSTER_KEY_FILE)")
	flags.StringVar(&f.org, "org", "", "organization id; not needed when the key sees one only (ROSTER_ORG)")
	flags.StringVar(&f.context, "context", "", "saved context to use (ROSTER_CONTEXT)")
	flags.StringVarP(&f.output, "output", "o", outputTable, "table or json")
	flags.DurationVar(&f.timeout, "timeout", 30*time.Second, "longest wait for one answer")
}

func (f *globalFlags) validate() error {
	if f.output != outputTable && f.output != outputJSON {
		return usagef("--output is %q; it must be table or json", f.output)
	}
	if f.key != "" && f.keyFile != "" {
		return usagef("--key and --key-file exclude each other")
	}
	if f.timeout <= 0 {
		return usagef("--timeout must be positive")
	}
	return nil
}

// newGroupCmd makes a command that only holds others. On its own it prints
// its help; a subcommand that does not exist is a usage error.
func newGroupCmd(use, short, long string, children ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{
		Use:   use,
		Short: short,
		Long:  long,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef("there is no command %q", cmd.CommandPath()+" "+args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(children...)
	return cmd
}
