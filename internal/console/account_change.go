package console

import (
	"context"

	"roster/internal/identity"
	"roster/internal/store"
)

// changed does something with the account that the path names, and says so on
// its page. The account is looked up first: what a form says is of no interest
// where there is none.
func (h *Handler) changed(c *call, text string, do func(context.Context, identity.Caller, identity.OrgID, identity.AccountID) error) error {
	u, err := h.user(c)
	if err != nil {
		return err
	}
	if err := do(c.Context(), c.caller, c.org, u.ID); err != nil {
		return err
	}
	return h.done(c, accountURL(u.ID), flash{Text: text})
}

func (h *Handler) setAccountEmail(c *call) error {
	return h.changed(c, "The email is set.", func(ctx context.Context, by identity.Caller, org identity.OrgID, id identity.AccountID) error {
		return h.Accounts.SetEmail(ctx, by, org, id, c.FormValue("email"))
	})
}

func (h *Handler) deactivateAccount(c *call) error {
	return h.changed(c, "The account is deactivated.", func(ctx context.Context, by identity.Caller, org identity.OrgID, id identity.AccountID) error {
		return h.Accounts.Disable(ctx, by, org, id, c.FormValue("message"))
	})
}

func (h *Handler) activateAccount(c *call) error {
	return h.changed(c, "The account is active.", h.Accounts.Enable)
}

func (h *Handler) acceptInvitation(c *call) error {
	return h.changed(c, "The invitation is accepted.", h.Accounts.AcceptInvitation)
}

func (h *Handler) leaveGroups(c *call) error {
	return h.changed(c, "The account has left its local groups.", h.Accounts.RemoveFromGroups)
}

func (h *Handler) deleteAccount(c *call) error {
	return h.changed(c, "The account is deleted in 14 days.", h.Accounts.Delete)
}

func (h *Handler) cancelDeletion(c *call) error {
	return h.changed(c, "The deletion is cancelled.", h.Accounts.CancelDelete)
}

func (h *Handler) suspendAccess(c *call) error {
	return h.changed(c, "The access is suspended.", func(ctx context.Context, by identity.Caller, org identity.OrgID, id identity.AccountID) error {
		_, err := h.Accounts.SuspendAccess(ctx, by, org, id)
		return err
	})
}

func (h *Handler) restoreAccess(c *call) error {
	return h.changed(c, "The access is restored.", func(ctx context.Context, by identity.Caller, org identity.OrgID, id identity.AccountID) error {
		_, err := h.Accounts.RestoreAccess(ctx, by, org, id)
		return err
	})
}

// deleteSCIMUsers deletes an account's SCIM users in all directories.
func (h *Handler) deleteSCIMUsers(c *call) error {
	u, err := h.user(c)
	if err != nil {
		return err
	}
	var removed []store.Link
	if removed, err = h.Repair.DeleteByAccount(c.Context(), c.caller, c.org, u.ID); err != nil {
		return err
	}
	h.findings.report(c.org, true)
	return h.done(c, accountURL(u.ID), flash{Text: capital(count(len(removed), "SCIM user is", "SCIM users are")) + " deleted. The account is unlocked."})
}
