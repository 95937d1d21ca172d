package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	neturl "net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
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
		fmt.Fprintf(&accounts, "merged-%d@oldcorp.example,%s\n", i, mergedName(i))
		fmt.Fprintf(&pairs, "merged-%d@oldcorp.example,merged-%d@newcorp.example\n", i, i)
	}
	request(tb, http.MethodPost, info.BaseURL+"/admin/v1/orgs/"+info.OrgID+"/accounts/import?format=csv", info.OrgKey, accounts.String()).want(tb, 200)
	for first := 0; first < people; first += pushedAtOnce {
		m.push(first, min(first+pushedAtOnce, people))
	}
	if err := os.WriteFile(m.file, []byte(pairs.String()), 0o600); err != nil {
		tb.Fatal(err)
	}
	return m
}

// pushedAtOnce is how many people a bulk request creates; a server takes 1000.
const pushedAtOnce = 500

// mergedName is what both companies call a person.
func mergedName(i int) string { return fmt.Sprintf("Ada Person-%d", i) }

// push lets the new company's directory create people by bulk (RFC 7644
// section 3.7).
func (m *merger) push(first, end int) {
	m.Helper()
	operations := make([]map[string]any, 0, end-first)
	for i := first; i < end; i++ {
		address := fmt.Sprintf("merged-%d@newcorp.example", i)
		operations = append(operations, map[string]any{"method": "POST", "path": "/Users", "bulkId": address, "data": map[string]any{
			"userName": address, "externalId": address, "displayName": mergedName(i), "active": true,
			"emails": []any{map[string]any{"value": address, "type": "work", "primary": true}},
		}})
	}
	body, err := json.Marshal(map[string]any{"schemas": []string{"urn:ietf:params:scim:api:messages:2.0:BulkRequest"}, "Operations": operations})
	if err != nil {
		m.Fatal(err)
	}
	d := m.Directories[2]
	answers := list(m, at(m, request(m, http.MethodPost, d.SCIMBaseURL+"/Bulk", d.Token, string(body)).want(m, 200).object(m), "Operations"))
	for _, answer := range answers {
		if status := at(m, answer, "status"); status != "201" {
			m.Fatalf("a person was not created: %v", answer)
		}
	}
	diff(m, "people created", end-first, len(answers))
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

// plan plans the repair of everybody, and expects so many cases.
func (m *merger) plan(cases int, args ...string) (repair string) {
	m.Helper()
	var planned struct {
		Data struct {
			ID    string `json:"id"`
			Cases struct {
				Total int `json:"total"`
			} `json:"cases"`
		} `json:"data"`
	}
	if err := json.Unmarshal(m.run(append([]string{"repair", "email", "--map", m.file, "--output", "json"}, args...)...), &planned); err != nil {
		m.Fatal(err)
	}
	diff(m, "cases planned", cases, planned.Data.Cases.Total)
	return planned.Data.ID
}

// cutOffPlan leaves a plan with its first part, as a command does that is cut off.
func (m *merger) cutOffPlan() (repair string) {
	m.Helper()
	repairs := m.BaseURL + "/admin/user-provisioning/v1/org/" + m.OrgID + "/repairs"
	opened := request(m, http.MethodPost, repairs, m.OrgKey, `{"title":"merger","open":true}`).want(m, 201).object(m)
	repair, _ = at(m, opened, "data", "id").(string)
	request(m, http.MethodPost, repairs+"/"+repair+"/cases", m.OrgKey, `{"emails":[{"old":"merged-3@oldcorp.example","new":"merged-3@newcorp.example"}]}`).want(m, 200)
	if out, err := m.cli("repair", "apply", repair, "--yes").CombinedOutput(); err == nil || !strings.Contains(string(out), "is open") {
		m.Errorf("half a plan is applied: %s", out)
	}
	return repair
}

// done gives how many cases have a status.
func (m *merger) done(repair, status string) int {
	m.Helper()
	found := request(m, http.MethodGet, m.BaseURL+"/admin/user-provisioning/v1/org/"+m.OrgID+"/repairs/"+repair, m.OrgKey, "").want(m, 200).object(m)
	n, _ := at(m, found, "data", "cases", status).(float64)
	return int(n)
}

// killAtApply stands before a server and kills it in the middle of the nth call
// that applies a part of the repair; that call gets no answer.
func (m *merger) killAtApply(p *process, n int, inTheMiddle func() bool) (url string) {
	m.Helper()
	to, err := neturl.Parse(m.BaseURL)
	if err != nil {
		m.Fatal(err)
	}
	behind := httputil.NewSingleHostReverseProxy(to)
	behind.ErrorHandler = func(http.ResponseWriter, *http.Request, error) {} // the server is gone, as it should
	var calls atomic.Int32
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/apply") || int(calls.Add(1)) != n {
			behind.ServeHTTP(w, r)
			return
		}
		served := make(chan struct{})
		go func() {
			defer close(served)
			behind.ServeHTTP(httptest.NewRecorder(), r)
		}()
		p.await(m, inTheMiddle)
		p.kill(m)
		<-served
		panic(http.ErrAbortHandler)
	}))
	m.Cleanup(proxy.Close)
	return proxy.URL
}

