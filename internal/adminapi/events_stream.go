package adminapi

import (
	"strings"

	"roster/internal/adminapi/api"
	"roster/internal/journal"
	"roster/internal/store"
)

// defaultStreamLimit is the number of rows of a page of the stream (hosted API).
const defaultStreamLimit = 200

// The orders of the stream; its cursors begin with the order, which they keep.
const (
	ascending  = "asc"
	descending = "desc"
)

// streamEvents reads the audit log on from where the client stopped.
func (h *Handler) streamEvents(c *call) error {
	q := c.URL.Query()
	p, err := c.page()
	if err != nil {
		return err
	}
	if !q.Has("limit") {
		p.Limit = defaultStreamLimit
	}
	sort, after, err := c.streamPosition(p.After)
	if err != nil {
		return err
	}
	var f store.AuditFilter
	if f.From, err = momentOf(q, "from"); err != nil {
		return err
	}
	if f.To, err = momentOf(q, "to"); err != nil {
		return err
	}
	found, next, err := h.journal.AuditStream(c.Context(), c.org, f, store.AuditOrder(sort == ascending), store.Page{After: after, Limit: p.Limit})
	if err != nil {
		return err
	}
	return c.ok(c.streamView(found, next, sort, after, p.Limit))
}

// streamPosition takes a page key apart; a first page has none, and says its
// order by a parameter.
func (c *call) streamPosition(key string) (sort, after string, err error) {
	if key != "" {
		sort, after, _ = strings.Cut(key, ":")
	} else if sort = c.URL.Query().Get("sortOrder"); sort == "" {
		sort = ascending
	}
	if sort != ascending && sort != descending {
		return "", "", refusal(badValue, `"sortOrder" is %.20q; it must be asc or desc`, sort).withField("sortOrder")
	}
	return sort, after, nil
}

// streamView words a page. Oldest first it names a cursor even at the end, for
// what comes later.
func (c *call) streamView(found []store.AuditEntry, next, sort, after string, size int) api.EventStream {
	page := api.EventStream{Data: converted(found, c.streamedView), Meta: api.EventListMeta{PageSize: size}, Links: c.links("")}
	last := after
	if len(found) > 0 {
		last = string(found[len(found)-1].ID)
	}
	if next != "" || sort == ascending {
		page.Meta.Next = c.cursor(sort + ":" + last)
	}
	if next != "" {
		page.Links = c.links(sort + ":" + next)
	}
	return page
}

func (c *call) streamedView(e store.AuditEntry) api.Event {
	v := c.eventView(e)
	v.Attributes.ProcessedAt = e.Time
	v.Message = api.EventMessage{Content: e.Actor + ": " + journal.Describe(journal.Action(e.Action)).Name + " " + e.Target, Format: api.EventMessageFormatSimple}
	return v
}
