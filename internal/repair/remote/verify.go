package remote

import (
	"context"
	"errors"
	"fmt"

	"roster/internal/identity"
)

// Verdict is whether a case is as it was left.
type Verdict struct {
	Progress

	Faults []string `json:"faults"` // what is not as it should be; none where all is
}

// Verify looks at the people of the cases that are done or undone, and tells
// found of each. It only reads.
func (r *Runner) Verify(ctx context.Context, found func(Verdict) error) error {
	var settled []*Verdict
	for _, c := range r.Journal.Cases {
		if c.Status == StatusDone || c.Status == StatusUndone {
			settled = append(settled, &Verdict{Progress: c})
		}
	}
	return inLanes(r.Lanes, settled, func(v *Verdict) error {
		if err := r.verify(ctx, v); err != nil {
			return fmt.Errorf("case %d: %w", v.N, err)
		}
		return nil
	}, func(v *Verdict) error { return found(*v) })
}

func (r *Runner) verify(ctx context.Context, v *Verdict) error {
	had := func(id identity.AccountID) string { return accountIn(v.Plan.Expect, id).Email }
	if v.Status == StatusUndone {
		right := len(recordsIn(v.Plan.Expect, v.Right)) > 0
		wrong := len(recordsIn(v.Plan.Expect, v.Wrong)) > 0
		return errors.Join(r.verifyAccount(ctx, v, v.Right, had(v.Right), right), r.verifyAccount(ctx, v, v.Wrong, had(v.Wrong), wrong))
	}
	return errors.Join(r.verifyAccount(ctx, v, v.Right, v.New, true), r.verifyAccount(ctx, v, v.Wrong, v.Parked(), false))
}

// verifyAccount compares an account with what it should be.
func (r *Runner) verifyAccount(ctx context.Context, v *Verdict, id identity.AccountID, email string, synced bool) error {
	a, err := r.Server.Profile(ctx, id)
	if err != nil {
		return v.missing(err)
	}
	if !sameEmail(a.Email, email) {
		v.faultf("account %s has the address %s instead of %s", id, a.Email, email)
	}
	links, err := r.Server.Links(ctx, id)
	if err != nil {
		return v.missing(err)
	}
	switch {
	case synced && len(links) == 0:
		v.faultf("account %s is not synced", id)
	case !synced && len(links) > 0:
		v.faultf("account %s is synced again, by directory %s: remove the person's second user there", id, links[0].DirectoryID)
	}
	return nil
}

// missing makes a fault of what concerns the person alone.
func (v *Verdict) missing(err error) error {
	if refused, ok := errors.AsType[*RefusedError](err); ok {
		v.faultf("%s", refused)
		return nil
	}
	return err
}

func (v *Verdict) faultf(format string, args ...any) {
	v.Faults = append(v.Faults, fmt.Sprintf(format, args...))
}
