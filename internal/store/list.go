package store

import (
	"slices"

	"roster/internal/identity"
	"roster/internal/scim"
)

// ListQuery asks for a part of the users or groups of a directory, which are
// listed by id.
type ListQuery struct {
	Filter scim.Filter // bound to the resource type, or nil for all
	// After is the id behind which the page starts, for cursors; Offset counts
	// from there. Usually one of the two is set.
	After  string
	Offset int
	Limit  int // of the page; 0 asks for the total only
}

// ListSCIMUsers gives a page of a directory's users, and how many match in
// all. A filter that names an attribute which cannot be searched is a
// [*scim.Error] (RFC 7644 section 3.4.2.2).
func (tx *Tx) ListSCIMUsers(d identity.DirectoryID, q ListQuery) ([]SCIMUser, int, error) {
	return listOf(tx, userResource(tx.dialect), scimUserSelect, scanSCIMUser, func(u SCIMUser) string { return string(u.ID) }, d, q)
}

// ListSCIMGroups is ListSCIMUsers for groups.
func (tx *Tx) ListSCIMGroups(d identity.DirectoryID, q ListQuery) ([]SCIMGroup, int, error) {
	return listOf(tx, groupResource(tx.dialect), scimGroupSelect, scanSCIMGroup, func(g SCIMGroup) string { return string(g.ID) }, d, q)
}

func listOf[T any](tx *Tx, r resource, columns string, scan func(scanner) (T, error), id func(T) string, d identity.DirectoryID, q ListQuery) ([]T, int, error) {
	w, err := condition(r, d, q.Filter)
	if err != nil {
		return nil, 0, err
	}
	page, err := listPage(tx, r, columns, scan, id, w, q)
	if err != nil {
		return nil, 0, err
	}
	total, err := tx.listTotal(r, d, w, q, len(page))
	return page, total, err
}

// condition is what the rows of a list meet.
func condition(r resource, d identity.DirectoryID, f scim.Filter) (where, error) {
	w := where{dialect: r.dialect}
	w.and(r.owner+" = ?", d)
	if f == nil {
		return w, nil
	}
	w.add(" AND ")
	err := filterWriter{where: &w, resource: r, directory: d}.write(f)
	return w, err
}

// listPage reads the page from the last known position before it.
func listPage[T any](tx *Tx, r resource, columns string, scan func(scanner) (T, error), id func(T) string, w where, q ListQuery) ([]T, error) {
	if q.Limit <= 0 {
		return nil, nil
	}
	key := listKeyOf(r, w, q.After)
	after, skip := q.After, q.Offset
	if known, ok := tx.positions.before(key, q.Offset, tx.now); ok {
		after, skip = known, 0
	}
	paged := where{dialect: w.dialect, args: slices.Clone(w.args)}
	paged.add(w.String())
	if after != "" {
		paged.and(r.id+" > ?", after)
	}
	paged.add(" ORDER BY "+r.id+" LIMIT ? OFFSET ?", q.Limit, skip)
	page, err := all(tx, scan, columns+"WHERE "+paged.String(), paged.args...)
	if len(page) > 0 {
		tx.positions.note(key, q.Offset+len(page), id(page[len(page)-1]), tx.now)
	}
	return page, err
}

// listTotal avoids counting where the page, or the directory's own count, tells.
func (tx *Tx) listTotal(r resource, d identity.DirectoryID, w where, q ListQuery, got int) (int, error) {
	if q.Filter == nil {
		return tx.Count(d, r.kind)
	}
	isWhole := q.After == "" && q.Offset == 0 && got < q.Limit
	if isWhole {
		return got, nil
	}
	return one(tx, column[int], "SELECT count(*) FROM "+r.table+" WHERE "+w.String(), w.args...)
}

// SCIMUserFilter says which users of a directory are wanted; zero fields want all.
type SCIMUserFilter struct {
	UserNameKey string // folded
	ExternalID  string
	Email       identity.Email // that links
}

// SCIMUsers lists a directory's users for administrators, by id.
func (tx *Tx) SCIMUsers(d identity.DirectoryID, f SCIMUserFilter, p Page) ([]SCIMUser, string, error) {
	w := where{dialect: tx.dialect}
	w.and("u.directory_id = ?", d)
	if f.UserNameKey != "" {
		w.and("u.user_name_key = ?", f.UserNameKey)
	}
	if f.ExternalID != "" {
		w.and("u.external_id = ?", f.ExternalID)
	}
	if f.Email.Key != "" {
		w.and("u.email_key = ?", f.Email.Key)
	}
	if p.After != "" {
		w.and("u.id > ?", p.After)
	}
	w.add(" ORDER BY u.id LIMIT ?", p.limit())
	rows, err := all(tx, scanSCIMUser, scimUserSelect+"WHERE "+w.String(), w.args...)
	if err != nil {
		return nil, "", err
	}
	rows, next := cut(p, rows, func(u SCIMUser) string { return string(u.ID) })
	return rows, next, nil
}
