package adminapi_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The bodies of the hosted user management API, and Roster's message beside them.
func TestUserManagementErrors(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		free, linked, external := string(w.ours.free.ID), string(w.ours.linked.AccountID), string(w.ours.external.AccountID)
		locked := `{"key":"forbidden.action","context":{"allowed":false,"reason":{"key":"externalDirectory.scim"}}}`
		violation := func(field, key string) string {
			return `{"key":"fieldConstraintsViolated","context":{"fieldViolations":[{"field":"` + field + `","violations":[{"key":"` + key + `"}]}]}}`
		}
		tests := []struct {
			name, method, account, path, body string
			status                            int
			want, says                        string
		}{
			{"email of locked account", "PUT", linked, "/email", `{"email":"x@ours.example"}`, 403, locked, "onlyDeleteUserInDB"},
			{"disable locked account", "POST", linked, "/lifecycle/disable", "", 403, locked, "the directory decides"},
			{"enable locked account", "POST", linked, "/lifecycle/enable", "", 403, locked, "roster unlink"},
			{"delete locked account", "POST", linked, "/lifecycle/delete", "", 403, locked, "onlyDeleteUserInDB"},
			{
				"locked fields", "PATCH", linked, "/profile", `{"name":"x","extended_profile":{"job_title":"y","location":"z"}}`, 403,
				`{"key":"forbidden.fieldMutation","context":{"name":{"allowed":false,"reason":{"key":"externalDirectory.scim"}},
					"extended_profile.job_title":{"allowed":false,"reason":{"key":"externalDirectory.scim"}}}}`, "unlink first",
			},
			{"long field", "PATCH", free, "/profile", `{"nickname":"` + strings.Repeat("é", 31) + `"}`, 400, violation("nickname", "maxLength"), "30"},
			{"empty name", "PATCH", free, "/profile", `{"name":""}`, 400, violation("name", "required"), "name"},
			{"unverified domain", "PUT", free, "/email", `{"email":"x@vanlowe-pi.net"}`, 403, `{"key":"forbidden.unclaimedDomain","context":{"domain":"vanlowe-pi.net"}}`, "verify the domain"},
			{"taken address", "PUT", free, "/email", `{"email":"LINKED@ours.example"}`, 400, violation("email", "alreadyInUse"), "give the other account an unused address"},
			{"no address", "PUT", free, "/email", `{"email":"nobody"}`, 400, violation("email", "validCharacters"), "name@domain"},
			{"long part of address", "PUT", free, "/email", `{"email":"` + strings.Repeat("x", 256) + `@ours.example"}`, 400, violation("email", "partMaxLength"), "255 bytes"},
			{"no JSON", "PUT", free, "/email", `{"email":`, 400, `{"key":"bodyParseFailure"}`, "JSON"},
			{"no member", "PUT", free, "/email", `{}`, 400, `{"key":"bodyParseFailure"}`, `"email" is missing`},
			{"wrong type", "PUT", free, "/email", `{"email":7}`, 400, `{"key":"bodyParseFailure"}`, `"email" must be a string, not number`},
			{"large body", "PUT", free, "/email", `{"email":"` + strings.Repeat("x", maxBody) + `"}`, 413, `{"key":"bodyParseFailure"}`, "65536 bytes"},
			{"unknown account", "GET", "nobody", "/profile", "", 404, `{"key":"accountNotFound"}`, "no account nobody"},
			{"account that is not managed", "GET", external, "/profile", "", 403, `{"key":"forbidden"}`, "verify and claim the domain elsewhere-of-ours.example"},
			{"unknown token", "DELETE", free, "/api-tokens/none", "", 404, `{"key":"notFound"}`, "no API token none"},
			{"unknown path", "GET", free, "/nothing", "", 404, `{"key":"notFound"}`, "/openapi.json"},
			{"wrong method", "POST", free, "/email", `{}`, 405, `{"key":"methodNotAllowed"}`, "use PUT"},
			{
				"cancel without deletion", "POST", free, "/lifecycle/cancel-delete", "", 409,
				`{"key":"conflict.lifecycleErrors","context":{"message":"Account ` + free + ` does not wait for deletion; it is active.","accountId":"` + free + `",
					"errorCodes":[{"code":"lifecycle.state","message":"Account ` + free + ` does not wait for deletion; it is active."}]}}`, "does not wait",
			},
		}
		before := w.ours.snapshot(t)
		for _, tt := range tests {
			a := w.ours.send(t, tt.method, "/users/"+tt.account+"/manage"+tt.path, tt.body)
			checkUserError(t, tt.name, a, tt.status, tt.want, tt.says)
		}
		if diff := cmp.Diff(before, w.ours.snapshot(t)); diff != "" {
			t.Errorf("refused requests wrote (-before +after):\n%s", diff)
		}
	})
}

