package e2e

import (
	"context"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/store"
	"roster/internal/testdb"
)

// BenchmarkDurableCreates measures how many POST /Users a second the real
// process acknowledges, each on stable storage, at 1, 16 and 64 connections.
// Beside each rate stands its ratio to one connection, and to raw: the same
// rows inserted into the same engine one commit at a time, without HTTP, SCIM,
// links or logs. One connection pays a disk sync for every create and 64 share
// it, so their ratio grows with the time of a sync, which stands beside it. The processor time is the server's alone (PostgreSQL's not
// included): clients and server share the machine, so it says what the rates hide.
func BenchmarkDurableCreates(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			raw := rawInserts(b, engine)
			sync := diskSync(b)
			var one float64
			for _, connections := range []int{1, 16, 64} {
				b.Run(fmt.Sprintf("connections=%d", connections), func(b *testing.B) {
					rate := creates(b, engine, connections)
					if connections == 1 {
						one = rate
					}
					b.ReportMetric(rate, "creates/s")
					b.ReportMetric(rate/one, "x1connection")
					b.ReportMetric(rate/raw, "xraw")
					b.ReportMetric(float64(sync.Microseconds()), "µs/disk-sync")
				})
			}
		})
	}
}

// creates posts b.N users over a number of connections to a fresh process and
// gives the rate.
func creates(b *testing.B, engine string, connections int) float64 {
	b.Helper()
	var args []string
	if engine == "postgres" {
		args = []string{"--database", testdb.Postgres(b)}
	}
	p, info := startDemo(b, b.TempDir(), args...)
	d := info.Directories[2]
	var next atomic.Int64
	var all sync.WaitGroup
	b.ResetTimer()
	for range connections {
		all.Go(func() {
			for {
				n := next.Add(1)
				if n > int64(b.N) {
					return
				}
				if _, err := createUser(d.SCIMBaseURL, d.Token, fmt.Sprintf("bench-%d@newcorp.example", n)); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	b.StopTimer()
	rate := float64(b.N) / b.Elapsed().Seconds()
	state := p.stop(b)
	b.ReportMetric(float64((state.UserTime()+state.SystemTime()).Microseconds())/float64(b.N), "server-cpu-µs/op")
	return rate
}

// diskSync is what makes one connection slow, and what a shared commit saves:
// how long the disk of the database takes to make an append durable.
func diskSync(b *testing.B) time.Duration {
	b.Helper()
	f, err := os.Create(b.TempDir() + "/sync")
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	page := make([]byte, 4096)
	start := time.Now()
	for range syncs {
		if _, err := f.Write(page); err != nil {
			b.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
	}
	return (time.Since(start) / syncs).Round(time.Microsecond)
}

// syncs is how many appends the sync time is measured on.
const syncs = 500

// rawInserts gives how many records a second one writer inserts, one commit each.
func rawInserts(b *testing.B, engine string) float64 {
	b.Helper()
	dsn := b.TempDir() + "/raw.db"
	if engine == "postgres" {
		dsn = testdb.Postgres(b)
	}
	st, err := store.Open(context.Background(), dsn, store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer closeStore(b, st)
	dir := rawDirectory(b, st)
	start := time.Now()
	for i := range rawRows {
		if err := st.Update(b.Context(), func(tx *store.Tx) error { return tx.InsertSCIMUser(rawUser(dir, i)) }); err != nil {
			b.Fatal(err)
		}
	}
	rate := rawRows / time.Since(start).Seconds()
	b.Logf("%s: %.0f raw inserts/s", engine, rate)
	return rate
}

// rawRows is how many rows the raw rate is measured on.
const rawRows = 2000

func rawDirectory(b *testing.B, st *store.Store) identity.DirectoryID {
	b.Helper()
	a := accounts.New(st)
	org, err := a.CreateOrg(b.Context(), identity.Caller{}, "raw", identity.BehaviourSafe)
	if err != nil {
		b.Fatal(err)
	}
	dir, err := a.CreateDirectory(b.Context(), identity.Caller{}, org.ID, accounts.NewDirectory{Name: "raw", Kind: identity.KindGeneric})
	if err != nil {
		b.Fatal(err)
	}
	return dir.ID
}

// rawUser is a row as createUser's request leaves one.
func rawUser(dir identity.DirectoryID, i int) store.SCIMUser {
	name := fmt.Sprintf("raw-%d@newcorp.example", i)
	doc := fmt.Sprintf(`{"externalId":%q,"userName":%q,"name":{"familyName":"Body","givenName":"Some"},"displayName":"Some Body","active":true,"emails":[{"value":%q,"type":"work","primary":true}]}`, name, name, name)
	return store.SCIMUser{
		DirectoryID: dir, ID: identity.SCIMUserID(identity.NewUUID()), UserName: name, UserNameKey: name, ExternalID: name,
		Email: identity.MustEmail(name), DisplayName: "Some Body", Active: true, Doc: []byte(doc), Folded: []byte(doc), Emails: []string{name},
		Schemas: []string{"urn:ietf:params:scim:schemas:core:2.0:User"}, UnlinkedReason: "raw",
	}
}
