package scimhttp_test

import (
	"strings"
	"testing"

	"roster/internal/identity"
	"roster/internal/scimhttp"
	"roster/internal/store"
)

// Bad input gets a clear error, changes nothing and leaves one log entry
// (rules all-or-nothing and nothing-silent).
func TestBadInput(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		ada := w.entra.newUser(t, "ada@x.example")
		bob := w.entra.newUser(t, "bob@x.example")
		group := w.entra.newGroup(t, "Sales", ada, bob)
		long := strings.Repeat("x", 5000)
		const ghost = "0193f0c2-a7e8-7c5e-9d0b-6f1a2b3c4d5e"
		tests := []struct {
			name, method, path, body string
			status                   int
			scimType                 string
		}{
			{"malformed JSON", "POST", "/Users", `{"userName":`, 400, "invalidSyntax"},
			{"no JSON", "POST", "/Users", `userName=ada`, 400, "invalidSyntax"},
			{"no body", "POST", "/Users", "", 400, "invalidSyntax"},
			{"an array", "POST", "/Users", `[]`, 400, "invalidSyntax"},
			{"two values", "POST", "/Users", `{"userName":"a"}{}`, 400, "invalidSyntax"},
			{"duplicate names", "POST", "/Users", `{"userName":"a","userName":"b"}`, 400, "invalidSyntax"},
			{"duplicate names in other letters", "POST", "/Users", `{"userName":"a","USERNAME":"b"}`, 400, "invalidSyntax"},
			{"invalid UTF-8", "POST", "/Users", "{\"userName\":\"a\xff\"}", 400, "invalidSyntax"},
			{"NUL", "POST", "/Users", `{"userName":"a\u0000"}`, 400, "invalidSyntax"},
			{"nested too deep", "POST", "/Users", `{"userName":"a","x":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`, 400, "invalidSyntax"},
			{"no userName", "POST", "/Users", `{"displayName":"A"}`, 400, "invalidValue"},
			{"empty userName", "POST", "/Users", `{"userName":""}`, 400, "invalidValue"},
			{"userName is an object", "POST", "/Users", `{"userName":{}}`, 400, "invalidValue"},
			{"userName is a list", "POST", "/Users", `{"userName":["a","b"]}`, 400, "invalidValue"},
			{"active is a word", "POST", "/Users", `{"userName":"a","active":"yes"}`, 400, "invalidValue"},
			{"active is empty", "POST", "/Users", `{"userName":"a","active":""}`, 400, "invalidValue"},
			{"two primary emails", "POST", "/Users", `{"userName":"a","emails":[{"value":"a@x.example","primary":true},{"value":"b@x.example","primary":true}]}`, 400, "invalidValue"},
			{"over-long userName", "POST", "/Users", `{"userName":"` + long + `"}`, 400, "invalidValue"},
			{"over-long displayName", "PATCH", "/Users/" + ada, patchJSON(`{"op":"replace","path":"displayName","value":"` + long + `"}`), 400, "invalidValue"},
			{"taken userName", "POST", "/Users", `{"userName":"ADA@x.example"}`, 409, "uniqueness"},
			{"taken email", "POST", "/Users", `{"userName":"ada2","emails":[{"value":"ada@x.example"}]}`, 409, "uniqueness"},
			{"userName changed to a taken one", "PATCH", "/Users/" + bob, patchJSON(`{"op":"replace","path":"userName","value":"ada@x.example"}`), 409, "uniqueness"},
			{"replaced by a taken userName", "PUT", "/Users/" + bob, `{"userName":"ada@x.example"}`, 409, "uniqueness"},
			{"body over the limit", "POST", "/Users", `{"userName":"a","x":"` + strings.Repeat("x", scimhttp.DefaultMaxBody) + `"}`, 413, ""},
			{"PUT of an unknown id", "PUT", "/Users/" + ghost, `{"userName":"a"}`, 404, ""},
			{"PATCH of an unknown id", "PATCH", "/Users/" + ghost, patchJSON(`{"op":"replace","path":"active","value":false}`), 404, ""},
			{"DELETE of an unknown id", "DELETE", "/Users/" + ghost, "", 404, ""},
			{"id that cannot be one", "GET", "/Users/1'%20OR%201=1", "", 404, ""},
			{"PATCH without operations", "PATCH", "/Users/" + ada, `{"schemas":[]}`, 400, "invalidSyntax"},
			{"no operations", "PATCH", "/Users/" + ada, patchJSON(), 400, "invalidValue"},
			{"operation that does not exist", "PATCH", "/Users/" + ada, patchJSON(`{"op":"move","path":"active"}`), 400, "invalidSyntax"},
			{"operation without op", "PATCH", "/Users/" + ada, patchJSON(`{"path":"active","value":false}`), 400, "invalidSyntax"},
			{"unknown path", "PATCH", "/Users/" + ada, patchJSON(`{"op":"replace","path":"foo","value":"x"}`), 400, "invalidPath"},
			{"broken path", "PATCH", "/Users/" + ada, patchJSON(`{"op":"replace","path":"emails[","value":"x"}`), 400, "invalidPath"},
			{"path of what is computed", "PATCH", "/Users/" + ada, patchJSON(`{"op":"replace","path":"groups","value":[]}`), 400, "mutability"},
			{"removal of what is required", "PATCH", "/Users/" + ada, patchJSON(`{"op":"remove","path":"userName"}`), 400, "mutability"},
			{"removal without path", "PATCH", "/Users/" + ada, patchJSON(`{"op":"remove"}`), 400, "noTarget"},
			{"first operation right, second wrong", "PATCH", "/Users/" + ada, patchJSON(`{"op":"replace","path":"active","value":false}`, `{"op":"replace","path":"active","value":"maybe"}`), 400, "invalidValue"},
			{"both projections", "POST", "/Users?attributes=id&excludedAttributes=name", `{"userName":"a"}`, 400, "invalidValue"},
			{"broken filter", "GET", "/Users?filter=userName%20eq", "", 400, "invalidFilter"},
			{"filter without quotes", "GET", "/Users?filter=userName%20eq%20ada", "", 400, "invalidFilter"},
			{"filter on what does not exist", "GET", `/Users?filter=foo%20eq%20"x"`, "", 400, "invalidFilter"},
			{"filter on a group's name for users", "GET", `/Groups?filter=userName%20eq%20"x"`, "", 400, "invalidFilter"},
			{"filter that compares booleans by order", "GET", `/Users?filter=active%20gt%20true`, "", 400, "invalidFilter"},
			{"filter on passwords", "GET", `/Users?filter=password%20eq%20"x"`, "", 400, "sensitive"},
			{"search for passwords", "POST", "/Users/.search", `{"filter":"password eq \"x\""}`, 400, "invalidFilter"},
			{"another version of SCIM", "GET", "/v1/Users", "", 400, "invalidVers"},
			{"count is no number", "GET", "/Users?count=ten", "", 400, "invalidValue"},
			{"group without a name", "POST", "/Groups", `{"members":[]}`, 400, "invalidValue"},
			{"taken group name", "POST", "/Groups", `{"displayName":"sales"}`, 409, "uniqueness"},
			{"member without value", "PATCH", "/Groups/" + group, patchJSON(`{"op":"add","path":"members","value":[{}]}`), 400, "invalidValue"},
			{"unknown member", "PATCH", "/Groups/" + group, patchJSON(`{"op":"add","path":"members","value":` + membersJSON([]string{ghost}) + `}`), 400, "invalidValue"},
			{"known and unknown members replaced", "PATCH", "/Groups/" + group, patchJSON(`{"op":"replace","path":"members","value":` + membersJSON([]string{ada, ghost}) + `}`), 400, "invalidValue"},
			{"removal of members, then an unknown one", "PATCH", "/Groups/" + group, patchJSON(`{"op":"remove","path":"members"}`, `{"op":"add","path":"members","value":`+membersJSON([]string{ghost})+`}`), 400, "invalidValue"},
			{"unknown member of a new group", "POST", "/Groups", `{"displayName":"New","members":` + membersJSON([]string{ghost}) + `}`, 400, "invalidValue"},
			{"unknown member of a replaced group", "PUT", "/Groups/" + group, `{"displayName":"Sales","members":` + membersJSON([]string{ghost}) + `}`, 400, "invalidValue"},
			{"nested group", "PATCH", "/Groups/" + group, patchJSON(`{"op":"add","path":"members","value":[{"type":"Group","value":"` + group + `"}]}`), 400, "invalidValue"},
			{"email to a domain that is not verified", "PATCH", "/Users/" + ada, patchJSON(`{"op":"replace","path":"emails[type eq \"work\"].value","value":"ada@elsewhere.example"}`), 400, "invalidValue"},
			{"filter on a discovery document", "GET", `/Schemas?filter=id%20eq%20"x"`, "", 403, ""},
			{"unknown schema", "GET", "/Schemas/urn:x", "", 404, ""},
			{"unknown resource type", "GET", "/ResourceTypes/Device", "", 404, ""},
		}
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				before, accounts, logged := w.entra.everything(t), w.accounts(t), len(w.log(t, w.org))
				a := w.entra.send(t, test.method, test.path, test.body)
				wantError(t, a, test.status, test.scimType)
				entries := w.log(t, w.org)
				if len(entries) != logged+1 {
					t.Fatalf("%d new log entries, want 1", len(entries)-logged)
				}
				e := entries[0]
				if e.HTTPStatus != test.status || e.SCIMType != test.scimType && test.scimType != "" || e.DirectoryID != w.entra.id ||
					e.Message == "" || e.RequestID != a.header.Get("X-Request-ID") || e.Actor == "" || e.Level == "info" {
					t.Errorf("logged %+v\nanswered %s", e, a.body)
				}
				if after := w.entra.everything(t); after != before {
					t.Errorf("changed from %s\nto %s", before, after)
				}
				if got := w.accounts(t); got != accounts {
					t.Errorf("%d accounts, before %d", got, accounts)
				}
			})
		}
		if w.slog.String() != "" {
			t.Errorf("the server's log says %s", w.slog)
		}
	})
}

