package e2e

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

const accountURN = "urn:scim:schemas:extension:atlassian-external:1.0"

// hosted is a demo with the paths of the hosted APIs.
type hosted struct {
	testing.TB
	demoInfo
}

func (r hosted) scimBase(directory string) (base, token string) {
	for _, d := range r.Directories {
		if d.ID == directory {
			return d.SCIMBaseURL, d.Token
		}
	}
	r.Fatalf("demo.json has no directory %s", directory)
	return "", ""
}

func (r hosted) scim(directory, method, path, body string) answer {
	base, token := r.scimBase(directory)
	return request(r, method, base+path, token, body)
}

func (r hosted) admin(method, path, body string) answer {
	return request(r, method, r.BaseURL+path, r.OrgKey, body)
}

func (r hosted) provisioning(method, path, body string) answer {
	return r.admin(method, "/admin/user-provisioning/v1/org/"+r.OrgID+path, body)
}

func (r hosted) setEmail(aaid, email string) answer {
	return r.admin(http.MethodPut, "/users/"+aaid+"/manage/email", fmt.Sprintf(`{"email":%q}`, email))
}

func (r hosted) emailOf(aaid string) any {
	r.Helper()
	profile := r.admin(http.MethodGet, "/users/"+aaid+"/manage/profile", "").want(r, 200).object(r)
	return at(r, profile, "account", "email")
}

func (r hosted) links(aaid string) []any {
	r.Helper()
	links := r.provisioning(http.MethodGet, "/user/"+aaid+"/get-scim-links", "").want(r, 200).object(r)
	return list(r, at(r, links, "scimLinks"))
}

func (r hosted) pushEmail(s scenario) answer {
	return r.scim(s.DirectoryID, http.MethodPatch, "/Users/"+s.SCIMUser1, fmt.Sprintf(
		`{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"Replace","path":"emails[type eq \"work\"].value","value":%q}]}`, s.NewEmail))
}

// TestScenarioA repairs "right account, wrong email" with the hosted paths
// alone, in the order of DESIGN section 3, and checks the refusals before.
func TestScenarioA(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, args ...string) {
		_, info := startDemo(t, t.TempDir(), args...)
		r := hosted{t, info}
		a := info.Scenarios.A

		locked := r.setEmail(a.AAID2, "unused@oldcorp.example").want(t, 403).object(t)
		diff(t, "locked while linked: key", any("forbidden.action"), locked["key"])
		diff(t, "locked while linked: reason", any("externalDirectory.scim"), at(t, locked, "context", "reason", "key"))

		text := fmt.Sprintf("Resource [USER]: with email[%s] already exists.", a.NewEmail)
		conflict := r.pushEmail(a).want(t, 409).object(t)
		diff(t, "conflict", map[string]any{
			"schemas": []any{"urn:ietf:params:scim:api:messages:2.0:Error"}, "status": "409", "scimType": "uniqueness", "detail": text,
		}, conflict)
		log := r.provisioning(http.MethodGet, "/troubleshooting-log?level=error&accountId="+url.QueryEscape(a.AAID2), "").want(t, 200).object(t)
		entry := at(t, log, "data", 0)
		diff(t, "log: message", any(text), at(t, entry, "message"))
		diff(t, "log: this account", any(a.AAID1), at(t, entry, "accountId"))
		diff(t, "log: the other account", any(a.AAID2), at(t, entry, "otherAccountId"))
		diff(t, "log: the other record", any(a.SCIMUser2), at(t, entry, "otherScimId"))
		made := r.provisioning(http.MethodGet, fmt.Sprint("/troubleshooting-log/", at(t, entry, "id")), "").want(t, 200).object(t)
		if request, answer := fmt.Sprint(made["request"]), fmt.Sprint(made["response"]); !strings.Contains(request, a.NewEmail) || !strings.HasPrefix(answer, "409\n\n{") {
			t.Errorf("kept of the refused request: %q and %q", request, answer)
		}
		diff(t, "nothing changed", any(a.OldEmail), r.emailOf(a.AAID1))

		r.provisioning(http.MethodDelete, "/user/"+a.AAID2+"/onlyDeleteUserInDB", "").want(t, 204)
		diff(t, "records of account 2 are gone", 0, len(r.links(a.AAID2)))
		diff(t, "account 2 keeps its email", any(a.NewEmail), r.emailOf(a.AAID2))
		r.setEmail(a.AAID2, "ada.parked@oldcorp.example").want(t, 204)
		pushed := r.pushEmail(a).want(t, 200).object(t)
		diff(t, "record 1 is linked to account 1", any(a.AAID1), at(t, pushed, accountURN, "atlassianAccountId"))
		diff(t, "account 1 has the new email", any(a.NewEmail), r.emailOf(a.AAID1))
		r.scim(a.DirectoryID, http.MethodGet, "/Users/"+a.SCIMUser2, "").want(t, 404)
	})
}

