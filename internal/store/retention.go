package store

import (
	"time"

	"roster/internal/identity"
)

// DeleteOldLogEntries forgets at most limit entries of an org's troubleshooting
// log that are from before a time, the oldest first, and gives how many.
func (tx *Tx) DeleteOldLogEntries(org identity.OrgID, before time.Time, limit int) (int64, error) {
	return tx.exec(`DELETE FROM log_entry WHERE org_id = $1 AND id IN (SELECT id FROM log_entry WHERE org_id = $1 AND id < $2 ORDER BY id LIMIT $3)`,
		org, identity.FirstEntryID(before), limit)
}

// DeleteOldAuditEntries is DeleteOldLogEntries for the audit log.
func (tx *Tx) DeleteOldAuditEntries(org identity.OrgID, before time.Time, limit int) (int64, error) {
	return tx.exec(`DELETE FROM audit_entry WHERE org_id = $1 AND id IN (SELECT id FROM audit_entry WHERE org_id = $1 AND id < $2 ORDER BY id LIMIT $3)`,
		org, identity.FirstEntryID(before), limit)
}
