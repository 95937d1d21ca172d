package cli

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

var update = flag.Bool("update", false, "write docs/reference/cli.md anew")

const referenceFile = "../../docs/reference/cli.md"

const referenceHead = `# Command line

` + "`roster serve`" + ` runs the server; every other command asks a server over HTTP, by the same API that scripts use. This page is made
from the commands themselves: ` + "`go test ./internal/cli -run TestReference -update`" + `.

## Where and as whom

A command takes the server's URL, the key and the organization from the first of these that has them:

1. the flags ` + "`--url`, `--key` or `--key-file`, `--org`" + `;
2. the saved context named by ` + "`--context` or `ROSTER_CONTEXT`" + `;
3. the environment: ` + "`ROSTER_URL`, `ROSTER_KEY` or `ROSTER_KEY_FILE`, `ROSTER_ORG`" + `;
4. the current saved context.

A saved key or organization is used with the URL that it was saved for, and with no other. Contexts are kept in ` +
	"`$XDG_CONFIG_HOME/roster/contexts.json`" + `
(` + "`~/.config/roster/contexts.json`" + `), mode 0600, and their keys are never printed. The organization may be left out when the key sees
one only.

## Output

Results go to standard output, everything else to standard error. ` + "`--output json`" + ` is a contract: a list is an array of the objects that the API
has in ` + "`data`" + `, a single thing is that object, both as [openapi.yaml](../../internal/adminapi/openapi.yaml) describes them; members are added, never
renamed or removed. ` + "`unlink`" + ` gives an array of ` + "`{accountId, result, scimUsers, httpStatus?, message?, requestId?}`" + `, where result is
` + "`unlinked`, `would-unlink`, `no-links` or `failed`" + `; the columns of its CSV are the same. Tables are for people and may change;
their times are in UTC. Control characters in names are shown as ` + "`·`" + `. Colour, progress bars and hints
appear at a terminal only; ` + "`NO_COLOR`" + ` turns colour off.

Requests that are answered 429 are sent again after the pause that the server asks for.

## Exit codes

`

// TestReferenceIsCurrent keeps the page in step with the commands.
func TestReferenceIsCurrent(t *testing.T) {
	t.Parallel()
	want := referencePage()
	if *update {
		if err := os.WriteFile(referenceFile, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(referenceFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("docs/reference/cli.md is stale; run: go test ./internal/cli -run TestReference -update\n%s", diff)
	}
}

func referencePage() string {
	var page strings.Builder
	page.WriteString(referenceHead)
	page.WriteString("| code | meaning |\n| --- | --- |\n")
	for line := range strings.Lines(exitCodesText) {
		code, meaning, _ := strings.Cut(strings.TrimSpace(line), "  ")
		page.WriteString("| " + code + " | " + meaning + " |\n")
	}
	page.WriteString("\n## Commands\n")
	root := newRootCmd(&Env{})
	writeFlags(&page, "\nFlags of every command:\n", root.PersistentFlags())
	for _, cmd := range ownCommands(root)[1:] {
		if cmd.Runnable() && !cmd.HasSubCommands() {
			writeCommand(&page, cmd)
		}
	}
	return page.String()
}

func writeCommand(page *strings.Builder, cmd *cobra.Command) {
	page.WriteString("\n### " + cmd.CommandPath() + "\n\n" + cmd.Short + ".\n\n    " + cmd.UseLine() + "\n")
	if cmd.Long != "" {
		page.WriteString("\n" + cmd.Long + "\n")
	}
	writeFlags(page, "", cmd.NonInheritedFlags())
	if cmd.Example != "" {
		page.WriteString("\nExamples:\n\n")
		for line := range strings.Lines(cmd.Example) {
			page.WriteString("    " + strings.TrimSpace(line) + "\n")
		}
	}
}

func writeFlags(page *strings.Builder, head string, flags *pflag.FlagSet) {
	var rows strings.Builder
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Name == "help" {
			return
		}
		name := "`--" + f.Name + "`"
		if f.Shorthand != "" {
			name = "`-" + f.Shorthand + "`, " + name
		}
		usage := strings.ReplaceAll(f.Usage, "|", `\|`)
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "0" {
			usage += " (default " + f.DefValue + ")"
		}
		rows.WriteString("| " + name + " | " + usage + " |\n")
	})
	if rows.Len() > 0 {
		page.WriteString(head + "\n| flag | |\n| --- | --- |\n" + rows.String())
	}
}
