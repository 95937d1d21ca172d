package store

import (
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"roster/internal/scim"
)

// SQLSTATE codes, PostgreSQL manual appendix A.
const (
	pgUniqueViolation = "23505"
	pgDiskFull        = "53100"
)

type postgresDialect struct{}

func (postgresDialect) name() string { return "postgres" }

func (postgresDialect) violation(err error) error {
	e, ok := errors.AsType[*pgconn.PgError](err)
	if !ok || e.Code != pgUniqueViolation {
		return err
	}
	return &UniqueError{Constraint: Constraint(e.ConstraintName), Cause: err}
}

func (postgresDialect) isFull(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == pgDiskFull
}

func (postgresDialect) forUpdate() string { return " FOR UPDATE" }

func (postgresDialect) skipLocked() string { return " FOR UPDATE SKIP LOCKED" }

func (postgresDialect) forShare(table string) string { return " FOR SHARE OF " + table }

func (postgresDialect) indexedBy(string) string { return "" } // its statistics tell

func (postgresDialect) elements(param string) string {
	return "(SELECT value FROM jsonb_array_elements_text(CAST(" + param + " AS JSONB)) AS t(value))"
}

func (postgresDialect) objects(param string) string {
	return "(SELECT value FROM jsonb_array_elements(CAST(" + param + " AS JSONB)) AS t(value))"
}

// probe: OFFSET 0 keeps the planner from making a join of it.
func (d postgresDialect) probe(param, table, alias, on string) string {
	return " FROM " + d.elements(param) + " e CROSS JOIN LATERAL (SELECT " + alias + ".ctid, " + alias + ".* FROM " + table + " " + alias + " WHERE " + on + " OFFSET 0) " + alias + " WHERE TRUE"
}

// found goes by the place of the row, which is what a scan of single rows can
// be had for.
func (d postgresDialect) found(_, param, table, alias, on string) string {
	return "ctid = ANY (ARRAY(SELECT " + alias + ".ctid" + d.probe(param, table, alias, on) + "))"
}

func (postgresDialect) exact(expr string) string { return "((" + expr + `) COLLATE "C")` }

func (d postgresDialect) jsonText(json string, names ...string) string {
	return d.exact(json + " #>> '" + pgJSONPath(names) + "'")
}

func (postgresDialect) jsonBool(json string, names ...string) string {
	return "(" + json + " #> '" + pgJSONPath(names) + "' = 'true')"
}

// jsonEach answers no row, rather than an error, where the member is absent or
// no array.
func (postgresDialect) jsonEach(json, alias string, names ...string) string {
	member := json + " #> '" + pgJSONPath(names) + "'"
	return "jsonb_array_elements(CASE jsonb_typeof(" + member + ") WHEN 'array' THEN " + member + " ELSE '[]' END) WITH ORDINALITY AS " + alias + "(value, key)"
}

func (postgresDialect) textPart(op scim.CompareOp, expr, param string) string {
	switch op {
	case scim.Sw:
		return "starts_with(" + expr + ", " + param + ")"
	case scim.Ew:
		return "right(" + expr + ", length(CAST(" + param + " AS TEXT))) = " + param
	default:
		return "strpos(" + expr + ", " + param + ") > 0"
	}
}

func (postgresDialect) countShards() int { return 16 }

// pgJSONPath writes a path such as {"name","familyName"}.
func pgJSONPath(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = `"` + n + `"`
	}
	return "{" + strings.Join(quoted, ",") + "}"
}
