package remote

import (
	"context"
	"slices"
	"time"

	"roster/internal/identity"
	"roster/internal/repair"
)

// sight is what was seen of accounts, or made of them, a moment ago. It spares
// a second look.
type sight struct {
	emails map[identity.AccountID]seenAt[string]
	links  map[identity.AccountID]seenAt[[]Link]
}

type seenAt[T any] struct {
	what T
	at   time.Time
}

// sightLasts is how long a look counts. Between two steps of a case there may be
// an hour, where the server asks for it.
const sightLasts = 10 * time.Second

func newSight() *sight {
	return &sight{emails: map[identity.AccountID]seenAt[string]{}, links: map[identity.AccountID]seenAt[[]Link]{}}
}

func (s *sight) email(now time.Time, id identity.AccountID, email string) {
	s.emails[id] = seenAt[string]{email, now}
}

func (s *sight) linked(now time.Time, id identity.AccountID, links []Link) {
	s.links[id] = seenAt[[]Link]{links, now}
}

// email is an account's address, as seen a moment ago or looked at now.
func (r *Runner) email(ctx context.Context, way course, id identity.AccountID) (string, error) {
	if seen, ok := way.seen.emails[id]; ok && r.Now().Sub(seen.at) < sightLasts {
		return seen.what, nil
	}
	a, err := r.Server.Profile(ctx, id)
	if err == nil {
		way.seen.email(r.Now(), id, a.Email)
	}
	return a.Email, err
}

// links are an account's, as email.
func (r *Runner) links(ctx context.Context, way course, id identity.AccountID) ([]Link, error) {
	if seen, ok := way.seen.links[id]; ok && r.Now().Sub(seen.at) < sightLasts {
		return seen.what, nil
	}
	links, err := r.Server.Links(ctx, id)
	if err == nil {
		way.seen.linked(r.Now(), id, links)
	}
	return links, err
}

// due tells whether a step has yet to be taken. It refuses where the world is
// neither as the picture has it nor as the step would leave it.
func (r *Runner) due(ctx context.Context, way course, s repair.Step) (bool, error) {
	switch s.Kind {
	case repair.StepDeleteRecords:
		links, err := r.links(ctx, way, s.AccountID)
		if err != nil {
			return false, err
		}
		return len(links) > 0, onlyExpected(way.expect, s.AccountID, links)
	case StepEnable, StepDisable:
		a, err := r.Server.Profile(ctx, s.AccountID)
		return (a.Status == identity.AccountActive) != (s.Kind == StepEnable), err
	default:
	}
	email, err := r.email(ctx, way, s.AccountID)
	if err != nil || sameEmail(email, s.Email) {
		return false, err
	}
	return true, checkEmail(way.expect, s.AccountID, email)
}

// onlyExpected refuses links that the picture does not have.
func onlyExpected(expect repair.State, id identity.AccountID, links []Link) error {
	known := recordsIn(expect, id)
	for _, l := range links {
		if !slices.Contains(known, l.Record) {
			return refusef("SCIM user %s of directory %s was linked to account %s since this was planned: plan again", l.SCIMUserID, l.DirectoryID, id)
		}
	}
	return nil
}

// checkEmail refuses an address that the picture does not have.
func checkEmail(expect repair.State, id identity.AccountID, email string) error {
	if was := accountIn(expect, id).Email; !sameEmail(email, was) {
		return refusef("account %s has the address %s by now; it had %s when this was planned: plan again", id, email, was)
	}
	return nil
}

// checkParties compares both accounts with the plan before the first step.
func (r *Runner) checkParties(ctx context.Context, c Case, way course) error {
	for _, id := range []identity.AccountID{c.Right, c.Wrong} {
		links, err := r.links(ctx, way, id)
		if err != nil {
			return err
		}
		if err := onlyExpected(way.expect, id, links); err != nil {
			return err
		}
		if known := len(recordsIn(way.expect, id)); len(links) != known {
			return refusef("account %s has %d SCIM user(s) by now; it had %d when this was planned: plan again", id, len(links), known)
		}
		email, err := r.email(ctx, way, id)
		if err != nil {
			return err
		}
		if err := checkEmail(way.expect, id, email); err != nil {
			return err
		}
	}
	return nil
}

// arrived tells whether the identity provider has done its part: the account
// has the address and is linked in the directory. An address that this run gave
// the account a moment ago is there; for the rest, somebody else acts.
func (r *Runner) arrived(ctx context.Context, way course, s repair.Step) (bool, error) {
	if seen, ok := way.seen.emails[s.AccountID]; !ok || !sameEmail(seen.what, s.Email) {
		delete(way.seen.emails, s.AccountID)
	}
	email, err := r.email(ctx, way, s.AccountID)
	if err != nil {
		return false, err
	}
	if !sameEmail(email, s.Email) {
		if was := accountIn(way.expect, s.AccountID).Email; !sameEmail(email, was) {
			return false, refusef("account %s has the address %s by now, neither %s nor %s: plan again", s.AccountID, email, was, s.Email)
		}
		return false, nil
	}
	links, err := r.Server.Links(ctx, s.AccountID)
	return slices.ContainsFunc(links, func(l Link) bool { return l.DirectoryID == s.Record.DirectoryID }), err
}
