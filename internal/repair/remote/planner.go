package remote

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/repair"
	"roster/internal/store"
)

// DefaultParking is the template of parked addresses where none is given.
var DefaultParking = store.DefaultOrgSettings.ParkingTemplate

// Planner decides for each pair of addresses what is to be done. It only reads.
type Planner struct {
	Server  Server
	Parking string                 // template of the address that a wrong account gets
	IDP     identity.DirectoryKind // whose words the steps for people use

	// NoUpdateRefused says that no directory's log tells of a refused update, so
	// that two synced accounts are not story A: both are unlinked, as in B.
	NoUpdateRefused bool

	domains  []string
	accounts map[string]Account // by the key of the address
	uses     map[identity.AccountID]int
}

// Prepare looks up the accounts of all pairs, in one walk through the managed
// accounts: no hosted call finds an account by its address. It gives how many
// it saw.
func (p *Planner) Prepare(ctx context.Context, pairs []Pair) (seen int, err error) {
	if p.domains, err = p.Server.VerifiedDomains(ctx); err != nil {
		return 0, fmt.Errorf("read domains: %w", err)
	}
	wanted := map[string]int{}
	for _, pair := range pairs {
		for _, address := range []string{pair.Old, pair.New} {
			if email, err := identity.ParseEmail(address); err == nil { // else Plan says what is wrong
				wanted[email.Key]++
			}
		}
	}
	p.accounts, p.uses = map[string]Account{}, map[identity.AccountID]int{}
	for a, err := range p.Server.Accounts(ctx) {
		if err != nil {
			return seen, fmt.Errorf("read accounts: %w", err)
		}
		seen++
		email, err := identity.ParseEmail(a.Email)
		if err != nil || wanted[email.Key] == 0 {
			continue // app accounts have no address
		}
		p.accounts[email.Key] = a
		p.uses[a.ID] += wanted[email.Key]
		if len(p.accounts) == len(wanted) {
			break
		}
	}
	return seen, nil
}

// planAhead is how many cases a lane is ahead at most of those that were told.
const planAhead = 16

// PlanAll makes the cases of all pairs in lanes, after Prepare, and tells of
// them in the order of the pairs.
func (p *Planner) PlanAll(ctx context.Context, lanes int, pairs []Pair, planned func(Case) error) error {
	n := 0
	for part := range slices.Chunk(pairs, max(1, lanes)*planAhead) {
		cases := make([]Case, len(part))
		indexes := make([]int, len(part))
		for i := range indexes {
			indexes[i] = i
		}
		err := inLanes(lanes, indexes, func(i int) (err error) {
			cases[i], err = p.Plan(ctx, n+i+1, part[i])
			return err
		}, nil)
		if err != nil {
			return err
		}
		for _, c := range cases {
			if err := planned(c); err != nil {
				return err
			}
		}
		n += len(part)
	}
	return nil
}

// Plan makes the case of a pair, after Prepare. What cannot be done is a case
// with its reason.
func (p *Planner) Plan(ctx context.Context, n int, pair Pair) (Case, error) {
	d := &deciding{Planner: p, c: Case{N: n, Old: pair.Old, New: pair.New}}
	err := d.decide(ctx)
	if refused, ok := errors.AsType[*RefusedError](err); ok {
		return Case{N: n, Old: pair.Old, New: pair.New, Right: d.right.ID, Wrong: d.wrong.ID, Reason: refused.Error()}, nil
	}
	return d.c, err
}

// deciding is the making of one case.
type deciding struct {
	*Planner

	c                      Case
	right, wrong           Account
	rightLinks, wrongLinks []Link
	cookbook               repair.Cookbook
}

func refusef(format string, args ...any) error { return &RefusedError{fmt.Errorf(format, args...)} }

