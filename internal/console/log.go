package console

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/store"
)

// logView is the troubleshooting log.
type logView struct {
	Header  header
	Query   string
	Filters []field
	About   []link // the filters that are ids, each with a link that takes it away
	Rows    []logRow
	Pager   pager
	Empty   empty
	CSV     string
	Live    liveView
}

// liveView is the tail of a list: it asks for its newest rows twice a second.
type liveView struct {
	IsOn   bool
	Switch string // URL that turns it on or off
	Again  string // URL to ask for the newest rows
	Seen   identity.EntryID
}

// seenHeader names the newest entry that the tail has.
const seenHeader = "X-Seen"

// logRow is an entry in a list.
type logRow struct {
	URL, Operation, Name, Message string
	At                            time.Time
	Level                         badge
	Status                        string
	Directory                     link
}

// listLog searches the log; it follows it where the parameter live is set.
func (h *Handler) listLog(c *call) error {
	p, err := c.rows()
	if err != nil {
		return err
	}
	q := c.URL.Query()
	directories, err := h.directoryOptions(c)
	if err != nil {
		return err
	}
	filter, err := logFilter(q, directories)
	if err != nil {
		return err
	}
	found, next, err := h.Journal.Troubleshooting(c.Context(), c.org, filter, p)
	if err != nil {
		return err
	}
	if len(found) > 0 && string(found[0].ID) == c.Header.Get(seenHeader) {
		c.w.WriteHeader(http.StatusNoContent) // nothing new for the tail
		return nil
	}
	v := logView{
		Header:  header{Title: "Log", Lead: "What your directories did, and what was refused and why."},
		Query:   q.Get("q"),
		Filters: logFilters(q, directories),
		About:   aboutFilters(c),
		Pager:   c.pager(len(found), next, "entry", "entries"),
		Empty:   noEntry(q),
		CSV:     pathWith(base+"/log.csv", without(q, "after", "live")),
		Live:    liveOf(c, found),
	}
	v.Pager.Looked = true
	for _, e := range found {
		v.Rows = append(v.Rows, logRowOf(e, directories))
	}
	return h.page(c, "log", v)
}

// liveOf follows the first page only: an older one does not change.
func liveOf(c *call, found []store.LogEntry) liveView {
	q := without(c.URL.Query(), "live", "after")
	off := pathWith(base+"/log", q)
	q.Set("live", "1")
	on := pathWith(base+"/log", q)
	if c.URL.Query().Get("live") == "" || c.URL.Query().Get("after") != "" {
		return liveView{Switch: on}
	}
	v := liveView{IsOn: true, Switch: off, Again: on}
	if len(found) > 0 {
		v.Seen = found[0].ID
	}
	return v
}

// maxDirectories bounds the directories that a filter offers.
const maxDirectories = 200

// directoryOptions are the org's directories, by name, to choose from.
func (h *Handler) directoryOptions(c *call) ([]option, error) {
	all, _, err := h.Accounts.Directories(c.Context(), c.org, store.Page{Limit: maxDirectories})
	options := make([]option, 0, len(all))
	for _, d := range all {
		options = append(options, option{string(d.ID), d.Name})
	}
	return options, err
}

func labelOf(options []option, value string) string {
	for _, o := range options {
		if o.Value == value {
			return o.Label
		}
	}
	return short(value)
}

// sinces are the distances back from now that the filter offers.
var sinces = map[string]time.Duration{"1h": time.Hour, "24h": 24 * time.Hour, "168h": 7 * 24 * time.Hour, "720h": 30 * 24 * time.Hour}

// sinceFilter chooses one of sinces.
func sinceFilter(q url.Values) field {
	return choose("since", "Since", q.Get("since"), "Any time",
		option{"1h", "Last hour"}, option{"24h", "Last 24 hours"}, option{"168h", "Last 7 days"}, option{"720h", "Last 30 days"})
}

// sinceTime is the time that the filter chose, zero for any.
func sinceTime(q url.Values) time.Time {
	if back, ok := sinces[q.Get("since")]; ok {
		return time.Now().Add(-back)
	}
	return time.Time{}
}

func logFilters(q url.Values, directories []option) []field {
	status := choose("status", "Status", q.Get("status"), "Any status")
	for _, n := range []int{200, 201, 204, 400, 401, 403, 404, 409, 412, 413, 429, 500, 503} {
		status.Options = append(status.Options, option{strconv.Itoa(n), strconv.Itoa(n) + " " + http.StatusText(n)})
	}
	return []field{
		choose("level", "Level", q.Get("level"), "Any level",
			option{journal.LevelError, "Errors"}, option{journal.LevelWarning, "Warnings"}, option{journal.LevelInfo, "Information"}),
		choose("directory", "Directory", q.Get("directory"), "All directories", directories...),
		choose("resource", "Resource", q.Get("resource"), "Users and groups",
			option{journal.ResourceUser, "Users"}, option{journal.ResourceGroup, "Groups"}, option{journal.ResourceRequest, "Other requests"}),
		status,
		sinceFilter(q),
	}
}

