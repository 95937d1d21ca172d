package provision

import (
	"context"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/scim"
	"roster/internal/store"
)

// Service applies the writes of directories. It is safe for concurrent use.
type Service struct {
	store    *store.Store
	batch    *store.Tx // that the writes are parts of; nil where each is a transaction of its own
	habits   scim.Habits
	cursors  *cursorKey
	activity *activity
}

// New makes a Service.
func New(st *store.Store) *Service {
	return &Service{store: st, habits: scim.DefaultHabits(), cursors: &cursorKey{}, activity: newActivity()}
}

// Request is what every call of an IdP has: the directory that its token
// opens, and who asks.
type Request struct {
	OrgID       identity.OrgID
	DirectoryID identity.DirectoryID
	Caller      identity.Caller
	Types       *scim.Catalogue // in force for the directory; nil for the built-in ones
	// If is what the request demands of the resource's version. It is checked
	// while the resource is locked.
	If scim.Preconditions
	// NewID is the id that a resource created by this request gets; "" leaves
	// the choice to the service.
	NewID string
	Sent  Sent // for the log entry of a refusal; the zero value keeps nothing
}

func (r Request) types() *scim.Catalogue {
	if r.Types == nil {
		return scim.BuiltIn()
	}
	return r.Types
}

// newID is the id of a resource that the request creates.
func (r Request) newID() string {
	if r.NewID != "" {
		return r.NewID
	}
	return identity.NewUUID()
}

// The operations as the troubleshooting log names them.
const (
	OpUserCreate   = "user.create"
	OpUserReplace  = "user.replace"
	OpUserPatch    = "user.patch"
	OpUserDelete   = "user.delete"
	OpUserGet      = "user.get"
	OpUserList     = "user.list"
	OpUserReplay   = "user.replay" // of an update that was refused before, by a repair
	OpGroupCreate  = "group.create"
	OpGroupReplace = "group.replace"
	OpGroupPatch   = "group.patch"
	OpGroupDelete  = "group.delete"
	OpGroupGet     = "group.get"
	OpGroupList    = "group.list"
	OpBulk         = "bulk"
	OpSearch       = "search" // across resource types
)

// write is one request's transaction: what its steps share.
type write struct {
	*store.Tx
	Request
	dir   store.Directory
	entry *store.LogEntry // of the request's one log entry; steps add what they learn
}

// write runs fn in one transaction together with the request's log entry. When
// it fails, the entry says so instead, and the error is a *scim.Error.
func (s *Service) write(ctx context.Context, r Request, about store.LogEntry, fn func(*write) error) error {
	entry := about
	err := s.update(ctx, func(tx *store.Tx) error {
		entry = about // anew, in case the transaction runs again
		entry.OrgID, entry.DirectoryID, entry.Level = r.OrgID, r.DirectoryID, journal.LevelInfo
		dir, err := tx.OpenDirectory(r.DirectoryID)
		if err != nil {
			return err
		}
		if err := checkConnected(dir); err != nil {
			return err
		}
		if err := checkTypes(r, dir); err != nil {
			return err
		}
		if err := fn(&write{Tx: tx, Request: r, dir: dir, entry: &entry}); err != nil {
			return err
		}
		return journal.Append(tx, r.Caller, entry)
	})
	if err != nil {
		return s.Refuse(ctx, r, entry, err)
	}
	return nil
}

// update runs fn in a transaction of its own, or as a part of the batch's.
func (s *Service) update(ctx context.Context, fn func(*store.Tx) error) error {
	if s.batch != nil {
		return s.batch.Attempt(fn)
	}
	return s.store.Update(ctx, fn)
}

// Batch runs fn with a Service whose writes share one transaction, and so one
// disk sync. Each of them is still all or nothing by itself, and one that is
// refused leaves its log entry beside the others' changes. When Batch returns
// an error, nothing of what fn did has happened; fn may run more than once, so
// it must assign its results anew each time. A Batch within a Batch is a part
// of it that can be undone by returning an error.
func (s *Service) Batch(ctx context.Context, fn func(*Service) error) error {
	return s.update(ctx, func(tx *store.Tx) error {
		return fn(&Service{store: s.store, batch: tx, habits: s.habits, cursors: s.cursors, activity: s.activity})
	})
}

// Lost gives the error after which nothing of a Batch can be kept, such as a
// deadlock; nil while it can go on. Batch must return it, to run again.
func (s *Service) Lost() error { return s.batch.Lost() }

// read runs fn on a snapshot. A failure is logged as one of a write is.
func (s *Service) read(ctx context.Context, r Request, about store.LogEntry, fn func(*store.Tx) error) error {
	err := s.store.View(ctx, func(tx *store.Tx) error {
		dir, err := tx.DirectoryByID(r.DirectoryID)
		if err != nil {
			return err
		}
		if err := checkConnected(dir); err != nil {
			return err
		}
		if err := checkTypes(r, dir); err != nil {
			return err
		}
		return fn(tx)
	})
	if err != nil {
		return s.Refuse(ctx, r, about, err)
	}
	return nil
}

func checkConnected(d store.Directory) error {
	if d.Status == identity.DirectoryConnected {
		return nil
	}
	return identity.Errorf(identity.CodeForbidden, "directory %s is disconnected: its identity provider may no longer write to it", d.Name).
		WithHint("create a directory for the identity provider, or switch provisioning off there")
}

// note adds a sentence to what the log entry says.
func (w *write) note(text string) {
	if w.entry.Message != "" {
		w.entry.Message += " "
	}
	w.entry.Message += text
}
