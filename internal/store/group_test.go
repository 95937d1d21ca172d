package store

import (
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"roster/internal/identity"
)

func TestSCIMGroups(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, s *Store) {
		s.now = func() time.Time { return at }
		world(t, s)
		group := plainGroup(testDirectory, "eng")
		group.Folded = nil
		group.Version, group.CreatedAt, group.ModifiedAt = 1, at, at
		update(t, s, func(tx *Tx) error {
			stored(t, "by id", group, func() (SCIMGroup, error) { return tx.SCIMGroup(testDirectory, group.ID) })
			stored(t, "locked", group, func() (SCIMGroup, error) { return tx.LockSCIMGroup(testDirectory, group.ID) })
			return nil
		})
		s.now = func() time.Time { return at.Add(time.Second) }
		renamed := plainGroup(testDirectory, "Sales")
		renamed.ID, renamed.ExternalID = group.ID, "g-1"
		update(t, s, func(tx *Tx) error {
			return errors.Join(tx.UpdateSCIMGroup(renamed), tx.TouchSCIMGroup(testDirectory, group.ID))
		})
		renamed.Folded = nil
		renamed.Version, renamed.CreatedAt, renamed.ModifiedAt = 3, at, at.Add(time.Second)
		update(t, s, func(tx *Tx) error {
			stored(t, "changed", renamed, func() (SCIMGroup, error) { return tx.SCIMGroup(testDirectory, group.ID) })
			return tx.DeleteSCIMGroup(testDirectory, group.ID)
		})
		view(t, s, func(tx *Tx) error {
			refs, err := tx.GroupsOfUsers(testDirectory, []identity.SCIMUserID{"user-ada"})
			if len(refs) != 0 {
				t.Errorf("memberships outlive their group: %+v", refs)
			}
			return err
		})
		assertCounts(t, s)
	})
}

func TestMembers(t *testing.T) {
	t.Parallel()
	type users = []identity.SCIMUserID
	tests := []struct {
		name    string
		change  func(tx *Tx) (int64, []identity.SCIMUserID, error)
		changed int64
		unknown users
		members users
	}{
		{"add a member and another", func(tx *Tx) (int64, []identity.SCIMUserID, error) {
			return tx.AddMembers(testDirectory, "group-eng", users{"user-bob", "user-cyd", "user-cyd"})
		}, 1, nil, users{"user-ada", "user-bob", "user-cyd"}},
		{"add somebody unknown", func(tx *Tx) (int64, []identity.SCIMUserID, error) {
			return tx.AddMembers(testDirectory, "group-eng", users{"user-cyd", "nobody"})
		}, 0, users{"nobody"}, users{"user-ada", "user-bob"}},
		{"add nobody", func(tx *Tx) (int64, []identity.SCIMUserID, error) {
			return tx.AddMembers(testDirectory, "group-eng", nil)
		}, 0, nil, users{"user-ada", "user-bob"}},
		{"remove a member and another", func(tx *Tx) (int64, []identity.SCIMUserID, error) {
			n, err := tx.RemoveMembers(testDirectory, "group-eng", users{"user-bob", "user-cyd", "nobody"})
			return n, nil, err
		}, 1, nil, users{"user-ada"}},
		{"remove nobody", func(tx *Tx) (int64, []identity.SCIMUserID, error) {
			n, err := tx.RemoveMembers(testDirectory, "group-eng", nil)
			return n, nil, err
		}, 0, nil, users{"user-ada", "user-bob"}},
		{"keep one", func(tx *Tx) (int64, []identity.SCIMUserID, error) {
			n, err := tx.RemoveMembersExcept(testDirectory, "group-eng", users{"user-ada", "user-cyd"})
			return n, nil, err
		}, 1, nil, users{"user-ada"}},
		{"keep nobody", func(tx *Tx) (int64, []identity.SCIMUserID, error) {
			n, err := tx.RemoveMembersExcept(testDirectory, "group-eng", nil)
			return n, nil, err
		}, 2, nil, nil},
		{"give groups back", func(tx *Tx) (int64, []identity.SCIMUserID, error) {
			n, err := tx.AddToGroups(testDirectory, "user-cyd", []identity.SCIMGroupID{"group-eng", "group-gone"})
			return n, nil, err
		}, 1, nil, users{"user-ada", "user-bob", "user-cyd"}},
		{"a user is deleted", func(tx *Tx) (int64, []identity.SCIMUserID, error) {
			return 0, nil, tx.DeleteSCIMUser(SCIMUser{DirectoryID: testDirectory, ID: "user-bob"})
		}, 0, nil, users{"user-ada"}},
	}
	forEachEngine(t, func(t *testing.T, s *Store) {
		world(t, s)
		for _, test := range tests {
			err := s.Update(t.Context(), func(tx *Tx) error {
				changed, unknown, err := test.change(tx)
				if err != nil {
					return err
				}
				if diff := cmp.Diff(test.unknown, unknown); diff != "" || changed != test.changed {
					t.Errorf("%s: %d changed, unknown (-want +got):\n%s", test.name, changed, diff)
				}
				members, err := tx.Members(testDirectory, "group-eng")
				var got users
				for _, m := range members {
					got = append(got, m.UserID)
				}
				if diff := cmp.Diff(test.members, got); diff != "" {
					t.Errorf("%s: members (-want +got):\n%s", test.name, diff)
				}
				return errors.Join(err, errRefused) // each test begins with the same world
			})
			if !errors.Is(err, errRefused) {
				t.Errorf("%s: %v", test.name, err)
			}
		}
	})
}

