package adminapi_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"roster/internal/adminapi/api"
	"roster/internal/tenanttest"
)

func TestOrgs(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		site, c := w.client(t, w.siteKey), w.client(t, w.ours.key)
		created, err := site.CreateOrgWithResponse(t.Context(), api.OrgCreate{Name: " New ", Behaviour: new(api.BehaviourAtlassian)})
		want(t, 201, created.HTTPResponse, created.Body, err)
		org := created.JSON201.Data
		self := w.server.URL + "/admin/v1/orgs/" + org.ID
		wanted := api.Org{
			ID: org.ID, Type: "orgs", Attributes: api.OrgAttributes{
				Name: "New", Behaviour: "atlassian", TombstoneDays: 30, LogDays: 180, AuditDays: 730, ParkingAddress: "parked-{id}@{domain}", DefaultClaim: "automatic",
			},
			Relationships: api.OrgRelationships{
				Domains: api.Relationship{Links: api.RelatedLink{Related: self + "/domains"}},
				Users:   api.Relationship{Links: api.RelatedLink{Related: self + "/users"}},
			},
			Links: api.SelfLink{Self: self},
		}
		if diff := cmp.Diff(wanted, org); diff != "" {
			t.Errorf("created (-want +got):\n%s", diff)
		}
		plain, err := site.CreateOrgWithResponse(t.Context(), api.OrgCreate{Name: "Plain"})
		want(t, 201, plain.HTTPResponse, plain.Body, err)
		if got := plain.JSON201.Data.Attributes.Behaviour; got != api.BehaviourSafe {
			t.Errorf("behaviour when left out is %s", got)
		}

		all, err := site.ListOrgsWithResponse(t.Context(), &api.ListOrgsParams{})
		want(t, 200, all.HTTPResponse, all.Body, err)
		own, err := c.ListOrgsWithResponse(t.Context(), &api.ListOrgsParams{})
		want(t, 200, own.HTTPResponse, own.Body, err)
		if len(all.JSON200.Data) != 4 || len(own.JSON200.Data) != 1 || own.JSON200.Data[0].ID != string(w.ours.ID) {
			t.Errorf("the site key sees %s, an organization key %s", all.Body, own.Body)
		}

		renamed, err := c.UpdateOrgWithResponse(t.Context(), string(w.ours.ID), api.OrgUpdate{Name: new("Renamed")})
		want(t, 200, renamed.HTTPResponse, renamed.Body, err)
		switched, err := c.UpdateOrgWithResponse(t.Context(), string(w.ours.ID), api.OrgUpdate{Behaviour: new(api.BehaviourAtlassian)})
		want(t, 200, switched.HTTPResponse, switched.Body, err)
		shown, err := c.GetOrgWithResponse(t.Context(), string(w.ours.ID))
		want(t, 200, shown.HTTPResponse, shown.Body, err)
		if got := shown.JSON200.Data.Attributes; got.Name != "Renamed" || got.Behaviour != api.BehaviourAtlassian {
			t.Errorf("updated: %+v", got)
		}
	})
}

