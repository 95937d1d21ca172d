package store

import (
	"errors"
	"testing"
	"time"

	"roster/internal/identity"
)

// world is one of everything in org-1, whose directory is dir-1; org-2 has
// a directory only.
func world(tb testing.TB, s *Store) {
	tb.Helper()
	tenants(tb, s)
	threeUsers(tb, s)
	update(tb, s, func(tx *Tx) error {
		_, domainErr := tx.InsertDomain(Domain{OrgID: testOrg, ID: "dom-1", Name: "example.com"})
		_, keyErr := tx.InsertCredential(Credential{ID: "key-1", Kind: CredentialOrg, OrgID: testOrg, Name: "ops", Hash: "h1"})
		_, tokenErr := tx.InsertCredential(Credential{ID: "tok-1", Kind: CredentialSCIM, OrgID: testOrg, DirectoryID: testDirectory, Name: "entra", Hash: "h2"})
		_, localErr := tx.InsertOrgGroup(OrgGroup{OrgID: testOrg, ID: "grp-local", Name: "Local", Source: identity.GroupLocal})
		_, syncedErr := tx.InsertOrgGroup(OrgGroup{
			OrgID: testOrg, ID: "grp-eng", Name: "Eng", Source: identity.GroupSynced, DirectoryID: testDirectory, SCIMGroupID: "group-eng",
		})
		_, memberErr := tx.AddLocalMember(testOrg, "grp-local", "acct_ada")
		_, jobErr := tx.InsertJob(Job{OrgID: testOrg, ID: "job-1", Kind: "leave-groups", Target: "dir-of-job"})
		return errors.Join(
			jobErr, tx.AddDirectoryActivity([]DirectoryActivity{{DirectoryID: testDirectory, Hour: tx.Now(), Writes: 1, Last: LastActivity{WriteAt: tx.Now()}}}),
			domainErr, verifyDomain(tx, testOrg, "dom-1"), keyErr, tokenErr, localErr, syncedErr, memberErr,
			tx.InsertHold(Hold{OrgID: testOrg, DirectoryID: testDirectory, SCIMUserID: "user-bob", AccountID: "acct_ada", CreatedBy: "test"}),
			tx.InsertTombstone(Tombstone{
				OrgID: testOrg, DirectoryID: testDirectory, SCIMUserID: "user-gone", UserName: "Gone", UserNameKey: "gone", Doc: []byte(`{}`),
				Version: 1, CreatedAt: tx.Now(),
			}),
			tx.InsertLogEntry(LogEntry{OrgID: testOrg, ID: "log-1", DirectoryID: testDirectory, Level: "error", SCIMID: "user-ada", AccountID: "acct_ada", Message: "100% taken_by Bob"}),
			tx.InsertAuditEntry(AuditEntry{OrgID: testOrg, ID: "aud-1", Action: "unlink"}),
		)
	})
}

