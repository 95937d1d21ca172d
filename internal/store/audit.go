package store

import (
	"time"

	"roster/internal/identity"
)

// AuditEntry is one line of the audit log: what an administrator or a repair did.
type AuditEntry struct {
	OrgID     identity.OrgID
	ID        identity.EntryID
	Time      time.Time
	Action    string // such as account_email_changed
	Actor     string
	Target    string // id of what was changed
	Before    string // JSON
	After     string // JSON
	RequestID string
}

const auditColumns = `org_id, id, time, action, actor, target, before, after, request_id`

func scanAuditEntry(row scanner) (e AuditEntry, err error) {
	err = row.Scan(&e.OrgID, &e.ID, timeInto{&e.Time}, &e.Action, &e.Actor, &e.Target, &e.Before, &e.After, &e.RequestID)
	return e, err
}

// InsertAuditEntry appends to the audit log, at the transaction's time.
func (tx *Tx) InsertAuditEntry(e AuditEntry) error {
	_, err := tx.exec(`INSERT INTO audit_entry (`+auditColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		e.OrgID, e.ID, micros(tx.now), e.Action, e.Actor, e.Target, e.Before, e.After, e.RequestID)
	return err
}

// AuditEntries lists an org's audit log, newest first. The page key is the
// entry's id.
func (tx *Tx) AuditEntries(org identity.OrgID, p Page) ([]AuditEntry, string, error) {
	query, args := `SELECT `+auditColumns+` FROM audit_entry WHERE org_id = $1 ORDER BY id DESC LIMIT $2`, []any{org, p.limit()}
	if p.After != "" {
		query, args = `SELECT `+auditColumns+` FROM audit_entry WHERE org_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3`, []any{org, p.After, p.limit()}
	}
	rows, err := all(tx, scanAuditEntry, query, args...)
	if err != nil {
		return nil, "", err
	}
	rows, next := cut(p, rows, func(e AuditEntry) string { return string(e.ID) })
	return rows, next, nil
}
