package store

import (
	"time"

	"roster/internal/identity"
)

// Job is work that is done bit by bit, and how far it is.
type Job struct {
	OrgID      identity.OrgID
	ID         identity.JobID
	Kind       string
	Target     string // id of the domain or directory
	Name       string // of the target, for people
	Cursor     string // what is done up to
	Total      int    // as estimated at the start
	Done       int
	Attempts   int    // that failed since the last step that did not
	Error      string // of the last attempt, or ""
	Actor      string
	RequestID  string
	CreatedAt  time.Time
	UpdatedAt  time.Time
	FinishedAt time.Time // zero while there is something to do
}

// IsFinished tells whether nothing is left to do, or the job was given up.
func (j Job) IsFinished() bool { return !j.FinishedAt.IsZero() }

const jobColumns = `org_id, id, kind, target, name, cursor, total, done, attempts, error, actor, request_id, created_at, updated_at, finished_at`

func scanJob(row scanner) (j Job, err error) {
	err = row.Scan(&j.OrgID, &j.ID, &j.Kind, &j.Target, &j.Name, &j.Cursor, &j.Total, &j.Done, &j.Attempts, &j.Error, &j.Actor, &j.RequestID,
		timeInto{&j.CreatedAt}, timeInto{&j.UpdatedAt}, timeInto{&j.FinishedAt})
	return j, err
}

// InsertJob stores a job, created now, for the next server that has time.
func (tx *Tx) InsertJob(j Job) (Job, error) {
	return one(tx, scanJob, `INSERT INTO job (org_id, id, kind, target, name, cursor, total, done, attempts, error, actor, request_id, created_at, updated_at, lease_until)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, '', $8, $9, $10, $10, 0) RETURNING `+jobColumns,
		j.OrgID, j.ID, j.Kind, j.Target, j.Name, j.Cursor, j.Total, j.Actor, j.RequestID, micros(tx.now))
}

// Job gives one job of an org.
func (tx *Tx) Job(org identity.OrgID, id identity.JobID) (Job, error) {
	return one(tx, scanJob, `SELECT `+jobColumns+` FROM job WHERE org_id = $1 AND id = $2`, org, id)
}

// LockJob is Job, held against other writers.
func (tx *Tx) LockJob(org identity.OrgID, id identity.JobID) (Job, error) {
	return one(tx, scanJob, `SELECT `+jobColumns+` FROM job WHERE org_id = $1 AND id = $2`+tx.dialect.forUpdate(), org, id)
}

// HasOpenJob tells whether a job of a kind for a target is not finished.
func (tx *Tx) HasOpenJob(org identity.OrgID, target, kind string) (bool, error) {
	n, err := one(tx, column[int], `SELECT count(*) FROM job WHERE org_id = $1 AND target = $2 AND kind = $3 AND finished_at IS NULL`, org, target, kind)
	return n > 0, err
}

// OpenJobs gives the jobs for a target that are not finished, the oldest first.
func (tx *Tx) OpenJobs(org identity.OrgID, target string) ([]Job, error) {
	return all(tx, scanJob, `SELECT `+jobColumns+` FROM job WHERE org_id = $1 AND target = $2 AND finished_at IS NULL ORDER BY id`, org, target)
}

// Jobs lists an org's jobs, newest first. The page key is the job's id.
func (tx *Tx) Jobs(org identity.OrgID, p Page) ([]Job, string, error) {
	rows, err := all(tx, scanJob, `SELECT `+jobColumns+` FROM job WHERE org_id = $1 AND ($2 = '' OR id < $2) ORDER BY id DESC LIMIT $3`, org, p.After, p.limit())
	if err != nil {
		return nil, "", err
	}
	rows, next := cut(p, rows, func(j Job) string { return string(j.ID) })
	return rows, next, nil
}

// AnyJobDue is [ErrNotFound] when no job waits for a server.
func (tx *Tx) AnyJobDue() error {
	_, err := one(tx, column[string], `SELECT id FROM job WHERE finished_at IS NULL AND lease_until <= $1 LIMIT 1`, micros(tx.now))
	return err
}

// LeaseJob takes an unfinished job of any org that no server works on, until a
// time; [ErrNotFound] when there is none.
func (tx *Tx) LeaseJob(until time.Time) (Job, error) {
	return one(tx, scanJob, `UPDATE job SET lease_until = $1 WHERE (org_id, id) IN
		(SELECT org_id, id FROM job WHERE finished_at IS NULL AND lease_until <= $2 ORDER BY lease_until LIMIT 1`+tx.dialect.skipLocked()+`) RETURNING `+jobColumns,
		micros(until), micros(tx.now))
}

// UpdateJob stores how far a job is, and until when its server has it.
func (tx *Tx) UpdateJob(j Job, leaseUntil time.Time) error {
	return tx.execOne(`UPDATE job SET cursor = $1, done = $2, attempts = $3, error = $4, updated_at = $5, finished_at = $6, lease_until = $7 WHERE org_id = $8 AND id = $9`,
		j.Cursor, j.Done, j.Attempts, j.Error, micros(tx.now), nullMicros(j.FinishedAt), micros(leaseUntil), j.OrgID, j.ID)
}

// DeleteOldJobs forgets at most limit jobs that were finished before a time.
func (tx *Tx) DeleteOldJobs(org identity.OrgID, before time.Time, limit int) (int64, error) {
	return tx.exec(`DELETE FROM job WHERE org_id = $1 AND id IN (SELECT id FROM job WHERE org_id = $1 AND finished_at < $2 LIMIT $3)`, org, micros(before), limit)
}
