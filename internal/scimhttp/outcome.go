package scimhttp

import (
	"net/http"

	"roster/internal/journal"
	"roster/internal/provision"
)

// count notes what became of the request for its directory's health. One that
// no token of a directory came with counts nowhere, as anybody could send it.
func (x *exchange) count() {
	switch {
	case x.request.DirectoryID == "":
	case x.dead:
		x.provision.Count(x.request.DirectoryID, provision.Unauthenticated)
	default:
		x.countOutcome(x.r.Method, x.status)
	}
}

// countOutcome notes what became of a request or an operation of a bulk
// request. Of POSTs only those write that create: a search does not, and the
// operations of a bulk request are counted one by one.
func (x *exchange) countOutcome(method string, status int) {
	switch {
	case status >= 400 && status < 500 && status != journal.StatusHungUp:
		x.provision.Count(x.request.DirectoryID, provision.Refused)
	case method == http.MethodPost && status == http.StatusCreated,
		(method == http.MethodPut || method == http.MethodPatch || method == http.MethodDelete) && status/100 == 2:
		x.provision.Count(x.request.DirectoryID, provision.Wrote)
	}
}
