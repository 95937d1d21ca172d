package adminapi

import (
	"roster/internal/identity"
	"roster/internal/store"
)

// Route is what the tests may know of a route.
type Route struct {
	Method, Path string
	Keys         []store.CredentialKind
	Scope        identity.Scope
}

// Routes gives all routes, so that a table of cases can be held against them.
func Routes() []Route {
	return converted(routes(), func(r route) Route { return Route{r.method, r.path, r.access.keys, r.access.scope} })
}

// ErrorNames gives the codes and keys in the tables of errors.
func ErrorNames() (names []string) {
	for _, kind := range adminProblems {
		names = append(names, kind.code)
	}
	for _, kind := range adminCodes {
		names = append(names, kind.code)
	}
	for _, kind := range adminMissing {
		names = append(names, kind.code)
	}
	for _, kind := range adminForbidden {
		names = append(names, kind.code)
	}
	for _, kind := range usersProblems {
		names = append(names, kind.key)
	}
	for _, kind := range usersCodes {
		names = append(names, kind.key)
	}
	return names
}
