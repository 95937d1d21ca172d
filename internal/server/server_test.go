package server

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"roster/internal/auth"
	"roster/internal/store"
)

// run runs a server until its demo is made, and gives what it told people.
func run(t *testing.T, cfg Config) (told string, err error) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	if cfg.Listen == "" {
		cfg.Listen = "127.0.0.1:0"
	}
	cfg.Log = slog.New(slog.DiscardHandler)
	cfg.Out = func(format string, args ...any) {
		told += fmt.Sprintf(format, args...)
		stop()
	}
	err = Run(ctx, cfg)
	return told, err
}

// mustRun is run where nothing may fail.
func mustRun(t *testing.T, cfg Config) string {
	t.Helper()
	told, err := run(t, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return told
}

func mustLoad(t *testing.T, dir string) (info demoInfo) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, demoFile))
	if err == nil {
		err = json.Unmarshal(data, &info)
	}
	if err != nil {
		t.Fatal(err)
	}
	return info
}

func TestRunRefusesBeforeItShowsTheSiteKey(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() })
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		cfg  Config
		want string
	}{
		{"port in use", Config{Listen: taken.Addr().String()}, "is another server running there?"},
		{"no host and port", Config{Listen: "8080"}, "is not host:port"},
		{"no such port", Config{Listen: "127.0.0.1:99999"}, "invalid port"},
		{"certificate without key", Config{TLSCert: file}, "go together"},
		{"no certificate", Config{TLSCert: file, TLSKey: file}, "read --tls-cert and --tls-key"},
		{"another database", Config{Database: "mysql://db"}, "must be a postgres:// URL"},
		{"external URL with a path", Config{ExternalURL: "https://x.example/roster"}, "is not of the form https://host"},
		{"data folder is a file", Config{DataDir: file}, "make data directory"},
		{"PostgreSQL is down, which needs no data folder", Config{DataDir: file, Database: "postgres://x@127.0.0.1:1/x"}, "failed to connect"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if test.cfg.DataDir == "" {
				test.cfg.DataDir = t.TempDir()
			}
			told, err := run(t, test.cfg)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one with %q", err, test.want)
			}
			if told != "" {
				t.Errorf("it told people:\n%s", told)
			}
		})
	}
}

// What a failed or interrupted start leaves must not stand in the way of the next.
func TestDemoStartsAfterAStartThatFailed(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() })
	cfg := Config{Demo: true, DataDir: t.TempDir(), Listen: taken.Addr().String()}
	if _, err := run(t, cfg); err == nil {
		t.Fatal("it started on a port that is taken")
	}
	cfg.Listen = ""
	mustRun(t, cfg)
}

func TestDemoIsMadeAnewWhenItsDatabaseIsGone(t *testing.T) {
	t.Parallel()
	cfg := Config{Demo: true, DataDir: t.TempDir()}
	mustRun(t, cfg)
	before := mustLoad(t, cfg.DataDir)
	mustRun(t, cfg)
	if again := mustLoad(t, cfg.DataDir); again.OrgID != before.OrgID {
		t.Errorf("a second start made another organization")
	}
	files, err := filepath.Glob(filepath.Join(cfg.DataDir, databaseFile+"*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if err := os.Remove(f); err != nil {
			t.Fatal(err)
		}
	}
	told := mustRun(t, cfg)
	after := mustLoad(t, cfg.DataDir)
	if after.OrgID == before.OrgID || !strings.Contains(told, after.OrgID) {
		t.Errorf("organization %s after %s; it told people:\n%s", after.OrgID, before.OrgID, told)
	}
}

// A demo that was cut short, at whatever point, is made anew. While another
// process is making it, it is left alone.
func TestDemoThatWasCutShort(t *testing.T) {
	t.Parallel()
	cfg := Config{Demo: true, DataDir: t.TempDir()}
	mustRun(t, cfg)
	before := mustLoad(t, cfg.DataDir)
	if err := os.Remove(filepath.Join(cfg.DataDir, demoFile)); err != nil {
		t.Fatal(err)
	}
	other, err := store.Open(t.Context(), cfg.dsn(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = run(t, cfg)
	if _, statErr := os.Stat(cfg.dsn()); err == nil || statErr != nil {
		t.Errorf("beside another process: error %v; database: %v", err, statErr)
	}
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	mustRun(t, cfg)
	if after := mustLoad(t, cfg.DataDir); after.OrgID == before.OrgID {
		t.Error("the demo was not made anew")
	}
}

func TestDemoOfAnotherDatabase(t *testing.T) {
	t.Parallel()
	mine, others := Config{Demo: true, DataDir: t.TempDir()}, Config{Demo: true, DataDir: t.TempDir()}
	mustRun(t, mine)
	mustRun(t, others)
	file, err := os.ReadFile(filepath.Join(others.DataDir, demoFile))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(mine.DataDir, demoFile), file, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := run(t, mine); err == nil || !strings.Contains(err.Error(), "another database") {
		t.Errorf("error %v", err)
	}
}

func TestDemoLeavesADatabaseOfOthersAlone(t *testing.T) {
	t.Parallel()
	cfg := Config{DataDir: t.TempDir()}
	mustRun(t, cfg)
	cfg.Demo = true
	if _, err := run(t, cfg); err == nil || !strings.Contains(err.Error(), "not the demo's") {
		t.Errorf("error %v", err)
	}
}

// The demo's identity providers reach the server where it listens, though its
// clients will call it otherwise.
func TestDemoBehindAProxy(t *testing.T) {
	t.Parallel()
	cfg := Config{Demo: true, DataDir: t.TempDir(), ExternalURL: "https://roster.invalid/"}
	told := mustRun(t, cfg)
	info := mustLoad(t, cfg.DataDir)
	if want := "https://roster.invalid/scim/directory/" + info.Directories[0].ID; info.Directories[0].SCIMBaseURL != want || !strings.Contains(told, want) {
		t.Errorf("SCIM base URL %s, want %s; it told people:\n%s", info.Directories[0].SCIMBaseURL, want, told)
	}
}

func TestNewSiteKey(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	secret := regexp.MustCompile(`roster_site_\w+`)
	first := secret.FindString(mustRun(t, Config{DataDir: dir}))
	if again := mustRun(t, Config{DataDir: dir}); strings.Contains(again, "roster_site_") {
		t.Errorf("a second start tells a site key:\n%s", again)
	}
	second := secret.FindString(mustRun(t, Config{DataDir: dir, NewSiteKey: true}))
	if first == "" || second == "" || first == second {
		t.Errorf("site keys %q and %q", first, second)
	}
	st, err := store.Open(t.Context(), filepath.Join(dir, databaseFile), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	keys := auth.NewKeys(st, nil)
	if _, err := keys.Authenticate(t.Context(), "Bearer "+first, store.CredentialSite); err == nil {
		t.Error("the lost site key still opens")
	}
	if _, err := keys.Authenticate(t.Context(), "Bearer "+second, store.CredentialSite); err != nil {
		t.Error(err)
	}
	if _, err := run(t, Config{DataDir: dir, Demo: true, NewSiteKey: true}); err == nil {
		t.Error("the demo takes another site key")
	}
}
