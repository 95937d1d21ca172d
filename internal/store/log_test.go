package store

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roster/internal/identity"
)

func TestLogEntriesByFilter(t *testing.T) {
	t.Parallel()
	entries := []LogEntry{
		{RequestID: "1", Time: at, DirectoryID: testDirectory, Level: "info", Operation: "user.create", Resource: "USER", SCIMID: "u1", AccountID: "a1", HTTPStatus: 201, Message: "created", Actor: "token"},
		{RequestID: "2", Time: at.Add(time.Second), DirectoryID: testDirectory, Level: "error", Resource: "USER", SCIMID: "u2", OtherSCIMID: "u1", OtherAccountID: "a1", HTTPStatus: 409, SCIMType: "uniqueness", Name: "Ada", Message: "taken", Hint: "repair"},
		{RequestID: "3", Time: at.Add(2 * time.Second), Level: "warning", Resource: "GROUP", ExternalID: "50%_x", Name: "ÖDÖN", Message: `back\slash`},
	}
	tests := []struct {
		name   string
		filter LogFilter
		want   []string
	}{
		{"all", LogFilter{}, []string{"3", "2", "1"}},
		{"from", LogFilter{From: at.Add(time.Second)}, []string{"3", "2"}},
		{"to", LogFilter{To: at.Add(time.Second)}, []string{"1"}},
		{"directory", LogFilter{DirectoryID: testDirectory}, []string{"2", "1"}},
		{"level", LogFilter{Level: "error"}, []string{"2"}},
		{"status", LogFilter{HTTPStatus: 201}, []string{"1"}},
		{"resource", LogFilter{Resource: "GROUP"}, []string{"3"}},
		{"either account", LogFilter{AccountID: "a1"}, []string{"2", "1"}},
		{"either record", LogFilter{SCIMID: "u1"}, []string{"2", "1"}},
		{"name in any case", LogFilter{Text: "aDA"}, []string{"2"}},
		{"a name as it stands, beyond ASCII", LogFilter{Text: "ÖDÖN"}, []string{"3"}},
		{"hint", LogFilter{Text: "repair"}, []string{"2"}},
		{"a percent sign is itself", LogFilter{Text: "0%_X"}, []string{"3"}},
		{"and matches nothing else", LogFilter{Text: "c%d"}, nil},
		{"so is a backslash", LogFilter{Text: `k\s`}, []string{"3"}},
		{"several", LogFilter{Level: "error", Resource: "USER", From: at, Text: "taken", SCIMID: "u2"}, []string{"2"}},
	}
	forEachEngine(t, func(t *testing.T, s *Store) {
		tenants(t, s)
		for _, entry := range entries {
			entry.OrgID, entry.ID = testOrg, identity.NewEntryID(entry.Time)
			s.now = func() time.Time { return entry.Time }
			update(t, s, func(tx *Tx) error { return tx.InsertLogEntry(entry) })
		}
		view(t, s, func(tx *Tx) error {
			for _, test := range tests {
				got, _, err := tx.LogEntries(testOrg, test.filter, Page{})
				if diff := cmp.Diff(test.want, textsOf(got, func(e LogEntry) string { return e.RequestID })); diff != "" || err != nil {
					t.Errorf("%s: error %v, entries (-want +got):\n%s", test.name, err, diff)
				}
			}
			return nil
		})
	})
}

