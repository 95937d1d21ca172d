package adminapi

import (
	"fmt"

	"roster/internal/adminapi/api"
	"roster/internal/identity"
	"roster/internal/store"
)

func (h *Handler) listMemberships(c *call) error {
	p, err := c.page()
	if err != nil {
		return err
	}
	g, members, next, err := h.accounts.Members(c.Context(), c.org, c.groupID(), p)
	if err != nil {
		return err
	}
	view := func(m store.GroupMember) api.Membership {
		return api.Membership{
			AccountID: string(m.AccountID), Email: m.Email, Name: m.Name,
			Source: api.Source(g.Source), DirectoryID: string(g.DirectoryID), SCIMGroupID: string(g.SCIMGroupID), SCIMUserID: string(m.SCIMUserID),
		}
	}
	return c.ok(api.MembershipList{Data: converted(members, view), Links: c.links(next)})
}

func (h *Handler) addMembership(c *call) error {
	body, err := readHosted[api.MembershipCreate](c, "account_id")
	if err != nil {
		return err
	}
	g, err := h.accounts.AddMember(c.Context(), c.caller, c.org, c.groupID(), identity.AccountID(body.AccountID))
	if err != nil {
		return err
	}
	return c.ok(api.Message{Message: fmt.Sprintf("User %s was added to group %s", body.AccountID, g.Name)})
}

func (h *Handler) removeMembership(c *call) error {
	g, err := h.accounts.RemoveMember(c.Context(), c.caller, c.org, c.groupID(), c.accountID())
	if err != nil {
		return err
	}
	return c.ok(api.Message{Message: fmt.Sprintf("User %s was removed from group %s", c.accountID(), g.Name)})
}
