package provision

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/scim"
	"roster/internal/store"
)

// Resource is one resource of a list: the field of its type is set.
type Resource struct {
	Type  *scim.ResourceType
	User  *User
	Group *Group
	Other *store.SCIMResource // of a configured type
}

// Page is a page of a list.
type Page struct {
	Resources  []Resource
	Total      int    // how many match in all; negative where that would have to be counted for a page by cursor
	NextCursor string // "" on the last page, and where the request does not page by cursor
}

// List gives a page of a directory's resources. A cursor names a place in the
// list and nothing more: whoever shows one gets what the token opens.
func (s *Service) List(ctx context.Context, r Request, q scim.ListQuery) (page Page, err error) {
	var key scim.CursorKey
	if q.HasCursor {
		// Before the transaction: no request waits for a connection while it holds one.
		if key, err = s.cursors.key(ctx, s.store); err != nil {
			return Page{}, s.Refuse(ctx, r, listEntry(q), err)
		}
	}
	err = s.read(ctx, r, listEntry(q), func(tx *store.Tx) error {
		page, err = list(tx, r, q, key)
		return err
	})
	return page, err
}

// listEntry is what the log entry of a refused list knows.
func listEntry(q scim.ListQuery) store.LogEntry {
	switch {
	case len(q.Parts) > 1:
		return store.LogEntry{Operation: OpSearch, Resource: journal.ResourceRequest}
	case isGroup(q.Parts[0].Type):
		return store.LogEntry{Operation: OpGroupList, Resource: journal.ResourceGroup}
	case isUser(q.Parts[0].Type):
		return store.LogEntry{Operation: OpUserList, Resource: journal.ResourceUser}
	default:
		return store.LogEntry{Operation: OpResourceList, Resource: LogResource(q.Parts[0].Type)}
	}
}

func list(tx *store.Tx, r Request, q scim.ListQuery, key scim.CursorKey) (Page, error) {
	asked := store.ListQuery{Sorted: q.Sorted, Descending: q.Descending, Offset: q.StartIndex - 1, Limit: q.Count, NoTotal: q.HasCursor}
	for _, p := range q.Parts {
		asked.Parts = append(asked.Parts, store.ListPart{Type: p.Type, Filter: p.Filter, Sort: p.Sort})
	}
	scope := q.Scope(string(r.DirectoryID))
	if q.Cursor != "" {
		behind, err := key.Open(scope, q.Cursor, tx.Now())
		if err != nil {
			return Page{}, err
		}
		asked.After = &behind
	}
	listed, err := tx.ListSCIM(r.DirectoryID, asked)
	if err != nil {
		return Page{}, err
	}
	page := Page{Total: listed.Total}
	if q.HasCursor && listed.More {
		page.NextCursor = key.Seal(scope, listed.Rows[len(listed.Rows)-1].Place, tx.Now())
	}
	page.Resources, err = loadListed(tx, r, q, listed.Rows)
	return page, err
}

// loadListed reads the resources of a page, each type at once.
func loadListed(tx *store.Tx, r Request, q scim.ListQuery, rows []store.ListedRow) ([]Resource, error) {
	resources := make([]Resource, len(rows))
	for _, part := range q.Parts {
		at := map[string]*Resource{}
		for i, row := range rows {
			if row.Type == part.Type {
				resources[i].Type, at[row.ID()] = row.Type, &resources[i]
			}
		}
		if err := loadPart(tx, r, part, at); err != nil {
			return nil, err
		}
	}
	return resources, nil
}

func loadPart(tx *store.Tx, r Request, part scim.ListPart, at map[string]*Resource) error {
	switch {
	case isGroup(part.Type):
		return loadGroups(tx, r, part, at)
	case isUser(part.Type):
		return loadUsers(tx, r, part, at)
	default:
		return loadOthers(tx, r, part, at)
	}
}

func loadOthers(tx *store.Tx, r Request, part scim.ListPart, at map[string]*Resource) error {
	found, err := tx.SCIMResourcesByID(r.DirectoryID, store.TypeKey(part.Type), slices.Collect(maps.Keys(at)))
	for i := range found {
		at[found[i].ID].Other = &found[i]
	}
	return err
}

func loadUsers(tx *store.Tx, r Request, part scim.ListPart, at map[string]*Resource) error {
	found, err := tx.SCIMUsersByID(r.DirectoryID, slices.Collect(maps.Keys(at)))
	if err != nil {
		return err
	}
	users, err := addGroups(tx, r.DirectoryID, found, part.Projection.Wants("groups"))
	for i := range users {
		at[string(users[i].ID)].User = &users[i]
	}
	return err
}

func loadGroups(tx *store.Tx, r Request, part scim.ListPart, at map[string]*Resource) error {
	found, err := tx.SCIMGroupsByID(r.DirectoryID, slices.Collect(maps.Keys(at)))
	if err != nil {
		return err
	}
	var members map[identity.SCIMGroupID][]store.Member
	if part.Projection.Wants("members") {
		if members, err = membersOf(tx, r.DirectoryID, found); err != nil {
			return err
		}
	}
	for _, g := range found {
		at[string(g.ID)].Group = &Group{SCIMGroup: g, Members: members[g.ID]}
	}
	return nil
}

func membersOf(tx *store.Tx, d identity.DirectoryID, groups []store.SCIMGroup) (map[identity.SCIMGroupID][]store.Member, error) {
	ids := make([]identity.SCIMGroupID, len(groups))
	for i, g := range groups {
		ids[i] = g.ID
	}
	return tx.MembersOfGroups(d, ids)
}

func isUser(rt *scim.ResourceType) bool { return rt.ID == scim.UserType().ID }

func isGroup(rt *scim.ResourceType) bool { return rt.ID == scim.GroupType().ID }

// cursorKey keeps the deployment's key of the cursors, which never changes.
type cursorKey struct {
	mu    sync.Mutex
	value scim.CursorKey
}

// key reads the key the first time, and makes it where no server has yet.
func (c *cursorKey) key(ctx context.Context, st *store.Store) (scim.CursorKey, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.value != nil {
		return c.value, nil
	}
	read := func(from func(*store.Tx, store.ServerKeyName) ([]byte, error)) func(*store.Tx) error {
		return func(tx *store.Tx) (err error) {
			c.value, err = from(tx, store.ServerKeyCursor)
			return err
		}
	}
	err := st.View(ctx, read((*store.Tx).ServerKey))
	if errors.Is(err, store.ErrNotFound) {
		err = st.Update(ctx, read((*store.Tx).MakeServerKey))
	}
	return c.value, err
}