// TestTenantsDoNotMeet asks for everything of the world by the right tenant,
// which has it, and by the other, which must not.
func TestTenantsDoNotMeet(t *testing.T) {
	t.Parallel()
	found := func(err error) (bool, error) {
		if errors.Is(err, ErrNotFound) {
			return false, nil
		}
		return err == nil, err
	}
	some := func(n int, err error) (bool, error) { return n > 0, err }
	tests := []struct {
		name string
		ask  func(tx *Tx, org identity.OrgID, d identity.DirectoryID) (bool, error)
	}{
		{"Directory", func(tx *Tx, org identity.OrgID, _ identity.DirectoryID) (bool, error) {
			_, err := tx.Directory(org, testDirectory)
			return found(err)
		}},
		{"LockDirectory", func(tx *Tx, org identity.OrgID, _ identity.DirectoryID) (bool, error) {
			_, err := tx.LockDirectory(org, testDirectory)
			return found(err)
		}},
		{"UpdateDirectory", func(tx *Tx, org identity.OrgID, _ identity.DirectoryID) (bool, error) {
			return found(tx.UpdateDirectory(Directory{ID: testDirectory, OrgID: org, Name: "Entra", Status: identity.DirectoryConnected}))
		}},
		{"Domain", func(tx *Tx, org identity.OrgID, _ identity.DirectoryID) (bool, error) {
			_, err := tx.Domain(org, "dom-1")
			return found(err)
		}},
		{"LockDomain", func(tx *Tx, org identity.OrgID, _ identity.DirectoryID) (bool, error) {
			_, err := tx.LockDomain(org, "dom-1")
			return found(err)
		}},
		{"Domains", func(tx *Tx, org identity.OrgID, _ identity.DirectoryID) (bool, error) {
			got, _, err := tx.Domains(org, Page{})
			return some(len(got), err)
		}},
		{"UpdateDomain", func(tx *Tx, org identity.OrgID, d identity.DirectoryID) (bool, error) {
			return found(tx.UpdateDomain(Domain{OrgID: org, ID: "dom-1", Status: identity.DomainVerified, DirectoryID: d, Claim: identity.ClaimAutomatic}))
		}},
		{"OrgKeys", func(tx *Tx, org identity.OrgID, _ identity.DirectoryID) (bool, error) {
			got, err := tx.OrgKeys(org)
			return some(len(got), err)
		}},
		{"SCIMTokens", func(tx *Tx, org identity.OrgID, _ identity.DirectoryID) (bool, error) {
			got, err := tx.SCIMTokens(org, testDirectory)
			return some(len(got), err)
		}},
		{"ManagedAccounts", func(tx *Tx, org identity.OrgID, _ identity.DirectoryID) (bool, error) {
			got, _, err := tx.ManagedAccounts(org, identity.Email{}, Page{})
			return some(len(got), err)
		}},
		{"ManagedAccounts by email", func(tx *Tx, org identity.OrgID, _ identity.DirectoryID) (bool, error) {
			got, _, err := tx.ManagedAccounts(org, identity.MustEmail("ada@example.com"), Page{})
			return some(len(got), err)
		}},
		{"CountManagedAccounts", func(tx *Tx, org identity.OrgID, _ identity.DirectoryID) (bool, error) {
			return some(tx.CountManagedAccounts(org))
		}},
		{"SCIMUser", func(tx *Tx, _ identity.OrgID, d identity.DirectoryID) (bool, error) {
			_, err := tx.SCIMUser(d, "user-bob")
			return found(err)
		}},
		{"LockSCIMUser", func(tx *Tx, _ identity.OrgID, d identity.DirectoryID) (bool, error) {
			_, err := tx.LockSCIMUser(d, "user-bob")
			return found(err)
		}},
		{"UpdateSCIMUser", func(tx *Tx, _ identity.OrgID, d identity.DirectoryID) (bool, error) {
			return found(tx.UpdateSCIMUser(plainUser(d, "bob")))
		}},
		{"ExplainUnlinked", func(tx *Tx, _ identity.OrgID, d identity.DirectoryID) (bool, error) {
			return found(tx.ExplainUnlinked(d, "user-bob", "why"))
		}},
		{"SCIMUserByName", func(tx *Tx, _ identity.OrgID, d identity.DirectoryID) (bool, error) {
			_, err := tx.SCIMUserByName(d, "bob@example.com")
			return found(err)
		}},
		{"SCIMUserByEmail", func(tx *Tx, _ identity.OrgID, d identity.DirectoryID) (bool, error) {
			_, err := tx.SCIMUserByEmail(d, identity.MustEmail("bob@example.com"))
			return found(err)
		}},
		{"SCIMUserByAccount", func(tx *Tx, _ identity.OrgID, d identity.DirectoryID) (bool, error) {
			_, err := tx.SCIMUserByAccount(d, "acct_ada")
			return found(err)
		}},
		{"SCIMUsers", func(tx *Tx, _ identity.OrgID, d identity.DirectoryID) (bool, error) {
			got, _, err := tx.SCIMUsers(d, SCIMUserFilter{UserNameKey: "bob@example.com", Email: identity.MustEmail("bob@example.com")}, Page{})
			return some(len(got), err)
		}},
		{"UnlinkedSCIMUsers", func(tx *Tx, org identity.OrgID, _ identity.DirectoryID) (bool, error) {
			got, _, err := tx.UnlinkedSCIMUsers(org, testDirectory, Page{})
			return some(len(got), err)
		}},
		{"LinksOfAccountIn", func(tx *Tx, org identity.OrgID, _ identity.DirectoryID) (bool, error) {
			got, err := tx.LinksOfAccountIn(org, "acct_ada")
			return some(len(got), err)
		}},
		{"SCIMUsersByEmail", func(tx *Tx, org identity.OrgID, _ identity.DirectoryID) (bool, error) {
			got, err := tx.SCIMUsersByEmail(org, identity.MustEmail("bob@example.com"))
			return some(len(got), err)
		}},
		{"SCIMUsersOfOrg", func(tx *Tx, org identity.OrgID, _ identity.DirectoryID) (bool, error) {
			got, err := tx.SCIMUsersOfOrg(org, "user-bob")
			return some(len(got), err)
		}},
		{"HoldsOf", func(tx *Tx, _ identity.OrgID, d identity.DirectoryID) (bool, error) {
			got, err := tx.HoldsOf(d, "user-bob")
			return some(len(got), err)
		}},
		{"HoldsOfUsers", func(tx *Tx, _ identity.OrgID, d identity.DirectoryID) (bool, error) {
			got, err := tx.HoldsOfUsers(d, []identity.SCIMUserID{"user-bob"})
			return some(len(got), err)
		}},
		{"IsHeld", func(tx *Tx, _ identity.OrgID, d identity.DirectoryID) (bool, error) {
			return tx.IsHeld(d, "user-bob", "acct_ada")
		}},
		{"Holds", func(tx *Tx, org identity.OrgID, _ identity.DirectoryID) (bool, error) {
			got, _, err := tx.Holds(org, Page{})
			return some(len(got), err)
		}},
		{"Tombstone", func(tx *Tx, org identity.OrgID, _ identity.DirectoryID) (bool, error) {
			_, err := tx.Tombstone(org, testDirectory, "user-gone")
			return found(err)
		}},
		{"LastTombstone", func(tx *Tx, _ identity.OrgID, d identity.DirectoryID) (bool, error) {
			_, err := tx.LastTombstone(d, "gone", "")
			return found(err)
		}},
		{"Tombstones", func(tx *Tx, org identity.OrgID, _ identity.DirectoryID) (bool, error) {
			got, _, err := tx.Tombstones(org, "", Page{})
			return some(len(got), err)
		}},
		{"Tombstones of a directory", func(tx *Tx, org identity.OrgID, _ identity.DirectoryID) (bool, error) {
			got, _, err := tx.Tombstones(org, testDirectory, Page{})
			return some(len(got), err)
		}},
		{"SCIMGroup", func(tx *Tx, _ identity.OrgID, d identity.DirectoryID) (bool, error) {
			_, err := tx.SCIMGroup(d, "group-eng")
			return found(err)
		}},
		{"LockSCIMGroup", func(tx *Tx, _ identity.OrgID, d identity.DirectoryID) (bool, error) {
			_, err := tx.LockSCIMGroup(d, "group-eng")
			return found(err)
		}},
		{"TouchSCIMGroup", func(tx *Tx, _ identity.OrgID, d identity.DirectoryID) (bool, error) {
			return found(tx.TouchSCIMGroup(d, "group-eng"))
		}},
		{"Members", func(tx *Tx, _ identity.OrgID, d identity.DirectoryID) (bool, error) {
			got, err := tx.Members(d, "group-eng")
			return some(len(got), err)
		}},
		{"GroupsOfUsers", func(tx *Tx, _ identity.OrgID, d identity.DirectoryID) (bool, error) {
			got, err := tx.GroupsOfUsers(d, []identity.SCIMUserID{"user-ada", "user-bob"})
			return some(len(got), err)
		}},
		{"AddToGroups", func(tx *Tx, _ identity.OrgID, d identity.DirectoryID) (bool, error) {
			added, err := tx.AddToGroups(d, "user-cyd", []identity.SCIMGroupID{"group-eng"})
			return some(int(added), err)
		}},
		{"OrgGroup", func(tx *Tx, org identity.OrgID, _ identity.DirectoryID) (bool, error) {
			_, err := tx.OrgGroup(org, "grp-eng")
			return found(err)
		}},
		{"LockOrgGroup", func(tx *Tx, org identity.OrgID, _ identity.DirectoryID) (bool, error) {
			_, err := tx.LockOrgGroup(org, "grp-eng")
			return found(err)
		}},
		{"LockLeftGroup", func(tx *Tx, org identity.OrgID, d identity.DirectoryID) (bool, error) {
			left := OrgGroup{OrgID: testOrg, ID: "grp-local", Name: "Local", Source: identity.GroupLocal, LeftBy: testDirectory}
			if err := tx.UpdateOrgGroup(left); err != nil {
				return false, err
			}
			_, err := tx.LockLeftGroup(org, d, "LOCAL")
			return found(err)
		}},
		{"OrgGroupByName", func(tx *Tx, org identity.OrgID, _ identity.DirectoryID) (bool, error) {
			_, err := tx.OrgGroupByName(org, "ENG")
			return found(err)
		}},
		{"OrgGroupOf", func(tx *Tx, org identity.OrgID, _ identity.DirectoryID) (bool, error) {
			_, err := tx.OrgGroupOf(org, testDirectory, "group-eng")
			return found(err)
		}},
		{"OrgGroups", func(tx *Tx, org identity.OrgID, _ identity.DirectoryID) (bool, error) {
			got, _, err := tx.OrgGroups(org, Page{})
			return some(len(got), err)
		}},
		{"OrgGroupsBeginning", func(tx *Tx, org identity.OrgID, _ identity.DirectoryID) (bool, error) {
			got, _, err := tx.OrgGroupsBeginning(org, "E", Page{})
			return some(len(got), err)
		}},
		{"SyncedGroup", func(tx *Tx, org identity.OrgID, _ identity.DirectoryID) (bool, error) {
			_, err := tx.SyncedGroup(org, testDirectory)
			return found(err)
		}},
		{"OpenJobs", func(tx *Tx, org identity.OrgID, _ identity.DirectoryID) (bool, error) {
			got, err := tx.OpenJobs(org, "dir-of-job")
			return some(len(got), err)
		}},
		{"CountTombstones", func(tx *Tx, org identity.OrgID, _ identity.DirectoryID) (bool, error) {
			n, err := tx.CountTombstones(org, testDirectory, 10)
			return some(n, err)
		}},
		{"DirectoryActivity", func(tx *Tx, org identity.OrgID, _ identity.DirectoryID) (bool, error) {
			got, err := tx.DirectoryActivity(org, testDirectory, time.Time{})
			return some(len(got), err)
		}},
		{"LastActivity", func(tx *Tx, org identity.OrgID, _ identity.DirectoryID) (bool, error) {
			got, err := tx.LastActivity(org, testDirectory)
			return !got.WriteAt.IsZero(), err
		}},
		{"GroupMembers", func(tx *Tx, org identity.OrgID, _ identity.DirectoryID) (bool, error) {
			got, _, err := tx.GroupMembers(OrgGroup{OrgID: org, ID: "grp-local", Source: identity.GroupLocal}, Page{})
			return some(len(got), err)
		}},
		{"LogEntries", func(tx *Tx, org identity.OrgID, _ identity.DirectoryID) (bool, error) {
			got, _, err := tx.LogEntries(org, LogFilter{}, Page{})
			return some(len(got), err)
		}},
		{"AuditEntry", func(tx *Tx, org identity.OrgID, _ identity.DirectoryID) (bool, error) {
			_, err := tx.AuditEntry(org, "aud-1")
			return found(err)
		}},
		{"AuditEntries", func(tx *Tx, org identity.OrgID, _ identity.DirectoryID) (bool, error) {
			got, _, err := tx.AuditEntries(org, AuditFilter{}, NewestFirst, Page{})
			return some(len(got), err)
		}},
		// What ends something comes last, asked by the other tenant first.
		{"ExpireCredential", func(tx *Tx, org identity.OrgID, _ identity.DirectoryID) (bool, error) {
			_, err := tx.ExpireCredential(org, "key-1", tx.Now())
			return found(err)
		}},
		{"RevokeCredential", func(tx *Tx, org identity.OrgID, _ identity.DirectoryID) (bool, error) {
			return found(tx.RevokeCredential(org, "key-1"))
		}},
		{"RemoveMembers", func(tx *Tx, _ identity.OrgID, d identity.DirectoryID) (bool, error) {
			removed, err := tx.RemoveMembers(d, "group-eng", []identity.SCIMUserID{"user-bob"})
			return some(int(removed), err)
		}},
		{"RemoveMembersExcept", func(tx *Tx, _ identity.OrgID, d identity.DirectoryID) (bool, error) {
			removed, err := tx.RemoveMembersExcept(d, "group-eng", nil)
			return some(int(removed), err)
		}},
		{"DeleteHolds", func(tx *Tx, _ identity.OrgID, d identity.DirectoryID) (bool, error) {
			lifted, err := tx.DeleteHolds(d, "user-bob")
			return some(int(lifted), err)
		}},
		{"RemoveLocalMember", func(tx *Tx, org identity.OrgID, _ identity.DirectoryID) (bool, error) {
			return found(tx.RemoveLocalMember(org, "grp-local", "acct_ada"))
		}},
		{"DeleteOrgGroup", func(tx *Tx, org identity.OrgID, _ identity.DirectoryID) (bool, error) {
			return found(tx.DeleteOrgGroup(org, "grp-local"))
		}},
		{"DeleteDomain", func(tx *Tx, org identity.OrgID, _ identity.DirectoryID) (bool, error) {
			return found(tx.DeleteDomain(org, "dom-1"))
		}},
		{"DeleteTombstone", func(tx *Tx, _ identity.OrgID, d identity.DirectoryID) (bool, error) {
			return found(tx.DeleteTombstone(d, "user-gone"))
		}},
		{"DeleteLink", func(tx *Tx, _ identity.OrgID, d identity.DirectoryID) (bool, error) {
			return found(tx.DeleteLink(d, "user-ada", "why"))
		}},
		{"DeleteSCIMGroup", func(tx *Tx, _ identity.OrgID, d identity.DirectoryID) (bool, error) {
			return found(tx.DeleteSCIMGroup(d, "group-eng"))
		}},
		{"DeleteSCIMUser", func(tx *Tx, _ identity.OrgID, d identity.DirectoryID) (bool, error) {
			return found(tx.DeleteSCIMUser(SCIMUser{DirectoryID: d, ID: "user-bob"}))
		}},
	}
	forEachEngine(t, func(t *testing.T, s *Store) {
		world(t, s)
		for _, test := range tests {
			for _, own := range []bool{false, true} {
				org, d := identity.OrgID("org-2"), identity.DirectoryID("dir-2")
				if own {
					org, d = testOrg, testDirectory
				}
				update(t, s, func(tx *Tx) error {
					got, err := test.ask(tx, org, d)
					if got != own || err != nil {
						t.Errorf("%s by %s: found is %t, error %v", test.name, org, got, err)
					}
					return nil
				})
			}
		}
		assertCounts(t, s)
	})
}
