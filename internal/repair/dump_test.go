package repair_test

import (
	"database/sql"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	_ "github.com/jackc/pgx/v5/stdlib" // registers the "pgx" driver
	_ "modernc.org/sqlite"             // registers the "sqlite" driver

	"roster/internal/store"
	"roster/internal/tenanttest"
)

// table is one whose rows a dump holds, in the order of its key.
type table struct{ name, key string }

// stateTables are all that can be observed but the logs. The counts are kept
// in shards chosen at random; the invariants compare their sums.
var stateTables = []table{
	{"org", "id"},
	{"directory", "id"},
	{"domain", "org_id, id"},
	{"account", "id"},
	{"scim_user", "directory_id, id"},
	{"scim_user_address", "directory_id, value, user_id"},
	{"link", "directory_id, scim_user_id"},
	{"hold", "directory_id, scim_user_id, account_id"},
	{"tombstone", "directory_id, scim_user_id"},
	{"org_group", "org_id, id"},
	{"org_group_member", "org_id, group_id, account_id"},
	{"scim_group", "directory_id, id"},
	{"scim_group_member", "directory_id, group_id, user_id"},
}

var logTables = []table{{"log_entry", "org_id, id"}, {"audit_entry", "org_id, id"}, {"account_event", "org_id, id"}}

// database reads a deployment's tables past its store.
type database struct{ *sql.DB }

func openDatabase(d *tenanttest.Deployment) (database, error) {
	driver := "sqlite"
	if store.IsPostgres(d.DSN) {
		driver = "pgx"
	}
	db, err := sql.Open(driver, d.DSN)
	if err != nil {
		return database{}, err
	}
	db.SetMaxOpenConns(1)
	if driver == "sqlite" {
		_, err = db.Exec("PRAGMA busy_timeout = 10000")
	}
	return database{db}, err
}

// dump writes all rows of some tables, one a line.
func (db database) dump(tables []table) (string, error) {
	var out strings.Builder
	for _, t := range tables {
		if err := db.dumpTable(&out, t); err != nil {
			return "", fmt.Errorf("dump %s: %w", t.name, err)
		}
	}
	return out.String(), nil
}

func (db database) dumpTable(out *strings.Builder, t table) error {
	rows, err := db.Query("SELECT * FROM " + t.name + " ORDER BY " + t.key) //nolint:unqueryvet // whatever columns there are
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		out.WriteString(t.name)
		for i, c := range columns {
			if c != "folded" { // derived; PostgreSQL stores it in an order of its own
				fmt.Fprintf(out, " %s=%s", c, written(c, values[i]))
			}
		}
		out.WriteString("\n")
	}
	return rows.Err()
}

// written is a value as both engines would have it: SQLite keeps booleans as
// numbers.
func written(column string, v any) string {
	isBool := column == "active" || column == "restore_memberships"
	switch n, isNumber := v.(int64); {
	case isBool && isNumber:
		return strconv.FormatBool(n != 0)
	default:
		if b, ok := v.([]byte); ok {
			v = string(b)
		}
		return fmt.Sprintf("%v", v)
	}
}

// wipe empties all tables, those that refer to others first.
func (db database) wipe() error {
	for _, name := range []string{"refused_write", "repair_case", "repair", "org_group_member", "scim_group_member", "org_group", "scim_group", "tombstone", "hold", "link", "scim_user_address", "scim_user", "domain", "tally", "job", "log_entry", "audit_entry", "account", "directory", "org"} {
		if _, err := db.Exec("DELETE FROM " + name); err != nil {
			return fmt.Errorf("empty %s: %w", name, err)
		}
	}
	return nil
}

var idPattern = regexp.MustCompile(`token=[A-Z0-9]{26}|[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}|acct_[0-9a-f]{32}`)

// withoutIDs numbers ids in the order of their appearance, so that two
// deployments with the same history have the same dump.
func withoutIDs(dump string) string {
	numbers := map[string]int{}
	return idPattern.ReplaceAllStringFunc(dump, func(id string) string {
		if _, ok := numbers[id]; !ok {
			numbers[id] = len(numbers) + 1
		}
		return fmt.Sprintf("#%d", numbers[id])
	})
}
