package scimhttp_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roster/internal/scim"
	"roster/internal/store"
)

const searchSchemas = `"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"]`

// get lists with parameters given as a query string, unescaped.
func (d directory) get(t *testing.T, path, query string) answer {
	t.Helper()
	q := url.Values{}
	for parameter := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(parameter, "=")
		q.Add(name, value)
	}
	return d.send(t, "GET", path+"?"+q.Encode(), "")
}

// namesOn are the userNames and displayNames on a page.
func namesOn(t *testing.T, a answer) []string {
	t.Helper()
	if a.status != 200 {
		t.Fatalf("status %d: %s", a.status, a.body)
	}
	var page struct {
		Resources []struct {
			UserName    string `json:"userName"`
			DisplayName string `json:"displayName"`
		} `json:"Resources"`
	}
	if err := json.Unmarshal(a.body, &page); err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, r := range page.Resources {
		names = append(names, r.UserName+r.DisplayName)
	}
	return names
}

// walk follows the cursors of a list to its end.
func (d directory) walk(t *testing.T, path, query string) (names []string, pages int) {
	t.Helper()
	for cursor := ""; ; {
		a := d.get(t, path, query+"&cursor="+cursor)
		names = append(names, namesOn(t, a)...)
		pages++
		next, ok := a.json(t)["nextCursor"].(string)
		if !ok {
			return names, pages
		}
		cursor = next
	}
}

// crew pushes three users and two groups; only some have a title.
func crew(t *testing.T, d directory) {
	t.Helper()
	const enterprise = `"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"%s"}`
	for _, u := range []string{
		`{"userName":"bob","title":"Émigré","emails":[{"value":"z@x.example"},{"value":"a@x.example","primary":true}],` + fmt.Sprintf(enterprise, "Sales") + `}`,
		`{"userName":"Ada","title":"zebra","emails":[{"value":"m@x.example"},{"value":"b@x.example"}],` + fmt.Sprintf(enterprise, "Engineering") + `}`,
		`{"userName":"cyd"}`,
	} {
		d.must(t, 201, "POST", "/Users", u)
	}
	d.newGroup(t, "Ops")
	d.newGroup(t, "All")
}

func TestSortedLists(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		crew(t, w.entra)
		tests := []struct {
			name, path, query string
			want              []string
		}{
			{"by userName, letter case aside", "/Users", "sortBy=userName", []string{"Ada", "bob", "cyd"}},
			{"downward", "/Users", "sortBy=userName&sortOrder=descending", []string{"cyd", "bob", "Ada"}},
			{"unassigned last", "/Users", "sortBy=title", []string{"Ada", "bob", "cyd"}},
			{"unassigned first, downward", "/Users", "sortBy=title&sortOrder=descending", []string{"cyd", "bob", "Ada"}},
			{"by the primary email, else the first", "/Users", "sortBy=emails", []string{"bob", "Ada", "cyd"}},
			{"by an extension", "/Users", "sortBy=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", []string{"Ada", "bob", "cyd"}},
			{"by creation", "/Users", "sortBy=meta.created", []string{"bob", "Ada", "cyd"}},
			{"a page", "/Users", "sortBy=userName&startIndex=2&count=1", []string{"bob"}},
			{"filtered", "/Users", `sortBy=userName&sortOrder=descending&filter=title pr`, []string{"bob", "Ada"}},
			{"groups", "/Groups", "sortBy=displayName", []string{"All", "Ops"}},
			{"across types", "/", "sortBy=displayName&sortOrder=descending&filter=userName sw \"b\" or displayName pr", []string{"bob", "Ops", "All"}},
		}
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				if diff := cmp.Diff(test.want, namesOn(t, w.entra.get(t, test.path, test.query))); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		}
	})
}

func TestWalkByCursor(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		crew(t, w.entra)
		crew(t, w.foreign)
		tests := []struct {
			name, path, query string
			want              []string
			pages             int
		}{
			{"two at a time", "/Users", "count=2&sortBy=userName", []string{"Ada", "bob", "cyd"}, 2},
			{"the last page is full", "/Users", "count=3&sortBy=userName", []string{"Ada", "bob", "cyd"}, 1},
			{"through those without a title", "/Users", "count=1&sortBy=title&sortOrder=descending", []string{"cyd", "bob", "Ada"}, 3},
			{"filtered", "/Users", "count=1&sortBy=userName&filter=userName pr and not (userName eq \"ADA\")", []string{"bob", "cyd"}, 2},
			{"across types", "/", "count=2&sortBy=meta.created", []string{"bob", "Ada", "cyd", "Ops", "All"}, 3},
			{"nobody", "/Groups", "count=2&filter=displayName eq \"none\"", nil, 1},
		}
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				names, pages := w.entra.walk(t, test.path, test.query)
				if diff := cmp.Diff(test.want, names); diff != "" || pages != test.pages {
					t.Errorf("%d pages, names (-want +got):\n%s", pages, diff)
				}
			})
		}
	})
}

