package console

import (
	"slices"

	"roster/internal/identity"
)

// route is one page, or one thing that a form does.
type route struct {
	method, path string
	scope        identity.Scope
	serve        func(*Handler, *call) error
}

// What a route needs besides the scopes: a session whatever its role, or nothing.
const (
	signedIn identity.Scope = ""
	anyone   identity.Scope = "anyone"
)

// The scopes, as roles have them (see auth.Role).
const (
	view    = identity.ScopeRead
	repairs = identity.ScopeRepair
	manages = identity.ScopeManage
	keys    = identity.ScopeKeys
)

// routes are all that the console answers. Each noun has its part; the tests
// walk all of them, with and without a session, and with another org's ids.
func routes() []route {
	return slices.Concat(
		sessionRoutes,
		overviewRoutes,
		findingRoutes,
		repairRoutes,
		accountRoutes,
		groupRoutes,
		directoryRoutes,
		logRoutes,
		domainRoutes,
		auditRoutes,
		keyRoutes,
		settingRoutes,
	)
}

// sessionRoutes are signing in and out, and what a browser keeps.
var sessionRoutes = []route{
	{"GET", base + "/sign-in", anyone, (*Handler).signInPage},
	{"POST", base + "/sign-out", signedIn, (*Handler).signOut},
	{"POST", base + "/theme", anyone, (*Handler).setTheme},
}

var overviewRoutes = []route{
	{"GET", base + "/{$}", view, (*Handler).overview},
	{"GET", base + "/overview/findings", view, (*Handler).overviewFindings},
	{"POST", base + "/overview/findings", view, (*Handler).refreshFindings},
}

var findingRoutes = []route{}

var repairRoutes = []route{}

var accountRoutes = []route{
	{"GET", base + "/accounts", view, (*Handler).listAccounts},
	{"GET", base + "/accounts.csv", view, (*Handler).exportAccounts},
}

var groupRoutes = []route{}

var directoryRoutes = []route{}

var logRoutes = []route{
	{"GET", base + "/log", view, (*Handler).listLog},
	{"GET", base + "/log.csv", view, (*Handler).exportLog},
	{"GET", base + "/log/{entryId}", view, (*Handler).showLogEntry},
}

var domainRoutes = []route{}

var auditRoutes = []route{}

var keyRoutes = []route{}

var settingRoutes = []route{}
