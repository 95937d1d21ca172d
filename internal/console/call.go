package console

import (
	"net"
	"net/http"
	"strings"

	"roster/internal/auth"
	"roster/internal/identity"
)

// call is one request under way.
type call struct {
	*http.Request

	w          http.ResponseWriter
	session    auth.Session // zero on routes for anyone
	isSignedIn bool
	caller     identity.Caller
	org        identity.OrgID // of the session; every service call takes it
}

// requestID is what the server's middleware has set on the answer.
func (c *call) requestID() string { return c.w.Header().Get("X-Request-ID") }

// clientIP is where a request came from: a proxy, where there is one.
func clientIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// wantsPart gives the id of the part of the page that htmx will put in, "" for a
// request for all of it.
func (c *call) wantsPart() string {
	if c.Header.Get("Hx-Request") == "" {
		return ""
	}
	return partOf(c.Header.Get("Hx-Target"))
}

// redirect sends the browser on after a form was served (303), so that going
// back and reloading do not send it again.
func (c *call) redirect(to string) error {
	if c.Header.Get("Hx-Request") != "" {
		c.w.Header().Set("Hx-Redirect", to)
		c.w.WriteHeader(http.StatusNoContent)
		return nil
	}
	http.Redirect(c.w, c.Request, to, http.StatusSeeOther)
	return nil
}

// setCookie keeps something in the browser for some seconds; less than 0 takes
// it away. No script reads it, and no other site sends it along with a form.
func (h *Handler) setCookie(c *call, name, value string, seconds int) {
	http.SetCookie(c.w, &http.Cookie{ //nolint:gosec // Secure as the console is reached
		Name: name, Value: value, MaxAge: seconds, Path: base,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: strings.HasPrefix(h.BaseURL(c.Request), "https://"),
	})
}
