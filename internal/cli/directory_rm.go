package cli

import (
	"bufio"
	"errors"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"roster/internal/adminapi/api"
)

var deletionLines = []column[api.DirectoryDeletion]{
	{"DIRECTORY", func(d api.DirectoryDeletion) string { return d.Name }},
	{"SCIM USERS", func(d api.DirectoryDeletion) string { return strconv.FormatInt(d.Users, 10) }},
	{"ACCOUNTS UNLOCKED", func(d api.DirectoryDeletion) string { return strconv.FormatInt(d.Linked, 10) }},
	{"GROUPS MADE LOCAL", func(d api.DirectoryDeletion) string { return strconv.FormatInt(d.Groups, 10) }},
	{"DELETED SCIM USERS", func(d api.DirectoryDeletion) string { return strconv.FormatInt(d.DeletedUsers, 10) }},
	{"TOKENS", func(d api.DirectoryDeletion) string { return strconv.Itoa(d.Tokens) }},
	{"JOB", func(d api.DirectoryDeletion) string { return d.JobID }},
}

func newDirectoryRmCmd(env *Env) *cobra.Command {
	var dryRun, disconnect, yes bool
	cmd := &cobra.Command{
		Use:   "rm DIRECTORY [--dry-run] [--disconnect]",
		Short: "Delete a disconnected directory with all that it has",
		Long: `Delete a directory: its SCIM users, links, holds, deleted SCIM users, schemas and tokens go, bit by bit, in the
background. Its groups become local ones with their members. Accounts stay as they are, nobody is deactivated, and those
that it linked are unlocked. The logs and the accounts' timelines keep their entries. It shows what goes and asks for the
directory's name; --dry-run only shows.`,
		Example: `  roster directory rm okta --dry-run
  roster directory rm okta --disconnect`,
		Args: exactArgs(1, "a directory"),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			id, err := s.directoryID(cmd.Context(), org, args[0])
			if err != nil {
				return err
			}
			remove := func(dryRun bool) (api.DirectoryDeletion, error) {
				answer, err := decode[api.DirectoryDeletionResponse](s.DeleteDirectory(cmd.Context(), org, id, &api.DeleteDirectoryParams{DryRun: &dryRun, Disconnect: &disconnect}))
				return answer.Data, err
			}
			preview, err := remove(true)
			if err != nil {
				return err
			}
			if dryRun {
				return printOne(env, preview, deletionLines)
			}
			if err := env.confirmName(yes, preview); err != nil {
				return err
			}
			started, err := remove(false)
			if err != nil {
				return err
			}
			if err := printOne(env, started, deletionLines); err != nil {
				return err
			}
			return env.hintf("roster job wait %s", started.JobID)
		},
	}
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "only show what would go")
	cmd.Flags().BoolVar(&disconnect, "disconnect", false, "disconnect it too, when it is connected")
	addYesFlag(cmd, &yes)
	return cmd
}

// confirmName asks for the name of what goes for good: a y is typed too fast.
func (env *Env) confirmName(yes bool, d api.DirectoryDeletion) error {
	if yes {
		return nil
	}
	if !env.IsTerminal(env.Stdin) || !env.IsTerminal(env.Stderr) {
		return usagef("this asks before it acts, and there is no terminal to ask at; give --yes")
	}
	env.tell(clean(counted(int(d.Users), "SCIM user") + " with their links go for good, " + counted(int(d.Linked), "account") + " will be unlocked. " +
		"Type the directory's name, " + d.Name + ", to delete it: "))
	answer, _ := bufio.NewReader(env.Stdin).ReadString('\n') // the end of input is a no
	if strings.TrimSpace(answer) != d.Name {
		return errors.New("nothing done")
	}
	return nil
}
