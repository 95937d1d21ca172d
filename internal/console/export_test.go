package console

import "roster/internal/identity"

// Route is a route as the tests walk it.
type Route struct {
	Method, Path string
	Scope        identity.Scope
}

// What routes need besides scopes.
const (
	SignedIn = signedIn
	Anyone   = anyone
)

// Routes are all routes.
func Routes() []Route {
	var all []Route
	for _, rt := range routes() {
		all = append(all, Route{rt.method, rt.path, rt.scope})
	}
	return all
}

// WaitFor waits for the end of what runs in the background for a repair.
func (h *Handler) WaitFor(org identity.OrgID, id identity.RepairID) {
	h.runs.mu.Lock()
	at := h.runs.all[runKey{org, id}]
	h.runs.mu.Unlock()
	if at != nil {
		<-at.over
	}
}
