package scimhttp_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"roster/internal/identity"
	"roster/internal/store"
)

const fullUser = `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
	"externalId":"00uABC","userName":"%s","active":true,"displayName":"Ada L","name":{"formatted":"Ada L","familyName":"L","givenName":"Ada"},
	"emails":[{"primary":true,"type":"work","value":"%s"}],"title":"Engineer","password":"1mz050nq","groups":[],"roles":[],"nickName":null,
	"meta":{"resourceType":"User"},"unknown":{"x":1},
	"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"R&D"}}`

func TestCreateUser(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		a := w.entra.must(t, 201, "POST", "/Users", fmt.Sprintf(fullUser, "Ada@X.example", "Ada@X.example"))
		id := a.text(t, "id")
		location := w.entra.base + "/Users/" + id
		wantSubset(t, a.body, `{
			"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User","urn:scim:schemas:extension:atlassian-external:1.0"],
			"userName":"Ada@X.example","externalId":"00uABC","active":true,"displayName":"Ada L","title":"Engineer","groups":[],
			"name":{"formatted":"Ada L","familyName":"L","givenName":"Ada"},"emails":[{"primary":true,"type":"work","value":"Ada@X.example"}],
			"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"R&D"},
			"meta":{"resourceType":"User","location":"`+location+`","version":"W/\"1\""},
			"password":null,"unknown":null,"roles":null,"nickName":null}`)
		if got := a.header.Get("Location"); got != location {
			t.Errorf("Location %q, want %q", got, location)
		}
		if got := a.header.Get("ETag"); got != `W/"1"` {
			t.Errorf("ETag %q", got)
		}
		account := w.accountOf(t, id)
		wantSubset(t, a.body, `{"urn:scim:schemas:extension:atlassian-external:1.0":{"atlassianAccountId":"`+string(account.ID)+`"}}`)
		if account.Email.Address != "Ada@X.example" || account.Name != "Ada L" || account.Profile.JobTitle != "Engineer" || account.Profile.Department != "R&D" {
			t.Errorf("account %+v", account)
		}
		again := w.entra.must(t, 200, "GET", "/Users/"+id, "")
		if string(again.body) != string(a.body) {
			t.Errorf("GET answers %s\nPOST answered %s", again.body, a.body)
		}
	})
}

// accountOf gives the account that a user of the first directory is linked to.
func (w *world) accountOf(t *testing.T, user string) (account store.Account) {
	t.Helper()
	w.view(t, func(tx *store.Tx) error {
		u, err := tx.SCIMUser(w.entra.id, identity.SCIMUserID(user))
		if err != nil {
			return err
		}
		account, err = tx.Account(u.AccountID)
		return err
	})
	return account
}

func TestUnlinkedUser(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.entra.must(t, 201, "POST", "/Users", `{"userName":"digits","externalId":1}`)
	wantSubset(t, a.body, `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"externalId":"1","active":true,"urn:scim:schemas:extension:atlassian-external:1.0":null}`)
	if e := w.log(t, w.org)[0]; e.Level != "warning" || !strings.Contains(e.Message, "Not linked") {
		t.Errorf("logged %+v", e)
	}
}

