package cli

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTooManyRequestsAreSentAgain(t *testing.T) {
	t.Parallel()
	server := newStub(t, map[string]http.HandlerFunc{
		"PUT /users/a1/manage/email": inOrder(
			func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", "7")
				w.WriteHeader(http.StatusTooManyRequests)
			},
			answers(http.StatusTooManyRequests, `{"code":429,"message":"slow down"}`),
			answers(http.StatusNoContent, ""),
		),
	})
	got := at(server).run(t, "email", "set", "a1", "ada@example.com")
	got.mustEnd(t, exitOK)
	if diff := cmp.Diff([]time.Duration{7 * time.Second, 2 * time.Second}, got.sleeps); diff != "" {
		t.Errorf("pauses (-want +got):\n%s", diff)
	}
	body := `{"email":"ada@example.com"}`
	if diff := cmp.Diff([]string{body, body, body}, server.bodies); diff != "" {
		t.Errorf("bodies (-want +got):\n%s", diff)
	}
}

func TestTooManyRequestsEnd(t *testing.T) {
	t.Parallel()
	server := newStub(t, map[string]http.HandlerFunc{"/": answers(http.StatusTooManyRequests, `{"code":429,"message":"slow down"}`)})
	got := at(server).run(t, "org", "show")
	got.mustEnd(t, exitFailed)
	if len(server.requests) != maxTries {
		t.Errorf("%d requests, want %d", len(server.requests), maxTries)
	}
	mustContain(t, "stderr", got.stderr, "429", "slow down", "next: wait a little")
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		header, value string
		try           int
		want          time.Duration
	}{
		"seconds":         {"Retry-After", "3", 1, 3 * time.Second},
		"date":            {"Retry-After", "Mon, 23 Nov 2026 12:00:05 GMT", 1, 5 * time.Second},
		"date gone by":    {"Retry-After", "Mon, 23 Nov 2026 11:00:00 GMT", 1, 0},
		"hosted reset":    {"X-RateLimit-Reset", "2026-11-23T12:00:09Z", 1, 9 * time.Second},
		"nonsense":        {"Retry-After", "later", 2, 2 * time.Second},
		"nothing":         {"X-Other", "", 3, 4 * time.Second},
		"far too long":    {"Retry-After", "86400", 1, maxWait},
		"negative number": {"Retry-After", "-5", 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			header := http.Header{}
			header.Set(tc.header, tc.value)
			if got := retryAfter(header, testNow, tc.try, maxWait); got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}
