package scimhttp

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"roster/internal/provision"
	"roster/internal/scim"
)

// answer writes a body.
func (x *exchange) answer(status int, body []byte) {
	mediaType := x.mediaType
	if mediaType == "" {
		mediaType = typeSCIM
	}
	header := x.w.Header()
	header.Set("Content-Type", mediaType)
	header.Set("Content-Length", strconv.Itoa(len(body)))
	x.writeHeader(status)
	x.w.Write(body) //nolint:gosec // the Content-Type is JSON, and the error of a client that has hung up helps nobody
}

func (x *exchange) writeHeader(status int) {
	x.status = status
	x.w.WriteHeader(status)
}

// answerNothing is 204.
func (x *exchange) answerNothing() error {
	x.writeHeader(http.StatusNoContent)
	return nil
}

// answerResource writes one resource with the headers that repeat its meta.
func (x *exchange) answerResource(status int, env scim.Envelope, body []byte) {
	x.w.Header().Set("Location", env.Location)
	x.w.Header().Set("ETag", env.Version)
	x.answer(status, body)
}

// answerUnlessKnown is answerResource for a read, whose client may have this
// version already (RFC 7644 section 3.14).
func (x *exchange) answerUnlessKnown(env scim.Envelope, render func() ([]byte, error)) error {
	if err := x.request.If.CheckRead(env.Version); err != nil {
		return x.refuse(err)
	}
	if x.request.If.IsNotModified(env.Version) {
		x.w.Header().Set("ETag", env.Version)
		x.writeHeader(http.StatusNotModified)
		return nil
	}
	body, err := render()
	if err != nil {
		return err
	}
	x.answerResource(http.StatusOK, env, body)
	return nil
}

// retryAfter is how many seconds a client should wait for what an operator has
// to mend.
const retryAfter = "60"

// fail writes the answer to a request that failed.
func (x *exchange) fail(err error) {
	answer := x.report(err)
	if answer.Status == http.StatusInsufficientStorage || answer.Status == http.StatusServiceUnavailable {
		x.w.Header().Set("Retry-After", retryAfter)
	}
	x.answer(answer.Status, answer.AppendJSON(nil))
}

// report gives the answer to an error, and the operator what it leaves out.
func (x *exchange) report(err error) *scim.Error {
	x.tellOperator(err)
	return answerTo(err, x.requestID)
}

func (x *exchange) tellOperator(err error) {
	if isForOperator(err, answerTo(err, x.requestID)) {
		x.logger.ErrorContext(x.ctx(), "SCIM request failed", "requestId", x.requestID, "method", x.r.Method, "path", x.r.URL.Path, "error", err)
	}
}

// isForOperator tells whether an error says more than its answer, such as why a
// database failed. That a client has hung up is no news.
func isForOperator(err error, answer *scim.Error) bool {
	if err == nil || answer.Status == http.StatusNotImplemented || errors.Is(err, context.Canceled) {
		return false
	}
	_, isAnswer := err.(*scim.Error) //nolint:errorlint // a wrapped or joined one says more
	return !isAnswer
}

// answerTo is the SCIM error in an error, else one that says nothing but the
// request's id.
func answerTo(err error, requestID string) *scim.Error {
	if answer, ok := errors.AsType[*scim.Error](err); ok {
		return answer
	}
	return provision.Internal(requestID)
}

func appendText(b []byte, s string) []byte { return scim.String(s).AppendJSON(b) }
