package repair_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"roster/internal/repair"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

// BenchmarkDiagnosis finds ten thousand planted problems in an org with a
// million accounts, and compares what it finds with what was planted. ACCOUNTS
// sets another size.
func BenchmarkDiagnosis(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *tenanttest.Deployment{"sqlite": tenanttest.OnSQLite, "postgres": tenanttest.OnPostgres} {
		b.Run(name, func(b *testing.B) {
			accounts := 1_000_000
			if n, err := strconv.Atoi(os.Getenv("ACCOUNTS")); err == nil {
				accounts = n
			}
			c := plantCity(b, open(b), accounts, 715)
			for b.Loop() {
				c.diagnose(b)
			}
		})
	}
}

// TestDiagnosisFindsWhatIsWrongAndNothingElse is the same in small.
func TestDiagnosisFindsWhatIsWrongAndNothingElse(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		c := plantCity(t, d, 2000, 20)
		c.diagnose(t)
	})
}

// city is an org with many accounts and planted problems.
type city struct {
	*tenanttest.Org
	db      database
	entra   *tenanttest.Directory
	okta    *tenanttest.Directory
	planted map[string]repair.FindingKind // by what the finding's id ends with
}

// plantCity makes an org with accounts, two in three of them synced, and each
// kind of problem a number of times; beside them as many pairs that look like
// problems and are none.
func plantCity(tb testing.TB, d *tenanttest.Deployment, accounts, each int) *city {
	tb.Helper()
	acme := d.Org("old.example", "new.example")
	db, err := openDatabase(d)
	tenanttest.Accepted(tb, err)
	tb.Cleanup(func() { tenanttest.Accepted(tb, db.Close()) })
	c := &city{Org: acme, db: db, entra: acme.Directory("Entra"), okta: acme.Directory("Okta"), planted: map[string]repair.FindingKind{}}
	tx := func(statements ...string) {
		for _, s := range append(append([]string{"BEGIN"}, statements...), "COMMIT") {
			if _, err := db.Exec(s); err != nil {
				tb.Fatalf("%v in\n%s", err, s)
			}
		}
	}
	// Ordinary people: two in three synced, the others in the old domain only.
	tx(c.accounts("plain", accounts*2/3, "new.example", "Plain Person", 50), c.records(c.entra, "plain", accounts*2/3, "new.example", ""), c.links(c.entra, "plain", accounts*2/3),
		c.accounts("quiet", accounts/3, "old.example", "Quiet Person", 10))

	// One person twice: the old account, and the record of the young one.
	pair := func(kind, local, name, external string) {
		tx(c.accounts(kind+"-old", each, "old.example", name, 10), c.accounts(kind+"-new", each, "new.example", name, 50),
			c.readdress(kind+"-old", local), c.readdress(kind+"-new", local),
			c.records(c.entra, kind+"-new", each, "new.example", external), c.links(c.entra, kind+"-new", each))
	}
	pair("moved", "moved.", "Moved Person", "")
	c.plant(repair.KindWrongAccount, "acct_moved-old-%d", each)
	pair("renumbered", "", "Some Person", "number-")
	tx(c.tombstones(c.entra, "renumbered-old", each, "number-"))
	c.plant(repair.KindWrongAccount, "acct_renumbered-old-%d", each)
	pair("alias", "", "Other Person", "")
	tx(`INSERT INTO scim_user_address (directory_id, value, user_id) ` + c.each(each) + ` SELECT '` + string(c.entra.ID) + `', 'alias-old-' || n || '@old.example', 'alias-new-' || n FROM s`)
	c.plant(repair.KindWrongAccount, "acct_alias-old-%d", each)

	// What looks like it: mailboxes of roles, namesakes, and a second IdP that
	// counts its people from 1 as well.
	pair("role", "info", "Info Desk", "")
	pair("namesake", "john.", "John Smith", "")
	tx(`UPDATE account SET name = 'John Smith', name_key = 'john smith' WHERE id LIKE 'acct_namesake-%'`)
	pair("stranger", "pat.", "Pat", "")
	tx(`UPDATE account SET name = 'Pat Other ' || id, name_key = 'pat other' WHERE id LIKE 'acct_stranger-new-%'`)
	pair("counted", "", "Counted", "count-")
	tx(`UPDATE account SET name = 'Someone Else', name_key = 'someone else' WHERE id LIKE 'acct_counted-new-%'`, c.tombstones(c.okta, "counted-old", each, "count-"))

	// Refused updates.
	refused := func(kind, cause string, wanted string, of *tenanttest.Directory) string {
		return `INSERT INTO refused_write (directory_id, subject, org_id, cause, wanted, doc, attempts, first_at, last_at, log_id) ` + c.each(each) +
			fmt.Sprintf(` SELECT '%s', '%s-' || n, '%s', '%s', %s, '{}', 2, 60, 70, 'log' FROM s`, of.ID, kind, c.ID, cause, wanted)
	}
	for _, held := range []bool{false, true} {
		kind := map[bool]string{false: "clash", true: "taken"}[held]
		tx(c.accounts(kind+"-a", each, "old.example", "Clash", 10), c.records(c.entra, kind+"-a", each, "old.example", ""), c.links(c.entra, kind+"-a", each), c.accounts(kind+"-b", each, "new.example", "Clash", 50),
			refused(kind+"-a", "email-taken", "'"+kind+"-b-' || n || '@new.example'", c.entra))
		if !held {
			tx(c.records(c.okta, kind+"-b", each, "new.example", ""), c.links(c.okta, kind+"-b", each))
		}
	}
	c.plant(repair.KindEmailConflict, "clash-a-%d", each)
	c.plant(repair.KindEmailHeld, "taken-a-%d", each)
	tx(c.accounts("leaver", each, "old.example", "Leaver", 10), c.records(c.entra, "leaver", each, "old.example", ""), c.links(c.entra, "leaver", each), refused("leaver", "email-leaves", "'l' || n || '@else.example'", c.entra))
	c.plant(repair.KindEmailLeaves, "leaver-%d", each)
	tx(c.accounts("ghost", each, "old.example", "Ghost", 10), c.tombstones(c.entra, "ghost", each, ""), refused("ghost", "deleted-record", "''", c.entra))
	c.plant(repair.KindDeletedRecord, "ghost-%d", each)
	tx(c.records(c.okta, "lonely", each, "new.example", ""))
	c.plant(repair.KindUnlinked, "lonely-%d", each)
	tx(c.accounts("apart", each, "old.example", "Apart", 10), c.records(c.okta, "apart", each, "old.example", ""),
		`INSERT INTO hold (directory_id, scim_user_id, account_id, org_id, created_at, created_by) `+c.each(each)+fmt.Sprintf(` SELECT '%s', 'apart-' || n, 'acct_apart-' || n, '%s', 60, 'ops' FROM s`, c.okta.ID, c.ID))
	c.plant(repair.KindHeld, "apart-%d", each)
	// Refusals that are solved by now are no problems.
	tx(c.accounts("solved", each, "new.example", "Solved", 10), c.records(c.entra, "solved", each, "new.example", ""), c.links(c.entra, "solved", each), refused("solved", "email-taken", "'solved-' || n || '@new.example'", c.entra))
	c.plantTwins(tx, each)
	c.plantManyDirectories(tx, each)
	c.plantDeleted(tx, each)
	c.plantDirectories(tx)
	// What the store keeps beside the rows: addresses and counts.
	tx(`INSERT INTO scim_user_address (directory_id, value, user_id) SELECT u.directory_id, u.email_key, u.id FROM scim_user u JOIN directory d ON d.id = u.directory_id
			WHERE d.org_id = '`+string(c.ID)+`' AND u.email_key IS NOT NULL ON CONFLICT DO NOTHING`,
		`INSERT INTO tally (owner, kind, shard, n) SELECT directory_id, 'users', 99, count(*) FROM scim_user GROUP BY directory_id`,
		`INSERT INTO tally (owner, kind, shard, n) SELECT email_domain, 'accounts', 99, count(*) FROM account GROUP BY email_domain`)
	// These directories are alive.
	c.entra.Push("today@new.example")
	c.okta.Push("tomorrow@new.example")
	_, err = db.Exec("ANALYZE")
	tenanttest.Accepted(tb, err)
	return c
}

