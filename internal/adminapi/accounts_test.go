package adminapi_test

import (
	"net/http"
	"strings"
	"testing"

	"roster/internal/adminapi/api"
	"roster/internal/identity"
	"roster/internal/tenanttest"
)

func TestAccounts(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		org, client := string(w.ours.ID), w.client(t, w.ours.key)
		invited, err := client.InviteAccountWithResponse(t.Context(), org, api.AccountInvite{Email: "new@ours.example", Name: "New Person"})
		tenanttest.Accepted(t, err)
		id := invited.JSON201.Data.ID
		pending := api.InvitationPending
		found, err := client.SearchAccountsWithResponse(t.Context(), org, &api.SearchAccountsParams{Q: new("person"), Invitation: &pending})
		tenanttest.Accepted(t, err)
		if got := found.JSON200.Data; len(got) != 1 || got[0].ID != id || got[0].Status != api.AccountStatusInactive {
			t.Errorf("found %+v", got)
		}
		accepted, err := client.AcceptInvitationWithResponse(t.Context(), org, id)
		tenanttest.Accepted(t, err)
		if got := accepted.JSON200.Data; got.Status != api.AccountStatusActive || got.Invitation != api.InvitationAccepted {
			t.Errorf("accepted %+v", got)
		}
		seen, err := client.RecordActivityWithResponse(t.Context(), org, api.ActivityReport{Application: "wiki", Accounts: []api.Seen{{AccountID: id}, {AccountID: string(w.theirs.free.ID)}}})
		tenanttest.Accepted(t, err)
		if got := seen.JSON200.Unknown; len(got) != 1 || got[0] != string(w.theirs.free.ID) {
			t.Errorf("unknown: %v", got)
		}
		shown, err := client.GetAccountWithResponse(t.Context(), org, id)
		tenanttest.Accepted(t, err)
		if got := shown.JSON200.Data; got.LastActiveAt.IsZero() || got.Activity[0].Application != "wiki" || got.Name != "New Person" {
			t.Errorf("shown %+v", got)
		}
		timeline, err := client.ListTimelineWithResponse(t.Context(), org, id, &api.ListTimelineParams{})
		tenanttest.Accepted(t, err)
		if got := timeline.JSON200.Data; len(got) != 2 || got[0].Event != api.TimelineEventEventStatusChanged || got[1].After != "new@ours.example" || got[0].Actor == "" {
			t.Errorf("timeline %+v", got)
		}
		groups, err := client.ListAccountGroupsWithResponse(t.Context(), org, string(w.ours.linked.AccountID), &api.ListAccountGroupsParams{})
		tenanttest.Accepted(t, err)
		if got := groups.JSON200.Data; len(got) != 2 || got[0].Since.IsZero() || got[1].SCIMUserID != string(w.ours.linked.ID) {
			t.Errorf("groups %+v", got)
		}
		external := w.ours.must(t, http.StatusOK, "GET", "/admin/v1/orgs/"+org+"/accounts?scope=external", "")
		if !strings.Contains(external.body, "guest@elsewhere-of-ours.example") || strings.Contains(external.body, "theirs") {
			t.Errorf("external accounts: %s", external.body)
		}
	})
}

// Ids of another org in filters and bodies find nothing.
func TestAccountFiltersStayInTheOrg(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	ours := "/admin/v1/orgs/" + string(w.ours.ID) + "/accounts"
	theirs := w.theirs.linked
	for _, query := range []string{
		"accountId=" + string(theirs.AccountID), "email=linked@theirs.example", "directoryId=" + string(theirs.DirectoryID), "q=linked@theirs",
		"scope=external&accountId=" + string(theirs.AccountID), "scope=external&directoryId=" + string(theirs.DirectoryID), "externalId=" + theirs.ExternalID + "x",
	} {
		a := w.ours.must(t, http.StatusOK, "GET", ours+"?"+query, "")
		if !strings.Contains(a.body, `"data":[]`) {
			t.Errorf("%s finds %s", query, a.body)
		}
	}
	for query, status := range map[string]int{"status=gone": 400, "origin=x": 400, "invitation=x": 400, "linked=maybe": 400, "scope=all": 400, "email=x": 400, "status=closed": 200} {
		if a := w.ours.send(t, "GET", ours+"?"+query, ""); a.status != status {
			t.Errorf("%s: status %d, want %d: %s", query, a.status, status, a.body)
		}
	}
	unknown := string(identity.NewAccountID())
	a := w.ours.must(t, http.StatusOK, "POST", ours+"/last-active", `{"accounts":[{"accountId":"`+unknown+`","at":"2026-01-01T00:00:00Z"}]}`)
	if !strings.Contains(a.body, unknown) {
		t.Errorf("an unknown account was taken: %s", a.body)
	}
}