// The site key makes an organization's first key; from then on the organization helps itself.
func TestKeysOfANewOrg(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		site := w.client(t, w.siteKey)
		org, err := site.CreateOrgWithResponse(t.Context(), api.OrgCreate{Name: "New"})
		want(t, 201, org.HTTPResponse, org.Body, err)
		id := org.JSON201.Data.ID
		first, err := site.CreateKeyWithResponse(t.Context(), id, api.KeyCreate{Name: "first"})
		want(t, 201, first.HTTPResponse, first.Body, err)
		c := w.client(t, first.JSON201.Data.Attributes.Secret)
		expires := time.Date(2031, 2, 3, 4, 5, 6, 0, time.UTC)
		second, err := c.CreateKeyWithResponse(t.Context(), id, api.KeyCreate{Name: "second", ExpiresAt: expires})
		want(t, 201, second.HTTPResponse, second.Body, err)
		key := second.JSON201.Data
		if key.Type != api.KeyTypeKeys || !key.Attributes.ExpiresAt.Equal(expires) || !strings.HasPrefix(key.Attributes.Secret, "roster_org_") {
			t.Errorf("created: %+v", key)
		}

		for range 2 { // revoking twice is the same as once
			res, err := c.RevokeKeyWithResponse(t.Context(), id, key.ID)
			want(t, 204, res.HTTPResponse, res.Body, err)
		}
		list, err := c.ListKeysWithResponse(t.Context(), id, &api.ListKeysParams{})
		want(t, 200, list.HTTPResponse, list.Body, err)
		var names, revoked []string
		for _, k := range list.JSON200.Data {
			names = append(names, k.Attributes.Name)
			if !k.Attributes.RevokedAt.IsZero() {
				revoked = append(revoked, k.Attributes.Name)
			}
		}
		if diff := cmp.Diff([][]string{{"first", "second"}, {"second"}}, [][]string{names, revoked}); diff != "" {
			t.Errorf("keys, revoked keys (-want +got):\n%s", diff)
		}
		if strings.Contains(string(list.Body), "secret") {
			t.Errorf("a list shows secrets: %s", list.Body)
		}
		dead, err := w.client(t, key.Attributes.Secret).GetOrgWithResponse(t.Context(), id)
		want(t, 401, dead.HTTPResponse, dead.Body, err)
	})
}

func TestDomains(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		c, org := w.client(t, w.ours.key), string(w.ours.ID)
		added, err := c.AddDomainWithResponse(t.Context(), org, api.DomainCreate{Name: "BÜCHER.example."})
		want(t, 201, added.HTTPResponse, added.Body, err)
		d := added.JSON201.Data
		wanted := api.Domain{
			ID: d.ID, Type: "domains", Links: api.SelfLink{Self: w.server.URL + "/admin/v1/orgs/" + org + "/domains/" + d.ID},
			Attributes: api.DomainAttributes{
				Name: "xn--bcher-kva.example", UnicodeName: "b\u00fccher.example", Claim: api.DomainClaim{Type: "dns", Status: "unverified"}, ClaimMode: "automatic",
				Proof: api.DomainProof{
					Text: d.Attributes.Proof.Text, TxtNames: []string{"_roster-challenge.xn--bcher-kva.example", "xn--bcher-kva.example"},
					FileURL: "https://xn--bcher-kva.example/.well-known/roster-domain-verification.txt",
				},
			},
		}
		if diff := cmp.Diff(wanted, d); diff != "" {
			t.Errorf("added (-want +got):\n%s", diff)
		}
		verified, err := w.client(t, w.siteKey).VerifyDomainWithResponse(t.Context(), org, d.ID)
		want(t, 200, verified.HTTPResponse, verified.Body, err)
		assigned, err := c.AssignDomainWithResponse(t.Context(), org, d.ID, api.DomainUpdate{DirectoryID: new(string(w.ours.dir.ID))})
		want(t, 200, assigned.HTTPResponse, assigned.Body, err)
		wanted.Attributes.Claim.Status, wanted.Attributes.DirectoryID = "verified", string(w.ours.dir.ID)
		shown, err := c.GetDomainWithResponse(t.Context(), org, d.ID)
		want(t, 200, shown.HTTPResponse, shown.Body, err)
		wanted.Attributes.Method = "operator"
		wanted.Attributes.VerifiedAt, wanted.Attributes.CheckedAt = shown.JSON200.Data.Attributes.VerifiedAt, shown.JSON200.Data.Attributes.CheckedAt
		if diff := cmp.Diff(wanted, shown.JSON200.Data); diff != "" {
			t.Errorf("verified and assigned (-want +got):\n%s", diff)
		}
		nobody, err := c.AssignDomainWithResponse(t.Context(), org, d.ID, api.DomainUpdate{})
		want(t, 200, nobody.HTTPResponse, nobody.Body, err)
		if got := nobody.JSON200.Data.Attributes.DirectoryID; got != "" {
			t.Errorf("null assigned it to %s", got)
		}

		theirs := w.client(t, w.theirs.key)
		same, err := theirs.AddDomainWithResponse(t.Context(), string(w.theirs.ID), api.DomainCreate{Name: "bücher.example"})
		want(t, 201, same.HTTPResponse, same.Body, err)
		refused, err := w.client(t, w.siteKey).VerifyDomainWithResponse(t.Context(), string(w.theirs.ID), same.JSON201.Data.ID)
		want(t, 409, refused.HTTPResponse, refused.Body, err)

		removed, err := c.RemoveDomainWithResponse(t.Context(), org, d.ID)
		want(t, 204, removed.HTTPResponse, removed.Body, err)
		gone, err := c.GetDomainWithResponse(t.Context(), org, d.ID)
		want(t, 404, gone.HTTPResponse, gone.Body, err)
	})
}

