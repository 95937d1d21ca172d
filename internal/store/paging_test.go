package store

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roster/internal/identity"
	"roster/internal/scim"
)

// TestPagesHoldEverythingOnce walks each list two rows at a time.
func TestPagesHoldEverythingOnce(t *testing.T) {
	t.Parallel()
	const rows = 5
	tests := []struct {
		name     string
		want     []string
		insert   func(tx *Tx, i int) error
		page     func(tx *Tx, p Page) ([]string, string, error)
		backward bool
	}{
		{"orgs", nil, func(tx *Tx, i int) error {
			_, err := tx.InsertOrg(Org{ID: identity.OrgID(fmt.Sprintf("paged-%d", i)), Name: "Org", Behaviour: identity.BehaviourSafe})
			return err
		}, func(tx *Tx, p Page) ([]string, string, error) {
			got, next, err := tx.Orgs(p)
			ids := textsOf(got, func(o Org) string { return string(o.ID) })
			return slices.DeleteFunc(ids, func(id string) bool { return id == "org-1" || id == "org-2" }), next, err
		}, false},
		{"directories", nil, func(tx *Tx, i int) error {
			_, err := tx.InsertDirectory(Directory{ID: identity.DirectoryID(fmt.Sprintf("paged-%d", i)), OrgID: "org-2", Name: strconv.Itoa(i), Kind: identity.KindOkta})
			return err
		}, func(tx *Tx, p Page) ([]string, string, error) {
			got, next, err := tx.Directories("org-2", p)
			ids := textsOf(got, func(d Directory) string { return string(d.ID) })
			return slices.DeleteFunc(ids, func(id string) bool { return id == "dir-2" }), next, err
		}, false},
		{"domains", nil, func(tx *Tx, i int) error {
			_, err := tx.InsertDomain(Domain{OrgID: testOrg, ID: identity.DomainID(fmt.Sprintf("paged-%d", i)), Name: fmt.Sprintf("%d.example", i)})
			return err
		}, func(tx *Tx, p Page) ([]string, string, error) {
			got, next, err := tx.Domains(testOrg, p)
			return textsOf(got, func(d Domain) string { return string(d.ID) }), next, err
		}, false},
		{"managed accounts", nil, func(tx *Tx, i int) error {
			a := plainAccount(strconv.Itoa(i))
			a.ID, a.Email = identity.AccountID(fmt.Sprintf("paged-%d", i)), identity.MustEmail(fmt.Sprintf("ada@%d.example", i))
			if _, err := tx.InsertAccount(a); err != nil {
				return err
			}
			return verifyDomain(tx, testOrg, identity.DomainID(fmt.Sprintf("paged-%d", i)))
		}, func(tx *Tx, p Page) ([]string, string, error) {
			got, next, err := tx.ManagedAccounts(testOrg, identity.Email{}, p)
			return textsOf(got, func(a Account) string { return string(a.ID) }), next, err
		}, false},
		{"unlinked users", nil, func(tx *Tx, i int) error {
			u := plainUser(identity.DirectoryID(fmt.Sprintf("dir-%d", 1+i%2)), strconv.Itoa(i))
			u.ID = identity.SCIMUserID(fmt.Sprintf("paged-%d", i))
			return tx.InsertSCIMUser(u)
		}, func(tx *Tx, p Page) ([]string, string, error) {
			got, next, err := tx.UnlinkedSCIMUsers(testOrg, "", p)
			return textsOf(got, func(u SCIMUser) string { return string(u.ID) }), next, err
		}, false},
		{"users of a directory", []string{"paged-0", "paged-2", "paged-4"}, nil, func(tx *Tx, p Page) ([]string, string, error) {
			got, next, err := tx.SCIMUsers(testDirectory, SCIMUserFilter{}, p)
			return textsOf(got, func(u SCIMUser) string { return string(u.ID) }), next, err
		}, false},
		{"holds", nil, func(tx *Tx, i int) error {
			return tx.InsertHold(Hold{OrgID: testOrg, DirectoryID: testDirectory, SCIMUserID: "paged-0", AccountID: identity.AccountID(fmt.Sprintf("paged-%d", i))})
		}, func(tx *Tx, p Page) ([]string, string, error) {
			got, next, err := tx.Holds(testOrg, p)
			return textsOf(got, func(h Hold) string { return string(h.AccountID) }), next, err
		}, false},
		{"tombstones", nil, func(tx *Tx, i int) error {
			return tx.InsertTombstone(Tombstone{
				OrgID: testOrg, DirectoryID: testDirectory, SCIMUserID: identity.SCIMUserID(fmt.Sprintf("paged-%d", i)), Doc: []byte(`{}`),
				CreatedAt: tx.Now(),
			})
		}, func(tx *Tx, p Page) ([]string, string, error) {
			got, next, err := tx.Tombstones(testOrg, "", p)
			return textsOf(got, func(u Tombstone) string { return string(u.SCIMUserID) }), next, err
		}, false},
		{"org groups", nil, func(tx *Tx, i int) error {
			_, err := tx.InsertOrgGroup(OrgGroup{OrgID: testOrg, ID: identity.OrgGroupID(fmt.Sprintf("paged-%d", i)), Name: strconv.Itoa(i), Source: identity.GroupLocal})
			return err
		}, func(tx *Tx, p Page) ([]string, string, error) {
			got, next, err := tx.OrgGroups(testOrg, p)
			return textsOf(got, func(g OrgGroup) string { return string(g.ID) }), next, err
		}, false},
		{"org groups by name", nil, func(tx *Tx, i int) error {
			_, err := tx.InsertOrgGroup(OrgGroup{OrgID: testOrg, ID: identity.OrgGroupID(fmt.Sprintf("named-%d", i)), Name: fmt.Sprintf("paged-%d", i), Source: identity.GroupLocal})
			return err
		}, func(tx *Tx, p Page) ([]string, string, error) {
			got, next, err := tx.OrgGroupsBeginning(testOrg, "pAGED", p)
			return textsOf(got, func(g OrgGroup) string { return g.Name }), next, err
		}, false},
		{"group members", nil, func(tx *Tx, i int) error {
			_, err := tx.AddLocalMember(testOrg, "paged-0", identity.AccountID(fmt.Sprintf("paged-%d", i)))
			return err
		}, func(tx *Tx, p Page) ([]string, string, error) {
			got, next, err := tx.GroupMembers(OrgGroup{OrgID: testOrg, ID: "paged-0", Source: identity.GroupLocal}, p)
			return textsOf(got, func(m GroupMember) string { return string(m.AccountID) }), next, err
		}, false},
		{"log entries", nil, func(tx *Tx, i int) error {
			return tx.InsertLogEntry(LogEntry{OrgID: testOrg, ID: identity.EntryID(fmt.Sprintf("paged-%d", i))})
		}, func(tx *Tx, p Page) ([]string, string, error) {
			got, next, err := tx.LogEntries(testOrg, LogFilter{}, p)
			return textsOf(got, func(e LogEntry) string { return string(e.ID) }), next, err
		}, true},
		{"audit entries", nil, func(tx *Tx, i int) error {
			return tx.InsertAuditEntry(AuditEntry{OrgID: testOrg, ID: identity.EntryID(fmt.Sprintf("paged-%d", i))})
		}, func(tx *Tx, p Page) ([]string, string, error) {
			got, next, err := tx.AuditEntries(testOrg, AuditFilter{}, NewestFirst, p)
			return textsOf(got, func(e AuditEntry) string { return string(e.ID) }), next, err
		}, true},
	}
	forEachEngine(t, func(t *testing.T, s *Store) {
		tenants(t, s)
		for _, test := range tests {
			want := test.want
			for i := range rows {
				if test.insert == nil {
					break
				}
				update(t, s, func(tx *Tx) error { return test.insert(tx, i) })
				want = append(want, fmt.Sprintf("paged-%d", i))
			}
			switch {
			case test.backward:
				slices.Reverse(want)
			case test.name == "unlinked users":
				want = []string{"paged-0", "paged-2", "paged-4"} // the others are of org-2
			}
			var got []string
			view(t, s, func(tx *Tx) error {
				for p := (Page{Limit: 2}); ; {
					page, next, err := test.page(tx, p)
					got = append(got, page...)
					if p.After = next; err != nil || next == "" {
						return err
					}
				}
			})
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", test.name, diff)
			}
		}
	})
}

