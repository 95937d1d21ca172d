package cli

import (
	"cmp"
	"errors"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"

	"roster/internal/repair/remote"
)

func newRemoteCmd(env *Env) *cobra.Command {
	return newGroupCmd("remote", "Repair links on another server by hosted calls alone",
		`Repair links on another server, the hosted service or another Roster, by the calls that the hosted service offers. "plan" looks up what is to
be done and writes it to a journal, a file of JSON Lines; "apply" takes the steps and writes each to the journal before and after it, so that it
goes on wherever it was cut off; "status" shows how far it is, "verify" looks whether the server agrees, and "undo" takes back what can be taken
back. "diagnose" looks for people with two accounts first, when there is no list of them. The server, the organization and its key are given by
--url, --org and --key-file.`,
		newRemoteDiagnoseCmd(env), newRemotePlanCmd(env), newRemoteApplyCmd(env), newRemoteStatusCmd(env), newRemoteVerifyCmd(env), newRemoteUndoCmd(env))
}

// paceFlag is --rate.
type paceFlag float64

const (
	// defaultPace lets ten thousand people through in an hour, at about fourteen
	// requests a person. The hosted service publishes no limit for these calls but
	// tells of it in its answers, which the pacer heeds.
	defaultPace = 50.0
	minPace     = 0.1 // slower ones would outlast the bound on one answer
)

// remoteLanes is how many people are worked on at a time: an answer takes the
// hosted service a fifth of a second, so that fewer would not reach the pace.
const remoteLanes = 12

func (f *paceFlag) add(cmd *cobra.Command) {
	cmd.Flags().Float64Var((*float64)(f), "rate", defaultPace, "requests a second at most; it begins with a fifth, and slows down when the server asks for it")
}

func (f *paceFlag) check() error {
	if !(*f >= minPace) { // NaN is refused as well
		return usagef("--rate is %v; it must be %v or more", float64(*f), minPace)
	}
	return nil
}

func addJournalFlag(cmd *cobra.Command, name *string, usage string) {
	cmd.Flags().StringVar(name, "journal", "", usage)
}

// connectRemote connects to another server, at a pace.
func (env *Env) connectRemote(pace paceFlag) (*remoteServer, error) {
	if err := pace.check(); err != nil {
		return nil, err
	}
	s, err := env.connect()
	if err != nil {
		return nil, err
	}
	s.beGentle(env, float64(pace))
	return &remoteServer{session: s, org: s.org}, nil
}

// connectJournal connects to the server of a journal, and to no other.
func (env *Env) connectJournal(j *remote.Journal, pace paceFlag) (*remoteServer, error) {
	if env.flags.context == "" && env.Getenv("ROSTER_CONTEXT") == "" {
		env.flags.url = cmp.Or(env.flags.url, j.Header.URL)
		env.flags.org = cmp.Or(env.flags.org, j.Header.Org)
	}
	server, err := env.connectRemote(pace)
	if err != nil {
		return nil, err
	}
	target, err := env.target()
	if err != nil {
		return nil, err
	}
	server.org = cmp.Or(server.org, j.Header.Org)
	if target.url != j.Header.URL || server.org != j.Header.Org {
		return nil, usagef("the journal was planned for organization %s of %s, and not for %s of %s", j.Header.Org, j.Header.URL, server.org, target.url)
	}
	return server, nil
}

// journalFault explains why a journal cannot be used.
func journalFault(err error) error {
	switch {
	case errors.Is(err, fs.ErrExist):
		return usagef("%v: it is the record of another repair; give --journal another name", err)
	case errors.Is(err, fs.ErrNotExist):
		return usagef("%v; make one: roster remote plan --map FILE --journal FILE", err)
	case errors.Is(err, remote.ErrNotPlanned):
		return usagef("%v", err)
	}
	return err
}

// hasPassword tells a URL that holds a secret, which is not to be written down.
func hasPassword(url string) bool {
	_, rest, _ := strings.Cut(url, "://")
	host, _, _ := strings.Cut(rest, "/")
	return strings.Contains(host, "@")
}
