package adminapi

import (
	"roster/internal/adminapi/api"
	"roster/internal/store"
)

func (h *Handler) listHolds(c *call) error {
	p, err := c.page()
	if err != nil {
		return err
	}
	found, next, err := h.repair.Holds(c.Context(), c.org, p)
	if err != nil {
		return err
	}
	return c.ok(api.HoldList{Data: converted(found, holdView), Links: c.links(next)})
}

func (h *Handler) liftHold(c *call) error {
	if err := h.repair.LiftHold(c.Context(), c.caller, c.org, c.record()); err != nil {
		return err
	}
	return c.noContent()
}

func holdView(h store.Hold) api.Hold {
	return api.Hold{
		DirectoryID: string(h.DirectoryID), SCIMUserID: string(h.SCIMUserID), AccountID: string(h.AccountID),
		CreatedAt: h.CreatedAt, CreatedBy: h.CreatedBy,
	}
}
