package jobs_test

import (
	"database/sql"
	"slices"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // registers the "pgx" driver
	_ "modernc.org/sqlite"             // registers the "sqlite" driver

	"roster/internal/identity"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

// columnsWith gives the columns of the database that name a directory, whatever
// tables there come to be.
func columnsWith(t *testing.T, d *tenanttest.Deployment, id identity.DirectoryID) (found []string) {
	t.Helper()
	driver, names := "sqlite", `SELECT m.name || '.' || c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'`
	if store.IsPostgres(d.DSN) {
		driver, names = "pgx", `SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public'`
	}
	db, err := sql.Open(driver, d.DSN)
	tenanttest.Accepted(t, err)
	defer func() { tenanttest.Accepted(t, db.Close()) }()
	rows, err := db.QueryContext(t.Context(), names)
	tenanttest.Accepted(t, err)
	defer rows.Close()
	var columns []string
	for rows.Next() {
		var name string
		tenanttest.Accepted(t, rows.Scan(&name))
		table, column, _ := strings.Cut(name, ".")
		if column == "directory_id" || column == "left_by" || column == "owner" || table == "directory" && column == "id" {
			columns = append(columns, name)
		}
	}
	tenanttest.Accepted(t, rows.Err())
	for _, name := range columns {
		table, column, _ := strings.Cut(name, ".")
		var n int
		tenanttest.Accepted(t, db.QueryRowContext(t.Context(), `SELECT count(*) FROM `+table+` WHERE `+column+` = $1`, string(id)).Scan(&n))
		if n > 0 {
			found = append(found, name)
		}
	}
	slices.Sort(found)
	return found
}
