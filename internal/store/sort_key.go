package store

import (
	"fmt"
	"strconv"

	"roster/internal/scim"
)

// sortKey is the SQL expression by which rows are sorted.
type sortKey struct {
	expr    string // "" where the resource type has no such attribute
	kind    fieldKind
	always  bool // every row has a value
	unique  bool // no two rows have the same
	indexed bool // (directory, expr, id) is an index, or as good as one
	// computed keys are expressions: SQLite finds its way into their index by a
	// bound on the key, and not by one on key and id.
	computed bool
}

// sortedRunes is how much of a text counts when a list is sorted by it, where
// the text is not itself in an index. It keeps cursors short.
const sortedRunes = indexedRunes

// sortKey finds the key of a bound sort.
func (r resource) sortKey(s scim.Sort) sortKey {
	if key, ok := r.sorts[s.Path]; ok {
		return key
	}
	f := r.sortField(s)
	switch f.kind {
	case numberField:
		f.expr = "CAST(" + f.expr + " AS NUMERIC)"
	case textField:
		f.expr = "substr(" + f.expr + ", 1, " + strconv.Itoa(sortedRunes) + ")"
	case boolField, timeField, hiddenField:
	}
	return sortKey{expr: f.expr, kind: f.kind, computed: true}
}

// sortField is the value to sort by: of a multi-valued attribute the primary
// element's, else the first one's.
func (r resource) sortField(s scim.Sort) field {
	fw := filterWriter{resource: r, where: &where{dialect: r.dialect}}
	if !s.Attr.MultiValued {
		return fw.field(scope{fields: r.fields, json: r.json}, s.Path, leafOf(s.Attr, s.Sub))
	}
	outer := scim.AttrPath{URN: s.Path.URN, Attr: s.Path.Attr}
	rows := r.rowsOf(outer)
	f := fw.field(scope{fields: rows.fields, json: rows.json, element: true}, scim.AttrPath{Attr: s.Path.Sub}, leafOf(s.Attr, s.Sub))
	order := rows.order
	if _, computed := r.rows[outer]; !computed && s.Attr.SubAttribute("primary") != nil {
		order = "COALESCE(" + r.dialect.jsonBool(rows.json, "primary") + ", FALSE) DESC, " + order
	}
	f.expr = "(SELECT " + f.expr + " FROM " + rows.from + " WHERE " + rows.on + " ORDER BY " + order + " LIMIT 1)"
	return f
}

// asText is the key as a text.
func (k sortKey) asText(d dialect) sortKey {
	if k.kind == textField {
		return k
	}
	return sortKey{expr: d.exact("CAST(" + k.expr + " AS TEXT)"), kind: textField, always: k.always, computed: true}
}

// param adds a key of an earlier row to a statement and gives its placeholder.
func (k sortKey) param(w *where, key string) string {
	switch k.kind {
	case timeField:
		us, _ := strconv.ParseInt(key, 10, 64) // what is no number was made by nobody: cursors are sealed
		return w.param(us)
	case boolField:
		return w.param(key == "1")
	case numberField:
		return "CAST(" + w.param(key) + " AS NUMERIC)"
	default:
		return w.param(key)
	}
}

// keyText writes a key as the drivers give it.
func keyText(key any) (text string, assigned bool) {
	switch k := key.(type) {
	case nil:
		return "", false
	case string:
		return k, true
	case []byte:
		return string(k), true
	case int64:
		return strconv.FormatInt(k, 10), true
	case bool:
		if k {
			return "1", true
		}
		return "0", true
	case float64:
		return strconv.FormatFloat(k, 'g', -1, 64), true
	default:
		return fmt.Sprint(k), true
	}
}
