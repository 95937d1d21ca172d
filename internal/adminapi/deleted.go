package adminapi

import (
	"roster/internal/adminapi/api"
	"roster/internal/repair"
	"roster/internal/store"
)

func (h *Handler) listDeletedSCIMUsers(c *call) error {
	p, err := c.page()
	if err != nil {
		return err
	}
	found, next, err := h.repair.Deleted(c.Context(), c.org, c.directoryFilter(), p)
	if err != nil {
		return err
	}
	return c.ok(api.DeletedSCIMUserList{Data: converted(found, deletedView), Links: c.links(next)})
}

func (h *Handler) restoreSCIMUser(c *call) error {
	restored, err := h.repair.Restore(c.Context(), c.caller, c.org, c.record())
	if err != nil {
		return err
	}
	return c.ok(scimUserView(repair.RecordView{SCIMUser: restored}))
}

func deletedView(t store.Tombstone) api.DeletedSCIMUser {
	return api.DeletedSCIMUser{
		DirectoryID: string(t.DirectoryID), SCIMUserID: string(t.SCIMUserID), UserName: t.UserName, ExternalID: t.ExternalID,
		Email: t.Email, AccountID: string(t.AccountID), DeletedAt: t.DeletedAt, DeletedBy: t.DeletedBy, ExpiresAt: t.ExpiresAt,
	}
}
