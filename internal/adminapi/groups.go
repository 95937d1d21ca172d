package adminapi

import (
	"fmt"

	"roster/internal/accounts"
	"roster/internal/adminapi/api"
	"roster/internal/identity"
	"roster/internal/repair"
	"roster/internal/store"
)

func (h *Handler) listGroups(c *call) error {
	p, err := c.page()
	if err != nil {
		return err
	}
	q := c.URL.Query()
	found, next, err := h.accounts.Groups(c.Context(), c.org, accounts.GroupSearch{Name: q.Get("name"), Text: q.Get("q")}, p)
	if err != nil {
		return err
	}
	return c.ok(api.GroupList{Data: converted(found, groupView), Links: c.links(next)})
}

func (h *Handler) createGroup(c *call) error {
	body, err := readHosted[api.GroupCreate](c, "name")
	if err != nil {
		return err
	}
	g, err := h.accounts.CreateGroup(c.Context(), c.caller, c.org, body.Name, body.Description)
	if err != nil {
		return err
	}
	return c.ok(api.GroupCreated{Message: fmt.Sprintf("Group %s was created", g.Name), GroupID: string(g.ID)})
}

func (h *Handler) getGroup(c *call) error {
	g, err := h.accounts.Group(c.Context(), c.org, c.groupID())
	if err != nil {
		return err
	}
	return c.ok(api.GroupResponse{Data: groupView(g)})
}

func (h *Handler) deleteGroup(c *call) error {
	g, err := h.accounts.DeleteGroup(c.Context(), c.caller, c.org, c.groupID())
	if err != nil {
		return err
	}
	return c.ok(api.Message{Message: fmt.Sprintf("Group %s was deleted", g.Name)})
}

func (h *Handler) adoptGroup(c *call) error {
	body, err := readOwn[api.AdoptRequest](c, "directoryId")
	if err != nil {
		return err
	}
	a, err := h.repair.Adopt(c.Context(), c.caller, c.org, c.groupID(), identity.DirectoryID(body.DirectoryID), body.DryRun)
	if err != nil {
		return err
	}
	return c.ok(adoptResult(a))
}

func adoptResult(a repair.Adoption) api.AdoptResult {
	ref := func(m store.GroupMember) api.AccountRef {
		return api.AccountRef{AccountID: string(m.AccountID), Email: m.Email, Name: m.Name, Status: api.AccountStatus(m.Status)}
	}
	return api.AdoptResult{Applied: a.Applied, SCIMGroupID: string(a.SCIMGroupID), Stay: converted(a.Stay, ref), Leave: converted(a.Leave, ref)}
}

func groupView(g store.OrgGroup) api.Group {
	return api.Group{
		ID: string(g.ID), Name: g.Name, Description: g.Description, Source: api.Source(g.Source),
		DirectoryID: string(g.DirectoryID), SCIMGroupID: string(g.SCIMGroupID), CreatedAt: g.CreatedAt,
	}
}
