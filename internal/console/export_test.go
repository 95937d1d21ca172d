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
