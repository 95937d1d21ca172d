package remote

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"roster/internal/identity"
	"roster/internal/repair"
)

// The steps that only an undoing has.
const (
	StepEnable  repair.StepKind = "enable-account"
	StepDisable repair.StepKind = "disable-account"
)

// Undo is how a case is to be undone: steps for the program and for people,
// and what cannot come back.
type Undo struct {
	N      int           `json:"case"`
	Steps  []repair.Step `json:"steps"`
	Expect repair.State  `json:"expect"` // the parties as they were when this was planned
	Cannot []string      `json:"cannot,omitempty"`
}

// Undoable tells whether there is something to take back, or to go on taking
// back. A case that waits or stopped counts: what it did until then is undone.
func (p *Progress) Undoable() bool {
	return len(p.Made) > 0 && p.Status != StatusUndone
}

// PlanUndo looks at the parties of a case and says how to undo it. It only
// reads. It refuses where an account has an address that the repair did not
// give it: an undo does not undo what others did.
func (r *Runner) PlanUndo(ctx context.Context, c Progress) (Undo, error) {
	return r.planUndo(ctx, c, newSight())
}

// planUndo notes what it saw.
func (r *Runner) planUndo(ctx context.Context, c Progress, seen *sight) (Undo, error) {
	p := undoPlanner{r: r, c: c, undo: Undo{N: c.N}, idp: r.Journal.Header.IDP, seen: seen}
	err := p.plan(ctx)
	return p.undo, err
}

// PreviewUndo gives copies of cases with what Undo would do for them, in the
// same order; a refusal is among what cannot be done. It only reads, the journal
// too.
func (r *Runner) PreviewUndo(ctx context.Context, cases []*Progress) ([]Progress, error) {
	previews := make([]Progress, len(cases))
	due := make([]*Progress, len(cases))
	for i, c := range cases {
		previews[i], due[i] = *c, &previews[i]
	}
	err := r.each(ctx, due, r.previewUndo, nil)
	return previews, err
}

func (r *Runner) previewUndo(ctx context.Context, c *Progress) error {
	if c.Undo != nil && !c.Undo.Stopped {
		return nil
	}
	undo, err := r.PlanUndo(ctx, *c)
	if refused, ok := errors.AsType[*RefusedError](err); ok {
		undo, err = Undo{N: c.N, Cannot: []string{refused.Error()}}, nil
	}
	c.Undo = &Undoing{Undo: undo}
	return err
}

// Undo takes back what was done for cases, and tells settled of each. It goes
// on as Apply does.
func (r *Runner) Undo(ctx context.Context, cases []*Progress, settled func(Progress) error) error {
	return r.each(ctx, cases, r.undo, settled)
}

func (r *Runner) undo(ctx context.Context, c *Progress) error {
	if !c.Undoable() {
		return nil
	}
	seen := newSight()
	if c.Undo == nil || c.Undo.Stopped {
		undo, err := r.planUndo(ctx, *c, seen)
		refused, isRefused := errors.AsType[*RefusedError](err)
		if err != nil && !isRefused {
			return err
		}
		if isRefused {
			undo = Undo{N: c.N}
		}
		if err := r.Journal.AddUndo(undo); err != nil {
			return err
		}
		if isRefused {
			return r.add(r.undoCourse(c, seen), EventStopped, refused.Error())
		}
	}
	way := r.undoCourse(c, seen)
	return r.settle(way, func() error { return r.walk(ctx, way) })
}

func (r *Runner) undoCourse(c *Progress, seen *sight) course {
	return course{Course: &c.Undo.Course, n: c.N, undo: true, steps: c.Undo.Steps, expect: c.Undo.Expect, seen: seen}
}

// undoPlanner makes the plan of one undoing.
type undoPlanner struct {
	r    *Runner
	c    Progress
	idp  identity.DirectoryKind
	undo Undo
	seen *sight

	right, wrong           Account
	rightLinks, wrongLinks []Link
}

