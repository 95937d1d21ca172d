package console

import (
	"net/http"

	"roster/internal/identity"
)

// policy lets a page load what this server serves and nothing else: no inline
// script or style, no frame, no other host.
const policy = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// secure sets the headers of every answer.
func secure(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
}

// sameOrigin refuses a form that another site's page sends.
func (h *Handler) sameOrigin(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.fail(&call{Request: r, w: w}, errCrossOrigin)
	}))
	return protection.Handler(next)
}

var errCrossOrigin = identity.Errorf(identity.CodeForbidden, "this request came from a page of another site").
	WithHint("open the console itself and try again there; behind a proxy, check that it passes the Host header on")
