package adminapi_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"roster/internal/accounts"
	"roster/internal/adminapi"
	"roster/internal/auth"
	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/tenanttest"
)

// BenchmarkAppsSeeAccount asks for accounts as an application does at login:
// in process, and over HTTP with 32 at a time, where it reports percentiles.
func BenchmarkAppsSeeAccount(b *testing.B) {
	for _, engine := range []struct {
		name string
		open func(testing.TB) *tenanttest.Deployment
	}{{"sqlite", tenanttest.OnSQLite}, {"postgres", tenanttest.OnPostgres}} {
		d := engine.open(b)
		org := d.Org("acme.example")
		const people = 1000
		paths := make([]string, people)
		for i := range paths {
			a, err := d.Accounts.Create(b.Context(), tenanttest.Admin, org.ID, accounts.NewAccount{Email: fmt.Sprintf("p%d@acme.example", i), Origin: identity.OriginInvited})
			if err != nil {
				b.Fatal(err)
			}
			paths[i] = "/api/v1/accounts/" + string(a.ID)
		}
		keys := auth.NewKeys(d.Store, nil) // with the true clock: the tests' runs a second at each look, and keys would be looked up anew
		key, err := keys.CreateOrgKey(b.Context(), tenanttest.Admin, org.ID, "app", time.Time{}, identity.ScopeRead)
		if err != nil {
			b.Fatal(err)
		}
		handler := adminapi.New(adminapi.Deps{Accounts: d.Accounts, Repair: d.Repair, Journal: journal.NewReader(d.Store), Keys: keys, Logger: slog.New(slog.DiscardHandler)})
		b.Run(engine.name+"/in-process", func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, appRequest(b, "http://roster", paths[i%people], key.Secret))
				if w.Code != http.StatusOK {
					b.Fatal(w.Code, w.Body)
				}
			}
		})
		server := httptest.NewServer(handler)
		b.Cleanup(server.Close)
		b.Run(engine.name+"/http-32", func(b *testing.B) { benchmarkOverHTTP(b, server.URL, paths, key.Secret) })
	}
}

func benchmarkOverHTTP(b *testing.B, url string, paths []string, key string) {
	b.Helper()
	const workers = 32
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: workers}}
	defer client.CloseIdleConnections()
	took := make([]time.Duration, b.N)
	next := make(chan int)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := range next {
				start := time.Now()
				res, err := client.Do(appRequest(b, url, paths[i%len(paths)], key))
				if err != nil {
					b.Error(err)
					continue
				}
				res.Body.Close()
				took[i] = time.Since(start)
			}
		})
	}
	b.ResetTimer()
	for i := range b.N {
		next <- i
	}
	close(next)
	wg.Wait()
	b.StopTimer()
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
}

func appRequest(b *testing.B, url, path, key string) *http.Request {
	b.Helper()
	r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, url+path, http.NoBody)
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+key)
	return r
}
