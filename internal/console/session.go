package console

import (
	"roster/internal/auth"
)

// sessionCookie holds the session's secret.
const sessionCookie = "roster_session"

// admit finds who asks, and whether they may.
func (h *Handler) admit(c *call, rt route) (err error) {
	if rt.scope == anyone {
		return nil
	}
	cookie, err := c.Cookie(sessionCookie)
	if err != nil || cookie.Value == "" {
		return auth.ErrNoSession
	}
	if c.session, err = h.Sessions.Find(c.Context(), cookie.Value); err != nil {
		return err
	}
	c.isSignedIn, c.org = true, c.session.OrgID
	c.caller = c.session.Caller(c.requestID())
	c.caller.IP = clientIP(c.Request)
	if rt.scope == signedIn || c.session.Allows(rt.scope) {
		return nil
	}
	return roleTooLow(c.session.Role, rt.scope)
}

// signOut ends the session, here and in the browser.
func (h *Handler) signOut(c *call) error {
	cookie, err := c.Cookie(sessionCookie)
	if err != nil {
		return auth.ErrNoSession
	}
	if err := h.Sessions.End(c.Context(), cookie.Value); err != nil {
		return err
	}
	h.setCookie(c, sessionCookie, "", -1)
	return c.redirect(base + "/sign-in")
}
