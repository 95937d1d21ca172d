package store

import (
	"crypto/sha256"
	"fmt"
	"strconv"

	"roster/internal/identity"
	"roster/internal/scim"
)

// listing writes the statements of one list. A list of several resource types
// is one statement that joins them, so that its pages hold each resource once.
//
// A sorted list has two sections, the resources with a value to sort by and
// those without: the engines disagree on where NULL goes, and neither finds its
// way to a page behind a place where NULL is in it.
type listing struct {
	ListQuery

	dialect   dialect
	directory identity.DirectoryID
	parts     []listedPart
}

type listedPart struct {
	ListPart

	resource resource
	key      sortKey
}

// section is the part of a list that one statement reads.
type section uint8

const (
	everything section = iota // of a list by id
	assigned
	unassigned
)

func newListing(d dialect, directory identity.DirectoryID, q ListQuery) listing {
	l := listing{ListQuery: q, dialect: d, directory: directory}
	for _, p := range q.Parts {
		r := resourceOf(d, p.Type)
		listed := listedPart{ListPart: p, resource: r}
		listed.Filter = simplified(p.Filter, p.Type)
		if q.Sorted && !p.Sort.IsZero() {
			listed.key = r.sortKey(p.Sort)
		}
		l.parts = append(l.parts, listed)
	}
	l.alignKeys()
	return l
}

// alignKeys makes the keys of all parts comparable. Attributes of the same name
// and of different types, which only configured resource types can have, are
// sorted as text.
func (l listing) alignKeys() {
	for _, p := range l.parts {
		if p.key.expr == "" || p.key.kind == l.keyKind() {
			continue
		}
		for i := range l.parts {
			if l.parts[i].key.expr != "" {
				l.parts[i].key = l.parts[i].key.asText(l.dialect)
			}
		}
		return
	}
}

// keyKind is the kind of the list's keys.
func (l listing) keyKind() fieldKind {
	for _, p := range l.parts {
		if p.key.expr != "" {
			return p.key.kind
		}
	}
	return textField
}

func (l listing) isUnfiltered() bool {
	for _, p := range l.parts {
		if p.Filter != nil {
			return false
		}
	}
	return true
}

// sections are the list's, in order.
func (l listing) sections() []section {
	switch {
	case !l.Sorted:
		return []section{everything}
	case l.Descending:
		return []section{unassigned, assigned}
	default:
		return []section{assigned, unassigned}
	}
}

// sectionsFrom are the sections from that of a place on.
func (l listing) sectionsFrom(p *scim.Place) []section {
	all := l.sections()
	if p != nil && l.Sorted && (p.Assigned == l.Descending) {
		return all[1:]
	}
	return all
}

// key digests what the list is: filters may be long.
func (l listing) key() (listKey, error) {
	w := where{dialect: l.dialect}
	for _, s := range l.sections() {
		if _, err := l.writeSection(&w, s, l.After); err != nil {
			return listKey{}, err
		}
		l.writeOrder(&w, s)
	}
	return sha256.Sum256(fmt.Appendf(nil, "%s\n%q", w.String(), w.args)), nil
}

// writeSection writes the rows of a section behind a place, without their
// order, and tells whether there can be any.
func (l listing) writeSection(w *where, s section, after *scim.Place) (some bool, err error) {
	return l.writeParts(w, s, func(part int) error { return l.writeRows(w, part, s, after) })
}

// writeFirst writes the first rows of a section behind a place, in order. Of
// several types each gives no more than could be on the page: PostgreSQL would
// read all of them otherwise.
func (l listing) writeFirst(w *where, s section, after *scim.Place, skip, limit int) (some bool, err error) {
	some, err = l.writeParts(w, s, func(part int) error {
		if len(l.parts) == 1 {
			return l.writeRows(w, part, s, after)
		}
		w.add("SELECT part, sort_key, id FROM (")
		if err := l.writeRows(w, part, s, after); err != nil {
			return err
		}
		l.writeOrder(w, s)
		w.add(" LIMIT ?) AS rows_"+strconv.Itoa(part), skip+limit)
		return nil
	})
	l.writeOrder(w, s)
	w.add(" LIMIT ? OFFSET ?", limit, skip)
	return some, err
}

