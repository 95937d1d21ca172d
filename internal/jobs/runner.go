package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/store"
)

const (
	lease       = time.Minute // in which a step ends, or another server takes the job
	batch       = 100         // rows of a step: nobody waits for it for long
	maxAttempts = 20          // then a job is given up
)

// Runner does jobs. It is safe for concurrent use, by several servers too.
type Runner struct{ store *store.Store }

// NewRunner makes a Runner.
func NewRunner(st *store.Store) *Runner { return &Runner{st} }

// step does the next part of a job in a transaction: it moves the job's cursor
// and count on, and tells whether the job is done.
type step func(tx *store.Tx, c identity.Caller, j *store.Job) (done bool, err error)

var steps = map[string]step{
	accounts.JobClaimPresent:  claimPresent,
	accounts.JobReleaseClaims: releaseClaims,
	accounts.JobFollowRecords: followRecords,
	accounts.JobLeaveGroups:   leaveGroups,
	accounts.JobTakeOver:      takeOver,
	accounts.JobDelete:        deleteDirectory,
}

// Run does what there is to do and returns when there is nothing more, or with
// ctx. A job that fails is left for later and told in the error.
func (r *Runner) Run(ctx context.Context) error {
	var failed []error
	for ctx.Err() == nil {
		j, err := r.take(ctx)
		if errors.Is(err, store.ErrNotFound) {
			break
		}
		if err != nil {
			return errors.Join(append(failed, err)...)
		}
		failed = append(failed, r.do(ctx, j))
	}
	return errors.Join(failed...)
}

func (r *Runner) take(ctx context.Context) (j store.Job, err error) {
	err = r.store.View(ctx, func(tx *store.Tx) error { return tx.AnyJobDue() }) // most often there is none, and a view stops nobody
	if err != nil {
		return j, err
	}
	err = r.store.Update(ctx, func(tx *store.Tx) error {
		j, err = tx.LeaseJob(tx.Now().Add(lease))
		return err
	})
	return j, err
}

// do takes the steps of one job until it is done or fails.
func (r *Runner) do(ctx context.Context, j store.Job) error {
	for ctx.Err() == nil {
		done, err := r.step(ctx, j)
		if err != nil && ctx.Err() == nil {
			return errors.Join(fmt.Errorf("%s %s of %s: %w", j.Kind, j.ID, j.Name, err), r.postpone(ctx, j, err))
		}
		if err != nil || done {
			return err
		}
	}
	return ctx.Err()
}

func (r *Runner) step(ctx context.Context, of store.Job) (done bool, err error) {
	do, ok := steps[of.Kind]
	if !ok {
		return false, fmt.Errorf("this server does not know how to %s", of.Kind) // an older one, beside a newer
	}
	err = r.store.Update(ctx, func(tx *store.Tx) error {
		j, err := tx.LockJob(of.OrgID, of.ID)
		if err != nil {
			return err
		}
		if done = j.IsFinished(); done {
			return nil
		}
		c := identity.Caller{Actor: j.Actor, RequestID: j.RequestID}
		if done, err = do(tx, c, &j); err != nil {
			return err
		}
		if done {
			j.FinishedAt = tx.Now()
		}
		j.Attempts, j.Error = 0, ""
		return tx.UpdateJob(j, tx.Now().Add(lease))
	})
	return done, err
}

// postpone leaves a failed job for later, and gives it up after too many
// attempts.
func (r *Runner) postpone(ctx context.Context, of store.Job, cause error) error {
	return r.store.Update(ctx, func(tx *store.Tx) error {
		j, err := tx.LockJob(of.OrgID, of.ID)
		if err != nil {
			return err
		}
		j.Attempts++
		if e, ok := errors.AsType[*identity.Error](cause); ok {
			j.Error = e.Message
		} else {
			j.Error = "internal error; the server's log has it under job " + string(j.ID)
		}
		if j.Attempts >= maxAttempts {
			j.FinishedAt = tx.Now()
		}
		return tx.UpdateJob(j, tx.Now().Add(lease))
	})
}