// TestMergerSurvivesAKill kills the server in the middle of a merger's repair.
// Two operators go on with it at once, while the identity provider writes:
// everybody is repaired once, or stopped with nothing changed and repaired by
// the next plan, and all of it can be undone.
func TestMergerSurvivesAKill(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, args ...string) {
		dir := t.TempDir()
		p, info := startDemo(t, dir, args...)
		m := newMerger(t, info, 110)
		repair := m.plan(m.people, "--resume", m.cutOffPlan())

		m.BaseURL = m.killAtApply(p, 2, func() bool { return m.done(repair, "done") > 30 }) // a call does 25
		result := filepath.Join(t.TempDir(), "result.jsonl")
		if err := m.cli("repair", "apply", repair, "--yes", "--result", result).Run(); err == nil {
			t.Error("the command that was cut off says that all is well")
		}
		diff(t, "rows of the first call", 25, m.rows(result)["done"])

		_, info = startDemo(t, dir, args...)
		m.BaseURL = info.BaseURL
		m.demoInfo = info
		if before := m.done(repair, "done"); before <= 30 || before > 50 {
			t.Errorf("%d were done before the kill", before)
		}
		m.retitle(99)
		var operators sync.WaitGroup
		operators.Go(func() { _ = m.cli("repair", "apply", repair, "--yes", "--result", result).Run() }) // what stopped makes it fail
		operators.Go(func() { _ = m.cli("repair", "apply", repair, "--yes").Run() })
		m.retitle(51, 60, 70, 80, 90)
		operators.Wait()
		done, stopped := m.done(repair, "done"), m.done(repair, "stopped")
		diff(t, "repaired or stopped", m.people, done+stopped)
		if stopped == 0 {
			t.Error("nothing stopped where the identity provider had written")
		}
		_ = m.cli("repair", "apply", repair, "--yes", "--result", result).Run()
		diff(t, "rows of the result, one a person", map[string]int{"done": done, "stopped": stopped}, m.rows(result))
		again := m.plan(stopped)
		m.run("repair", "apply", again, "--yes")
		diff(t, "problems left", 0, m.problems())
		diff(t, "audited once a person", m.people, m.audited("repair_applied"))

		m.run("repair", "undo", again, "--yes")
		m.run("repair", "undo", repair, "--yes")
		diff(t, "undone", m.people, m.done(again, "undone")+m.done(repair, "undone"))
		diff(t, "problems after the undo", m.people, m.problems())
	})
}

// rows counts the rows of a result by their status.
func (m *merger) rows(result string) map[string]int {
	m.Helper()
	text, err := os.ReadFile(result)
	if err != nil {
		m.Fatal(err)
	}
	counts := map[string]int{}
	for line := range strings.Lines(string(text)) {
		var row struct {
			Status string `json:"status"`
		}
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			m.Fatalf("%v in %s", err, line)
		}
		counts[row.Status]++
	}
	return counts
}

// retitle lets the identity provider write to some people.
func (m *merger) retitle(people ...int) {
	m.Helper()
	d := m.Directories[2]
	for _, i := range people {
		found := request(m, http.MethodGet, d.SCIMBaseURL+"/Users?filter="+neturl.QueryEscape(fmt.Sprintf(`userName eq "merged-%d@newcorp.example"`, i)), d.Token, "").want(m, 200).object(m)
		id, _ := at(m, found, "Resources", 0, "id").(string)
		request(m, http.MethodPatch, d.SCIMBaseURL+"/Users/"+id, d.Token,
			`{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"title","value":"Chief"}]}`).want(m, 200)
	}
}

// audited counts the entries of an action in the audit log.
func (m *merger) audited(action string) (n int) {
	m.Helper()
	for url := m.BaseURL + "/admin/v1/orgs/" + m.OrgID + "/events?action=" + action + "&limit=100"; url != ""; {
		page := request(m, http.MethodGet, url, m.OrgKey, "").want(m, 200).object(m)
		n += len(list(m, at(m, page, "data")))
		links, _ := page["links"].(map[string]any)
		url, _ = links["next"].(string)
	}
	return n
}

// problems counts the people of the merger that diagnosis finds by itself.
func (m *merger) problems() int {
	m.Helper()
	out := string(m.run("diagnose", "--kind", "wrong-account", "--limit", "0", "--output", "json"))
	return strings.Count(out, `"newEmail": "merged-`)
}
