package cli

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"roster/internal/idpsim/replay"
)

const idpReplayLong = `Sends to a SCIM base URL what an identity provider of that kind sends, and checks that every answer
is what the provider needs. Any SCIM 2.0 server can be tried.

Without --yes it only reads: the provider's connection test. With --yes it also creates people and
groups with made-up names, updates, deactivates and restores them, and deletes them again. In Roster
the accounts that these people got stay behind, inactive or unlinked, as those of any deleted user
do: use a directory of an organization that is there for trials.`

// idpTrial is what "idp replay" was asked for.
type idpTrial struct {
	kind, url, token, tokenFile, domain string
	yes                                 bool
}

// idpStep is one line of the result.
type idpStep struct {
	Scenario string `json:"scenario"`
	Step     string `json:"step"`
	Status   int    `json:"status,omitempty"`
	Passed   bool   `json:"passed"`
	Problem  string `json:"problem,omitempty"`
}

var idpStepColumns = []column[idpStep]{
	{"SCENARIO", func(s idpStep) string { return s.Scenario }},
	{"STEP", func(s idpStep) string { return s.Step }},
	{"STATUS", func(s idpStep) string {
		if s.Status == 0 {
			return ""
		}
		return strconv.Itoa(s.Status)
	}},
	{"RESULT", func(s idpStep) string {
		if s.Passed {
			return "passed"
		}
		return "FAILED: " + s.Problem
	}},
}

func newIDPReplayCmd(env *Env) *cobra.Command {
	var trial idpTrial
	cmd := &cobra.Command{
		Use:   "replay",
		Short: "Send what an identity provider sends, and check the answers",
		Long:  idpReplayLong,
		Example: `  roster idp replay --kind entra --url https://roster.example.com/scim/directory/… --token-file token
  roster idp replay --kind okta --url https://roster.example.com/scim/directory/… --token-file token --yes`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return env.replay(cmd.Context(), trial) },
	}
	flags := cmd.Flags()
	flags.StringVar(&trial.kind, "kind", "", "identity provider; \"roster idp list\" has them")
	flags.StringVar(&trial.url, "url", "", "SCIM base URL of the directory (ROSTER_SCIM_URL)")
	flags.StringVar(&trial.token, "token", "", "SCIM token; other users of this machine can see it, prefer --token-file (ROSTER_SCIM_TOKEN)")
	flags.StringVar(&trial.tokenFile, "token-file", "", "file that holds the SCIM token")
	flags.StringVar(&trial.domain, "email-domain", "replay.example", "domain of the made-up people's addresses")
	flags.BoolVarP(&trial.yes, "yes", "y", false, "also create, change and delete people and groups")
	return cmd
}

func (env *Env) replay(ctx context.Context, trial idpTrial) error {
	script, runner, err := env.prepare(trial)
	if err != nil {
		return err
	}
	steps := []idpStep{}
	runner.Report = func(r replay.Result) {
		step := idpStep{Scenario: r.Scenario, Step: r.Step, Status: r.Status, Passed: r.Err == nil}
		if r.Err != nil {
			step.Problem = r.Err.Error()
		}
		steps = append(steps, step)
	}
	tried, failed := 0, 0
	for _, scenario := range script.Scenarios {
		if !scenario.Reads && !trial.yes {
			continue
		}
		tried++
		err := runner.Run(ctx, script, scenario)
		if err == nil {
			continue
		}
		if transport, ok := errors.AsType[*url.Error](err); ok {
			return &unreachableError{trial.url, transport.Err}
		}
		failed++
		steps = append(steps, failedBesides(scenario, steps, err)...)
	}
	if err := printRows(env, steps, idpStepColumns); err != nil {
		return err
	}
	if failed > 0 {
		return &partialError{failed, tried}
	}
	env.sayf("%s of %s passed", counted(tried, "scenario"), script.Name)
	if !trial.yes {
		return env.hintf("the same with --yes, to create and delete people and groups as well")
	}
	return nil
}

// failedBesides is the line of a failure that no step has reported: a
// preparation, or what could not be cleaned up.
func failedBesides(scenario replay.Scenario, steps []idpStep, err error) []idpStep {
	_, left := errors.AsType[*replay.CleanUpError](err)
	if n := len(steps); !left && n > 0 && steps[n-1].Scenario == scenario.Name && !steps[n-1].Passed {
		return nil
	}
	return []idpStep{{Scenario: scenario.Name, Step: "as a whole", Problem: err.Error()}}
}

// prepare checks what was asked for.
func (env *Env) prepare(trial idpTrial) (replay.Script, *replay.Runner, error) {
	script, ok := replay.Find(trial.kind)
	if !ok {
		return script, nil, usagef("--kind is %q; it must be one of those that roster idp list shows", trial.kind)
	}
	base := trial.url
	if base == "" {
		base = env.Getenv("ROSTER_SCIM_URL")
	}
	parsed, err := url.Parse(base)
	if err != nil || parsed.Host == "" {
		return script, nil, usagef("--url is %q; it must be the SCIM base URL of a directory, such as https://roster.example.com/scim/directory/…", base)
	}
	if parsed.RawQuery != "" {
		return script, nil, usagef("--url must be without %q; Entra ID with aadOptscim062020 is the kind entra-flag", "?"+parsed.RawQuery)
	}
	token, err := env.scimToken(trial)
	if err != nil {
		return script, nil, err
	}
	runner := &replay.Runner{
		BaseURL: base, Token: token, Domain: trial.domain,
		HTTP: &http.Client{Timeout: env.flags.timeout},
	}
	return script, runner, nil
}

func (env *Env) scimToken(trial idpTrial) (string, error) {
	if trial.tokenFile == "" {
		token := trial.token
		if token == "" {
			token = env.Getenv("ROSTER_SCIM_TOKEN")
		}
		if token == "" {
			return "", usagef("the SCIM token of the directory is missing; put it in a file and give --token-file")
		}
		return token, nil
	}
	text, err := os.ReadFile(trial.tokenFile)
	if err != nil {
		return "", usagef("--token-file: %v", err)
	}
	return strings.TrimSpace(string(text)), nil
}
