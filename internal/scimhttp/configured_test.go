package scimhttp_test

import (
	"fmt"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/accounts"
	"roster/internal/auth"
	"roster/internal/identity"
	"roster/internal/provision"
	"roster/internal/scim"
	"roster/internal/scimhttp"
	"roster/internal/store"
	"roster/internal/testdb"
)

// load configures schemas and resource types for a directory.
func (w *world) load(t *testing.T, org identity.OrgID, d directory, docs ...string) {
	t.Helper()
	if err := w.tryLoad(t, accounts.SchemaScope{OrgID: org, DirectoryID: d.id}, docs...); err != nil {
		t.Fatal(err)
	}
}

func (w *world) tryLoad(t *testing.T, scope accounts.SchemaScope, docs ...string) error {
	t.Helper()
	values := make([]scim.Value, len(docs))
	for i, text := range docs {
		v, err := scim.Decode([]byte(text), scim.DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		values[i] = v
	}
	_, err := accounts.New(w.store).LoadDefinitions(t.Context(), identity.Caller{Actor: "test"}, scope, values, false)
	return err
}

const (
	badgeURN    = "urn:example:params:scim:schemas:extension:Badge:User"
	badgeSchema = `{"id":"` + badgeURN + `","name":"Badge","attributes":[
		{"name":"number","caseExact":true,"uniqueness":"global"},{"name":"pin","mutability":"writeOnly"},{"name":"clearance","type":"integer","returned":"request"}]}`
	badgedUser = `{"name":"User","endpoint":"/Users","schema":"` + scim.CoreUserURN + `","schemaExtensions":[{"schema":"` + badgeURN + `","required":false}]}`

	deviceURN    = "urn:example:params:scim:schemas:Device"
	deviceSchema = `{"id":"` + deviceURN + `","name":"Device","attributes":[{"name":"serial","required":true,"uniqueness":"server"},{"name":"displayName"},
		{"name":"owner","type":"complex","subAttributes":[{"name":"value","required":true},{"name":"display"}]}]}`
	deviceType = `{"name":"Device","endpoint":"/Devices","schema":"` + deviceURN + `"}`
)

// An extension that was loaded is an attribute of User like any other.
func TestExtensionOfUser(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		d := w.entra
		before := d.newUser(t, "before@x.example")
		w.load(t, w.org, d, badgeSchema, badgedUser)
		badge := func(members string) string { return `"` + badgeURN + `":{` + members + `}` }

		ada := d.must(t, 201, "POST", "/Users", `{"userName":"ada@x.example",`+badge(`"number":"A1","pin":"1234","clearance":3,"colour":"red"`)+`}`)
		id := ada.text(t, "id")
		wantSubset(t, ada.body, `{`+badge(`"number":"A1","pin":null,"clearance":3,"colour":null`)+`}`) // what the client gave, on request or not
		if !strings.Contains(string(ada.body), `"schemas":["`+scim.CoreUserURN+`","`+badgeURN+`"`) {
			t.Errorf("schemas of %s", ada.body)
		}
		wantSubset(t, d.must(t, 200, "GET", "/Users/"+id+"?attributes=clearance", "").body, `{"userName":null,`+badge(`"clearance":3,"number":null`)+`}`)
		for filter, found := range map[string]int{
			badgeURN + `:number eq "A1"`:                      1,
			badgeURN + `:number eq "a1"`:                      0,
			badgeURN + `:clearance gt 2`:                      1,
			`schemas eq "` + badgeURN + `"`:                   1,
			`not (` + badgeURN + `:number pr)`:                1,
			`userName sw "ada" and number eq "A1"`:            1,
			badgeURN + `:clearance eq 3.0 and active eq true`: 1,
		} {
			wantSubset(t, d.must(t, 200, "GET", "/Users?filter="+url.QueryEscape(filter), "").body, fmt.Sprintf(`{"totalResults":%d}`, found))
		}
		wantRefusal(t, d.send(t, "GET", "/Users?filter="+url.QueryEscape(badgeURN+`:pin eq "1234"`), ""), 400, "sensitive")

		wantRefusal(t, d.send(t, "PATCH", "/Users/"+before, patchJSON(`{"op":"add","path":"`+badgeURN+`:number","value":"A1"}`)), 409, "uniqueness")
		if e := w.log(t, w.org)[0]; e.OtherSCIMID != id || !strings.Contains(e.Message, badgeURN+":number[A1] already exists") {
			t.Errorf("logged %+v", e)
		}
		wantSubset(t, d.must(t, 200, "PATCH", "/Users/"+id, patchJSON(`{"op":"replace","path":"`+badgeURN+`:number","value":"A2"}`)).body, `{`+badge(`"number":"A2"`)+`}`)
		d.must(t, 200, "PATCH", "/Users/"+before, patchJSON(`{"op":"add","value":{`+badge(`"number":"A1"`)+`}}`))
		d.must(t, 204, "DELETE", "/Users/"+before, "")
		d.must(t, 200, "PUT", "/Users/"+id, `{"userName":"ada@x.example",`+badge(`"number":"A1"`)+`}`)
		wantSubset(t, d.must(t, 200, "PUT", "/Users/"+id, `{"userName":"ada@x.example"}`).body, `{"`+badgeURN+`":null}`)
	})
}