func (d *deciding) decide(ctx context.Context) (err error) {
	if err := d.findAccounts(ctx); err != nil {
		return err
	}
	if d.wrongLinks, err = d.Server.Links(ctx, d.wrong.ID); err != nil {
		return err
	}
	if err := d.chooseStory(); err != nil {
		return err
	}
	if err := d.park(); err != nil {
		return err
	}
	d.c.Right, d.c.Wrong = d.right.ID, d.wrong.ID
	f := d.cookbook.Finding
	d.c.Plan = repair.Plan{Finding: string(f.Kind), Kind: f.Kind, Title: d.right.Email + " becomes " + d.wrong.Email, Confidence: 99, Strategy: repair.StrategyCookbook}
	d.c.Plan.Steps, d.c.Plan.Risks = d.cookbook.Steps()
	if err := d.expect(ctx); err != nil {
		return err
	}
	return d.risks(ctx)
}

// findAccounts looks up both, and says what is the matter where one is missing.
func (d *deciding) findAccounts(ctx context.Context) (err error) {
	from, errFrom := identity.ParseEmail(d.c.Old)
	to, errTo := identity.ParseEmail(d.c.New)
	if err := errors.Join(errFrom, errTo); err != nil {
		return &RefusedError{err}
	}
	var hasRight, hasWrong bool
	d.right, hasRight = d.accounts[from.Key]
	d.wrong, hasWrong = d.accounts[to.Key]
	switch {
	case from.Key == to.Key:
		return refusef("both addresses are the same")
	case !hasRight && !hasWrong:
		return refusef("the organization manages no account with either address")
	case !hasRight:
		return refusef("no managed account has %s; account %s has %s: it is repaired already, or the mapping is wrong", from.Address, d.wrong.ID, to.Address)
	case d.uses[d.right.ID]+d.uses[d.wrong.ID] > 2:
		return refusef("one of its accounts is in another line of the mapping as well: plan them one after the other")
	case !slices.Contains(d.domains, to.Domain):
		return refusef("the organization has not verified the domain %s: verify it and plan again", to.Domain)
	}
	if d.rightLinks, err = d.Server.Links(ctx, d.right.ID); err != nil {
		return err
	}
	if hasWrong {
		return nil
	}
	if len(d.rightLinks) > 0 {
		return refusef("no managed account holds %s, so nothing is in the way: push the person from the identity provider", to.Address)
	}
	return refusef("no managed account holds %s and %s is not synced: set the address (roster email set %s %s), then let the identity provider create the person", to.Address, from.Address, d.right.ID, to.Address)
}

// chooseStory tells A from B by which of the accounts are synced.
func (d *deciding) chooseStory() error {
	f := repair.Finding{RightAccount: d.right.ID, WrongAccount: d.wrong.ID, OldEmail: d.right.Email, NewEmail: d.wrong.Email}
	d.cookbook = repair.Cookbook{IDP: d.IDP}
	right, wrong := len(d.rightLinks) > 0, len(d.wrongLinks) > 0
	switch {
	case !right && !wrong:
		return refusef("neither account is synced: set the addresses by hand (roster email set)")
	case right && d.NoUpdateRefused && wrong:
		f.Kind, d.cookbook.BothSynced = repair.KindWrongAccount, true
		f.Record = d.rightLinks[0].Record
		d.cookbook.Others = directoriesBut(f.Record.DirectoryID, d.rightLinks, d.wrongLinks)
	case right:
		f.Kind = repair.KindEmailHeld
		if wrong {
			f.Kind = repair.KindEmailConflict
		}
		f.Record = d.updated()
		d.cookbook.Others = d.orphaned()
	default:
		f.Kind = repair.KindWrongAccount
		f.Record = d.wrongLinks[0].Record
		d.cookbook.Others = directoriesBut(f.Record.DirectoryID, d.wrongLinks)
	}
	f.DirectoryID = f.Record.DirectoryID
	d.cookbook.Finding = f
	return nil
}

// updated is the record of the right account whose update is in the way: the
// one whose directory has a record of the wrong account too, else the first.
func (d *deciding) updated() repair.Record {
	for _, l := range d.rightLinks {
		if slices.ContainsFunc(d.wrongLinks, func(w Link) bool { return w.DirectoryID == l.DirectoryID }) {
			return l.Record
		}
	}
	return d.rightLinks[0].Record
}

// orphaned are the directories that know the person as the wrong account only.
func (d *deciding) orphaned() []identity.DirectoryID {
	return slices.DeleteFunc(directoriesBut("", d.wrongLinks), func(id identity.DirectoryID) bool {
		return slices.ContainsFunc(d.rightLinks, func(l Link) bool { return l.DirectoryID == id })
	})
}

