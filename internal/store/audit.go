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
	Actor     string // as people read it
	ActorID   string // of the key or person; "" in entries from before there was one
	IP        string // that the request came from; "" where there was none
	Target    string // id of what was changed
	Before    string // JSON
	After     string // JSON
	RequestID string
}

const auditColumns = `org_id, id, time, action, actor, target, before, after, request_id, actor_id, ip`

func scanAuditEntry(row scanner) (e AuditEntry, err error) {
	err = row.Scan(&e.OrgID, &e.ID, timeInto{&e.Time}, &e.Action, &e.Actor, &e.Target, &e.Before, &e.After, &e.RequestID, &e.ActorID, &e.IP)
	return e, err
}

// InsertAuditEntry appends to the audit log, at the transaction's time.
func (tx *Tx) InsertAuditEntry(e AuditEntry) error {
	tx.author = author{e.OrgID, e.Action, e.Actor, e.RequestID}
	_, err := tx.exec(`INSERT INTO audit_entry (`+auditColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		e.OrgID, e.ID, micros(tx.now), e.Action, e.Actor, e.Target, e.Before, e.After, e.RequestID, e.ActorID, e.IP)
	return err
}

// AuditEntry gives one entry of an org's audit log.
func (tx *Tx) AuditEntry(org identity.OrgID, id identity.EntryID) (AuditEntry, error) {
	return one(tx, scanAuditEntry, `SELECT `+auditColumns+` FROM audit_entry WHERE org_id = $1 AND id = $2`, org, id)
}
