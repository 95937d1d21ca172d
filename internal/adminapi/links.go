package adminapi

import (
	"roster/internal/adminapi/api"
	"roster/internal/identity"
	"roster/internal/store"
)

func (h *Handler) onlyDeleteUserInDB(c *call) error {
	if _, err := h.repair.DeleteByAccount(c.Context(), c.caller, c.org, c.accountID()); err != nil {
		return err
	}
	return c.noContent()
}

func (h *Handler) getSCIMLinks(c *call) error {
	found, err := h.repair.LinksOf(c.Context(), c.org, c.accountID())
	if err != nil {
		return err
	}
	return c.ok(api.SCIMLinks{SCIMLinks: converted(found, func(l store.Link) api.SCIMLink {
		return c.linkView(l.DirectoryID, l.SCIMUserID, l.AccountID)
	})})
}

// getSCIMLinksForEmail finds SCIM users that are not linked, too.
func (h *Handler) getSCIMLinksForEmail(c *call) error {
	body, err := readHosted[api.EmailQuery](c, "email")
	if err != nil {
		return err
	}
	found, err := h.repair.RecordsByEmail(c.Context(), c.org, body.Email)
	if err != nil {
		return err
	}
	return c.ok(api.SCIMLinks{SCIMLinks: converted(found, func(u store.SCIMUser) api.SCIMLink {
		return c.linkView(u.DirectoryID, u.ID, u.AccountID)
	})})
}

func (c *call) linkView(d identity.DirectoryID, u identity.SCIMUserID, a identity.AccountID) api.SCIMLink {
	return api.SCIMLink{OrgID: string(c.org), DirectoryID: string(d), SCIMUserID: string(u), AtlassianAccountID: nullable(a)}
}

// unlinkSCIMUser ignores the body: clients send none, or {}.
func (h *Handler) unlinkSCIMUser(c *call) error {
	if err := h.repair.Unlink(c.Context(), c.caller, c.org, c.record()); err != nil {
		return err
	}
	return c.noContent()
}
