package scimhttp_test

import (
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"roster/internal/auth"
	"roster/internal/identity"
	"roster/internal/provision"
	"roster/internal/scimhttp"
	"roster/internal/store"
)

func TestKeysThatDoNotOpenADirectory(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	revoked := w.newDirectory(t, w.org, identity.KindGoogle)
	w.revokeTokens(t, revoked)
	tests := []struct {
		name, authorization string
		status              int
		says                string
		loggedIn            identity.DirectoryID // "-" for nowhere
	}{
		{"no header", "", 401, "the Authorization header is missing", "-"},
		{"an empty token", "Bearer ", 401, "must be", "-"},
		{"basic authentication", "Basic YTpi", 401, "must be", "-"},
		{"an unknown token", "Bearer roster_scim_x", 401, "not known here", "-"},
		{"the site key", "Bearer " + w.siteKey, 401, "this is the site key; this endpoint needs a directory's SCIM token", "-"},
		{"an organization API key", "Bearer " + w.orgKey, 401, "this is an organization API key; this endpoint needs a directory's SCIM token. To fix this: use the SCIM token of this directory", ""},
		{"a revoked token", "Bearer " + revoked.token, 401, "revoked", revoked.id},
		{"another directory's token", "Bearer " + w.generic.token, 403, "does not open directory", w.generic.id},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			before := len(w.log(t, w.org))
			a := send(t, "GET", w.entra.base+"/Users", "", header("Authorization: "+test.authorization))
			wantError(t, a, test.status, "")
			if !strings.Contains(a.text(t, "detail"), test.says) {
				t.Errorf("detail %q does not say %q", a.text(t, "detail"), test.says)
			}
			challenge := a.header.Get("WWW-Authenticate")
			if got := strings.HasPrefix(challenge, `Bearer realm="`); got != (test.status == 401) {
				t.Errorf("WWW-Authenticate %q with status %d", challenge, test.status)
			}
			entries := w.log(t, w.org)[:len(w.log(t, w.org))-before]
			if test.loggedIn == "-" {
				if len(entries) > 0 {
					t.Errorf("logged %+v, want nothing", entries)
				}
				return
			}
			if len(entries) != 1 || entries[0].DirectoryID != test.loggedIn || entries[0].HTTPStatus != test.status || entries[0].Hint == "" {
				t.Errorf("logged %+v, want one entry with status %d and a hint in directory %q", entries, test.status, test.loggedIn)
			}
		})
	}
}

// revokeTokens ends all tokens of a directory of the first org.
func (w *world) revokeTokens(t *testing.T, d directory) {
	t.Helper()
	tokens, err := w.keys.Tokens(t.Context(), w.org, d.id)
	if err != nil {
		t.Fatal(err)
	}
	for _, token := range tokens {
		if err := w.keys.RevokeToken(t.Context(), identity.Caller{Actor: "test"}, w.org, d.id, token.ID); err != nil {
			t.Fatal(err)
		}
	}
}