func TestDirectories(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		c, org := w.client(t, w.ours.key), string(w.ours.ID)
		created, err := c.CreateDirectoryWithResponse(t.Context(), org, api.DirectoryCreate{Name: "Okta", Kind: "okta", RestoreMemberships: new(false)})
		want(t, 201, created.HTTPResponse, created.Body, err)
		d := created.JSON201.Data
		wanted := api.Directory{ID: d.ID, Type: "directories", Attributes: api.DirectoryAttributes{
			Name: "Okta", Kind: "okta", Status: "connected", SCIMBaseURL: w.server.URL + "/scim/directory/" + d.ID,
		}}
		if diff := cmp.Diff(wanted, d, cmpopts.IgnoreFields(api.DirectoryAttributes{}, "CreatedAt")); diff != "" {
			t.Errorf("created (-want +got):\n%s", diff)
		}
		updated, err := c.UpdateDirectoryWithResponse(t.Context(), org, d.ID, api.DirectoryUpdate{Name: new("Okta 2"), RestoreMemberships: new(true)})
		want(t, 200, updated.HTTPResponse, updated.Body, err)
		if got := updated.JSON200.Data.Attributes; got.Name != "Okta 2" || !got.RestoreMemberships {
			t.Errorf("updated: %+v", got)
		}

		shown, err := c.GetDirectoryWithResponse(t.Context(), org, string(w.ours.dir.ID))
		want(t, 200, shown.HTTPResponse, shown.Body, err)
		if got := shown.JSON200.Data.Attributes; got.Users != 3 || got.Groups != 1 || got.Unlinked != 1 {
			t.Errorf("counts: %+v", got)
		}
		for range 2 {
			res, err := c.DisconnectDirectoryWithResponse(t.Context(), org, string(w.ours.dir.ID))
			want(t, 200, res.HTTPResponse, res.Body, err)
			if got := res.JSON200.Data.Attributes; got.Status != api.DirectoryAttributesStatusDisconnected || got.JobID == "" {
				t.Errorf("disconnected: %+v", got)
			}
		}
		tenanttest.Accepted(t, w.Jobs.Run(t.Context()))
		g, err := c.GetGroupWithResponse(t.Context(), org, string(w.ours.synced))
		want(t, 200, g.HTTPResponse, g.Body, err)
		if got := g.JSON200.Data; got.Source != api.SourceLocal {
			t.Errorf("its group: %+v", got)
		}
		w.Check()
	})
}

func TestTokens(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		c, org, dir := w.client(t, w.ours.key), string(w.ours.ID), string(w.ours.dir.ID)
		second, err := c.CreateTokenWithResponse(t.Context(), org, dir, api.TokenCreate{})
		want(t, 201, second.HTTPResponse, second.Body, err)
		if got := second.JSON201.Data; got.Type != api.KeyTypeTokens || !strings.HasPrefix(got.Attributes.Secret, "roster_scim_") {
			t.Errorf("created: %+v", got)
		}
		third, err := c.CreateTokenWithResponse(t.Context(), org, dir, api.TokenCreate{Name: "third"})
		want(t, 409, third.HTTPResponse, third.Body, err)
		for range 2 {
			res, err := c.RevokeTokenWithResponse(t.Context(), org, dir, string(w.ours.tokenID))
			want(t, 204, res.HTTPResponse, res.Body, err)
		}
		third, err = c.CreateTokenWithResponse(t.Context(), org, dir, api.TokenCreate{Name: "third"})
		want(t, 201, third.HTTPResponse, third.Body, err)
		list, err := c.ListTokensWithResponse(t.Context(), org, dir, &api.ListTokensParams{})
		want(t, 200, list.HTTPResponse, list.Body, err)
		if len(list.JSON200.Data) != 3 || strings.Contains(string(list.Body), "secret") {
			t.Errorf("tokens: %s", list.Body)
		}
	})
}

