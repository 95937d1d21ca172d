package e2e

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// remoteRepair is a demo that behaves as the hosted service, behind a proxy
// that lets hosted calls pass alone, and the files of a repair.
type remoteRepair struct {
	hosted

	proxy             *hostedProxy
	dir, journal, key string
}

func newRemoteRepair(t *testing.T, pairs string) *remoteRepair {
	t.Helper()
	_, info := startDemo(t, t.TempDir())
	r := &remoteRepair{hosted: hosted{t, info}, proxy: newHostedProxy(t, info.BaseURL), dir: t.TempDir()}
	r.admin(http.MethodPatch, "/admin/v1/orgs/"+info.OrgID, `{"behaviour":"atlassian"}`).want(t, 200)
	r.journal, r.key = filepath.Join(r.dir, "journal.jsonl"), filepath.Join(r.dir, "key")
	pairs = strings.NewReplacer("A1", info.Scenarios.A.OldEmail, "A2", info.Scenarios.A.NewEmail, "B1", info.Scenarios.B.OldEmail, "B2", info.Scenarios.B.NewEmail).Replace(pairs)
	var tokens strings.Builder
	for _, d := range info.Directories {
		tokens.WriteString(d.ID + " " + d.Token + "\n")
	}
	for name, text := range map[string]string{"key": info.OrgKey, "map.csv": pairs, "tokens": tokens.String()} {
		if err := os.WriteFile(filepath.Join(r.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

// run runs the command line until it ends, or is killed by the proxy.
func (r *remoteRepair) run(kill bool, args ...string) (code int, out string) {
	r.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, append([]string{"remote"}, args...)...)
	cmd.Env = append(os.Environ(), "XDG_CONFIG_HOME="+r.dir)
	r.proxy.mu.Lock()
	r.proxy.cutOff = nil
	if kill {
		r.proxy.cutOff = func() { _ = cmd.Process.Kill() }
	}
	r.proxy.mu.Unlock()
	text, err := cmd.CombinedOutput()
	if _, ended := errors.AsType[*exec.ExitError](err); err != nil && !ended {
		r.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(text)
}

func (r *remoteRepair) plan(args ...string) string {
	r.Helper()
	code, out := r.run(false, append([]string{
		"plan", "--map", filepath.Join(r.dir, "map.csv"), "--journal", r.journal, "--url", r.proxy.URL, "--org", r.OrgID,
		"--key-file", r.key, "--scim-token-file", filepath.Join(r.dir, "tokens"), "--rate", "1000",
	}, args...)...)
	if code != 0 {
		r.Fatalf("plan ends with %d:\n%s", code, out)
	}
	return out
}

func (r *remoteRepair) apply(kill bool, args ...string) (code int, out string) {
	r.Helper()
	return r.run(kill, append([]string{"apply", "--journal", r.journal, "--key-file", r.key, "--rate", "1000", "--yes"}, args...)...)
}

func (r *remoteRepair) wantOutput(out string, parts ...string) {
	r.Helper()
	for _, part := range parts {
		if !strings.Contains(out, part) {
			r.Errorf("the output lacks %q:\n%s", part, out)
		}
	}
}

// wantClean checks that hosted calls alone were made and that no secret was
// written down.
func (r *remoteRepair) wantClean() {
	r.Helper()
	r.proxy.mu.Lock()
	defer r.proxy.mu.Unlock()
	if len(r.proxy.foreign) > 0 {
		r.Errorf("calls that the hosted service has not: %q", r.proxy.foreign)
	}
	journal, err := os.ReadFile(r.journal)
	if err != nil {
		r.Fatal(err)
	}
	secrets := []string{r.OrgKey}
	for _, d := range r.Directories {
		secrets = append(secrets, d.Token)
	}
	for _, secret := range secrets {
		if strings.Contains(string(journal), secret) {
			r.Error("the journal holds a secret")
		}
	}
}

// pushBoth is the identity provider's part of both stories.
func (r *remoteRepair) pushBoth() {
	r.Helper()
	b := r.Scenarios.B
	r.pushEmail(r.Scenarios.A).want(r, 200)
	r.scim(b.DirectoryID, http.MethodPost, "/Users", fmt.Sprintf(`{"userName":%q,"emails":[{"value":%q,"type":"work","primary":true}],"active":true}`, b.NewEmail, b.NewEmail)).want(r, 201)
}

func (r *remoteRepair) wantRepaired() {
	r.Helper()
	a, b := r.Scenarios.A, r.Scenarios.B
	diff(r, "A: account 1 has the new email", any(a.NewEmail), r.emailOf(a.AAID1))
	diff(r, "A: account 2 is not synced", 0, len(r.links(a.AAID2)))
	diff(r, "B: account 1 has the new email", any(b.NewEmail), r.emailOf(b.AAID1))
	diff(r, "B: account 1 is synced", 1, len(r.links(b.AAID1)))
	diff(r, "B: account 2 is not synced", 0, len(r.links(b.AAID2)))
}

// TestRemoteRepair does both stories by hosted calls alone, while the server
// asks to slow down and fails in between.
func TestRemoteRepair(t *testing.T) {
	t.Parallel()
	r := newRemoteRepair(t, "old,new\nA1,A2\nB1,B2\nnobody@newcorp.example,nobody.else@newcorp.example\n")
	r.proxy.everyNth = 4
	a, b := r.Scenarios.A, r.Scenarios.B
	out := r.plan("--idp", "okta")
	r.wantOutput(out, "repair A", "repair B", "manages no account with either address", "Retry Selected", "cannot be undone: no hosted call brings back the 1 deleted",
		"parked-"+a.AAID2+"@", "2 cases planned, 1 with nothing to do; nothing was changed")
	diff(t, "the plan wrote nothing", 0, len(r.proxy.made))

	code, out := r.run(false, "apply", "--journal", r.journal, "--key-file", r.key)
	diff(t, "exit code without --yes", 2, code)
	r.wantOutput(out, "cannot be undone", "give --yes")
	diff(t, "without --yes nothing is written", 0, len(r.proxy.made))

	result := filepath.Join(r.dir, "result.csv")
	code, out = r.apply(false, "--result", result)
	diff(t, "exit code of the first part", 0, code)
	r.wantOutput(out, "0 done, 2 waiting")
	diff(t, "B: the address is set", any(b.NewEmail), r.emailOf(b.AAID1))
	r.pushBoth()
	_, out = r.apply(false)
	r.wantOutput(out, "2 done, 0 waiting, 0 stopped")
	r.wantRepaired()
	r.wantClean()
	if r.proxy.limited["429"] == 0 || r.proxy.limited["503"] == 0 {
		t.Errorf("the proxy answered 429 and 503 %v times", r.proxy.limited)
	}
	diff(t, "statuses in the result", []string{"status", "waiting", "waiting", "nothing"}, csvColumn(t, result, 1))

	_, out = r.run(false, "status", "--journal", r.journal, "-o", "json")
	var cases []map[string]any
	if err := json.NewDecoder(strings.NewReader(out)).Decode(&cases); err != nil { // the sum stands behind
		t.Fatalf("%v in %s", err, out)
	}
	diff(t, "status of A", any("done"), cases[0]["status"])
	writes := len(r.proxy.made)
	if code, _ := r.apply(false); code != 0 {
		t.Errorf("applying what is done ends with %d", code)
	}
	diff(t, "applying what is done writes nothing", writes, len(r.proxy.made))
}

func csvColumn(t *testing.T, name string, column int) (values []string) {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		values = append(values, row[column])
	}
	return values
}

// TestRemoteRepairKilled kills the command line at every write, once before it
// reaches the server and once before its answer is known. Every write is made
// once, and the end is the same.
func TestRemoteRepairKilled(t *testing.T) {
	t.Parallel()
	r := newRemoteRepair(t, "A1,A2\nB1,B2\n")
	r.plan()
	kills := 0
	for ; kills < 20; kills++ {
		if code, _ := r.apply(true); code != -1 {
			break
		}
		if kills == 3 {
			tear(t, r.journal)
		}
	}
	diff(t, "kills, two at each of five writes", 10, kills)
	a, b := r.Scenarios.A, r.Scenarios.B
	org := "/org/" + r.OrgID + "/user/"
	diff(t, "writes that reached the server", []string{
		"DELETE " + org + a.AAID2 + "/onlyDeleteUserInDB", "PUT /users/" + a.AAID2 + "/manage/email",
		"DELETE " + org + b.AAID2 + "/onlyDeleteUserInDB", "PUT /users/" + b.AAID2 + "/manage/email", "PUT /users/" + b.AAID1 + "/manage/email",
	}, r.proxy.made)
	r.pushBoth()
	code, out := r.apply(false)
	diff(t, "exit code at the end", 0, code)
	r.wantOutput(out, "2 done, 0 waiting, 0 stopped")
	r.wantRepaired()
	r.wantClean()
}

// tear leaves half a line at the end of a journal, as a power cut does.
func tear(t *testing.T, name string) {
	t.Helper()
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteString(`{"event":{"at":"2026`); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestRemoteRepairStops: what changed since the plan stops its case, and the
// others go on.
func TestRemoteRepairStops(t *testing.T) {
	t.Parallel()
	r := newRemoteRepair(t, "A1,A2\nB1,B2\n")
	r.plan()
	b := r.Scenarios.B
	r.setEmail(b.AAID1, "grace.changed@newcorp.example").want(t, 204)
	code, out := r.apply(false)
	diff(t, "exit code", 6, code)
	r.wantOutput(out, "1 waiting, 1 stopped", "plan again")
	diff(t, "B: account 2 is as it was", 1, len(r.links(b.AAID2)))
	code, out = r.apply(false, "--url", r.BaseURL)
	diff(t, "exit code with another server", 2, code)
	r.wantOutput(out, "the journal was planned for")
	r.wantClean()
}