// One row for each way in which an IdP is known to create a user.
func TestCreateUserDialects(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tests := []struct{ name, body, want string }{
		{"Google: userName and name only", `{"userName":"g@x.example","name":{"givenName":"G"}}`, `{"userName":"g@x.example","active":true}`},
		{
			"OneLogin: everything odd", `{"schemas":["urn:scim:schemas:core:1.0"],"id":null,"userName":"o@x.example","active":"true","emails":{"value":"o@x.example"},"nickName":null}`,
			`{"userName":"o@x.example","active":true,"emails":[{"value":"o@x.example"}]}`,
		},
		{"hosted API: no schemas", `{"userName":"h@x.example","department":"D","organization":"O","timezone":"Europe/Paris"}`, `{"department":"D","organization":"O","timezone":"Europe/Paris"}`},
		{"Entra ID: soft-deleted name", `{"userName":"0123456789abcdefADA@x.example"}`, `{"userName":"0123456789abcdefADA@x.example"}`},
		{"created inactive", `{"userName":"i@x.example","active":false}`, `{"active":false}`},
		{"attribute names in other letters", `{"USERNAME":"u@x.example","Name":{"GIVENNAME":"U"}}`, `{"userName":"u@x.example","name":{"givenName":"U"}}`},
		{"roles as plain texts", `{"userName":"r@x.example","roles":["admin"]}`, `{"roles":[{"value":"admin"}]}`},
		{
			"manager as a bare id", `{"userName":"m@x.example","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":"42"}}`,
			`{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":{"value":"42"}}}`,
		},
		{"the client's id and meta", `{"id":"mine","userName":"c@x.example","meta":{"location":"http://evil.example"}}`, `{"userName":"c@x.example"}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a := w.entra.must(t, 201, "POST", "/Users", test.body)
			wantSubset(t, a.body, test.want)
			if id := a.text(t, "id"); id == "mine" || a.header.Get("Location") != w.entra.base+"/Users/"+id {
				t.Errorf("id %q, Location %q", id, a.header.Get("Location"))
			}
		})
	}
}

// One row for each PATCH of a user that broke a real server.
func TestPatchUser(t *testing.T) {
	t.Parallel()
	const enterprise = `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User`
	tests := []struct{ name, operation, want string }{
		{"Entra ID disables", `{"op":"Replace","path":"active","value":"False"}`, `{"active":false}`},
		{"Entra ID disables with the flag", `{"op":"replace","value":{"active":false}}`, `{"active":false}`},
		{"Okta disables", `{"op":"replace","value":{"active":false,"id":"x","groups":[],"unknown":1}}`, `{"active":false}`},
		{"work email replaced", `{"op":"Replace","path":"emails[type eq \"work\"].value","value":"new@x.example"}`, `{"emails":[{"type":"work","primary":true,"value":"new@x.example"}]}`},
		{"home email added", `{"op":"Add","path":"emails[type eq \"home\"].value","value":"h@x.example"}`, `{"emails":[{"type":"work"},{"type":"home","value":"h@x.example"}]}`},
		{"home email that is not there replaced", `{"op":"Replace","path":"emails[type eq \"home\"].value","value":"h@x.example"}`, `{"emails":[{"type":"work"},{"type":"home","value":"h@x.example"}]}`},
		{"address by its parts", `{"op":"Replace","path":"addresses[type eq \"work\"].streetAddress","value":"1 Main St"}`, `{"addresses":[{"type":"work","streetAddress":"1 Main St"}]}`},
		{"extension by path", `{"op":"Replace","path":"` + enterprise + `:department","value":"R"}`, `{"` + enterprise + `":{"department":"R"}}`},
		{"manager by path", `{"op":"Add","path":"` + enterprise + `:manager","value":"42"}`, `{"` + enterprise + `":{"manager":{"value":"42"}}}`},
		{"dotted and URN keys", `{"op":"replace","value":{"name.givenName":"Ad","` + enterprise + `:employeeNumber":"7"}}`, `{"name":{"givenName":"Ad","familyName":"L"},"` + enterprise + `":{"employeeNumber":"7","department":"R&D"}}`},
		{"core attribute with its URN", `{"op":"replace","path":"urn:ietf:params:scim:schemas:core:2.0:User:displayName","value":"Ad"}`, `{"displayName":"Ad"}`},
		{"active removed (RFC 7644 section 3.5.2.2)", `{"op":"remove","path":"active"}`, `{"active":null}`},
		{"title removed", `{"op":"Remove","path":"title"}`, `{"title":null}`},
		{"userName in other letters", `{"op":"replace","path":"userName","value":"BIG@X.example"}`, `{"userName":"BIG@X.example"}`},
		{"password", `{"op":"replace","value":{"password":"new"}}`, `{"password":null}`},
		{"digits for an id", `{"op":"replace","path":"externalId","value":123}`, `{"externalId":"123"}`},
		{"role by its primary flag as text", `{"op":"Add","path":"roles[primary eq \"True\"].value","value":"admin"}`, `{"roles":[{"primary":true,"value":"admin"}]}`},
	}
	w := newWorld(t)
	for i, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			name := fmt.Sprintf("user%d@x.example", i)
			id := w.entra.must(t, 201, "POST", "/Users", fmt.Sprintf(fullUser, name, name)).text(t, "id")
			a := w.entra.must(t, 200, "PATCH", "/Users/"+id, patchJSON(strings.ReplaceAll(test.operation, "new@", fmt.Sprintf("new%d@", i))))
			wantSubset(t, a.body, strings.ReplaceAll(test.want, "new@", fmt.Sprintf("new%d@", i)))
			if again := w.entra.must(t, 200, "GET", "/Users/"+id, ""); string(again.body) != string(a.body) {
				t.Errorf("GET answers %s\nPATCH answered %s", again.body, a.body)
			}
		})
	}
}

// RFC 7644 section 3.5.2.1: what changes nothing leaves version and time.
func TestPatchUserThatChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := w.entra.must(t, 201, "POST", "/Users", fmt.Sprintf(fullUser, "a@x.example", "a@x.example"))
	after := w.entra.must(t, 200, "PATCH", "/Users/"+before.text(t, "id"), patchJSON(`{"op":"replace","path":"displayName","value":"Ada L"}`))
	if string(after.body) != string(before.body) || after.header.Get("ETag") != `W/"1"` {
		t.Errorf("changed from %s\nto %s", before.body, after.body)
	}
}

func TestReplaceUser(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		created := w.entra.must(t, 201, "POST", "/Users", fmt.Sprintf(fullUser, "a@x.example", "a@x.example"))
		id := created.text(t, "id")
		account := w.accountOf(t, id)
		a := w.entra.must(t, 200, "PUT", "/Users/"+id, `{"id":"other","userName":"a@x.example","emails":[{"value":"b@x.example"}],"groups":[{"value":"x"}]}`)
		wantSubset(t, a.body, `{"id":"`+id+`","title":null,"displayName":null,"externalId":null,"groups":[],"active":true,"meta":{"version":"W/\"2\""}}`)
		if got := w.accountOf(t, id); got.ID != account.ID || got.Email.Address != "b@x.example" {
			t.Errorf("account %+v, was %+v", got, account)
		}
	})
}

// Okta puts back what it got, with one value changed.
func TestReplaceUserByItsOwnAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	created := w.entra.must(t, 201, "POST", "/Users", fmt.Sprintf(fullUser, "a@x.example", "a@x.example"))
	whole := created.json(t)
	whole["title"] = "Director"
	body, err := json.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	a := w.entra.must(t, 200, "PUT", "/Users/"+created.text(t, "id"), string(body))
	want := strings.NewReplacer(`"Engineer"`, `"Director"`, `W/\"1\"`, `W/\"2\"`).Replace(string(created.body))
	got, lastModified := a.json(t), "lastModified"
	gotMeta, ok := got["meta"].(map[string]any)
	if !ok {
		t.Fatalf("no meta: %s", a.body)
	}
	delete(gotMeta, lastModified)
	text, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	var wanted map[string]any
	if err := json.Unmarshal([]byte(want), &wanted); err != nil {
		t.Fatal(err)
	}
	if meta, ok := wanted["meta"].(map[string]any); ok {
		delete(meta, lastModified)
	}
	wantText, err := json.Marshal(wanted)
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != string(wantText) {
		t.Errorf("got %s\nwant %s", text, wantText)
	}
}

func TestDeleteUser(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		id := w.entra.newUser(t, "ada@x.example")
		group := w.entra.newGroup(t, "Sales", id)
		a := w.entra.must(t, 204, "DELETE", "/Users/"+id, "")
		if len(a.body) > 0 {
			t.Errorf("204 with a body: %s", a.body)
		}
		if members := w.entra.membersOf(t, group); len(members) > 0 {
			t.Errorf("still members: %v", members)
		}
		wantSubset(t, w.entra.must(t, 200, "GET", "/Users", "").body, `{"totalResults":0,"Resources":[]}`)
		again := w.entra.newUser(t, "ada@x.example") // rule tombstone: the memberships come back
		if again == id {
			t.Error("the id is used again")
		}
		if members := w.entra.membersOf(t, group); len(members) != 1 || members[0] != again {
			t.Errorf("members %v, want %s", members, again)
		}
	})
}

