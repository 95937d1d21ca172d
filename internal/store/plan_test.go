package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"

	"roster/internal/identity"
	"roster/internal/scim"
)

// TestIndexedFiltersUseTheirIndex reads the plans of both engines: an indexed
// filter visits neither the whole directory nor the whole table.
func TestIndexedFiltersUseTheirIndex(t *testing.T) {
	t.Parallel()
	tests := []struct {
		rt       *scim.ResourceType
		filter   string
		sqlite   string // a part of the plan
		postgres string
	}{
		{scim.UserType(), `id eq "user-7"`, "sqlite_autoindex_scim_user_1 (directory_id=? AND id=?)", "scim_user_pkey"},
		{scim.UserType(), `userName eq "user-7@example.com"`, "scim_user_user_name (directory_id=? AND user_name_key=?)", "scim_user_user_name"},
		{scim.UserType(), `externalId eq "ext-7"`, "scim_user_external_id (directory_id=? AND external_id=?)", "scim_user_external_id"},
		{scim.UserType(), `emails eq "user-7@example.com"`, "x USING PRIMARY KEY (directory_id=? AND value=?)", "scim_user_address_pkey"},
		{scim.UserType(), `emails.value eq "user-7@example.com"`, "sqlite_autoindex_scim_user_1 (directory_id=? AND id=?)", "scim_user_address_pkey"},
		{scim.UserType(), `emails[type eq "work"].value eq "user-7@example.com"`, "x USING PRIMARY KEY (directory_id=? AND value=?)", "scim_user_address_pkey"},
		{scim.UserType(), `displayName eq "User 7"`, "scim_user_display_name (directory_id=? AND <expr>=?)", "scim_user_display_name"},
		{scim.UserType(), `groups.value eq "group-7"`, "x USING PRIMARY KEY (directory_id=? AND group_id=?)", "scim_group_member_pkey"},
		{scim.UserType(), `atlassianAccountId eq "acct_7"`, "link_account (directory_id=? AND account_id=?)", "Index Scan using link_"},
		{scim.UserType(), `userName eq "user-7@example.com" or userName eq "user-8@example.com"`, "scim_user_user_name (directory_id=? AND user_name_key=?)", "scim_user_user_name"},
		{scim.UserType(), `meta.lastModified gt "2026-01-01T05:33:00Z"`, "scim_user_modified (directory_id=? AND modified_at>?)", "scim_user_modified"},
		{scim.GroupType(), `id eq "group-7"`, "sqlite_autoindex_scim_group_1 (directory_id=? AND id=?)", "scim_group_pkey"},
		{scim.GroupType(), `displayName eq "Group 7"`, "scim_group_display_name (directory_id=? AND display_name_key=?)", "scim_group_display_name"},
		{scim.GroupType(), `externalId eq "ext-7"`, "scim_group_external_id (directory_id=? AND external_id=?)", "scim_group_external_id"},
		{scim.GroupType(), `members eq "user-7"`, "scim_group_member_user (directory_id=? AND user_id=?)", "scim_group_member_user"},
		{scim.GroupType(), `members[value eq "user-7" and type eq "User"]`, "scim_group_member_user (directory_id=? AND user_id=?)", "scim_group_member_user"},
		{scim.GroupType(), `id eq "group-7" and members eq "user-7"`, "sqlite_autoindex_scim_group_1 (directory_id=? AND id=?)", "scim_group_pkey"},
		{scim.GroupType(), `meta.lastModified gt "2026-01-01T05:33:00Z"`, "scim_group_modified (directory_id=? AND modified_at>?)", "scim_group_modified"},
	}
	forEachEngine(t, func(t *testing.T, s *Store) {
		tenants(t, s)
		fill(t, s, 20_000)
		for _, test := range tests {
			q := listOf(test.rt, bind(test.rt, test.filter))
			q.Offset = 1 // in the midst of the list, which has a total to count
			plans := plansOf(t, s, q)
			if len(plans) != 2 {
				t.Fatalf("%d statements were run, want the page's and the total's", len(plans))
			}
			want, whole := test.sqlite, "(directory_id=?)"
			if s.Engine() == "postgres" {
				want, whole = test.postgres, "Seq Scan"
			}
			for _, plan := range plans {
				if !strings.Contains(plan, want) || strings.Contains(plan, whole) {
					t.Errorf("%s: the plan should have %q and no %q:\n%s", test.filter, want, whole, plan)
				}
			}
		}
	})
}

