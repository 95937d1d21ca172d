package store

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"roster/internal/scim"
)

// TestSortsAsTheReferenceDoes compares lists of either type, and of both
// together, with an order made in memory: by every attribute, both ways, under
// random filters, in one page and in many, by place and by offset.
func TestSortsAsTheReferenceDoes(t *testing.T) {
	t.Parallel()
	kinds := [][]*scim.ResourceType{{richType}, {scim.GroupType()}, {richType, scim.GroupType()}}
	forEachEngine(t, func(t *testing.T, s *Store) {
		g := newGenerator(2)
		docs := g.populate(t, s)
		for _, types := range kinds {
			for i, name := range g.sortable(types) {
				q := g.sortedList(types, name, i%2 == 1)
				view(t, s, func(tx *Tx) error {
					want := inMemory(q, docs)
					for _, got := range [][]string{wholeList(t, tx, q), walkByPlace(t, tx, q), walkByOffset(t, tx, q)} {
						if diff := gocmp.Diff(want, got); diff != "" {
							t.Errorf("%s, descending %t, filter %s (-memory +SQL):\n%s", name, q.Descending, show(q.Parts[0].Filter), diff)
						}
					}
					return nil
				})
			}
		}
	})
}

// sortedBy is a list in another order.
func sortedBy(q ListQuery, attribute string, descending bool) ListQuery {
	types := make([]*scim.ResourceType, len(q.Parts))
	for i, p := range q.Parts {
		types[i] = p.Type
	}
	parsed, err := scim.ParseListQuery(types, url.Values{"sortBy": {attribute}}, scim.DefaultLimits, 1)
	if err != nil {
		panic(err)
	}
	parts := slices.Clone(q.Parts)
	for i := range parts {
		parts[i].Sort = parsed.Parts[i].Sort
	}
	q.Parts, q.Sorted, q.Descending = parts, true, descending
	return q
}

// sortable are the attributes that lists of some types can be sorted by.
func (g generator) sortable(types []*scim.ResourceType) []string {
	var names []string
	for _, rt := range types {
		for _, p := range g.paths(rt) {
			name := p.String()
			_, err := scim.ParseListQuery(types, url.Values{"sortBy": {name}}, scim.DefaultLimits, 1)
			if err == nil && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// sortedList is a list under a filter that is random, and empty for the second
// of several types.
func (g generator) sortedList(types []*scim.ResourceType, name string, descending bool) ListQuery {
	q := ListQuery{Limit: 100}
	for i, rt := range types {
		part := ListPart{Type: rt}
		if i == 0 && g.chance(70) {
			part.Filter = g.filter(rt)
		}
		q.Parts = append(q.Parts, part)
	}
	return sortedBy(q, name, descending)
}

// standing is where a resource stands in the order made in memory.
type standing struct {
	id       string
	assigned bool
	key      string
}

func inMemory(q ListQuery, docs map[string]map[string]scim.Value) []string {
	var list []standing
	for _, p := range q.Parts {
		for id, doc := range docs[p.Type.ID] {
			if p.Filter != nil && !scim.Match(p.Filter, doc) {
				continue
			}
			key, assigned := sortValue(p.Sort, doc)
			list = append(list, standing{id, assigned, key})
		}
	}
	slices.SortFunc(list, func(a, b standing) int {
		if a.assigned != b.assigned {
			return map[bool]int{true: -1, false: 1}[a.assigned]
		}
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.id, b.id))
	})
	if q.Descending {
		slices.Reverse(list)
	}
	return textsOf(list, func(s standing) string { return s.id })
}

// sortValue is what a document is sorted by, as a text that sorts like it.
func sortValue(s scim.Sort, doc scim.Value) (key string, assigned bool) {
	if s.IsZero() {
		return "", false
	}
	v, leaf := doc, s.Attr
	if s.Path.URN != "" {
		v, _ = v.Get(s.Path.URN)
	}
	v, _ = v.Get(s.Attr.Name)
	if s.Attr.MultiValued {
		v = firstOf(v.Items())
	}
	if s.Sub != nil {
		v, _ = v.Get(s.Sub.Name)
		leaf = s.Sub
	}
	if v.IsUnassigned() {
		return "", false
	}
	switch leaf.Type {
	case scim.AttrBoolean:
		return strconv.FormatBool(v.Truth()), true
	case scim.AttrInteger, scim.AttrDecimal:
		number, err := strconv.ParseFloat(v.NumberText(), 64)
		if err != nil {
			panic(err)
		}
		return fmt.Sprintf("%012.3f", 1000+number), true
	case scim.AttrDateTime:
		at, err := time.Parse(time.RFC3339Nano, v.Str())
		if err != nil {
			panic(err)
		}
		return scim.FormatTime(at), true
	default:
	}
	text := v.Str()
	if !leaf.CaseExact {
		text = scim.Fold(text)
	}
	if isWhole := s.Path.String() == "userName" || s.Path.String() == "externalId"; !isWhole {
		text = firstRunes(text, sortedRunes)
	}
	return text, true
}

// firstOf is the primary element, else the first.
func firstOf(items []scim.Value) scim.Value {
	for _, item := range items {
		if primary, _ := item.Get("primary"); primary.Truth() {
			return item
		}
	}
	if len(items) == 0 {
		return scim.Null()
	}
	return items[0]
}

func wholeList(t *testing.T, tx *Tx, q ListQuery) []string {
	t.Helper()
	ids, total, err := listIDs(tx, q)
	if err != nil || total != len(ids) {
		t.Fatalf("total %d of %d, error %v", total, len(ids), err)
	}
	return ids
}

func walkByPlace(t *testing.T, tx *Tx, q ListQuery) []string {
	t.Helper()
	var ids []string
	for q.Limit = 5; ; {
		page, err := tx.ListSCIM(testDirectory, q)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, textsOf(page.Rows, ListedRow.ID)...)
		if !page.More {
			return ids
		}
		q.After = &page.Rows[len(page.Rows)-1].Place
	}
}

