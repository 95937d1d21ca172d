package store

import (
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
	// Detail is what made the entry. Lists do not read it.
	Detail LogDetail
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
	if err != nil || e.Detail == (LogDetail{}) {
		return err
	}
	return tx.insertLogDetail(e)
}

// LogEntry gives one entry of an org with its detail.
func (tx *Tx) LogEntry(org identity.OrgID, id identity.EntryID) (LogEntry, error) {
	e, err := one(tx, scanLogEntry, `SELECT `+logColumns+` FROM log_entry WHERE org_id = $1 AND id = $2`, org, id)
	if err != nil {
		return e, err
	}
	entries := []LogEntry{e}
	err = tx.ReadLogDetails(org, entries)
	return entries[0], err
}