// TestIndexedOrdersUseTheirIndex reads the plans of pages in the midst of sorted
// lists: none of them sorts, and none begins at the front.
func TestIndexedOrdersUseTheirIndex(t *testing.T) {
	t.Parallel()
	somebody := scim.Place{Key: "user 7", Assigned: true, ID: "user-7"}
	sometime := scim.Place{Key: "1767225600000007", Assigned: true, ID: "user-7"}
	nobody := scim.Place{ID: "user-7"}
	tests := []struct {
		rt     *scim.ResourceType
		sortBy string
		after  scim.Place
		index  string
		sqlite string // how the page is found
	}{
		{scim.UserType(), "id", somebody, "scim_user_pkey", "sqlite_autoindex_scim_user_1 (directory_id=? AND id>?)"},
		{scim.UserType(), "userName", somebody, "scim_user_user_name", "scim_user_user_name (directory_id=? AND user_name_key>?)"},
		{scim.UserType(), "externalId", somebody, "scim_user_external_id", "AND (external_id,id)>(?,?))"},
		{scim.UserType(), "externalId", nobody, "scim_user_external_id", "scim_user_external_id (directory_id=? AND external_id=? AND id>?)"},
		{scim.UserType(), "displayName", somebody, "scim_user_display_name", "scim_user_display_name (directory_id=? AND <expr>>?"},
		{scim.UserType(), "displayName", nobody, "scim_user_display_name", "scim_user_display_name (directory_id=? AND <expr>=? AND id>?)"},
		{scim.UserType(), "meta.created", sometime, "scim_user_created", "scim_user_created (directory_id=? AND (created_at,id)>(?,?))"},
		{scim.UserType(), "meta.lastModified", sometime, "scim_user_modified", "scim_user_modified (directory_id=? AND (modified_at,id)>(?,?))"},
		{scim.GroupType(), "displayName", somebody, "scim_group_display_name", "scim_group_display_name (directory_id=? AND display_name_key>?)"},
		{scim.GroupType(), "externalId", nobody, "scim_group_external_id", "scim_group_external_id (directory_id=? AND external_id=? AND id>?)"},
		{scim.GroupType(), "meta.created", sometime, "scim_group_created", "scim_group_created (directory_id=? AND (created_at,id)>(?,?))"},
	}
	forEachEngine(t, func(t *testing.T, s *Store) {
		tenants(t, s)
		fill(t, s, 5_000)
		for _, test := range tests {
			for _, descending := range []bool{false, true} {
				q := sortedBy(listOf(test.rt, nil), test.sortBy, descending)
				q.After = &test.after
				plan := plansOf(t, s, q)[0]
				want, sorting := test.index, "Sort Key"
				if !test.after.Assigned {
					sorting = "Seq Scan" // here nobody lacks a value, and nobody is soon sorted
				}
				if s.Engine() == "sqlite" {
					want, sorting = test.sqlite, "TEMP B-TREE"
					if descending {
						want = strings.NewReplacer("id>?", "id<?", "key>?", "key<?", ")>(", ")<(", "<expr>>", "<expr><").Replace(want)
					}
				}
				if !strings.Contains(plan, want) || strings.Contains(plan, sorting) {
					t.Errorf("by %s, descending %t: the plan should have %q and no %q:\n%s", test.sortBy, descending, want, sorting, plan)
				}
			}
		}
		front := scim.Place{Key: sometime.Key, Assigned: true, ID: "a"}
		both := ListQuery{Limit: 100, Parts: []ListPart{{Type: scim.UserType()}, {Type: scim.GroupType()}}, After: &front}
		for _, q := range []ListQuery{both, sortedBy(both, "meta.lastModified", false)} {
			plan := plansOf(t, s, q)[0]
			whole := map[string]string{"sqlite": "(directory_id=?)", "postgres": "Seq Scan"}[s.Engine()]
			if strings.Contains(plan, whole) {
				t.Errorf("a list of both types reads all:\n%s", plan)
			}
		}
	})
}

