package cli

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/spf13/cobra"

	"roster/internal/identity"
	"roster/internal/repair/remote"
)

// remotePlanFlags say what to plan and how.
type remotePlanFlags struct {
	mapping, journal, tokens, parking, idp string
	noRefused                              bool
	pace                                   paceFlag
}

func newRemotePlanCmd(env *Env) *cobra.Command {
	var f remotePlanFlags
	cmd := &cobra.Command{
		Use:   "plan --map FILE --journal FILE",
		Short: "Plan repairs on another server; nothing is changed there",
		Long: `Plan the repair of people by their old and new address, as given in a CSV file with two columns. Both accounts and their links are looked up by
hosted calls; the account with the old address is the right one. A: both are synced, or only the right one. B: only the wrong one is. What cannot
be decided or done has its reason. Steps, risks and the present state are printed and written to the journal; nothing is changed on the server.

The managed accounts are walked through once, as no hosted call finds an account by its address; then it takes about three requests a person.

--scim-token-file holds a line "DIRECTORY-ID TOKEN" for each directory. With it, the SCIM users that are to be deleted are kept in the journal, and
the groups that have to be pushed again are named. No key and no token is written to the journal.`,
		Example: `  roster remote plan --map merger.csv --url https://api.atlassian.com --org ORG --key-file org.key --journal merger.jsonl
  roster remote plan --map merger.csv --journal merger.jsonl --idp okta --scim-token-file tokens.txt`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 || f.mapping == "" || f.journal == "" {
				return usagef("it takes --map, a CSV file of old and new addresses, and --journal, a new file")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return env.planRemote(cmd.Context(), f) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.mapping, "map", "", "CSV file of old and new addresses, - for standard input")
	addJournalFlag(cmd, &f.journal, "new file for the plan and everything that is done")
	flags.StringVar(&f.tokens, "scim-token-file", "", "file of directory ids and their SCIM tokens")
	flags.StringVar(&f.parking, "parking-address", remote.DefaultParking, "template of the address that a wrong account gets: {id}, {local}, {domain}")
	flags.StringVar(&f.idp, "idp", string(identity.KindGeneric), "whose words the steps for people use: entra, okta, google, generic")
	flags.BoolVar(&f.noRefused, "no-refused-update", false, "where both accounts are synced, unlink both, as the directory's log tells of no refused update")
	f.pace.add(cmd)
	return cmd
}

func (env *Env) planRemote(ctx context.Context, f remotePlanFlags) (err error) {
	pairs, err := env.readMapping(f.mapping)
	if err != nil {
		return err
	}
	planner, header, err := env.remotePlanner(ctx, f)
	if err != nil {
		return err
	}
	journal, err := remote.CreateJournal(f.journal, header)
	if err != nil {
		return journalFault(err)
	}
	defer func() {
		if closeErr := journal.Close(); err == nil {
			err = closeErr
		}
		if err != nil {
			err = errors.Join(err, os.Remove(f.journal)) // half a plan is of no use, and its name is free again
		}
	}()
	env.sayf("looking up %s of addresses", counted(len(pairs), "pair"))
	if err := env.planPairs(ctx, planner, pairs, journal); err != nil {
		return err
	}
	return env.printRemotePlan(journal, f.journal)
}

func (env *Env) planPairs(ctx context.Context, planner *remote.Planner, pairs []remote.Pair, journal *remote.Journal) error {
	seen, err := planner.Prepare(ctx, pairs)
	if err != nil {
		return err
	}
	env.sayf("looked at %s", counted(seen, "account"))
	bar := env.newProgress(len(pairs))
	defer bar.finish()
	err = planner.PlanAll(ctx, remoteLanes, pairs, func(c remote.Case) error {
		bar.step(c.Old, remoteStory(c), c.Story() == "")
		return journal.AddCase(c)
	})
	if err != nil {
		return err
	}
	return journal.EndPlan()
}

func remoteStory(c remote.Case) string {
	if c.Story() == "" {
		return "nothing to do: " + c.Reason
	}
	return "repair " + c.Story()
}

func (env *Env) remotePlanner(ctx context.Context, f remotePlanFlags) (*remote.Planner, remote.Header, error) {
	var none remote.Header
	idp, err := identity.ParseDirectoryKind(f.idp)
	if err != nil {
		return nil, none, usagef("--idp: %v", err)
	}
	server, err := env.connectRemote(f.pace)
	if err != nil {
		return nil, none, err
	}
	if server.tokens, err = readSCIMTokens(f.tokens); err != nil {
		return nil, none, err
	}
	if server.org, err = server.session.orgID(ctx); err != nil {
		return nil, none, err
	}
	target, err := env.target()
	if err != nil {
		return nil, none, err
	}
	if hasPassword(target.url) {
		return nil, none, usagef("the URL holds a password, which would stand in the journal; give it without")
	}
	return &remote.Planner{Server: server, Parking: f.parking, IDP: idp, NoUpdateRefused: f.noRefused},
		remote.Header{URL: target.url, Org: server.org, IDP: idp, At: env.Now().UTC().Truncate(time.Second)}, nil
}

func (env *Env) readMapping(file string) ([]remote.Pair, error) {
	text, err := env.readInput(file)
	if err != nil {
		return nil, err
	}
	read, err := emailPairs(text)
	if err != nil {
		return nil, err
	}
	pairs := make([]remote.Pair, len(read))
	for i, p := range read {
		pairs[i] = remote.Pair{Old: p.Old, New: p.New}
	}
	return pairs, nil
}

// printRemotePlan shows each case's steps, and the sum.
func (env *Env) printRemotePlan(journal *remote.Journal, name string) error {
	if env.flags.output == outputJSON {
		if err := env.printJSON(journal.Cases); err != nil {
			return err
		}
	} else {
		for _, c := range journal.Cases {
			env.printRemoteCase(c)
		}
	}
	planned := journal.Count(remote.StatusPlanned)
	env.sayf("%s planned, %d with nothing to do; nothing was changed", counted(planned, "case"), journal.Count(remote.StatusNothing))
	if planned == 0 {
		return env.hintf("roster remote diagnose, which looks for what else is wrong")
	}
	return env.hintf("roster remote apply --journal %s --yes", name)
}
