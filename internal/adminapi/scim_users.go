package adminapi

import (
	"roster/internal/adminapi/api"
	"roster/internal/identity"
	"roster/internal/repair"
	"roster/internal/scim"
	"roster/internal/store"
)

func (h *Handler) listSCIMUsers(c *call) error {
	p, err := c.page()
	if err != nil {
		return err
	}
	filter, err := scimUserFilter(c)
	if err != nil {
		return err
	}
	found, next, err := h.repair.Records(c.Context(), c.org, c.directoryID(), filter, p)
	if err != nil {
		return err
	}
	return c.ok(api.SCIMUserList{Data: converted(found, scimUserView), Links: c.links(next)})
}

func scimUserFilter(c *call) (f store.SCIMUserFilter, err error) {
	q := c.URL.Query()
	f.UserNameKey, f.ExternalID = scim.Fold(q.Get("userName")), q.Get("externalId")
	if q.Get("email") != "" {
		f.Email, err = identity.ParseEmail(q.Get("email"))
	}
	return f, err
}

func (h *Handler) getSCIMUser(c *call) error {
	u, err := h.repair.Record(c.Context(), c.org, c.record())
	if err != nil {
		return err
	}
	view := scimUserView(u)
	if view.Resource, err = u.Resource(c.scimBaseURL(u.DirectoryID)); err != nil {
		return err
	}
	return c.ok(api.SCIMUserResponse{Data: view})
}

// listUnlinkedSCIMUsers lists the SCIM users of all directories or one.
func (h *Handler) listUnlinkedSCIMUsers(c *call) error {
	p, err := c.page()
	if err != nil {
		return err
	}
	found, next, err := h.repair.Unlinked(c.Context(), c.org, c.directoryFilter(), p)
	if err != nil {
		return err
	}
	return c.ok(api.SCIMUserList{Data: converted(found, scimUserView), Links: c.links(next)})
}

func (c *call) directoryFilter() identity.DirectoryID {
	return identity.DirectoryID(c.URL.Query().Get("directoryId"))
}

func scimUserView(u repair.RecordView) api.SCIMUser {
	v := api.SCIMUser{
		DirectoryID: string(u.DirectoryID), SCIMUserID: string(u.ID), UserName: u.UserName, ExternalID: u.ExternalID,
		Email: u.Email.Address, DisplayName: u.DisplayName, Active: u.Active, AccountID: nullable(u.AccountID),
		UnlinkedReason: u.UnlinkedReason, CreatedAt: u.CreatedAt, LastModified: u.ModifiedAt,
	}
	if len(u.Holds) > 0 {
		v.HeldAccountID = string(u.Holds[0].AccountID)
	}
	return v
}

// nullable is null for what there is none of.
func nullable[T ~string](s T) *string {
	if s == "" {
		return nil
	}
	return new(string(s))
}
