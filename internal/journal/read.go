package journal

import (
	"context"
	"errors"
	"time"

	"roster/internal/identity"
	"roster/internal/store"
)

// Reader searches the logs of one org at a time.
type Reader struct{ store *store.Store }

// NewReader makes a Reader.
func NewReader(st *store.Store) *Reader { return &Reader{st} }

// Troubleshooting gives a page of the troubleshooting log, newest first, and
// the key of the next page ("" at the end). A page may be short, or empty, and
// have a next all the same: see [store.Tx.LogEntries].
func (r *Reader) Troubleshooting(ctx context.Context, org identity.OrgID, f store.LogFilter, p store.Page) (entries []store.LogEntry, next string, err error) {
	err = r.store.View(ctx, func(tx *store.Tx) error {
		entries, next, err = tx.LogEntries(org, f, p)
		return err
	})
	return entries, next, err
}

// Entry gives one entry of the troubleshooting log with its detail.
func (r *Reader) Entry(ctx context.Context, org identity.OrgID, id identity.EntryID) (e store.LogEntry, err error) {
	err = r.store.View(ctx, func(tx *store.Tx) error {
		e, err = tx.LogEntry(org, id)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return e, identity.Errorf(identity.CodeNotFound, "there is no entry %.128s in this organization's troubleshooting log", id).WithField("entryId")
	}
	return e, err
}

// History gives what happened to a SCIM user or group of an org, newest first,
// with what each update changed. The key is that of [Reader.Troubleshooting].
func (r *Reader) History(ctx context.Context, org identity.OrgID, scimID string, p store.Page) (entries []store.LogEntry, next string, err error) {
	err = r.store.View(ctx, func(tx *store.Tx) error {
		if entries, next, err = tx.LogEntries(org, store.LogFilter{SCIMID: scimID}, p); err != nil {
			return err
		}
		return tx.ReadLogDetails(org, entries)
	})
	return entries, next, err
}

// Audit gives a page of the audit log, newest first. A page may be short, or
// empty, and have a next all the same: see [store.Tx.AuditEntries].
func (r *Reader) Audit(ctx context.Context, org identity.OrgID, f store.AuditFilter, p store.Page) (entries []store.AuditEntry, next string, err error) {
	err = r.store.View(ctx, func(tx *store.Tx) error {
		entries, next, err = tx.AuditEntries(org, f, store.NewestFirst, p)
		return err
	})
	return entries, next, err
}

// settling is how long a transaction may take to commit after it took its
// time: entries younger than that may still get older neighbours, which
// somebody who reads on from the youngest would never see.
const settling = 5 * time.Second

// AuditStream gives a page of the audit log for somebody who reads on where
// they stopped: oldest first it leaves out what is too young to be complete.
func (r *Reader) AuditStream(ctx context.Context, org identity.OrgID, f store.AuditFilter, order store.AuditOrder, p store.Page) (entries []store.AuditEntry, next string, err error) {
	err = r.store.View(ctx, func(tx *store.Tx) error {
		if settled := tx.Now().Add(-settling); order == store.OldestFirst && (f.To.IsZero() || f.To.After(settled)) {
			f.To = settled
		}
		entries, next, err = tx.AuditEntries(org, f, order, p)
		return err
	})
	return entries, next, err
}

// AuditEntry gives one entry of the audit log.
func (r *Reader) AuditEntry(ctx context.Context, org identity.OrgID, id identity.EntryID) (e store.AuditEntry, err error) {
	err = r.store.View(ctx, func(tx *store.Tx) error {
		e, err = tx.AuditEntry(org, id)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return e, identity.Errorf(identity.CodeNotFound, "there is no event %.128s in this organization", id).WithField("eventId")
	}
	return e, err
}
