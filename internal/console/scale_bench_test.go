package console_test

import (
	"cmp"
	"database/sql"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"roster/internal/auth"
	"roster/internal/console"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

// BenchmarkPages opens every page of an organization with a million accounts,
// of which two in three are synced, and ten million entries in its log, and
// prints how long the server takes for each and how large it is. ACCOUNTS and
// ENTRIES set other sizes.
func BenchmarkPages(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *tenanttest.Deployment{"sqlite": tenanttest.OnSQLite, "postgres": tenanttest.OnPostgres} {
		b.Run(name, func(b *testing.B) {
			w := newWorld(b, open(b))
			c := &crowd{tenant: w.ours, b: b}
			c.fill(number("ACCOUNTS", 1_000_000), number("ENTRIES", 10_000_000))
			viewer := w.browser(w.ours.signIn(auth.RoleAdmin))
			worst := time.Duration(0)
			for b.Loop() {
				for _, path := range c.pages() {
					worst = max(worst, measure(b, viewer, path))
				}
			}
			b.ReportMetric(float64(worst.Microseconds())/1000, "ms/slowest-page")
		})
	}
}

func number(name string, otherwise int) int {
	n, _ := strconv.Atoi(os.Getenv(name))
	return cmp.Or(n, otherwise)
}

// measure opens a page some times and prints its median time.
func measure(b *testing.B, viewer *browser, path string) time.Duration {
	b.Helper()
	var took []time.Duration
	size := 0
	for range 7 {
		start := time.Now()
		got := viewer.get(path)
		took = append(took, time.Since(start))
		if size = len(got.body); got.StatusCode != http.StatusOK && got.StatusCode != http.StatusSeeOther {
			b.Errorf("%s: %d\n%s", path, got.StatusCode, got.body)
		}
	}
	slices.Sort(took)
	median := took[len(took)/2]
	fmt.Printf("  %8.2f ms  worst %8.2f ms  %6.1f KB  %s\n", ms(median), ms(took[len(took)-1]), float64(size)/1000, path)
	return median
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// crowd fills a tenant past the store, as pushing a million people would take hours.
type crowd struct {
	*tenant

	b  *testing.B
	db *sql.DB
}

// bigGroup is the size of the largest group.
const bigGroup = 100_000

func (c *crowd) fill(accounts, entries int) {
	c.b.Helper()
	driver := "sqlite"
	if store.IsPostgres(c.DSN) {
		driver = "pgx"
	}
	db, err := sql.Open(driver, c.DSN)
	if err != nil {
		c.b.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	c.db = db
	defer func() {
		if err := db.Close(); err != nil {
			c.b.Error(err)
		}
	}()
	start := time.Now()
	if driver == "sqlite" {
		c.exec("PRAGMA busy_timeout = 10000")
		c.exec("PRAGMA cache_size = -262144")
		c.exec("PRAGMA synchronous = OFF")
	}
	c.people(accounts)
	fmt.Printf("  %d accounts after %s\n", accounts, time.Since(start).Round(time.Second))
	c.log(entries)
	if driver == "pgx" {
		c.exec("ANALYZE")
	}
	fmt.Printf("  %d entries after %s\n", entries, time.Since(start).Round(time.Second))
}

func (c *crowd) exec(query string) {
	c.b.Helper()
	if _, err := c.db.ExecContext(c.b.Context(), query); err != nil {
		c.b.Fatalf("%v in\n%.300s", err, query)
	}
}

func (c *crowd) people(n int) {
	c.b.Helper()
	series := func(n int) string {
		return fmt.Sprintf("WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < %d)", n)
	}
	jsonb := ""
	if store.IsPostgres(c.DSN) {
		jsonb = "::jsonb"
	}
	synced, members := n*2/3, min(bigGroup, n*2/3)
	c.exec("BEGIN")
	c.exec(`INSERT INTO account (id, email, email_key, email_domain, name, name_key, status, origin, profile, status_by, status_reason, status_at, created_at, updated_at) ` + series(n) +
		fmt.Sprintf(` SELECT 'acct_c-' || n, 'person-' || n || '@%[1]s', 'person-' || n || '@%[1]s', '%[1]s', 'Person ' || n, 'person ' || n, 'active', 'scim', '{}', '', '', 1, 1700000000000000 + n, 1 FROM s`, c.domain))
	c.exec(`INSERT INTO scim_user (directory_id, id, user_name, user_name_key, external_id, email, email_key, display_name, active, doc, folded, schemas, version, created_at, modified_at) ` + series(synced) +
		fmt.Sprintf(` SELECT '%[1]s', 'c-' || n, 'person-' || n, 'person-' || n, 'ext-' || n, 'person-' || n || '@%[2]s', 'person-' || n || '@%[2]s', 'Person ' || n, TRUE, '{"userName":"person-' || n || '"}', ('{"userName":"person-' || n || '"}')%[3]s, '[]', 1, 1, 1 FROM s`, c.dir.ID, c.domain, jsonb))
	c.exec(`INSERT INTO link (directory_id, scim_user_id, org_id, account_id, created_at, created_by) ` + series(synced) +
		fmt.Sprintf(` SELECT '%s', 'c-' || n, '%s', 'acct_c-' || n, 1, 'idp' FROM s`, c.dir.ID, c.ID))
	c.exec(fmt.Sprintf(`INSERT INTO scim_group (directory_id, id, display_name, display_name_key, doc, folded, schemas, version, created_at, modified_at) VALUES ('%s', 'everybody', 'Everybody', 'everybody', '{"displayName":"Everybody"}', '{"displayname":"everybody"}'%s, '[]', 1, 1, 1)`, c.dir.ID, jsonb))
	c.exec(fmt.Sprintf(`INSERT INTO org_group (org_id, id, name, name_key, description, source, directory_id, scim_group_id, created_at) VALUES ('%s', 'g-everybody', 'Everybody', 'everybody', '', 'scim', '%s', 'everybody', 1)`, c.ID, c.dir.ID))
	c.exec(`INSERT INTO scim_group_member (directory_id, group_id, user_id) ` + series(members) + fmt.Sprintf(` SELECT '%s', 'everybody', 'c-' || n FROM s`, c.dir.ID))
	c.exec(fmt.Sprintf(`INSERT INTO tally (owner, kind, shard, n) VALUES ('%[1]s', 'users', 99, %[2]d), ('%[1]s', 'groups', 99, 1), ('%[3]s', 'accounts', 99, %[4]d)`, c.dir.ID, synced, c.domain, n))
	c.exec("COMMIT")
}

// log writes entries a millisecond apart, the last one now: one in twenty is a
// problem, and all are about some thousand people. One in ten has an entry in the
// audit log beside it.
func (c *crowd) log(n int) {
	c.b.Helper()
	id := `printf('%08x-%04x-7000-8000-%012x', at >> 16, at & 65535, n)` // as identity.NewEntryID makes them
	if store.IsPostgres(c.DSN) {
		id = `lpad(to_hex(at >> 16), 8, '0') || '-' || lpad(to_hex(at & 65535), 4, '0') || '-7000-8000-' || lpad(to_hex(n), 12, '0')`
	}
	const rows = 500_000 // of a transaction
	end := c.Clock.Now().UnixMilli()
	for i := 0; i < n; i += rows {
		series := fmt.Sprintf("WITH RECURSIVE s(n, at) AS (SELECT %[1]d, %[2]d + %[1]d UNION ALL SELECT n + 1, at + 1 FROM s WHERE n + 1 < %[3]d)", i, end-int64(n), min(i+rows, n))
		c.exec("BEGIN")
		c.exec(`INSERT INTO log_entry (org_id, id, time, directory_id, level, operation, resource, scim_id, name, http_status, scim_type, message, hint, request_id, actor) ` + series +
			fmt.Sprintf(` SELECT '%s', %s, at * 1000, '%s', CASE WHEN n %% 20 = 0 THEN 'error' ELSE 'info' END, 'user.patch', 'USER', 'c-' || (n %% 5000), 'person-' || (n %% 5000), CASE WHEN n %% 20 = 0 THEN 409 ELSE 200 END, '',
				CASE WHEN n %% 20 = 0 THEN 'Resource [USER]: with email[x] already exists.' ELSE 'User updated.' END, '', '', 'token' FROM s`, c.ID, id, c.dir.ID))
		c.exec(`INSERT INTO audit_entry (org_id, id, time, action, actor, target, before, after, request_id) ` + series +
			fmt.Sprintf(` SELECT '%s', %s, at * 1000, 'account_email_changed', 'key', 'acct_c-' || (n %% 5000), '{"a":1}', '{"a":2}', '' FROM s WHERE n %% 10 = 0`, c.ID, id))
		c.exec("COMMIT")
	}
}

// pages are every page that there is, with the ids of what is there, and those
// that filters and deep places make dear.
func (c *crowd) pages() []string {
	c.b.Helper()
	params := c.params()
	params["accountId"], params["scimUserId"] = "acct_c-77", "c-77"
	var paths []string
	for _, rt := range console.Routes() {
		if rt.Method != http.MethodGet || strings.HasSuffix(rt.Path, ".csv") || strings.HasSuffix(rt.Path, ".jsonl") {
			continue
		}
		path, missing := fill(rt.Path, params)
		if missing != "" {
			c.b.Fatalf("%s lacks %s", rt.Path, missing)
		}
		paths = append(paths, path)
	}
	return append(
		paths,
		"/console/accounts?q=person-4", "/console/accounts?q=person", "/console/accounts?q=nobody", "/console/accounts?q=acct_c-500", "/console/accounts?q=ext-500",
		"/console/accounts?status=inactive", "/console/accounts?linked=false", "/console/accounts?origin=invited", "/console/accounts?scope=external",
		"/console/log?level=error", "/console/log?level=warning", "/console/log?status=503", "/console/log?q=no+such+text", "/console/log?q=exists", "/console/log?resource=GROUP",
		"/console/log?directory="+string(c.dir.ID), "/console/log?scim=c-77", "/console/log?since=1h&level=error", "/console/log?live=1",
		"/console/audit?q=no+such+text", "/console/audit?action=domain_added", "/console/audit?target=acct_c-20",
	)
}