// writeParts joins what write adds for each resource type.
func (l listing) writeParts(w *where, s section, write func(part int) error) (some bool, err error) {
	for i, p := range l.parts {
		if !p.hasSection(s) {
			continue
		}
		if some {
			w.add(" UNION ALL ")
		}
		some = true
		if err := write(i); err != nil {
			return false, err
		}
	}
	return some, nil
}

// isEmpty tells whether nothing can meet the part's filter.
func (p listedPart) isEmpty() bool { return isNone(p.Filter) }

func (p listedPart) hasSection(s section) bool {
	switch {
	case p.isEmpty():
		return false
	case s == assigned:
		return p.key.expr != ""
	case s == unassigned:
		return !p.key.always
	default:
		return true
	}
}

// writeRows writes the rows of one resource type.
func (l listing) writeRows(w *where, part int, s section, after *scim.Place) error {
	p := l.parts[part]
	key := "CAST(NULL AS TEXT)"
	if s == assigned {
		key = p.key.expr
	}
	w.add(fmt.Sprintf("SELECT %d AS part, %s AS sort_key, %s AS id FROM %s WHERE ", part, key, p.resource.id, p.resource.table))
	if err := l.writeCondition(w, p); err != nil {
		return err
	}
	switch {
	case s == assigned && !p.key.always:
		w.add(" AND " + p.key.expr + " IS NOT NULL")
	case s == unassigned && p.key.expr != "":
		w.add(" AND " + p.key.expr + " IS NULL")
	}
	if after != nil {
		w.add(" AND ")
		l.writeBehind(w, p, s, *after)
	}
	return nil
}

// writeCondition writes what the rows of a resource type meet.
func (l listing) writeCondition(w *where, p listedPart) error {
	w.add(p.resource.owner+" = ?", l.directory)
	if p.resource.typ != "" {
		w.add(" AND r.type = ?", p.resource.typ)
	}
	if p.Filter == nil {
		return nil
	}
	w.add(" AND ")
	return filterWriter{where: w, resource: p.resource, directory: l.directory}.write(p.Filter)
}

// writeBehind writes that a row stands behind a place.
func (l listing) writeBehind(w *where, p listedPart, s section, after scim.Place) {
	operator, bound := " > ", " >= "
	if l.Descending {
		operator, bound = " < ", " <= "
	}
	switch {
	case s != assigned:
		w.add(p.resource.id+operator+"?", after.ID)
	case l.isUnique():
		w.add(p.key.expr + operator + p.key.param(w, after.Key))
	default:
		if p.key.computed {
			w.add(p.key.expr + bound + p.key.param(w, after.Key) + " AND ")
		}
		w.add("(" + p.key.expr + ", " + p.resource.id + ")" + operator + "(" + p.key.param(w, after.Key) + ", ")
		w.add("?)", after.ID)
	}
}

// writeOrder orders the rows of a section.
func (l listing) writeOrder(w *where, s section) {
	direction := ""
	if l.Descending {
		direction = " DESC"
	}
	switch {
	case s != assigned:
		w.add(" ORDER BY id" + direction)
	case l.isUnique():
		w.add(" ORDER BY sort_key" + direction)
	default:
		w.add(" ORDER BY sort_key" + direction + ", id" + direction)
	}
}

// isUnique tells whether no two rows have the same key.
func (l listing) isUnique() bool { return len(l.parts) == 1 && l.parts[0].key.unique }

func (l listing) scanRow(row scanner) (ListedRow, error) {
	var (
		part int
		key  any
		r    ListedRow
	)
	if err := row.Scan(&part, &key, &r.Place.ID); err != nil {
		return r, err
	}
	r.Type = l.parts[part].Type
	r.Place.Key, r.Place.Assigned = keyText(key)
	return r, nil
}
