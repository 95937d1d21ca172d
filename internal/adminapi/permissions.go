package adminapi

import (
	"slices"
	"strings"

	"roster/internal/accounts"
	"roster/internal/adminapi/api"
)

// getPermissions shows what the key may do with an account. Privileges that
// are not known are ignored, as hosted clients ask for some that Roster has not.
func (h *Handler) getPermissions(c *call) error {
	a, err := h.accounts.Get(c.Context(), c.org, c.accountID())
	if err != nil {
		return err
	}
	asked := strings.Split(strings.Join(c.URL.Query()["privileges"], ","), ",")
	if !c.URL.Query().Has("privileges") {
		asked = allPrivileges
	}
	return c.ok(permissionsOf(a, asked))
}

var allPrivileges = []string{
	string(api.PrivilegeEmailSet), string(api.PrivilegeLifecycleEnablement), string(api.PrivilegeLifecycleDelete),
	string(api.PrivilegeProfile), string(api.PrivilegeProfileRead), string(api.PrivilegeProfileWrite),
	string(api.PrivilegeAPITokenRead), string(api.PrivilegeAPITokenDelete),
}

// permissionsOf applies rule locked-while-linked to the privileges asked for.
func permissionsOf(a accounts.Account, asked []string) (p api.Permissions) {
	always, unlessLinked := api.Permission{Allowed: true}, permission(a.IsLocked())
	fields := api.FieldPermissions{}
	for field, isLocked := range accounts.FieldLock(a) {
		fields[string(field)] = permission(isLocked)
	}
	grant := map[api.Privilege]func(){
		api.PrivilegeEmailSet:            func() { p.EmailSet = unlessLinked },
		api.PrivilegeLifecycleEnablement: func() { p.LifecycleEnablement = unlessLinked },
		api.PrivilegeLifecycleDelete:     func() { p.LifecycleDelete = unlessLinked },
		api.PrivilegeProfile:             func() { p.Profile = fields },
		api.PrivilegeProfileWrite:        func() { p.ProfileWrite = fields },
		api.PrivilegeProfileRead:         func() { p.ProfileRead = always },
		api.PrivilegeAPITokenRead:        func() { p.APITokenRead = always },
		api.PrivilegeAPITokenDelete:      func() { p.APITokenDelete = always },
	}
	for privilege, set := range grant {
		if slices.Contains(asked, string(privilege)) {
			set()
		}
	}
	return p
}

func permission(isLocked bool) api.Permission {
	if isLocked {
		return api.Permission{Reason: api.PermissionReason{Key: accounts.LockedReason}}
	}
	return api.Permission{Allowed: true}
}
