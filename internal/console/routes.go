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
		accessRoutes,
		overviewRoutes,
		findingRoutes,
		repairRoutes,
		accountRoutes,
		groupRoutes,
		jobRoutes,
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
	{"POST", base + "/sign-in", anyone, (*Handler).signInByLink},
	{"GET", base + "/sign-in/oidc", anyone, (*Handler).startOIDC},
	{"GET", oidcCallback, anyone, (*Handler).finishOIDC},
	{"GET", base + "/sign-in/organization", anyone, (*Handler).chooseOrg},
	{"POST", base + "/sign-in/organization", anyone, (*Handler).enterOrg},
	{"POST", base + "/sign-out", signedIn, (*Handler).signOut},
	{"GET", base + "/palette", view, (*Handler).openPalette},
	{"POST", base + "/theme", anyone, (*Handler).setTheme},
	{"GET", base + "/sessions", keys, (*Handler).listSessions},
	{"POST", base + "/sessions/{sessionId}/revoke", keys, (*Handler).revokeSession},
}

// accessRoutes say whom to let in.
var accessRoutes = []route{
	{"GET", base + "/access", keys, (*Handler).listGrants},
	{"POST", base + "/access", keys, (*Handler).addGrant},
	{"POST", base + "/access/links", keys, (*Handler).createLink},
	{"POST", base + "/access/{grantId}/remove", keys, (*Handler).removeGrant},
}

var overviewRoutes = []route{
	{"GET", base + "/{$}", view, (*Handler).overview},
	{"GET", base + "/overview/findings", view, (*Handler).overviewFindings},
	{"POST", base + "/overview/findings", view, (*Handler).refreshFindings},
}

var findingRoutes = []route{
	{"GET", base + "/findings", view, (*Handler).listFindings},
	{"POST", base + "/findings", view, (*Handler).renewFindings},
	{"GET", base + "/findings.csv", view, (*Handler).exportFindings},
	{"POST", base + "/findings/plan", repairs, (*Handler).planFindings},
	{"GET", base + "/findings/{findingId}", view, (*Handler).getFinding},
	{"POST", base + "/findings/{findingId}/plan", repairs, (*Handler).planFinding},
}

var repairRoutes = []route{
	{"GET", base + "/repairs", view, (*Handler).listRepairs},
	{"POST", base + "/repairs", repairs, (*Handler).planMapping},
	{"GET", base + "/repairs/new", view, (*Handler).newRepair},
	{"GET", base + "/repairs.csv", view, (*Handler).exportRepairs},
	{"GET", base + "/repairs/{repairId}", view, (*Handler).getRepair},
	{"POST", base + "/repairs/{repairId}/apply", repairs, (*Handler).applyRepair},
	{"POST", base + "/repairs/{repairId}/seal", repairs, (*Handler).sealRepair},
	{"POST", base + "/repairs/{repairId}/discard", repairs, (*Handler).discardRepair},
	{"POST", base + "/repairs/{repairId}/undo", repairs, (*Handler).undoRepair},
	{"GET", base + "/repairs/{repairId}/result.csv", view, (*Handler).exportCases},
	{"GET", base + "/repairs/{repairId}/result.jsonl", view, (*Handler).exportCaseLines},
	{"GET", base + "/repairs/{repairId}/cases/{caseNumber}", view, (*Handler).getCase},
	{"POST", base + "/repairs/{repairId}/cases/{caseNumber}/apply", repairs, (*Handler).applyCase},
	{"POST", base + "/repairs/{repairId}/cases/{caseNumber}/undo", repairs, (*Handler).undoCase},
}

var accountRoutes = []route{
	{"GET", base + "/accounts", view, (*Handler).listAccounts},
	{"GET", base + "/accounts.csv", view, (*Handler).exportAccounts},
	{"GET", base + "/accounts/new", view, (*Handler).newAccount},
	{"POST", base + "/accounts/new", manages, (*Handler).createAccount},
	{"GET", base + "/accounts/{accountId}", view, (*Handler).showAccount},
	{"GET", base + "/accounts/{accountId}/groups", view, (*Handler).showAccountGroups},
	{"GET", base + "/accounts/{accountId}/timeline", view, (*Handler).showTimeline},
	{"POST", base + "/accounts/{accountId}/profile", manages, (*Handler).saveProfile},
	{"POST", base + "/accounts/{accountId}/email", manages, (*Handler).setAccountEmail},
	{"POST", base + "/accounts/{accountId}/deactivate", manages, (*Handler).deactivateAccount},
	{"POST", base + "/accounts/{accountId}/activate", manages, (*Handler).activateAccount},
	{"POST", base + "/accounts/{accountId}/accept", manages, (*Handler).acceptInvitation},
	{"POST", base + "/accounts/{accountId}/suspend", manages, (*Handler).suspendAccess},
	{"POST", base + "/accounts/{accountId}/restore", manages, (*Handler).restoreAccess},
	{"POST", base + "/accounts/{accountId}/leave", manages, (*Handler).leaveGroups},
	{"POST", base + "/accounts/{accountId}/delete", manages, (*Handler).deleteAccount},
	{"POST", base + "/accounts/{accountId}/cancel-deletion", manages, (*Handler).cancelDeletion},
	{"POST", base + "/accounts/{accountId}/unlock", repairs, (*Handler).deleteSCIMUsers},
}