// walkByOffset forgets where it was before every other page.
func walkByOffset(t *testing.T, tx *Tx, q ListQuery) []string {
	t.Helper()
	var ids []string
	for q.Limit = 7; ; q.Offset += q.Limit {
		if q.Offset%(2*q.Limit) == 0 {
			tx.positions = newPositions()
		}
		page, total, err := listIDs(tx, q)
		if err != nil {
			t.Fatal(err)
		}
		if ids = append(ids, page...); len(page) < q.Limit {
			if total != len(ids) {
				t.Errorf("the total is %d of %d", total, len(ids))
			}
			return ids
		}
	}
}

// TestWalkWhileOthersComeAndGo walks lists by place while others are created,
// changed and deleted: who stays as he is, is seen exactly once.
func TestWalkWhileOthersComeAndGo(t *testing.T) {
	t.Parallel()
	both := ListQuery{Limit: 7, Parts: []ListPart{{Type: scim.UserType()}, {Type: scim.GroupType()}}}
	lists := map[string]ListQuery{
		"by id":              both,
		"by displayName":     sortedBy(both, "displayName", false),
		"by userName":        sortedBy(both, "userName", true),
		"by title":           sortedBy(both, "title", false),
		"by title, downward": sortedBy(both, "title", true),
		"by last change":     sortedBy(both, "meta.lastModified", true),
		"filtered":           {Limit: 3, Parts: []ListPart{{Type: scim.UserType(), Filter: bind(scim.UserType(), `emails[type eq "work"]`)}}},
	}
	forEachEngine(t, func(t *testing.T, s *Store) {
		tenants(t, s)
		var stay []string
		update(t, s, func(tx *Tx) error {
			stay = nil
			for i := range 40 {
				u, g := titled("stay", i), plainGroup(testDirectory, fmt.Sprintf("stay%02d", i))
				stay = append(stay, string(u.ID), string(g.ID))
				if err := tx.InsertSCIMUser(u); err != nil {
					return err
				}
				if err := tx.InsertSCIMGroup(g); err != nil {
					return err
				}
			}
			return nil
		})
		slices.Sort(stay)
		stop := make(chan struct{})
		var churn sync.WaitGroup
		for caller := range 2 {
			churn.Go(func() {
				for i := 0; ; i = (i + 1) % 30 {
					select {
					case <-stop:
						return
					default:
						update(t, s, func(tx *Tx) error { return comeOrGo(tx, titled(strconv.Itoa(caller), i)) })
					}
				}
			})
		}
		for name, q := range lists {
			want := stay
			if len(q.Parts) == 1 {
				want = slices.DeleteFunc(slices.Clone(stay), func(id string) bool { return strings.HasPrefix(id, "group") })
			}
			for range 3 {
				got := slices.DeleteFunc(walkInPages(t, s, q), func(id string) bool { return !slices.Contains(stay, id) })
				slices.Sort(got)
				if diff := gocmp.Diff(want, got); diff != "" {
					t.Errorf("%s: who stayed (-want +got):\n%s", name, diff)
				}
			}
		}
		close(stop)
		churn.Wait()
	})
}

