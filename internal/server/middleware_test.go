package server

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// panicking is a server whose every endpoint panics, after it has written what
// it is given.
func panicking(t *testing.T, written string) (base string, log *bytes.Buffer) {
	t.Helper()
	log = new(bytes.Buffer)
	s := &server{Config: Config{Log: slog.New(slog.NewTextHandler(log, nil))}}
	bug := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if written != "" {
			_, _ = io.WriteString(w, written)
		}
		panic("a bug")
	})
	f := s.families()
	h := httptest.NewServer(s.middleware(bug, apologies(f)))
	t.Cleanup(func() {
		h.Close()
		f.console.Close()
	})
	return h.URL, log
}

func TestPanicIsAnsweredInTheFormOfItsFamily(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, path, mediaType string
		want                  map[string]any // ID stands for the request's id
	}{
		{"SCIM", "/scim/directory/d/Users", "application/scim+json", map[string]any{
			"schemas": []any{"urn:ietf:params:scim:api:messages:2.0:Error"}, "status": "500",
			"detail": "Internal error; the request can be sent again. Request id: ID",
		}},
		{"admin", "/admin/v1/orgs", "application/json", map[string]any{"errors": []any{map[string]any{
			"id": "ID", "status": "500", "code": "ADMIN-500-1", "title": "Internal error",
			"detail": "The server failed at this request. Quote the request id when asking for help.",
		}}}},
		{"users", "//users/a/manage", "application/json", map[string]any{
			"key": "internalServerError", "message": "The server failed at this request. Quote the request id when asking for help.",
		}},
		{"health", "/readyz", "application/json", map[string]any{"status": "internal error", "requestId": "ID"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			base, log := panicking(t, "")
			res, err := http.Get(base + test.path)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			body, err := io.ReadAll(res.Body)
			if err != nil {
				t.Fatal(err)
			}
			if res.StatusCode != http.StatusInternalServerError || res.Header.Get("Content-Type") != test.mediaType {
				t.Errorf("%s, %s", res.Status, res.Header.Get("Content-Type"))
			}
			id := res.Header.Get(requestIDHeader)
			var got map[string]any
			if err := json.Unmarshal(bytes.ReplaceAll(body, []byte(id), []byte("ID")), &got); err != nil {
				t.Fatalf("%v in %s", err, body)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
			if !strings.Contains(log.String(), "a bug") || !strings.Contains(log.String(), id) {
				t.Errorf("the log does not tell of the bug and the request:\n%s", log)
			}
		})
	}
}

// A part of an answer must not look like the whole.
func TestPanicAfterTheStartOfAnAnswerBreaksTheConnection(t *testing.T) {
	t.Parallel()
	base, _ := panicking(t, strings.Repeat("x", 1<<16))
	res, err := http.Get(base + "/scim/directory/d/Users")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := io.ReadAll(res.Body); err == nil {
		t.Error("the answer was taken for whole")
	}
}

func TestWithDeadline(t *testing.T) {
	t.Parallel()
	var deadline time.Time
	handler := withDeadline(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { deadline, _ = r.Context().Deadline() }))
	before := time.Now()
	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/scim/", nil))
	if deadline.Before(before.Add(requestTimeout)) || deadline.After(time.Now().Add(requestTimeout)) {
		t.Errorf("the request may take until %s, %s from its start", deadline, deadline.Sub(before))
	}
}