func TestPagesByCursorSayWhatTheyKnow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	crew(t, w.entra)
	tests := []struct{ name, query, want string }{
		{"the directory's own count", "count=1&cursor=", `{"totalResults":3,"itemsPerPage":1,"startIndex":null}`},
		{"a total that would have to be counted", "count=1&cursor=&filter=userName pr", `{"totalResults":null,"itemsPerPage":1}`},
		{"a filtered list on one page", "cursor=&filter=title pr", `{"totalResults":2,"itemsPerPage":2,"nextCursor":null}`},
		{"no cursor asked for", "count=1", `{"totalResults":3,"startIndex":1,"itemsPerPage":1,"nextCursor":null}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			wantSubset(t, w.entra.get(t, "/Users", test.query).body, test.want)
		})
	}
	wantSubset(t, w.entra.must(t, 200, "GET", "/ServiceProviderConfig", "").body, `{"sort":{"supported":true},
		"pagination":{"cursor":true,"index":true,"defaultPaginationMethod":"index","defaultPageSize":200,"maxPageSize":200,"cursorTimeout":3600}}`)
}

// A cursor opens the list that it was made for, and no other.
func TestCursorsAreBound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	crew(t, w.entra)
	crew(t, w.foreign)
	const query = "count=1&sortBy=userName&filter=userName pr"
	cursor := w.entra.get(t, "/Users", query+"&cursor=").text(t, "nextCursor")
	tests := []struct {
		name, path, query string
		directory         directory
		want              string
	}{
		{"the same", "/Users", query, w.entra, ""},
		{"another page size", "/Users", strings.Replace(query, "1", "2", 1), w.entra, ""},
		{"other attributes", "/Users", query + "&attributes=id", w.entra, ""},
		{"another filter", "/Users", "count=1&sortBy=userName&filter=title pr", w.entra, "invalidCursor"},
		{"another order", "/Users", "count=1&sortBy=title&filter=userName pr", w.entra, "invalidCursor"},
		{"the other way", "/Users", query + "&sortOrder=descending", w.entra, "invalidCursor"},
		{"another endpoint", "/", query, w.entra, "invalidCursor"},
		{"another directory", "/Users", query, w.foreign, "invalidCursor"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := test.directory.get(t, test.path, test.query+"&cursor="+cursor)
			if test.want != "" {
				wantError(t, a, 400, test.want)
			} else if a.status != 200 {
				t.Errorf("status %d: %s", a.status, a.body)
			}
		})
	}
	wantError(t, w.entra.get(t, "/Users", query+"&cursor=nonsense"), 400, "invalidCursor")
	wantError(t, w.entra.get(t, "/Users", "cursor=&count=0"), 400, "invalidCount")
}

// A cursor is good on every server of a deployment, until it expires.
func TestCursorsAreShared(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	crew(t, w.entra)
	users, err := scim.ParseListQuery([]*scim.ResourceType{scim.UserType()}, url.Values{"sortBy": {"userName"}}, scim.DefaultLimits, 1)
	if err != nil {
		t.Fatal(err)
	}
	w.entra.get(t, "/Users", "cursor=")
	behindAda := scim.Place{Key: "ada", Assigned: true}
	for _, test := range []struct {
		made time.Time
		want string
	}{{time.Now(), ""}, {time.Now().Add(-scim.CursorTimeout - time.Minute), "expiredCursor"}} {
		cursor := w.cursorKey(t).Seal(users.Scope(string(w.entra.id)), behindAda, test.made)
		a := w.entra.get(t, "/Users", "sortBy=userName&cursor="+cursor)
		if test.want != "" {
			wantError(t, a, 400, test.want)
		} else if diff := cmp.Diff([]string{"bob", "cyd"}, namesOn(t, a)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// cursorKey is the key that the server keeps in its database.
func (w *world) cursorKey(t *testing.T) (key scim.CursorKey) {
	t.Helper()
	w.view(t, func(tx *store.Tx) (err error) {
		key, err = tx.ServerKey(store.ServerKeyCursor)
		return err
	})
	return key
}

// Whoever is in a directory from the first page to the last is on exactly one.
func TestWalkByCursorWhileOthersComeAndGo(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		var stay []string
		for i := range 12 {
			name := fmt.Sprintf("stay%02d", i)
			stay = append(stay, name)
			w.entra.newUser(t, name)
		}
		stop := make(chan struct{})
		var churn sync.WaitGroup
		churn.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
					id := w.entra.newUser(t, fmt.Sprintf("stay%02d-%d", i%12, i))
					w.entra.must(t, 204, "DELETE", "/Users/"+id, "")
				}
			}
		})
		for _, query := range []string{"count=2", "count=2&sortBy=userName", "count=2&sortBy=meta.created&sortOrder=descending", "count=2&sortBy=title"} {
			names, _ := w.entra.walk(t, "/Users", query)
			names = slices.DeleteFunc(names, func(name string) bool { return !slices.Contains(stay, name) })
			slices.Sort(names)
			if diff := cmp.Diff(stay, names); diff != "" {
				t.Errorf("%s (-want +got):\n%s", query, diff)
			}
		}
		close(stop)
		churn.Wait()
	})
}

func TestSearch(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		crew(t, w.entra)
		tests := []struct{ name, path, body, want string }{
			{"users", "/Users/.search", `"filter":"userName sw \"a\"","attributes":["userName"]`, `{"totalResults":1,"Resources":[{"userName":"Ada","title":null,"meta":null}]}`},
			{"groups", "/Groups/.search", `"filter":"displayName eq \"ops\"","excludedAttributes":["members"]`, `{"totalResults":1,"Resources":[{"displayName":"Ops","members":null}]}`},
			{"all", "/.search", `"sortBy":"meta.created","sortOrder":"descending","startIndex":2,"count":2`, `{"totalResults":5,"startIndex":2,"itemsPerPage":2,"Resources":[{"displayName":"Ops"},{"userName":"cyd"}]}`},
			{"one type of all", "/.search", `"filter":"meta.resourceType eq \"Group\"","sortBy":"displayName"`, `{"totalResults":2,"Resources":[{"displayName":"All"},{"displayName":"Ops"}]}`},
			{"what one type lacks", "/.search", `"filter":"not (title pr) and displayName ne \"All\" or userName eq \"ada\"","sortBy":"userName"`, `{"totalResults":2,"Resources":[{"userName":"Ada"},{"displayName":"Ops"}]}`},
			{"by cursor", "/.search", `"cursor":"","count":4`, `{"totalResults":5,"itemsPerPage":4,"startIndex":null}`},
			{"unknown members", "/Users/.search", `"filter":"userName eq \"nobody\"","domain":"x"`, `{"totalResults":0,"Resources":[]}`},
			{"nulls", "/Users/.search", `"filter":null,"cursor":null,"count":1`, `{"totalResults":3,"startIndex":1,"itemsPerPage":1}`},
		}
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				wantSubset(t, w.entra.must(t, 200, "POST", test.path, "{"+searchSchemas+","+test.body+"}").body, test.want)
			})
		}
		wantError(t, w.entra.send(t, "POST", "/.search", `{"filter":"foo eq \"x\""}`), 400, "invalidFilter")
		wantError(t, w.entra.send(t, "POST", "/.search", `{"filter":["a"],"count":{}}`), 400, "invalidSyntax")
		wantError(t, w.entra.send(t, "POST", "/Users/.search", `{"cursor":"","count":-1}`), 400, "invalidCount")
		wantError(t, w.entra.send(t, "POST", "/.search", `[]`), 400, "invalidSyntax")
	})
}

// GET on the directory's base URL lists all its resources.
func TestListOfEverything(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		crew(t, w.entra)
		crew(t, w.foreign)
		tests := []struct {
			query        string
			total, items int
		}{
			{"", 5, 5},
			{"count=2", 5, 2},
			{"startIndex=4&count=2", 5, 2},
			{"startIndex=5&count=2", 5, 1},
			{"startIndex=6&count=2", 5, 0},
			{"startIndex=0&count=0", 5, 0},
			{`filter=meta.resourceType eq "User"`, 3, 3},
			{`filter=meta.resourceType eq "Group"&count=1`, 2, 1},
			{`filter=displayName pr&startIndex=2`, 2, 1},
			{`filter=title eq null&count=1`, 3, 1},
		}
		for _, test := range tests {
			a := w.entra.get(t, "/", test.query)
			if got := namesOn(t, a); len(got) != test.items || a.json(t)["totalResults"] != float64(test.total) {
				t.Errorf("%s: %d on the page, want %d: %s", test.query, len(got), test.items, a.body)
			}
		}
		var names []string
		for i := range 5 {
			names = append(names, namesOn(t, w.entra.get(t, "/", fmt.Sprintf("startIndex=%d&count=1", i+1)))...)
		}
		slices.Sort(names)
		if diff := cmp.Diff([]string{"Ada", "All", "Ops", "bob", "cyd"}, names); diff != "" {
			t.Errorf("pages side by side (-want +got):\n%s", diff)
		}
	})
}