// What is loaded for one directory is unknown in every other.
func TestTypesOfOneDirectoryOnly(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		w.load(t, w.org, w.entra, badgeSchema, badgedUser, deviceSchema, deviceType)
		device := w.entra.must(t, 201, "POST", "/Devices", `{"serial":"S1"}`).text(t, "id")
		for _, other := range []directory{w.generic, w.foreign} {
			for _, path := range []string{"/Devices", "/Devices/" + device, "/ResourceTypes/Device", "/Schemas/" + deviceURN} {
				other.must(t, 404, "GET", path, "")
			}
			other.must(t, 404, "POST", "/Devices", `{"serial":"S1"}`)
			for _, list := range []string{"/Schemas", "/ResourceTypes"} {
				if body := other.must(t, 200, "GET", list, "").body; strings.Contains(string(body), "urn:example") {
					t.Errorf("GET %s of another directory: %s", list, body)
				}
			}
			wantRefusal(t, other.send(t, "GET", "/Users?filter="+url.QueryEscape(badgeURN+`:number eq "A1"`), ""), 400, "invalidFilter")
			user := other.must(t, 201, "POST", "/Users", `{"userName":"eve","`+badgeURN+`":{"number":"A1"}}`)
			wantSubset(t, user.body, `{"`+badgeURN+`":null}`)
		}
		w.load(t, w.org, w.generic, badgeSchema, badgedUser, deviceSchema, deviceType)
		w.load(t, w.otherOrg, w.foreign, badgeSchema, badgedUser, deviceSchema, deviceType)
		for _, other := range []directory{w.generic, w.foreign} {
			other.must(t, 404, "GET", "/Devices/"+device, "")
			other.must(t, 201, "POST", "/Devices", `{"serial":"S1"}`) // unique in its directory
			wantSubset(t, other.must(t, 200, "GET", "/Devices", "").body, `{"totalResults":1}`)
		}
		badged := `{"userName":"mal","` + badgeURN + `":{"number":"B1"}}`
		w.entra.must(t, 201, "POST", "/Users", badged)
		wantRefusal(t, w.generic.send(t, "POST", "/Users", badged), 409, "uniqueness") // global: in the organization
		w.foreign.must(t, 201, "POST", "/Users", badged)
	})
}

