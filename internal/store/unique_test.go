package store

import (
	"errors"
	"testing"

	"roster/internal/identity"
)

// TestTakenIsAUniqueError meets each constraint that callers turn into an
// answer, each in a transaction of its own, as PostgreSQL ends one that failed.
func TestTakenIsAUniqueError(t *testing.T) {
	t.Parallel()
	account := func(tx *Tx, id identity.AccountID, email string) error {
		_, err := tx.InsertAccount(Account{ID: id, Email: identity.MustEmail(email), Status: identity.AccountActive, Origin: identity.OriginInvited})
		return err
	}
	domain := func(tx *Tx, org identity.OrgID, id identity.DomainID) error {
		_, err := tx.InsertDomain(Domain{OrgID: org, ID: id, Name: "example.com"})
		return err
	}
	directory := func(tx *Tx, id identity.DirectoryID, name string) error {
		_, err := tx.InsertDirectory(Directory{ID: id, OrgID: testOrg, Name: name, Kind: identity.KindOkta})
		return err
	}
	orgGroup := func(tx *Tx, id identity.OrgGroupID, name string) error {
		_, err := tx.InsertOrgGroup(OrgGroup{OrgID: testOrg, ID: id, Name: name, Source: identity.GroupLocal})
		return err
	}
	tests := []struct {
		want   Constraint
		first  func(tx *Tx) error
		second func(tx *Tx) error
	}{
		{
			ConstraintAccountEmail,
			func(tx *Tx) error { return account(tx, "acct_1", "Ada@example.com") },
			func(tx *Tx) error { return account(tx, "acct_2", "ada@EXAMPLE.com") },
		},
		{
			ConstraintAccountEmail,
			func(tx *Tx) error { return account(tx, "acct_3", "bob@example.com") },
			func(tx *Tx) error {
				a, err := tx.Account("acct_1")
				if err != nil {
					return err
				}
				a.Email = identity.MustEmail("bob@example.com")
				return tx.UpdateAccount(a)
			},
		},
		{
			ConstraintDomainName,
			func(tx *Tx) error { return domain(tx, testOrg, "dom-1") },
			func(tx *Tx) error { return domain(tx, testOrg, "dom-2") },
		},
		{
			ConstraintDomainVerifier,
			func(tx *Tx) error {
				return errors.Join(domain(tx, "org-2", "dom-1"), verifyDomain(tx, "org-2", "dom-1"))
			},
			func(tx *Tx) error { return verifyDomain(tx, testOrg, "dom-1") },
		},
		{
			ConstraintDirectoryName,
			func(tx *Tx) error { return directory(tx, "dir-3", "Okta") },
			func(tx *Tx) error { return directory(tx, "dir-4", "OKTA") },
		},
		{
			ConstraintUserName,
			func(tx *Tx) error { return tx.InsertSCIMUser(plainUser(testDirectory, "ada")) },
			func(tx *Tx) error {
				u := plainUser(testDirectory, "ada")
				u.ID, u.Email = "another", identity.Email{}
				return tx.InsertSCIMUser(u)
			},
		},
		{
			ConstraintUserEmail,
			func(*Tx) error { return nil },
			func(tx *Tx) error {
				u := plainUser(testDirectory, "eve")
				u.Email = identity.MustEmail("ada@example.com")
				return tx.InsertSCIMUser(u)
			},
		},
		{
			ConstraintLinkAccount,
			func(tx *Tx) error {
				if err := tx.InsertSCIMUser(plainUser(testDirectory, "bob")); err != nil {
					return err
				}
				return tx.InsertLink(Link{OrgID: testOrg, DirectoryID: testDirectory, SCIMUserID: "user-ada", AccountID: "acct_1"})
			},
			func(tx *Tx) error {
				return tx.InsertLink(Link{OrgID: testOrg, DirectoryID: testDirectory, SCIMUserID: "user-bob", AccountID: "acct_1"})
			},
		},
		{
			ConstraintGroupName,
			func(tx *Tx) error { return tx.InsertSCIMGroup(plainGroup(testDirectory, "eng")) },
			func(tx *Tx) error {
				g := plainGroup(testDirectory, "eng")
				g.ID = "another"
				return tx.InsertSCIMGroup(g)
			},
		},
		{
			ConstraintOrgGroupName,
			func(tx *Tx) error { return orgGroup(tx, "grp-1", "Eng") },
			func(tx *Tx) error { return orgGroup(tx, "grp-2", "eng") },
		},
	}
	forEachEngine(t, func(t *testing.T, s *Store) {
		tenants(t, s)
		for _, test := range tests {
			update(t, s, test.first)
			err := s.Update(t.Context(), test.second)
			if e, ok := errors.AsType[*UniqueError](err); !ok || e.Constraint != test.want {
				t.Errorf("got %v, want a violation of %s", err, test.want)
			}
		}
	})
}

func TestTheSameInAnotherTenantIsFree(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, s *Store) {
		tenants(t, s)
		for _, d := range []identity.DirectoryID{"dir-1", "dir-2"} {
			update(t, s, func(tx *Tx) error {
				if err := tx.InsertSCIMUser(plainUser(d, "ada")); err != nil {
					return err
				}
				return tx.InsertSCIMGroup(plainGroup(d, "eng"))
			})
		}
	})
}

func TestInsertAccountIfFreeLetsTheTransactionGoOn(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, s *Store) {
		update(t, s, func(tx *Tx) error {
			if _, err := tx.InsertAccountIfFree(plainAccount("ada")); err != nil {
				return err
			}
			again := plainAccount("ada")
			again.ID = "acct_other"
			if _, err := tx.InsertAccountIfFree(again); !errors.Is(err, ErrNotFound) {
				t.Errorf("a taken address gives %v, want ErrNotFound", err)
			}
			holder, err := tx.AccountByEmail(again.Email)
			if holder.ID != "acct_ada" {
				t.Errorf("the address is held by %s", holder.ID)
			}
			return err
		})
	})
}
