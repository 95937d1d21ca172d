package store

import (
	"slices"
	"strconv"
	"time"

	"roster/internal/identity"
)

// LogFilter says which log entries are wanted; zero fields want all.
type LogFilter struct {
	From, To    time.Time // From inclusive, To exclusive
	DirectoryID identity.DirectoryID
	Level       string
	HTTPStatus  int
	Resource    string
	Text        string             // somewhere in message, name, externalId or hint
	AccountID   identity.AccountID // either party
	SCIMID      string             // either party
}

// logWindow is how many entries one page looks at when no index leads to what
// is wanted, as auditWindow.
const logWindow = 10_000

// logLook is one look at the troubleshooting log: what an index leads to, and
// what has to be compared entry by entry.
type logLook struct {
	indexed, compared where
	index             string // hint that names the index
}

func (tx *Tx) newLogLook(org identity.OrgID, f LogFilter, after string) logLook {
	l := logLook{indexed: where{dialect: tx.dialect}, index: tx.logIndex(f)}
	l.indexed.and("org_id = ?", org)
	if !f.From.IsZero() { // by the key, which holds the time: the log is long
		l.indexed.and("id >= ?", identity.FirstEntryID(f.From))
	}
	if !f.To.IsZero() {
		l.indexed.and("id < ?", identity.FirstEntryID(f.To))
	}
	if after != "" {
		l.indexed.and("id < ?", after)
	}
	switch {
	case f.AccountID != "":
		l.indexed.and(logParty("account_id"), org, f.AccountID, org, f.AccountID)
	case f.SCIMID != "":
		l.indexed.and(logParty("scim_id"), org, f.SCIMID, org, f.SCIMID)
	case f.DirectoryID != "":
		l.indexed.and("directory_id = ?", f.DirectoryID)
	case f.isProblem():
		l.indexed.and("level = ?", f.Level)
		l.indexed.and("level <> 'info'") // says to the planner that the index of problems will do
	}
	l.compared = f.comparison(tx.dialect, l.indexed.args)
	return l
}

func (f LogFilter) isProblem() bool { return f.Level != "" && f.Level != "info" }

// comparison is what no index leads to, behind the arguments of what one does.
func (f LogFilter) comparison(d dialect, args []any) where {
	w := where{dialect: d, args: slices.Clone(args)}
	if f.AccountID != "" && f.SCIMID != "" {
		w.and("(scim_id = ? OR other_scim_id = ?)", f.SCIMID, f.SCIMID)
	}
	isByParty := f.AccountID != "" || f.SCIMID != ""
	if isByParty && f.DirectoryID != "" {
		w.and("directory_id = ?", f.DirectoryID)
	}
	if f.Level == "info" || (f.isProblem() && (isByParty || f.DirectoryID != "")) {
		w.and("level = ?", f.Level)
	}
	if f.HTTPStatus != 0 {
		w.and("http_status = ?", f.HTTPStatus)
	}
	if f.Resource != "" {
		w.and("resource = ?", f.Resource)
	}
	if f.Text != "" {
		pattern := "%" + escapeLike(f.Text) + "%" // lowered as the columns are: SQLite knows no letters but ASCII
		w.and(`(lower(message) LIKE lower(?) ESCAPE '\' OR lower(COALESCE(name, '')) LIKE lower(?) ESCAPE '\' OR lower(COALESCE(external_id, '')) LIKE lower(?) ESCAPE '\' OR lower(hint) LIKE lower(?) ESCAPE '\')`, pattern, pattern, pattern, pattern)
	}
	return w
}

func (l logLook) from() string {
	return ` FROM log_entry` + l.index + ` WHERE ` + l.indexed.String() + ` ORDER BY id DESC`
}

// LogEntries lists an org's troubleshooting log, newest first. The page key is
// an entry's id. Where a filter is compared entry by entry, a page may hold
// fewer entries than were asked for, or none, and still have a next.
func (tx *Tx) LogEntries(org identity.OrgID, f LogFilter, p Page) ([]LogEntry, string, error) {
	l := tx.newLogLook(org, f, p.After)
	limit := strconv.Itoa(p.limit())
	query, args := `SELECT `+logColumns+l.from()+` LIMIT `+limit, l.indexed.args
	isCompared := l.compared.String() != ""
	if isCompared {
		window := `(SELECT ` + logColumns + l.from() + ` LIMIT ` + strconv.Itoa(logWindow) + `) w`
		query, args = `SELECT `+logColumns+` FROM `+window+` WHERE `+l.compared.String()+` ORDER BY id DESC LIMIT `+limit, l.compared.args
	}
	rows, err := all(tx, scanLogEntry, query, args...)
	if err != nil {
		return nil, "", err
	}
	rows, next := cut(p, rows, func(e LogEntry) string { return string(e.ID) })
	if isCompared && next == "" {
		next, err = tx.endOfLogWindow(l)
	}
	return rows, next, err
}

// endOfLogWindow is the last id of a full window, "" where the log ends within it.
func (tx *Tx) endOfLogWindow(l logLook) (string, error) {
	ends, err := all(tx, column[string], `SELECT id`+l.from()+` LIMIT 1 OFFSET `+strconv.Itoa(logWindow-1), l.indexed.args...)
	if err != nil || len(ends) == 0 {
		return "", err
	}
	return ends[0], nil
}

// logIndex makes sure that a rare kind of entry is not searched for in the
// whole log.
func (tx *Tx) logIndex(f LogFilter) string {
	switch {
	case f.AccountID != "" || f.SCIMID != "":
		return "" // logParty leads to the entries
	case f.DirectoryID != "":
		return tx.dialect.indexedBy("log_entry_directory")
	case f.isProblem():
		return tx.dialect.indexedBy("log_entry_problem")
	default:
		return ""
	}
}

// logParty selects the entries that concern an id as either party. Each has its
// index, which OR would leave aside.
func logParty(party string) string {
	return "id IN (SELECT id FROM log_entry WHERE org_id = ? AND " + party + " = ? UNION ALL SELECT id FROM log_entry WHERE org_id = ? AND other_" + party + " = ?)"
}