func TestAttributesOfUsers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	created := w.entra.must(t, 201, "POST", "/Users?attributes=userName", fmt.Sprintf(fullUser, "a@x.example", "a@x.example"))
	wantKeys(t, created, "id schemas userName")
	one := "/Users/" + created.text(t, "id")
	tests := []struct{ name, method, path, body, keys string }{
		{"GET", "GET", one + "?attributes=emails.value,name.givenName", "", "emails id name schemas"},
		{"GET in other letters", "GET", one + "?attributes=DISPLAYNAME", "", "displayName id schemas"},
		{"GET of the groups", "GET", one + "?attributes=groups", "", "groups id schemas"},
		{"GET of what is unknown", "GET", one + "?attributes=foo", "", "id schemas"},
		{
			"GET of an extension's attribute", "GET", one + "?attributes=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "",
			"id schemas urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
		},
		{
			"GET without", "GET", one + "?excludedAttributes=groups,emails,name,meta,id,urn:scim:schemas:extension:atlassian-external:1.0,urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "",
			"active displayName externalId id schemas title userName",
		},
		{"PATCH", "PATCH", one + "?attributes=active", patchJSON(`{"op":"replace","path":"active","value":true}`), "active id schemas"},
		{"PUT", "PUT", one + "?attributes=userName", `{"userName":"a@x.example"}`, "id schemas userName"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			wantKeys(t, w.entra.must(t, 200, test.method, test.path, test.body), test.keys)
		})
	}
}