// Resources of configured types take part in everything that lists and writes.
func TestConfiguredTypeInListsAndBulk(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		d := w.generic
		w.load(t, w.org, d, deviceSchema, deviceType)
		results := d.bulk(
			t,
			bulkUser("ada", "ada@x.example", ""),
			`{"method":"POST","path":"/Devices","bulkId":"d2","data":{"serial":"S2","owner":{"value":"bulkId:ada"}}}`,
			`{"method":"POST","path":"/Devices","bulkId":"d1","data":{"serial":"S1","displayName":"Zed"}}`,
			`{"method":"POST","path":"/Devices","bulkId":"d3","data":{"serial":"s1"}}`,
		)
		if diff := cmp.Diff("201 201 201 409", statusesOf(results)); diff != "" {
			t.Errorf("statuses (-want +got):\n%s", diff)
		}
		wantSubset(t, d.must(t, 200, "GET", "/Devices?sortBy=serial", "").body, `{"totalResults":2,"Resources":[{"serial":"S1"},{"serial":"S2","owner":{"value":"`+results[0].id()+`"}}]}`)
		wantSubset(t, d.must(t, 200, "GET", "/Devices?sortBy=displayName&count=1", "").body, `{"totalResults":2,"Resources":[{"serial":"S1"}]}`)
		wantSubset(t, d.must(t, 200, "POST", "/Devices/.search", `{"filter":"serial eq \"s2\""}`).body, `{"totalResults":1,"Resources":[{"serial":"S2"}]}`)
		wantSubset(t, d.must(t, 200, "GET", "/?filter="+url.QueryEscape(`displayName eq "zed"`), "").body, `{"totalResults":1,"Resources":[{"meta":{"resourceType":"Device"}}]}`)
		first := d.must(t, 200, "GET", "/Devices?cursor=&count=1", "")
		wantSubset(t, d.must(t, 200, "GET", "/Devices?count=1&cursor="+first.text(t, "nextCursor"), "").body, `{"itemsPerPage":1,"nextCursor":null}`)

		id := results[1].id()
		stale := d.send(t, "PUT", "/Devices/"+id, `{"serial":"S9"}`, `If-Match: W/"7"`)
		if stale.status != 412 {
			t.Errorf("PUT of another version: %d", stale.status)
		}
		if again := d.send(t, "GET", "/Devices/"+id, "", `If-None-Match: W/"1"`); again.status != 304 {
			t.Errorf("GET of the same version: %d", again.status)
		}
		if a := d.send(t, "DELETE", "/Devices", ""); a.status != 405 || a.header.Get("Allow") != "GET, POST" {
			t.Errorf("DELETE of all: %d, Allow %q", a.status, a.header.Get("Allow"))
		}
		if a := d.must(t, 404, "GET", "/devices", ""); !strings.Contains(string(a.body), "there are Users, Groups, Devices, Bulk, ") {
			t.Errorf("an unknown endpoint: %s", a.body)
		}
		d.must(t, 404, "GET", "/Devices/x/y", "")
		if e := w.log(t, w.org)[0]; e.Resource != "REQUEST" {
			t.Errorf("logged %+v", e)
		}
	})
}

// A replica that remembers what was in force reads a request again when another
// has changed it.
func TestTypesChangedByAnotherReplica(t *testing.T) {
	t.Parallel()
	dsn := testdb.Postgres(t)
	w := newWorldOn(t, dsn, scimhttp.Options{})
	other, err := store.Open(t.Context(), dsn, store.Options{Readers: 6})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(scimhttp.New(provision.New(other), auth.NewKeys(other, nil), scimhttp.Options{}))
	t.Cleanup(func() {
		server.Close()
		if err := other.Close(); err != nil {
			t.Error(err)
		}
	})
	here, there := w.entra, w.entra
	there.base = server.URL + strings.TrimPrefix(here.base, w.server.URL)
	there.newUser(t, "ada@x.example")

	w.load(t, w.org, here, badgeSchema, badgedUser)
	wantSubset(t, there.must(t, 201, "POST", "/Users", `{"userName":"bob","`+badgeURN+`":{"number":"1"}}`).body, `{"`+badgeURN+`":{"number":"1"}}`)
	w.load(t, w.org, here, deviceSchema, deviceType)
	there.must(t, 200, "GET", "/Devices", "")
	w.load(t, w.org, here, strings.Replace(badgeSchema, `{"name":"pin"`, `{"name":"colour"},{"name":"pin"`, 1))
	there.must(t, 200, "GET", "/Users?filter="+url.QueryEscape(badgeURN+`:colour eq "red"`), "")
	for _, e := range w.log(t, w.org) {
		if e.Level == "error" {
			t.Errorf("logged %+v", e)
		}
	}
}
