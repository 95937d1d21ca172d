package cli

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"roster/internal/adminapi/api"
)

// planFlags say how to plan.
type planFlags struct{ strategy, title, resume string }

func (f *planFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.strategy, "strategy", string(api.RepairStrategyAtomic), "atomic: in one transaction; cookbook: with hosted calls only, and a part for the identity provider")
	cmd.Flags().StringVar(&f.title, "title", "", "what to call the repair")
	cmd.Flags().StringVar(&f.resume, "resume", "", "go on with an open repair, whose planning was cut off")
}

func newRepairPlanCmd(env *Env) *cobra.Command {
	var flags planFlags
	var kinds []string
	var sure int
	cmd := &cobra.Command{
		Use:   "plan FINDING... | --kind KIND",
		Short: "Plan the repair of findings; nothing is changed",
		Example: `  roster repair plan FINDING
  roster repair plan --kind wrong-account --min-confidence 80 --title "merger with Oldcorp"`,
		Args: func(_ *cobra.Command, args []string) error {
			if (len(args) > 0) == (len(kinds) > 0) {
				return usagef("it takes either findings or --kind; list what is wrong: roster diagnose")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			p := newPlanning(env, s, org, flags)
			p.findings, p.kinds = args, kinds
			for _, kind := range kinds {
				found, err := p.findingsOf(cmd.Context(), kind, sure)
				if err != nil {
					return err
				}
				p.findings = append(p.findings, found...)
			}
			return p.run(cmd.Context())
		},
	}
	flags.add(cmd)
	cmd.Flags().StringSliceVar(&kinds, "kind", nil, "all findings of these kinds: "+strings.Join(findingKinds, ", "))
	cmd.Flags().IntVar(&sure, "min-confidence", 0, "with --kind, only findings that are at least so sure, in percent")
	return cmd
}

func newRepairEmailCmd(env *Env) *cobra.Command {
	var flags planFlags
	var file string
	cmd := &cobra.Command{
		Use:   "email --map FILE",
		Short: "Plan the repair of people whose addresses changed, by a list",
		Long: `Plan the repair of people whose addresses changed: a merger, a new domain, a rename. The file is CSV with an old and a new address
a line; a first line without @ is a heading. The old address's account is the right one. Nothing is changed.

A file that names an address twice, or has what is no address, is refused with its line numbers before anything is planned. Many people are
planned in parts; when that is cut off, the same command with --resume goes on.`,
		Example: "  roster repair email --map old,new.csv --title \"merger with Oldcorp\"",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if file == "" {
				return usagef("--map is missing: a CSV file of old and new addresses")
			}
			text, err := env.readInput(file)
			if err != nil {
				return err
			}
			pairs, err := emailPairs(text)
			if err != nil {
				return err
			}
			if err := checkMapping(pairs); err != nil {
				return err
			}
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			p := newPlanning(env, s, org, flags)
			for _, pair := range pairs {
				p.emails = append(p.emails, pair.EmailPair)
			}
			return p.run(cmd.Context())
		},
	}
	flags.add(cmd)
	cmd.Flags().StringVar(&file, "map", "", "CSV file of old and new addresses, - for standard input")
	return cmd
}

// plannedPerCall is how much one call plans: few enough to see it go on.
const plannedPerCall = 100

// planning plans findings or pairs of addresses, many of them in parts.
type planning struct {
	env     *Env
	session *session
	org     string
	flags   planFlags

	findings []string
	emails   []api.EmailPair
	kinds    []string // that the findings are of
}

func newPlanning(env *Env, s *session, org string, f planFlags) *planning {
	return &planning{env: env, session: s, org: org, flags: f}
}

// findingsOf gives the ids of the findings of a kind that are sure enough.
func (p *planning) findingsOf(ctx context.Context, kind string, sure int) (ids []string, err error) {
	get := func(cursor *string, limit *int) (*http.Response, error) {
		return p.session.ListFindings(ctx, p.org, &api.ListFindingsParams{Kind: givenAs[api.FindingKind](kind), Cursor: cursor, Limit: limit})
	}
	for f, err := range walk[api.Finding](get, pageSize) {
		if err != nil {
			return nil, err
		}
		if f.Confidence >= sure {
			ids = append(ids, f.ID)
		}
	}
	return ids, nil
}

func (p *planning) run(ctx context.Context) error {
	plan := p.inParts
	if p.flags.resume == "" && len(p.findings)+len(p.emails) <= plannedPerCall {
		plan = p.atOnce
	}
	planned, err := plan(ctx)
	if err != nil {
		return err
	}
	if p.env.flags.output == outputJSON {
		return p.env.printJSON(planned)
	}
	for _, skip := range planned.Skipped {
		p.env.sayf("skipped: %s: %s", skip.What, skip.Reason)
	}
	if err := printOne(p.env, planned.Data, repairDetails); err != nil {
		return err
	}
	return p.env.hintf("roster repair show %s, then roster repair apply %s", planned.Data.ID, planned.Data.ID)
}