func TestLogsComeBack(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, s *Store) {
		s.now = func() time.Time { return at }
		tenants(t, s)
		entry := LogEntry{
			OrgID: testOrg, ID: "1", Time: at, DirectoryID: testDirectory, Level: "error", Operation: "user.update", Resource: "USER", SCIMID: "u1", ExternalID: "e1", Name: "Ada",
			AccountID: "a1", OtherSCIMID: "u2", OtherAccountID: "a2", HTTPStatus: 409, SCIMType: "uniqueness", Message: "m", Hint: "h", RequestID: "r", Actor: "t",
		}
		audit := AuditEntry{OrgID: testOrg, ID: "1", Time: at, Action: "unlink", Actor: "key", ActorID: "key_1", IP: "192.0.2.1", Target: "u1", Before: `{"a":1}`, After: `{}`, RequestID: "r"}
		update(t, s, func(tx *Tx) error {
			if err := tx.InsertLogEntry(entry); err != nil {
				return err
			}
			return tx.InsertAuditEntry(audit)
		})
		view(t, s, func(tx *Tx) error {
			stored(t, "log entry", []LogEntry{entry}, func() ([]LogEntry, error) {
				got, _, err := tx.LogEntries(testOrg, LogFilter{}, Page{})
				return got, err
			})
			stored(t, "audit entry", []AuditEntry{audit}, func() ([]AuditEntry, error) {
				got, _, err := tx.AuditEntries(testOrg, AuditFilter{}, NewestFirst, Page{})
				return got, err
			})
			return nil
		})
	})
}

// The detail of an entry is read with the entry alone, and goes with it.
func TestLogDetails(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, s *Store) {
		s.now = func() time.Time { return at }
		tenants(t, s)
		first, second := identity.FirstEntryID(at), identity.FirstEntryID(at.Add(time.Millisecond))
		plain := LogEntry{OrgID: testOrg, ID: first, Time: at, Level: "info", Operation: "user.get", Resource: "USER"}
		detailed := LogEntry{OrgID: testOrg, ID: second, Time: at, Level: "error", Operation: "user.update", Resource: "USER", Detail: LogDetail{"GET /x", "404", `[{"path":"title"}]`}}
		update(t, s, func(tx *Tx) error {
			if err := tx.InsertLogEntry(plain); err != nil {
				return err
			}
			return tx.InsertLogEntry(detailed)
		})
		view(t, s, func(tx *Tx) error {
			stored(t, "without", plain, func() (LogEntry, error) { return tx.LogEntry(testOrg, first) })
			stored(t, "with", detailed, func() (LogEntry, error) { return tx.LogEntry(testOrg, second) })
			if _, err := tx.LogEntry("org-2", second); !errors.Is(err, ErrNotFound) {
				t.Errorf("another org's entry: %v", err)
			}
			return nil
		})
		update(t, s, func(tx *Tx) error {
			if n, err := tx.DeleteOldLogEntries(testOrg, at.Add(time.Hour), 10); n != 2 || err != nil {
				t.Errorf("%d entries deleted, %v", n, err)
			}
			stored(t, "details left", nil, func() ([]string, error) { return all(tx, column[string], `SELECT entry_id FROM log_detail`) })
			return nil
		})
	})
}

// A text that is rare is found on a later page: no page looks at the whole log.
func TestLogIsSearchedWindowByWindow(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, s *Store) {
		tenants(t, s)
		const behind = 50 // entries that the first look does not reach
		update(t, s, func(tx *Tx) error {
			_, err := tx.exec(`INSERT INTO log_entry (org_id, id, time, level, operation, resource, http_status, scim_type, message, hint, request_id, actor)
				WITH RECURSIVE number(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < $1)
				SELECT 'org-1', 'e' || CAST(100000 + i AS TEXT), 0, 'info', 'op', 'USER', 200, '', CASE i % 5000 WHEN 7 THEN 'rare' ELSE 'usual' END, '', '', '' FROM number`, logWindow+behind)
			return err
		})
		var found []string
		var sizes []int
		for after, more := "", true; more; more = after != "" {
			view(t, s, func(tx *Tx) error {
				rows, next, err := tx.LogEntries(testOrg, LogFilter{Text: "RARE"}, Page{After: after, Limit: 100})
				found = append(found, textsOf(rows, func(e LogEntry) string { return string(e.ID) })...)
				sizes = append(sizes, len(rows))
				after = next
				return err
			})
		}
		if diff := cmp.Diff([]string{"e110007", "e105007", "e100007"}, found); diff != "" {
			t.Errorf("found (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]int{2, 1}, sizes); diff != "" {
			t.Errorf("entries by page (-want +got):\n%s", diff)
		}
	})
}
