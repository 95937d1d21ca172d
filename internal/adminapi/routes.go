package adminapi

import "roster/internal/store"

// route is one operation of openapi.yaml.
type route struct {
	method, path string
	keys         []store.CredentialKind // that open it, the usual one first
	serve        func(*Handler, *call) error
}

var (
	orgKey       = []store.CredentialKind{store.CredentialOrg}
	orgOrSiteKey = []store.CredentialKind{store.CredentialOrg, store.CredentialSite}
	siteKey      = []store.CredentialKind{store.CredentialSite}
)

const (
	orgs         = "/admin/v1/orgs"
	org          = orgs + "/{orgId}"
	directory    = org + "/directories/{directoryId}"
	group        = org + "/directory/groups/{groupId}"
	provisioning = "/admin/user-provisioning/v1/org/{orgId}"
	scimUser     = provisioning + "/scimDirectoryId/{directoryId}/scimUserId/{scimUserId}"
	manage       = "/users/{accountId}/manage"
)

// routes are all operations, in the order of openapi.yaml.
func routes() []route {
	return []route{
		{"GET", orgs, orgOrSiteKey, (*Handler).listOrgs},
		{"POST", orgs, siteKey, (*Handler).createOrg},
		{"GET", org, orgOrSiteKey, (*Handler).getOrg},
		{"PATCH", org, orgOrSiteKey, (*Handler).updateOrg},
		{"GET", org + "/keys", orgOrSiteKey, (*Handler).listKeys},
		{"POST", org + "/keys", orgOrSiteKey, (*Handler).createKey},
		{"DELETE", org + "/keys/{keyId}", orgOrSiteKey, (*Handler).revokeKey},

		{"GET", org + "/domains", orgOrSiteKey, (*Handler).listDomains},
		{"POST", org + "/domains", orgKey, (*Handler).addDomain},
		{"GET", org + "/domains/{domainId}", orgOrSiteKey, (*Handler).getDomain},
		{"PATCH", org + "/domains/{domainId}", orgKey, (*Handler).assignDomain},
		{"DELETE", org + "/domains/{domainId}", orgKey, (*Handler).removeDomain},
		{"POST", org + "/domains/{domainId}/verify", siteKey, (*Handler).verifyDomain},

		{"GET", org + "/directories", orgKey, (*Handler).listDirectories},
		{"POST", org + "/directories", orgKey, (*Handler).createDirectory},
		{"GET", directory, orgKey, (*Handler).getDirectory},
		{"PATCH", directory, orgKey, (*Handler).updateDirectory},
		{"POST", directory + "/disconnect", orgKey, (*Handler).disconnectDirectory},
		{"GET", directory + "/tokens", orgKey, (*Handler).listTokens},
		{"POST", directory + "/tokens", orgKey, (*Handler).createToken},
		{"DELETE", directory + "/tokens/{tokenId}", orgKey, (*Handler).revokeToken},
		{"GET", directory + "/scim-users", orgKey, (*Handler).listSCIMUsers},
		{"GET", directory + "/scim-users/{scimUserId}", orgKey, (*Handler).getSCIMUser},

		{"GET", org + "/users", orgKey, (*Handler).listUsers},
		{"POST", org + "/users", orgKey, (*Handler).createUser},

		{"GET", org + "/directory/groups", orgKey, (*Handler).listGroups},
		{"POST", org + "/directory/groups", orgKey, (*Handler).createGroup},
		{"GET", group, orgKey, (*Handler).getGroup},
		{"DELETE", group, orgKey, (*Handler).deleteGroup},
		{"GET", group + "/memberships", orgKey, (*Handler).listMemberships},
		{"POST", group + "/memberships", orgKey, (*Handler).addMembership},
		{"DELETE", group + "/memberships/{accountId}", orgKey, (*Handler).removeMembership},

		{"GET", manage, orgKey, (*Handler).getPermissions},
		{"GET", manage + "/profile", orgKey, (*Handler).getProfile},
		{"PATCH", manage + "/profile", orgKey, (*Handler).updateProfile},
		{"PUT", manage + "/email", orgKey, (*Handler).setEmail},
		{"GET", manage + "/api-tokens", orgKey, (*Handler).listAPITokens},
		{"DELETE", manage + "/api-tokens/{tokenId}", orgKey, (*Handler).deleteAPIToken},
		{"POST", manage + "/lifecycle/disable", orgKey, (*Handler).disableAccount},
		{"POST", manage + "/lifecycle/enable", orgKey, (*Handler).enableAccount},
		{"POST", manage + "/lifecycle/delete", orgKey, (*Handler).deleteAccount},
		{"POST", manage + "/lifecycle/cancel-delete", orgKey, (*Handler).cancelDeleteAccount},

		{"DELETE", provisioning + "/user/{accountId}/onlyDeleteUserInDB", orgKey, (*Handler).onlyDeleteUserInDB},
		{"GET", provisioning + "/user/{accountId}/get-scim-links", orgKey, (*Handler).getSCIMLinks},
		{"POST", provisioning + "/get-scim-links-for-email", orgKey, (*Handler).getSCIMLinksForEmail},
		{"PATCH", scimUser + "/unlink", orgKey, (*Handler).unlinkSCIMUser},
		{"POST", scimUser + "/relink", orgKey, (*Handler).relinkSCIMUser},
		{"DELETE", scimUser + "/hold", orgKey, (*Handler).liftHold},
		{"POST", scimUser + "/restore", orgKey, (*Handler).restoreSCIMUser},
		{"GET", provisioning + "/unlinked-scim-users", orgKey, (*Handler).listUnlinkedSCIMUsers},
		{"GET", provisioning + "/holds", orgKey, (*Handler).listHolds},
		{"GET", provisioning + "/deleted-scim-users", orgKey, (*Handler).listDeletedSCIMUsers},
		{"POST", provisioning + "/groups/{groupId}/adopt", orgKey, (*Handler).adoptGroup},
		{"GET", provisioning + "/troubleshooting-log", orgKey, (*Handler).listLog},
	}
}