var groupRoutes = []route{
	{"GET", base + "/groups", view, (*Handler).listGroups},
	{"GET", base + "/groups.csv", view, (*Handler).exportGroups},
	{"POST", base + "/groups", manages, (*Handler).createGroup},
	{"GET", base + "/groups/{groupId}", view, (*Handler).showGroup},
	{"POST", base + "/groups/{groupId}/members", manages, (*Handler).addMember},
	{"POST", base + "/groups/{groupId}/remove", manages, (*Handler).removeMember},
	{"POST", base + "/groups/{groupId}/delete", manages, (*Handler).deleteGroup},
	{"GET", base + "/groups/{groupId}/adopt", view, (*Handler).previewAdoption},
	{"POST", base + "/groups/{groupId}/adopt", repairs, (*Handler).adoptGroup},
}

var jobRoutes = []route{{"GET", base + "/jobs", view, (*Handler).listJobs}}

var directoryRoutes = []route{
	{"GET", base + "/directories", view, (*Handler).listDirectories},
	{"GET", base + "/directories.csv", view, (*Handler).exportDirectories},
	{"GET", base + "/directories/new", manages, (*Handler).newDirectory},
	{"POST", base + "/directories", manages, (*Handler).createDirectory},
	{"GET", base + "/directories/{directoryId}", view, (*Handler).showDirectory},
	{"GET", base + "/directories/{directoryId}/first", view, (*Handler).firstRequest},
	{"GET", base + "/directories/{directoryId}/job", view, (*Handler).directoryJob},
	{"GET", base + "/directories/{directoryId}/tokens", view, (*Handler).listTokens},
	{"POST", base + "/directories/{directoryId}/tokens", manages, (*Handler).createToken},
	{"POST", base + "/directories/{directoryId}/tokens/{tokenId}/rotate", manages, (*Handler).rotateToken},
	{"POST", base + "/directories/{directoryId}/tokens/{tokenId}/revoke", manages, (*Handler).revokeToken},
	{"GET", base + "/directories/{directoryId}/settings", view, (*Handler).showDirectorySettings},
	{"POST", base + "/directories/{directoryId}/settings", manages, (*Handler).saveDirectory},
	{"POST", base + "/directories/{directoryId}/disconnect", manages, (*Handler).disconnectDirectory},
	{"POST", base + "/directories/{directoryId}/reconnect", manages, (*Handler).reconnectDirectory},
	{"GET", base + "/directories/{directoryId}/delete", view, (*Handler).previewDirectoryEnd},
	{"POST", base + "/directories/{directoryId}/delete", manages, (*Handler).deleteDirectory},
	{"GET", base + "/directories/{directoryId}/users", view, (*Handler).listSCIMUsers},
	{"GET", base + "/directories/{directoryId}/users.csv", view, (*Handler).exportSCIMUsers},
	{"GET", base + "/directories/{directoryId}/users/{scimUserId}", view, (*Handler).showSCIMUser},
	{"POST", base + "/directories/{directoryId}/users/{scimUserId}/relink", repairs, (*Handler).relinkSCIMUser},
	{"POST", base + "/directories/{directoryId}/users/{scimUserId}/unlink", repairs, (*Handler).unlinkSCIMUser},
	{"POST", base + "/directories/{directoryId}/users/{scimUserId}/lift", repairs, (*Handler).liftHold},
	{"POST", base + "/directories/{directoryId}/users/{scimUserId}/delete", repairs, (*Handler).deleteSCIMUser},
	{"POST", base + "/directories/{directoryId}/users/{scimUserId}/restore", repairs, (*Handler).restoreSCIMUser},
	{"GET", base + "/directories/{directoryId}/groups", view, (*Handler).listSCIMGroups},
	{"GET", base + "/directories/{directoryId}/groups.csv", view, (*Handler).exportSCIMGroups},
	{"GET", base + "/directories/{directoryId}/groups/{scimGroupId}", view, (*Handler).showSCIMGroup},
}

var logRoutes = []route{
	{"GET", base + "/log", view, (*Handler).listLog},
	{"GET", base + "/log.csv", view, (*Handler).exportLog},
	{"GET", base + "/log/{entryId}", view, (*Handler).showLogEntry},
}

var domainRoutes = []route{
	{"GET", base + "/domains", view, (*Handler).listDomains},
	{"GET", base + "/domains.csv", view, (*Handler).exportDomains},
	{"POST", base + "/domains", manages, (*Handler).addDomain},
	{"GET", base + "/domains/{domainId}", view, (*Handler).showDomain},
	{"POST", base + "/domains/{domainId}", manages, (*Handler).saveDomain},
	{"POST", base + "/domains/{domainId}/check", manages, (*Handler).checkDomain},
	{"POST", base + "/domains/{domainId}/claims", manages, (*Handler).changeClaims},
	{"POST", base + "/domains/{domainId}/remove", manages, (*Handler).removeDomain},
}

var auditRoutes = []route{
	{"GET", base + "/audit", view, (*Handler).listAudit},
	{"GET", base + "/audit.csv", view, (*Handler).exportAudit},
	{"GET", base + "/audit/{eventId}", view, (*Handler).showAuditEntry},
}

var keyRoutes = []route{
	{"GET", base + "/keys", keys, (*Handler).listKeys},
	{"POST", base + "/keys", keys, (*Handler).createKey},
	{"POST", base + "/keys/{keyId}/rotate", keys, (*Handler).rotateKey},
	{"POST", base + "/keys/{keyId}/revoke", keys, (*Handler).revokeKey},
}

var settingRoutes = []route{
	{"GET", base + "/settings", view, (*Handler).showSettings},
	{"POST", base + "/settings", manages, (*Handler).saveSettings},
}