// TestLookupsUseTheirIndex reads the plans of what requests and administrators
// ask for besides filters. SQLite plans by rules rather than by what there is,
// so its plans show on an empty database.
func TestLookupsUseTheirIndex(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		ask  func(tx *Tx) error
		want []string // parts of the last plan
	}{
		{"deleted user by name or externalId", func(tx *Tx) error {
			if _, err := tx.LastTombstone("d", "u", "e"); !errors.Is(err, ErrNotFound) {
				return err
			}
			return nil
		}, []string{"tombstone_user_name (directory_id=? AND user_name_key=?)", "tombstone_external_id (directory_id=? AND external_id=?)", "sqlite_autoindex_tombstone_1 (directory_id=? AND scim_user_id=?)"}},
		{"deleted users of an org", func(tx *Tx) error {
			_, _, err := tx.Tombstones(testOrg, "", Page{})
			return err
		}, []string{"tombstone_by_org (org_id=? AND (directory_id,scim_user_id)>(?,?))"}},
		{"unlinked users", func(tx *Tx) error {
			_, _, err := tx.UnlinkedSCIMUsers(testOrg, "", Page{})
			return err
		}, []string{"scim_user_unlinked (directory_id=? AND id>?)"}},
		{"holds of users", func(tx *Tx) error {
			_, err := tx.HoldsOfUsers(testDirectory, []identity.SCIMUserID{"u"})
			return err
		}, []string{"PRIMARY KEY (directory_id=? AND scim_user_id=?)"}},
		{"members of groups", func(tx *Tx) error {
			_, err := tx.MembersOfGroups(testDirectory, []identity.SCIMGroupID{"g"})
			return err
		}, []string{"PRIMARY KEY (directory_id=? AND group_id=?)", "sqlite_autoindex_scim_user_1 (directory_id=? AND id=?)"}},
		{"groups by the beginning of their name", func(tx *Tx) error {
			_, _, err := tx.OrgGroupsBeginning(testOrg, "g", Page{After: "gr"})
			return err
		}, []string{"org_group_name (org_id=? AND name_key>? AND name_key<?)"}},
		{"users of a directory by externalId", func(tx *Tx) error {
			_, _, err := tx.SCIMUsers(testDirectory, SCIMUserFilter{ExternalID: "x"}, Page{})
			return err
		}, []string{"scim_user_external_id (directory_id=? AND external_id=?)"}},
		{"users of an org by email", func(tx *Tx) error {
			_, err := tx.SCIMUsersByEmail(testOrg, identity.MustEmail("ada@example.com"))
			return err
		}, []string{"scim_user_email (directory_id=? AND email_key=?)"}},
		{"users of an org by id", func(tx *Tx) error {
			_, err := tx.SCIMUsersOfOrg(testOrg, "x")
			return err
		}, []string{"sqlite_autoindex_scim_user_1 (directory_id=? AND id=?)"}},
		{"log of an account", func(tx *Tx) error {
			_, _, err := tx.LogEntries(testOrg, LogFilter{AccountID: "a"}, Page{})
			return err
		}, []string{"log_entry_account (org_id=? AND account_id=?)", "log_entry_other_account (org_id=? AND other_account_id=?)", "PRIMARY KEY (org_id=? AND id=?)"}},
		{"log of a record", func(tx *Tx) error {
			_, _, err := tx.LogEntries(testOrg, LogFilter{SCIMID: "a"}, Page{})
			return err
		}, []string{"log_entry_scim (org_id=? AND scim_id=?)", "log_entry_other_scim (org_id=? AND other_scim_id=?)", "PRIMARY KEY (org_id=? AND id=?)"}},
		{"log of a directory", func(tx *Tx) error {
			_, _, err := tx.LogEntries(testOrg, LogFilter{DirectoryID: "d"}, Page{After: "x"})
			return err
		}, []string{"log_entry_directory (org_id=? AND directory_id=? AND id<?)"}},
		{"log of a time", func(tx *Tx) error {
			_, _, err := tx.LogEntries(testOrg, LogFilter{From: at, To: at}, Page{})
			return err
		}, []string{"PRIMARY KEY (org_id=? AND id>? AND id<?)"}},
		{"errors in the log", func(tx *Tx) error {
			_, _, err := tx.LogEntries(testOrg, LogFilter{Level: "error"}, Page{After: "x"})
			return err
		}, []string{"log_entry_problem (org_id=? AND level=? AND id<?)"}},
		{"audit log", func(tx *Tx) error {
			_, _, err := tx.AuditEntries(testOrg, AuditFilter{}, NewestFirst, Page{After: "x"})
			return err
		}, []string{"PRIMARY KEY (org_id=? AND id<?)"}},
		{"audit log of a time", func(tx *Tx) error {
			_, _, err := tx.AuditEntries(testOrg, AuditFilter{From: at}, NewestFirst, Page{After: "x"})
			return err
		}, []string{"PRIMARY KEY (org_id=? AND id>? AND id<?)"}},
		{"audit log of a target", func(tx *Tx) error {
			_, _, err := tx.AuditEntries(testOrg, AuditFilter{Target: "a"}, NewestFirst, Page{After: "x"})
			return err
		}, []string{"audit_entry_target (org_id=? AND target=? AND id<?)"}},
		{"audit log of an actor", func(tx *Tx) error {
			_, _, err := tx.AuditEntries(testOrg, AuditFilter{Actors: []string{"k"}}, NewestFirst, Page{After: "x"})
			return err
		}, []string{"audit_entry_actor (org_id=? AND actor_id=? AND id<?)"}},
		{"audit log of an address", func(tx *Tx) error {
			_, _, err := tx.AuditEntries(testOrg, AuditFilter{IPs: []string{"i"}}, NewestFirst, Page{After: "x"})
			return err
		}, []string{"audit_entry_ip (org_id=? AND ip=? AND id<?)"}},
		{"audit log of an action", func(tx *Tx) error {
			_, _, err := tx.AuditEntries(testOrg, AuditFilter{Actions: []string{"a"}}, NewestFirst, Page{After: "x"})
			return err
		}, []string{"audit_entry_action (org_id=? AND action=? AND id<?)"}},
		{"end of what a text search looks at", func(tx *Tx) error {
			_, _, err := tx.AuditEntries(testOrg, AuditFilter{Text: "t"}, NewestFirst, Page{After: "x"})
			return err
		}, []string{"PRIMARY KEY (org_id=? AND id<?)"}},
		{"members of a local group", func(tx *Tx) error {
			_, _, err := tx.GroupMembers(OrgGroup{OrgID: testOrg, ID: "g", Source: identity.GroupLocal}, Page{})
			return err
		}, []string{"m USING PRIMARY KEY (org_id=? AND group_id=? AND account_id>?)"}},
		{"members of a synced group", func(tx *Tx) error {
			_, _, err := tx.GroupMembers(OrgGroup{OrgID: testOrg, DirectoryID: "d", SCIMGroupID: "g", Source: identity.GroupSynced}, Page{})
			return err
		}, []string{"m USING PRIMARY KEY (directory_id=? AND group_id=? AND user_id>?)"}},
		{"managed accounts", func(tx *Tx) error {
			_, _, err := tx.ManagedAccounts(testOrg, identity.Email{}, Page{})
			return err
		}, []string{"account_domain (email_domain=? AND id>?)"}},
		{"accounts by a text", searching(AccountSearch{Text: "ada"}), []string{"account_by_last_name (email_domain=? AND (last_name_key,id)>(?,?)"}},
		{"accounts of a status", searching(AccountSearch{Status: identity.AccountInactive}), []string{"account_by_status (email_domain=? AND status=? AND id>?)"}},
		{"accounts of an origin", searching(AccountSearch{Origin: identity.OriginImported}), []string{"account_by_origin (email_domain=? AND origin=? AND id>?)"}},
		{"accounts invited", searching(AccountSearch{Invitation: identity.InvitationPending}), []string{"account_by_invitation (email_domain=? AND id>?)"}},
		{"accounts of a directory", searching(AccountSearch{DirectoryID: testDirectory}), []string{"link_account (directory_id=? AND account_id>?)"}},
		{"accounts by external id", searching(AccountSearch{ExternalID: "x"}), []string{"scim_user_external_id (directory_id=? AND external_id=?)"}},
		{"external accounts", searching(AccountSearch{External: true}), []string{"link_account (directory_id=? AND account_id>?)"}},
		{"timeline", func(tx *Tx) error {
			_, _, err := tx.AccountEvents(testOrg, "a", Page{After: "x"})
			return err
		}, []string{"PRIMARY KEY (account_id=? AND org_id=? AND id<?)"}},
		{"groups of an account", func(tx *Tx) error {
			_, _, err := tx.GroupsOfAccount(testOrg, "a", Page{})
			return err
		}, []string{"link_by_account (account_id=?)", "scim_group_member_user (directory_id=? AND user_id=?)", "org_group_scim_group (directory_id=? AND scim_group_id=?)"}},
	}
	s := newSQLite(t)
	world(t, s)
	for _, test := range tests {
		view(t, s, func(tx *Tx) error {
			explaining := &explainer{querier: tx.q, engine: s.Engine()}
			tx.q = explaining
			err := test.ask(tx)
			if len(explaining.plans) == 0 {
				t.Fatalf("%s: no statement was run", test.name)
			}
			plan := explaining.plans[len(explaining.plans)-1]
			for _, part := range test.want {
				if !strings.Contains(plan, part) {
					t.Errorf("%s: the plan should have %q:\n%s", test.name, part, plan)
				}
			}
			return err
		})
	}
}