func directoriesBut(but identity.DirectoryID, links ...[]Link) []identity.DirectoryID {
	var found []identity.DirectoryID
	for _, l := range slices.Concat(links...) {
		if l.DirectoryID != but && !slices.Contains(found, l.DirectoryID) {
			found = append(found, l.DirectoryID)
		}
	}
	return found
}

func (d *deciding) park() error {
	held, err := identity.ParseEmail(d.wrong.Email)
	if err != nil {
		return err
	}
	parked, err := accounts.ParkingAddress(d.Parking, store.Account{ID: d.wrong.ID, Email: held})
	if err != nil {
		return err
	}
	if !slices.Contains(d.domains, parked.Domain) {
		return refusef("the parking address %s is not on a verified domain: give a template with --parking-address", parked.Address)
	}
	d.cookbook.Parked = parked.Address
	return nil
}

// expect keeps the parties as they are now. The documents are the only copy of
// what a deletion takes, where the server keeps none.
func (d *deciding) expect(ctx context.Context) error {
	for _, a := range []Account{d.right, d.wrong} {
		d.c.Plan.Expect.Accounts = append(d.c.Plan.Expect.Accounts, repair.AccountState{ID: a.ID, Email: a.Email, Name: a.Name, Status: a.Status})
	}
	for _, l := range slices.Concat(d.rightLinks, d.wrongLinks) {
		document, err := d.Server.Document(ctx, l.Record)
		if err != nil {
			return err
		}
		d.c.Plan.Expect.Records = append(d.c.Plan.Expect.Records, recordState(l, document))
	}
	return nil
}

// document is what is read of a SCIM user.
type document struct {
	UserName   string `json:"userName"`
	ExternalID string `json:"externalId"`
	Groups     []struct {
		Display string `json:"display"`
	} `json:"groups"`
}

func recordState(l Link, doc json.RawMessage) repair.RecordState {
	var read document
	_ = json.Unmarshal(doc, &read) // what it does not tell stays empty
	return repair.RecordState{
		DirectoryID: l.DirectoryID, SCIMUserID: l.SCIMUserID, AccountID: l.AccountID,
		UserName: read.UserName, ExternalID: read.ExternalID, Doc: doc,
	}
}

// risks adds what only the parties tell.
func (d *deciding) risks(ctx context.Context) error {
	add := func(format string, args ...any) {
		d.c.Plan.Risks = append(d.c.Plan.Risks, fmt.Sprintf(format, args...))
	}
	kind := d.cookbook.Finding.Kind
	if kind == repair.KindEmailConflict {
		add("it is right only where the directory's log tells of an update to %s that was refused; where it does not, plan again with --no-refused-update", d.wrong.Email)
		if len(d.orphaned()) < len(directoriesBut("", d.wrongLinks)) {
			add("the identity provider may still have a second user with %s: remove it there, or it is pushed again", d.wrong.Email)
		}
	}
	if d.right.Status != identity.AccountActive && d.right.Status != "" {
		add("account %s is %s: activate it when the person is to use it (roster account enable %s)", d.right.ID, d.right.Status, d.right.ID)
	}
	if groups := d.groups(); len(groups) > 0 {
		add("these groups have to be pushed again: %s", strings.Join(groups, ", "))
	}
	holders, err := d.Server.LinksOfEmail(ctx, d.wrong.Email)
	if err != nil {
		return err
	}
	for _, l := range holders {
		if l.AccountID == "" {
			add("SCIM user %s of directory %s has the address %s and no account: it answers the identity provider's new user with a conflict, so remove it there first", l.SCIMUserID, l.DirectoryID, d.wrong.Email)
		}
	}
	return nil
}

// groups are those of the records that are to be deleted, as far as a SCIM
// token let them be seen.
func (d *deciding) groups() []string {
	var names []string
	for _, r := range d.c.Plan.Expect.Records {
		if r.AccountID == d.right.ID && !d.cookbook.BothSynced {
			continue
		}
		names = append(names, groupNames(r.Doc)...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
