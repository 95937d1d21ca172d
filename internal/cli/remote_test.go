package cli

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// hostedStub is a service with one person, who has two accounts.
func hostedStub(t *testing.T, faults map[string]http.HandlerFunc) *stub {
	t.Helper()
	routes := map[string]http.HandlerFunc{
		"GET /admin/v1/orgs/o1/domains": answers(http.StatusOK, `{"data":[{"id":"d1","type":"domains","attributes":{"name":"new.example","claim":{"type":"dns","status":"verified"}}}],"links":{}}`),
		"GET /admin/v1/orgs/o1/users": answers(http.StatusOK, `{"data":[{"account_id":"a1","account_status":"active","name":"Ada L","email":"ada@new.example"},`+
			`{"account_id":"app","account_status":"active","name":"An app","email":""}],"links":{}}`),
		"GET /scim/directory/dir1/Users": answers(http.StatusOK, `{"totalResults":1,"Resources":[{"id":"s1","userName":"lost@new.example","emails":[{"value":"lost@new.example","primary":true}]}]}`),
	}
	maps.Copy(routes, faults)
	return newStub(t, routes)
}

func tokenFile(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "tokens")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestRemoteSurvivesFaults: what fails, is cut off in the middle or does not
// come is asked for again.
func TestRemoteSurvivesFaults(t *testing.T) {
	t.Parallel()
	cut := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		_, _ = w.Write([]byte(`{"data":[`))
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	silent := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	good := answers(http.StatusOK, `{"data":[],"links":{}}`)
	for name, fault := range map[string]http.HandlerFunc{
		"500": answers(http.StatusInternalServerError, "oops"), "502": answers(http.StatusBadGateway, ""),
		"cut off": cut, "silent": silent,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := hostedStub(t, map[string]http.HandlerFunc{"GET /admin/v1/orgs/o1/users": inOrder(fault, fault, good)})
			got := at(server).run(t, "remote", "diagnose", "--timeout", "1s")
			got.mustEnd(t, exitOK)
			mustContain(t, "stderr", got.stderr, "trying again in", "nothing is wrong, as far as hosted calls tell")
		})
		if name == "silent" {
			continue // it would take as long as all tries
		}
		t.Run(name+" for good", func(t *testing.T) {
			t.Parallel()
			server := hostedStub(t, map[string]http.HandlerFunc{"GET /admin/v1/orgs/o1/users": fault})
			if got := at(server).run(t, "remote", "diagnose"); got.code == exitOK {
				t.Errorf("it ends well: %s", got.stderr)
			}
			if n := len(server.requests); n != 1+maxTries {
				t.Errorf("%d requests, want one for the domains and %d", n, maxTries)
			}
		})
	}
}

// TestRemoteWaits as long as a 429 asks for.
func TestRemoteWaits(t *testing.T) {
	t.Parallel()
	server := hostedStub(t, map[string]http.HandlerFunc{"GET /admin/v1/orgs/o1/users": inOrder(
		func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "1800")
			w.WriteHeader(http.StatusTooManyRequests)
		},
		answers(http.StatusOK, `{"data":[],"links":{}}`),
	)})
	got := at(server).run(t, "remote", "diagnose")
	got.mustEnd(t, exitOK)
	mustContain(t, "stderr", got.stderr, "going on in 30m0s")
	longest := time.Duration(0)
	for _, d := range got.sleeps {
		longest = max(longest, d)
	}
	if longest != 30*time.Minute {
		t.Errorf("pauses %v, want one of half an hour", got.sleeps)
	}
}

func TestRemoteTokens(t *testing.T) {
	t.Parallel()
	secret := "roster_scim_verysecret"
	server := hostedStub(t, nil)
	got := at(server).run(t, "remote", "diagnose", "--scim-token-file", tokenFile(t, "# tokens\n\ndir1 "+secret+"\n"))
	got.mustEnd(t, exitOK)
	mustContain(t, "stdout", got.stdout, "SCIM user lost@new.example has no account", "hosted calls do not show")
	if strings.Join(server.keys, " ") != "Bearer org-key Bearer org-key Bearer "+secret {
		t.Errorf("keys sent: %q", server.keys)
	}

	got = at(server).run(t, "remote", "diagnose", "--scim-token-file", tokenFile(t, "dir1\n"))
	got.mustEnd(t, exitUsage)
	mustContain(t, "stderr", got.stderr, "line 1 of")

	refusing := hostedStub(t, map[string]http.HandlerFunc{"GET /scim/directory/dir1/Users": answers(http.StatusUnauthorized, `{"error":"no such token"}`)})
	got = at(refusing).run(t, "remote", "diagnose", "--scim-token-file", tokenFile(t, "dir1 "+secret))
	got.mustEnd(t, exitAuth)
	mustContain(t, "stderr", got.stderr, "directory dir1", "look at the directory's line in --scim-token-file")
	if strings.Contains(got.stderr, secret) {
		t.Error("the error shows the token")
	}
}

// TestRemoteUsage: what is missing is said before anything is asked of a server.
func TestRemoteUsage(t *testing.T) {
	t.Parallel()
	server := newStub(t, nil)
	for _, args := range []string{
		"plan", "plan --map m.csv", "apply", "apply --yes", "undo", "verify", "status", "status --journal /none",
		"apply --journal /none --yes", "undo --journal /none", "verify --journal /none",
		"diagnose --rate 0", "diagnose --rate NaN", "diagnose --map found.txt", "diagnose --scim-token-file /none", "diagnose --result remote_test.go",
	} {
		if got := at(server).run(t, append([]string{"remote"}, strings.Fields(args)...)...); got.code != exitUsage {
			t.Errorf("%s ends with %d: %s", args, got.code, got.stderr)
		}
	}
	if len(server.requests) > 0 {
		t.Errorf("requests: %q", server.requests)
	}
}

// TestProgressTellsWhatIsLeft on a terminal, and covers a longer line.
func TestProgressTellsWhatIsLeft(t *testing.T) {
	t.Parallel()
	now := testNow
	var stderr bytes.Buffer
	env := &Env{Stderr: &stderr, Now: func() time.Time { return now }, IsTerminal: func(any) bool { return true }}
	bar := env.newProgress(4)
	for range 4 {
		now = now.Add(10 * time.Second)
		bar.step("", "", false)
	}
	bar.finish()
	line := func(full, done int, rest string) string {
		return fmt.Sprintf("\r[%s%s] %d/4, 0 failed%s", strings.Repeat("#", full), strings.Repeat("-", barWidth-full), done, rest)
	}
	want := line(7, 1, ", 30s left") + line(15, 2, ", 20s left") + line(22, 3, ", 10s left") + line(30, 4, strings.Repeat(" ", 10)) + "\n"
	if stderr.String() != want {
		t.Errorf("got  %q\nwant %q", stderr.String(), want)
	}
}