func (p *undoPlanner) plan(ctx context.Context) (err error) {
	if err := p.look(ctx); err != nil {
		return err
	}
	p.giveBackRight()
	if p.changedEmail(p.c.Wrong) {
		p.setEmail(p.c.Wrong)
	}
	p.setStatus(p.wrong, p.wrongLinks)
	p.setStatus(p.right, p.rightLinks)
	p.deleted()
	return nil
}

// look reads the parties and refuses what the repair did not leave behind.
func (p *undoPlanner) look(ctx context.Context) (err error) {
	for _, party := range []struct {
		id    identity.AccountID
		is    *Account
		links *[]Link
		given string
	}{{p.c.Right, &p.right, &p.rightLinks, p.c.New}, {p.c.Wrong, &p.wrong, &p.wrongLinks, p.c.Parked()}} {
		if *party.is, err = p.r.Server.Profile(ctx, party.id); err != nil {
			return err
		}
		party.is.ID = party.id
		if *party.links, err = p.r.Server.Links(ctx, party.id); err != nil {
			return err
		}
		p.seen.email(p.r.Now(), party.id, party.is.Email)
		p.seen.linked(p.r.Now(), party.id, *party.links)
		if had := p.had(party.id).Email; !sameEmail(party.is.Email, had) && !sameEmail(party.is.Email, party.given) {
			return refusef("account %s has the address %s by now, which this repair did not give it: give it %s by hand, or leave it", party.id, party.is.Email, had)
		}
		p.undo.Expect.Accounts = append(p.undo.Expect.Accounts, repair.AccountState{ID: party.id, Email: party.is.Email, Name: party.is.Name, Status: party.is.Status})
		for _, l := range *party.links {
			p.undo.Expect.Records = append(p.undo.Expect.Records, recordState(l, nil))
		}
	}
	return p.checkWrong()
}

// checkWrong refuses where the wrong account is synced again although the
// repair parked it: its address is the directory's by now.
func (p *undoPlanner) checkWrong() error {
	if p.changedEmail(p.c.Wrong) && len(p.wrongLinks) > 0 && !sameEmail(p.wrong.Email, p.had(p.c.Wrong).Email) {
		return refusef("account %s is synced again, so its directory decides its address: unassign it there, delete its SCIM users by account ID, and undo again", p.c.Wrong)
	}
	return nil
}

// giveBackRight takes the old address back to the right account. One that the
// repair set is set back, once the records that the identity provider created
// since do not lock it any more. One that the identity provider pushed has to
// be pushed back.
func (p *undoPlanner) giveBackRight() {
	now := p.right.Email
	switch {
	case p.changedEmail(p.c.Right):
		if len(p.rightLinks) > 0 && !sameEmail(now, p.had(p.c.Right).Email) {
			p.add(repair.Step{
				Kind: repair.StepDeleteRecords, Actor: repair.ActorRoster, AccountID: p.c.Right,
				Text: fmt.Sprintf("delete the %d SCIM user(s) that were linked to account %s since, as they lock its address; the account stays", len(p.rightLinks), p.c.Right),
			})
			p.rightLinks = nil
		}
		p.setEmail(p.c.Right)
	case len(p.rightLinks) > 0 && p.changedEmail(p.c.Wrong):
		p.add(repair.PushBack(p.idp, p.deciding(), p.c.Right, p.had(p.c.Right).Email))
	case p.changedEmail(p.c.Wrong):
		p.setEmail(p.c.Right)
	}
}

// deciding is the SCIM user of the right account that the repair was about,
// whose directory pushed the address; else another that it is linked to.
func (p *undoPlanner) deciding() repair.Record {
	for _, known := range recordsIn(p.c.Plan.Expect, p.c.Right) {
		if slices.ContainsFunc(p.rightLinks, func(l Link) bool { return l.Record == known }) {
			return known
		}
	}
	return p.rightLinks[0].Record
}

