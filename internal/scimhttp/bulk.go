package scimhttp

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"roster/internal/identity"
	"roster/internal/provision"
	"roster/internal/scim"
	"roster/internal/store"
)

// Bounds of what shares one transaction. On SQLite it keeps the one writer busy,
// on PostgreSQL it keeps the rows that it has written locked.
const (
	maxBatchSteps = 64
	maxBatchTime  = 50 * time.Millisecond
)

// operationsPerRequest is how many operations of a bulk request count as one
// request more: what they share makes them cheaper.
const operationsPerRequest = 10

// bulkMargin is what is left of a request's time when a bulk request stops, so
// that its client learns how far it got.
const bulkMargin = 5 * time.Second

// bulkJob is a bulk request under way (RFC 7644 section 3.7). An operation is
// all or nothing, as it is by itself, and the others go on without one that
// fails. Operations that refer to one another in a circle are all or nothing
// together. Several share a transaction, and so a disk sync, and are answered
// when all are on disk.
type bulkJob struct {
	*exchange
	scim.Bulk
	plan    scim.BulkPlan
	ids     map[string]string // that POST operations give what they create, by bulkId
	newIDs  []string          // the same by operation
	results []scim.BulkResult
	errs    []error // of operations that failed
}

func (x *exchange) bulk() error {
	body, err := x.body(x.maxBulkBody)
	if err != nil {
		return err
	}
	request, err := scim.DecodeBulk(body, x.maxBulkOperations)
	if err != nil {
		return x.refuse(err)
	}
	x.limiter.Charge(x.token, len(request.Operations)/operationsPerRequest)
	j := &bulkJob{
		exchange: x, Bulk: request, plan: request.Plan(),
		ids: map[string]string{}, newIDs: make([]string, len(request.Operations)),
		results: make([]scim.BulkResult, len(request.Operations)), errs: make([]error, len(request.Operations)),
	}
	for bulkID, i := range request.Creators() {
		j.newIDs[i] = identity.NewUUID()
		j.ids[bulkID] = j.newIDs[i]
	}
	if err := j.run(); err != nil {
		return err
	}
	for _, err := range j.errs {
		x.tellOperator(err)
	}
	for i, op := range request.Operations {
		x.countOutcome(op.Method, j.results[i].Status)
	}
	x.answer(http.StatusOK, request.AppendResults(nil, j.results))
	return nil
}

// run carries out step after step. What was not reached when the time is up, or
// the database fails, is answered so beside the results of the others; the
// error is one that leaves no results.
func (j *bulkJob) run() error {
	most := maxBatchSteps
	for left := j.plan.Steps; len(left) > 0 && !j.hasFailedEnough(); {
		if j.isLate() {
			return j.stop(left, scim.Errorf(http.StatusServiceUnavailable, "", "The time of this request was up. Send the operations with this status again, in a request of their own."))
		}
		done, err := j.batch(left, most)
		switch {
		case errors.Is(err, store.ErrContended) && most > 1:
			most = 1 // locks are held for a moment only then
		case err != nil:
			return j.stop(left, err)
		default:
			left = left[done:]
		}
	}
	return nil
}

func (j *bulkJob) isLate() bool {
	deadline, ok := j.ctx().Deadline()
	return ok && time.Until(deadline) < bulkMargin
}

func (j *bulkJob) hasFailedEnough() bool {
	if j.FailOnErrors == 0 {
		return false
	}
	failed := 0
	for i := range j.results {
		if j.hasFailed(i) {
			failed++
		}
	}
	return failed >= j.FailOnErrors
}

func (j *bulkJob) hasFailed(i int) bool { return j.results[i].Status >= http.StatusBadRequest }

// stop notes once why the remaining steps were not carried out. When nothing
// was, that is the answer to the request.
func (j *bulkJob) stop(left [][]int, cause error) error {
	err := j.refuse(cause)
	if len(left) == len(j.plan.Steps) {
		return err
	}
	answer := j.report(err)
	for _, i := range slices.Concat(left...) {
		j.results[i], j.errs[i] = scim.BulkResult{Status: answer.Status, Response: answer}, nil
	}
	return nil
}

// batch carries out some steps in one transaction and gives how many.
func (j *bulkJob) batch(steps [][]int, most int) (done int, err error) {
	started := time.Now()
	err = j.provision.Batch(j.ctx(), func(p *provision.Service) error {
		for _, i := range slices.Concat(steps...) {
			j.results[i], j.errs[i] = scim.BulkResult{}, nil // of a run that was lost
		}
		done = 0
		for _, step := range steps[:min(most, len(steps))] {
			if done > 0 && (time.Since(started) > maxBatchTime || j.hasFailedEnough()) {
				return nil
			}
			if err := j.step(p, step); err != nil {
				return err
			}
			done++
		}
		return nil
	})
	return done, err
}

// step carries out an operation, or a circle of them. Its error is one that
// loses the transaction.
func (j *bulkJob) step(p *provision.Service, step []int) error {
	if len(step) == 1 {
		return j.operation(p, step[0])
	}
	failed := -1
	err := p.Batch(j.ctx(), func(p *provision.Service) error {
		for _, i := range step {
			if err := j.operation(p, i); err != nil {
				return err
			}
			if j.hasFailed(i) {
				failed = i
				return errCircle
			}
		}
		return nil
	})
	if !errors.Is(err, errCircle) {
		return err
	}
	return j.breakCircle(p, step, failed)
}

// errCircle undoes the operations of a circle of which one has failed.
var errCircle = errors.New("an operation of the circle failed")

// breakCircle refuses all operations of a circle. The log entry of the failed
// one was undone with the others, so it is written again.
func (j *bulkJob) breakCircle(p *provision.Service, step []int, failed int) error {
	reason := j.results[failed].Response
	for _, i := range step {
		cause := reason
		if i != failed {
			cause = scim.Errorf(http.StatusConflict, "", "This operation and %s refer to one another, and that one failed: nothing of either was done. Correct it, and send both again.", j.name(failed))
		}
		if err := j.refuseOperation(p, i, cause); err != nil {
			return err
		}
	}
	return nil
}
