package store

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/identity"
)

func TestListSCIMUsersByFilter(t *testing.T) {
	t.Parallel()
	tests := []struct {
		filter string
		want   []string
	}{
		{`userName eq "ADA@example.com"`, []string{"user-ada"}},
		{`emails.value eq "ada@EXAMPLE.com"`, []string{"user-ada"}},
		{`emails[type eq "WORK" and value eq "bob@example.com"]`, []string{"user-bob"}},
		{`emails[type eq "home"].value eq "bob@example.com"`, nil},
		{`displayName eq "Bob"`, []string{"user-bob"}},
		{`not (displayName eq "Bob")`, []string{"user-ada", "user-cyd"}},
		{`not (title eq "x")`, []string{"user-ada", "user-bob", "user-cyd"}},
		{`title ne "x"`, nil},
		{`userName sw "b" or userName ew "D@example.com"`, []string{"user-bob", "user-cyd"}},
		{`schemas eq "urn:ietf:params:scim:schemas:core:2.0:User" and userName co "y"`, []string{"user-cyd"}},
		{`groups.value eq "group-eng"`, []string{"user-ada", "user-bob"}},
		{`groups[display eq "ENG"] and id eq "user-bob"`, []string{"user-bob"}},
		{`groups pr`, []string{"user-ada", "user-bob"}},
		{`atlassianAccountId eq "acct_ada"`, []string{"user-ada"}},
		{`atlassianAccountId pr`, []string{"user-ada"}},
		{`not (atlassianAccountId pr)`, []string{"user-bob", "user-cyd"}},
		{`meta.lastModified gt "2020-01-01T00:00:00Z" and meta.resourceType eq "User" and meta.version eq "W/\"1\""`, []string{"user-ada", "user-bob", "user-cyd"}},
		{`meta[created lt "2020-01-01T00:00:00Z"]`, nil},
		{`meta pr and meta.location pr`, []string{"user-ada", "user-bob", "user-cyd"}},
		{`externalId eq null`, []string{"user-ada", "user-bob", "user-cyd"}},
	}
	forEachEngine(t, func(t *testing.T, s *Store) {
		tenants(t, s)
		threeUsers(t, s)
		for _, test := range tests {
			view(t, s, func(tx *Tx) error {
				got, total, err := listIDs(tx, usersBy(test.filter))
				if err != nil {
					t.Errorf("%s: %v", test.filter, err)
					return nil
				}
				if diff := cmp.Diff(test.want, got); diff != "" || total != len(test.want) {
					t.Errorf("%s: total %d, users (-want +got):\n%s", test.filter, total, diff)
				}
				return nil
			})
		}
	})
}

// threeUsers stores ada, who is linked, bob and cyd; ada and bob are in the
// group eng. The other tenant has an ada as well.
func threeUsers(tb testing.TB, s *Store) {
	tb.Helper()
	update(tb, s, func(tx *Tx) error {
		for _, u := range []SCIMUser{
			plainUser(testDirectory, "ada"), plainUser(testDirectory, "bob"), plainUser(testDirectory, "cyd"), plainUser("dir-2", "ada"),
		} {
			if err := tx.InsertSCIMUser(u); err != nil {
				return err
			}
		}
		if _, err := tx.InsertAccount(plainAccount("ada")); err != nil {
			return err
		}
		if err := tx.InsertLink(Link{OrgID: testOrg, DirectoryID: testDirectory, SCIMUserID: "user-ada", AccountID: "acct_ada"}); err != nil {
			return err
		}
		if err := tx.InsertSCIMGroup(plainGroup(testDirectory, "eng")); err != nil {
			return err
		}
		_, _, err := tx.AddMembers(testDirectory, "group-eng", []identity.SCIMUserID{"user-ada", "user-bob"})
		return err
	})
}
