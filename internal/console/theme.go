package console

import (
	"slices"

	"roster/internal/identity"
)

// themeCookie keeps the theme that somebody chose for their browser.
const themeCookie = "roster_theme"

const themeSeconds = 365 * 24 * 3600

// themes are what can be chosen; "system" follows the browser.
var themes = []string{"system", "light", "dark"}

// theme gives the chosen theme.
func (c *call) theme() string {
	cookie, err := c.Cookie(themeCookie)
	if err != nil || !slices.Contains(themes, cookie.Value) {
		return themes[0]
	}
	return cookie.Value
}

// setTheme keeps a choice and goes back to where it was made.
func (h *Handler) setTheme(c *call) error {
	chosen := c.PostFormValue("theme")
	if !slices.Contains(themes, chosen) {
		return identity.Errorf(identity.CodeInvalid, "%.20q is not a theme", chosen).WithHint("choose system, light or dark").WithField("theme")
	}
	h.setCookie(c, themeCookie, chosen, themeSeconds)
	return c.redirect(localPath(c.PostFormValue("back")))
}
