package scimhttp_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"roster/internal/scimhttp"

	"github.com/google/go-cmp/cmp"
)

type list struct {
	TotalResults int `json:"totalResults"`
	StartIndex   int `json:"startIndex"`
	ItemsPerPage int `json:"itemsPerPage"`
	Resources    []struct {
		ID       string `json:"id"`
		UserName string `json:"userName"`
	} `json:"Resources"`
}

func (d directory) list(t *testing.T, path string) list {
	t.Helper()
	a := d.must(t, 200, "GET", path, "")
	var l list
	if err := json.Unmarshal(a.body, &l); err != nil {
		t.Fatal(err)
	}
	if l.Resources == nil || len(l.Resources) != l.ItemsPerPage {
		t.Errorf("GET %s: itemsPerPage is %d: %s", path, l.ItemsPerPage, a.body)
	}
	return l
}

func TestPages(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		for i := range 5 {
			w.entra.newUser(t, fmt.Sprintf("user%d@x.example", i))
			w.entra.newGroup(t, fmt.Sprintf("Group %d", i))
		}
		tests := []struct {
			name, query  string
			start, items int
		}{
			{"all", "", 1, 5},
			{"first page", "?startIndex=1&count=2", 1, 2},
			{"second page", "?startIndex=3&count=2", 3, 2},
			{"last page", "?startIndex=5&count=2", 5, 1},
			{"past the end", "?startIndex=6&count=2", 6, 0},
			{"far past the end", "?startIndex=1000000000&count=2", 1000000000, 0},
			{"start below 1", "?startIndex=-7", 1, 5},
			{"count 0", "?count=0", 1, 0},
			{"count below 0", "?count=-1", 1, 0},
			{"count above the limit", "?count=100000000000000000000", 1, 5},
			{"only those that match", "?startIndex=2&count=10&filter=meta.created+pr", 2, 4},
		}
		for _, kind := range []string{"/Users", "/Groups"} {
			for _, test := range tests {
				t.Run(kind+" "+test.name, func(t *testing.T) {
					l := w.entra.list(t, kind+test.query)
					if l.TotalResults != 5 || l.StartIndex != test.start || l.ItemsPerPage != test.items {
						t.Errorf("got %+v", l)
					}
				})
			}
		}
		// Pages side by side hold everybody once (Okta's import).
		var names, want []string
		for i := range 5 {
			want = append(want, fmt.Sprintf("user%d@x.example", i))
			for _, r := range w.entra.list(t, fmt.Sprintf("/Users?startIndex=%d&count=1", i+1)).Resources {
				names = append(names, r.UserName)
			}
		}
		if diff := cmp.Diff(want, names); diff != "" {
			t.Errorf("pages (-want +got):\n%s", diff)
		}
	})
}

func TestPageLimit(t *testing.T) {
	t.Parallel()
	w := newWorldWith(t, scimhttp.Options{MaxPage: 3})
	for i := range 5 {
		w.entra.newUser(t, fmt.Sprintf("user%d", i))
	}
	for _, query := range []string{"", "?count=100"} {
		if l := w.entra.list(t, "/Users"+query); l.TotalResults != 5 || l.ItemsPerPage != 3 {
			t.Errorf("%s: got %+v", query, l)
		}
	}
	wantSubset(t, w.entra.must(t, 200, "GET", "/ServiceProviderConfig", "").body, `{"filter":{"supported":true,"maxResults":3}}`)
}

// Every filter that an identity provider matches by, in its own spelling.
func TestFiltersOfIdentityProviders(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		ada := w.entra.must(t, 201, "POST", "/Users", fmt.Sprintf(fullUser, "Ada@x.example", "ada.work@x.example")).text(t, "id")
		bob := w.entra.must(t, 201, "POST", "/Users", `{"userName":"bob+x@x.example","externalId":"00UABC","active":false,"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":"`+ada+`"}}`).text(t, "id")
		group := w.entra.newGroup(t, "EDU All personal", ada)
		other := w.entra.newGroup(t, "O'Neil \\\"quoted\\\"")
		tests := []struct{ name, path, filter, want string }{
			{"userName", "/Users", `userName eq "Ada@x.example"`, ada},
			{"userName in other letters", "/Users", `username EQ "ADA@X.EXAMPLE"`, ada},
			{"inactive users are found", "/Users", `userName eq "bob+x@x.example"`, bob},
			{"externalId is case-exact", "/Users", `externalId eq "00uABC"`, ada},
			{"id", "/Users", `id eq "` + ada + `"`, ada},
			{"work email", "/Users", `emails[type eq "work"].value eq "ADA.work@x.example"`, ada},
			{"work email in the RFC's form", "/Users", `emails[type eq "work" and value eq "ada.work@x.example"]`, ada},
			{"email", "/Users", `emails.value eq "ada.work@x.example"`, ada},
			{"PingFederate's email", "/Users", `emails eq "ada.work@x.example"`, ada},
			{"manager", "/Users", `id eq "` + bob + `" and manager eq "` + ada + `"`, bob},
			{"manager with its URN", "/Users", `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq "` + ada + `"`, bob},
			{"active as text", "/Users", `active eq "False"`, bob},
			{"nobody", "/Users", `userName eq "9c5e1b0e-55a8-4a3c-8f5d-2b1f6f7f3a11"`, ""},
			{"group with spaces", "/Groups", `displayName eq "edu all personal"`, group},
			{"group in single quotes", "/Groups", `displayName eq 'EDU All personal'`, group},
			{"group with quotes", "/Groups", `displayName eq "O'Neil \"quoted\""`, other},
			{"membership check", "/Groups", `id eq "` + group + `" and members eq "` + ada + `"`, group},
			{"membership check of another", "/Groups", `id eq "` + group + `" and members eq "` + bob + `"`, ""},
			{"groups of a user", "/Groups", `members.value eq "` + ada + `"`, group},
			{"users of a group", "/Users", `groups.value eq "` + group + `"`, ada},
			{"or", "/Groups", `displayName eq "x" or displayName sw "edu"`, group},
		}
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				a := w.entra.send(t, "GET", test.path+"?filter="+url.QueryEscape(test.filter), "")
				var l list
				if err := json.Unmarshal(a.body, &l); err != nil || a.status != 200 {
					t.Fatalf("status %d %s", a.status, a.body)
				}
				var ids []string
				for _, r := range l.Resources {
					ids = append(ids, r.ID)
				}
				if got := strings.Join(ids, " "); got != test.want || l.TotalResults != len(ids) {
					t.Errorf("found %q (total %d), want %q", got, l.TotalResults, test.want)
				}
			})
		}
	})
}

func TestAttributesOfLists(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	user := w.entra.newUser(t, "ada@x.example")
	w.entra.newGroup(t, "Sales", user)
	users := w.entra.must(t, 200, "GET", "/Users?attributes=userName", "")
	wantSubset(t, users.body, `{"Resources":[{"userName":"ada@x.example","groups":null,"meta":null,"emails":null}]}`)
	wantSubset(t, w.entra.must(t, 200, "GET", "/Users", "").body, `{"Resources":[{"groups":[{"display":"Sales"}]}]}`)
	wantSubset(t, w.entra.must(t, 200, "GET", "/Groups?excludedAttributes=members", "").body, `{"Resources":[{"displayName":"Sales","members":null}]}`)
	wantSubset(t, w.entra.must(t, 200, "GET", "/Groups", "").body, `{"Resources":[{"members":[{"value":"`+user+`"}]}]}`)
}
