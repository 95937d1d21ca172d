package repair

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/store"
)

// Plan is what is to be done about one finding: ordered steps, what must still
// be true when they are taken, and what is worth knowing first.
type Plan struct {
	Finding    string      `json:"finding"` // its id
	Kind       FindingKind `json:"kind"`
	Title      string      `json:"title"`
	Confidence int         `json:"confidence"`
	Strategy   Strategy    `json:"strategy"`
	Steps      []Step      `json:"steps"`
	Expect     State       `json:"expect"` // the parties as they were when the plan was made
	Risks      []string    `json:"risks"`

	// Disconnected is a directory that must be so when the case begins, or "".
	Disconnected identity.DirectoryID `json:"disconnected,omitempty"`
}

// planner makes the plan of one finding.
type planner struct {
	*store.Tx
	org     identity.OrgID
	finding Finding
	plan    Plan
	parties parties
	dir     store.Directory // of the finding's record
}

// newPlanner begins a plan for a finding, without parties and steps.
func newPlanner(org identity.OrgID, tx *store.Tx, f Finding, strategy Strategy) (*planner, error) {
	p := &planner{Tx: tx, org: org, finding: f, plan: Plan{
		Finding: f.ID, Kind: f.Kind, Title: f.Title, Confidence: f.Confidence, Strategy: strategy, Steps: []Step{}, Risks: []string{},
	}}
	if !offers(f, strategy) {
		return p, identity.Errorf(identity.CodeConflict, "nothing can be planned for %s with strategy %s", f.ID, strategy).
			WithHint("%s", f.Next)
	}
	return p, nil
}

// newPlan makes the plan for a finding; of one about many, the plan for the
// first of them. It changes nothing.
func newPlan(tx *store.Tx, org identity.OrgID, f Finding, strategy Strategy) (Plan, error) {
	if manyOf[f.Kind] != nil && offers(f, strategy) {
		return firstPartPlan(tx, org, f, strategy)
	}
	p, err := newPlanner(org, tx, f, strategy)
	if err != nil {
		return p.plan, err
	}
	p.parties.addAccount(f.RightAccount)
	p.parties.addAccount(f.WrongAccount)
	p.parties.addRecord(f.Record)
	p.parties.addRecord(f.Formerly)
	if p.parties, err = p.parties.withLinks(tx, org); err != nil {
		return p.plan, err
	}
	if p.dir, err = tx.Directory(org, f.DirectoryID); err != nil {
		return p.plan, store.Missing(err, "directory", string(f.DirectoryID))
	}
	if err := p.steps(strategy); err != nil {
		return p.plan, err
	}
	p.plan.Expect, err = readState(tx, org, p.parties)
	return p.plan, err
}

func offers(f Finding, strategy Strategy) bool {
	return slices.Contains(f.Strategies, strategy)
}

func (p *planner) steps(strategy Strategy) error {
	atomic := strategy == StrategyAtomic
	switch p.finding.Kind {
	case KindEmailConflict, KindEmailHeld:
		if atomic {
			return p.freeAddressAndReplay()
		}
		return p.cookbook()
	case KindWrongAccount:
		if atomic {
			return p.moveLinks()
		}
		return p.cookbook()
	case KindDeletedRecord:
		if atomic {
			p.add(Step{Kind: StepRestore, Record: p.finding.Record, Text: fmt.Sprintf("restore the deleted SCIM user %s with its memberships and, where it can be, its link", p.finding.Record.SCIMUserID)})
			return nil
		}
		p.add(Reassign(p.dir.Kind, p.finding.DirectoryID, p.finding.RightAccount, p.finding.OldEmail))
		p.plan.Risks = append(p.plan.Risks, riskForcePush)
		return nil
	case KindUnlinked, KindHeld:
		p.add(Step{Kind: StepRelink, Record: p.finding.Record, AccountID: p.finding.RightAccount, Text: fmt.Sprintf("link SCIM user %s to account %s, which has its address", p.finding.Record.SCIMUserID, p.finding.RightAccount)})
		return nil
	case KindLostMemberships:
		p.giveMembershipsBack()
		return nil
	case KindSamePerson:
		return p.joinAccounts()
	case KindEmailLeaves, KindGroupName, KindDeadLinks, KindQuietDirectory, KindSeveralDirectories, KindUnclaimed: // people have to decide, or many are concerned: see manyOf
	}
	return identity.Errorf(identity.CodeConflict, "a finding of kind %s has no plan: %s", p.finding.Kind, p.finding.Next)
}

