package scimhttp_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Entra ID adds members one by one, several requests at a time: none gets lost.
func TestParallelMemberships(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		const people = 200
		ids := make([]string, people)
		for i := range ids {
			ids[i] = w.entra.newUser(t, fmt.Sprintf("user%d", i))
		}
		group := w.entra.newGroup(t, "All")
		var all sync.WaitGroup
		for _, id := range ids {
			all.Go(func() {
				a := w.entra.send(t, "PATCH", "/Groups/"+group, patchJSON(`{"op":"Add","path":"members","value":[{"$ref":null,"value":"`+id+`"}]}`))
				if a.status != 204 {
					t.Errorf("status %d %s", a.status, a.body)
				}
			})
		}
		all.Wait()
		slices.Sort(ids)
		if diff := cmp.Diff(ids, w.entra.membersOf(t, group)); diff != "" {
			t.Errorf("members (-want +got):\n%s", diff)
		}
		wantSubset(t, w.entra.must(t, 200, "GET", "/Groups/"+group+"?attributes=meta", "").body, fmt.Sprintf(`{"meta":{"version":"W/\"%d\""}}`, people+1))
	})
}

// The same person created many times at once is one person.
func TestParallelCreates(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		const attempts = 20
		answers := make(chan answer, attempts)
		var all sync.WaitGroup
		for range attempts {
			all.Go(func() {
				answers <- w.entra.send(t, "POST", "/Users", `{"userName":"ada@x.example"}`)
			})
		}
		all.Wait()
		close(answers)
		created := 0
		for a := range answers {
			if a.status == 201 {
				created++
				continue
			}
			wantError(t, a, 409, "uniqueness")
		}
		if created != 1 || w.accounts(t) != 1 || w.entra.list(t, "/Users").TotalResults != 1 {
			t.Errorf("%d created, %d accounts", created, w.accounts(t))
		}
	})
}

// A client that sends its body slowly holds up nobody, and gets its answer in
// the end.
func TestSlowClient(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(w.server.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	body := `{"userName":"slow@x.example"}`
	write := func(text string) {
		if _, err := io.WriteString(conn, text); err != nil {
			t.Fatal(err)
		}
	}
	write(fmt.Sprintf("POST /scim/directory/%s/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s",
		w.entra.id, w.entra.token, len(body), body[:10]))
	w.entra.newUser(t, "fast@x.example")
	write(body[10:])
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusCreated {
		t.Errorf("status %d", res.StatusCode)
	}
}

// A client that hangs up before its body is complete has written nothing, and
// the server goes on.
func TestClientThatHangsUp(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		var all sync.WaitGroup
		for i := range 50 {
			all.Go(func() {
				ctx, cancel := context.WithCancel(t.Context())
				req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.entra.base+"/Users", strings.NewReader(fmt.Sprintf(`{"userName":"user%d@x.example"}`, i)))
				if err != nil {
					t.Error(err)
				}
				req.Header.Set("Authorization", "Bearer "+w.entra.token)
				var hangUp sync.WaitGroup
				hangUp.Go(cancel) // some time during the request
				if res, err := http.DefaultClient.Do(req); err == nil {
					res.Body.Close()
				}
				hangUp.Wait()
			})
		}
		all.Wait()
		w.entra.newUser(t, "after@x.example")
		w.server.Close() // waits for the requests whose clients are gone
		if users, accounts := w.users(t, w.entra.id), w.accounts(t); accounts != users || users == 0 {
			t.Errorf("%d accounts for %d users", accounts, users)
		}
	})
}

// A client that hangs up is no failure of the server's.
func TestHungUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.entra.newUser(t, "ada@x.example") // so that the token is known
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	req := httptest.NewRequestWithContext(ctx, http.MethodPost, w.entra.base+"/Users", strings.NewReader(`{"userName":"bob@x.example"}`))
	req.Header.Set("Authorization", "Bearer "+w.entra.token)
	w.server.Config.Handler.ServeHTTP(httptest.NewRecorder(), req)
	if w.slog.String() != "" {
		t.Errorf("the server's log says %s", w.slog)
	}
	if e := w.log(t, w.org)[0]; e.HTTPStatus != 499 || e.Level != "warning" || e.Operation != "user.create" {
		t.Errorf("logged %+v", e)
	}
	if n := w.entra.list(t, "/Users").TotalResults; n != 1 {
		t.Errorf("%d users", n)
	}
}
