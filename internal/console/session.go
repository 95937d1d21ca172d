package console

import (
	"net/http"
	"net/url"
	"strings"

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

// signInPage is where those without a session are sent.
func (h *Handler) signInPage(c *call) error {
	return h.page(c, "sign_in", signInView{To: localPath(c.FormValue("to"))})
}

type signInView struct{ To string }

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

// signInURL is where to sign in, to come back afterwards to a page that was asked
// for; a form that was sent cannot be sent again.
func signInURL(r *http.Request) string {
	if r.Method != http.MethodGet || r.Header.Get("Hx-Request") != "" {
		return base + "/sign-in"
	}
	return base + "/sign-in?" + url.Values{"to": {r.URL.RequestURI()}}.Encode()
}

// localPath gives a path of the console that somebody else wrote into a form or
// a link; anything that leads elsewhere becomes the first page.
func localPath(to string) string {
	u, err := url.Parse(to)
	isOurs := err == nil && u.Scheme == "" && u.Host == "" && u.User == nil &&
		(u.Path == base || strings.HasPrefix(u.Path, base+"/")) && !strings.ContainsAny(to, "\\\r\n\t") && !strings.Contains(u.Path, "/..")
	if !isOurs {
		return base + "/"
	}
	return u.RequestURI()
}
