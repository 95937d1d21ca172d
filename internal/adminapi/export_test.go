package adminapi

import "roster/internal/store"

// Route is what the tests may know of a route.
type Route struct {
	Method, Path string
	Keys         []store.CredentialKind
}

// Routes gives all routes, so that a table of cases can be held against them.
func Routes() []Route {
	return converted(routes(), func(r route) Route { return Route{r.method, r.path, r.keys} })
}
