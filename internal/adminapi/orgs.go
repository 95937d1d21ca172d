package adminapi

import (
	"roster/internal/accounts"
	"roster/internal/adminapi/api"
	"roster/internal/identity"
	"roster/internal/store"
)

// listOrgs shows an organization key its own organization, the site key all.
func (h *Handler) listOrgs(c *call) error {
	p, err := c.page()
	if err != nil {
		return err
	}
	if c.org != "" {
		own, err := h.accounts.Org(c.Context(), c.org)
		if err != nil {
			return err
		}
		found, next := cut([]store.Org{own}, p, func(o store.Org) string { return string(o.ID) })
		return c.ok(api.OrgList{Data: converted(found, c.orgView), Links: c.links(next)})
	}
	found, next, err := h.accounts.Orgs(c.Context(), p)
	if err != nil {
		return err
	}
	return c.ok(api.OrgList{Data: converted(found, c.orgView), Links: c.links(next)})
}

func (h *Handler) createOrg(c *call) error {
	body, err := readOwn[api.OrgCreate](c, "name")
	if err != nil {
		return err
	}
	behaviour, err := behaviourOf(body.Behaviour)
	if err != nil {
		return err
	}
	o, err := h.accounts.CreateOrg(c.Context(), c.caller, body.Name, *behaviour)
	if err != nil {
		return err
	}
	return c.created(api.OrgResponse{Data: c.orgView(o)})
}

func (h *Handler) getOrg(c *call) error {
	o, err := h.accounts.Org(c.Context(), c.org)
	if err != nil {
		return err
	}
	return c.ok(api.OrgResponse{Data: c.orgView(o)})
}

func (h *Handler) updateOrg(c *call) error {
	body, err := readOwn[api.OrgUpdate](c)
	if err != nil {
		return err
	}
	update := accounts.OrgUpdate{
		Name: body.Name, TombstoneDays: body.TombstoneDays, LogDays: body.LogDays, AuditDays: body.AuditDays, ParkingTemplate: body.ParkingAddress,
	}
	if body.DefaultClaim != nil {
		claim, err := identity.ParseClaimMode(string(*body.DefaultClaim))
		if err != nil {
			return err
		}
		update.DefaultClaim = &claim
	}
	if body.Behaviour != nil {
		if update.Behaviour, err = behaviourOf(body.Behaviour); err != nil {
			return err
		}
	}
	o, err := h.accounts.UpdateOrg(c.Context(), c.caller, c.org, update)
	if err != nil {
		return err
	}
	return c.ok(api.OrgResponse{Data: c.orgView(o)})
}

// behaviourOf reads a behaviour; nil is the default one.
func behaviourOf(given *api.Behaviour) (*identity.Behaviour, error) {
	if given == nil {
		given = new(api.Behaviour(""))
	}
	behaviour, err := identity.ParseBehaviour(string(*given))
	return &behaviour, err
}

func (c *call) orgView(o store.Org) api.Org {
	self := c.orgURL(o.ID)
	return api.Org{
		ID: string(o.ID), Type: api.OrgTypeOrgs,
		Attributes: api.OrgAttributes{
			Name: o.Name, Behaviour: api.Behaviour(o.Behaviour), DefaultClaim: api.ClaimMode(o.Settings.DefaultClaim), ParkingAddress: o.Settings.ParkingTemplate,
			TombstoneDays: o.Settings.TombstoneDays, LogDays: o.Settings.LogDays, AuditDays: o.Settings.AuditDays,
		},
		Relationships: api.OrgRelationships{
			Domains: api.Relationship{Links: api.RelatedLink{Related: self + "/domains"}},
			Users:   api.Relationship{Links: api.RelatedLink{Related: self + "/users"}},
		},
		Links: api.SelfLink{Self: self},
	}
}

func (c *call) orgURL(id identity.OrgID) string { return c.base + orgs + "/" + string(id) }
