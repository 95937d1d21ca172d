package console

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"roster/internal/auth"
	"roster/internal/identity"
)

// signInView is the page for those without a session: how to get in, or, opened
// by a one-time link, the button that uses it. The link is not used by opening
// it, as mail programs open links to look at them.
type signInView struct {
	Link     string // secret of a one-time link, "" without one
	To       string // where to go afterwards
	Provider string // name of the identity provider, "" where there is none
	OIDC     string // URL that leads there
	Alert    *alert // why the last try failed
}

func (h *Handler) signInView(to string) signInView {
	v := signInView{To: localPath(to)}
	if h.OIDC != nil {
		v.Provider = h.OIDC.Name()
		v.OIDC = pathWith(base+"/sign-in/oidc", url.Values{"to": {v.To}})
	}
	return v
}

func (h *Handler) signInPage(c *call) error {
	q := c.URL.Query()
	v := h.signInView(q.Get("to"))
	v.Link = q.Get("link")
	return h.page(c, "sign_in", v)
}

// signInByLink uses a one-time link.
func (h *Handler) signInByLink(c *call) error {
	_, secret, err := h.Sessions.RedeemLink(c.Context(), c.PostFormValue("link"), c.client())
	if e, ok := errors.AsType[*identity.Error](err); ok && e.Code == identity.CodeUnauthenticated {
		return h.refuseSignIn(c, http.StatusBadRequest, e)
	}
	if err != nil {
		return err
	}
	return h.enter(c, secret, c.PostFormValue("to"))
}

// refuseSignIn shows why signing in failed, and the ways to try again.
func (h *Handler) refuseSignIn(c *call, status int, e *identity.Error) error {
	v := h.signInView(c.FormValue("to"))
	v.Alert = &alert{Tone: bad, Title: sentence(e.Message), Text: sentence(e.Hint)}
	return h.pageWith(c, status, "sign_in", v)
}

// enter gives the browser its session. One that it had before ends.
func (h *Handler) enter(c *call, secret, to string) error {
	if old, err := c.Cookie(sessionCookie); err == nil && old.Value != "" {
		if err := h.Sessions.End(c.Context(), old.Value); err != nil {
			return err
		}
	}
	h.setCookie(c, sessionCookie, secret, int(auth.SessionLife/time.Second))
	return c.redirect(localPath(to))
}

// client is where a person signs in from.
func (c *call) client() auth.Client {
	return auth.Client{UserAgent: c.UserAgent(), Address: clientIP(c.Request), RequestID: c.requestID()}
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
