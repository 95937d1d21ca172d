package store

import (
	"time"

	"roster/internal/identity"
)

// RefusalCause says why a directory's write was refused, where the cause is one
// that diagnosis knows a repair for.
type RefusalCause string

// The causes that are remembered.
const (
	RefusedEmailTaken    RefusalCause = "email-taken"    // an update wants an address that another account or record holds
	RefusedEmailLeaves   RefusalCause = "email-leaves"   // an update wants an address on a domain that is not verified
	RefusedDeletedRecord RefusalCause = "deleted-record" // a write goes to the id of a deleted record
	RefusedGroupName     RefusalCause = "group-name-taken"
)

// RefusedWrite is the last refused write of a record or group. It stays when
// the problem is solved: whoever reads it compares it with what is there now.
type RefusedWrite struct {
	OrgID          identity.OrgID
	DirectoryID    identity.DirectoryID
	Subject        string // SCIM id; of a refused new group, + and its folded name
	Cause          RefusalCause
	Wanted         string             // the address or name
	AccountID      identity.AccountID // of the record, or ""
	OtherSCIMID    string             // who holds what was wanted, or ""
	OtherAccountID identity.AccountID
	Doc            []byte // that the write would have made, or nil
	Attempts       int
	FirstAt        time.Time
	LastAt         time.Time
	LogID          identity.EntryID // of the last attempt's log entry
}

const refusedWriteColumns = `org_id, directory_id, subject, cause, wanted, account_id, other_scim_id, other_account_id, doc, attempts, first_at, last_at, log_id`

func scanRefusedWrite(row scanner) (w RefusedWrite, err error) {
	err = row.Scan(&w.OrgID, &w.DirectoryID, &w.Subject, &w.Cause, &w.Wanted, textInto(&w.AccountID), textInto(&w.OtherSCIMID), textInto(&w.OtherAccountID),
		&w.Doc, &w.Attempts, timeInto{&w.FirstAt}, timeInto{&w.LastAt}, &w.LogID)
	return w, err
}

// NoteRefusedWrite remembers a refused write at the transaction's time. An
// attempt at the same counts; another takes its place.
func (tx *Tx) NoteRefusedWrite(w RefusedWrite) error {
	_, err := tx.exec(`INSERT INTO refused_write (`+refusedWriteColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, $10, $11)
		ON CONFLICT (directory_id, subject) DO UPDATE SET
			attempts = CASE WHEN refused_write.cause = excluded.cause AND refused_write.wanted = excluded.wanted THEN refused_write.attempts + 1 ELSE 1 END,
			first_at = CASE WHEN refused_write.cause = excluded.cause AND refused_write.wanted = excluded.wanted THEN refused_write.first_at ELSE excluded.first_at END,
			cause = excluded.cause, wanted = excluded.wanted, account_id = excluded.account_id, other_scim_id = excluded.other_scim_id,
			other_account_id = excluded.other_account_id, doc = excluded.doc, last_at = excluded.last_at, log_id = excluded.log_id`,
		w.OrgID, w.DirectoryID, w.Subject, string(w.Cause), w.Wanted, null(w.AccountID), null(w.OtherSCIMID), null(w.OtherAccountID), string(w.Doc), micros(tx.now), w.LogID)
	return err
}

// RefusedWrite gives what is remembered of one record or group.
func (tx *Tx) RefusedWrite(org identity.OrgID, d identity.DirectoryID, subject string) (RefusedWrite, error) {
	return one(tx, scanRefusedWrite, `SELECT `+refusedWriteColumns+` FROM refused_write WHERE org_id = $1 AND directory_id = $2 AND subject = $3`, org, d, subject)
}

// RefusedWrites lists an org's refused writes of one cause. The page key is
// directory/subject.
func (tx *Tx) RefusedWrites(org identity.OrgID, cause RefusalCause, p Page) ([]RefusedWrite, string, error) {
	d, subject := splitKey2(p.After)
	rows, err := all(tx, scanRefusedWrite, `SELECT `+refusedWriteColumns+` FROM refused_write WHERE org_id = $1 AND cause = $2 AND (directory_id, subject) > ($3, $4)
		ORDER BY directory_id, subject LIMIT $5`, org, string(cause), d, subject, p.limit())
	if err != nil {
		return nil, "", err
	}
	rows, next := cut(p, rows, func(w RefusedWrite) string { return joinKey(string(w.DirectoryID), w.Subject) })
	return rows, next, nil
}

// DeleteOldRefusedWrites drops at most limit refused writes that were not
// tried again since a time, and gives how many there were.
func (tx *Tx) DeleteOldRefusedWrites(before time.Time, limit int) (int64, error) {
	return tx.exec(`DELETE FROM refused_write WHERE (directory_id, subject) IN (SELECT directory_id, subject FROM refused_write WHERE last_at < $1 LIMIT $2)`, micros(before), limit)
}
