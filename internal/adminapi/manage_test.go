package adminapi_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/adminapi/api"
)

func TestProfile(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		c, free := w.client(t, w.ours.key), string(w.ours.free.ID)
		res, err := c.UpdateProfileWithResponse(t.Context(), free, api.ProfileUpdate{
			Name: new("Ada Lovelace"), Nickname: new("ada"), Zoneinfo: new("Europe/London"), Locale: new("en-GB"),
			ExtendedProfile: &api.ExtendedProfileUpdate{JobTitle: new("Analyst"), Organization: new("Engines"), Department: new("Notes"), Location: new("London")},
		})
		want(t, 200, res.HTTPResponse, res.Body, err)
		wanted := api.Profile{
			AccountID: free, AccountType: "atlassian", AccountStatus: "active", Name: "Ada Lovelace", Nickname: "ada",
			Zoneinfo: "Europe/London", Locale: "en-GB", Email: "free@ours.example", EmailVerified: true, Origin: "invited", CreatedAt: res.JSON200.Account.CreatedAt,
			ExtendedProfile: api.ExtendedProfile{JobTitle: "Analyst", Organization: "Engines", Department: "Notes", Location: "London"},
		}
		if diff := cmp.Diff(wanted, res.JSON200.Account); diff != "" {
			t.Errorf("updated (-want +got):\n%s", diff)
		}

		res, err = c.UpdateProfileWithResponse(t.Context(), free, api.ProfileUpdate{Nickname: new(""), ExtendedProfile: &api.ExtendedProfileUpdate{Location: new("")}})
		want(t, 200, res.HTTPResponse, res.Body, err)
		wanted.Nickname, wanted.ExtendedProfile.Location = "", ""
		shown, err := c.GetProfileWithResponse(t.Context(), free)
		want(t, 200, shown.HTTPResponse, shown.Body, err)
		if diff := cmp.Diff(wanted, shown.JSON200.Account); diff != "" {
			t.Errorf("an empty text clears, an absent field stays (-want +got):\n%s", diff)
		}
	})
}

// What no directory decides stays open on a linked account.
func TestProfileOfLockedAccount(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	a := w.ours.must(t, 200, "PATCH", "/users/"+string(w.ours.linked.AccountID)+"/manage/profile", `{"extended_profile":{"location":"Oslo"},"name":null}`)
	if !strings.Contains(a.body, `"extended_profile":{"location":"Oslo"}`) {
		t.Errorf("got %s", a.body)
	}
}

func TestSetEmail(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		c, free := w.client(t, w.ours.key), string(w.ours.free.ID)
		for range 2 {
			res, err := c.SetEmailWithResponse(t.Context(), free, api.EmailUpdate{Email: "Moved@OURS.example"})
			want(t, 204, res.HTTPResponse, res.Body, err)
		}
		if got := w.AccountNow(w.ours.free.ID); got.Email.Key != "moved@ours.example" {
			t.Errorf("email is %+v", got.Email)
		}
	})
}

func TestLifecycle(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		c, free := w.client(t, w.ours.key), string(w.ours.free.ID)
		profile := func() api.Profile {
			res, err := c.GetProfileWithResponse(t.Context(), free)
			want(t, 200, res.HTTPResponse, res.Body, err)
			return res.JSON200.Account
		}
		disabled, err := c.DisableAccountWithResponse(t.Context(), free, api.DisableRequest{Message: "left"})
		want(t, 204, disabled.HTTPResponse, disabled.Body, err)
		if p := profile(); p.AccountStatus != "inactive" || p.DeactivatedAt.IsZero() || !strings.HasPrefix(p.DeactivatedBy, "API key ops (key_") {
			t.Errorf("disabled: %+v", p)
		}
		enabled, err := c.EnableAccountWithResponse(t.Context(), free)
		want(t, 204, enabled.HTTPResponse, enabled.Body, err)
		if p := profile(); p.AccountStatus != "active" || !p.DeactivatedAt.IsZero() || p.DeactivatedBy != "" {
			t.Errorf("enabled: %+v", p)
		}
		deleted, err := c.DeleteAccountWithResponse(t.Context(), free)
		want(t, 200, deleted.HTTPResponse, deleted.Body, err)
		if p := profile(); deleted.JSON200.Message != "Success" || p.AccountStatus != "inactive" || p.DeletionDueAt.IsZero() {
			t.Errorf("deleted: %s, %+v", deleted.Body, p)
		}
		for _, path := range []string{"/lifecycle/enable", "/lifecycle/disable"} {
			a := w.ours.send(t, "POST", "/users/"+free+"/manage"+path, "")
			if a.status != 409 || !strings.Contains(a.body, `"key":"conflict.lifecycleErrors"`) || !strings.Contains(a.body, "cancel-delete") {
				t.Errorf("%s of an account that waits for deletion: status %d: %s", path, a.status, a.body)
			}
		}
		cancelled, err := c.CancelDeleteAccountWithResponse(t.Context(), free)
		want(t, 200, cancelled.HTTPResponse, cancelled.Body, err)
		if p := profile(); p.AccountStatus != "active" || !p.DeletionDueAt.IsZero() {
			t.Errorf("cancelled: %+v", p)
		}
	})
}

func TestPermissions(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	locked := `{"allowed":false,"reason":{"key":"externalDirectory.scim"}}`
	fields := func(rule string) string {
		return `{"name":` + rule + `,"nickname":` + rule + `,"zoneinfo":` + rule + `,"locale":` + rule + `,"extended_profile.job_title":` + rule + `,
			"extended_profile.organization":` + rule + `,"extended_profile.department":` + rule + `,"extended_profile.location":{"allowed":true}}`
	}
	all := func(rule string) string {
		return `{"email.set":` + rule + `,"lifecycle.enablement":` + rule + `,"lifecycle.delete":` + rule + `,"profile":` + fields(rule) + `,"profile.write":` + fields(rule) + `,
			"profile.read":{"allowed":true},"apiToken.read":{"allowed":true},"apiToken.delete":{"allowed":true}}`
	}
	free, linked := string(w.ours.free.ID), string(w.ours.linked.AccountID)
	tests := []struct{ name, account, query, want string }{
		{"free", free, "", all(`{"allowed":true}`)},
		{"linked", linked, "", all(locked)},
		{"comma list", linked, "?privileges=email.set%2Clifecycle.enablement", `{"email.set":` + locked + `,"lifecycle.enablement":` + locked + `}`},
		{"repeated", linked, "?privileges=email.set&privileges=profile.read", `{"email.set":` + locked + `,"profile.read":{"allowed":true}}`},
		{"unknown one", free, "?privileges=avatar,email.set", `{"email.set":{"allowed":true}}`},
		{"none", free, "?privileges=", `{}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := w.ours.must(t, 200, "GET", "/users/"+tt.account+"/manage"+tt.query, "")
			var got, wanted any
			if err := json.Unmarshal([]byte(a.body), &got); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal([]byte(tt.want), &wanted); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(wanted, got); diff != "" {
				t.Errorf("permissions (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAPITokens(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	res, err := w.client(t, w.ours.key).ListAPITokensWithResponse(t.Context(), string(w.ours.free.ID))
	want(t, 200, res.HTTPResponse, res.Body, err)
	if got := strings.TrimSpace(string(res.Body)); got != "[]" {
		t.Errorf("tokens are %s", got)
	}
}
