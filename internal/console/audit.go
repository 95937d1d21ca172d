package console

import (
	"cmp"
	"encoding/json"
	"net/url"
	"slices"
	"time"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/store"
)

// auditView is the audit log.
type auditView struct {
	Header  header
	Query   string
	Filters []field
	About   []link // the filters that are ids, each with a link that takes it away
	Rows    []auditRow
	Pager   pager
	Empty   empty
	CSV     string
}

// auditRow is an entry in a list.
type auditRow struct {
	URL, Action, Actor, Target, IP string
	At                             time.Time
}

// listAudit searches the audit log.
func (h *Handler) listAudit(c *call) error {
	p, err := c.rows()
	if err != nil {
		return err
	}
	q := c.URL.Query()
	filter, err := auditFilter(q)
	if err != nil {
		return err
	}
	found, next, err := h.Journal.Audit(c.Context(), c.org, filter, p)
	if err != nil {
		return err
	}
	v := auditView{
		Header: header{Title: "Audit", Lead: "What administrators, keys and repairs did, and when."}, Query: q.Get("q"), Filters: auditFilters(q),
		About: auditAbout(c), Pager: c.pager(len(found), next, "entry", "entries"), CSV: pathWith(base+"/audit.csv", without(q, "after")), Empty: noEvent(q),
	}
	v.Pager.Looked = true
	for _, e := range found {
		v.Rows = append(v.Rows, auditRow{
			URL: base + "/audit/" + url.PathEscape(string(e.ID)), Action: actionName(e), Actor: e.Actor, Target: e.Target, IP: e.IP, At: e.Time,
		})
	}
	return h.page(c, "audit", v)
}

func actionName(e store.AuditEntry) string { return journal.Describe(journal.Action(e.Action)).Name }

func auditFilters(q url.Values) []field {
	action := choose("action", "Action", q.Get("action"), "Any action")
	for _, a := range journal.Actions() {
		action.Options = append(action.Options, option{string(a.ID), a.Name})
	}
	slices.SortStableFunc(action.Options[1:], func(a, b option) int { return cmp.Compare(a.Label, b.Label) })
	return []field{
		action,
		sinceFilter(q),
	}
}

func auditFilter(q url.Values) (f store.AuditFilter, err error) {
	for _, field := range auditFilters(q) {
		if err := field.check(); err != nil {
			return f, err
		}
	}
	for _, name := range []string{"q", "target", "actor"} {
		if text := q.Get(name); len(text) > maxQuery || !isText(text) {
			return f, identity.Errorf(identity.CodeInvalid, "nothing can be found by this text").WithField(name).WithHint("type a part of an action, a name or a value, or a whole id")
		}
	}
	f = store.AuditFilter{Text: q.Get("q"), Target: q.Get("target")}
	if action := q.Get("action"); action != "" {
		f.Actions = []string{action}
	}
	if actor := q.Get("actor"); actor != "" {
		f.Actors = []string{actor}
	}
	f.From = sinceTime(q)
	return f, nil
}

func auditAbout(c *call) (links []link) {
	for _, f := range []struct{ name, noun string }{{"target", "About"}, {"actor", "By"}} {
		if id := c.URL.Query().Get(f.name); id != "" {
			links = append(links, link{f.noun + " " + short(id), pathWith(base+"/audit", without(c.URL.Query(), f.name, "after"))})
		}
	}
	return links
}

func noEvent(q url.Values) empty {
	if len(without(q, "after")) > 0 {
		return empty{Icon: "search", Title: "No entry matches", Text: "A search finds a part of an action, of who did it, of what was changed and of the values.", Actions: []action{{Label: "Show everything", URL: base + "/audit"}}}
	}
	return empty{Icon: "audit", Title: "Nothing was done yet", Text: "Each change by an administrator, a key or a repair leaves an entry here, with what was before and after."}
}

// exportAudit writes all entries that the filters want.
func (h *Handler) exportAudit(c *call) error {
	filter, err := auditFilter(c.URL.Query())
	if err != nil {
		return err
	}
	return export[store.AuditEntry]{
		File:   "audit-log.csv",
		Header: []string{"time", "action", "actorId", "actor", "targetType", "target", "before", "after", "ip", "requestId", "id"},
		Fetch: func(p store.Page) ([]store.AuditEntry, string, error) {
			return h.Journal.Audit(c.Context(), c.org, filter, p)
		},
		Row: func(e store.AuditEntry) []string {
			return []string{
				stamp(e.Time), e.Action, e.ActorID, e.Actor, journal.Describe(journal.Action(e.Action)).Target, e.Target, e.Before, e.After, e.IP, e.RequestID, string(e.ID),
			}
		},
	}.write(h, c)
}

// auditEntryView is one entry of the audit log.
type auditEntryView struct {
	Header  header
	Facts   []fact
	Changes []changeRow
}

func (h *Handler) showAuditEntry(c *call) error {
	e, err := h.Journal.AuditEntry(c.Context(), c.org, identity.EntryID(c.PathValue("eventId")))
	if err != nil {
		return err
	}
	v := auditEntryView{
		Header: header{Title: actionName(e), Crumbs: []link{{"Audit", base + "/audit"}}, ID: string(e.ID)},
		Facts: []fact{
			{Label: "Time", At: e.Time},
			{Label: "By", Link: link{cmp.Or(e.Actor, e.ActorID), pathWith(base+"/audit", url.Values{"actor": {e.ActorID}})}},
			{Label: "About", Link: link{short(e.Target), pathWith(base+"/audit", url.Values{"target": {e.Target}})}},
			{Label: "Address", Text: e.IP},
			{Label: "Request id", ID: e.RequestID},
		},
	}
	if account := journal.Describe(journal.Action(e.Action)).Target; account == journal.TargetAccount {
		v.Facts = append(v.Facts, fact{Label: "Account", Link: accountLink(identity.AccountID(e.Target))})
	}
	v.Changes = auditChanges(e.Before, e.After)
	return h.page(c, "audit_entry", v)
}

// auditChanges compares what an entry holds before and after, member by member.
func auditChanges(before, after string) []changeRow {
	var was, is map[string]json.RawMessage
	if json.Unmarshal([]byte(before), &was) != nil || json.Unmarshal([]byte(after), &is) != nil {
		return []changeRow{{"", indented([]byte(before)), indented([]byte(after))}} // no objects
	}
	names := make([]string, 0, len(was)+len(is))
	for name := range was {
		names = append(names, name)
	}
	for name := range is {
		names = append(names, name)
	}
	slices.Sort(names)
	var rows []changeRow
	for _, name := range slices.Compact(names) {
		if string(was[name]) != string(is[name]) {
			rows = append(rows, changeRow{name, valueText(was[name]), valueText(is[name])})
		}
	}
	return rows
}
