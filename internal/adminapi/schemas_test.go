package adminapi_test

import (
	"errors"
	"strings"
	"testing"

	"roster/internal/accounts"
	"roster/internal/provision"
	"roster/internal/scim"
	"roster/internal/tenanttest"
)

const (
	deviceURN    = "urn:example:params:scim:schemas:Device"
	deviceSchema = `{"id":"` + deviceURN + `","attributes":[{"name":"serial","required":true,"uniqueness":"server"},{"name":"colour"}]}`
	deviceType   = `{"name":"Device","endpoint":"/Devices","schema":"` + deviceURN + `"}`
)

// device makes a device in the tenant's directory and gives its id.
func (n *tenant) device(t *testing.T, body string) string {
	t.Helper()
	r := n.dir.Request()
	made, err := n.Provision.CreateResource(t.Context(), r, r.Types.TypeNamed("device"), tenanttest.JSON(body))
	if err != nil {
		t.Fatal(err)
	}
	return made.ID
}

// loadForAll loads documents for the deployment.
func (w *world) loadForAll(tb testing.TB, documents ...string) {
	tb.Helper()
	values := make([]scim.Value, len(documents))
	for i, d := range documents {
		values[i] = tenanttest.JSON(d)
	}
	if _, err := w.Accounts.LoadDefinitions(tb.Context(), tenanttest.Admin, accounts.SchemaScope{}, values, false); err != nil {
		tb.Fatal(err)
	}
}

func TestLoadSchemas(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		n := w.ours
		path := fill("/admin/v1/orgs/{orgId}/directories/{directoryId}/schemas", n.params())
		load := func(documents string) string { return `{"documents":[` + documents + `]}` }

		dry := n.must(t, 200, "POST", path, `{"dryRun":true,"documents":[`+deviceSchema+`,`+deviceType+`]}`)
		if !strings.Contains(dry.body, `"applied":false`) {
			t.Errorf("dry run: %s", dry.body)
		}
		n.must(t, 404, "GET", path+"/device", "")
		n.must(t, 200, "POST", path, load(deviceSchema+","+deviceType))
		for _, id := range []string{deviceURN, strings.ToUpper(deviceURN), "Device", "device"} {
			n.must(t, 200, "GET", path+"/"+id, "")
		}
		if e := n.LastAudit(); e.Action != "scim_schemas_loaded" || e.Target != string(n.dir.ID) {
			t.Errorf("audited %+v", e)
		}
		n.device(t, `{"serial":"A"}`)

		tests := []struct {
			name, method, path, body string
			status                   int
			want                     string
		}{
			{"not a document", "POST", path, load(`1`), 400, "Documents[0]: must be an object"},
			{"misspelt facet", "POST", path, load(`{"id":"urn:example:y","attributes":[{"name":"a","mutabilty":"readOnly"}]}`), 400, "Documents[0]: attributes[0]: has a member"},
			{"schema of a type is missing", "POST", path, load(`{"name":"Car","endpoint":"/Cars","schema":"urn:example:Car"}`), 400, "there is no schema urn:example:Car"},
			{"member twice", "POST", path, load(`{"id":"urn:example:y","id":"urn:example:z","attributes":[{"name":"a"}]}`), 400, "appears twice"},
			{"attribute in use goes", "POST", path, load(`{"id":"` + deviceURN + `","attributes":[{"name":"colour"}]}`), 409, "1 resources of type Device in directory"},
			{"attribute in use changes", "POST", path, load(`{"id":"` + deviceURN + `","attributes":[{"name":"serial","type":"integer","required":true},{"name":"colour"}]}`), 409, "whose type, multiValued"},
			{"new required attribute", "POST", path, load(strings.Replace(deviceSchema, `{"name":"colour"}`, `{"name":"colour"},{"name":"owner","required":true}`, 1)), 409, "lack the attribute owner, which is to be required"},
			{"unused becomes required", "POST", path, load(strings.Replace(deviceSchema, `{"name":"colour"}`, `{"name":"colour","required":true}`, 1)), 409, "lack the attribute colour, which is to be required"},
			{"type in use goes", "DELETE", path + "/Device", "", 409, "1 resources of type Device"},
			{"schema of a type goes", "DELETE", path + "/" + deviceURN, "", 400, "there is no schema " + deviceURN},
			{"unknown goes", "DELETE", path + "/Car", "", 404, "There is no resource type Car"},
			{"dry run unreadable", "DELETE", path + "/Device?dryRun=maybe", "", 400, "DryRun must be true or false"},
			{"optional attribute", "POST", path, load(strings.Replace(deviceSchema, `{"name":"colour"}`, `{"name":"colour"},{"name":"weight","type":"decimal"}`, 1)), 200, `"applied":true`},
			{"unused attribute changes", "POST", path, load(strings.Replace(deviceSchema, `{"name":"colour"}`, `{"name":"colour","multiValued":true}`, 1)), 200, `"applied":true`},
			{"unused attribute goes", "POST", path, load(strings.Replace(deviceSchema, `,{"name":"colour"}`, ``, 1)), 200, `"applied":true`},
			{"unused schema, dry", "DELETE", path + "/" + n.schema + "?dryRun=true", "", 204, ""},
			{"unused schema goes", "DELETE", path + "/" + n.schema, "", 204, ""},
			{"unused schema is gone", "DELETE", path + "/" + n.schema, "", 404, "There is no schema"},
		}
		for _, tt := range tests {
			a := n.send(t, tt.method, tt.path, tt.body)
			if a.status != tt.status || !strings.Contains(a.body, tt.want) {
				t.Errorf("%s: got %d %s, want %d with %q", tt.name, a.status, a.body, tt.status, tt.want)
			}
		}
		w.Check()
	})
}

