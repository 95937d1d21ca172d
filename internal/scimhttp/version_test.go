package scimhttp_test

import (
	"sync"
	"testing"
)

func TestConditionalRequests(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		d := w.entra
		user, group := "/Users/"+d.newUser(t, "ada@x.example"), "/Groups/"+d.newGroup(t, "Sales")
		d.must(t, 200, "PATCH", user, patchJSON(`{"op":"replace","path":"title","value":"a"}`))
		d.must(t, 204, "PATCH", group, patchJSON(`{"op":"replace","path":"externalId","value":"a"}`))
		tests := []struct {
			name, method, body, condition string
			status                        int
		}{
			{"known", "GET", "", `If-None-Match: W/"2"`, 304},
			{"known, strong", "GET", "", `If-None-Match: "2"`, 304},
			{"one of those known", "GET", "", `If-None-Match: W/"1", W/"2"`, 304},
			{"anything known", "GET", "", "If-None-Match: *", 304},
			{"HEAD of what is known", "HEAD", "", `If-None-Match: W/"2"`, 304},
			{"old one known", "GET", "", `If-None-Match: W/"1"`, 200},
			{"read only if it is old", "GET", "", `If-Match: W/"1"`, 412},
			{"stale PUT", "PUT", `{"userName":"ada@x.example","displayName":"Sales"}`, `If-Match: W/"1"`, 412},
			{"stale PATCH", "PATCH", patchJSON(`{"op":"replace","path":"externalId","value":"b"}`), `If-Match: W/"1"`, 412},
			{"stale DELETE", "DELETE", "", `If-Match: W/"1"`, 412},
			{"DELETE unless it exists", "DELETE", "", "If-None-Match: *", 412},
			{"PATCH unless it is this", "PATCH", patchJSON(`{"op":"replace","path":"externalId","value":"b"}`), `If-None-Match: W/"2"`, 412},
			{"unreadable", "DELETE", "", "If-Match: 2", 400},
			{"unreadable on a read", "GET", "", `If-None-Match: W/"2`, 400},
		}
		for _, path := range []string{user, group} {
			for _, test := range tests {
				t.Run(path[:6]+"/"+test.name, func(t *testing.T) {
					before, logged := d.everything(t), len(w.log(t, w.org))
					a := d.send(t, test.method, path, test.body, header(test.condition))
					if a.status != test.status {
						t.Fatalf("status %d, want %d: %s", a.status, test.status, a.body)
					}
					if test.status < 400 && a.header.Get("ETag") != `W/"2"` {
						t.Errorf("ETag %q", a.header.Get("ETag"))
					}
					if test.status == 304 && len(a.body) > 0 {
						t.Errorf("304 with %s", a.body)
					}
					if test.status >= 400 {
						wantError(t, a, test.status, "")
						if e := w.log(t, w.org); len(e) != logged+1 || e[0].HTTPStatus != test.status || e[0].Hint == "" {
							t.Errorf("logged %+v", e[0])
						}
					}
					if d.everything(t) != before {
						t.Error("it changed something")
					}
				})
			}
			a := d.send(t, "PATCH", path+"?attributes=id", patchJSON(`{"op":"replace","path":"externalId","value":"c"}`), `If-Match: W/"2"`)
			if a.status != 200 || a.header.Get("ETag") != `W/"3"` {
				t.Errorf("PATCH of the present version: %d %q %s", a.status, a.header.Get("ETag"), a.body)
			}
			a = d.send(t, "DELETE", path, "", `If-Match: W/"1", W/"3"`)
			if a.status != 204 {
				t.Errorf("DELETE of the present version: %d %s", a.status, a.body)
			}
			if a = d.send(t, "DELETE", path, "", "If-Match: *"); a.status != 404 {
				t.Errorf("DELETE of nothing: %d %s", a.status, a.body)
			}
		}
	})
}

func TestConditionalCreate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tests := []struct {
		name, condition string
		status          int
	}{
		{"if there is none", "If-None-Match: *", 201},
		{"again", "If-None-Match: *", 409},
		{"not of some version", `If-None-Match: W/"1"`, 409},
		{"if it is there", "If-Match: *", 412},
		{"of some version", `If-Match: W/"1"`, 412},
	}
	for _, test := range tests {
		for path, body := range map[string]string{"/Users": `{"userName":"ada@x.example"}`, "/Groups": `{"displayName":"Sales"}`} {
			if a := w.entra.send(t, "POST", path, body, header(test.condition)); a.status != test.status {
				t.Errorf("%s, %s: status %d, want %d: %s", path, test.name, a.status, test.status, a.body)
			}
		}
	}
}

// The version is compared while the record is locked: of writers who have read
// the same version, one wins.
func TestConditionalRace(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		path := "/Users/" + w.entra.newUser(t, "ada@x.example")
		statuses := make([]int, 8)
		var group sync.WaitGroup
		for i := range statuses {
			group.Go(func() {
				body := patchJSON(`{"op":"replace","path":"title","value":"` + string(rune('a'+i)) + `"}`)
				statuses[i] = w.entra.send(t, "PATCH", path, body, `If-Match: W/"1"`).status
			})
		}
		group.Wait()
		won := 0
		for _, status := range statuses {
			switch status {
			case 200:
				won++
			case 412:
			default:
				t.Errorf("status %d", status)
			}
		}
		if won != 1 {
			t.Errorf("%d of %d writers of one version won: %v", won, len(statuses), statuses)
		}
	})
}
