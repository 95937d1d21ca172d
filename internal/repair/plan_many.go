package repair

import (
	"fmt"

	"roster/internal/identity"
	"roster/internal/store"
)

// peoplePerCase bounds a case of a finding about many: it is one transaction,
// and it stops as a whole when one of its people changed since it was planned.
const peoplePerCase = 50

// part is some of those whom a finding about many concerns.
type part struct {
	records  []Record
	accounts []identity.AccountID
	after    string // what it was read behind
	next     string // to go on behind, "" at the end
}

// many plans a finding about many: it reads them in parts, and says what is to
// be done about one.
type many struct {
	read func(tx *store.Tx, org identity.OrgID, f Finding, after string) (part, error)
	plan func(p *planner, of part)
}

// manyOf are the kinds of finding about many that can be planned.
var manyOf = map[FindingKind]*many{
	KindDeadLinks: {deadLinksPart, (*planner).deleteRecords},
	KindUnclaimed: {unclaimedPart, (*planner).claim},
}

func (b *planning) fromFindingOfMany(id string) error {
	f, err := b.service.Finding(b.ctx, b.org, id)
	if err != nil {
		return err
	}
	return b.addParts(f)
}

// addParts plans a case for each part of those whom a finding concerns.
func (b *planning) addParts(f Finding) error {
	for after, first := "", 1; ; {
		var of part
		err := b.service.store.View(b.ctx, func(tx *store.Tx) (err error) {
			of, err = manyOf[f.Kind].read(tx, b.org, f, after)
			of.after = after
			return err
		})
		if err != nil {
			return err
		}
		last := first + len(of.accounts) - 1
		if last >= first {
			some := about(f, first, last)
			if err := b.add(toPlan{name: some.Title, finding: known(some), of: &of}); err != nil {
				return err
			}
		}
		if of.next == "" {
			return nil
		}
		after, first = of.next, last+1
	}
}

// about is a finding with the title of the case for some of its people.
func about(f Finding, first, last int) Finding {
	f.Title = fmt.Sprintf("%s: %d to %d", f.Title, first, last)
	return f
}

func firstPartPlan(tx *store.Tx, org identity.OrgID, f Finding, strategy Strategy) (Plan, error) {
	of, err := manyOf[f.Kind].read(tx, org, f, "")
	if err != nil {
		return Plan{}, err
	}
	return newPartPlan(tx, org, about(f, 1, len(of.accounts)), strategy, of)
}

func newPartPlan(tx *store.Tx, org identity.OrgID, f Finding, strategy Strategy, of part) (Plan, error) {
	p, err := newPlanner(org, tx, f, strategy)
	if err != nil {
		return p.plan, err
	}
	if err := p.partiesOfPart(of); err != nil {
		return p.plan, err
	}
	if p.parties, err = p.parties.withLinks(tx, org); err != nil {
		return p.plan, err
	}
	manyOf[f.Kind].plan(p, of)
	p.plan.Expect, err = readState(tx, org, p.parties)
	return p.plan, err
}

// partiesOfPart leaves out the accounts that are on nobody's domain or another
// organization's: what such a person's account is called is not for this one to
// know, and nothing here changes it.
func (p *planner) partiesOfPart(of part) error {
	p.parties = parties{records: of.records}
	b, err := openBook(p.Tx, p.org)
	if err != nil {
		return err
	}
	if err := b.look(of.accounts...); err != nil {
		return err
	}
	for _, id := range of.accounts {
		if b.domainOf(b.accounts[id]).Name != "" {
			p.parties.addAccount(id)
		}
	}
	return nil
}

func deadLinksPart(tx *store.Tx, _ identity.OrgID, f Finding, after string) (of part, err error) {
	links, next, err := tx.LinksOfDirectory(f.DirectoryID, store.Page{After: after, Limit: peoplePerCase})
	for _, l := range links {
		of.records = append(of.records, Record{l.DirectoryID, l.SCIMUserID})
		of.accounts = append(of.accounts, l.AccountID)
	}
	of.next = next
	return of, err
}

// deleteRecords deletes what is left of a directory that is gone.
func (p *planner) deleteRecords(of part) {
	for i, r := range of.records {
		p.add(Step{Kind: StepDeleteRecord, Record: r, AccountID: of.accounts[i], Text: fmt.Sprintf("delete SCIM user %s, which unlocks account %s; it can be restored", r.SCIMUserID, of.accounts[i])})
	}
	p.plan.Disconnected = p.finding.DirectoryID
	p.riskf("the accounts stay as they are, with their email, status and groups: the directory's groups became local ones when it was disconnected")
	p.riskf("if the directory is reconnected later, undo this first: else its identity provider writes to deleted records")
}

func unclaimedPart(tx *store.Tx, org identity.OrgID, f Finding, after string) (of part, err error) {
	_, subject, _ := parseFindingID(f.ID)
	d, err := tx.Domain(org, identity.DomainID(subject[0]))
	if err != nil {
		return of, err
	}
	of.accounts, err = tx.PushedUnclaimed(org, d.Name, identity.AccountID(after), peoplePerCase)
	if len(of.accounts) == peoplePerCase {
		of.next = string(of.accounts[peoplePerCase-1])
	}
	return of, err
}

// claim takes the accounts that the org's directories push under its management.
func (p *planner) claim(of part) {
	for _, a := range of.accounts {
		p.add(Step{Kind: StepClaim, AccountID: a, Text: fmt.Sprintf("claim account %s, which a directory pushes: it then follows that directory", a)})
	}
	p.riskf("a claimed account becomes what its directory says, now and later: name, profile, and whether it is active")
}

// giveMembershipsBack puts a record into the groups of the deleted one.
func (p *planner) giveMembershipsBack() {
	f := p.finding
	p.add(Step{Kind: StepGiveBack, Record: f.Record, Formerly: f.Formerly.SCIMUserID, AccountID: f.RightAccount, Text: fmt.Sprintf("put SCIM user %s into the groups that the deleted %s was in", f.Record.SCIMUserID, f.Formerly.SCIMUserID)})
	p.riskf("if the identity provider took the person out of one of these groups on purpose, take the person out here again, or undo this")
}

// joinAccounts moves the links of a person's second account to the first one,
// and its address out of the way.
func (p *planner) joinAccounts() error {
	f := p.finding
	links, err := p.LinksOfAccountIn(p.org, f.WrongAccount)
	if err != nil {
		return err
	}
	for _, l := range links {
		p.add(Step{Kind: StepRelink, Record: Record{l.DirectoryID, l.SCIMUserID}, AccountID: f.RightAccount, Text: fmt.Sprintf("link SCIM user %s to account %s: it is the same person", l.SCIMUserID, f.RightAccount)})
	}
	if err := p.park(f.WrongAccount); err != nil {
		return err
	}
	p.riskf("several directories push account %s from then on; the one that the domain %s is assigned to decides, else the one that was linked first", f.RightAccount, domainOf(f.OldEmail))
	p.leftOver(f.WrongAccount)
	return nil
}