// titled is a user whose id and names are spread over the lists; every other
// has a title, which some share.
func titled(prefix string, i int) SCIMUser {
	u := plainUser(testDirectory, fmt.Sprintf("%02d%s", i, prefix))
	if i%2 == 0 {
		doc := scim.Object(append(decode(string(u.Doc)).Members(), scim.Member{Name: "title", Value: scim.String(strconv.Itoa(i % 5))})...)
		email := u.Email
		u = userOf(testDirectory, string(u.ID), doc)
		u.Email = email
	}
	return u
}

// comeOrGo creates a user, changes it the next time, and then deletes it.
func comeOrGo(tx *Tx, u SCIMUser) error {
	old, err := tx.SCIMUsersByID(testDirectory, []string{string(u.ID)})
	switch {
	case err != nil:
		return err
	case len(old) == 0:
		return tx.InsertSCIMUser(u)
	case old[0].Version == 1:
		return tx.UpdateSCIMUser(u)
	default:
		return tx.DeleteSCIMUser(u)
	}
}

// walkInPages walks a list by place, each page in a transaction of its own.
func walkInPages(t *testing.T, s *Store, q ListQuery) []string {
	t.Helper()
	var ids []string
	for {
		var page ListPage
		view(t, s, func(tx *Tx) (err error) {
			page, err = tx.ListSCIM(testDirectory, q)
			return err
		})
		ids = append(ids, textsOf(page.Rows, ListedRow.ID)...)
		if !page.More {
			return ids
		}
		q.After = &page.Rows[len(page.Rows)-1].Place
	}
}

func TestSortRefuses(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, s *Store) {
		tenants(t, s)
		threeUsers(t, s)
		crowd := func(n int64) {
			update(t, s, func(tx *Tx) error {
				tx.count(testDirectory, CountUsers, n)
				return nil
			})
		}
		ask := func(q ListQuery) (refused string) {
			view(t, s, func(tx *Tx) error {
				_, err := tx.ListSCIM(testDirectory, q)
				if err != nil {
					refused = err.Error()
				}
				return nil
			})
			return refused
		}
		if got := ask(sortedBy(usersBy(""), "meta.location", false)); !strings.HasPrefix(got, "invalidValue") {
			t.Errorf("by meta.location: %q, want invalidValue", got)
		}
		crowd(MaxSorted) // as if the directory had so many more
		if got := ask(sortedBy(usersBy(""), "title", false)); !strings.HasPrefix(got, "tooMany") {
			t.Errorf("a crowd by title: %q, want tooMany", got)
		}
		for name, q := range map[string]ListQuery{
			"a few of a crowd by title": sortedBy(usersBy(`userName co "d"`), "title", false),
			"a crowd by userName":       sortedBy(usersBy(""), "userName", false),
		} {
			if got := ask(q); got != "" {
				t.Errorf("%s: %q", name, got)
			}
		}
		crowd(-MaxSorted)
	})
}

func TestServerKey(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, s *Store) {
		view(t, s, func(tx *Tx) error {
			if _, err := tx.ServerKey(ServerKeyCursor); err == nil {
				t.Error("there is a key before it was made")
			}
			return nil
		})
		var keys [2][]byte
		for i := range keys {
			update(t, s, func(tx *Tx) (err error) {
				keys[i], err = tx.MakeServerKey(ServerKeyCursor)
				return err
			})
		}
		if len(keys[0]) != serverKeyBytes || !slices.Equal(keys[0], keys[1]) {
			t.Errorf("two servers have the keys %x and %x", keys[0], keys[1])
		}
	})
}
