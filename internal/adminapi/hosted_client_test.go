package adminapi_test

import (
	"errors"
	"net/url"
	"testing"

	"github.com/ctreminiom/go-atlassian/v2/admin"
	"github.com/ctreminiom/go-atlassian/v2/pkg/infra/models"
)

// hostedClient is a client of the hosted service, which knows nothing of
// Roster, with another base URL.
func (w *world) hostedClient(t *testing.T, key string) *admin.Client {
	t.Helper()
	c, err := admin.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.Site, err = url.Parse(w.server.URL + "/"); err != nil {
		t.Fatal(err)
	}
	c.Auth.SetBearerToken(key)
	return c
}

func TestClientOfTheHostedService(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		c, org := w.hostedClient(t, w.ours.key), string(w.ours.ID)
		linked, free := string(w.ours.linked.AccountID), string(w.ours.free.ID)

		orgs, _, err := c.Organization.Gets(t.Context(), "")
		if err != nil || len(orgs.Data) != 1 || orgs.Data[0].ID != org || orgs.Data[0].Attributes.Name != "Org" {
			t.Errorf("orgs: %+v, %v", orgs, err)
		}
		one, _, err := c.Organization.Get(t.Context(), org)
		if err != nil || one.Data.Relationships.Domains.Links.Related != w.server.URL+"/admin/v1/orgs/"+org+"/domains" {
			t.Errorf("org: %+v, %v", one, err)
		}
		users, _, err := c.Organization.Users(t.Context(), org, "")
		if err != nil || users.Meta.Total != 4 || len(users.Data) != 4 || users.Data[0].AccountStatus != "active" || users.Data[0].Email == "" {
			t.Errorf("users: %+v, %v", users, err)
		}
		domains, _, err := c.Organization.Domains(t.Context(), org, "")
		if err != nil || len(domains.Data) != 2 || domains.Data[0].Attributes.Claim.Status != "verified" {
			t.Errorf("domains: %+v, %v", domains, err)
		}
		domain, _, err := c.Organization.Domain(t.Context(), org, string(w.ours.unproved))
		if err != nil || domain.Data.Attributes.Claim.Status != "unverified" {
			t.Errorf("domain: %+v, %v", domain, err)
		}

		rules, _, err := c.User.Permissions(t.Context(), linked, []string{"email.set", "lifecycle.enablement", "profile", "linkedAccounts.read"})
		if err != nil || rules.EmailSet.Allowed || rules.EmailSet.Reason.Key != "externalDirectory.scim" || rules.LifecycleEnablement.Allowed || rules.Profile.Name.Allowed {
			t.Errorf("permissions: %+v, %v", rules, err)
		}
		account, _, err := c.User.Get(t.Context(), free)
		if err != nil || account.Account.AccountID != free || account.Account.Email != "free@ours.example" || !account.Account.EmailVerified {
			t.Errorf("profile: %+v, %v", account, err)
		}
		updated, _, err := c.User.Update(t.Context(), free, map[string]any{"nickname": "Mark"})
		if err != nil || updated.Account.Nickname != "Mark" {
			t.Errorf("updated: %+v, %v", updated, err)
		}
		if _, err := c.User.Disable(t.Context(), free, ""); err != nil {
			t.Errorf("disable: %v", err)
		}
		if _, err := c.User.Enable(t.Context(), free); err != nil {
			t.Errorf("enable: %v", err)
		}
		tokens, _, err := c.User.Token.Gets(t.Context(), free)
		if err != nil || len(tokens) != 0 {
			t.Errorf("tokens: %v, %v", tokens, err)
		}
		if _, err := c.User.Token.Delete(t.Context(), free, "none"); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("delete of an unknown token: %v", err)
		}
		if _, _, err := w.hostedClient(t, "wrong").User.Get(t.Context(), free); !errors.Is(err, models.ErrUnauthorized) {
			t.Errorf("wrong key: %v", err)
		}
	})
}
