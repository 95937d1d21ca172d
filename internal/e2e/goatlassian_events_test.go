package e2e

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/ctreminiom/go-atlassian/v2/admin"
	"github.com/ctreminiom/go-atlassian/v2/pkg/infra/models"
)

func goAtlassianEvents(t *testing.T, c *admin.Client, info demoInfo) {
	ctx := t.Context()
	mustDo(t)(c.User.Disable(ctx, info.Scenarios.B.AAID1, "away"))
	mustDo(t)(c.User.Enable(ctx, info.Scenarios.B.AAID1))
	events := must[*models.OrganizationEventPageScheme](t)
	found := events(c.Organization.Events(ctx, info.OrgID, &models.OrganizationEventOptScheme{
		Q: "away", Action: "account_deactivated", From: time.Now().Add(-time.Hour), To: time.Now().Add(time.Hour),
	}, ""))
	diff(t, "events of a disabled account", 1, len(found.Data))
	event := found.Data[0]
	diff(t, "on whom", info.Scenarios.B.AAID1, event.Attributes.Context[0].ID)
	if event.Attributes.Actor.ID == "" || event.Attributes.Location.IP == "" {
		t.Errorf("by %+v from %+v", event.Attributes.Actor, event.Attributes.Location)
	}
	one := must[*models.OrganizationEventScheme](t)(c.Organization.Event(ctx, info.OrgID, event.ID))
	diff(t, "one event", event.ID, one.Data.ID)

	page := must[*models.OrganizationEventStreamPageScheme](t)(c.Organization.EventsStream(ctx, info.OrgID, &models.OrganizationEventStreamOptScheme{SortOrder: "desc", Limit: 2}))
	diff(t, "latest first", []any{2, "account_activated"}, []any{len(page.Data), page.Data[0].Attributes.Action})
	next := must[*models.OrganizationEventStreamPageScheme](t)(c.Organization.EventsStream(ctx, info.OrgID, &models.OrganizationEventStreamOptScheme{Cursor: page.Meta.Next}))
	if len(next.Data) == 0 || next.Data[0].ID >= page.Data[1].ID {
		t.Errorf("the next page begins with %+v", next.Data)
	}

	actions := must[*models.OrganizationEventActionScheme](t)(c.Organization.Actions(ctx, info.OrgID))
	if !slices.ContainsFunc(actions.Data, func(a *models.OrganizationEventActionModelScheme) bool {
		return a.ID == event.Attributes.Action && a.Attributes.DisplayName != "" && a.Attributes.GroupDisplayName != ""
	}) {
		t.Errorf("event-actions lack %s", event.Attributes.Action)
	}
}

func goAtlassianDirectory(t *testing.T, c *admin.Client, info demoInfo) {
	ctx := t.Context()
	free, linked := info.Scenarios.B.AAID1, info.Scenarios.B.AAID2
	activity := must[*models.UserProductAccessScheme](t)(c.Organization.Directory.Activity(ctx, info.OrgID, free))
	if activity.Data.AddedToOrg == "" {
		t.Errorf("activity: %+v", activity.Data)
	}
	status := func() any {
		data, _ := request(t, "GET", info.BaseURL+"/api/v1/accounts/"+linked, info.OrgKey, "").want(t, 200).object(t)["data"].(map[string]any)
		return data["status"]
	}
	message := must[*models.GenericActionSuccessScheme](t)
	diff(t, "suspended", "Access to organization Newcorp (demo) was suspended for user "+linked, message(c.Organization.Directory.Suspend(ctx, info.OrgID, linked)).Message)
	diff(t, "applications see", "inactive", status())
	diff(t, "restored", "Access to organization Newcorp (demo) was restored for user "+linked, message(c.Organization.Directory.Restore(ctx, info.OrgID, linked)).Message)
	diff(t, "applications see", "active", status())
	mustDo(t)(c.Organization.Directory.Remove(ctx, info.OrgID, free))
	if res, err := c.Organization.Directory.Remove(ctx, info.OrgID, linked); err == nil || res.Code != 403 {
		t.Errorf("removing a provisioned account answers %v, %v", res, err)
	}
}

// Policies are absent: compatibility.md says so.
func goAtlassianPolicies(t *testing.T, c *admin.Client, info demoInfo) {
	ctx, p, payload := t.Context(), c.Organization.Policy, &models.OrganizationPolicyData{Type: "policy"}
	answers := map[string]func() (*models.ResponseScheme, error){
		"gets": func() (*models.ResponseScheme, error) {
			_, res, err := p.Gets(ctx, info.OrgID, "", "")
			return res, err
		},
		"get": func() (*models.ResponseScheme, error) { _, res, err := p.Get(ctx, info.OrgID, "p"); return res, err },
		"create": func() (*models.ResponseScheme, error) {
			_, res, err := p.Create(ctx, info.OrgID, payload)
			return res, err
		},
		"update": func() (*models.ResponseScheme, error) {
			_, res, err := p.Update(ctx, info.OrgID, "p", payload)
			return res, err
		},
		"delete": func() (*models.ResponseScheme, error) { return p.Delete(ctx, info.OrgID, "p") },
	}
	for name, call := range answers {
		if res, err := call(); err == nil || res.Code != 404 {
			t.Errorf("%s: %v, %v", name, res, err)
		}
	}
}

// The client's calls are all run: a version with further ones fails here.
func TestGoAtlassianHasNoFurtherCalls(t *testing.T) {
	t.Parallel()
	c := atlassianClient(t, "http://127.0.0.1", "")
	for name, tt := range map[string]struct {
		service any
		want    []string
	}{
		"Organization": {c.Organization, []string{"Actions", "Domain", "Domains", "Event", "Events", "EventsStream", "Get", "Gets", "Users"}},
		"Policy":       {c.Organization.Policy, []string{"Create", "Delete", "Get", "Gets", "Update"}},
		"Directory":    {c.Organization.Directory, []string{"Activity", "Remove", "Restore", "Suspend"}},
		"User":         {c.User, []string{"Disable", "Enable", "Get", "Permissions", "Update"}},
		"User.Token":   {c.User.Token, []string{"Delete", "Gets"}},
		"SCIM.User":    {c.SCIM.User, []string{"Create", "Deactivate", "Get", "Gets", "Path", "Update"}},
		"SCIM.Group":   {c.SCIM.Group, []string{"Create", "Delete", "Get", "Gets", "Path", "Update"}},
		"SCIM.Schema":  {c.SCIM.Schema, []string{"Enterprise", "Feature", "Gets", "Group", "User"}},
	} {
		var got []string
		for m := range reflect.TypeOf(tt.service).Methods() {
			got = append(got, m.Name)
		}
		diff(t, name, tt.want, got)
	}
}