func TestUsers(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		c, org := w.client(t, w.ours.key), string(w.ours.ID)
		created, err := c.CreateUserWithResponse(t.Context(), org, api.UserCreate{Email: "Ada@ours.example", Name: "Ada", Origin: api.UserCreateOriginInvited})
		want(t, 201, created.HTTPResponse, created.Body, err)
		ada := created.JSON201.Data
		wanted := api.User{
			AccountID: ada.AccountID, AccountType: "atlassian", AccountStatus: "active", Name: "Ada", Email: "Ada@ours.example", Origin: "invited",
			ProductAccess: []api.ProductAccess{}, Links: api.SelfLink{Self: w.server.URL + "/users/" + ada.AccountID + "/manage/profile"}, CreatedAt: ada.CreatedAt,
		}
		if diff := cmp.Diff(wanted, ada); diff != "" {
			t.Errorf("created (-want +got):\n%s", diff)
		}
		list, err := c.ListUsersWithResponse(t.Context(), org, &api.ListUsersParams{})
		want(t, 200, list.HTTPResponse, list.Body, err)
		got := map[string]bool{}
		for _, u := range list.JSON200.Data {
			got[u.Email] = u.Linked
		}
		linked := map[string]bool{"free@ours.example": false, "linked@ours.example": true, "held@ours.example": false, "deleted@ours.example": false, "Ada@ours.example": false}
		if diff := cmp.Diff(linked, got); diff != "" || list.JSON200.Meta.Total != 5 {
			t.Errorf("total %d; linked accounts (-want +got):\n%s", list.JSON200.Meta.Total, diff)
		}
		for email, n := range map[string]int{"ADA@ours.example": 1, "nobody@ours.example": 0, "free@theirs.example": 0} {
			one, err := c.ListUsersWithResponse(t.Context(), org, &api.ListUsersParams{Email: &email})
			want(t, 200, one.HTTPResponse, one.Body, err)
			if len(one.JSON200.Data) != n {
				t.Errorf("users of %s: %s", email, one.Body)
			}
		}
	})
}

func TestSCIMUsers(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		n, c, org := w.ours, w.client(t, w.ours.key), string(w.ours.ID)
		for name, tt := range map[string]struct {
			params api.ListSCIMUsersParams
			want   int
		}{
			"all":               {api.ListSCIMUsersParams{}, 3},
			"userName":          {api.ListSCIMUsersParams{UserName: new("LINKED@ours.example")}, 1},
			"email":             {api.ListSCIMUsersParams{Email: new("Held@ours.example")}, 1},
			"userName of other": {api.ListSCIMUsersParams{UserName: new("linked@ours.example"), Email: new("held@ours.example")}, 0},
			"externalId":        {api.ListSCIMUsersParams{ExternalID: new("none")}, 0},
		} {
			res, err := c.ListSCIMUsersWithResponse(t.Context(), org, string(n.dir.ID), &tt.params)
			want(t, 200, res.HTTPResponse, res.Body, err)
			if len(res.JSON200.Data) != tt.want {
				t.Errorf("%s: %s", name, res.Body)
			}
		}

		one, err := c.GetSCIMUserWithResponse(t.Context(), org, string(n.dir.ID), string(n.linked.ID))
		want(t, 200, one.HTTPResponse, one.Body, err)
		u, base := one.JSON200.Data, w.server.URL+"/scim/directory/"+string(n.dir.ID)
		if u.AccountID == nil || *u.AccountID != string(n.linked.AccountID) || u.UnlinkedReason != "" || u.HeldAccountID != "" {
			t.Errorf("shown: %+v", u)
		}
		for _, part := range []string{
			`"id":"` + string(n.linked.ID) + `"`, `"userName":"linked@ours.example"`, `"atlassianAccountId":"` + *u.AccountID + `"`,
			`"display":"Synced of ours.example"`, base + "/Groups/", `"location":"` + base + "/Users/" + string(n.linked.ID) + `"`,
		} {
			if !strings.Contains(string(u.Resource), part) {
				t.Errorf("the resource lacks %s: %s", part, u.Resource)
			}
		}
		held, err := c.GetSCIMUserWithResponse(t.Context(), org, string(n.dir.ID), string(n.held.ID))
		want(t, 200, held.HTTPResponse, held.Body, err)
		if u := held.JSON200.Data; u.HeldAccountID != string(n.heldFrom) || strings.Contains(string(u.Resource), "atlassianAccountId") {
			t.Errorf("held: %+v", u)
		}
	})
}