func textsOf[T any](rows []T, text func(T) string) []string {
	var texts []string
	for _, row := range rows {
		texts = append(texts, text(row))
	}
	return texts
}

func TestPageSizeIsBounded(t *testing.T) {
	t.Parallel()
	for limit, want := range map[int]int{-1: MaxPage, 0: MaxPage, 1: 1, MaxPage: MaxPage, MaxPage + 1: MaxPage} {
		if got := (Page{Limit: limit}).size(); got != want {
			t.Errorf("limit %d gives %d rows, want %d", limit, got, want)
		}
	}
}

// TestWalkByStartIndex walks a list by offsets, as SCIM clients do, while
// others come and go between the pages: who stays is seen exactly once.
func TestWalkByStartIndex(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		filter  string
		between func(tx *Tx, page int) error
		want    []string
	}{
		{"nothing changes", "", nil, []string{"user-a0", "user-a1", "user-a2", "user-a3", "user-a4", "user-a5", "user-a6"}},
		{"filtered", `userName sw "a" and not (userName sw "a3")`, nil, []string{"user-a0", "user-a1", "user-a2", "user-a4", "user-a5", "user-a6"}},
		{
			"those before leave", "",
			func(tx *Tx, page int) error {
				return tx.DeleteSCIMUser(plainUser(testDirectory, fmt.Sprintf("a%d", 2*page)))
			},
			[]string{"user-a0", "user-a1", "user-a2", "user-a3", "user-a4", "user-a5", "user-a6"},
		},
		{
			"others come before", "",
			func(tx *Tx, page int) error {
				return tx.InsertSCIMUser(plainUser(testDirectory, fmt.Sprintf("a0%d", page)))
			},
			[]string{"user-a0", "user-a1", "user-a2", "user-a3", "user-a4", "user-a5", "user-a6"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			forEachEngine(t, func(t *testing.T, s *Store) {
				tenants(t, s)
				for i := range 7 {
					update(t, s, func(tx *Tx) error { return tx.InsertSCIMUser(plainUser(testDirectory, fmt.Sprintf("a%d", i))) })
				}
				q := usersBy(test.filter)
				q.Limit = 2
				var got []string
				for page := 0; ; page++ {
					var ids []string
					view(t, s, func(tx *Tx) (err error) {
						ids, _, err = listIDs(tx, q)
						return err
					})
					if len(ids) == 0 {
						break
					}
					got = append(got, ids...)
					q.Offset += len(ids)
					if test.between != nil && page < 3 {
						update(t, s, func(tx *Tx) error { return test.between(tx, page) })
					}
				}
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("users seen (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// TestListFromAnywhere asks for pages that no walk has led to.
func TestListFromAnywhere(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		filter string
		page   func(q *ListQuery)
		want   []string
		total  int
	}{
		{"the total only", "", func(q *ListQuery) { q.Limit = 0 }, nil, 3},
		{"in the midst", "", func(q *ListQuery) { q.Offset, q.Limit = 1, 1 }, []string{"user-bob"}, 3},
		{"behind the end", "", func(q *ListQuery) { q.Offset = 7 }, nil, 3},
		{"behind an id", "", func(q *ListQuery) { q.After = &scim.Place{ID: "user-ada"} }, []string{"user-bob", "user-cyd"}, 3},
		{"behind an id that left", "", func(q *ListQuery) { q.After, q.Limit = &scim.Place{ID: "user-b"}, 1 }, []string{"user-bob"}, 3},
		{"filtered", `userName pr`, func(q *ListQuery) { q.Offset = 2 }, []string{"user-cyd"}, 3},
		{"filtered, the total only", `userName pr`, func(q *ListQuery) { q.Limit = 0 }, nil, 3},
		{"filtered, behind an id", `userName pr`, func(q *ListQuery) { q.After = &scim.Place{ID: "user-bob"} }, []string{"user-cyd"}, 3},
		{"filtered, without the total", `userName pr`, func(q *ListQuery) { q.Limit, q.NoTotal = 1, true }, []string{"user-ada"}, -1},
		{"filtered, with a total that is known", `userName pr`, func(q *ListQuery) { q.Limit, q.NoTotal = 3, true }, []string{"user-ada", "user-bob", "user-cyd"}, 3},
		{"what the type lacks", `meta.resourceType eq "Group"`, func(*ListQuery) {}, nil, 0},
		{"sorted, in the midst", "", func(q *ListQuery) { *q = sortedBy(*q, "userName", true); q.Offset, q.Limit = 1, 1 }, []string{"user-bob"}, 3},
		{"sorted, behind those with a value", "", func(q *ListQuery) { *q = sortedBy(*q, "title", false); q.Offset = 1 }, []string{"user-bob", "user-cyd"}, 3},
		{"sorted, behind the end", "", func(q *ListQuery) { *q = sortedBy(*q, "title", true); q.Offset = 4 }, nil, 3},
	}
	forEachEngine(t, func(t *testing.T, s *Store) {
		tenants(t, s)
		threeUsers(t, s)
		for _, test := range tests {
			view(t, s, func(tx *Tx) error {
				q := usersBy(test.filter)
				test.page(&q)
				ids, total, err := listIDs(tx, q)
				if diff := cmp.Diff(test.want, ids); diff != "" || total != test.total {
					t.Errorf("%s: total %d, users (-want +got):\n%s", test.name, total, diff)
				}
				return err
			})
		}
	})
}

func TestPositionsAreForgotten(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	p := newPositions()
	p.note(listKey{1}, 100, scim.Place{ID: "x"}, now)
	tests := []struct {
		name   string
		list   listKey
		offset int
		at     time.Time
		want   bool
	}{
		{"the same", listKey{1}, 100, now.Add(positionLifetime), true},
		{"too old", listKey{1}, 100, now.Add(positionLifetime + 1), false},
		{"another list", listKey{2}, 100, now, false},
		{"another offset", listKey{1}, 101, now, false},
	}
	for _, test := range tests {
		if _, got := p.before(test.list, test.offset, test.at); got != test.want {
			t.Errorf("%s: known is %t", test.name, got)
		}
	}
	for i := range 3 * maxPositions {
		p.note(listKey{3}, i+1, scim.Place{ID: "y"}, now)
	}
	if got := len(p.recent) + len(p.older); got > maxPositions {
		t.Errorf("%d positions are kept, of at most %d", got, maxPositions)
	}
	if _, known := p.before(listKey{1}, 100, now); known {
		t.Error("what nobody uses is kept for ever")
	}
}
