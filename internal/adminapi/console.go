package adminapi

import (
	"slices"
	"time"

	"roster/internal/adminapi/api"
	"roster/internal/auth"
	"roster/internal/identity"
)

func (h *Handler) createConsoleLink(c *call) error {
	body, err := readOwn[api.ConsoleLinkCreate](c, "role")
	if err != nil {
		return err
	}
	role, err := c.roleToGrant(body.Role)
	if err != nil {
		return err
	}
	if body.Seconds < 0 || body.Seconds > int(auth.MaxLinkLife/time.Second) {
		return refusal(badValue, `"seconds" is %d; it must be from 1 to %d`, body.Seconds, int(auth.MaxLinkLife/time.Second)).withField("seconds")
	}
	secret, expires, err := h.sessions.NewLink(c.Context(), c.caller, c.org, body.Person, role, time.Duration(body.Seconds)*time.Second)
	if err != nil {
		return err
	}
	return c.created(api.ConsoleLinkResponse{Data: api.ConsoleLink{Type: api.ConsoleLinkTypeConsoleLinks, Attributes: api.ConsoleLinkAttributes{
		URL: auth.LinkURL(c.base, secret), Role: body.Role, ExpiresAt: expires,
	}}})
}

// roleToGrant reads a role that the caller gives to somebody else.
func (c *call) roleToGrant(name api.ConsoleRole) (auth.Role, error) {
	role, err := auth.ParseRole(string(name))
	if err != nil {
		return "", err
	}
	return role, c.key.AllowsGranting(role.Scopes())
}

func (h *Handler) listConsoleSessions(c *call) error {
	p, err := c.page()
	if err != nil {
		return err
	}
	all, err := h.sessions.Of(c.Context(), c.org)
	if err != nil {
		return err
	}
	slices.Reverse(all)
	rows, next := cut(all, p, func(x auth.Session) string { return string(x.ID) })
	return c.ok(api.ConsoleSessionList{Data: converted(rows, sessionView), Links: c.links(next)})
}

func sessionView(x auth.Session) api.ConsoleSession {
	return api.ConsoleSession{ID: string(x.ID), Type: api.ConsoleSessionTypeConsoleSessions, Attributes: api.ConsoleSessionAttributes{
		Person: x.Person, Method: api.ConsoleSessionAttributesMethod(x.Method), Role: api.ConsoleRole(x.Role),
		CreatedAt: x.CreatedAt, SeenAt: x.SeenAt, ExpiresAt: x.ExpiresAt, UserAgent: x.UserAgent, Address: x.Address,
	}}
}

func (h *Handler) revokeConsoleSession(c *call) error {
	if err := h.sessions.Revoke(c.Context(), c.caller, c.org, identity.SessionID(c.PathValue("sessionId"))); err != nil {
		return err
	}
	return c.noContent()
}

func (h *Handler) listConsoleGrants(c *call) error {
	p, err := c.page()
	if err != nil {
		return err
	}
	all, err := h.sessions.Grants(c.Context(), c.org)
	if err != nil {
		return err
	}
	rows, next := cut(all, p, func(g auth.Grant) string { return string(g.ID) })
	return c.ok(api.ConsoleGrantList{Data: converted(rows, grantView), Links: c.links(next)})
}

func (h *Handler) grantConsole(c *call) error {
	body, err := readOwn[api.ConsoleGrantCreate](c, "role")
	if err != nil {
		return err
	}
	role, err := c.roleToGrant(body.Role)
	if err != nil {
		return err
	}
	grant, isNew, err := h.sessions.Grant(c.Context(), c.caller, c.org, auth.NewGrant{Email: body.Email, Claim: body.Claim, Role: role})
	if err != nil {
		return err
	}
	answer := api.ConsoleGrantResponse{Data: grantView(grant)}
	if isNew {
		return c.created(answer)
	}
	return c.ok(answer)
}

func grantView(g auth.Grant) api.ConsoleGrant {
	return api.ConsoleGrant{ID: string(g.ID), Type: api.ConsoleGrantTypeConsoleGrants, Attributes: api.ConsoleGrantAttributes{
		Email: g.Email, Claim: g.Claim, Role: api.ConsoleRole(g.Role), CreatedAt: g.CreatedAt,
	}}
}

func (h *Handler) removeConsoleGrant(c *call) error {
	if err := h.sessions.RemoveGrant(c.Context(), c.caller, c.org, identity.GrantID(c.PathValue("grantId"))); err != nil {
		return err
	}
	return c.noContent()
}
