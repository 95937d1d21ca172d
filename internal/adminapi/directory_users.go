package adminapi

import (
	"fmt"
	"time"

	"roster/internal/adminapi/api"
	"roster/internal/store"
)

// The hosted calls on an account's access to the organization.

func (h *Handler) suspendAccess(c *call) error {
	o, err := h.accounts.SuspendAccess(c.Context(), c.caller, c.org, c.accountID())
	if err != nil {
		return err
	}
	return c.ok(api.Message{Message: fmt.Sprintf("Access to organization %s was suspended for user %s", o.Name, c.accountID())})
}

func (h *Handler) restoreAccess(c *call) error {
	o, err := h.accounts.RestoreAccess(c.Context(), c.caller, c.org, c.accountID())
	if err != nil {
		return err
	}
	return c.ok(api.Message{Message: fmt.Sprintf("Access to organization %s was restored for user %s", o.Name, c.accountID())})
}

func (h *Handler) removeDirectoryUser(c *call) error {
	if err := h.accounts.RemoveFromGroups(c.Context(), c.caller, c.org, c.accountID()); err != nil {
		return err
	}
	return c.noContent()
}

// getLastActive shows the applications that told when they saw the account.
func (h *Handler) getLastActive(c *call) error {
	a, err := h.accounts.Find(c.Context(), c.org, c.accountID())
	if err != nil {
		return err
	}
	seen := func(s store.Activity) api.ProductActivity {
		return api.ProductActivity{ID: s.Application, Key: s.Application, Name: s.Application, LastActive: s.At.Format(time.DateOnly)}
	}
	added := ""
	if !a.External {
		added = a.CreatedAt.Format(time.DateOnly)
	}
	return c.ok(api.LastActive{Data: api.LastActiveDates{ProductAccess: converted(a.Activity, seen), AddedToOrg: added}})
}
