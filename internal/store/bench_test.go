//go:build unix

package store

import (
	"database/sql"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"roster/internal/identity"
)

// BenchmarkUpdateDurable creates linked users from 1, 16 and 64 goroutines:
// an account, a record, its link and a log entry, durable when answered.
// Compare it to BenchmarkRawInsert, the rate at which the disk takes one row.
func BenchmarkUpdateDurable(b *testing.B) {
	for _, callers := range []int{1, 16, 64} {
		b.Run(strconv.Itoa(callers), func(b *testing.B) {
			s := newSQLite(b)
			tenants(b, s)
			var next atomic.Int64
			cpu := cpuTime(b)
			b.ResetTimer()
			var group sync.WaitGroup
			for range callers {
				group.Go(func() {
					for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
						if err := s.Update(b.Context(), func(tx *Tx) error { return create(tx, strconv.FormatInt(n, 10)) }); err != nil {
							b.Error(err)
						}
					}
				})
			}
			group.Wait()
			b.ReportMetric(float64((cpuTime(b)-cpu).Microseconds())/float64(b.N), "cpu-µs/op")
		})
	}
}

// create does what a directory's POST of a new person writes.
func create(tx *Tx, name string) error {
	if _, err := tx.OpenDirectory(testDirectory); err != nil {
		return err
	}
	account, err := tx.InsertAccountIfFree(plainAccount(name))
	if err != nil {
		return err
	}
	user := plainUser(testDirectory, name)
	err = tx.InsertLinkedSCIMUser(user, Link{OrgID: testOrg, DirectoryID: testDirectory, SCIMUserID: user.ID, AccountID: account.ID, CreatedBy: "bench"})
	if err != nil {
		return err
	}
	return tx.InsertLogEntry(LogEntry{
		OrgID: testOrg, ID: identity.EntryID(identity.NewUUID()), DirectoryID: testDirectory, Level: "info", Operation: "user.create", Resource: "USER",
		SCIMID: string(user.ID), Name: user.UserName, AccountID: account.ID, HTTPStatus: 201, Message: "Created.", RequestID: name, Actor: "bench",
	})
}

// BenchmarkRawInsert is one row and one commit at a time, past this package.
func BenchmarkRawInsert(b *testing.B) {
	db, err := sql.Open("sqlite", sqliteDSN(filepath.Join(b.TempDir(), "raw.db"), sqliteWriterPragmas))
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			b.Error(err)
		}
	}()
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(b.Context(), "CREATE TABLE raw (id TEXT PRIMARY KEY, doc TEXT) WITHOUT ROWID"); err != nil {
		b.Fatal(err)
	}
	doc := string(plainUser(testDirectory, "ada").Doc)
	cpu := cpuTime(b)
	b.ResetTimer()
	for n := range b.N {
		if _, err := db.ExecContext(b.Context(), "INSERT INTO raw VALUES ($1, $2)", strconv.Itoa(n), doc); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64((cpuTime(b)-cpu).Microseconds())/float64(b.N), "cpu-µs/op")
}

// cpuTime is what the process has used of the processors.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// BenchmarkAddMember adds one user to, and takes it from, groups of 10 and of
// 100,000 members: the costs should be alike.
func BenchmarkAddMember(b *testing.B) {
	for _, size := range []int{10, 100_000} {
		b.Run(strconv.Itoa(size), func(b *testing.B) {
			s := newSQLite(b)
			tenants(b, s)
			fill(b, s, size+1)
			update(b, s, func(tx *Tx) error {
				_, err := tx.exec(`INSERT INTO scim_group_member (directory_id, group_id, user_id) SELECT directory_id, 'group-1', id FROM scim_user WHERE id <> 'user-2' AND id <> 'user-1'`)
				return err
			})
			users := []identity.SCIMUserID{"user-2"}
			update(b, s, func(tx *Tx) error { // one commit: the disk is not measured
				b.ResetTimer()
				for range b.N {
					added, _, err := tx.AddMembers(testDirectory, "group-1", users)
					if err != nil || added != 1 {
						b.Fatal(added, err)
					}
					if _, err := tx.RemoveMembers(testDirectory, "group-1", users); err != nil {
						return err
					}
				}
				b.StopTimer()
				return nil
			})
		})
	}
}

// BenchmarkListDeepPage reads a page of 100 users at the front and 90 % into a
// directory of 50,000, by offset as a walk leads there.
func BenchmarkListDeepPage(b *testing.B) {
	s := newSQLite(b)
	tenants(b, s)
	fill(b, s, 50_000)
	lists := map[string]ListQuery{
		"all":                    usersBy(""),
		"filter":                 usersBy(`userName sw "user-"`),
		"sort=userName":          sortedBy(usersBy(""), "userName", false),
		"sort=userName,down":     sortedBy(usersBy(""), "userName", true),
		"sort=displayName":       sortedBy(usersBy(""), "displayName", false),
		"sort=externalId":        sortedBy(usersBy(""), "externalId", true),
		"sort=meta.lastModified": sortedBy(usersBy(""), "meta.lastModified", false),
		"sort=emails":            sortedBy(usersBy(""), "emails", false), // without an index
	}
	for _, name := range slices.Sorted(maps.Keys(lists)) {
		for _, offset := range []int{0, 45_000} {
			b.Run(fmt.Sprintf("%s/offset=%d", name, offset), func(b *testing.B) {
				q := lists[name]
				q.NoTotal = true // counting what a filter selects means to look at all of it
				page := func(tx *Tx) error {
					found, err := tx.ListSCIM(testDirectory, q)
					if err != nil {
						return err
					}
					users, err := tx.SCIMUsersByID(testDirectory, textsOf(found.Rows, ListedRow.ID))
					if len(users) != 100 {
						b.Fatalf("%d users on the page", len(users))
					}
					return err
				}
				q.Offset = max(0, offset-100)
				view(b, s, page) // of the walk: the page before
				q.Offset = offset
				for b.Loop() {
					view(b, s, page)
				}
			})
		}
	}
}