func (p *planning) atOnce(ctx context.Context) (api.RepairPlanned, error) {
	body := api.RepairPlanRequest{Title: p.flags.title, Strategy: api.RepairStrategy(p.flags.strategy), Findings: p.findings, Emails: p.emails}
	if len(p.findings)+len(p.emails) == 0 { // nothing was found: let the server say so
		for _, kind := range p.kinds {
			body.Kinds = append(body.Kinds, api.FindingKind(kind))
		}
		body.MinConfidence = mostConfidence
	}
	return decode[api.RepairPlanned](p.session.PlanRepair(ctx, p.org, body))
}

// mostConfidence is the highest that the API takes.
const mostConfidence = 99

// inParts opens a repair, adds the cases part by part and seals it.
func (p *planning) inParts(ctx context.Context) (planned api.RepairPlanned, err error) {
	if planned.Data, err = p.open(ctx); err != nil {
		return planned, err
	}
	id := planned.Data.ID
	if err := p.addAll(ctx, &planned); err != nil {
		return planned, &cutOffError{cause: err, next: "the same command with --resume " + id}
	}
	if planned.Data.Cases.Total == 0 {
		for _, skip := range planned.Skipped {
			p.env.sayf("skipped: %s: %s", skip.What, skip.Reason)
		}
		if err := done(p.session.DiscardRepair(ctx, p.org, id)); err != nil {
			return planned, err
		}
		return planned, &cutOffError{cause: &partialError{failed: len(planned.Skipped), total: len(planned.Skipped)}, next: "roster diagnose"}
	}
	sealed, err := decode[api.RepairResponse](p.session.SealRepair(ctx, p.org, id))
	planned.Data = sealed.Data
	return planned, err
}

// open gives the repair to go on with, or a new one.
func (p *planning) open(ctx context.Context) (api.Repair, error) {
	if p.flags.resume != "" {
		found, err := decode[api.RepairResponse](p.session.GetRepair(ctx, p.org, p.flags.resume))
		if err == nil && found.Data.State != stateOpen {
			err = usagef("the plan of repair %s is complete; apply it: roster repair apply %s", found.Data.ID, found.Data.ID)
		}
		return found.Data, err
	}
	opened, err := decode[api.RepairPlanned](p.session.PlanRepair(ctx, p.org, api.RepairPlanRequest{
		Title: p.flags.title, Strategy: api.RepairStrategy(p.flags.strategy), Open: true,
	}))
	return opened.Data, err
}

func (p *planning) addAll(ctx context.Context, planned *api.RepairPlanned) error {
	bar := p.env.newProgress(len(p.findings) + len(p.emails))
	defer bar.finish()
	for _, part := range p.parts() {
		answer, err := decode[api.RepairPlanned](p.session.AddRepairCases(ctx, p.org, planned.Data.ID, part))
		if err != nil {
			return err
		}
		planned.Data, planned.Added, planned.Skipped = answer.Data, planned.Added+answer.Added, append(planned.Skipped, answer.Skipped...)
		bar.part(len(part.Findings)+len(part.Emails), len(answer.Skipped), "planned")
	}
	return nil
}

func (p *planning) parts() (parts []api.RepairPart) {
	for chunk := range slices.Chunk(p.findings, plannedPerCall) {
		parts = append(parts, api.RepairPart{Findings: chunk})
	}
	for chunk := range slices.Chunk(p.emails, plannedPerCall) {
		parts = append(parts, api.RepairPart{Emails: chunk})
	}
	return parts
}

func newRepairSealCmd(env *Env) *cobra.Command {
	return &cobra.Command{
		Use: "seal REPAIR", Short: "Make do with what an open repair has", Args: exactArgs(1, "a repair"),
		Long: `Complete the plan of a repair whose planning was cut off, with the cases that it has. It can be applied from then on. To plan the rest as well,
run the command that planned it again, with --resume.`,
		Example: "  roster repair seal REPAIR",
		RunE: func(cmd *cobra.Command, args []string) error {
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			sealed, err := decode[api.RepairResponse](s.SealRepair(cmd.Context(), org, args[0]))
			if err != nil {
				return err
			}
			if err := printOne(env, sealed.Data, repairDetails); err != nil {
				return err
			}
			return env.hintf("%s", afterRun(sealed.Data))
		},
	}
}

func newRepairDiscardCmd(env *Env) *cobra.Command {
	return &cobra.Command{
		Use: "discard REPAIR", Short: "Forget an open repair", Args: exactArgs(1, "a repair"),
		Long:    "Forget a repair whose planning was cut off. None of its cases was applied, so nothing else changes.",
		Example: "  roster repair discard REPAIR",
		RunE: func(cmd *cobra.Command, args []string) error {
			s, org, err := env.connectOrg(cmd.Context())
			if err != nil {
				return err
			}
			if err := done(s.DiscardRepair(cmd.Context(), org, args[0])); err != nil {
				return err
			}
			env.sayf("repair %s is forgotten", args[0])
			return env.hintf("roster diagnose")
		},
	}
}
