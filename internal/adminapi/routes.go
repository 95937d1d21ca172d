package adminapi

import (
	"slices"

	"roster/internal/identity"
	"roster/internal/store"
)

// route is one operation of openapi.yaml.
type route struct {
	method, path string
	access       access
	serve        func(*Handler, *call) error
}

// access says what opens an operation: the kinds of keys, the usual one first,
// and the scope that an organization key must have.
type access struct {
	keys  []store.CredentialKind
	scope identity.Scope // "" where no organization key will do
}

var (
	orgKey       = []store.CredentialKind{store.CredentialOrg}
	orgOrSiteKey = []store.CredentialKind{store.CredentialOrg, store.CredentialSite}
	siteKey      = []store.CredentialKind{store.CredentialSite}
)

// What the operations need. openapi.yaml says the same in `security`.
var (
	read         = access{orgKey, identity.ScopeRead}
	readOrSite   = access{orgOrSiteKey, identity.ScopeRead}
	repairs      = access{orgKey, identity.ScopeRepair}
	manages      = access{orgKey, identity.ScopeManage}
	manageOrSite = access{orgOrSiteKey, identity.ScopeManage}
	keysOrSite   = access{orgOrSiteKey, identity.ScopeKeys}
	siteOnly     = access{siteKey, ""}
)

const (
	schemas      = "/admin/v1/schemas"
	orgs         = "/admin/v1/orgs"
	org          = orgs + "/{orgId}"
	directory    = org + "/directories/{directoryId}"
	account      = org + "/accounts/{accountId}"
	group        = org + "/directory/groups/{groupId}"
	provisioning = "/admin/user-provisioning/v1/org/{orgId}"
	scimUser     = provisioning + "/scimDirectoryId/{directoryId}/scimUserId/{scimUserId}"
	aRepair      = provisioning + "/repairs/{repairId}"
	manage       = "/users/{accountId}/manage"
	apps         = "/api/v1"
	orgUser      = org + "/directory/users/{accountId}"
	orgV2        = "/admin/v2/orgs/{orgId}"
	v2Users      = orgV2 + "/directories/{userDirectoryId}/users"
	v2User       = v2Users + "/{accountId}"
	v2Groups     = orgV2 + "/directories/{userDirectoryId}/groups"
	v2Group      = v2Groups + "/{groupId}"
)

// accountRoutes are the operations of Roster's own about accounts.
func accountRoutes() []route {
	return []route{
		{"GET", org + "/accounts", read, (*Handler).searchAccounts},
		{"GET", org + "/accounts/export", read, (*Handler).exportAccounts},
		{"POST", org + "/accounts/import", manages, (*Handler).importAccounts},
		{"GET", org + "/account-imports/{importId}", read, (*Handler).getImport},
		{"POST", org + "/accounts/invite", manages, (*Handler).inviteAccount},
		{"POST", org + "/accounts/last-active", manages, (*Handler).recordActivity},
		{"GET", account, read, (*Handler).getAccount},
		{"POST", account + "/accept-invitation", manages, (*Handler).acceptInvitation},
		{"GET", account + "/groups", read, (*Handler).listAccountGroups},
		{"GET", account + "/timeline", read, (*Handler).listTimeline},
	}
}

// consoleRoutes are the operations about who may use the console.
func consoleRoutes() []route {
	return []route{
		{"POST", org + "/console-links", keysOrSite, (*Handler).createConsoleLink},
		{"GET", org + "/console-sessions", keysOrSite, (*Handler).listConsoleSessions},
		{"DELETE", org + "/console-sessions/{sessionId}", keysOrSite, (*Handler).revokeConsoleSession},
		{"GET", org + "/console-grants", keysOrSite, (*Handler).listConsoleGrants},
		{"POST", org + "/console-grants", keysOrSite, (*Handler).grantConsole},
		{"DELETE", org + "/console-grants/{grantId}", keysOrSite, (*Handler).removeConsoleGrant},
	}
}