// searching asks for the candidates of a search and nothing else, so that the
// last plan is theirs.
func searching(q AccountSearch) func(tx *Tx) error {
	return func(tx *Tx) error {
		s := accountSearch{Tx: tx, org: testOrg, q: q, domains: []Domain{{Name: "example.com"}}}
		_, err := s.source()("", "", 1)
		return err
	}
}

// TestMembersAreLookedUpOneByOne reads the plans of membership changes where
// PostgreSQL believes that groups have one member: none of them reads a whole
// group or directory, which may be the large one.
func TestMembersAreLookedUpOneByOne(t *testing.T) {
	t.Parallel()
	users := []identity.SCIMUserID{"user-1"}
	groups := []identity.SCIMGroupID{"group-1"}
	tests := []struct {
		name             string
		ask              func(tx *Tx) error
		sqlite, postgres []string // parts of the plans
	}{
		{
			"add members", func(tx *Tx) error { _, _, err := tx.AddMembers(testDirectory, "group-1", users); return err },
			[]string{"u USING COVERING INDEX sqlite_autoindex_scim_user_1 (directory_id=? AND id=?)"},
			[]string{"Nested Loop", "Index Cond: ((directory_id = 'dir-1'::text) AND (id = t.value))"},
		},
		{
			"remove members", func(tx *Tx) error { _, err := tx.RemoveMembers(testDirectory, "group-1", users); return err },
			[]string{
				"scim_group_member USING PRIMARY KEY (directory_id=? AND group_id=? AND user_id=?)",
				"m USING PRIMARY KEY (directory_id=? AND group_id=? AND user_id=?)",
			},
			[]string{"Tid Scan on scim_group_member", "Nested Loop", "(user_id = t.value)"},
		},
		{
			"groups of users", func(tx *Tx) error { _, err := tx.GroupsOfUsers(testDirectory, users); return err },
			[]string{"m USING COVERING INDEX scim_group_member_user (directory_id=? AND user_id=?)"},
			[]string{"Nested Loop", "(user_id = t.value)"},
		},
		{
			"groups of a restored user", func(tx *Tx) error { _, err := tx.AddToGroups(testDirectory, "user-1", groups); return err },
			[]string{"g USING COVERING INDEX sqlite_autoindex_scim_group_1 (directory_id=? AND id=?)"},
			[]string{"Nested Loop", "(id = t.value)"},
		},
	}
	forEachEngine(t, func(t *testing.T, s *Store) {
		tenants(t, s)
		fill(t, s, 5_000)
		for _, test := range tests {
			update(t, s, func(tx *Tx) error {
				explaining := &explainer{querier: tx.q, engine: s.Engine()}
				tx.q = explaining
				err := test.ask(tx)
				want := test.sqlite
				if s.Engine() == "postgres" {
					want = test.postgres
				}
				plan := strings.Join(explaining.plans, "\n")
				for _, part := range want {
					if !strings.Contains(plan, part) {
						t.Errorf("%s: the plan should have %q:\n%s", test.name, part, plan)
					}
				}
				return err
			})
		}
	})
}

