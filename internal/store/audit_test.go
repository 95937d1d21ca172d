package store

import (
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/identity"
)

// A search that no index serves looks at a part of the log at a time, and
// finds everything in the end.
func TestAuditSearchGoesOnBehindItsWindow(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, s *Store) {
		tenants(t, s)
		const behind = 50 // entries that the first look does not reach
		numbers := `WITH RECURSIVE number(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < $1) `
		update(t, s, func(tx *Tx) error {
			_, err := tx.exec(`INSERT INTO audit_entry (`+auditColumns+`) `+numbers+
				`SELECT 'org-1', 'e' || CAST(100000 + i AS TEXT), 0, CASE i % 5000 WHEN 7 THEN 'rare' ELSE 'usual' END, 'Ann', 'acct_1', '{}', '{}', '', '', '' FROM number`, auditWindow+behind)
			return err
		})
		for _, order := range []AuditOrder{NewestFirst, OldestFirst} {
			var found []string
			pages, after := 0, ""
			for {
				var rows []AuditEntry
				var next string
				view(t, s, func(tx *Tx) (err error) {
					rows, next, err = tx.AuditEntries(testOrg, AuditFilter{Text: "RARE"}, order, Page{After: after, Limit: 100})
					return err
				})
				pages++
				for _, e := range rows {
					found = append(found, string(e.ID))
				}
				if after = next; next == "" {
					break
				}
			}
			want := []string{"e110007", "e105007", "e100007"}
			if order == OldestFirst {
				want = []string{"e100007", "e105007", "e110007"}
			}
			if diff := cmp.Diff(want, found); diff != "" || pages != 2 {
				t.Errorf("order %v, %d pages; found (-want +got):\n%s", order, pages, diff)
			}
		}
	})
}

func TestAuditFilters(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, s *Store) {
		tenants(t, s)
		update(t, s, func(tx *Tx) error {
			for i, e := range []AuditEntry{
				{Action: "group_created", ActorID: "key_1", Actor: "API key ops (key_1)", IP: "192.0.2.1", Target: "g1", After: `{"name":"Staff"}`},
				{Action: "account_created", ActorID: "key_1", IP: "192.0.2.2", Target: "a1", After: `{"email":"ann@x.example"}`},
				{Action: "group_deleted", ActorID: "key_2", IP: "192.0.2.1", Target: "g1", Before: `{"name":"100%"}`},
			} {
				e.OrgID, e.ID = testOrg, identity.EntryID(strconv.Itoa(i+1))
				if err := tx.InsertAuditEntry(e); err != nil {
					return err
				}
			}
			return nil
		})
		tests := []struct {
			name   string
			filter AuditFilter
			want   string
		}{
			{"all", AuditFilter{}, "321"},
			{"action", AuditFilter{Actions: []string{"group_created"}}, "1"},
			{"actions", AuditFilter{Actions: []string{"group_created", "group_deleted"}}, "31"},
			{"actor", AuditFilter{Actors: []string{"key_1"}}, "21"},
			{"actor and action", AuditFilter{Actors: []string{"key_1"}, Actions: []string{"group_created"}}, "1"},
			{"actors and addresses", AuditFilter{Actors: []string{"key_1", "key_2"}, IPs: []string{"192.0.2.1", "192.0.2.3"}}, "31"},
			{"address", AuditFilter{IPs: []string{"192.0.2.2"}}, "2"},
			{"target", AuditFilter{Target: "g1"}, "31"},
			{"text in what was after", AuditFilter{Text: "STAFF"}, "1"},
			{"text in the actor", AuditFilter{Text: "ops"}, "1"},
			{"text with a wildcard", AuditFilter{Text: "0%"}, "3"},
			{"text and target", AuditFilter{Text: "x.example", Target: "g1"}, ""},
			{"nothing", AuditFilter{Actions: []string{"none"}}, ""},
		}
		for _, test := range tests {
			var got []byte
			view(t, s, func(tx *Tx) error {
				rows, _, err := tx.AuditEntries(testOrg, test.filter, NewestFirst, Page{})
				for _, e := range rows {
					got = append(got, e.ID...)
				}
				return err
			})
			if diff := cmp.Diff(test.want, string(got)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", test.name, diff)
			}
		}
	})
}