// userDirectoryRoutes are the operations of the hosted organizations API v2.
func userDirectoryRoutes() []route {
	return []route{
		{"GET", orgV2 + "/directories", read, (*Handler).listUserDirectories},
		{"POST", orgV2 + "/users/invite", manages, (*Handler).inviteUsers},

		{"GET", v2Users, read, inUserDirectory((*Handler).listDirectoryUsers)},
		{"POST", v2Users + "/search", read, inUserDirectory((*Handler).searchDirectoryUsers)},
		{"GET", v2Users + "/count", read, inUserDirectory((*Handler).countDirectoryUsers)},
		{"GET", v2Users + "/stats", read, inUserDirectory((*Handler).getDirectoryUserStats)},
		{"GET", v2User, read, inUserDirectory((*Handler).getDirectoryUser)},
		{"DELETE", v2User, manages, inUserDirectory((*Handler).removeDirectoryUser)},
		{"POST", v2User + "/suspend", manages, inUserDirectory((*Handler).suspendDirectoryUser)},
		{"POST", v2User + "/restore", manages, inUserDirectory((*Handler).restoreDirectoryUser)},
		{"GET", v2User + "/role-assignments", read, inUserDirectory((*Handler).listUserRoleAssignments)},

		{"GET", v2Groups, read, inUserDirectory((*Handler).listDirectoryGroups)},
		{"POST", v2Groups, manages, inUserDirectory((*Handler).createDirectoryGroup)},
		{"POST", v2Groups + "/search", read, inUserDirectory((*Handler).searchDirectoryGroups)},
		{"GET", v2Groups + "/count", read, inUserDirectory((*Handler).countDirectoryGroups)},
		{"GET", v2Groups + "/stats", read, inUserDirectory((*Handler).getDirectoryGroupStats)},
		{"GET", v2Group, read, inUserDirectory((*Handler).getDirectoryGroup)},
		{"DELETE", v2Group, manages, inUserDirectory((*Handler).deleteDirectoryGroup)},
		{"POST", v2Group + "/memberships", manages, inUserDirectory((*Handler).addUserToDirectoryGroup)},
		{"DELETE", v2Group + "/memberships/{accountId}", manages, inUserDirectory((*Handler).removeUserFromDirectoryGroup)},
		{"GET", v2Group + "/role-assignments", read, inUserDirectory((*Handler).listGroupRoleAssignments)},
	}
}

