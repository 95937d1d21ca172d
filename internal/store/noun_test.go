package store

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roster/internal/identity"
)

// at is the time of the stores of tests that compare whole rows.
var at = time.Date(2026, 3, 4, 5, 6, 7, 89_000, time.UTC)

// stored compares what a write was given with what a read finds.
func stored[T any](t *testing.T, what string, want T, read func() (T, error)) {
	t.Helper()
	got, err := read()
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestTenantRowsComeBack(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, s *Store) {
		s.now = func() time.Time { return at }
		world(t, s)
		settings := OrgSettings{TombstoneDays: 1, LogDays: 2, AuditDays: 3, ParkingTemplate: "p-{id}@example.com", DefaultClaim: identity.ClaimSelected}
		domain := Domain{
			OrgID: testOrg, ID: "dom-1", Name: "example.com", Status: identity.DomainVerified, DirectoryID: testDirectory, CreatedAt: at, VerifiedAt: at,
			Claim: identity.ClaimSelected, Token: "t", Method: identity.ProofDNS, CheckedAt: at, CheckError: "gone", FailingSince: at, NextCheckAt: at, LostAt: at,
		}
		update(t, s, func(tx *Tx) error {
			return errors.Join(
				tx.UpdateOrg(Org{ID: testOrg, Name: "Renamed", Behaviour: identity.BehaviourAtlassian, Settings: settings}),
				tx.UpdateDirectory(Directory{ID: testDirectory, OrgID: testOrg, Name: "Okta", Status: identity.DirectoryDisconnected, Restore: new(true)}),
				tx.UpdateDomain(domain),
			)
		})
		view(t, s, func(tx *Tx) error {
			stored(t, "org", Org{ID: testOrg, Name: "Renamed", Behaviour: identity.BehaviourAtlassian, Settings: settings, CreatedAt: at}, func() (Org, error) { return tx.Org(testOrg) })
			directory := Directory{
				ID: testDirectory, OrgID: testOrg, Name: "Okta", Kind: identity.KindEntra, Status: identity.DirectoryDisconnected,
				Restore: new(true), CreatedAt: at, Behaviour: identity.BehaviourAtlassian, Deletions: true,
			}
			stored(t, "directory", directory, func() (Directory, error) { return tx.Directory(testOrg, testDirectory) })
			stored(t, "directory by id", directory, func() (Directory, error) { return tx.DirectoryByID(testDirectory) })
			stored(t, "domain", domain, func() (Domain, error) { return tx.Domain(testOrg, "dom-1") })
			stored(t, "verifier", domain, func() (Domain, error) { return tx.Verifier("example.com") })
			if _, err := tx.Verifier("example.org"); !errors.Is(err, ErrNotFound) {
				t.Errorf("the verifier of a domain that nobody has: %v", err)
			}
			return nil
		})
	})
}

func TestCredentials(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, s *Store) {
		s.now = func() time.Time { return at }
		world(t, s)
		key := Credential{ID: "key-2", Kind: CredentialOrg, OrgID: testOrg, Name: "new", Hint: "ok_…abcd", Hash: "h3", CreatedAt: at, ExpiresAt: at.Add(time.Hour), Scopes: identity.AllScopes()}
		site := Credential{ID: "site-1", Kind: CredentialSite, Name: "site", Hash: "h4", CreatedAt: at}
		update(t, s, func(tx *Tx) error {
			stored(t, "inserted key", key, func() (Credential, error) { return tx.InsertCredential(key) })
			stored(t, "inserted site key", site, func() (Credential, error) { return tx.InsertCredential(site) })
			if err := tx.TouchCredential("key-2", at.Add(time.Minute)); err != nil {
				return err
			}
			return tx.TouchCredential("key-2", at) // an older use changes nothing
		})
		update(t, s, func(tx *Tx) error { return tx.RevokeCredential(testOrg, "key-1") })
		view(t, s, func(tx *Tx) error {
			key.LastUsedAt = at.Add(time.Minute)
			stored(t, "key by its secret", key, func() (Credential, error) { return tx.CredentialByHash("h3") })
			stored(t, "site keys", []Credential{site}, tx.SiteKeys)
			keys, err := tx.OrgKeys(testOrg)
			if len(keys) != 2 || keys[0].IsLive(at) || !keys[1].IsLive(at) || keys[1].IsLive(at.Add(time.Hour)) {
				t.Errorf("key-1 should be revoked and key-2 live for an hour: %+v", keys)
			}
			return err
		})
		err := s.Update(t.Context(), func(tx *Tx) error { return tx.RevokeCredential(testOrg, "key-1") })
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("revoking a revoked key gives %v, want ErrNotFound", err)
		}
	})
}

