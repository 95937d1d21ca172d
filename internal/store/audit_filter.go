package store

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"roster/internal/identity"
)

// AuditFilter says which audit entries are wanted; zero fields want all.
type AuditFilter struct {
	From, To time.Time // From inclusive, To exclusive
	Actions  []string  // any of them
	Actors   []string  // any of them, by id
	IPs      []string  // any of them
	Target   string
	Text     string // somewhere in action, actor, target, before or after
}

// AuditOrder is the order of a page of the audit log.
type AuditOrder bool

// The orders.
const (
	NewestFirst AuditOrder = false
	OldestFirst AuditOrder = true
)

// auditWindow is how many entries one page looks at when no index leads to
// what is wanted: the log may hold millions. A page that finds fewer than it
// was asked for goes on behind what it has looked at.
const auditWindow = 10_000

// auditLook is one look at the audit log: what an index leads to, what has to
// be compared entry by entry, and in which order.
type auditLook struct {
	indexed, compared where
	index             string
	order             AuditOrder
}

// newAuditLook picks the index of the first filter that names one value; all
// further ones are compared.
func (tx *Tx) newAuditLook(org identity.OrgID, f AuditFilter, order AuditOrder, after string) auditLook {
	l := auditLook{indexed: where{dialect: tx.dialect}, compared: where{dialect: tx.dialect}, order: order}
	l.indexed.and("org_id = ?", org)
	filters := []struct {
		column string
		values []string
	}{{"target", given(f.Target)}, {"actor_id", f.Actors}, {"ip", f.IPs}, {"action", f.Actions}}
	for i, filter := range filters {
		if l.index == "" && len(filter.values) == 1 {
			l.index = "audit_entry_" + strings.TrimSuffix(filter.column, "_id")
			l.indexed.and(filter.column+" = ?", filter.values[0])
			filters[i].values = nil
		}
	}
	if !f.From.IsZero() { // by the key, which holds the time
		l.indexed.and("id >= ?", identity.FirstEntryID(f.From))
	}
	if !f.To.IsZero() {
		l.indexed.and("id < ?", identity.FirstEntryID(f.To))
	}
	if after != "" {
		l.indexed.and("id "+l.beyond()+" ?", after)
	}
	l.compared.args = slices.Clone(l.indexed.args)
	for _, filter := range filters {
		if len(filter.values) > 0 {
			l.compared.and(filter.column + " IN (")
			for i, v := range filter.values {
				l.compared.add(strings.Repeat(", ", min(i, 1))+"?", v)
			}
			l.compared.add(")")
		}
	}
	if f.Text != "" {
		pattern := "%" + escapeLike(f.Text) + "%"
		l.compared.and(`(lower(action) LIKE lower(?) ESCAPE '\' OR lower(actor) LIKE lower(?) ESCAPE '\' OR lower(target) LIKE lower(?) ESCAPE '\' OR lower(before) LIKE lower(?) ESCAPE '\' OR lower(after) LIKE lower(?) ESCAPE '\')`,
			pattern, pattern, pattern, pattern, pattern)
	}
	return l
}

func given(value string) []string {
	if value == "" {
		return nil
	}
	return []string{value}
}

func (l auditLook) beyond() string {
	if l.order == OldestFirst {
		return ">"
	}
	return "<"
}

func (l auditLook) orderBy() string {
	if l.order == OldestFirst {
		return " ORDER BY id"
	}
	return " ORDER BY id DESC"
}

// from is the part of a statement that follows the index.
func (l auditLook) from(d dialect) string {
	hint := ""
	if l.index != "" {
		hint = d.indexedBy(l.index)
	}
	return ` FROM audit_entry` + hint + ` WHERE ` + l.indexed.String() + l.orderBy()
}

// AuditEntries lists an org's audit log. The page key is an entry's id. Where
// a filter is compared entry by entry, a page may hold fewer entries than were
// asked for, or none, and still have a next.
func (tx *Tx) AuditEntries(org identity.OrgID, f AuditFilter, order AuditOrder, p Page) ([]AuditEntry, string, error) {
	l := tx.newAuditLook(org, f, order, p.After)
	limit := strconv.Itoa(p.limit())
	if l.compared.String() == "" {
		rows, err := all(tx, scanAuditEntry, `SELECT `+auditColumns+l.from(tx.dialect)+` LIMIT `+limit, l.indexed.args...)
		if err != nil {
			return nil, "", err
		}
		rows, next := cut(p, rows, func(e AuditEntry) string { return string(e.ID) })
		return rows, next, nil
	}
	window := `(SELECT ` + auditColumns + l.from(tx.dialect) + ` LIMIT ` + strconv.Itoa(auditWindow) + `) w`
	rows, err := all(tx, scanAuditEntry, `SELECT `+auditColumns+` FROM `+window+` WHERE `+l.compared.String()+l.orderBy()+` LIMIT `+limit, l.compared.args...)
	if err != nil {
		return nil, "", err
	}
	rows, next := cut(p, rows, func(e AuditEntry) string { return string(e.ID) })
	if next == "" {
		next, err = tx.endOfWindow(l)
	}
	return rows, next, err
}

// endOfWindow is the last id of a full window, "" where the log ends within it.
func (tx *Tx) endOfWindow(l auditLook) (string, error) {
	ends, err := all(tx, column[string], `SELECT id`+l.from(tx.dialect)+` LIMIT 1 OFFSET `+strconv.Itoa(auditWindow-1), l.indexed.args...)
	if err != nil || len(ends) == 0 {
		return "", err
	}
	return ends[0], nil
}