// routes are all operations: those of the tables above, and the others in the order of openapi.yaml.
func routes() []route { //nolint:funlen // a table
	return append(slices.Concat(accountRoutes(), consoleRoutes(), userDirectoryRoutes()), []route{
		{"GET", orgs, readOrSite, (*Handler).listOrgs},
		{"POST", orgs, siteOnly, (*Handler).createOrg},
		{"GET", org, readOrSite, (*Handler).getOrg},
		{"PATCH", org, manageOrSite, (*Handler).updateOrg},
		{"GET", org + "/keys", keysOrSite, (*Handler).listKeys},
		{"POST", org + "/keys", keysOrSite, (*Handler).createKey},
		{"DELETE", org + "/keys/{keyId}", keysOrSite, (*Handler).revokeKey},
		{"POST", org + "/keys/{keyId}/rotate", keysOrSite, (*Handler).rotateKey},

		{"GET", org + "/events", read, (*Handler).listEvents},
		{"GET", org + "/events/{eventId}", read, (*Handler).getEvent},
		{"GET", org + "/events-stream", read, (*Handler).streamEvents},
		{"GET", org + "/event-actions", read, (*Handler).listEventActions},

		{"GET", org + "/domains", readOrSite, (*Handler).listDomains},
		{"POST", org + "/domains", manages, (*Handler).addDomain},
		{"GET", org + "/domains/{domainId}", readOrSite, (*Handler).getDomain},
		{"PATCH", org + "/domains/{domainId}", manages, (*Handler).assignDomain},
		{"DELETE", org + "/domains/{domainId}", manages, (*Handler).removeDomain},
		{"GET", org + "/domains/{domainId}/claims", read, (*Handler).previewClaims},
		{"POST", org + "/domains/{domainId}/claims", manages, (*Handler).changeClaims},
		{"PUT", org + "/domains/{domainId}/claim-mode", manages, (*Handler).setClaimMode},
		{"GET", org + "/jobs", read, (*Handler).listJobs},
		{"GET", org + "/jobs/{jobId}", read, (*Handler).getJob},
		{"POST", org + "/domains/{domainId}/check", manages, (*Handler).checkDomain},
		{"POST", org + "/domains/{domainId}/verify", siteOnly, (*Handler).verifyDomain},
		{"POST", org + "/domains/{domainId}/transfer", siteOnly, (*Handler).transferDomain},

		{"GET", org + "/directories", read, (*Handler).listDirectories},
		{"POST", org + "/directories", manages, (*Handler).createDirectory},
		{"GET", directory, read, (*Handler).getDirectory},
		{"PATCH", directory, manages, (*Handler).updateDirectory},
		{"DELETE", directory, manages, (*Handler).deleteDirectory},
		{"GET", directory + "/setup", read, (*Handler).getDirectorySetup},
		{"GET", directory + "/health", read, (*Handler).getDirectoryHealth},
		{"POST", directory + "/disconnect", manages, (*Handler).disconnectDirectory},
		{"POST", directory + "/reconnect", manages, (*Handler).reconnectDirectory},
		{"GET", directory + "/tokens", read, (*Handler).listTokens},
		{"POST", directory + "/tokens", manages, (*Handler).createToken},
		{"DELETE", directory + "/tokens/{tokenId}", manages, (*Handler).revokeToken},
		{"POST", directory + "/tokens/{tokenId}/rotate", manages, (*Handler).rotateToken},
		{"GET", directory + "/scim-users", read, (*Handler).listSCIMUsers},
		{"GET", directory + "/scim-users/{scimUserId}", read, (*Handler).getSCIMUser},

		{"GET", directory + "/schemas", read, (*Handler).listSchemas},
		{"POST", directory + "/schemas", manages, (*Handler).loadSchemas},
		{"GET", directory + "/schemas/{schemaId}", read, (*Handler).getSchema},
		{"DELETE", directory + "/schemas/{schemaId}", manages, (*Handler).removeSchema},

		{"GET", schemas, readOrSite, (*Handler).listSchemas},
		{"POST", schemas, siteOnly, (*Handler).loadSchemas},
		{"GET", schemas + "/{schemaId}", readOrSite, (*Handler).getSchema},
		{"DELETE", schemas + "/{schemaId}", siteOnly, (*Handler).removeSchema},

		{"GET", org + "/users", read, (*Handler).listUsers},
		{"POST", org + "/users", manages, (*Handler).createUser},

		{"GET", orgUser + "/last-active-dates", read, (*Handler).getLastActive},
		{"DELETE", orgUser, manages, (*Handler).removeDirectoryUser},
		{"POST", orgUser + "/suspend-access", manages, (*Handler).suspendAccess},
		{"POST", orgUser + "/restore-access", manages, (*Handler).restoreAccess},

		{"GET", org + "/directory/groups", read, (*Handler).listGroups},
		{"POST", org + "/directory/groups", manages, (*Handler).createGroup},
		{"GET", group, read, (*Handler).getGroup},
		{"DELETE", group, manages, (*Handler).deleteGroup},
		{"GET", group + "/memberships", read, (*Handler).listMemberships},
		{"POST", group + "/memberships", manages, (*Handler).addMembership},
		{"DELETE", group + "/memberships/{accountId}", manages, (*Handler).removeMembership},

		{"GET", manage, read, (*Handler).getPermissions},
		{"GET", manage + "/profile", read, (*Handler).getProfile},
		{"PATCH", manage + "/profile", manages, (*Handler).updateProfile},
		{"PUT", manage + "/email", manages, (*Handler).setEmail},
		{"GET", manage + "/api-tokens", read, (*Handler).listAPITokens},
		{"DELETE", manage + "/api-tokens/{tokenId}", manages, (*Handler).deleteAPIToken},
		{"POST", manage + "/lifecycle/disable", manages, (*Handler).disableAccount},
		{"POST", manage + "/lifecycle/enable", manages, (*Handler).enableAccount},
		{"POST", manage + "/lifecycle/delete", manages, (*Handler).deleteAccount},
		{"POST", manage + "/lifecycle/cancel-delete", manages, (*Handler).cancelDeleteAccount},

		{"DELETE", provisioning + "/user/{accountId}/onlyDeleteUserInDB", repairs, (*Handler).onlyDeleteUserInDB},
		{"POST", provisioning + "/onlyDeleteUsersInDB", repairs, (*Handler).onlyDeleteUsersInDB},
		{"GET", provisioning + "/user/{accountId}/get-scim-links", read, (*Handler).getSCIMLinks},
		{"POST", provisioning + "/get-scim-links-for-email", read, (*Handler).getSCIMLinksForEmail},
		{"PATCH", scimUser + "/unlink", repairs, (*Handler).unlinkSCIMUser},
		{"POST", scimUser + "/relink", repairs, (*Handler).relinkSCIMUser},
		{"DELETE", scimUser + "/hold", repairs, (*Handler).liftHold},
		{"POST", scimUser + "/restore", repairs, (*Handler).restoreSCIMUser},
		{"GET", provisioning + "/unlinked-scim-users", read, (*Handler).listUnlinkedSCIMUsers},
		{"GET", provisioning + "/holds", read, (*Handler).listHolds},
		{"GET", provisioning + "/deleted-scim-users", read, (*Handler).listDeletedSCIMUsers},
		{"POST", provisioning + "/groups/{groupId}/adopt", repairs, (*Handler).adoptGroup},
		{"GET", provisioning + "/diagnoses", read, (*Handler).listFindings},
		{"GET", provisioning + "/diagnoses/{findingId}", read, (*Handler).getFinding},
		{"GET", provisioning + "/repairs", read, (*Handler).listRepairs},
		{"POST", provisioning + "/repairs", repairs, (*Handler).planRepair},
		{"GET", aRepair, read, (*Handler).getRepair},
		{"DELETE", aRepair, repairs, (*Handler).discardRepair},
		{"POST", aRepair + "/seal", repairs, (*Handler).sealRepair},
		{"GET", aRepair + "/cases", read, (*Handler).listRepairCases},
		{"POST", aRepair + "/cases", repairs, (*Handler).addRepairCases},
		{"GET", aRepair + "/cases/{caseNumber}", read, (*Handler).previewRepairCase},
		{"POST", aRepair + "/apply", repairs, (*Handler).applyRepair},
		{"POST", aRepair + "/undo", repairs, (*Handler).undoRepair},
		{"GET", provisioning + "/troubleshooting-log", read, (*Handler).listLog},
		{"GET", provisioning + "/troubleshooting-log/{entryId}", read, (*Handler).getLogEntry},

		{"GET", apps + "/accounts", read, conditional((*Handler).seeAccounts)},
		{"GET", apps + "/accounts/{accountId}", read, conditional((*Handler).seeAccount)},
		{"GET", apps + "/accounts/{accountId}/groups", read, conditional((*Handler).seeGroupsOfAccount)},
		{"POST", apps + "/accounts/lookup", read, (*Handler).lookUpAccounts},
		{"GET", apps + "/groups", read, conditional((*Handler).seeGroups)},
		{"GET", apps + "/groups/{groupId}/members", read, conditional((*Handler).seeMembers)},
	}...)
}