func TestGroups(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		n, c, org := w.ours, w.client(t, w.ours.key), string(w.ours.ID)
		created, err := c.CreateGroupWithResponse(t.Context(), org, api.GroupCreate{Name: "Analysts", Description: "read figures"})
		want(t, 200, created.HTTPResponse, created.Body, err)
		id := created.JSON200.GroupID
		members := func() (emails []string) {
			res, err := c.ListMembershipsWithResponse(t.Context(), org, id, &api.ListMembershipsParams{})
			want(t, 200, res.HTTPResponse, res.Body, err)
			for _, m := range res.JSON200.Data {
				emails = append(emails, m.Email)
			}
			return emails
		}
		guest := n.external.AccountID
		for range 2 {
			res, err := c.AddMembershipWithResponse(t.Context(), org, id, api.MembershipCreate{AccountID: string(guest)})
			want(t, 200, res.HTTPResponse, res.Body, err)
			if got, wanted := res.JSON200.Message, fmt.Sprintf("User %s was added to group Analysts", guest); got != wanted {
				t.Errorf("message %q, want %q", got, wanted)
			}
		}
		if diff := cmp.Diff([]string{"guest@elsewhere-of-ours.example"}, members()); diff != "" {
			t.Errorf("members (-want +got):\n%s", diff)
		}
		removed, err := c.RemoveMembershipWithResponse(t.Context(), org, id, string(guest))
		want(t, 200, removed.HTTPResponse, removed.Body, err)
		if got := members(); len(got) != 0 {
			t.Errorf("members after removal: %v", got)
		}

		named, err := c.ListGroupsWithResponse(t.Context(), org, &api.ListGroupsParams{Name: new("synced OF ours.example")})
		want(t, 200, named.HTTPResponse, named.Body, err)
		wanted := api.Group{ID: string(n.synced), Name: "Synced of ours.example", Source: "scim", DirectoryID: string(n.dir.ID)}
		if diff := cmp.Diff([]api.Group{wanted}, named.JSON200.Data, cmpopts.IgnoreFields(api.Group{}, "CreatedAt", "SCIMGroupID")); diff != "" {
			t.Errorf("by name (-want +got):\n%s", diff)
		}
		none, err := c.ListGroupsWithResponse(t.Context(), org, &api.ListGroupsParams{Name: new("Synced of theirs.example")})
		want(t, 200, none.HTTPResponse, none.Body, err)
		if len(none.JSON200.Data) != 0 {
			t.Errorf("by a name of another org: %s", none.Body)
		}

		begun, err := c.ListGroupsWithResponse(t.Context(), org, &api.ListGroupsParams{Q: new("SYNCED"), Limit: new(1)})
		want(t, 200, begun.HTTPResponse, begun.Body, err)
		if diff := cmp.Diff([]api.Group{wanted}, begun.JSON200.Data, cmpopts.IgnoreFields(api.Group{}, "CreatedAt", "SCIMGroupID")); diff != "" || begun.JSON200.Links.Next != "" {
			t.Errorf("by the beginning of its name (-want +got):\n%s", diff)
		}
		both, err := c.ListGroupsWithResponse(t.Context(), org, &api.ListGroupsParams{Q: new("a"), Name: new("a")})
		want(t, 400, both.HTTPResponse, both.Body, err)

		deleted, err := c.DeleteGroupWithResponse(t.Context(), org, id)
		want(t, 200, deleted.HTTPResponse, deleted.Body, err)
		gone, err := c.GetGroupWithResponse(t.Context(), org, id)
		want(t, 404, gone.HTTPResponse, gone.Body, err)
	})
}
