package provision_test

import (
	"fmt"
	"testing"
	"time"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/provision"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

// BenchmarkPatchMember adds one user to a group and takes it out again, by
// PATCH, in a group of 10 and in one of 100,000, by turns, so that whatever
// slows the machine down slows both. Each PATCH is a durable transaction with
// its log entry. The ratio says what a member costs more in the large group.
func BenchmarkPatchMember(b *testing.B) {
	engines := []struct {
		name string
		open func(testing.TB) *tenanttest.Deployment
	}{{"sqlite", tenanttest.OnSQLite}, {"postgres", tenanttest.OnPostgres}}
	for _, engine := range engines {
		b.Run(engine.name, func(b *testing.B) {
			dir := benchEntra(b, engine.open(b).Org())
			users := benchRecords(b, dir, 100_001)
			joins := users[len(users)-1]
			small := dir.PushGroup("Ten", users[:10]...)
			large := dir.PushGroup("Everybody", users[:100_000]...)
			var inSmall, inLarge time.Duration
			for b.Loop() {
				inSmall += joinAndLeave(b, dir, small.ID, joins)
				inLarge += joinAndLeave(b, dir, large.ID, joins)
			}
			patches := 2 * float64(b.N)
			b.ReportMetric(0, "ns/op") // of both groups together: says nothing
			b.ReportMetric(float64(inSmall.Microseconds())/patches, "µs/10members")
			b.ReportMetric(float64(inLarge.Microseconds())/patches, "µs/100000members")
			b.ReportMetric(float64(inLarge)/float64(inSmall), "ratio")
		})
	}
}

// joinAndLeave gives how long the two PATCHes took.
func joinAndLeave(b *testing.B, dir *tenanttest.Directory, group identity.SCIMGroupID, user identity.SCIMUserID) time.Duration {
	b.Helper()
	add := tenanttest.Operations("add", "members", fmt.Sprintf(`[{"value":%q}]`, user))
	remove := tenanttest.Operations("remove", fmt.Sprintf("members[value eq %q]", user), "null")
	start := time.Now()
	if _, _, err := dir.Provision.PatchGroup(b.Context(), dir.Request(), group, add, provision.GroupWish{}); err != nil {
		b.Fatal(err)
	}
	if _, _, err := dir.Provision.PatchGroup(b.Context(), dir.Request(), group, remove, provision.GroupWish{}); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

// benchEntra is a directory whose client does not read the group after a PATCH.
func benchEntra(b *testing.B, org *tenanttest.Org) *tenanttest.Directory {
	b.Helper()
	d, err := org.Accounts.CreateDirectory(b.Context(), tenanttest.Admin, org.ID, accounts.NewDirectory{Name: "Entra ID", Kind: identity.KindEntra})
	if err != nil {
		b.Fatal(err)
	}
	return &tenanttest.Directory{Org: org, ID: d.ID}
}

// benchRecords stores n unlinked records in one transaction.
func benchRecords(b *testing.B, dir *tenanttest.Directory, n int) []identity.SCIMUserID {
	b.Helper()
	ids := make([]identity.SCIMUserID, n)
	err := dir.Store.Update(b.Context(), func(tx *store.Tx) error {
		for i := range ids {
			ids[i] = identity.SCIMUserID(identity.NewUUID())
			name := fmt.Sprintf("user-%d", i)
			doc := fmt.Appendf(nil, `{"userName":%q,"active":true}`, name)
			err := tx.InsertSCIMUser(store.SCIMUser{
				DirectoryID: dir.ID, ID: ids[i], UserName: name, UserNameKey: name, Active: true, Doc: doc, Folded: doc,
				Schemas: []string{"urn:ietf:params:scim:schemas:core:2.0:User"}, UnlinkedReason: "none",
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return ids
}