// accounts counts those that the first org manages.
func (w *world) accounts(t *testing.T) (n int) {
	t.Helper()
	w.view(t, func(tx *store.Tx) (err error) {
		n, err = tx.CountManagedAccounts(w.org)
		return err
	})
	return n
}

// users counts the SCIM users of a directory.
func (w *world) users(t *testing.T, d identity.DirectoryID) (n int) {
	t.Helper()
	w.view(t, func(tx *store.Tx) (err error) {
		n, err = tx.Count(d, store.CountUsers)
		return err
	})
	return n
}

// A body without a length is cut off at the limit.
func TestChunkedBodyOverTheLimit(t *testing.T) {
	t.Parallel()
	w := newWorldWith(t, scimhttp.Options{MaxBody: 1000, MaxGroupBody: 2000})
	body := `{"userName":"a","displayName":"` + strings.Repeat("x", 1500) + `"}`
	wantError(t, w.entra.sendChunked(t, "/Users", body), 413, "")
	group := `{"displayName":"a","x":"` + strings.Repeat("x", 1500) + `"}`
	if a := w.entra.sendChunked(t, "/Groups", group); a.status != 201 {
		t.Errorf("status %d: a group's limit is larger than a user's", a.status)
	}
	wantError(t, w.entra.sendChunked(t, "/Groups", group+strings.Repeat(" ", 1000)), 413, "")
}