// plantTwins makes people with two synced accounts, and pairs of people.
func (c *city) plantTwins(tx func(...string), each int) {
	twins := func(kind, local, name, numbers string) {
		tx(c.accounts(kind+"-a", each, "old.example", name, 10), c.accounts(kind+"-b", each, "new.example", name, 50), c.readdress(kind+"-a", local), c.readdress(kind+"-b", local),
			c.records(c.entra, kind+"-a", each, "old.example", numbers), c.links(c.entra, kind+"-a", each), c.records(c.okta, kind+"-b", each, "new.example", numbers), c.links(c.okta, kind+"-b", each))
	}
	rename := func(pattern, name string) string {
		return fmt.Sprintf(`UPDATE account SET name = '%s', name_key = '%s' WHERE id LIKE '%s'`, name, strings.ToLower(name), pattern)
	}
	twins("twin", "twin.", "Twin Person", "")
	c.plant(repair.KindSamePerson, "acct_twin-b-%d", each)
	twins("payroll", "", "Payroll Person", "payroll-")
	c.plant(repair.KindSamePerson, "acct_payroll-b-%d", each)
	twins("known", "", "Known Person", "")
	tx(rename("acct_known-b-%", "Somebody"), `INSERT INTO scim_user_address (directory_id, value, user_id) `+c.each(each)+` SELECT '`+string(c.okta.ID)+`', 'known-a-' || n || '@old.example', 'known-b-' || n FROM s`)
	c.plant(repair.KindSamePerson, "acct_known-b-%d", each)

	// Roles, namesakes, strangers with one address or one number.
	twins("desk", "support", "Service Desk", "")
	twins("smith", "smith.", "Sam Smith", "")
	tx(rename("acct_smith-%", "Sam Smith"))
	twins("homonym", "homonym.", "Homonym", "")
	tx(rename("acct_homonym-b-%", "Another"))
	twins("clerk", "", "Clerk", "clerk-")
	tx(rename("acct_clerk-b-%", "Other Clerk"))
}

