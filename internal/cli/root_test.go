package cli

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

func TestUsageErrors(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		args []string
		want string
	}{
		"unknown command":          {[]string{"frobnicate"}, `no command "roster frobnicate"`},
		"unknown subcommand":       {[]string{"org", "frobnicate"}, `no command "roster org frobnicate"`},
		"unknown flag":             {[]string{"org", "list", "--frob"}, "unknown flag: --frob"},
		"bad output":               {[]string{"org", "list", "--output", "xml"}, "must be table or json"},
		"key twice":                {[]string{"org", "list", "--key", "k", "--key-file", "f"}, "exclude each other"},
		"no server":                {[]string{"org", "list"}, "there is no server to talk to"},
		"URL without scheme":       {[]string{"org", "list", "--url", "localhost:8080"}, "must look like"},
		"missing key file":         {[]string{"org", "list", "--url", "http://x", "--key-file", "/does/not/exist"}, "read key file"},
		"too few arguments":        {[]string{"email", "set", "a1"}, "an account and an address"},
		"arguments where none are": {[]string{"key", "list", "x"}, "takes no arguments"},
		"nothing to set":           {[]string{"org", "set"}, "nothing to change"},
		"nothing in the profile":   {[]string{"account", "profile", "set", "a1"}, "nothing to change"},
		"links by both":            {[]string{"links", "a1", "--email", "a@x"}, "either an AAID or --email"},
		"links by address":         {[]string{"links", "ada@example.com"}, "use --email"},
		"unlink nothing":           {[]string{"unlink"}, "either AAIDs or --file"},
		"unlink by both":           {[]string{"unlink", "a1", "--file", "f"}, "either AAIDs or --file"},
		"unlink an address":        {[]string{"unlink", "ada@example.com"}, "is not an account id"},
		"assign to nothing":        {[]string{"domain", "assign", "example.com"}, "either a directory or --none"},
		"CSV and JSON":             {[]string{"log", "--csv", "--output", "json"}, "excludes"},
		"follow to an end":         {[]string{"log", "--follow", "--to", "1h"}, "no end"},
		"bad time":                 {[]string{"log", "--from", "yesterday"}, "--from is"},
		"bad expiry":               {[]string{"key", "create", "k", "--expires", "soon"}, "--expires is"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := world{}.run(t, tc.args...)
			got.mustEnd(t, exitUsage)
			mustContain(t, "stderr", got.stderr, tc.want, "next: roster")
			if got.stdout != "" {
				t.Errorf("stdout is not empty: %s", got.stdout)
			}
		})
	}
}

// Whoever reads a command's help finds what it is for and an example to copy.
func TestEveryCommandIsExplained(t *testing.T) {
	t.Parallel()
	for _, cmd := range ownCommands(newRootCmd(&Env{})) {
		if cmd.Short == "" || strings.HasSuffix(cmd.Short, ".") {
			t.Errorf("%s: Short is %q; it must be there, without a full stop", cmd.CommandPath(), cmd.Short)
		}
		if cmd.Runnable() && !cmd.HasSubCommands() && cmd.Example == "" {
			t.Errorf("%s has no example", cmd.CommandPath())
		}
		if cmd.Runnable() && cmd.Args == nil {
			t.Errorf("%s does not check its arguments", cmd.CommandPath())
		}
		for line := range strings.Lines(cmd.Example) {
			if !strings.Contains(line, "roster ") {
				t.Errorf("%s: an example does not run roster: %s", cmd.CommandPath(), line)
			}
		}
	}
}

// ownCommands lists the tree without what cobra adds.
func ownCommands(cmd *cobra.Command) []*cobra.Command {
	all := []*cobra.Command{cmd}
	for _, child := range cmd.Commands() {
		if child.Name() != "help" && child.Name() != "completion" {
			all = append(all, ownCommands(child)...)
		}
	}
	return all
}

func TestHelpTopics(t *testing.T) {
	t.Parallel()
	got := world{}.run(t, "help", "exit-codes")
	got.mustEnd(t, exitOK)
	mustContain(t, "help", got.stdout, "6  partly failed", "7  unreachable")

	got = world{}.run(t, "completion", "bash")
	got.mustEnd(t, exitOK)
	mustContain(t, "completion", got.stdout, "__start_roster")
}
