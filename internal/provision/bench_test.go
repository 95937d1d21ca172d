package provision_test

import (
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/provision"
	"roster/internal/scim"
	"roster/internal/store"
)

// BenchmarkCreateUser is the durable path without HTTP: a create that makes a
// record, an account, a link and a log entry, from 1 and from 64 goroutines.
func BenchmarkCreateUser(b *testing.B) {
	for _, writers := range []int{1, 64} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			svc, req := benchDirectory(b)
			var next atomic.Int64
			var all sync.WaitGroup
			b.ResetTimer()
			for range writers {
				all.Go(func() {
					for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
						if _, err := svc.CreateUser(b.Context(), req, benchUser(b, n)); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			all.Wait()
		})
	}
}

func benchDirectory(b *testing.B) (*provision.Service, provision.Request) {
	b.Helper()
	st, err := store.Open(b.Context(), filepath.Join(b.TempDir(), "bench.db"), store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := st.Close(); err != nil {
			b.Error(err)
		}
	})
	admin := accounts.New(st)
	org, err := admin.CreateOrg(b.Context(), identity.Caller{}, "bench", identity.BehaviourSafe)
	if err != nil {
		b.Fatal(err)
	}
	dir, err := admin.CreateDirectory(b.Context(), identity.Caller{}, org.ID, accounts.NewDirectory{Name: "bench", Kind: identity.KindEntra})
	if err != nil {
		b.Fatal(err)
	}
	return provision.New(st), provision.Request{OrgID: org.ID, DirectoryID: dir.ID, Caller: identity.Caller{Actor: "bench", RequestID: "bench"}}
}

func benchUser(b *testing.B, n int64) scim.Value {
	b.Helper()
	v, err := scim.Decode(fmt.Appendf(nil, `{"userName":"user-%d@bench.example","externalId":"%d","name":{"givenName":"Some","familyName":"Body"},
		"displayName":"Some Body","emails":[{"value":"user-%d@bench.example","type":"work","primary":true}],"active":true}`, n, n, n), scim.DefaultLimits)
	if err != nil {
		b.Fatal(err)
	}
	return v
}