// plantManyDirectories makes people whom two directories push, with other data
// and with the same.
func (c *city) plantManyDirectories(tx func(...string), each int) {
	for kind, other := range map[string]string{"both": "Jane Married", "agreed": "Jane"} {
		tx(c.accounts(kind, each, "new.example", "Jane", 10))
		for d, name := range map[*tenanttest.Directory]string{c.entra: "Jane", c.okta: other} {
			tx(c.records(d, kind, each, "new.example", ""), c.links(d, kind, each),
				fmt.Sprintf(`UPDATE scim_user SET doc = '{"userName":"' || user_name || '","displayName":"%s"}' WHERE directory_id = '%s' AND id LIKE '%s-%%'`, name, d.ID, kind))
		}
	}
	c.plant(repair.KindSeveralDirectories, "acct_both-%d", each)
}

// plantDeleted makes people who were created again without their group, and
// with it.
func (c *city) plantDeleted(tx func(...string), each int) {
	group := c.entra.PushGroup("Everybody").ID
	for _, kind := range []string{"again", "member"} {
		tx(c.accounts(kind, each, "new.example", "Again", 50), c.records(c.entra, kind, each, "new.example", kind+"-"), c.links(c.entra, kind, each), c.tombstones(c.entra, kind+"-old", each, kind+"-"),
			fmt.Sprintf(`UPDATE tombstone SET group_ids = '["%s"]' WHERE scim_user_id LIKE '%s-old-%%'`, group, kind))
	}
	tx(`INSERT INTO scim_group_member (directory_id, group_id, user_id) ` + c.each(each) + fmt.Sprintf(` SELECT '%s', '%s', 'member-' || n FROM s`, c.entra.ID, group))
	c.plant(repair.KindLostMemberships, "again-old-%d", each)
}