// TestOrgGroupsBeginning: a name is found by its beginning only, and a page
// key of another list shows no other names.
func TestOrgGroupsBeginning(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text, after string
		want              []string
	}{
		{"by name, whatever the letter case", "dEV", "", []string{"Dev", "dev ops", "DEV%"}},
		{"the whole name", "dev ops", "", []string{"dev ops"}},
		{"not in the midst", "ops", "", nil},
		{"other scripts", "dév", "", []string{"Développeurs"}},
		{"a wildcard is a character", "dev%", "", []string{"DEV%"}},
		{"behind a name", "dev", "dev", []string{"dev ops", "DEV%"}},
		{"behind a name of another list", "dev", "a", []string{"Dev", "dev ops", "DEV%"}},
		{"behind the last name", "dev", "z", nil},
	}
	forEachEngine(t, func(t *testing.T, s *Store) {
		tenants(t, s)
		update(t, s, func(tx *Tx) error {
			for i, name := range []string{"Développeurs", "dev ops", "DEV%", "Dev", "De"} {
				if _, err := tx.InsertOrgGroup(OrgGroup{OrgID: testOrg, ID: identity.OrgGroupID(strconv.Itoa(i)), Name: name, Source: identity.GroupLocal}); err != nil {
					return err
				}
			}
			return nil
		})
		view(t, s, func(tx *Tx) error {
			for _, test := range tests {
				got, _, err := tx.OrgGroupsBeginning(testOrg, test.text, Page{After: test.after})
				if err != nil {
					return err
				}
				if diff := cmp.Diff(test.want, textsOf(got, func(g OrgGroup) string { return g.Name }), cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("%s (-want +got):\n%s", test.name, diff)
				}
			}
			return nil
		})
	})
}

func TestOrgGroups(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, s *Store) {
		s.now = func() time.Time { return at }
		world(t, s) // whose org has verified example.com
		synced := OrgGroup{OrgID: testOrg, ID: "grp-eng", Name: "Eng", Source: identity.GroupSynced, DirectoryID: testDirectory, SCIMGroupID: "group-eng", CreatedAt: at}
		ada := []GroupMember{{AccountID: "acct_ada", Email: "ada@example.com", Name: "ada", Status: identity.AccountActive}}
		linked := []GroupMember{ada[0]}
		linked[0].SCIMUserID = "user-ada"
		members := func(tx *Tx, g OrgGroup) func() ([]GroupMember, error) {
			return func() ([]GroupMember, error) {
				got, _, err := tx.GroupMembers(g, Page{})
				return got, err
			}
		}
		update(t, s, func(tx *Tx) error {
			stored(t, "group", synced, func() (OrgGroup, error) { return tx.LockOrgGroup(testOrg, "grp-eng") })
			stored(t, "synced members follow the links", linked, members(tx, synced))
			return nil
		})
		local := OrgGroup{OrgID: testOrg, ID: "grp-eng", Name: "Engineers", Description: "kept", Source: identity.GroupLocal, CreatedAt: at}
		update(t, s, func(tx *Tx) error {
			n, err := tx.KeepMembersLocally(synced)
			if n != 1 {
				t.Errorf("kept %d members, want 1", n)
			}
			return errors.Join(err, tx.UpdateOrgGroup(local), tx.DeleteLink(testDirectory, "user-ada", "why"))
		})
		update(t, s, func(tx *Tx) error {
			stored(t, "turned local", local, func() (OrgGroup, error) { return tx.OrgGroupByName(testOrg, "ENGINEERS") })
			stored(t, "its members stay", ada, members(tx, local))
			if err := tx.DeleteDomain(testOrg, "dom-1"); err != nil {
				return err
			}
			stored(t, "who is no longer managed is an id", []GroupMember{{AccountID: "acct_ada", Status: identity.AccountActive}}, members(tx, local))
			again, err := tx.AddLocalMember(testOrg, "grp-eng", "acct_ada")
			if again || err != nil {
				t.Errorf("adding a member again says %t, error %v", again, err)
			}
			if err := tx.ClearLocalMembers(testOrg, "grp-eng"); err != nil {
				return err
			}
			stored(t, "emptied", nil, members(tx, local))
			return tx.DeleteOrgGroup(testOrg, "grp-eng")
		})
	})
}
