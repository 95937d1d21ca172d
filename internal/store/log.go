package store

import (
	"strconv"
	"time"

	"roster/internal/identity"
)

// LogEntry is one line of the troubleshooting log: what a directory's request
// or a repair did, or why it failed.
type LogEntry struct {
	OrgID          identity.OrgID
	ID             identity.EntryID // of Time, see identity.NewEntryID
	Time           time.Time
	DirectoryID    identity.DirectoryID // "" for what concerns no one directory
	Level          string               // info, warning, error
	Operation      string               // such as user.create
	Resource       string               // USER, GROUP or REQUEST
	SCIMID         string
	ExternalID     string
	Name           string // userName, email or displayName, as the request had it
	AccountID      identity.AccountID
	OtherSCIMID    string // the other party of a conflict
	OtherAccountID identity.AccountID
	HTTPStatus     int // 0 when no request is concerned
	SCIMType       string
	Message        string
	Hint           string
	RequestID      string
	Actor          string
	// Wanted is the document that a refused write would have made. It is kept
	// with the refused write (see RefusedWrite), and not in the log.
	Wanted []byte
}

const logColumns = `org_id, id, time, directory_id, level, operation, resource, scim_id, external_id, name, account_id, other_scim_id, other_account_id, http_status, scim_type, message, hint, request_id, actor`

func scanLogEntry(row scanner) (e LogEntry, err error) {
	err = row.Scan(&e.OrgID, &e.ID, timeInto{&e.Time}, textInto(&e.DirectoryID), &e.Level, &e.Operation, &e.Resource, textInto(&e.SCIMID), textInto(&e.ExternalID), textInto(&e.Name),
		textInto(&e.AccountID), textInto(&e.OtherSCIMID), textInto(&e.OtherAccountID), &e.HTTPStatus, &e.SCIMType, &e.Message, &e.Hint, &e.RequestID, &e.Actor)
	return e, err
}

// InsertLogEntry appends to the troubleshooting log, at the transaction's time,
// which its ID must be of.
func (tx *Tx) InsertLogEntry(e LogEntry) error {
	tx.author = author{e.OrgID, e.Operation, e.Actor, e.RequestID}
	_, err := tx.exec(`INSERT INTO log_entry (`+logColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
		e.OrgID, e.ID, micros(tx.now), null(e.DirectoryID), e.Level, e.Operation, e.Resource, null(e.SCIMID), null(e.ExternalID), null(e.Name),
		null(e.AccountID), null(e.OtherSCIMID), null(e.OtherAccountID), e.HTTPStatus, e.SCIMType, e.Message, e.Hint, e.RequestID, e.Actor)
	return err
}

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

// LogEntries lists an org's troubleshooting log, newest first. The page key is
// the entry's id.
func (tx *Tx) LogEntries(org identity.OrgID, f LogFilter, p Page) ([]LogEntry, string, error) {
	w := where{dialect: tx.dialect}
	w.and("org_id = ?", org)
	if !f.From.IsZero() { // by the key, which holds the time: the log is long
		w.and("id >= ?", identity.FirstEntryID(f.From))
	}
	if !f.To.IsZero() {
		w.and("id < ?", identity.FirstEntryID(f.To))
	}
	if f.DirectoryID != "" {
		w.and("directory_id = ?", f.DirectoryID)
	}
	if f.Level != "" {
		w.and("level = ?", f.Level)
		if f.Level != "info" {
			w.and("level <> 'info'") // says to the planner that the index of problems will do
		}
	}
	if f.HTTPStatus != 0 {
		w.and("http_status = ?", f.HTTPStatus)
	}
	if f.Resource != "" {
		w.and("resource = ?", f.Resource)
	}
	if f.AccountID != "" {
		w.and(logParty("account_id"), org, f.AccountID, org, f.AccountID)
	}
	if f.SCIMID != "" {
		w.and(logParty("scim_id"), org, f.SCIMID, org, f.SCIMID)
	}
	if f.Text != "" {
		pattern := "%" + escapeLike(f.Text) + "%" // lowered as the columns are: SQLite knows no letters but ASCII
		w.and(`(lower(message) LIKE lower(?) ESCAPE '\' OR lower(COALESCE(name, '')) LIKE lower(?) ESCAPE '\' OR lower(COALESCE(external_id, '')) LIKE lower(?) ESCAPE '\' OR lower(hint) LIKE lower(?) ESCAPE '\')`, pattern, pattern, pattern, pattern)
	}
	if p.After != "" {
		w.and("id < ?", p.After)
	}
	rows, err := all(tx, scanLogEntry, `SELECT `+logColumns+` FROM log_entry`+tx.logIndex(f)+` WHERE `+w.String()+` ORDER BY id DESC LIMIT `+strconv.Itoa(p.limit()), w.args...)
	if err != nil {
		return nil, "", err
	}
	rows, next := cut(p, rows, func(e LogEntry) string { return string(e.ID) })
	return rows, next, nil
}

// logIndex makes sure that a rare kind of entry is not searched for in the
// whole log.
func (tx *Tx) logIndex(f LogFilter) string {
	switch {
	case f.AccountID != "" || f.SCIMID != "":
		return "" // logParty leads to the entries
	case f.DirectoryID != "":
		return tx.dialect.indexedBy("log_entry_directory")
	case f.Level != "" && f.Level != "info":
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