// plantDirectories makes one directory that is gone, one that is quiet, and a
// domain that nobody claimed.
func (c *city) plantDirectories(tx func(...string)) {
	const people = 5
	gone, quiet := c.Directory("Gone"), c.Directory("Quiet")
	for kind, d := range map[string]*tenanttest.Directory{"gone": gone, "quiet": quiet} {
		tx(c.accounts("of-"+kind, people, "old.example", "Left Behind", 10), c.records(d, "of-"+kind, people, "old.example", ""), c.links(d, "of-"+kind, people))
	}
	tx(fmt.Sprintf(`UPDATE directory SET status = 'disconnected' WHERE id = '%s'`, gone.ID), fmt.Sprintf(`UPDATE directory SET created_at = 1 WHERE id = '%s'`, quiet.ID))
	c.planted[string(gone.ID)], c.planted[string(quiet.ID)] = repair.KindDeadLinks, repair.KindQuietDirectory
	c.Verify("selected.example")
	tx(`UPDATE domain SET claim = 'selected' WHERE name = 'selected.example'`, c.accounts("unclaimed", people, "selected.example", "Unclaimed", 10),
		c.records(c.entra, "unclaimed", people, "selected.example", ""), c.links(c.entra, "unclaimed", people))
	c.planted[string(c.Domain("selected.example").ID)] = repair.KindUnclaimed
}

func (c *city) plant(kind repair.FindingKind, format string, n int) {
	for i := range n {
		c.planted[fmt.Sprintf(format, i+1)] = kind
	}
}

func (c *city) each(n int) string {
	return fmt.Sprintf("WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < %d)", max(n, 1))
}

// accounts makes those of a kind, each with a name of its own.
func (c *city) accounts(kind string, n int, domain, name string, created int) string {
	origin := "invited"
	if created > 10 {
		origin = "scim"
	}
	return `INSERT INTO account (id, email, email_key, email_domain, name, name_key, status, origin, profile, status_by, status_reason, status_at, created_at, updated_at) ` + c.each(n) +
		fmt.Sprintf(` SELECT 'acct_%[1]s-' || n, '%[1]s-' || n || '@%[2]s', '%[1]s-' || n || '@%[2]s', '%[2]s', '%[3]s ' || n, lower('%[3]s ' || n), 'active', '%[4]s', '{}', '', '', 1, %[5]d, 1 FROM s`, kind, domain, name, origin, created*1_000_000)
}

// readdress gives accounts a part before the @ that the two of a pair share.
func (c *city) readdress(kind, local string) string {
	if local == "" {
		return "SELECT 1"
	}
	number := fmt.Sprintf("replace(id, 'acct_%s-', '')", kind)
	return fmt.Sprintf(`UPDATE account SET email = '%[1]s' || %[2]s || '@' || email_domain, email_key = '%[1]s' || %[2]s || '@' || email_domain WHERE id LIKE 'acct_%[3]s-%%'`, local, number, kind)
}

// records pushes those of the accounts of a kind, or of nobody.
func (c *city) records(d *tenanttest.Directory, kind string, n int, domain, external string) string {
	ext := "NULL"
	if external != "" {
		ext = "'" + external + "' || s.n"
	}
	reason, jsonb := "NULL", ""
	if kind == "lonely" || kind == "apart" {
		reason = "'planted'"
	}
	if store.IsPostgres(c.DSN) {
		jsonb = "::jsonb"
	}
	email := fmt.Sprintf("COALESCE((SELECT a.email_key FROM account a WHERE a.id = 'acct_%s-' || s.n), '%s-' || s.n || '@%s')", kind, kind, domain)
	return `INSERT INTO scim_user (directory_id, id, user_name, user_name_key, external_id, email, email_key, display_name, active, doc, folded, schemas, unlinked_reason, version, created_at, modified_at) ` + c.each(n) +
		fmt.Sprintf(` SELECT '%[1]s', '%[2]s-' || s.n, '%[2]s-' || s.n, '%[2]s-' || s.n, %[3]s, %[4]s, %[4]s, 'Somebody', TRUE, '{"userName":"' || s.n || '"}', ('{"userName":"' || s.n || '"}')%[6]s, '[]', %[5]s, 1, 50000000, 50000000 FROM s`, d.ID, kind, ext, email, reason, jsonb)
}

