package console

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"roster/internal/auth"
)

// signInView is the page for those without a session: how to get in, or, opened
// by a one-time link, the button that uses it. The link is not used by opening
// it, as mail programs open links to look at them.
type signInView struct {
	Link string // secret of a one-time link, "" without one
	To   string // where to go afterwards
}

func (h *Handler) signInPage(c *call) error {
	return h.page(c, "sign_in", signInView{Link: c.URL.Query().Get("link"), To: localPath(c.URL.Query().Get("to"))})
}

// signInByLink uses a one-time link. Its session takes the place of one that
// the browser has.
func (h *Handler) signInByLink(c *call) error {
	from := auth.Client{UserAgent: c.UserAgent(), Address: clientIP(c.Request), RequestID: c.requestID()}
	_, secret, err := h.Sessions.RedeemLink(c.Context(), c.PostFormValue("link"), from)
	if err != nil {
		return err
	}
	h.setCookie(c, sessionCookie, secret, int(auth.SessionLife/time.Second))
	return c.redirect(localPath(c.PostFormValue("to")))
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
