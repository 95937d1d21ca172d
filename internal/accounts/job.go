package accounts

import (
	"context"

	"roster/internal/identity"
	"roster/internal/store"
)

// The kinds of jobs; package jobs does them.
const (
	JobClaimPresent  = "claim-present-accounts" // of a domain; then its claims are selected
	JobReleaseClaims = "release-claims"         // of an org on a domain that it has no longer
	JobFollowRecords = "follow-records"         // let accounts that became managed follow their SCIM users
	JobLeaveGroups   = "leave-groups"           // of a disconnected directory: they become local, and others decide for its accounts
	JobTakeOver      = "take-over"              // of the accounts of a domain by the directory that it was assigned to
	JobDelete        = "delete-directory"       // with all that it has
)

// startJob stores a job for the workers, in the transaction that makes it
// necessary.
func startJob(tx *store.Tx, c identity.Caller, j store.Job) (store.Job, error) {
	j.ID, j.Actor, j.RequestID = identity.JobID(identity.NewUUID()), c.Actor, c.RequestID
	return tx.InsertJob(j)
}

// startRelease clears the claims of an org that has the domain no longer.
func startRelease(tx *store.Tx, c identity.Caller, d store.Domain) error {
	_, claimed, err := tx.CountAccountsOn(d.OrgID, d.Name)
	if err != nil || claimed == 0 {
		return err
	}
	_, err = startJob(tx, c, store.Job{OrgID: d.OrgID, Kind: JobReleaseClaims, Target: string(d.ID), Name: d.Name, Total: claimed})
	return err
}

// followRecords lets the accounts of a domain that its org manages from now on
// become what the org's SCIM users say of them.
func followRecords(tx *store.Tx, c identity.Caller, d store.Domain) error {
	total, _, err := tx.CountAccountsOn(d.OrgID, d.Name)
	if err != nil || total == 0 {
		return err
	}
	_, err = startJob(tx, c, store.Job{OrgID: d.OrgID, Kind: JobFollowRecords, Target: string(d.ID), Name: d.Name, Total: total})
	return err
}

// Job gives one job of an org.
func (s *Service) Job(ctx context.Context, org identity.OrgID, id identity.JobID) (store.Job, error) {
	return view(ctx, s, func(tx *store.Tx) (store.Job, error) {
		j, err := tx.Job(org, id)
		return j, store.Missing(err, "job", string(id))
	})
}

// Jobs lists an org's jobs, newest first.
func (s *Service) Jobs(ctx context.Context, org identity.OrgID, p store.Page) (jobs []store.Job, next string, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		jobs, next, err = tx.Jobs(org, p)
		return err
	})
	return jobs, next, err
}