func (c *city) links(d *tenanttest.Directory, kind string, n int) string {
	return `INSERT INTO link (directory_id, scim_user_id, org_id, account_id, created_at, created_by) ` + c.each(n) +
		fmt.Sprintf(` SELECT '%s', '%s-' || n, '%s', 'acct_%s-' || n, 50000000, 'idp' FROM s`, d.ID, kind, c.ID, kind)
}

func (c *city) tombstones(d *tenanttest.Directory, kind string, n int, external string) string {
	ext := "NULL"
	if external != "" {
		ext = "'" + external + "' || n"
	}
	return `INSERT INTO tombstone (directory_id, scim_user_id, org_id, user_name, user_name_key, external_id, email, account_id, doc, group_ids, held_apart, version, created_at, deleted_at, deleted_by, expires_at) ` + c.each(n) +
		fmt.Sprintf(` SELECT '%[1]s', '%[2]s-' || n, '%[3]s', '%[2]s-' || n, '%[2]s-' || n, %[4]s, '%[2]s-' || n || '@old.example', 'acct_%[2]s-' || n, '{}', '[]', '[]', 1, 1, 60, 'ops', 4000000000000000 FROM s`, d.ID, kind, c.ID, ext)
}

// diagnose holds what is found against what was planted.
func (c *city) diagnose(tb testing.TB) {
	tb.Helper()
	left, wrong, found := maps.Clone(c.planted), 0, 0
	var memory runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&memory)
	base, peak := memory.HeapAlloc, uint64(0)
	start := time.Now()
	_, err := c.Repair.Diagnose(context.Background(), c.ID, repair.DiagnoseQuery{}, func(f repair.Finding) error {
		if found++; found%1000 == 0 {
			runtime.ReadMemStats(&memory)
			peak = max(peak, memory.HeapAlloc-min(base, memory.HeapAlloc))
		}
		subject := f.ID[strings.LastIndex(f.ID, "~")+1:]
		if left[subject] != f.Kind {
			if wrong++; wrong <= 5 {
				tb.Errorf("nothing is wrong with this: %s %s %+v", f.ID, f.Title, f.Evidence)
			}
			return nil
		}
		delete(left, subject)
		return nil
	})
	seconds := time.Since(start).Seconds()
	tenanttest.Accepted(tb, err)
	right := len(c.planted) - len(left)
	missed := map[repair.FindingKind]int{}
	for _, kind := range left {
		missed[kind]++
	}
	precision, recall := float64(right)/float64(max(found, 1)), float64(right)/float64(len(c.planted))
	tb.Logf("%d problems planted, %d found, precision %.4f, recall %.4f, %.1f s, peak of the heap %d MiB", len(c.planted), found, precision, recall, seconds, peak>>20)
	if len(left) > 0 {
		tb.Errorf("not found: %v", missed)
	}
	if b, ok := tb.(*testing.B); ok {
		b.ReportMetric(seconds, "s")
		b.ReportMetric(precision, "precision")
		b.ReportMetric(recall, "recall")
		b.ReportMetric(float64(peak>>20), "MiB-peak")
		b.Logf("each kind alone: %v", c.eachAlone(b))
	}
}

// eachAlone tells how long each kind takes that takes long.
func (c *city) eachAlone(b *testing.B) map[repair.FindingKind]time.Duration {
	b.Helper()
	took := map[repair.FindingKind]time.Duration{}
	for _, kind := range repair.Kinds {
		start := time.Now()
		_, err := c.Repair.Diagnose(context.Background(), c.ID, repair.DiagnoseQuery{Kinds: []repair.FindingKind{kind}}, func(repair.Finding) error { return nil })
		tenanttest.Accepted(b, err)
		if d := time.Since(start).Round(10 * time.Millisecond); d > 0 {
			took[kind] = d
		}
	}
	return took
}