func (p *planner) add(s Step) {
	if s.Actor == "" {
		s.Actor = ActorRoster
	}
	p.plan.Steps = append(p.plan.Steps, s)
}

func (p *planner) riskf(format string, args ...any) {
	p.plan.Risks = append(p.plan.Risks, fmt.Sprintf(format, args...))
}

// freeAddressAndReplay is story A in one transaction. The wrong account's
// record of the same directory goes, since two records cannot have one address;
// those of other directories belong to the same person and move along.
func (p *planner) freeAddressAndReplay() error {
	f := p.finding
	links, err := p.LinksOfAccountIn(p.org, f.WrongAccount)
	if err != nil {
		return err
	}
	own, err := p.LinksOfAccountIn(p.org, f.RightAccount)
	if err != nil {
		return err
	}
	var moved []Record
	for _, l := range links {
		r := Record{l.DirectoryID, l.SCIMUserID}
		if hasDirectory(own, l.DirectoryID) {
			p.add(Step{Kind: StepDeleteRecord, Record: r, Text: fmt.Sprintf("delete SCIM user %s, the person's second one in its directory; it can be restored", l.SCIMUserID)})
			p.riskf("the identity provider still has a second user with %s and may push it again: remove it there, or it comes back as a conflict", f.NewEmail)
			continue
		}
		p.add(Step{Kind: StepUnlink, Record: r, Text: fmt.Sprintf("unlink SCIM user %s from account %s", l.SCIMUserID, f.WrongAccount)})
		moved = append(moved, r)
	}
	if err := p.park(f.WrongAccount); err != nil {
		return err
	}
	p.add(Step{Kind: StepReplay, Record: f.Record, AccountID: f.RightAccount, Email: f.NewEmail, Text: fmt.Sprintf("make the refused update: account %s becomes %s", f.RightAccount, f.NewEmail)})
	for _, r := range moved {
		p.add(Step{Kind: StepRelink, Record: r, AccountID: f.RightAccount, Text: fmt.Sprintf("link SCIM user %s to account %s: both directories push the same person", r.SCIMUserID, f.RightAccount)})
	}
	p.leftOver(f.WrongAccount)
	return nil
}

// moveLinks is story B in one transaction.
func (p *planner) moveLinks() error {
	f := p.finding
	links, err := p.LinksOfAccountIn(p.org, f.WrongAccount)
	if err != nil {
		return err
	}
	for _, l := range links {
		if (Record{l.DirectoryID, l.SCIMUserID}) != f.Record {
			p.add(Step{Kind: StepRelink, Record: Record{l.DirectoryID, l.SCIMUserID}, AccountID: f.RightAccount, Text: fmt.Sprintf("move SCIM user %s, which another directory pushes, to account %s", l.SCIMUserID, f.RightAccount)})
		}
	}
	parked, err := p.parkingAddress(f.WrongAccount)
	if err != nil {
		return err
	}
	p.add(Step{
		Kind: StepRelink, Record: f.Record, AccountID: f.RightAccount, TakeEmail: true, ParkEmail: parked, Email: f.NewEmail,
		Text: fmt.Sprintf("move SCIM user %s to account %s, which becomes %s; account %s is parked on %s", f.Record.SCIMUserID, f.RightAccount, f.NewEmail, f.WrongAccount, parked),
	})
	p.leftOver(f.WrongAccount)
	return nil
}

// cookbook is either story with what the hosted service offers.
func (p *planner) cookbook() error {
	parked, err := p.parkingAddress(p.finding.WrongAccount)
	if err != nil {
		return err
	}
	p.plan.Steps, p.plan.Risks = Cookbook{Finding: p.finding, IDP: p.dir.Kind, Parked: parked}.Steps()
	return nil
}

