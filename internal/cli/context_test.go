package cli

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestContextsAreKeptPrivately(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	w := world{vars: map[string]string{"XDG_CONFIG_HOME": home}}
	keyFile := filepath.Join(home, "key")
	if err := os.WriteFile(keyFile, []byte("top-secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.run(t, "context", "set", "work", "--url", "https://work.example", "--key-file", keyFile, "--org", "o1").mustEnd(t, exitOK)
	w.run(t, "context", "set", "home", "--url", "http://127.0.0.1:8080", "--key", "other-secret").mustEnd(t, exitOK)
	w.run(t, "context", "use", "work").mustEnd(t, exitOK)

	info, err := os.Stat(filepath.Join(home, "roster", "contexts.json"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode is %o, want 600", info.Mode().Perm())
	}
	got := w.run(t, "context", "list")
	got.mustEnd(t, exitOK)
	want := "" +
		"CURRENT  NAME  URL                    ORG  KEY\n" +
		"-        home  http://127.0.0.1:8080  -    saved\n" +
		"*        work  https://work.example   o1   saved\n"
	if diff := cmp.Diff(want, got.stdout); diff != "" {
		t.Errorf("list (-want +got):\n%s", diff)
	}
	rows := mustJSON[[]contextRow](t, w.run(t, "context", "list", "--output", "json").stdout)
	if diff := cmp.Diff([]contextRow{
		{Name: "home", URL: "http://127.0.0.1:8080", HasKey: true},
		{Name: "work", Current: true, URL: "https://work.example", Org: "o1", HasKey: true},
	}, rows); diff != "" {
		t.Errorf("list as JSON (-want +got):\n%s", diff)
	}

	w.run(t, "context", "rm", "work").mustEnd(t, exitOK)
	got = w.run(t, "context", "use", "work")
	got.mustEnd(t, exitNotFound)
	mustContain(t, "stderr", got.stderr, `no context "work"`, "next: roster context list")
}

// A saved key must never reach a server that it was not saved for.
func TestWhichServerAndKey(t *testing.T) {
	t.Parallel()
	list := map[string]http.HandlerFunc{"GET /admin/v1/orgs": answers(http.StatusOK, `{"data":[],"links":{}}`)}
	for name, tc := range map[string]struct {
		vars map[string]string
		args []string
		// saved and other say whose server is asked, and with which key.
		saved, other []string
		code         int
	}{
		"current context":                   {saved: []string{"Bearer saved-key"}},
		"named context before environment":  {vars: map[string]string{"ROSTER_URL": "OTHER", "ROSTER_KEY": "env-key"}, args: []string{"--context", "work"}, saved: []string{"Bearer saved-key"}},
		"environment before current":        {vars: map[string]string{"ROSTER_URL": "OTHER", "ROSTER_KEY": "env-key"}, other: []string{"Bearer env-key"}},
		"key of the environment":            {vars: map[string]string{"ROSTER_KEY": "env-key"}, saved: []string{"Bearer env-key"}},
		"flags before all":                  {vars: map[string]string{"ROSTER_KEY": "env-key"}, args: []string{"--url", "OTHER", "--key", "flag-key"}, other: []string{"Bearer flag-key"}},
		"saved key stays at home":           {args: []string{"--url", "OTHER"}, code: exitAuth},
		"saved key stays at home, by name":  {args: []string{"--url", "OTHER", "--context", "work"}, code: exitAuth},
		"unknown context":                   {args: []string{"--context", "nowhere"}, code: exitNotFound},
		"context named by the environment":  {vars: map[string]string{"ROSTER_CONTEXT": "work"}, saved: []string{"Bearer saved-key"}},
		"changed URL forgets the saved key": {args: []string{"--context", "moved"}, code: exitAuth},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			home, other := newStub(t, list), newStub(t, list)
			fill := func(text string) string {
				if text == "OTHER" {
					return other.URL
				}
				return text
			}
			setUp := world{vars: map[string]string{"XDG_CONFIG_HOME": t.TempDir()}}
			setUp.run(t, "context", "set", "moved", "--url", home.URL, "--key", "saved-key").mustEnd(t, exitOK)
			setUp.run(t, "context", "set", "moved", "--url", other.URL).mustEnd(t, exitOK)
			setUp.run(t, "context", "set", "work", "--url", home.URL, "--key", "saved-key").mustEnd(t, exitOK)

			w := world{vars: map[string]string{"XDG_CONFIG_HOME": setUp.vars["XDG_CONFIG_HOME"]}}
			for name, value := range tc.vars {
				w.vars[name] = fill(value)
			}
			args := []string{"org", "list"}
			for _, arg := range tc.args {
				args = append(args, fill(arg))
			}
			w.run(t, args...).mustEnd(t, tc.code)
			if diff := cmp.Diff(tc.saved, home.keys); diff != "" {
				t.Errorf("keys sent to the saved server (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.other, other.keys); diff != "" {
				t.Errorf("keys sent to the other server (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTheOnlyOrganizationNeedNotBeNamed(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		orgs string
		code int
		want string
	}{
		"one":  {orgJSON("o1", "One"), exitOK, ""},
		"none": {"", exitNotFound, "sees no organization"},
		"two":  {orgJSON("o1", "One") + "," + orgJSON("o2", "Two"), exitUsage, "say which with --org"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newStub(t, map[string]http.HandlerFunc{
				"GET /admin/v1/orgs":    answers(http.StatusOK, `{"data":[`+tc.orgs+`],"links":{}}`),
				"GET /admin/v1/orgs/o1": answers(http.StatusOK, `{"data":`+orgJSON("o1", "One")+`}`),
			})
			got := world{}.run(t, "org", "show", "--url", server.URL, "--key", "k")
			got.mustEnd(t, tc.code)
			mustContain(t, "stderr", got.stderr, tc.want)
		})
	}
}
