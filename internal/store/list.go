package store

import (
	"roster/internal/identity"
	"roster/internal/scim"
)

// ListQuery asks for a page of a directory's resources: of one type, or of
// several in one list.
type ListQuery struct {
	Parts []ListPart
	// Sorted lists by the parts' sort keys and, among equals, by id; else lists
	// are by id alone. Unassigned resources come last, or first when Descending
	// (RFC 7644 section 3.4.2.3).
	Sorted, Descending bool
	// After is the place behind which the page starts, for cursors; Offset
	// counts from there, or from the start. Usually one of the two is set.
	After  *scim.Place
	Offset int
	Limit  int // of the page; 0 asks for the total only
	// NoTotal leaves out a total that would have to be counted.
	NoTotal bool
}

// ListPart is what is asked of one resource type.
type ListPart struct {
	Type   *scim.ResourceType
	Filter scim.Filter // bound to the type, or nil for all
	Sort   scim.Sort   // bound to the type; zero where it lacks the attribute
}

// ListPage is a page of a list: which resources are on it, in order.
type ListPage struct {
	Rows  []ListedRow
	Total int  // how many match in all; -1 where NoTotal left it out
	More  bool // whether there are rows behind the page
}

// ListedRow is one resource of a page.
type ListedRow struct {
	Type  *scim.ResourceType
	Place scim.Place
}

// ID is the resource's id.
func (r ListedRow) ID() string { return r.Place.ID }

// ListSCIM gives a page of a directory's resources. What cannot be searched,
// and an order that has no index among too many resources, is a [*scim.Error].
func (tx *Tx) ListSCIM(d identity.DirectoryID, q ListQuery) (ListPage, error) {
	l := newListing(tx.dialect, d, q)
	if err := tx.checkSortable(l); err != nil {
		return ListPage{}, err
	}
	page := ListPage{Total: -1}
	if q.Limit > 0 {
		rows, err := tx.listRows(l)
		if err != nil {
			return ListPage{}, err
		}
		page.Rows, page.More = rows[:min(len(rows), q.Limit)], len(rows) > q.Limit
	}
	isWhole := q.After == nil && q.Offset == 0 && q.Limit > 0 && !page.More
	switch {
	case isWhole:
		page.Total = len(page.Rows)
	case !q.NoTotal || l.isUnfiltered():
		total, err := tx.listTotal(l)
		if err != nil {
			return ListPage{}, err
		}
		page.Total = total
	}
	return page, nil
}

// listRows reads the page, and one row more where there is one, from the last
// known position before it.
func (tx *Tx) listRows(l listing) ([]ListedRow, error) {
	key, err := l.key()
	if err != nil {
		return nil, err
	}
	after, skip := l.After, l.Offset
	if known, ok := tx.positions.before(key, l.Offset, tx.now); ok {
		after, skip = &known, 0
	}
	rows, err := tx.walk(l, after, skip, l.Limit+1)
	if n := min(len(rows), l.Limit); n > 0 {
		tx.positions.note(key, l.Offset+n, rows[n-1].Place, tx.now)
	}
	return rows, err
}

// walk reads the rows behind a place, one section after the other.
func (tx *Tx) walk(l listing, after *scim.Place, skip, limit int) ([]ListedRow, error) {
	var rows []ListedRow
	sections := l.sectionsFrom(after)
	for i, s := range sections {
		found, err := tx.readSection(l, s, after, skip, limit-len(rows))
		if err != nil {
			return nil, err
		}
		rows = append(rows, found...)
		if len(rows) == limit || i == len(sections)-1 {
			break
		}
		if skip > 0 && len(found) == 0 { // the page begins behind this section
			n, err := tx.countSection(l, s, after)
			if err != nil {
				return nil, err
			}
			skip -= n
		} else {
			skip = 0
		}
		after = nil
	}
	return rows, nil
}

func (tx *Tx) readSection(l listing, s section, after *scim.Place, skip, limit int) ([]ListedRow, error) {
	w := where{dialect: l.dialect}
	some, err := l.writeFirst(&w, s, after, skip, limit)
	if err != nil || !some {
		return nil, err
	}
	return all(tx, l.scanRow, w.String(), w.args...)
}

func (tx *Tx) countSection(l listing, s section, after *scim.Place) (int, error) {
	w := where{dialect: l.dialect}
	w.add("SELECT count(*) FROM (")
	some, err := l.writeSection(&w, s, after)
	if err != nil || !some {
		return 0, err
	}
	w.add(") AS counted")
	return one(tx, column[int], w.String(), w.args...)
}

// listTotal avoids counting where the directory's own counts tell.
func (tx *Tx) listTotal(l listing) (int, error) {
	total := 0
	for _, p := range l.parts {
		n, err := tx.countPart(l, p)
		if err != nil {
			return 0, err
		}
		total += n
	}
	return total, nil
}

func (tx *Tx) countPart(l listing, p listedPart) (int, error) {
	if p.Filter == nil {
		return tx.Count(l.directory, p.resource.kind)
	}
	if p.isEmpty() {
		return 0, nil
	}
	w := where{dialect: l.dialect}
	w.add("SELECT count(*) FROM " + p.resource.table + " WHERE ")
	if err := l.writeCondition(&w, p); err != nil {
		return 0, err
	}
	return one(tx, column[int], w.String(), w.args...)
}

// MaxSorted is how many resources a list may hold that is sorted by what has no
// index: all of them have to be looked at for every page.
const MaxSorted = 50_000

// checkSortable refuses to sort more than MaxSorted rows without an index.
func (tx *Tx) checkSortable(l listing) error {
	for _, p := range l.parts {
		if p.key.kind == hiddenField {
			return scim.Errorf(400, scim.TypeInvalidValue, "Lists cannot be sorted by %q.", p.Sort.Path)
		}
		if p.key.indexed || p.key.expr == "" || p.isEmpty() {
			continue
		}
		n, err := tx.Count(l.directory, p.resource.kind)
		if err != nil {
			return err
		}
		if n > MaxSorted && p.Filter != nil {
			n, err = tx.countUpTo(l, p, MaxSorted+1)
		}
		if err != nil {
			return err
		}
		if n > MaxSorted {
			return scim.Errorf(400, scim.TypeTooMany, "More than %d resources cannot be sorted by %q. Add a filter, or sort by userName, displayName, externalId, id, meta.created or meta.lastModified.",
				MaxSorted, p.Sort.Path)
		}
	}
	return nil
}

func (tx *Tx) countUpTo(l listing, p listedPart, most int) (int, error) {
	w := where{dialect: l.dialect}
	w.add("SELECT count(*) FROM (SELECT 1 FROM " + p.resource.table + " WHERE ")
	if err := l.writeCondition(&w, p); err != nil {
		return 0, err
	}
	w.add(" LIMIT ?) AS counted", most)
	return one(tx, column[int], w.String(), w.args...)
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
