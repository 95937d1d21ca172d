package provision

import (
	"context"
	"strings"

	"roster/internal/scim"
	"roster/internal/store"
)

// The operations on resources of configured types, as the troubleshooting log
// names them.
const (
	OpResourceCreate  = "resource.create"
	OpResourceReplace = "resource.replace"
	OpResourcePatch   = "resource.patch"
	OpResourceDelete  = "resource.delete"
	OpResourceGet     = "resource.get"
	OpResourceList    = "resource.list"
)

// LogResource is what the troubleshooting log calls the resources of a
// configured type.
func LogResource(rt *scim.ResourceType) string { return strings.ToUpper(rt.Name) }

// aboutResource begins a log entry. A resource is named by its displayName or
// name where its schema has one.
func aboutResource(operation string, rt *scim.ResourceType, id string, status int, body scim.Value) store.LogEntry {
	about := store.LogEntry{Operation: operation, Resource: LogResource(rt), SCIMID: id, HTTPStatus: status}
	nameResource(&about, body)
	return about
}

func nameResource(e *store.LogEntry, doc scim.Value) {
	e.Name, e.ExternalID = textOf(doc, "displayName"), textOf(doc, "externalId")
	if e.Name == "" {
		e.Name = textOf(doc, "name")
	}
}

func resourceOf(rt *scim.ResourceType, doc scim.Value) store.SCIMResource {
	return store.SCIMResource{
		Type:       store.TypeKey(rt),
		ExternalID: textOf(doc, "externalId"),
		Doc:        doc.AppendJSON(nil),
		Folded:     rt.Folded(doc).AppendJSON(nil),
		Schemas:    rt.Schemas(doc),
	}
}

// CreateResource stores a resource of a configured type of r.Types. It has no
// account and no link.
func (s *Service) CreateResource(ctx context.Context, r Request, rt *scim.ResourceType, body scim.Value) (created store.SCIMResource, err error) {
	about := aboutResource(OpResourceCreate, rt, "", 201, body)
	doc, err := rt.Canonical(body, s.habits)
	if err != nil {
		return created, s.Refuse(ctx, r, about, err)
	}
	err = s.write(ctx, r, about, func(w *write) error {
		res := resourceOf(rt, doc)
		res.DirectoryID, res.ID = r.DirectoryID, r.newID()
		res.Version, res.CreatedAt, res.ModifiedAt = 1, w.Now(), w.Now()
		if err := r.If.Check(""); err != nil {
			return err
		}
		if err := checkName("externalId", res.ExternalID); err != nil {
			return err
		}
		if err := w.InsertSCIMResource(res); err != nil {
			return err
		}
		if err := holdValues(w.Tx, w.holding(rt, res.ID), rt, scim.Null(), doc); err != nil {
			return err
		}
		w.entry.SCIMID = res.ID
		w.note(rt.Name + " created.")
		created = res
		return nil
	})
	return created, err
}

// ReplaceResource is PUT: what the body leaves out is cleared, but for what is
// immutable (RFC 7644 section 3.5.1).
func (s *Service) ReplaceResource(ctx context.Context, r Request, rt *scim.ResourceType, id string, body scim.Value) (store.SCIMResource, error) {
	about := aboutResource(OpResourceReplace, rt, id, 200, body)
	doc, err := rt.Canonical(body, s.habits)
	if err != nil {
		return store.SCIMResource{}, s.Refuse(ctx, r, about, err)
	}
	return s.updateResource(ctx, r, about, rt, func(before scim.Value) (scim.Value, error) { return rt.Succeed(before, doc) })
}

// PatchResource applies PATCH operations, all or none (RFC 7644 section 3.5.2).
func (s *Service) PatchResource(ctx context.Context, r Request, rt *scim.ResourceType, id string, ops []scim.Operation) (store.SCIMResource, error) {
	about := aboutResource(OpResourcePatch, rt, id, 200, scim.Null())
	return s.updateResource(ctx, r, about, rt, func(before scim.Value) (scim.Value, error) {
		doc, _, err := rt.Patch(before, ops, s.habits)
		return doc, err
	})
}

func (s *Service) updateResource(ctx context.Context, r Request, about store.LogEntry, rt *scim.ResourceType, change func(scim.Value) (scim.Value, error)) (updated store.SCIMResource, err error) {
	err = s.write(ctx, r, about, func(w *write) error {
		old, err := w.LockSCIMResource(r.DirectoryID, store.TypeKey(rt), about.SCIMID)
		if err != nil {
			return err
		}
		before, err := scim.Decode(old.Doc, scim.DefaultLimits)
		if err != nil {
			return err
		}
		nameResource(w.entry, before)
		if err := r.If.Check(scim.WeakTag(old.Version)); err != nil {
			return err
		}
		doc, err := change(before)
		if err != nil {
			return err
		}
		updated, err = w.storeResource(rt, old, before, doc)
		return err
	})
	return updated, err
}

func (w *write) storeResource(rt *scim.ResourceType, old store.SCIMResource, before, doc scim.Value) (store.SCIMResource, error) {
	if doc.Equal(before) {
		w.note("Nothing to change.")
		return old, nil
	}
	res := resourceOf(rt, doc)
	res.DirectoryID, res.ID, res.CreatedAt = old.DirectoryID, old.ID, old.CreatedAt
	res.Version, res.ModifiedAt = old.Version+1, w.Now()
	if err := checkName("externalId", res.ExternalID); err != nil {
		return res, err
	}
	if err := w.UpdateSCIMResource(res); err != nil {
		return res, err
	}
	nameResource(w.entry, doc)
	w.changed(rt, before, doc)
	w.note(rt.Name + " updated.")
	return res, holdValues(w.Tx, w.holding(rt, res.ID), rt, before, doc)
}

// DeleteResource removes a resource for good.
func (s *Service) DeleteResource(ctx context.Context, r Request, rt *scim.ResourceType, id string) error {
	return s.write(ctx, r, aboutResource(OpResourceDelete, rt, id, 204, scim.Null()), func(w *write) error {
		old, err := w.LockSCIMResource(r.DirectoryID, store.TypeKey(rt), id)
		if err != nil {
			return err
		}
		w.entry.ExternalID = old.ExternalID
		if err := r.If.Check(scim.WeakTag(old.Version)); err != nil {
			return err
		}
		w.note(rt.Name + " deleted.")
		return w.DeleteSCIMResource(r.DirectoryID, store.TypeKey(rt), id)
	})
}

// GetResource gives one resource of a configured type.
func (s *Service) GetResource(ctx context.Context, r Request, rt *scim.ResourceType, id string) (found store.SCIMResource, err error) {
	err = s.read(ctx, r, aboutResource(OpResourceGet, rt, id, 0, scim.Null()), func(tx *store.Tx) error {
		found, err = tx.SCIMResource(r.DirectoryID, store.TypeKey(rt), id)
		return err
	})
	return found, err
}

// typeNamed is what an error text calls the resources of a log entry.
func typeNamed(r Request, logged string) string {
	for _, rt := range r.types().Types() {
		if LogResource(rt) == logged {
			return rt.Name
		}
	}
	return "Resource"
}
