package e2e

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"roster/internal/repair"
	"roster/internal/store"
)

// TestKill9 kills the process under concurrent writes, several times over:
// every acknowledged write is there afterwards, and the invariants hold.
func TestKill9(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var acknowledged []string
	for round := range 3 {
		p, info := startDemo(t, dir)
		acknowledged = append(acknowledged, writeUntilKilled(t, p, info, round)...)
	}
	if len(acknowledged) < 100 {
		t.Fatalf("only %d writes were acknowledged before the kills", len(acknowledged))
	}
	p, info := startDemo(t, dir)
	d := info.Directories[2]
	for _, id := range acknowledged {
		request(t, http.MethodGet, d.SCIMBaseURL+"/Users/"+id, d.Token, "").want(t, 200)
	}
	p.stop(t)
	checkInvariants(t, dir+"/roster.db")
	t.Logf("%d acknowledged writes survived 3 kills", len(acknowledged))
}

// writeUntilKilled creates users from 16 clients, kills the server when 60 are
// acknowledged, and gives the ids that were acknowledged until the end.
func writeUntilKilled(t *testing.T, p *process, info demoInfo, round int) (ids []string) {
	t.Helper()
	d := info.Directories[2]
	var mu sync.Mutex
	var writers sync.WaitGroup
	enough := make(chan struct{})
	for client := range 16 {
		writers.Go(func() {
			for n := 0; ; n++ {
				id, err := createUser(d.SCIMBaseURL, d.Token, fmt.Sprintf("kill-%d-%d-%d@newcorp.example", round, client, n))
				if err != nil {
					return // the server is gone
				}
				mu.Lock()
				if ids = append(ids, id); len(ids) == 60 {
					close(enough)
				}
				mu.Unlock()
			}
		})
	}
	<-enough
	p.kill(t)
	writers.Wait()
	return ids
}

// createUser posts a user; an error means that it was not acknowledged.
func createUser(base, token, name string) (id string, err error) {
	body := fmt.Sprintf(`{"userName":%q,"externalId":%q,"name":{"givenName":"Some","familyName":"Body"},"displayName":"Some Body","emails":[{"value":%q,"type":"work","primary":true}],"active":true}`, name, name, name)
	req, err := http.NewRequest(http.MethodPost, base+"/Users", strings.NewReader(body))
	if err != nil {
		return "", err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/scim+json")
	res, err := loadClient.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return "", err
	}
	if res.StatusCode != http.StatusCreated {
		return "", fmt.Errorf("status %d: %s", res.StatusCode, answer)
	}
	location := res.Header.Get("Location")
	return location[strings.LastIndex(location, "/")+1:], nil
}

// loadClient keeps enough connections open for the tests with many clients.
var loadClient = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256}}

func checkInvariants(t *testing.T, dsn string) {
	t.Helper()
	st, err := store.Open(context.Background(), dsn, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer closeStore(t, st)
	breaches, err := repair.New(st).Check(context.Background())
	if err != nil || len(breaches) > 0 {
		t.Errorf("invariants: %v %v", err, breaches)
	}
}

func closeStore(tb testing.TB, st *store.Store) {
	tb.Helper()
	if err := st.Close(); err != nil {
		tb.Error(err)
	}
}
