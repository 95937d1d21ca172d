package adminapi

import (
	"slices"
	"strings"

	"roster/internal/accounts"
	"roster/internal/adminapi/api"
	"roster/internal/identity"
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
	return c.ok(permissionsOf(a, asked, c.key.Has(identity.ScopeManage)))
}

var allPrivileges = []string{
	string(api.PrivilegeEmailSet), string(api.PrivilegeLifecycleEnablement), string(api.PrivilegeLifecycleDelete),
	string(api.PrivilegeProfile), string(api.PrivilegeProfileRead), string(api.PrivilegeProfileWrite),
	string(api.PrivilegeAPITokenRead), string(api.PrivilegeAPITokenDelete),
}

// permissionsOf applies rule locked-while-linked to the privileges asked for,
// and what the key that asks may do itself.
func permissionsOf(a accounts.Account, asked []string, canManage bool) (p api.Permissions) {
	always, ifManager, unlessLinked := api.Permission{Allowed: true}, permission(false, canManage), permission(a.IsLocked(), canManage)
	fields := api.FieldPermissions{}
	for field, isLocked := range accounts.FieldLock(a) {
		fields[string(field)] = permission(isLocked, canManage)
	}
	grant := map[api.Privilege]func(){
		api.PrivilegeEmailSet:            func() { p.EmailSet = unlessLinked },
		api.PrivilegeLifecycleEnablement: func() { p.LifecycleEnablement = unlessLinked },
		api.PrivilegeLifecycleDelete:     func() { p.LifecycleDelete = unlessLinked },
		api.PrivilegeProfile:             func() { p.Profile = fields },
		api.PrivilegeProfileWrite:        func() { p.ProfileWrite = fields },
		api.PrivilegeProfileRead:         func() { p.ProfileRead = always },
		api.PrivilegeAPITokenRead:        func() { p.APITokenRead = always },
		api.PrivilegeAPITokenDelete:      func() { p.APITokenDelete = ifManager },
	}
	for privilege, set := range grant {
		if slices.Contains(asked, string(privilege)) {
			set()
		}
	}
	return p
}

// reasonNoManager is the hosted reason for what only other administrators may do.
const reasonNoManager = "administrative"

func permission(isLocked, canManage bool) api.Permission {
	switch {
	case isLocked:
		return api.Permission{Reason: api.PermissionReason{Key: accounts.LockedReason}}
	case !canManage:
		return api.Permission{Reason: api.PermissionReason{Key: reasonNoManager}}
	}
	return api.Permission{Allowed: true}
}