// Values that no database takes must not reach one.
func TestOddTextsInFilters(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		ada := w.entra.newUser(t, "o'neil;drop@x.example")
		for _, test := range []struct {
			filter string
			status int
			total  string
		}{
			{`userName+eq+"o'neil;drop@x.example"`, 200, "1"},
			{`userName+eq+%22o'neil%3Bdrop%40x.example%22`, 200, "1"},
			{`userName+eq+"a\u0000"`, 400, ""},
			{`userName+eq+"%00"`, 400, ""},
			{`userName+eq+"%ff"`, 400, ""},
			{`userName+co+"%25"`, 200, "0"},
			{`userName+sw+"_"`, 200, "0"},
			{`userName+eq+"\ud800"`, 400, ""},
			{`id+eq+"` + ada + `"`, 200, "1"},
			{`userName+eq+"` + strings.Repeat("x", 20000) + `"`, 400, ""},
			{strings.Repeat("(", 100) + `userName+pr` + strings.Repeat(")", 100), 400, ""},
		} {
			a := w.entra.send(t, "GET", "/Users?filter="+test.filter, "")
			if test.status != 200 {
				wantError(t, a, test.status, "invalidFilter")
				continue
			}
			if a.status != 200 {
				t.Errorf("%.100s: status %d %s", test.filter, a.status, a.body)
				continue
			}
			wantSubset(t, a.body, `{"totalResults":`+test.total+`}`)
		}
	})
}

