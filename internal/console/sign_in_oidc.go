package console

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"roster/internal/auth"
	"roster/internal/identity"
)

// Cookies of people on their way to and from the identity provider.
const (
	attemptCookie = "roster_attempt" // sealed, see auth.OIDC
	choiceCookie  = "roster_choice"
)

// oidcCallback is the path that the identity provider sends people back to, as
// operators register it there.
const oidcCallback = base + "/sign-in/oidc/callback"

// startOIDC sends the browser to the identity provider.
func (h *Handler) startOIDC(c *call) error {
	if h.OIDC == nil {
		return c.redirect(base + "/sign-in")
	}
	to, cookie, err := h.OIDC.Start(c.Context(), h.BaseURL(c.Request)+oidcCallback, localPath(c.FormValue("to")))
	if err != nil {
		return h.failSignIn(c, err)
	}
	h.setCookie(c, attemptCookie, cookie, int(auth.SignInLife/time.Second))
	http.Redirect(c.w, c.Request, to, http.StatusSeeOther)
	return nil
}

// finishOIDC takes a person back from the identity provider.
func (h *Handler) finishOIDC(c *call) error {
	if h.OIDC == nil {
		return c.redirect(base + "/sign-in")
	}
	attempt := ""
	if cookie, err := c.Cookie(attemptCookie); err == nil {
		attempt = cookie.Value
	}
	h.setCookie(c, attemptCookie, "", -1)
	who, to, err := h.OIDC.Finish(c.Context(), c.URL.Query(), attempt)
	if err != nil {
		return h.failSignIn(c, err)
	}
	at, err := h.Sessions.Arrive(c.Context(), who, c.client())
	if err != nil {
		return h.failSignIn(c, err)
	}
	if at.Choice != "" {
		h.setCookie(c, choiceCookie, at.Choice, int(auth.ChoiceLife/time.Second))
		return c.redirect(pathWith(base+"/sign-in/organization", url.Values{"to": {localPath(to)}}))
	}
	return h.enter(c, at.Secret, to)
}

// failSignIn shows what a person can do something about. The cause of a provider
// that failed us is for the log.
func (h *Handler) failSignIn(c *call, err error) error {
	e, ok := errors.AsType[*identity.Error](err)
	if !ok || e.Code == identity.CodeInternal {
		return err
	}
	if e.Cause != nil {
		h.Logger.WarnContext(c.Context(), "sign-in failed", "requestId", c.requestID(), "error", err)
	}
	status := http.StatusForbidden
	if e.Code == identity.CodeConflict {
		status = http.StatusBadGateway
	}
	return h.refuseSignIn(c, status, e)
}

// choiceView is for a person whom several organizations let in.
type choiceView struct {
	Choices []auth.Choice
	To      string // where to go afterwards
}

// chooseOrg shows the organizations that let a person in.
func (h *Handler) chooseOrg(c *call) error {
	cookie, err := c.Cookie(choiceCookie)
	if err != nil {
		return c.redirect(base + "/sign-in")
	}
	among, err := h.Sessions.Choices(c.Context(), cookie.Value)
	if errors.Is(err, auth.ErrNoSession) {
		return c.redirect(base + "/sign-in")
	}
	if err != nil {
		return err
	}
	return h.page(c, "sign_in_org", choiceView{among, localPath(c.URL.Query().Get("to"))})
}

// enterOrg signs a person in to the organization of their choice.
func (h *Handler) enterOrg(c *call) error {
	cookie, err := c.Cookie(choiceCookie)
	if err != nil {
		return auth.ErrNoSession
	}
	_, secret, err := h.Sessions.Choose(c.Context(), cookie.Value, identity.OrgID(c.PostFormValue("org")), c.client())
	if err != nil {
		return err
	}
	h.setCookie(c, choiceCookie, "", -1)
	return h.enter(c, secret, c.PostFormValue("to"))
}