// checkUserError compares all of a body but the message, which must say a text.
func checkUserError(t *testing.T, name string, a answer, status int, want, says string) {
	t.Helper()
	var got, wanted map[string]any
	if err := json.Unmarshal([]byte(a.body), &got); err != nil {
		t.Errorf("%s: body %q: %v", name, a.body, err)
		return
	}
	if err := json.Unmarshal([]byte(want), &wanted); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	message, _ := got["message"].(string)
	delete(got, "message")
	if diff := cmp.Diff(wanted, got); diff != "" || a.status != status {
		t.Errorf("%s: status %d, want %d; body (-want +got):\n%s", name, a.status, status, diff)
	}
	if !strings.Contains(strings.ToLower(message), strings.ToLower(says)) {
		t.Errorf("%s: message %q does not say %q", name, message, says)
	}
	if a.header.Get("X-Request-ID") != requestID {
		t.Errorf("%s: X-Request-Id is %q", name, a.header.Get("X-Request-ID"))
	}
}

func TestAdminErrors(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		const (
			org          = "/admin/v1/orgs/{orgId}"
			provisioning = "/admin/user-provisioning/v1/org/{orgId}"
			record       = provisioning + "/scimDirectoryId/{directoryId}/scimUserId/{scimUserId}"
		)
		synced, external, linked := string(w.ours.synced), string(w.ours.external.AccountID), string(w.ours.linked.AccountID)
		tests := []struct {
			name, method, path, body string
			status                   int
			code, says               string
		}{
			{"bad cursor", "GET", org + "/domains?cursor=x", "", 400, "ADMIN-400-1", "links.next"},
			{"bad time", "GET", provisioning + "/troubleshooting-log?from=yesterday", "", 400, "ADMIN-400-3", "RFC 3339"},
			{"bad status", "GET", provisioning + "/troubleshooting-log?status=9", "", 400, "ADMIN-400-4", "100 to 599"},
			{"bad level", "GET", provisioning + "/troubleshooting-log?level=loud", "", 400, "ADMIN-400-4", "info, warning or error"},
			{"bad format", "GET", provisioning + "/troubleshooting-log?format=xml", "", 400, "ADMIN-400-4", "json or csv"},
			{"bad limit", "GET", org + "/domains?limit=501", "", 400, "ADMIN-400-4", "1 to 500"},
			{"bad email", "GET", org + "/users?email=nobody", "", 400, "ADMIN-400-4", "not an email address"},
			{"bad expiry", "POST", org + "/keys", `{"name":"x","expiresAt":"tomorrow"}`, 400, "ADMIN-400-3", "RFC 3339"},
			{"past expiry", "POST", org + "/keys", `{"name":"x","expiresAt":"2001-01-01T00:00:00Z"}`, 400, "ADMIN-400-4", "in the past"},
			{"no name", "POST", org + "/keys", `{"name":" "}`, 400, "ADMIN-400-4", "name is empty"},
			{"bad behaviour", "PATCH", org, `{"behaviour":"wild"}`, 400, "ADMIN-400-4", "safe, atlassian"},
			{"bad kind", "POST", org + "/directories", `{"name":"x","kind":"fax"}`, 400, "ADMIN-400-4", "okta"},
			{"bad origin", "POST", org + "/users", `{"email":"x@ours.example","origin":"scim"}`, 400, "ADMIN-400-4", "invited"},
			{"bad domain", "POST", org + "/domains", `{"name":"nodots"}`, 400, "ADMIN-400-4", "dot"},
			{"long name", "POST", org + "/directory/groups", `{"name":"` + strings.Repeat("x", 201) + `"}`, 400, "ADMIN-400-4", "200 characters"},
			{"long description", "POST", org + "/directory/groups", `{"name":"x","description":"` + strings.Repeat("x", 1025) + `"}`, 400, "ADMIN-400-4", "1024 characters"},
			{"long account name", "POST", org + "/users", `{"email":"x@ours.example","name":"` + strings.Repeat("x", 101) + `"}`, 400, "ADMIN-400-4", "name"},
			{"not managed", "DELETE", provisioning + "/user/" + external + "/onlyDeleteUserInDB", "", 403, "ADMIN-403-8", "verify and claim"},
			{"relink to account that is not managed", "POST", record + "/relink", `{"accountId":"` + external + `"}`, 403, "ADMIN-403-8", "verify and claim"},
			{"domain not verified", "POST", org + "/users", `{"email":"x@elsewhere.example"}`, 403, "ADMIN-403-8", "verify the domain"},
			{"synced group", "DELETE", org + "/directory/groups/" + synced, "", 403, "ADMIN-403-5", "identity provider"},
			{"member of synced group", "POST", org + "/directory/groups/" + synced + "/memberships", `{"account_id":"` + linked + `"}`, 403, "ADMIN-403-5", "identity provider"},
			{"member out of synced group", "DELETE", org + "/directory/groups/" + synced + "/memberships/" + linked, "", 403, "ADMIN-403-5", "identity provider"},
			{"unknown domain", "GET", org + "/domains/none", "", 404, "ADMIN-404-3", "no domain none"},
			{"unknown directory", "GET", org + "/directories/none", "", 404, "ADMIN-404-1", "no directory none"},
			{"unknown group", "GET", org + "/directory/groups/none", "", 404, "ADMIN-404-10", "no group none"},
			{"unknown account", "DELETE", provisioning + "/user/none/onlyDeleteUserInDB", "", 404, "ADMIN-404-8", "no account none"},
			{"unknown member", "DELETE", org + "/directory/groups/{groupId}/memberships/none", "", 404, "ADMIN-404-1", "membership"},
			{"unknown SCIM user", "GET", org + "/directories/{directoryId}/scim-users/none", "", 404, "ADMIN-404-1", "no SCIM user none"},
			{"unknown key", "DELETE", org + "/keys/none", "", 404, "ADMIN-404-1", "no key none"},
			{"unknown token", "DELETE", org + "/directories/{directoryId}/tokens/none", "", 404, "ADMIN-404-1", "no key none"},
			{"not held", "DELETE", record + "/hold", "", 404, "ADMIN-404-1", "is not held"},
			{"not deleted", "POST", record + "/restore", "", 404, "ADMIN-404-1", "no deleted SCIM user"},
			{"unknown path", "GET", org + "/nothing", "", 404, "ADMIN-404-1", "/openapi.json"},
			{"wrong method", "PUT", org + "/domains", `{}`, 405, "ADMIN-405-1", "GET or POST"},
			{"domain twice", "POST", org + "/domains", `{"name":"OURS.example"}`, 409, "ADMIN-409-1", "already"},
			{"directory name twice", "POST", org + "/directories", `{"name":"ENTRA","kind":"okta"}`, 409, "ADMIN-409-1", "already"},
			{"group name twice", "POST", org + "/directory/groups", `{"name":"LOCAL of ours.example"}`, 409, "ADMIN-409-1", "already"},
			{"address twice", "POST", org + "/users", `{"email":"free@ours.example"}`, 409, "ADMIN-409-1", "another account holds"},
			{"account has a record", "POST", provisioning + "/scimDirectoryId/{directoryId}/scimUserId/" + string(w.ours.held.ID) + "/relink", `{"accountId":"` + linked + `"}`, 409, "ADMIN-409-1", "unlink or delete that record first"},
			{"linked already", "POST", record + "/relink", `{"accountId":"` + linked + `"}`, 409, "ADMIN-409-1", "already"},
			{"adopt synced group", "POST", provisioning + "/groups/" + synced + "/adopt", `{"directoryId":"{directoryId}"}`, 409, "ADMIN-409-1", "already"},
			{"large body", "POST", org + "/domains", `{"name":"` + strings.Repeat("x", maxBody) + `"}`, 413, "ADMIN-413-1", "65536 bytes"},
		}
		before := w.ours.snapshot(t)
		for _, tt := range tests {
			a := w.ours.send(t, tt.method, fill(tt.path, w.ours.params()), fill(tt.body, w.ours.params()))
			e := a.adminError(t)
			if a.status != tt.status || e.Code != tt.code || e.Status != tt.code[6:9] || e.ID != requestID || e.Title == "" {
				t.Errorf("%s: status %d, want %d %s: %s", tt.name, a.status, tt.status, tt.code, a.body)
			}
			if !strings.Contains(strings.ToLower(e.Detail), strings.ToLower(tt.says)) {
				t.Errorf("%s: detail %q does not say %q", tt.name, e.Detail, tt.says)
			}
		}
		if diff := cmp.Diff(before, w.ours.snapshot(t)); diff != "" {
			t.Errorf("refused requests wrote (-before +after):\n%s", diff)
		}
	})
}

