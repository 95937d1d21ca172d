package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// stub is a server that answers what a test says, at the patterns of
// http.ServeMux, and remembers what it was asked. The real server has its own
// tests, through the real binary; a stub is for answers it cannot be made to give.
type stub struct {
	*httptest.Server

	mu       sync.Mutex
	requests []string // method, path and query
	keys     []string
	bodies   []string
}

func newStub(t *testing.T, routes map[string]http.HandlerFunc) *stub {
	t.Helper()
	s := &stub{}
	mux := http.NewServeMux()
	for pattern, handle := range routes {
		mux.HandleFunc(pattern, handle)
	}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body bytes.Buffer
		_, _ = body.ReadFrom(r.Body)
		s.mu.Lock()
		s.requests = append(s.requests, r.Method+" "+r.URL.RequestURI())
		s.keys = append(s.keys, r.Header.Get("Authorization"))
		s.bodies = append(s.bodies, strings.TrimSpace(body.String()))
		s.mu.Unlock()
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// answers makes a handler that gives a status and a JSON body.
func answers(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Request-ID", "req-1")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// inOrder makes a handler that gives one answer after the other, then the last again.
func inOrder(handlers ...http.HandlerFunc) http.HandlerFunc {
	next := 0
	return func(w http.ResponseWriter, r *http.Request) {
		handler := handlers[min(next, len(handlers)-1)]
		next++
		handler(w, r)
	}
}

// outcome is what a command left behind.
type outcome struct {
	code   int
	stdout string
	stderr string
	sleeps []time.Duration
}

// world is what surrounds a command.
type world struct {
	vars     map[string]string
	stdin    string
	terminal bool
	sleep    func(context.Context, time.Duration) error
}

var testNow = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// run runs a command in a world without configuration but what the test gives.
func (w world) run(t *testing.T, args ...string) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	var sleeps []time.Duration
	env := &Env{
		Stdin: strings.NewReader(w.stdin), Stdout: &stdout, Stderr: &stderr,
		Getenv:     func(name string) string { return w.vars[name] },
		Now:        func() time.Time { return testNow },
		IsTerminal: func(any) bool { return w.terminal },
		Sleep: func(ctx context.Context, d time.Duration) error {
			sleeps = append(sleeps, d)
			if w.sleep != nil {
				return w.sleep(ctx, d)
			}
			return ctx.Err()
		},
	}
	code := env.run(t.Context(), args)
	return outcome{code: code, stdout: stdout.String(), stderr: stderr.String(), sleeps: sleeps}
}

// at is a world that knows a server, a key and an organization.
func at(s *stub) world {
	return world{vars: map[string]string{"ROSTER_URL": s.URL, "ROSTER_KEY": "org-key", "ROSTER_ORG": "o1"}}
}

func (o outcome) mustEnd(t *testing.T, code int) {
	t.Helper()
	if o.code != code {
		t.Fatalf("exit code %d, want %d\nstdout: %s\nstderr: %s", o.code, code, o.stdout, o.stderr)
	}
}

func mustContain(t *testing.T, what, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%s lacks %q:\n%s", what, part, text)
		}
	}
}

// orgJSON is an organization as the API shows it.
func orgJSON(id, name string) string {
	quoted, err := json.Marshal(name)
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf(`{"id":%q,"type":"orgs","attributes":{"name":%s,"behaviour":"safe"},`+
		`"relationships":{"domains":{"links":{"related":"/d"}},"users":{"links":{"related":"/u"}}},"links":{"self":"/o"}}`, id, quoted)
}

func mustJSON[T any](t *testing.T, text string) T {
	t.Helper()
	var value T
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("output is not JSON: %v\n%s", err, text)
	}
	return value
}
