package console

import (
	"roster/internal/auth"
	"roster/internal/identity"
)

// sessionsView is who is signed in to the console of the organization.
type sessionsView struct {
	Header header
	Rows   []sessionRow
}

type sessionRow struct {
	auth.Session

	By     string // how the person signed in
	IsMine bool
	Role   badge
	End    confirm
}

// signInNames are the ways to sign in.
var signInNames = map[string]string{auth.MethodLink: "One-time link", auth.MethodOIDC: "Identity provider"}

// roleTones set those apart who can do most.
var roleTones = map[auth.Role]tone{auth.RoleViewer: neutral, auth.RoleOperator: info, auth.RoleAdmin: warn}

func (h *Handler) listSessions(c *call) error {
	live, err := h.Sessions.Of(c.Context(), c.org)
	if err != nil {
		return err
	}
	v := sessionsView{Header: header{
		Title: "Sessions", Lead: "Who is signed in to this console. A session ends after 12 hours without a use, and after 7 days in any case.",
	}}
	if len(live) >= auth.MaxSessionsListed {
		v.Header.Lead += " These are the latest " + num(len(live)) + "."
	}
	for _, x := range live {
		v.Rows = append(v.Rows, sessionRow{
			Session: x, By: signInNames[x.Method], IsMine: x.ID == c.session.ID, Role: badge{roleTones[x.Role], capital(string(x.Role))},
			End: confirm{
				ID: "end-" + string(x.ID), Title: "Sign " + x.Person + " out?", Text: "The session ends with its next request. Whoever may sign in can do so again.",
				URL: base + "/sessions/" + string(x.ID) + "/revoke", Button: "Sign out", Danger: true,
			},
		})
	}
	return h.page(c, "sessions", v)
}

func (h *Handler) revokeSession(c *call) error {
	if err := h.Sessions.Revoke(c.Context(), c.caller, c.org, identity.SessionID(c.PathValue("sessionId"))); err != nil {
		return err
	}
	return h.done(c, base+"/sessions", flash{Text: "Signed out."})
}