// Whatever fails inside is told to the operator and not to the client.
func TestInternalErrorsShowNoDetails(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	w.ours.must(t, 200, "GET", fill("/admin/v1/orgs/{orgId}", w.ours.params()), "") // so that the key is known
	if err := w.Store.Close(); err != nil {
		t.Fatal(err)
	}
	admin := w.ours.send(t, "GET", fill("/admin/v1/orgs/{orgId}", w.ours.params()), "")
	users := w.ours.send(t, "GET", "/users/"+string(w.ours.free.ID)+"/manage", "")
	if e := admin.adminError(t); admin.status != 500 || e.Code != "ADMIN-500-1" || strings.Contains(e.Detail, "closed") {
		t.Errorf("admin: status %d: %s", admin.status, admin.body)
	}
	checkUserError(t, "users", users, 500, `{"key":"internalServerError"}`, "request id")
	for _, want := range []string{requestID, "closed", "GET /admin/v1/orgs/{orgId}"} {
		if !strings.Contains(w.slog.String(), want) {
			t.Errorf("the server's log does not hold %q: %s", want, w.slog)
		}
	}
}

func TestAllowNamesTheMethods(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	for path, want := range map[string]string{
		"/admin/v1/orgs": "GET, POST", "/admin/v1/orgs/x": "GET, PATCH", "/users/x/manage/email": "PUT", "/openapi.json": "GET",
	} {
		a := w.send(t, "", "DELETE", path, "")
		if got := a.header.Get("Allow"); a.status != http.StatusMethodNotAllowed || got != want {
			t.Errorf("DELETE %s: status %d, Allow %q, want %q", path, a.status, got, want)
		}
	}
}