// fill stores n users, each linked, and n groups of one member, as fast as
// the engine can.
func fill(tb testing.TB, s *Store, n int) {
	tb.Helper()
	numbers := `WITH RECURSIVE number(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < $1) `
	id := func(prefix string) string { return `'` + prefix + `' || CAST(i AS TEXT)` }
	d := s.engine.dialect()
	userDoc := `'{"userName":"' || ` + id("user-") + ` || '@example.com","displayName":"' || ` + id("user ") + ` || '","emails":[{"type":"work","value":"' || ` + id("user-") + ` || '@example.com"}]}'`
	groupDoc := `'{"displayName":"' || ` + id("group ") + ` || '"}'`
	address := id("user-") + ` || '@example.com'`
	statements := []string{
		`INSERT INTO scim_user (directory_id, id, user_name, user_name_key, external_id, display_name, active, doc, folded, schemas, version, created_at, modified_at)
			SELECT 'dir-1', ` + id("user-") + `, ` + address + `, ` + address + `, ` + id("ext-") + `, ` + id("User ") + `, TRUE, ` + userDoc + `, ` + asJSON(d, userDoc) + `, '[]', 1, 1767225600000000 + CAST(i AS BIGINT) * 1000000, 1767225600000000 + CAST(i AS BIGINT) * 1000000 FROM number`,
		`INSERT INTO scim_user_address (directory_id, value, user_id) SELECT 'dir-1', ` + address + `, ` + id("user-") + ` FROM number`,
		`INSERT INTO account (id, email, email_key, email_domain, name, status, origin, profile, status_by, status_reason, status_at, created_at, updated_at)
			SELECT ` + id("acct_") + `, ` + address + `, ` + address + `, 'example.com', '', 'active', 'scim', '{}', '', '', 0, 0, 0 FROM number`,
		`INSERT INTO link (directory_id, scim_user_id, org_id, account_id, created_at, created_by) SELECT 'dir-1', ` + id("user-") + `, 'org-1', ` + id("acct_") + `, 0, '' FROM number`,
		`INSERT INTO scim_group (directory_id, id, external_id, display_name, display_name_key, doc, folded, schemas, version, created_at, modified_at)
			SELECT 'dir-1', ` + id("group-") + `, ` + id("ext-") + `, ` + id("Group ") + `, ` + id("group ") + `, ` + groupDoc + `, ` + asJSON(d, groupDoc) + `, '[]', 1, 1767225600000000 + CAST(i AS BIGINT) * 1000000, 1767225600000000 + CAST(i AS BIGINT) * 1000000 FROM number`,
		`INSERT INTO scim_group_member (directory_id, group_id, user_id) SELECT 'dir-1', ` + id("group-") + `, ` + id("user-") + ` FROM number`,
	}
	update(tb, s, func(tx *Tx) error {
		for _, statement := range statements {
			insert, rest, _ := strings.Cut(statement, "SELECT ")
			if _, err := tx.exec(strings.TrimSpace(insert)+" "+numbers+"SELECT "+rest, n); err != nil {
				return err
			}
		}
		return nil
	})
	if s.Engine() == "postgres" { // what autovacuum does a moment later
		update(tb, s, func(tx *Tx) error {
			_, err := tx.exec("ANALYZE")
			return err
		})
	}
}