// A deleted record's id gets another answer than one that never was: the way
// out of a force push that fails for ever.
func TestPushToADeletedID(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		id := w.entra.newUser(t, "ada@x.example")
		w.entra.must(t, 204, "DELETE", "/Users/"+id, "")
		for _, method := range []string{"GET", "PUT", "PATCH", "DELETE"} {
			body := ""
			switch method {
			case "PUT":
				body = `{"userName":"ada@x.example"}`
			case "PATCH":
				body = patchJSON(`{"op":"replace","path":"active","value":true}`)
			}
			a := w.entra.send(t, method, "/Users/"+id, body)
			wantError(t, a, 404, "")
			if !strings.Contains(a.text(t, "detail"), "unassign the person") {
				t.Errorf("%s: %s", method, a.body)
			}
			if e := w.log(t, w.org)[0]; e.Level != "error" || e.SCIMID != id || e.Name != "ada@x.example" || e.AccountID == "" || e.Hint == "" {
				t.Errorf("%s: logged %+v", method, e)
			}
		}
	})
}

// Conflicts are worded as runbooks know them and name both parties (rule conflict).
func TestConflicts(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		first := w.entra.must(t, 201, "POST", "/Users", `{"userName":"ada","emails":[{"value":"ada@x.example"}]}`)
		second := w.entra.must(t, 201, "POST", "/Users", `{"userName":"ada2","emails":[{"value":"ada.new@x.example"}]}`)
		w.entra.newGroup(t, "Sales")
		w.newLocalGroup(t, "Board")
		tests := []struct {
			name, method, path, body, detail string
			other                            string // SCIM id
		}{
			{
				"email", "PATCH", "/Users/" + first.text(t, "id"), patchJSON(`{"op":"replace","path":"emails","value":[{"value":"Ada.New@x.example"}]}`),
				"Resource [USER]: with email[Ada.New@x.example] already exists.", second.text(t, "id"),
			},
			{"userName", "POST", "/Users", `{"userName":"ADA2"}`, "Resource [USER]: with userName[ADA2] already exists.", second.text(t, "id")},
			{"group", "POST", "/Groups", `{"displayName":"SALES"}`, "Resource [GROUP]: with displayName[SALES] already exists.", ""},
			{"local group", "POST", "/Groups", `{"displayName":"board"}`, "Resource [GROUP]: with displayName[board] already exists.", ""},
		}
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				a := w.entra.send(t, test.method, test.path, test.body)
				wantError(t, a, 409, "uniqueness")
				if got := a.text(t, "detail"); got != test.detail {
					t.Errorf("detail %q, want %q", got, test.detail)
				}
				e := w.log(t, w.org)[0]
				if e.Message != test.detail || test.other != "" && e.OtherSCIMID != test.other || e.Hint == "" {
					t.Errorf("logged %+v", e)
				}
				if test.name == "email" && (e.AccountID == "" || e.OtherAccountID == "" || e.AccountID == e.OtherAccountID) {
					t.Errorf("logged accounts %q and %q", e.AccountID, e.OtherAccountID)
				}
			})
		}
	})
}

func (w *world) newLocalGroup(t *testing.T, name string) {
	t.Helper()
	w.update(t, func(tx *store.Tx) error {
		_, err := tx.InsertOrgGroup(store.OrgGroup{OrgID: w.org, ID: identity.OrgGroupID(identity.NewUUID()), Name: name, Source: identity.GroupLocal})
		return err
	})
}