func TestAccounts(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, s *Store) {
		s.now = func() time.Time { return at }
		tenants(t, s)
		account := plainAccount("ada")
		account.Email = identity.MustEmail("Ada@Example.com")
		account.Profile = Profile{Nickname: "A", Department: "R&D <x>"}
		account.StatusBy = "test"
		account.StatusAt, account.CreatedAt, account.UpdatedAt = at, at, at
		update(t, s, func(tx *Tx) error {
			stored(t, "inserted", account, func() (Account, error) { return tx.InsertAccount(account) })
			return nil
		})
		s.now = func() time.Time { return at.Add(time.Second) }
		account.Status, account.StatusAt, account.DeleteAt = identity.AccountClosed, at.Add(time.Second), at.AddDate(0, 0, 14)
		account.Email, account.Name, account.UpdatedAt = identity.MustEmail("ada@example.org"), "Ada", at.Add(time.Second)
		update(t, s, func(tx *Tx) error { return tx.UpdateAccount(account) })
		update(t, s, func(tx *Tx) error {
			for name, read := range map[string]func() (Account, error){
				"by id":             func() (Account, error) { return tx.Account(account.ID) },
				"locked":            func() (Account, error) { return tx.LockAccount(account.ID) },
				"by address":        func() (Account, error) { return tx.AccountByEmail(account.Email) },
				"locked by address": func() (Account, error) { return tx.LockAccountByEmail(account.Email) },
			} {
				stored(t, name, account, read)
			}
			if _, err := tx.AccountByEmail(identity.MustEmail("ada@example.com")); !errors.Is(err, ErrNotFound) {
				t.Errorf("the address that was given up gives %v", err)
			}
			if err := tx.UpdateAccount(Account{ID: "acct_nobody"}); !errors.Is(err, ErrNotFound) {
				t.Errorf("changing nobody gives %v", err)
			}
			return nil
		})
	})
}