// plansOf gives the plans of the statements that a list takes.
func plansOf(t *testing.T, s *Store, q ListQuery) []string {
	t.Helper()
	var plans []string
	view(t, s, func(tx *Tx) error {
		explaining := &explainer{querier: tx.q, engine: s.Engine()}
		tx.q = explaining
		_, err := tx.ListSCIM(testDirectory, q)
		plans = explaining.plans
		return err
	})
	return plans
}

// explainer notes the plan of every query before it runs it.
type explainer struct {
	querier
	engine string
	plans  []string
}

func (e *explainer) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	plan, err := e.plan(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	e.plans = append(e.plans, plan)
	return e.querier.query(ctx, query, args...)
}

func (e *explainer) exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	plan, err := e.plan(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	e.plans = append(e.plans, plan)
	return e.querier.exec(ctx, query, args...)
}

func (e *explainer) plan(ctx context.Context, query string, args ...any) (string, error) {
	explain, columns := "EXPLAIN QUERY PLAN ", 4
	if e.engine == "postgres" {
		explain, columns = "EXPLAIN ", 1
	}
	rows, err := e.querier.query(ctx, explain+query, args...)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	lines := []string{query}
	for rows.Next() {
		var line string // the last column
		dest := make([]any, columns)
		for i := range dest {
			dest[i] = new(any)
		}
		dest[columns-1] = &line
		if err := rows.Scan(dest...); err != nil {
			return "", err
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n"), rows.Err()
}

// asJSON makes a text that the engine takes for a JSON column.
func asJSON(d dialect, text string) string {
	if d.name() == "postgres" {
		return "CAST(" + text + " AS JSONB)"
	}
	return text
}
