package adminapi

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"roster/internal/adminapi/api"
	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/store"
)

// listEvents searches the audit log, as JSON or CSV.
func (h *Handler) listEvents(c *call) error {
	p, err := c.page()
	if err != nil {
		return err
	}
	filter, isNone, err := eventFilter(c.URL.Query())
	if err != nil {
		return err
	}
	asCSV, err := wantsCSV(c)
	if err != nil {
		return err
	}
	fetch := func(p store.Page) ([]store.AuditEntry, string, error) {
		if isNone {
			return nil, "", nil
		}
		return h.journal.Audit(c.Context(), c.org, filter, p)
	}
	if asCSV {
		return export[store.AuditEntry]{"audit-log.csv", eventHeader, eventRow, fetch}.write(h, c, p)
	}
	found, next, err := fetch(p)
	if err != nil {
		return err
	}
	meta := api.EventListMeta{PageSize: p.Limit}
	if next != "" {
		meta.Next = c.cursor(next)
	}
	return c.ok(api.EventList{Data: converted(found, c.eventView), Meta: meta, Links: c.links(next)})
}

func (h *Handler) getEvent(c *call) error {
	e, err := h.journal.AuditEntry(c.Context(), c.org, identity.EntryID(c.PathValue("eventId")))
	if err != nil {
		return err
	}
	return c.ok(api.EventResponse{Data: c.eventView(e)})
}

func (h *Handler) listEventActions(c *call) error {
	return c.ok(api.EventActionList{Data: converted(journal.Actions(), func(a journal.ActionInfo) api.EventAction {
		return api.EventAction{ID: string(a.ID), Type: api.EventActionTypeEventActions, Attributes: api.EventActionAttributes{DisplayName: a.Name, GroupDisplayName: a.Group}}
	})})
}

// product is what the hosted log would call this server.
const product = "roster"

// eventFilter reads the filters of the hosted call. isNone tells that they
// leave nothing.
func eventFilter(q url.Values) (f store.AuditFilter, isNone bool, err error) {
	f = store.AuditFilter{Text: q.Get("q"), Target: q.Get("target"), Actions: valuesOf(q, "action"), Actors: valuesOf(q, "actor"), IPs: valuesOf(q, "ip")}
	if f.From, err = momentOf(q, "from"); err != nil {
		return f, false, err
	}
	if f.To, err = momentOf(q, "to"); err != nil {
		return f, false, err
	}
	if q.Get("location") != "" {
		return f, false, refusal(badValue, `"location" cannot be searched: Roster does not know where an address is`).withHint("search by ip").withField("location")
	}
	products := valuesOf(q, "product")
	return f, len(products) > 0 && !slices.Contains(products, product), nil
}

// maxValues bounds the values of one filter.
const maxValues = 50

// valuesOf gives the values of a parameter that is repeated or a comma list.
func valuesOf(q url.Values, name string) []string {
	values := slices.DeleteFunc(strings.Split(strings.Join(q[name], ","), ","), func(v string) bool { return v == "" })
	return values[:min(len(values), maxValues)]
}

// momentOf reads a time as hosted clients write it, in milliseconds since
// 1970, or as Roster's own calls take it.
func momentOf(q url.Values, name string) (time.Time, error) {
	if millis, err := strconv.ParseInt(q.Get(name), 10, 64); err == nil {
		return time.UnixMilli(millis).UTC(), nil
	}
	return timeOf(q, name)
}

func (c *call) eventView(e store.AuditEntry) api.Event {
	about := journal.Describe(journal.Action(e.Action))
	return api.Event{
		ID: string(e.ID), Type: api.EventTypeEvents,
		Attributes: api.EventAttributes{
			Time: e.Time, Action: e.Action, Actor: c.actorView(e),
			Context:   []api.EventObject{{ID: e.Target, Type: about.Target, Attributes: api.EventChange{Before: change(e.Before), After: change(e.After)}}},
			Container: []api.EventObject{{ID: string(e.OrgID), Type: journal.TargetOrg, Links: api.SelfLink{Self: c.orgURL(e.OrgID)}}},
			Location:  api.EventLocation{IP: e.IP}, RequestID: e.RequestID,
		},
		Links: api.SelfLink{Self: c.orgURL(e.OrgID) + "/events/" + string(e.ID)},
	}
}

func (c *call) actorView(e store.AuditEntry) api.EventActor {
	return api.EventActor{ID: e.ActorID, Name: e.Actor}
}

// change leaves out what is not there.
func change(text string) json.RawMessage {
	if text == "null" {
		return nil
	}
	return json.RawMessage(text)
}

var eventHeader = []string{"time", "action", "actorId", "actor", "targetType", "target", "before", "after", "ip", "requestId", "id"}

func eventRow(e store.AuditEntry) []string {
	return []string{
		e.Time.UTC().Format(time.RFC3339Nano), e.Action, e.ActorID, e.Actor, journal.Describe(journal.Action(e.Action)).Target, e.Target,
		e.Before, e.After, e.IP, e.RequestID, string(e.ID),
	}
}