func logFilter(q url.Values, directories []option) (f store.LogFilter, err error) {
	for _, field := range logFilters(q, directories) {
		if err := field.check(); err != nil {
			return f, err
		}
	}
	for _, name := range []string{"q", "account", "scim"} {
		if text := q.Get(name); len(text) > maxQuery || !isText(text) {
			return f, identity.Errorf(identity.CodeInvalid, "nothing can be found by this text").WithField(name).WithHint("type a part of a message or a name, or a whole id")
		}
	}
	f = store.LogFilter{
		Text: q.Get("q"), Level: q.Get("level"), DirectoryID: identity.DirectoryID(q.Get("directory")), Resource: q.Get("resource"),
		AccountID: identity.AccountID(q.Get("account")), SCIMID: q.Get("scim"),
	}
	f.HTTPStatus, _ = strconv.Atoi(q.Get("status")) // one of those that are offered, or none
	f.From = sinceTime(q)
	return f, nil
}

// aboutFilters are the filters that are ids: other pages lead here with them.
func aboutFilters(c *call) (links []link) {
	for _, f := range []struct{ name, noun string }{{"account", "Account"}, {"scim", "SCIM id"}} {
		if id := c.URL.Query().Get(f.name); id != "" {
			links = append(links, link{f.noun + " " + short(id), pathWith(base+"/log", without(c.URL.Query(), f.name, "after"))})
		}
	}
	return links
}

func logRowOf(e store.LogEntry, directories []option) logRow {
	row := logRow{
		URL: base + "/log/" + url.PathEscape(string(e.ID)), Operation: operationText(e), Name: e.Name, Message: e.Message, At: e.Time,
		Level: levelBadge(e.Level), Status: statusText(e.HTTPStatus),
	}
	if e.DirectoryID != "" {
		row.Directory = link{labelOf(directories, string(e.DirectoryID)), base + "/directories/" + url.PathEscape(string(e.DirectoryID))}
	}
	return row
}

func levelBadge(level string) badge {
	switch level {
	case journal.LevelError:
		return badge{bad, "Error"}
	case journal.LevelWarning:
		return badge{warn, "Warning"}
	default:
		return badge{neutral, "Info"}
	}
}

// operationText says what was asked for, such as "user patch".
func operationText(e store.LogEntry) string { return strings.ReplaceAll(e.Operation, ".", " ") }

// statusText is empty for what an administrator did: no directory was answered.
func statusText(status int) string {
	if status == 0 {
		return ""
	}
	return strconv.Itoa(status)
}

func noEntry(q url.Values) empty {
	if len(without(q, "after", "live")) > 0 {
		return empty{
			Icon: "search", Title: "No entry matches", Text: "A search finds a part of a message, a name, an external id or a hint, in any letter case.",
			Actions: []action{{Label: "Show everything", URL: base + "/log"}},
		}
	}
	return empty{Icon: "log", Title: "Nothing has happened yet", Text: "Each write of an identity provider, and each request that is refused, leaves an entry here that says what, who, why and what to do next."}
}

// exportLog writes all entries that the filters want.
func (h *Handler) exportLog(c *call) error {
	directories, err := h.directoryOptions(c)
	if err != nil {
		return err
	}
	filter, err := logFilter(c.URL.Query(), directories)
	if err != nil {
		return err
	}
	return export[store.LogEntry]{
		File: "troubleshooting-log.csv",
		Header: []string{
			"time", "level", "operation", "resource", "directoryId", "scimId", "externalId", "name", "accountId", "otherScimId", "otherAccountId",
			"httpStatus", "scimType", "message", "hint", "requestId", "actor", "id",
		},
		Fetch: func(p store.Page) ([]store.LogEntry, string, error) {
			return h.Journal.Troubleshooting(c.Context(), c.org, filter, p)
		},
		Row: func(e store.LogEntry) []string {
			return []string{
				stamp(e.Time), e.Level, e.Operation, e.Resource, string(e.DirectoryID), e.SCIMID, e.ExternalID, e.Name, string(e.AccountID), e.OtherSCIMID,
				string(e.OtherAccountID), statusText(e.HTTPStatus), e.SCIMType, e.Message, e.Hint, e.RequestID, e.Actor, string(e.ID),
			}
		},
	}.write(h, c)
}
