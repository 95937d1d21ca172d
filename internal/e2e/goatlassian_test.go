package e2e

import (
	"net/url"
	"testing"

	"github.com/ctreminiom/go-atlassian/v2/admin"
	"github.com/ctreminiom/go-atlassian/v2/pkg/infra/models"
)

// atlassianClient is the public Go client of the hosted APIs, pointed at us.
func atlassianClient(t *testing.T, baseURL, key string) *admin.Client {
	t.Helper()
	c, err := admin.New(checkedClient(t))
	if err != nil {
		t.Fatal(err)
	}
	if c.Site, err = url.Parse(baseURL + "/"); err != nil {
		t.Fatal(err)
	}
	c.Auth.SetBearerToken(key)
	return c
}

// must fails the test when a call of the client failed, with the server's answer.
func must[T any](t *testing.T) func(T, *models.ResponseScheme, error) T {
	return func(v T, res *models.ResponseScheme, err error) T {
		t.Helper()
		if err != nil {
			body := ""
			if res != nil {
				body = res.Bytes.String()
			}
			t.Fatalf("%v: %s", err, body)
		}
		return v
	}
}

func mustDo(t *testing.T) func(*models.ResponseScheme, error) {
	return func(res *models.ResponseScheme, err error) {
		t.Helper()
		must[struct{}](t)(struct{}{}, res, err)
	}
}

// TestGoAtlassianSCIM runs every SCIM call of the client, with its habits: no
// schemas, wrong extension URNs, empty ids, lower-case operations.
func TestGoAtlassianSCIM(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, args ...string) {
		_, info := startDemo(t, t.TempDir(), args...)
		dir := info.Directories[2]
		c := atlassianClient(t, info.BaseURL, dir.Token)
		t.Run("users", func(t *testing.T) { goAtlassianUsers(t, c, dir.ID) })
		t.Run("groups", func(t *testing.T) { goAtlassianGroups(t, c, dir.ID) })
		t.Run("schemas", func(t *testing.T) { goAtlassianSchemas(t, c, dir.ID) })
	})
}

func goAtlassianUsers(t *testing.T, c *admin.Client, dir string) {
	ctx := t.Context()
	user := must[*models.SCIMUserScheme](t)
	created := user(c.SCIM.User.Create(ctx, dir, &models.SCIMUserScheme{
		UserName: "Mary.Jackson@newcorp.example", DisplayName: "Mary Jackson", Title: "Engineer", Active: true,
		Emails: []*models.SCIMUserEmailScheme{{Value: "mary.jackson@newcorp.example", Type: "work", Primary: true}},
		Name:   &models.SCIMUserNameScheme{GivenName: "Mary", FamilyName: "Jackson"},
	}, nil, nil))
	diff(t, "userName keeps its case", "Mary.Jackson@newcorp.example", created.UserName)

	found := must[*models.SCIMUserPageScheme](t)(c.SCIM.User.Gets(ctx, dir, &models.SCIMUserGetsOptionsScheme{Filter: `userName eq "mary.jackson@newcorp.example"`}, 1, 50))
	if found.TotalResults != 1 || found.Resources[0].ID != created.ID {
		t.Errorf("find by userName, in another case: %+v", found)
	}
	got := user(c.SCIM.User.Get(ctx, dir, created.ID, []string{"title"}, nil))
	diff(t, "attributes=title", []string{created.ID, "Engineer", ""}, []string{got.ID, got.Title, got.DisplayName})

	created.Title = "Aerospace engineer"
	replaced := user(c.SCIM.User.Update(ctx, dir, created.ID, created, nil, nil))
	diff(t, "PUT", "Aerospace engineer", replaced.Title)

	patch := &models.SCIMUserToPathScheme{Schemas: []string{"urn:ietf:params:scim:api:messages:2.0:PatchOp"}}
	if err := patch.AddBoolOperation("replace", "active", false); err != nil {
		t.Fatal(err)
	}
	if err := patch.AddStringOperation("replace", "displayName", "Mary W. Jackson"); err != nil {
		t.Fatal(err)
	}
	patched := user(c.SCIM.User.Path(ctx, dir, created.ID, patch, nil, nil))
	diff(t, "PATCH", []any{false, "Mary W. Jackson"}, []any{patched.Active, patched.DisplayName})

	mustDo(t)(c.SCIM.User.Deactivate(ctx, dir, created.ID))
	if _, res, err := c.SCIM.User.Get(ctx, dir, created.ID, nil, nil); err == nil || res.Code != 404 {
		t.Errorf("a deleted user answers %v, %v", res, err)
	}
}

func goAtlassianGroups(t *testing.T, c *admin.Client, dir string) {
	ctx := t.Context()
	group := must[*models.ScimGroupScheme](t)
	member := must[*models.SCIMUserScheme](t)(c.SCIM.User.Create(ctx, dir, &models.SCIMUserScheme{
		UserName: "member@newcorp.example", Active: true,
		Emails: []*models.SCIMUserEmailScheme{{Value: "member@newcorp.example", Primary: true}},
	}, nil, nil))
	created := group(c.SCIM.Group.Create(ctx, dir, "Wind tunnel"))
	joined := group(c.SCIM.Group.Path(ctx, dir, created.ID, &models.SCIMGroupPathScheme{
		Schemas:    []string{"urn:ietf:params:scim:api:messages:2.0:PatchOp"},
		Operations: []*models.SCIMGroupOperationScheme{{Op: "add", Path: "members", Value: []*models.SCIMGroupOperationValueScheme{{Value: member.ID}}}},
	}))
	if len(joined.Members) != 1 || joined.Members[0].Value != member.ID {
		t.Errorf("after adding %s the members are %+v", member.ID, joined.Members)
	}
	renamed := group(c.SCIM.Group.Update(ctx, dir, created.ID, "Supersonic wind tunnel"))
	diff(t, "renamed, members kept", []any{"Supersonic wind tunnel", 1}, []any{renamed.DisplayName, len(renamed.Members)})
	page := must[*models.ScimGroupPageScheme](t)(c.SCIM.Group.Gets(ctx, dir, `displayName eq "supersonic wind tunnel"`, 1, 10))
	diff(t, "find by name", 1, page.TotalResults)
	diff(t, "get", created.ID, group(c.SCIM.Group.Get(ctx, dir, created.ID)).ID)
	mustDo(t)(c.SCIM.Group.Delete(ctx, dir, created.ID))
}

