package e2e

import (
	"context"
	"encoding/csv"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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

func newRemoteRepair(t *testing.T, pairs string, args ...string) *remoteRepair {
	t.Helper()
	_, info := startDemo(t, t.TempDir(), args...)
	r := &remoteRepair{hosted: hosted{t, info}, proxy: newHostedProxy(t, info.BaseURL), dir: t.TempDir()}
	r.admin(http.MethodPatch, "/admin/v1/orgs/"+info.OrgID, `{"behaviour":"atlassian"}`).want(t, 200)
	r.journal, r.key = filepath.Join(r.dir, "journal.jsonl"), filepath.Join(r.dir, "key")
	pairs = strings.NewReplacer("A1", info.Scenarios.A.OldEmail, "A2", info.Scenarios.A.NewEmail, "B1", info.Scenarios.B.OldEmail, "B2", info.Scenarios.B.NewEmail).Replace(pairs)
	var tokens strings.Builder
	for _, d := range info.Directories {
		tokens.WriteString(d.ID + " " + d.Token + "\n")
	}
	for name, text := range map[string]string{"key": info.OrgKey, "map.csv": pairs, "tokens": tokens.String()} {
		if err := os.WriteFile(r.file(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

func (r *remoteRepair) file(name string) string { return filepath.Join(r.dir, name) }

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

// diagnose and plan name the server; the others have it from the journal.
func (r *remoteRepair) diagnose(args ...string) string {
	r.Helper()
	return r.must(append([]string{"diagnose", "--url", r.proxy.URL, "--org", r.OrgID, "--scim-token-file", r.file("tokens")}, args...)...)
}

func (r *remoteRepair) plan(args ...string) string {
	r.Helper()
	return r.must(append([]string{
		"plan", "--map", r.file("map.csv"), "--journal", r.journal, "--url", r.proxy.URL, "--org", r.OrgID, "--scim-token-file", r.file("tokens"),
	}, args...)...)
}

// must runs a command that only reads, or does all it has to.
func (r *remoteRepair) must(args ...string) string {
	r.Helper()
	code, out := r.run(false, append(args, "--key-file", r.key, "--rate", "1000")...)
	if code != 0 {
		r.Fatalf("%s ends with %d:\n%s", args[0], code, out)
	}
	return out
}

func (r *remoteRepair) onJournal(kill bool, command string, args ...string) (code int, out string) {
	r.Helper()
	return r.run(kill, append([]string{command, "--journal", r.journal, "--key-file", r.key, "--rate", "1000", "--yes"}, args...)...)
}

func (r *remoteRepair) apply(kill bool, args ...string) (code int, out string) {
	r.Helper()
	return r.onJournal(kill, "apply", args...)
}

func (r *remoteRepair) undo(kill bool, args ...string) (code int, out string) {
	r.Helper()
	return r.onJournal(kill, "undo", args...)
}

func (r *remoteRepair) verify() string {
	r.Helper()
	return r.must("verify", "--journal", r.journal)
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
	a, b := r.Scenarios.A, r.Scenarios.B
	r.patchEmail(a.DirectoryID, a.SCIMUser1, a.NewEmail)
	r.create(b.DirectoryID, b.NewEmail, "Grace Hopper")
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

// TestRemoteRepair does both stories, each with one identity provider and with
// several, from the diagnosis to the undoing by hosted calls alone, while the
// server asks to slow down, fails, and breaks off its answers.
func TestRemoteRepair(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, args ...string) {
		r := newRemoteRepair(t, "", args...)
		m := r.newMultiIDP()
		accounts := append([]string{r.Scenarios.A.AAID1, r.Scenarios.A.AAID2, r.Scenarios.B.AAID1, r.Scenarios.B.AAID2}, m.accounts()...)
		before := r.picture(accounts)
		r.proxy.everyNth = 9

		r.wantDiagnosed(m)
		out := r.plan("--idp", "okta", "--map", r.file("found.csv"))
		r.wantOutput(out, "repair A", "repair B", "Retry Selected", "parked-"+r.Scenarios.A.AAID2+"@", "4 cases planned, 0 with nothing to do; nothing was changed")
		code, out := r.run(false, "apply", "--journal", r.journal, "--key-file", r.key)
		diff(t, "exit code without --yes", 2, code)
		r.wantOutput(out, "cannot be undone", "give --yes")
		diff(t, "nothing was written until now", 0, len(r.proxy.made))

		result := r.file("result.csv")
		code, out = r.apply(false, "--result", result)
		diff(t, "exit code of the first part", 0, code)
		r.wantOutput(out, "0 done, 4 waiting")
		diff(t, "statuses in the result", []string{"status", "waiting", "waiting", "waiting", "waiting"}, csvColumn(t, result, 1))
		r.pushBoth()
		m.push()
		_, out = r.apply(false)
		r.wantOutput(out, "4 done, 0 waiting, 0 stopped")
		r.wantRepaired()
		m.wantRepaired()
		r.wantOutput(r.verify(), "4 cases looked at, 0 otherwise")
		writes := len(r.proxy.made)
		if code, _ := r.apply(false); code != 0 {
			t.Errorf("applying what is done ends with %d", code)
		}

		// What a tired administrator does afterwards is taken back as well.
		r.admin(http.MethodPost, "/users/"+r.Scenarios.A.AAID2+"/manage/lifecycle/disable", "{}").want(t, 204)
		out = r.must("undo", "--journal", r.journal)
		r.wantOutput(out, "activate account "+r.Scenarios.A.AAID2, "SCIM user "+r.Scenarios.A.SCIMUser2+" of directory", "gone for good", "assign the person again", "nothing was changed")
		diff(t, "applying what is done, verifying and previewing write nothing", writes, len(r.proxy.made))
		r.undo(false)
		r.pushBack(m)
		r.undo(false)
		r.pushAgain(m)
		_, out = r.undo(false)
		r.wantOutput(out, "4 undone, 0 being undone")
		diff(t, "after undoing all is as it was but for the ids of SCIM users", before, r.picture(accounts))
		r.wantOutput(r.verify(), "4 cases looked at, 0 otherwise")
		r.wantClean()
		for _, fault := range hostedFaults {
			if r.proxy.faults[fault] == 0 {
				t.Errorf("no fault %s was met: %v", fault, r.proxy.faults)
			}
		}
	})
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

// TestRemoteRepairKilled kills the command line at every write of applying and
// of undoing, once before it reaches the server and once before its answer is
// known. Every write is made once, and the end is the same.
func TestRemoteRepairKilled(t *testing.T) {
	t.Parallel()
	r := newRemoteRepair(t, "A1,A2\nB1,B2\n")
	r.plan()
	a, b := r.Scenarios.A, r.Scenarios.B
	org := "/org/" + r.OrgID + "/user/"
	before := r.picture([]string{a.AAID1, a.AAID2, b.AAID1, b.AAID2})

	r.killUntilDone(r.apply)
	applied := []string{
		"DELETE " + org + a.AAID2 + "/onlyDeleteUserInDB", "DELETE " + org + b.AAID2 + "/onlyDeleteUserInDB",
		"PUT /users/" + a.AAID2 + "/manage/email", "PUT /users/" + b.AAID1 + "/manage/email", "PUT /users/" + b.AAID2 + "/manage/email",
	}
	slices.Sort(applied)
	diff(t, "writes that reached the server", applied, slices.Sorted(slices.Values(r.proxy.made)))
	r.pushBoth()
	code, out := r.apply(false)
	diff(t, "exit code at the end", 0, code)
	r.wantOutput(out, "2 done, 0 waiting, 0 stopped")
	r.wantRepaired()

	r.proxy.made, r.proxy.writes = nil, map[string]int{}
	r.patchEmail(a.DirectoryID, a.SCIMUser1, a.OldEmail)
	r.killUntilDone(r.undo)
	undone := []string{
		"DELETE " + org + b.AAID1 + "/onlyDeleteUserInDB",
		"PUT /users/" + a.AAID2 + "/manage/email", "PUT /users/" + b.AAID1 + "/manage/email", "PUT /users/" + b.AAID2 + "/manage/email",
	}
	slices.Sort(undone)
	diff(t, "writes of the undoing that reached the server", undone, slices.Sorted(slices.Values(r.proxy.made)))
	r.create(a.DirectoryID, a.NewEmail, "Ada Lovelace")
	r.create(b.DirectoryID, b.NewEmail, "Grace Hopper")
	_, out = r.undo(false)
	r.wantOutput(out, "2 undone, 0 being undone")
	diff(t, "after undoing all is as it was but for the ids of SCIM users", before, r.picture([]string{a.AAID1, a.AAID2, b.AAID1, b.AAID2}))
	r.wantClean()
}

// killUntilDone runs a command that is killed at its writes until one run ends
// by itself.
func (r *remoteRepair) killUntilDone(run func(kill bool, args ...string) (int, string)) {
	r.Helper()
	for kills := 0; ; kills++ {
		if code, _ := run(true); code != -1 {
			if kills < 4 {
				r.Errorf("the command was killed %d times only", kills)
			}
			return
		}
		if kills == 3 {
			tear(r, r.journal)
		}
		if kills > 30 {
			r.Fatal("the command does not come to an end")
		}
	}
}

// tear leaves half a line at the end of a journal, as a power cut does.
func tear(tb testing.TB, name string) {
	tb.Helper()
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := file.WriteString(`{"event":{"at":"2026`); err != nil {
		tb.Fatal(err)
	}
	if err := file.Close(); err != nil {
		tb.Fatal(err)
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