func TestSCIMUsersAndLinks(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, s *Store) {
		s.now = func() time.Time { return at }
		world(t, s)
		user := plainUser(testDirectory, "ada")
		user.Folded, user.Emails = nil, nil
		user.Version, user.CreatedAt, user.ModifiedAt = 1, at, at
		user.UnlinkedReason, user.AccountID, user.LinkedAt = "", "acct_ada", at
		view(t, s, func(tx *Tx) error {
			for name, read := range map[string]func() (SCIMUser, error){
				"by id":      func() (SCIMUser, error) { return tx.SCIMUser(testDirectory, "user-ada") },
				"by name":    func() (SCIMUser, error) { return tx.SCIMUserByName(testDirectory, "ada@example.com") },
				"by address": func() (SCIMUser, error) { return tx.SCIMUserByEmail(testDirectory, user.Email) },
				"by account": func() (SCIMUser, error) { return tx.SCIMUserByAccount(testDirectory, "acct_ada") },
			} {
				stored(t, name, user, read)
			}
			link := Link{OrgID: testOrg, DirectoryID: testDirectory, SCIMUserID: "user-ada", AccountID: "acct_ada", CreatedAt: at}
			stored(t, "links", []Link{link}, func() ([]Link, error) { return tx.LinksOfAccount("acct_ada") })
			hold := Hold{OrgID: testOrg, DirectoryID: testDirectory, SCIMUserID: "user-bob", AccountID: "acct_ada", CreatedAt: at, CreatedBy: "test"}
			stored(t, "holds", []Hold{hold}, func() ([]Hold, error) { return tx.HoldsOf(testDirectory, "user-bob") })
			stored(t, "holds of several", map[identity.SCIMUserID][]Hold{"user-bob": {hold}}, func() (map[identity.SCIMUserID][]Hold, error) {
				return tx.HoldsOfUsers(testDirectory, []identity.SCIMUserID{"user-ada", "user-bob", "nobody"})
			})
			return nil
		})

		s.now = func() time.Time { return at.Add(time.Second) }
		changed := plainUser(testDirectory, "eve")
		changed.ID, changed.ExternalID, changed.Active, changed.Email = user.ID, "e-1", false, identity.Email{}
		update(t, s, func(tx *Tx) error {
			return errors.Join(tx.DeleteLink(testDirectory, "user-ada", "unlinked by test"), tx.UpdateSCIMUser(changed))
		})
		changed.Folded, changed.Emails = nil, nil
		changed.Version, changed.CreatedAt, changed.ModifiedAt, changed.UnlinkedReason = 2, at, at.Add(time.Second), "unlinked by test"
		update(t, s, func(tx *Tx) error {
			stored(t, "changed", changed, func() (SCIMUser, error) { return tx.LockSCIMUser(testDirectory, "user-ada") })
			if err := tx.InsertHold(Hold{OrgID: testOrg, DirectoryID: testDirectory, SCIMUserID: "user-bob", AccountID: "acct_ada"}); err != nil {
				return err
			}
			stored(t, "links", nil, func() ([]Link, error) { return tx.LinksOfAccount("acct_ada") })
			return tx.DeleteSCIMUser(changed)
		})
		assertCounts(t, s)
	})
}

func TestTombstones(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, s *Store) {
		tenants(t, s)
		tombstone := func(id identity.SCIMUserID, userNameKey, externalID string, deleted time.Time) Tombstone {
			kept := Tombstone{
				OrgID: testOrg, DirectoryID: testDirectory, SCIMUserID: id, UserName: userNameKey, UserNameKey: userNameKey, ExternalID: externalID,
				Email: "x@example.com", AccountID: "acct_gone", Doc: []byte(`{"userName":"x"}`), GroupIDs: []identity.SCIMGroupID{"g1", "g2"}, HeldApart: []identity.AccountID{"acct_ada"},
				Version: 3, CreatedAt: at, DeletedAt: deleted, DeletedBy: "test", ExpiresAt: deleted.AddDate(0, 0, 30),
			}
			s.now = func() time.Time { return deleted }
			update(t, s, func(tx *Tx) error { return tx.InsertTombstone(kept) })
			return kept
		}
		older := tombstone("t1", "ada", "e-1", at)
		newer := tombstone("t2", "ada2", "e-1", at.Add(time.Minute))
		update(t, s, func(tx *Tx) error {
			stored(t, "one", older, func() (Tombstone, error) { return tx.Tombstone(testOrg, testDirectory, "t1") })
			stored(t, "by userName", older, func() (Tombstone, error) { return tx.LastTombstone(testDirectory, "ada", "") })
			stored(t, "the latest of either", newer, func() (Tombstone, error) { return tx.LastTombstone(testDirectory, "ada", "e-1") })
			return nil
		})
		s.now = func() time.Time { return at.AddDate(0, 0, 30) } // older expires now
		update(t, s, func(tx *Tx) error {
			if _, err := tx.Tombstone(testOrg, testDirectory, "t1"); !errors.Is(err, ErrNotFound) {
				t.Errorf("an expired one gives %v, want ErrNotFound", err)
			}
			if n, err := tx.DeleteExpiredTombstones(10); n != 1 || err != nil {
				t.Errorf("%d have expired (error %v), want 1", n, err)
			}
			stored(t, "the other", newer, func() (Tombstone, error) { return tx.Tombstone(testOrg, testDirectory, "t2") })
			return tx.DeleteTombstone(testDirectory, "t2")
		})
	})
}