func goAtlassianSchemas(t *testing.T, c *admin.Client, dir string) {
	ctx := t.Context()
	all := must[*models.SCIMSchemasScheme](t)(c.SCIM.Schema.Gets(ctx, dir))
	if all.TotalResults < 3 {
		t.Errorf("%d schemas", all.TotalResults)
	}
	schema := must[*models.SCIMSchemaScheme](t)
	diff(t, "User", "urn:ietf:params:scim:schemas:core:2.0:User", schema(c.SCIM.Schema.User(ctx, dir)).ID)
	diff(t, "Group", "urn:ietf:params:scim:schemas:core:2.0:Group", schema(c.SCIM.Schema.Group(ctx, dir)).ID)
	diff(t, "Enterprise", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", schema(c.SCIM.Schema.Enterprise(ctx, dir)).ID)
	feature := must[*models.ServiceProviderConfigScheme](t)(c.SCIM.Schema.Feature(ctx, dir))
	diff(t, "patch, filter", []bool{true, true}, []bool{feature.Patch.Supported, feature.Filter.Supported})
}

// TestGoAtlassianAdmin runs the client's user management and organizations
// calls.
func TestGoAtlassianAdmin(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, args ...string) {
		_, info := startDemo(t, t.TempDir(), args...)
		c := atlassianClient(t, info.BaseURL, info.OrgKey)
		t.Run("user management", func(t *testing.T) { goAtlassianManage(t, c, info) })
		t.Run("organizations", func(t *testing.T) { goAtlassianOrgs(t, c, info) })
		t.Run("events", func(t *testing.T) { goAtlassianEvents(t, c, info) })
		t.Run("directory", func(t *testing.T) { goAtlassianDirectory(t, c, info) })
		t.Run("policies", func(t *testing.T) { goAtlassianPolicies(t, c, info) })
	})
}

func goAtlassianManage(t *testing.T, c *admin.Client, info demoInfo) {
	ctx := t.Context()
	linked, free := info.Scenarios.B.AAID2, info.Scenarios.B.AAID1
	permissions := must[*models.AdminUserPermissionScheme](t)
	locked := permissions(c.User.Permissions(ctx, linked, []string{"email.set", "lifecycle.enablement"}))
	diff(t, "a linked account is locked", []any{false, "externalDirectory.scim"}, []any{locked.EmailSet.Allowed, locked.EmailSet.Reason.Key})
	diff(t, "an unlinked one is not", true, permissions(c.User.Permissions(ctx, free, []string{"email.set"})).EmailSet.Allowed)

	user := must[*models.AdminUserScheme](t)
	diff(t, "profile", info.Scenarios.B.OldEmail, user(c.User.Get(ctx, free)).Account.Email)
	diff(t, "update", "Amazing Grace", user(c.User.Update(ctx, free, map[string]any{"nickname": "Amazing Grace"})).Account.Nickname)
	mustDo(t)(c.User.Disable(ctx, free, "on leave"))
	diff(t, "disabled", "inactive", user(c.User.Get(ctx, free)).Account.AccountStatus)
	mustDo(t)(c.User.Enable(ctx, free))
	diff(t, "enabled", "active", user(c.User.Get(ctx, free)).Account.AccountStatus)
	if _, err := c.User.Disable(ctx, linked, ""); err == nil {
		t.Error("a linked account can be disabled")
	}
	diff(t, "api tokens", 0, len(must[[]*models.UserTokensScheme](t)(c.User.Token.Gets(ctx, free))))
	if res, err := c.User.Token.Delete(ctx, free, "none"); err == nil || res.Code != 404 {
		t.Errorf("an API token that is not there answers %v, %v", res, err)
	}
}

func goAtlassianOrgs(t *testing.T, c *admin.Client, info demoInfo) {
	ctx := t.Context()
	orgs := must[*models.AdminOrganizationPageScheme](t)(c.Organization.Gets(ctx, ""))
	diff(t, "a key sees its org", []any{1, info.OrgID}, []any{len(orgs.Data), orgs.Data[0].ID})
	org := must[*models.AdminOrganizationScheme](t)(c.Organization.Get(ctx, info.OrgID))
	diff(t, "org", "Newcorp (demo)", org.Data.Attributes.Name)
	users := must[*models.OrganizationUserPageScheme](t)(c.Organization.Users(ctx, info.OrgID, ""))
	diff(t, "managed accounts", users.Meta.Total, len(users.Data))
	domains := must[*models.OrganizationDomainPageScheme](t)(c.Organization.Domains(ctx, info.OrgID, ""))
	diff(t, "domains", 2, len(domains.Data))
	domain := must[*models.OrganizationDomainScheme](t)(c.Organization.Domain(ctx, info.OrgID, domains.Data[0].ID))
	diff(t, "claim", "verified", domain.Data.Attributes.Claim.Status)
}
