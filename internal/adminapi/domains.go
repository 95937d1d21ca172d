package adminapi

import (
	"roster/internal/adminapi/api"
	"roster/internal/identity"
)

func (h *Handler) listDomains(c *call) error {
	p, err := c.page()
	if err != nil {
		return err
	}
	found, next, err := h.accounts.Domains(c.Context(), c.org, p)
	if err != nil {
		return err
	}
	return c.ok(api.DomainList{Data: converted(found, c.domainView), Links: c.links(next)})
}

func (h *Handler) addDomain(c *call) error {
	body, err := readOwn[api.DomainCreate](c, "name")
	if err != nil {
		return err
	}
	d, err := h.accounts.AddDomain(c.Context(), c.caller, c.org, body.Name)
	if err != nil {
		return err
	}
	return c.created(api.DomainResponse{Data: c.domainView(d)})
}

func (h *Handler) getDomain(c *call) error {
	d, err := h.accounts.Domain(c.Context(), c.org, c.domainID())
	if err != nil {
		return err
	}
	return c.ok(api.DomainResponse{Data: c.domainView(d)})
}

// assignDomain takes null for no directory.
func (h *Handler) assignDomain(c *call) error {
	body, err := readOwn[api.DomainUpdate](c, "directoryId")
	if err != nil {
		return err
	}
	var decides identity.DirectoryID
	if body.DirectoryID != nil {
		decides = identity.DirectoryID(*body.DirectoryID)
	}
	d, err := h.accounts.AssignDomain(c.Context(), c.caller, c.org, c.domainID(), decides)
	if err != nil {
		return err
	}
	return c.ok(api.DomainResponse{Data: c.domainView(d)})
}

func (h *Handler) removeDomain(c *call) error {
	if err := h.accounts.RemoveDomain(c.Context(), c.caller, c.org, c.domainID()); err != nil {
		return err
	}
	return c.noContent()
}

func (h *Handler) verifyDomain(c *call) error {
	d, err := h.accounts.VerifyDomain(c.Context(), c.caller, c.org, c.domainID())
	if err != nil {
		return err
	}
	return c.ok(api.DomainResponse{Data: c.domainView(d)})
}
