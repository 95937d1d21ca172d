package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roster/internal/adminapi/api"
)

const logPath = provisioning + "/troubleshooting-log"

func entryJSON(id, at string) string {
	return fmt.Sprintf(`{"id":%q,"time":%q,"level":"error","operation":"update","resource":"USER","name":"ada@example.com",`+
		`"httpStatus":409,"message":"Resource [USER]: with email[ada@example.com] already exists.","requestId":"r","actor":"token t",`+
		`"accountId":"a1","otherAccountId":"a2"}`, id, at)
}

func TestLogFilters(t *testing.T) {
	t.Parallel()
	server := newStub(t, map[string]http.HandlerFunc{"GET " + logPath: answers(http.StatusOK, `{"data":[],"links":{}}`)})
	at(server).run(t, "log", "--from", "2h", "--to", "2026-11-23", "--directory", "11111111-1111-1111-1111-111111111111",
		"--level", "error", "--status", "409", "--resource", "USER", "-q", "already exists", "--account", "a:1", "--scim-id", "s1").mustEnd(t, exitOK)
	want := []string{"GET " + logPath + "?from=2026-11-23T10%3A00%3A00Z&to=2026-11-23T00%3A00%3A00Z&directoryId=11111111-1111-1111-1111-111111111111" +
		"&level=error&status=409&resource=USER&q=already+exists&accountId=a%3A1&scimId=s1&limit=101"}
	if diff := cmp.Diff(want, server.requests); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLogTables(t *testing.T) {
	t.Parallel()
	server := newStub(t, map[string]http.HandlerFunc{
		"GET " + logPath: answers(http.StatusOK, `{"data":[`+entryJSON("e1", "2026-11-23T10:00:00.5Z")+`],"links":{}}`),
	})
	got := at(server).run(t, "log")
	got.mustEnd(t, exitOK)
	want := "" +
		"TIME                 LEVEL  STATUS  WHAT         NAME             MESSAGE\n" +
		"2026-11-23 10:00:00  error  409     update USER  ada@example.com  Resource [USER]: with email[ada@example.com] already exists.\n"
	if diff := cmp.Diff(want, got.stdout); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	got = at(server).run(t, "log", "--long")
	got.mustEnd(t, exitOK)
	mustContain(t, "stdout", got.stdout, "aaid        a1\n", "other aaid  a2\n", "request     r\n")
}

func TestLogCSVHasOneHeader(t *testing.T) {
	t.Parallel()
	page := func(rows string, next bool) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/csv")
			if next {
				w.Header().Set("Link", `<http://x`+logPath+`?cursor=c2>; rel="next"`)
			}
			_, _ = w.Write([]byte("id,time\r\n" + rows))
		}
	}
	server := newStub(t, map[string]http.HandlerFunc{"GET " + logPath: inOrder(page("e1,1\r\ne2,2\r\n", true), page("e3,3\r\n", false))})
	got := at(server).run(t, "log", "--csv", "--limit", "0")
	got.mustEnd(t, exitOK)
	if diff := cmp.Diff("id,time\r\ne1,1\r\ne2,2\r\ne3,3\r\n", got.stdout); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if last := server.requests[len(server.requests)-1]; !strings.Contains(last, "cursor=c2") {
		t.Errorf("the second page was asked for by %s", last)
	}

	server = newStub(t, map[string]http.HandlerFunc{"GET " + logPath: page("e1,1\r\n", true)})
	at(server).run(t, "log", "--csv", "--limit", "1").mustEnd(t, exitOK)
	if len(server.requests) != 1 {
		t.Errorf("asked for %v, want one page", server.requests)
	}
}

// Following shows each entry once and in order, also those that share a time.
func TestFollowingTheLog(t *testing.T) {
	t.Parallel()
	list := func(entries ...string) http.HandlerFunc {
		return answers(http.StatusOK, `{"data":[`+strings.Join(entries, ",")+`],"links":{}}`)
	}
	e1, e2 := entryJSON("e1", "2026-11-23T10:00:00Z"), entryJSON("e2", "2026-11-23T10:00:01.000002Z")
	e3, e4 := entryJSON("e3", "2026-11-23T10:00:01.000002Z"), entryJSON("e4", "2026-11-23T10:00:05Z")
	server := newStub(t, map[string]http.HandlerFunc{
		"GET " + logPath: inOrder(list(e2, e1), list(e3, e2), list(e4, e3, e2), list(e4)),
	})
	w := at(server)
	left := 3
	w.sleep = func(context.Context, time.Duration) error {
		if left == 0 {
			return errors.New("interrupted")
		}
		left--
		return nil
	}
	got := w.run(t, "log", "--follow", "--output", "json")
	got.mustEnd(t, exitOK)
	var ids []string
	for line := range strings.Lines(got.stdout) {
		ids = append(ids, mustJSON[api.LogEntry](t, line).ID)
	}
	if diff := cmp.Diff([]string{"e1", "e2", "e3", "e4"}, ids); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
	mustContain(t, "second request", server.requests[1], "from=2026-11-23T10%3A00%3A01.000002Z")
}

func TestLogShow(t *testing.T) {
	t.Parallel()
	body := `{"data":` + entryJSON("e1", "2026-11-23T10:00:00Z") + `,"request":"PATCH /Users/u1\n\n{}","response":"409\n\n{}","changes":[{"path":"title","before":null,"after":"Dr"},{"path":"x","isTooLong":true}]}`
	server := newStub(t, map[string]http.HandlerFunc{"GET " + logPath + "/e1": answers(http.StatusOK, body)})
	got := at(server).run(t, "log", "show", "e1")
	got.mustEnd(t, exitOK)
	mustContain(t, "stdout", got.stdout, "other aaid  a2\n", "entry       e1\n", "\nREQUEST\nPATCH /Users/u1\n\n{}\n", "\nANSWER\n409\n", "title      ", `"Dr"`, "(too long to be kept)")
	got = at(server).run(t, "log", "show", "e1", "--output", "json")
	got.mustEnd(t, exitOK)
	mustContain(t, "stdout", got.stdout, `"after": "Dr"`)
}
