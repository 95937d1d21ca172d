package adminapi

import (
	"context"

	"roster/internal/adminapi/api"
	"roster/internal/identity"
)

func (h *Handler) disableAccount(c *call) error {
	body, err := readOptional[api.DisableRequest](c)
	if err != nil {
		return err
	}
	if err := h.accounts.Disable(c.Context(), c.caller, c.org, c.accountID(), body.Message); err != nil {
		return err
	}
	return c.noContent()
}

func (h *Handler) enableAccount(c *call) error {
	if err := h.accounts.Enable(c.Context(), c.caller, c.org, c.accountID()); err != nil {
		return err
	}
	return c.noContent()
}

func (h *Handler) deleteAccount(c *call) error { return c.succeed(h.accounts.Delete) }

func (h *Handler) cancelDeleteAccount(c *call) error { return c.succeed(h.accounts.CancelDelete) }

// succeed changes the account and answers the hosted API's message.
func (c *call) succeed(change func(context.Context, identity.Caller, identity.OrgID, identity.AccountID) error) error {
	if err := change(c.Context(), c.caller, c.org, c.accountID()); err != nil {
		return err
	}
	return c.ok(api.Message{Message: "Success"})
}