// TestScenarioB repairs "wrong account synced" with the hosted paths alone: a
// force push to the deleted id fails, unassigning and assigning again works.
func TestScenarioB(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, args ...string) {
		_, info := startDemo(t, t.TempDir(), args...)
		r := hosted{t, info}
		b := info.Scenarios.B
		diff(t, "account 1 is not linked", 0, len(r.links(b.AAID1)))
		diff(t, "account 2 is linked", 1, len(r.links(b.AAID2)))
		group := r.scim(b.DirectoryID, http.MethodPost, "/Groups", fmt.Sprintf(`{"displayName":"Compilers","members":[{"value":%q}]}`, b.SCIMUser2)).want(t, 201).object(t)

		r.provisioning(http.MethodDelete, "/user/"+b.AAID2+"/onlyDeleteUserInDB", "").want(t, 204)
		r.setEmail(b.AAID2, "grace.parked@oldcorp.example").want(t, 204)
		r.setEmail(b.AAID1, b.NewEmail).want(t, 204)
		forced := r.scim(b.DirectoryID, http.MethodPut, "/Users/"+b.SCIMUser2, fmt.Sprintf(`{"userName":%q,"emails":[{"value":%q,"primary":true}]}`, b.NewEmail, b.NewEmail)).want(t, 404)
		if detail := forced.object(t)["detail"]; detail == "" {
			t.Error("a force push to a deleted id gets no way out")
		}
		again := r.scim(b.DirectoryID, http.MethodPost, "/Users", fmt.Sprintf(`{"userName":%q,"emails":[{"value":%q,"type":"work","primary":true}],"active":true}`, b.NewEmail, b.NewEmail)).want(t, 201).object(t)
		diff(t, "the new record is linked to account 1", any(b.AAID1), at(t, again, accountURN, "atlassianAccountId"))
		diff(t, "account 1 has the new email", any(b.NewEmail), r.emailOf(b.AAID1))
		diff(t, "memberships come back with the same userName", group["id"], at(t, again, "groups", 0, "value"))
	})
}

// TestRelink repairs scenario B with Roster's own call: previewed, then done.
func TestRelink(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, args ...string) {
		_, info := startDemo(t, t.TempDir(), args...)
		r := hosted{t, info}
		b := info.Scenarios.B
		path := fmt.Sprintf("/scimDirectoryId/%s/scimUserId/%s/relink", b.DirectoryID, b.SCIMUser2)
		preview := r.provisioning(http.MethodPost, path, fmt.Sprintf(`{"accountId":%q,"takeEmail":true,"dryRun":true}`, b.AAID1)).want(t, 200).object(t)
		diff(t, "a dry run applies nothing", any(false), preview["applied"])
		diff(t, "account 1 before", any(b.OldEmail), r.emailOf(b.AAID1))
		done := r.provisioning(http.MethodPost, path, fmt.Sprintf(`{"accountId":%q,"takeEmail":true}`, b.AAID1)).want(t, 200).object(t)
		diff(t, "the preview told what happened", preview["changes"], done["changes"])
		diff(t, "account 1 has the new email", any(b.NewEmail), r.emailOf(b.AAID1))
		diff(t, "account 1 is linked", 1, len(r.links(b.AAID1)))
		record := r.scim(b.DirectoryID, http.MethodGet, "/Users/"+b.SCIMUser2, "").want(t, 200).object(t)
		diff(t, "the record keeps its id", any(b.AAID1), at(t, record, accountURN, "atlassianAccountId"))
	})
}
