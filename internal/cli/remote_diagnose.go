package cli

import (
	"context"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"roster/internal/repair/remote"
)

// remoteDiagnoseFlags say where findings go.
type remoteDiagnoseFlags struct {
	tokens, mapping, result string
	sure                    int
	pace                    paceFlag
}

func newRemoteDiagnoseCmd(env *Env) *cobra.Command {
	var f remoteDiagnoseFlags
	cmd := &cobra.Command{
		Use:   "diagnose",
		Short: "Find people with two accounts on another server, by hosted calls alone",
		Long: `Find people with two accounts, one of which is synced or both, and SCIM users without an account, by hosted calls alone. Nothing is changed.

All managed accounts are read; those whose addresses differ in the domain only are compared, and asked for their links. With --scim-token-file, which
holds a line "DIRECTORY-ID TOKEN" for each directory, the SCIM users are read as well: their other addresses and external ids tell more, those
without an account are found, and so is which of two accounts is the right one.

Hosted calls do not show a directory's log, deleted SCIM users, or when an account was made. What that leaves open is said with each finding.
--map writes those of which the right account is known as old and new addresses, for roster remote plan: read it before you use it.`,
		Example: `  roster remote diagnose --url https://api.atlassian.com --org ORG --key-file org.key --scim-token-file tokens.txt --map found.csv
  roster remote diagnose --output json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return env.diagnoseRemote(cmd.Context(), f) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.tokens, "scim-token-file", "", "file of directory ids and their SCIM tokens")
	flags.StringVar(&f.mapping, "map", "", "new CSV file of old and new addresses, for roster remote plan --map")
	flags.StringVar(&f.result, "result", "", "new file for one row per finding, .csv or .jsonl")
	flags.IntVar(&f.sure, "min-confidence", 0, "only findings that are at least so sure, in percent")
	f.pace.add(cmd)
	return cmd
}

// remoteFindingResult are the columns of --result.
var remoteFindingResult = []column[remote.Finding]{
	{"kind", func(f remote.Finding) string { return string(f.Kind) }},
	{"confidence", func(f remote.Finding) string { return strconv.Itoa(f.Confidence) }},
	{"old", func(f remote.Finding) string { return f.Old }},
	{"new", func(f remote.Finding) string { return f.New }},
	{"rightAccount", func(f remote.Finding) string { return string(f.Right) }},
	{"wrongAccount", func(f remote.Finding) string { return string(f.Wrong) }},
	{"directoryId", func(f remote.Finding) string { return string(f.Record.DirectoryID) }},
	{"scimUserId", func(f remote.Finding) string { return string(f.Record.SCIMUserID) }},
	{"title", func(f remote.Finding) string { return f.Title }},
	{"evidence", func(f remote.Finding) string { return strings.Join(f.Evidence, "; ") }},
	{"unknown", func(f remote.Finding) string { return f.Unknown }},
}

// mappingColumns are those of --map; a plan reads the first two.
var mappingColumns = []column[remote.Finding]{
	remoteFindingResult[2], remoteFindingResult[3], remoteFindingResult[0], remoteFindingResult[1], remoteFindingResult[9],
}

func (env *Env) diagnoseRemote(ctx context.Context, f remoteDiagnoseFlags) error {
	if f.mapping != "" && !strings.HasSuffix(f.mapping, ".csv") {
		return usagef("--map is %q; its name must end in .csv", f.mapping)
	}
	for _, name := range []string{f.mapping, f.result} {
		if _, err := os.Lstat(name); name != "" && err == nil {
			return usagef("%s exists already; give it another name", name) // not after an hour
		}
	}
	server, err := env.connectRemote(f.pace)
	if err != nil {
		return err
	}
	if server.tokens, err = readSCIMTokens(f.tokens); err != nil {
		return err
	}
	if server.org, err = server.session.orgID(ctx); err != nil {
		return err
	}
	found, err := env.lookForFindings(ctx, server, f.sure)
	if err != nil {
		return err
	}
	if err := writeFindings(f.result, remoteFindingResult, found, nil); err != nil {
		return err
	}
	if err := writeFindings(f.mapping, mappingColumns, found, remote.Finding.Planned); err != nil {
		return err
	}
	return env.reportFindings(found, f)
}

func (env *Env) lookForFindings(ctx context.Context, server *remoteServer, sure int) ([]remote.Finding, error) {
	env.sayf("reading accounts and SCIM users")
	var bar *progress
	d := remote.Diagnosis{Server: server, Lanes: remoteLanes, Progress: func(_, total int) {
		if bar == nil {
			bar = env.newProgress(total)
		}
		if bar.bar {
			bar.step("", "", false)
		}
	}}
	all, seen, err := d.Run(ctx)
	if bar != nil {
		bar.finish()
	}
	if err != nil {
		return nil, err
	}
	env.sayf("looked at %s, %s and %s of accounts", counted(seen.Accounts, "account"), counted(seen.SCIMUsers, "SCIM user"), counted(seen.Pairs, "pair"))
	found := []remote.Finding{}
	for _, f := range all {
		if f.Confidence >= sure {
			found = append(found, f)
		}
	}
	return found, nil
}

// writeFindings writes those that are kept to a new file; without a name, nowhere.
func writeFindings(name string, columns []column[remote.Finding], found []remote.Finding, keep func(remote.Finding) bool) error {
	out, err := createResult(name, columns)
	if err != nil {
		return err
	}
	for _, f := range found {
		if keep == nil || keep(f) {
			if writeErr := out.write(f); err == nil {
				err = writeErr
			}
		}
	}
	if closeErr := out.close(); err == nil {
		err = closeErr
	}
	return err
}

func (env *Env) reportFindings(found []remote.Finding, f remoteDiagnoseFlags) error {
	switch {
	case env.flags.output == outputJSON:
		if err := env.printJSON(found); err != nil {
			return err
		}
	case len(found) == 0:
		env.sayf("nothing is wrong, as far as hosted calls tell")
	default:
		for _, finding := range found {
			env.printRemoteFinding(finding)
		}
	}
	if len(found) == 0 {
		return nil
	}
	if f.mapping == "" {
		return env.hintf("roster remote diagnose --map found.csv, then roster remote plan --map found.csv --journal repair.jsonl")
	}
	return env.hintf("read %s, then: roster remote plan --map %s --journal repair.jsonl", f.mapping, f.mapping)
}

// printRemoteFinding prints a finding as people read it.
func (env *Env) printRemoteFinding(f remote.Finding) {
	env.printf("%d%% %s: %s\n", f.Confidence, f.Kind, clean(f.Title))
	if f.Planned() {
		env.printf("  right account %s <%s>, wrong account %s <%s>\n", f.Right, clean(f.Old), f.Wrong, clean(f.New))
	}
	for _, e := range f.Evidence {
		env.printf("  %s\n", clean(e))
	}
	if f.Unknown != "" {
		env.printf("  not known: %s\n", clean(f.Unknown))
	}
}
