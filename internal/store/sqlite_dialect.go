package store

import (
	"errors"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"roster/internal/scim"
)

type sqliteDialect struct{}

func (sqliteDialect) name() string { return "sqlite" }

func (sqliteDialect) violation(err error) error {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok || (e.Code() != sqlite3.SQLITE_CONSTRAINT_UNIQUE && e.Code() != sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY) {
		return err
	}
	return &UniqueError{Constraint: constraintOfColumns(e.Error()), Cause: err}
}

// isFull counts failed writes in: SQLite calls a quota so, and a disk that has
// filled up under its index of the log.
func (sqliteDialect) isFull(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && (e.Code() == sqlite3.SQLITE_FULL || e.Code() == sqlite3.SQLITE_IOERR_WRITE || e.Code() == sqlite3.SQLITE_IOERR_SHMSIZE)
}

func (sqliteDialect) forUpdate() string { return "" }

func (sqliteDialect) skipLocked() string { return "" }

func (sqliteDialect) forShare(string) string { return "" }

func (sqliteDialect) indexedBy(index string) string { return " INDEXED BY " + index }

func (sqliteDialect) elements(param string) string {
	return "(SELECT value FROM json_each(" + param + "))"
}

func (d sqliteDialect) objects(param string) string { return d.elements(param) }

// probe: SQLite keeps the order of a CROSS JOIN.
func (d sqliteDialect) probe(param, table, alias, on string) string {
	return " FROM " + d.elements(param) + " e CROSS JOIN " + table + " " + alias + " WHERE " + on
}

func (d sqliteDialect) found(key, param, table, alias, on string) string {
	return "(" + key + ") IN (SELECT " + key + d.probe(param, table, alias, on) + ")"
}

func (sqliteDialect) exact(expr string) string { return "(" + expr + ")" }

func (sqliteDialect) jsonText(json string, names ...string) string {
	if len(names) == 0 {
		return json // json_each gives simple values as they are
	}
	return "(" + json + " ->> '" + sqliteJSONPath(names) + "')"
}

func (d sqliteDialect) jsonBool(json string, names ...string) string {
	return d.jsonText(json, names...) // 1 or 0
}

func (sqliteDialect) jsonEach(json, alias string, names ...string) string {
	return "json_each(" + json + ", '" + sqliteJSONPath(names) + "') AS " + alias
}

// textPart does without LIKE, which takes no account of letter case here.
func (sqliteDialect) textPart(op scim.CompareOp, expr, param string) string {
	switch op {
	case scim.Sw:
		return "substr(" + expr + ", 1, length(" + param + ")) = " + param
	case scim.Ew:
		return "substr(" + expr + ", -length(" + param + ")) = " + param
	default:
		return "instr(" + expr + ", " + param + ") > 0"
	}
}

func (sqliteDialect) countShards() int { return 1 }

// sqliteJSONPath writes a path such as $."name"."familyName". Names come from
// schemas, never from a request, and hold no quotes.
func sqliteJSONPath(names []string) string {
	var b strings.Builder
	b.WriteString("$")
	for _, n := range names {
		b.WriteString(`."` + n + `"`)
	}
	return b.String()
}
