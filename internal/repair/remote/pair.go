package remote

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"roster/internal/identity"
	"roster/internal/repair"
	"roster/internal/scim"
)

// pair is two accounts that may be one person's.
type pair struct {
	accounts [2]*Account
	links    [2][]Link
	gone     bool // one of them is not the organization's any more
	weight   int  // that both are one person's
	evidence []string
}

func (p *pair) addf(weight int, format string, args ...any) {
	p.weight += weight
	p.evidence = append(p.evidence, fmt.Sprintf("%+d %s", weight, fmt.Sprintf(format, args...)))
}

// pairs are the accounts whose addresses differ in the domain only, and those
// of which a SCIM user of the one lists the other's address, or has the
// externalId of one of the other's in another directory.
func (d *Diagnosis) pairs() []*pair {
	found := map[[2]identity.AccountID]*pair{}
	of := func(a, b *Account) *pair {
		if a.ID > b.ID {
			a, b = b, a
		}
		key := [2]identity.AccountID{a.ID, b.ID}
		if found[key] == nil {
			found[key] = &pair{accounts: [2]*Account{a, b}}
		}
		return found[key]
	}
	d.pairByLocalPart(of)
	d.pairByAlias(of)
	d.pairByExternalID(of)
	all := slices.SortedFunc(maps.Values(found), func(a, b *pair) int {
		return cmp.Or(cmp.Compare(a.accounts[0].ID, b.accounts[0].ID), cmp.Compare(a.accounts[1].ID, b.accounts[1].ID))
	})
	all = slices.DeleteFunc(all, func(p *pair) bool {
		d.compareNames(p)
		return p.weight+weightDomain+weightHistory+weightRecord < minConfidence
	})
	return all
}

func (d *Diagnosis) pairByLocalPart(of func(a, b *Account) *pair) {
	for _, same := range d.byLocal {
		if len(same) > len(d.domains) {
			continue // cannot be: a domain has an address once
		}
		for i, a := range same {
			for _, b := range same[i+1:] {
				p := of(a, b)
				p.addf(weightLocalPart, "the addresses %s and %s differ in the domain only", a.Email, b.Email)
				if len(same) > 2 {
					p.addf(weightAmbiguous, "%d accounts could be this person's", len(same))
				}
			}
		}
	}
}

func (d *Diagnosis) pairByAlias(of func(a, b *Account) *pair) {
	for id, records := range d.records {
		for _, u := range records {
			for _, alias := range u.Aliases {
				email, err := identity.ParseEmail(alias)
				if err != nil {
					continue
				}
				if a, b := d.byKey[email.Key], d.byID[id]; a != nil && b != nil && a != b {
					of(a, b).addf(weightAlias, "SCIM user %s of account %s lists %s among its addresses", u.SCIMUserID, id, a.Email)
				}
			}
		}
	}
}

func (d *Diagnosis) pairByExternalID(of func(a, b *Account) *pair) {
	by := map[string][]SCIMUser{}
	for _, records := range d.records {
		for _, u := range records {
			if u.ExternalID != "" {
				by[u.ExternalID] = append(by[u.ExternalID], u)
			}
		}
	}
	for id, same := range by {
		if len(same) != 2 || same[0].DirectoryID == same[1].DirectoryID {
			continue // of one directory it is two people's, and of many nobody's
		}
		if a, b := d.byID[same[0].AccountID], d.byID[same[1].AccountID]; a != nil && b != nil && a != b {
			of(a, b).addf(weightExternalID, "SCIM users %s and %s of two directories have the externalId %s", same[0].SCIMUserID, same[1].SCIMUserID, id)
		}
	}
}

func (d *Diagnosis) compareNames(p *pair) {
	a, b := p.accounts[0], p.accounts[1]
	name := scim.Fold(a.Name)
	if name == "" || name != scim.Fold(b.Name) {
		return
	}
	email, err := identity.ParseEmail(a.Email)
	switch {
	case err == nil && localOf(email) == name:
		p.addf(weightCommonName, "both are called %s, as their addresses say already", a.Name)
	case d.names[name] >= manyNamesakes:
		p.addf(weightCommonName, "both are called %s, as others are too", a.Name)
	default:
		p.addf(weightName, "both are called %s", a.Name)
	}
}

