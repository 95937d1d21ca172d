package console

import (
	"encoding/base64"
	"encoding/json"
)

// flashCookie carries what a form did to the page that is shown next.
const flashCookie = "roster_flash"

// flashSeconds is how long a message waits for its page.
const flashSeconds = 60

// flash is a message about what was just done.
type flash struct {
	Tone tone   `json:"tone"`
	Text string `json:"text"`
	Link string `json:"link,omitempty"` // a path of the console where to go on
	Go   string `json:"go,omitempty"`   // text of the link
}

// maxFlash keeps the cookie within what browsers take.
const maxFlash = 1000

// done sends the browser on, and tells it there what was done.
func (h *Handler) done(c *call, to string, f flash) error {
	if f.Tone == "" {
		f.Tone = good
	}
	if len(f.Text) > maxFlash {
		f.Text = f.Text[:maxFlash] + "…"
	}
	if text, err := json.Marshal(f); err == nil { // a struct of strings
		h.setCookie(c, flashCookie, base64.RawURLEncoding.EncodeToString(text), flashSeconds)
	}
	return c.redirect(to)
}

// takeFlash gives the waiting message, once.
func (h *Handler) takeFlash(c *call) *flash {
	cookie, err := c.Cookie(flashCookie)
	if err != nil || cookie.Value == "" {
		return nil
	}
	h.setCookie(c, flashCookie, "", -1)
	text, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil {
		return nil
	}
	var f flash
	if json.Unmarshal(text, &f) != nil || f.Text == "" {
		return nil
	}
	if f.Link != "" {
		f.Link = localPath(f.Link)
	}
	return &f
}
