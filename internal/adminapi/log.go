package adminapi

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"roster/internal/adminapi/api"
	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/store"
)

// listLog searches the troubleshooting log, as JSON or CSV.
func (h *Handler) listLog(c *call) error {
	p, err := c.page()
	if err != nil {
		return err
	}
	filter, err := logFilter(c.URL.Query())
	if err != nil {
		return err
	}
	asCSV, err := wantsCSV(c)
	if err != nil {
		return err
	}
	if asCSV {
		return h.exportLog(c, filter, p)
	}
	found, next, err := h.journal.Troubleshooting(c.Context(), c.org, filter, p)
	if err != nil {
		return err
	}
	return c.ok(api.LogEntryList{Data: converted(found, logView), Links: c.links(next)})
}

func logFilter(q url.Values) (f store.LogFilter, err error) {
	f = store.LogFilter{
		DirectoryID: identity.DirectoryID(q.Get("directoryId")), Level: q.Get("level"), Resource: strings.ToUpper(q.Get("resource")),
		Text: q.Get("q"), AccountID: identity.AccountID(q.Get("accountId")), SCIMID: q.Get("scimId"),
	}
	if f.From, err = timeOf(q, "from"); err != nil {
		return f, err
	}
	if f.To, err = timeOf(q, "to"); err != nil {
		return f, err
	}
	if f.HTTPStatus, err = statusParameter(q); err != nil {
		return f, err
	}
	switch f.Level {
	case "", journal.LevelInfo, journal.LevelWarning, journal.LevelError:
		return f, nil
	}
	return f, refusal(badValue, `"level" is %.20q; it must be info, warning or error`, f.Level).withField("level")
}

func timeOf(q url.Values, name string) (time.Time, error) {
	if q.Get(name) == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, q.Get(name))
	if err != nil {
		return t, refusal(badTime, "%q is %.60q, which is not a time", name, q.Get(name)).
			withHint("write times as in 2026-01-31T13:00:00Z (RFC 3339), and + as %%2B").withField(name)
	}
	return t, nil
}

// The statuses that HTTP has (RFC 9110 section 15).
const minStatus, maxStatus = 100, 599

func statusParameter(q url.Values) (int, error) {
	if q.Get("status") == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(q.Get("status"))
	if err != nil || n < minStatus || n > maxStatus {
		return 0, refusal(badValue, `"status" is %.20q; it must be a number from %d to %d`, q.Get("status"), minStatus, maxStatus).withField("status")
	}
	return n, nil
}

func logView(e store.LogEntry) api.LogEntry {
	return api.LogEntry{
		ID: string(e.ID), Time: e.Time, DirectoryID: string(e.DirectoryID), Level: api.LogLevel(e.Level),
		Operation: e.Operation, Resource: e.Resource, SCIMID: e.SCIMID, ExternalID: e.ExternalID, Name: e.Name,
		AccountID: string(e.AccountID), OtherSCIMID: e.OtherSCIMID, OtherAccountID: string(e.OtherAccountID),
		HTTPStatus: e.HTTPStatus, SCIMType: e.SCIMType, Message: e.Message, Hint: e.Hint, RequestID: e.RequestID, Actor: e.Actor,
	}
}
