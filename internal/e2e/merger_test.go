package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"roster/internal/testdb"
)

// merger is a company whose people have an old account each, and are synced
// into a new one.
type merger struct {
	testing.TB
	demoInfo
	people int
	file   string // old and new addresses
}

func newMerger(tb testing.TB, info demoInfo, people int) *merger {
	tb.Helper()
	m := &merger{tb, info, people, filepath.Join(tb.TempDir(), "old,new.csv")}
	var accounts, pairs strings.Builder
	accounts.WriteString("email,name\n")
	pairs.WriteString("old,new\n")
	for i := range people {
		fmt.Fprintf(&accounts, "merged-%d@oldcorp.example,Merged %d\n", i, i)
		fmt.Fprintf(&pairs, "merged-%d@oldcorp.example,merged-%d@newcorp.example\n", i, i)
	}
	request(tb, http.MethodPost, info.BaseURL+"/admin/v1/orgs/"+info.OrgID+"/accounts/import?format=csv", info.OrgKey, accounts.String()).want(tb, 200)
	d := info.Directories[2]
	for i := range people {
		if _, err := createUser(d.SCIMBaseURL, d.Token, fmt.Sprintf("merged-%d@newcorp.example", i)); err != nil {
			tb.Fatal(err)
		}
	}
	if err := os.WriteFile(m.file, []byte(pairs.String()), 0o600); err != nil {
		tb.Fatal(err)
	}
	return m
}

// cli is a command of the real program against the server.
func (m *merger) cli(args ...string) *exec.Cmd {
	cmd := exec.Command(binary, args...)
	cmd.Env = append(os.Environ(), "ROSTER_URL="+m.BaseURL, "ROSTER_KEY="+m.OrgKey, "HOME="+m.TempDir())
	return cmd
}

func (m *merger) run(args ...string) []byte {
	m.Helper()
	cmd := m.cli(args...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		m.Fatalf("roster %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return out
}

func (m *merger) plan() (repair string) {
	m.Helper()
	var planned struct {
		Data struct {
			ID    string `json:"id"`
			Cases struct {
				Total int `json:"total"`
			} `json:"cases"`
		} `json:"data"`
	}
	if err := json.Unmarshal(m.run("repair", "email", "--map", m.file, "--output", "json"), &planned); err != nil {
		m.Fatal(err)
	}
	diff(m, "cases planned", m.people, planned.Data.Cases.Total)
	return planned.Data.ID
}

// done gives how many cases have a status.
func (m *merger) done(repair, status string) int {
	m.Helper()
	found := request(m, http.MethodGet, m.BaseURL+"/admin/user-provisioning/v1/org/"+m.OrgID+"/repairs/"+repair, m.OrgKey, "").want(m, 200).object(m)
	n, _ := at(m, found, "data", "cases", status).(float64)
	return int(n)
}

// TestMergerSurvivesAKill kills the server in the middle of a merger's repair:
// applied again it goes on, repairs everybody once, and can be undone.
func TestMergerSurvivesAKill(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, args ...string) {
		dir := t.TempDir()
		p, info := startDemo(t, dir, args...)
		m := newMerger(t, info, 150)
		repair := m.plan()

		cut := m.cli("repair", "apply", repair, "--yes")
		if err := cut.Start(); err != nil {
			t.Fatal(err)
		}
		p.await(t, func() bool { return m.done(repair, "done") >= 25 })
		p.kill(t)
		if err := cut.Wait(); err == nil {
			t.Error("the command that was cut off says that all is well")
		}

		_, info = startDemo(t, dir, args...)
		m.BaseURL = info.BaseURL
		before := m.done(repair, "done")
		if before >= m.people {
			t.Fatalf("the kill came too late: %d of %d were done", before, m.people)
		}
		m.run("repair", "apply", repair, "--yes")
		diff(t, "repaired", m.people, m.done(repair, "done"))
		if out := string(m.run("diagnose", "--kind", "wrong-account", "--limit", "0")); strings.Contains(out, "merged-") {
			t.Errorf("findings after the repair:\n%s", out)
		}
		audited := 0
		for url := m.BaseURL + "/admin/v1/orgs/" + m.OrgID + "/events?action=repair_applied&limit=100"; url != ""; {
			page := request(t, http.MethodGet, url, m.OrgKey, "").want(t, 200).object(t)
			audited += len(list(t, at(t, page, "data")))
			links, _ := page["links"].(map[string]any)
			url, _ = links["next"].(string)
		}
		diff(t, "audited once a person", m.people, audited)
		m.run("repair", "undo", repair, "--yes")
		diff(t, "undone", m.people, m.done(repair, "undone"))
	})
}

// BenchmarkMerger plans, applies and undoes the repair of a merger of 10,000
// people with the real program.
func BenchmarkMerger(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			var args []string
			if engine == "postgres" {
				args = []string{"--database", testdb.Postgres(b)}
			}
			_, info := startDemo(b, b.TempDir(), args...)
			m := newMerger(b, info, 10_000)
			rate := func(what string, do func()) {
				start := time.Now()
				do()
				b.ReportMetric(float64(m.people)/time.Since(start).Seconds(), what)
			}
			for b.Loop() {
				var repair string
				rate("plans/s", func() { repair = m.plan() })
				rate("applied/s", func() {
					m.run("repair", "apply", repair, "--yes", "--result", filepath.Join(b.TempDir(), "applied.csv"))
				})
				rate("undone/s", func() { m.run("repair", "undo", repair, "--yes", "--result", filepath.Join(b.TempDir(), "undone.csv")) })
			}
		})
	}
}
