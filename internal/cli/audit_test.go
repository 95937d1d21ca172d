package cli

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const eventsPath = "/admin/v1/orgs/o1/events"

const eventJSON = `{"id":"e1","type":"events","attributes":{"time":"2026-11-23T10:00:00Z","action":"account_email_changed","actor":{"id":"key_1","name":"API key ops (key_1)"},` +
	`"context":[{"id":"a1","type":"users","attributes":{"before":{"email":"a@x.example","name":"Ann"},"after":{"email":"b@x.example","name":"Ann"}}}],` +
	`"container":[],"location":{"ip":"192.0.2.1"},"requestId":"r"},"links":{"self":"/e1"}}`

func TestAuditList(t *testing.T) {
	t.Parallel()
	server := newStub(t, map[string]http.HandlerFunc{"GET " + eventsPath: answers(http.StatusOK, `{"data":[`+eventJSON+`],"meta":{"page_size":1},"links":{}}`)})
	got := at(server).run(t, "audit", "list", "--from", "2h", "--action", "a,b", "--actor", "key_1", "--ip", "192.0.2.1", "--target", "a1", "-q", "x.example")
	got.mustEnd(t, exitOK)
	want := "" +
		"TIME                 ACTION                 TARGET  ACTOR                CHANGE\n" +
		"2026-11-23 10:00:00  account_email_changed  a1      API key ops (key_1)  email: \"a@x.example\" → \"b@x.example\"\n"
	if diff := cmp.Diff(want, got.stdout); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
	request := []string{"GET " + eventsPath + "?q=x.example&from=2026-11-23T10%3A00%3A00Z&action=a&action=b&actor=key_1&ip=192.0.2.1&target=a1&limit=101"}
	if diff := cmp.Diff(request, server.requests); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

func TestAuditListAsCSV(t *testing.T) {
	t.Parallel()
	server := newStub(t, map[string]http.HandlerFunc{"GET " + eventsPath: func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/csv")
		_, _ = w.Write([]byte("id\r\ne1\r\n"))
	}})
	got := at(server).run(t, "audit", "list", "--csv")
	got.mustEnd(t, exitOK)
	if diff := cmp.Diff("id\r\ne1\r\n", got.stdout); diff != "" {
		t.Errorf("CSV (-want +got):\n%s", diff)
	}
	at(server).run(t, "audit", "list", "--csv", "-o", "json").mustEnd(t, exitUsage)
}

// Follow goes on from the cursor of the last page, at once while there are more.
func TestAuditFollow(t *testing.T) {
	t.Parallel()
	page := func(next, link string) http.HandlerFunc {
		return answers(http.StatusOK, `{"data":[`+eventJSON+`],"meta":{"page_size":200,"next":"`+next+`"},"links":{"next":"`+link+`"}}`)
	}
	server := newStub(t, map[string]http.HandlerFunc{"GET " + eventsPath + "-stream": inOrder(page("c1", "/more"), page("c2", ""), page("c3", ""))})
	w := at(server)
	sleeps := 0
	w.sleep = func(context.Context, time.Duration) error {
		if sleeps++; sleeps == 2 {
			return context.Canceled
		}
		return nil
	}
	got := w.run(t, "audit", "follow")
	got.mustEnd(t, exitOK)
	const from = "?from=2026-11-23T12%3A00%3A00Z"
	want := []string{
		"GET " + eventsPath + "-stream" + from + "&limit=200",
		"GET " + eventsPath + "-stream" + from + "&cursor=c1&limit=200",
		"GET " + eventsPath + "-stream" + from + "&cursor=c2&limit=200",
	}
	if diff := cmp.Diff(want, server.requests); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	mustContain(t, "stdout", got.stdout, `2026-11-23 10:00:00  account_email_changed  a1  API key ops (key_1)  email: "a@x.example" → "b@x.example"`)
}