// A clock that tests can set shows the end of a token's life without waiting.
func TestExpiredTokenIsNoted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	later := auth.NewKeys(w.store, func() time.Time { return time.Now().Add(48 * time.Hour) })
	d := w.newDirectory(t, w.org, identity.KindPing)
	issued, err := w.keys.CreateToken(t.Context(), identity.Caller{Actor: "test"}, w.org, d.id, "short", time.Now().Add(24*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(scimhttp.New(provision.New(w.store), later, scimhttp.Options{}))
	defer server.Close()
	a := send(t, "GET", server.URL+"/scim/directory/"+string(d.id)+"/Users", "", header("Authorization: Bearer "+issued.Secret))
	wantError(t, a, 401, "")
	entry := w.log(t, w.org)[0]
	if entry.DirectoryID != d.id || !strings.Contains(entry.Message, "expired") || !strings.Contains(entry.Actor, "short") {
		t.Errorf("logged %+v", entry)
	}
}

func TestBearerInAnyCase(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if a := send(t, "GET", w.entra.base+"/Users", "", header("Authorization: bEARER "+w.entra.token)); a.status != 200 {
		t.Errorf("status %d %s", a.status, a.body)
	}
}

// A token tells nothing of other directories: those of its org, those of
// another org and those that do not exist get the same answer.
func TestDirectoriesAreApart(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		secret := w.foreign.newUser(t, "secret@y.example")
		group := w.foreign.newGroup(t, "Secret", secret)
		before := w.foreign.everything(t)
		ghost := directory{id: "0193f0c2-a7e8-7c5e-9d0b-6f1a2b3c4d5e", base: w.server.URL + "/scim/directory/0193f0c2-a7e8-7c5e-9d0b-6f1a2b3c4d5e"}
		requests := []struct{ method, path, body string }{
			{"GET", "/Users", ""},
			{"GET", "/Users/" + secret, ""},
			{"GET", `/Users?filter=userName%20eq%20"secret@y.example"`, ""},
			{"POST", "/Users", `{"userName":"intruder@x.example"}`},
			{"PUT", "/Users/" + secret, `{"userName":"intruder@x.example"}`},
			{"PATCH", "/Users/" + secret, patchJSON(`{"op":"replace","path":"active","value":false}`)},
			{"DELETE", "/Users/" + secret, ""},
			{"GET", "/Groups/" + group, ""},
			{"PATCH", "/Groups/" + group, patchJSON(`{"op":"remove","path":"members"}`)},
			{"GET", "/ServiceProviderConfig", ""},
		}
		for _, r := range requests {
			var answers []string
			for _, d := range []directory{w.foreign, w.generic, ghost} {
				d.token = w.entra.token
				a := d.send(t, r.method, r.path, r.body)
				wantError(t, a, 403, "")
				answers = append(answers, strings.ReplaceAll(string(a.body), string(d.id), "ID"))
			}
			if answers[0] != answers[1] || answers[1] != answers[2] {
				t.Errorf("%s %s answers differently: %q", r.method, r.path, answers)
			}
		}
		if after := w.foreign.everything(t); after != before {
			t.Errorf("changed from %s\nto %s", before, after)
		}
		for _, e := range w.log(t, w.otherOrg) {
			if e.HTTPStatus == 403 {
				t.Errorf("logged in the other org: %+v", e)
			}
		}
	})
}

// An id of another directory is unknown, also as a member.
func TestIDsOfAnotherDirectory(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		user := w.foreign.newUser(t, "secret@y.example")
		group := w.foreign.newGroup(t, "Secret", user)
		own := w.entra.newGroup(t, "Own")
		wantError(t, w.entra.send(t, "GET", "/Users/"+user, ""), 404, "")
		wantError(t, w.entra.send(t, "DELETE", "/Users/"+user, ""), 404, "")
		wantError(t, w.entra.send(t, "GET", "/Groups/"+group, ""), 404, "")
		a := w.entra.send(t, "PATCH", "/Groups/"+own, patchJSON(`{"op":"add","path":"members","value":`+membersJSON([]string{user})+`}`))
		wantError(t, a, 400, "invalidValue")
		if strings.Contains(string(a.body), "secret") {
			t.Errorf("the answer tells of the other directory: %s", a.body)
		}
	})
}

func TestDisconnectedDirectory(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	user := w.entra.newUser(t, "ada@x.example")
	w.update(t, func(tx *store.Tx) error {
		d, err := tx.Directory(w.org, w.entra.id)
		if err != nil {
			return err
		}
		d.Status = identity.DirectoryDisconnected
		return tx.UpdateDirectory(d)
	})
	for _, r := range []struct{ method, path, body string }{
		{"GET", "/Users/" + user, ""}, {"POST", "/Users", `{"userName":"b"}`}, {"DELETE", "/Users/" + user, ""},
	} {
		wantError(t, w.entra.send(t, r.method, r.path, r.body), 403, "")
	}
}

// A database that fails is nothing that a client has done.
func TestFailingStore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	st, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "other.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	log := &lockedBuffer{}
	server := httptest.NewServer(scimhttp.New(provision.New(st), w.keys, scimhttp.Options{Logger: loggerTo(log)}))
	defer server.Close()
	a := send(t, "GET", server.URL+"/scim/directory/"+string(w.entra.id)+"/Users", "", header("Authorization: Bearer "+w.entra.token))
	wantError(t, a, 500, "")
	id := a.header.Get("X-Request-ID")
	if !strings.Contains(a.text(t, "detail"), id) || !strings.Contains(log.String(), id) {
		t.Errorf("request %s: answer %s, log %s", id, a.body, log)
	}
}
