package store

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roster/internal/identity"
	"roster/internal/scim"
)

// TestFiltersSelectAsMatchDoes compares SQL to the reference on random
// documents and filters.
func TestFiltersSelectAsMatchDoes(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, s *Store) { compareToMatch(t, s, 1, 1000) })
}

func compareToMatch(t *testing.T, s *Store, seed uint64, filters int) {
	t.Helper()
	g := newGenerator(seed)
	docs := g.populate(t, s)
	for _, rt := range []*scim.ResourceType{richType, scim.GroupType()} {
		hits := 0
		for range filters {
			f := g.filter(rt)
			want := matching(f, docs[rt.ID])
			hits += len(want)
			view(t, s, func(tx *Tx) error {
				got, total, err := listIDs(tx, listOf(rt, f))
				if diff := cmp.Diff(want, got); diff != "" || total != len(want) || err != nil {
					t.Fatalf("%s of %ss: total %d, error %v, ids (-Match +SQL):\n%s", show(f), rt.ID, total, err, diff)
				}
				return nil
			})
		}
		if hits < filters {
			t.Errorf("%d filters selected only %d %ss: they hardly test anything", filters, hits, rt.ID)
		}
	}
}

// matching gives the ids of the documents for which a filter holds, in order.
func matching(f scim.Filter, docs map[string]scim.Value) []string {
	var ids []string
	for id, doc := range docs {
		if scim.Match(f, doc) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// populate stores random users and groups and gives them as they would be
// answered, by resource type and id.
func (g generator) populate(t *testing.T, s *Store) map[string]map[string]scim.Value {
	t.Helper()
	const users, groups = 40, 8
	tenants(t, s)
	docs := map[string]map[string]scim.Value{"User": {}, "Group": {}}
	memberships := map[identity.SCIMGroupID][]identity.SCIMUserID{}
	for i := range groups {
		group := groupOf(testDirectory, fmt.Sprintf("group-%d", i), g.document(scim.GroupType(), scim.Member{Name: "displayName", Value: scim.String(fmt.Sprintf("%s %d", pick(g, randomTexts), i))}))
		update(t, s, func(tx *Tx) error { return tx.InsertSCIMGroup(group) })
		docs["Group"][string(group.ID)] = scim.Value{}
	}
	for i := range users {
		user := userOf(testDirectory, fmt.Sprintf("user-%d", i), g.document(richType, scim.Member{Name: "userName", Value: scim.String(fmt.Sprintf("%s %d", pick(g, randomTexts), i))}))
		at := time.Date(2026, 1, 1, 0, 0, i, i, time.UTC)
		s.now = func() time.Time { return at }
		update(t, s, func(tx *Tx) error { return g.insertUser(tx, user, i) })
		docs["User"][string(user.ID)] = scim.Value{}
		for id := range docs["Group"] {
			if g.chance(30) {
				memberships[identity.SCIMGroupID(id)] = append(memberships[identity.SCIMGroupID(id)], user.ID)
			}
		}
	}
	update(t, s, func(tx *Tx) error {
		for group, members := range memberships {
			if _, _, err := tx.AddMembers(testDirectory, group, members); err != nil {
				return err
			}
		}
		return nil
	})
	view(t, s, func(tx *Tx) error { return answers(tx, docs) })
	return docs
}

// insertUser stores a user; some are changed at once, some are linked.
func (g generator) insertUser(tx *Tx, u SCIMUser, i int) error {
	if err := tx.InsertSCIMUser(u); err != nil {
		return err
	}
	if g.chance(30) {
		changed := userOf(u.DirectoryID, string(u.ID), g.document(richType, scim.Member{Name: "userName", Value: scim.String(u.UserName)}))
		if err := tx.UpdateSCIMUser(changed); err != nil {
			return err
		}
	}
	if g.chance(50) {
		return nil
	}
	account, err := tx.InsertAccount(plainAccount(strconv.Itoa(i)))
	if err != nil {
		return err
	}
	return tx.InsertLink(Link{OrgID: testOrg, DirectoryID: u.DirectoryID, SCIMUserID: u.ID, AccountID: account.ID})
}

// answers fills in the documents as clients see them.
func answers(tx *Tx, docs map[string]map[string]scim.Value) error {
	users, err := tx.SCIMUsersByID(testDirectory, slices.Collect(maps.Keys(docs["User"])))
	if err != nil {
		return err
	}
	refs, err := tx.GroupsOfUsers(testDirectory, idsOf(users))
	if err != nil {
		return err
	}
	groupsOf := map[identity.SCIMUserID][]scim.Value{}
	for _, r := range refs {
		groupsOf[r.UserID] = append(groupsOf[r.UserID], reference(string(r.GroupID), r.Display, "direct"))
	}
	for _, u := range users {
		doc := answer(u.Doc, "User", string(u.ID), u.Schemas, u.Version, u.CreatedAt, u.ModifiedAt, scim.Member{Name: "groups", Value: scim.Array(groupsOf[u.ID]...)})
		if u.AccountID != "" {
			doc = scim.Object(append(doc.Members(), scim.Member{Name: scim.AccountURN, Value: scim.Object(scim.Member{Name: "atlassianAccountId", Value: scim.String(string(u.AccountID))})})...)
		}
		docs["User"][string(u.ID)] = doc
	}
	groups, err := tx.SCIMGroupsByID(testDirectory, slices.Collect(maps.Keys(docs["Group"])))
	if err != nil {
		return err
	}
	for _, g := range groups {
		members, err := tx.Members(testDirectory, g.ID)
		if err != nil {
			return err
		}
		var refs []scim.Value
		for _, m := range members {
			refs = append(refs, reference(string(m.UserID), m.Display, "User"))
		}
		docs["Group"][string(g.ID)] = answer(g.Doc, "Group", string(g.ID), g.Schemas, g.Version, g.CreatedAt, g.ModifiedAt, scim.Member{Name: "members", Value: scim.Array(refs...)})
	}
	return nil
}

func idsOf(users []SCIMUser) []identity.SCIMUserID {
	ids := make([]identity.SCIMUserID, len(users))
	for i, u := range users {
		ids[i] = u.ID
	}
	return ids
}

func reference(value, display, kind string) scim.Value {
	return scim.Object(
		scim.Member{Name: "value", Value: scim.String(value)}, scim.Member{Name: "display", Value: scim.String(display)}, scim.Member{Name: "type", Value: scim.String(kind)},
	)
}

func answer(doc []byte, kind, id string, schemas []string, version int64, created, modified time.Time, extra scim.Member) scim.Value {
	var urns []scim.Value
	for _, urn := range schemas {
		urns = append(urns, scim.String(urn))
	}
	meta := scim.Object(
		scim.Member{Name: "resourceType", Value: scim.String(kind)},
		scim.Member{Name: "created", Value: scim.String(scim.FormatTime(created))},
		scim.Member{Name: "lastModified", Value: scim.String(scim.FormatTime(modified))},
		scim.Member{Name: "version", Value: scim.String(`W/"` + strconv.FormatInt(version, 10) + `"`)},
	)
	return scim.Object(append(decode(string(doc)).Members(),
		scim.Member{Name: "schemas", Value: scim.Array(urns...)}, scim.Member{Name: "id", Value: scim.String(id)}, scim.Member{Name: "meta", Value: meta}, extra)...)
}

func TestFiltersCompareNumbersAsNumbers(t *testing.T) {
	t.Parallel()
	age := &scim.Attribute{Name: "age", Type: scim.AttrInteger}
	tests := []struct {
		op    scim.CompareOp
		value string
		want  []string
	}{
		{scim.Eq, "10", []string{"user-10"}},
		{scim.Eq, "1e1", []string{"user-10"}},
		{scim.Gt, "9", []string{"user-10"}},
		{scim.Le, "9.5", []string{"user--2", "user-9"}},
		{scim.Ne, "9", []string{"user--2", "user-10"}},
	}
	forEachEngine(t, func(t *testing.T, s *Store) {
		tenants(t, s)
		update(t, s, func(tx *Tx) error {
			for _, n := range []string{"10", "9", "-2"} {
				u := plainUser(testDirectory, n)
				u.Folded = []byte(`{"age":` + n + `}`)
				if err := tx.InsertSCIMUser(u); err != nil {
					return err
				}
			}
			return tx.InsertSCIMUser(plainUser(testDirectory, "ageless"))
		})
		for _, test := range tests {
			view(t, s, func(tx *Tx) error {
				f := scim.Compare{Path: scim.AttrPath{Attr: "age"}, Op: test.op, Value: scim.Number(test.value), Attr: age}
				got, _, err := listIDs(tx, listOf(scim.UserType(), f))
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("age %s %s (-want +got):\n%s", test.op, test.value, diff)
				}
				return err
			})
		}
	})
}

func TestFilterRefusesWhatOnlyHTTPKnows(t *testing.T) {
	t.Parallel()
	tests := []struct {
		filter string
		rt     *scim.ResourceType
	}{
		{`meta.location eq "https://roster.example/Users/1"`, scim.UserType()},
		{`groups[$ref co "1"]`, scim.UserType()},
		{`members.$ref eq "https://roster.example/Users/1"`, scim.GroupType()},
	}
	forEachEngine(t, func(t *testing.T, s *Store) {
		for _, test := range tests {
			view(t, s, func(tx *Tx) error {
				_, err := tx.ListSCIM(testDirectory, listOf(test.rt, bind(test.rt, test.filter)))
				if e, ok := errors.AsType[*scim.Error](err); !ok || e.Type != scim.TypeInvalidFilter {
					t.Errorf("%s: got %v, want an invalidFilter", test.filter, err)
				}
				return nil
			})
		}
	})
}
