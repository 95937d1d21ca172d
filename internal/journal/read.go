package journal

import (
	"context"

	"roster/internal/identity"
	"roster/internal/store"
)

// Reader searches the logs of one org at a time.
type Reader struct{ store *store.Store }

// NewReader makes a Reader.
func NewReader(st *store.Store) *Reader { return &Reader{st} }

// Troubleshooting gives a page of the troubleshooting log, newest first, and
// the key of the next page ("" at the end).
func (r *Reader) Troubleshooting(ctx context.Context, org identity.OrgID, f store.LogFilter, p store.Page) (entries []store.LogEntry, next string, err error) {
	err = r.store.View(ctx, func(tx *store.Tx) error {
		entries, next, err = tx.LogEntries(org, f, p)
		return err
	})
	return entries, next, err
}

// Audit gives a page of the audit log, newest first.
func (r *Reader) Audit(ctx context.Context, org identity.OrgID, p store.Page) (entries []store.AuditEntry, next string, err error) {
	err = r.store.View(ctx, func(tx *store.Tx) error {
		entries, next, err = tx.AuditEntries(org, p)
		return err
	})
	return entries, next, err
}
