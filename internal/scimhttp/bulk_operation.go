package scimhttp

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"roster/internal/journal"
	"roster/internal/provision"
	"roster/internal/scim"
	"roster/internal/store"
)

// operation carries out one operation of a bulk request by the way that the
// single request takes. Its error is one that loses the transaction.
func (j *bulkJob) operation(p *provision.Service, i int) error {
	op := j.Operations[i]
	if op.Refused != nil {
		return j.refuseOperation(p, i, op.Refused)
	}
	for _, needed := range j.plan.Needs(i) {
		if j.hasFailed(needed) {
			return j.refuseOperation(p, i, scim.Errorf(http.StatusConflict, "", "This operation refers to %s, which failed. Correct that one, and send both again.", j.name(needed)))
		}
	}
	op, err := op.Resolve(j.ids)
	if err != nil {
		return j.refuseOperation(p, i, err)
	}
	x, answer := j.exchangeOf(p, i, op)
	if x.request.If, err = preconditionsOf(op); err != nil {
		return j.refuseOperation(p, i, err)
	}
	if err := x.dispatch(); err != nil {
		return j.failed(p, i, x, err)
	}
	j.results[i] = scim.BulkResult{Status: answer.status, Location: x.operationLocation(answer), Version: answer.header.Get("ETag")}
	return nil
}

// exchangeOf makes an operation look like a request of its own. Its answer holds
// no more of a resource than the id: the result of an operation has no room for
// more that a client needs.
func (j *bulkJob) exchangeOf(p *provision.Service, i int, op scim.BulkOperation) (*exchange, *recorded) {
	answer := &recorded{header: http.Header{}}
	r := &http.Request{Method: op.Method, URL: &url.URL{Path: op.Path}, Header: http.Header{}}
	x := &exchange{
		Handler: j.Handler, provision: p, w: answer, r: r.WithContext(j.ctx()), requestID: j.requestID,
		target: target{j.target.directory, withoutExtras(segmentsOf(op.Path))}, mediaType: typeSCIM, base: j.base,
		query: url.Values{"attributes": {"id"}}, payload: &op.Data, request: j.request,
		about: store.LogEntry{
			Operation: provision.OpBulk, Resource: journal.ResourceRequest,
			Name: cmp.Or(textOf(op.Data, "userName"), textOf(op.Data, "displayName")), ExternalID: textOf(op.Data, "externalId"),
		},
	}
	x.request.If, x.request.NewID = scim.Preconditions{}, j.newIDs[i]
	x.request.Sent = provision.Sent{Head: func() string { return op.Method + " " + op.Path + " (an operation of a bulk request)" }, Body: op.Data}
	return x, answer
}

func textOf(v scim.Value, name string) string {
	member, _ := v.Get(name)
	return member.Str()
}

// preconditionsOf is the version that an operation demands, as If-Match says it
// in a single request.
func preconditionsOf(op scim.BulkOperation) (scim.Preconditions, error) {
	if op.Version == "" || op.Method == http.MethodPost {
		return scim.Preconditions{}, nil
	}
	return scim.ParsePreconditions([]string{op.Version}, nil)
}

// operationLocation is the URL of the resource that an operation is about, "" if
// there is none.
func (x *exchange) operationLocation(answer *recorded) string {
	if location := answer.header.Get("Location"); location != "" {
		return location
	}
	id := x.target.id()
	if x.r.Method == http.MethodPost || id == "" || strings.HasPrefix(id, "bulkId:") {
		return ""
	}
	return x.base + "/" + x.target.segments[0] + "/" + url.PathEscape(id)
}

// recorded is the answer to an operation; its body is not kept.
type recorded struct {
	header http.Header
	status int
}

// Header is http.ResponseWriter.
func (r *recorded) Header() http.Header { return r.header }

// Write is http.ResponseWriter.
func (r *recorded) Write(b []byte) (int, error) { return len(b), nil }

// WriteHeader is http.ResponseWriter.
func (r *recorded) WriteHeader(status int) { r.status = status }

// refuseOperation is the end of an operation that is not carried out.
func (j *bulkJob) refuseOperation(p *provision.Service, i int, cause error) error {
	x, _ := j.exchangeOf(p, i, j.Operations[i])
	_, _ = x.route() // names the operation for the log
	return j.failed(p, i, x, x.refuse(cause))
}

// failed notes an operation's error. What it gives is nil, as long as the
// transaction can go on without the operation.
func (j *bulkJob) failed(p *provision.Service, i int, x *exchange, err error) error {
	if errors.Is(err, provision.ErrTypesChanged) {
		return err // nothing has happened; the whole transaction is done again
	}
	answer := answerTo(err, j.requestID)
	j.errs[i] = err
	j.results[i] = scim.BulkResult{Status: answer.Status, Location: x.operationLocation(&recorded{}), Response: answer}
	return p.Lost()
}

// name is what an operation is called in the errors of others.
func (j *bulkJob) name(i int) string {
	if id := j.Operations[i].BulkID; id != "" {
		return fmt.Sprintf("bulkId %.100q", id)
	}
	return fmt.Sprintf("Operations[%d]", i)
}