func (p *planner) park(account identity.AccountID) error {
	parked, err := p.parkingAddress(account)
	if err != nil {
		return err
	}
	p.add(parkOn(account, parked))
	return nil
}

// parkingAddress is the one of the org's template, with a number where that is
// taken.
func (p *planner) parkingAddress(id identity.AccountID) (string, error) {
	a, err := accounts.FindManaged(p.Tx, p.org, id, p.Account)
	if err != nil {
		return "", err
	}
	org, err := p.Org(p.org)
	if err != nil {
		return "", err
	}
	template := org.Settings.ParkingTemplate
	for n := 2; ; n++ {
		email, err := accounts.ParkingAddress(template, a.Account)
		if err != nil {
			return "", err
		}
		_, err = p.AccountByEmail(email)
		if errors.Is(err, store.ErrNotFound) {
			return email.Address, nil
		}
		if err != nil {
			return "", err
		}
		template = strings.Replace(org.Settings.ParkingTemplate, "@", fmt.Sprintf("-%d@", n), 1)
	}
}

func (p *planner) leftOver(account identity.AccountID) {
	p.plan.Risks = append(p.plan.Risks, riskLeftOver(account))
}

func hasDirectory(links []store.Link, d identity.DirectoryID) bool {
	return slices.ContainsFunc(links, func(l store.Link) bool { return l.DirectoryID == d })
}

// PlanRequest says what a repair is to be about: findings by id, all findings
// of some kinds, or pairs of addresses. One of the three is given.
type PlanRequest struct {
	Title         string
	Strategy      Strategy
	Findings      []string
	Kinds         []FindingKind
	MinConfidence int // of findings by kind, in percent
	Emails        []EmailPair
}

// EmailPair is a line of a mapping file: a person's old and new address.
type EmailPair struct{ Old, New string }

// Skipped is what was asked for and cannot be planned, with the reason.
type Skipped struct {
	What   string
	Reason string
}

// Plan makes a repair with a case for each problem and changes nothing else.
// What cannot be planned is skipped with its reason; nothing to plan is an
// error, and so are more than maxPlanned problems.
func (s *Service) Plan(ctx context.Context, c identity.Caller, org identity.OrgID, r PlanRequest) (store.Repair, []Skipped, error) {
	if err := checkPairs(r.Emails); err != nil {
		return store.Repair{}, nil, err
	}
	opened, err := s.OpenRepair(ctx, c, org, r.Title, r.Strategy)
	if err != nil {
		return opened, nil, err
	}
	b := &planning{service: s, ctx: ctx, caller: c, org: org, repair: opened.ID}
	err = b.plan(r)
	if err == nil && b.added == 0 {
		err = nothingToPlan(b.skipped)
	}
	if err == nil {
		opened, err = s.Seal(ctx, c, org, opened.ID)
	}
	if err != nil {
		return opened, b.skipped, errors.Join(err, s.Discard(context.WithoutCancel(ctx), c, org, opened.ID))
	}
	return opened, b.skipped, nil
}

func nothingToPlan(skipped []Skipped) error {
	err := identity.Errorf(identity.CodeConflict, "there is nothing to repair").WithHint("list what is wrong now: roster diagnose")
	if len(skipped) > 0 {
		err = identity.Errorf(identity.CodeConflict, "nothing can be planned: %s: %s", skipped[0].What, skipped[0].Reason)
	}
	return err
}

// checkPairs refuses a mapping that names an address twice: one person has one
// line in it.
func checkPairs(pairs []EmailPair) error {
	seen := make(map[string]int, 2*len(pairs))
	for i, pair := range pairs {
		for _, address := range []string{pair.Old, pair.New} {
			email, err := identity.ParseEmail(address)
			if err != nil {
				continue // it is skipped with the reason
			}
			if first, twice := seen[email.Key]; twice {
				return identity.Errorf(identity.CodeInvalid, "%s stands in pair %d and in pair %d of the mapping", email.Address, first+1, i+1).
					WithHint("name each address once: a person has one old and one new address").WithField("emails")
			}
			seen[email.Key] = i
		}
	}
	return nil
}
