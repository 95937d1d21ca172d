package console

import (
	"net/http"
	"net/url"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/store"
)

// firstView waits for the first request of a directory: template "first-request".
type firstView struct {
	Said  alert
	Again string // URL to ask once more; "" when what was waited for is there
}

func waitingFor(id identity.DirectoryID) firstView {
	return firstView{
		Said:  alert{Tone: info, Title: "Waiting for the first request", Text: "Test the connection over there. This turns green by itself."},
		Again: directoryURL(id) + "/first",
	}
}

// firstRequest answers who waits for a directory to be heard of.
func (h *Handler) firstRequest(c *call) error {
	d, err := h.Accounts.Directory(c.Context(), c.org, c.directoryID())
	if err != nil {
		return err
	}
	v, err := h.first(c, d)
	if err != nil {
		return err
	}
	if c.wantsPart() == "" {
		return c.redirect(directoryURL(d.ID))
	}
	return h.part(c, "directory", "first-request", v)
}

// first says what was heard of a directory: what it pushed, else what was
// refused last, else that it asked for something.
func (h *Handler) first(c *call, d accounts.Directory) (firstView, error) {
	v := waitingFor(d.ID)
	if d.Users+d.Groups > 0 {
		return firstView{Said: alert{
			Tone: good, Title: "Connected: the first push is here", Link: link{"See the users", directoryURL(d.ID) + "/users"},
			Text: count(d.Users, "user", "users") + " and " + count(d.Groups, "group", "groups") + " so far.",
		}}, nil
	}
	entry, isRefused, err := h.lastRefusal(c, d.ID)
	if err != nil {
		return v, err
	}
	if isRefused {
		v.Said = alert{
			Tone: bad, Title: "A request was refused: " + entry.Message, Text: entry.Hint,
			Link: link{"See what was sent", base + "/log/" + url.PathEscape(string(entry.ID))},
		}
		return v, nil
	}
	tokens, err := h.Keys.Tokens(c.Context(), c.org, d.ID)
	if err != nil {
		return v, err
	}
	for _, t := range tokens {
		if !t.LastUsedAt.IsZero() {
			v.Said = alert{Tone: good, Title: "Connected: the token works", Text: "Now assign one person over there, and wait for the push."}
		}
	}
	if v.Said.Tone == info && !d.Last.UnauthenticatedAt.IsZero() {
		v.Said = alert{Tone: bad, Title: "A request came with another token", Text: "Enter the token of this directory over there. When it is lost, make another one.", Link: link{"Tokens", directoryURL(d.ID) + "/tokens"}}
	}
	return v, nil
}

// lastRefusal gives the newest entry of what a directory sent, if that was refused.
func (h *Handler) lastRefusal(c *call, id identity.DirectoryID) (store.LogEntry, bool, error) {
	found, _, err := h.Journal.Troubleshooting(c.Context(), c.org, store.LogFilter{DirectoryID: id}, store.Page{Limit: 1})
	if err != nil || len(found) == 0 {
		return store.LogEntry{}, false, err
	}
	return found[0], found[0].HTTPStatus >= http.StatusBadRequest, nil
}