// look asks for the links of both.
func (d *Diagnosis) look(ctx context.Context, p *pair) (err error) {
	for i, a := range p.accounts {
		p.links[i], err = d.Server.Links(ctx, a.ID)
		if _, ok := errors.AsType[*RefusedError](err); ok {
			p.gone = true
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// countPeople counts what directories have on each domain. Without tokens the
// pairs themselves have to do.
func (d *Diagnosis) countPeople(pairs []*pair) {
	d.people = map[string]int{}
	count := func(address string) {
		if email, err := identity.ParseEmail(address); err == nil {
			d.people[email.Domain]++
		}
	}
	for _, records := range d.records {
		for _, u := range records {
			count(u.Email)
		}
	}
	if len(d.people) > 0 {
		return
	}
	for _, p := range pairs {
		for i, a := range p.accounts {
			if len(p.links[i]) > 0 {
				count(a.Email)
			}
		}
	}
}

// judge makes findings of the pairs of which at least one is synced.
func (d *Diagnosis) judge(pairs []*pair) (found []Finding) {
	for _, p := range pairs {
		if p.gone || len(p.links[0])+len(p.links[1]) == 0 {
			continue
		}
		found = append(found, d.finding(p))
	}
	return found
}

// best keeps one finding of each account, the surest.
func best(found []Finding) (kept []Finding) {
	slices.SortStableFunc(found, func(a, b Finding) int { return cmp.Compare(b.Confidence, a.Confidence) })
	taken := map[identity.AccountID]bool{}
	for _, f := range found {
		if !taken[f.Right] && !taken[f.Wrong] && f.Confidence >= minConfidence {
			taken[f.Right], taken[f.Wrong] = true, true
			kept = append(kept, f)
		}
	}
	return kept
}

// finding decides which of a pair is the right account.
func (d *Diagnosis) finding(p *pair) Finding {
	lead, why := d.older(p)
	right, wrong := 0, 1
	if lead < 0 {
		right, wrong = 1, 0
	}
	r, w := p.accounts[right], p.accounts[wrong]
	f := Finding{Right: r.ID, Wrong: w.ID, Old: r.Email, New: w.Email, Evidence: append(p.evidence, why...)}
	synced := [2]bool{len(p.links[right]) > 0, len(p.links[wrong]) > 0}
	switch synced {
	case [2]bool{false, true}:
		f.Kind, f.Record = repair.KindWrongAccount, p.links[wrong][0].Record
		f.Title = w.Email + " is synced into the wrong account"
	case [2]bool{true, true}:
		f.Kind, f.Record = repair.KindEmailConflict, p.links[right][0].Record
		f.Title = "two accounts of one person are synced: " + r.Email + " and " + w.Email
		f.Unknown = "whether an update to " + w.Email + " was refused is in the directory's log, which hosted calls do not show; where none was, plan with --no-refused-update"
	default:
		f.Kind, f.Record = repair.KindEmailHeld, p.links[right][0].Record
		f.Title = w.Email + " is held by an account that nobody syncs"
		f.Unknown = "whether an update to " + w.Email + " was refused is in the directory's log, which hosted calls do not show"
	}
	f.Confidence = min(max(p.weight+max(lead, -lead), 0), maxConfidence)
	if lead == 0 {
		f.Old, f.New = "", ""
		f.Unknown = fmt.Sprintf("nothing tells which of %s and %s has the person's history: look at both, and write the old and the new address into a mapping file", r.Email, w.Email)
	}
	return f
}

// maxConfidence leaves room for doubt.
const maxConfidence = 99

// older weighs which of two accounts was there first: above zero the first of
// the pair, below it the second, zero where nothing tells.
func (d *Diagnosis) older(p *pair) (lead int, why []string) {
	add := func(i, weight int, text string) {
		if i == 1 {
			weight = -weight
		}
		lead += weight
		why = append(why, fmt.Sprintf("%+d account %s is the older one: %s", max(weight, -weight), p.accounts[i].ID, text))
	}
	for i, a := range p.accounts {
		other := 1 - i
		b := p.accounts[other]
		if n, m := d.onDomain(a), d.onDomain(b); n < m {
			add(i, weightDomain, fmt.Sprintf("directories sync fewer people under its domain (%d) than under the other's (%d)", n, m))
		}
		if a.LastActive != "" && b.LastActive == "" {
			add(i, weightHistory, "a product saw it, and not the other")
		}
		if first, second := d.firstRecord(a.ID), d.firstRecord(b.ID); first != 0 && second != 0 && first < second {
			add(i, weightRecord, "its SCIM user was created first")
		}
	}
	return lead, why
}

func (d *Diagnosis) onDomain(a *Account) int {
	email, err := identity.ParseEmail(a.Email)
	if err != nil {
		return 0
	}
	return d.people[email.Domain]
}

// firstRecord is when the first SCIM user of an account was created, in
// Unix nanoseconds, or 0.
func (d *Diagnosis) firstRecord(id identity.AccountID) (first int64) {
	for _, u := range d.records[id] {
		if at := u.Created.UnixNano(); !u.Created.IsZero() && (first == 0 || at < first) {
			first = at
		}
	}
	return first
}