// setStatus gives an account its status back where no directory decides it.
func (p *undoPlanner) setStatus(a Account, links []Link) {
	had := p.had(a.ID).Status
	step := repair.Step{Kind: StepEnable, Actor: repair.ActorRoster, AccountID: a.ID, Text: fmt.Sprintf("activate account %s, as it was", a.ID)}
	if had == identity.AccountInactive {
		step.Kind, step.Text = StepDisable, fmt.Sprintf("deactivate account %s, as it was", a.ID)
	}
	switch {
	case had == "" || a.Status == "" || had == a.Status:
	case had == identity.AccountClosed || a.Status == identity.AccountClosed:
		p.cannotf("account %s was %s and is %s: an account that is to be deleted is not brought back by this; cancel its deletion by hand while that is possible", a.ID, had, a.Status)
	case len(links) > 0:
		p.cannotf("account %s was %s and is %s: its directory decides that", a.ID, had, a.Status)
	default:
		p.add(step)
	}
}

// deleted says of each deleted SCIM user that it is gone for good, and asks the
// identity provider for another.
func (p *undoPlanner) deleted() {
	for _, step := range p.made(repair.StepDeleteRecords) {
		var asked []identity.DirectoryID
		for _, record := range p.c.Plan.Expect.Records {
			if record.AccountID != step.AccountID || p.isThere(record) {
				continue
			}
			again := repair.Reassign(p.idp, record.DirectoryID, step.AccountID, p.had(step.AccountID).Email)
			p.cannotf("SCIM user %s of directory %s%s is gone for good: no hosted call makes one with an id that was. The identity provider makes another, with a new id: %s",
				record.SCIMUserID, record.DirectoryID, called(record), again.Text)
			if groups := groupNames(record.Doc); len(groups) > 0 {
				p.cannotf("its place in synced groups is gone with it, until they are pushed again: %s", strings.Join(groups, ", "))
			}
			if !slices.Contains(asked, record.DirectoryID) {
				p.add(again)
				asked = append(asked, record.DirectoryID)
			}
		}
	}
}

// isThere tells a record that the deletion did not come to.
func (p *undoPlanner) isThere(record repair.RecordState) bool {
	return slices.ContainsFunc(slices.Concat(p.rightLinks, p.wrongLinks), func(l Link) bool {
		return l.DirectoryID == record.DirectoryID && l.SCIMUserID == record.SCIMUserID
	})
}

func called(record repair.RecordState) string {
	if record.UserName == "" {
		return ""
	}
	return " (userName " + record.UserName + ")"
}

func (p *undoPlanner) had(id identity.AccountID) repair.AccountState {
	return accountIn(p.c.Plan.Expect, id)
}

// made are the steps of a kind that the repair took or began, in their order.
func (p *undoPlanner) made(kind repair.StepKind) (steps []repair.Step) {
	for i, s := range p.c.Plan.Steps {
		if s.Kind == kind && slices.Contains(p.c.Made, i) {
			steps = append(steps, s)
		}
	}
	return steps
}

func (p *undoPlanner) changedEmail(id identity.AccountID) bool {
	return slices.ContainsFunc(p.made(repair.StepSetEmail), func(s repair.Step) bool { return s.AccountID == id })
}

func (p *undoPlanner) setEmail(id identity.AccountID) {
	email := p.had(id).Email
	p.add(repair.Step{
		Kind: repair.StepSetEmail, Actor: repair.ActorRoster, AccountID: id, Email: email,
		Text: fmt.Sprintf("give account %s its address %s back", id, email),
	})
}

func (p *undoPlanner) add(s repair.Step) { p.undo.Steps = append(p.undo.Steps, s) }

func (p *undoPlanner) cannotf(format string, args ...any) {
	p.undo.Cannot = append(p.undo.Cannot, fmt.Sprintf(format, args...))
}

// groupNames are those that a SCIM user's document names.
func groupNames(doc json.RawMessage) (names []string) {
	var read document
	_ = json.Unmarshal(doc, &read) // what it does not tell stays unknown
	for _, g := range read.Groups {
		names = append(names, g.Display)
	}
	return names
}