// What is loaded with the site key is in force in every directory, present and
// future, and cannot be removed by an org.
func TestLoadSchemasForTheDeployment(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		const path = "/admin/v1/schemas"
		body := `{"documents":[` + deviceSchema + `,` + deviceType + `]}`
		if a := w.ours.send(t, "POST", path, body); a.status != 401 {
			t.Errorf("with an organization key: %d %s", a.status, a.body)
		}
		w.loadForAll(t, deviceSchema, deviceType)
		late := w.theirs.Directory("Late")
		for _, d := range []*tenanttest.Directory{w.ours.dir, w.theirs.dir, late} {
			if d.Request().Types.TypeNamed("Device") == nil {
				t.Errorf("directory %s has no devices", d.ID)
			}
		}
		if a := w.send(t, w.siteKey, "GET", path+"/Device", ""); a.status != 200 || !strings.Contains(a.body, "Device") {
			t.Errorf("show: %d %s", a.status, a.body)
		}
		own := fill("/admin/v1/orgs/{orgId}/directories/{directoryId}/schemas", w.ours.params())
		if a := w.ours.must(t, 403, "DELETE", own+"/Device", ""); !strings.Contains(a.body, "is configured for the whole deployment") {
			t.Errorf("an org's removal: %s", a.body)
		}
		if a := w.ours.must(t, 400, "POST", own, body); !strings.Contains(a.body, "already") {
			t.Errorf("an org's own of the same id: %s", a.body)
		}
		device := w.theirs.device(t, `{"serial":"A"}`)
		if a := w.send(t, w.siteKey, "DELETE", path+"/Device", ""); a.status != 409 {
			t.Errorf("removal in use: %d %s", a.status, a.body)
		}
		r := w.theirs.dir.Request()
		if err := w.Provision.DeleteResource(t.Context(), r, r.Types.TypeNamed("Device"), device); err != nil {
			t.Fatal(err)
		}
		if a := w.send(t, w.siteKey, "DELETE", path+"/Device", ""); a.status != 204 {
			t.Errorf("removal: %d %s", a.status, a.body)
		}
		if _, err := w.Provision.CreateResource(t.Context(), r, r.Types.TypeNamed("Device"), tenanttest.JSON(`{"serial":"A"}`)); !errors.Is(err, provision.ErrTypesChanged) {
			t.Errorf("a request read by the types of before: %v", err)
		}
	})
}
