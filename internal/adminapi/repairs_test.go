package adminapi_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"roster/internal/adminapi/api"
	"roster/internal/identity"
	"roster/internal/store"
)

// want fails the test unless a call of the generated client answered a status.
func want(t *testing.T, status int, res *http.Response, body []byte, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != status {
		t.Fatalf("%s %s: status %d, want %d: %s", res.Request.Method, res.Request.URL.Path, res.StatusCode, status, body)
	}
}

func link(n *tenant, u store.SCIMUser) api.SCIMLink {
	l := api.SCIMLink{OrgID: string(n.ID), DirectoryID: string(u.DirectoryID), SCIMUserID: string(u.ID)}
	if u.AccountID != "" {
		l.AtlassianAccountID = new(string(u.AccountID))
	}
	return l
}

// The four calls of the hosted API, as its clients make them.
func TestHostedRepairs(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		n, c, org := w.ours, w.client(t, w.ours.key), string(w.ours.ID)
		links := func(account identity.AccountID) []api.SCIMLink {
			res, err := c.GetSCIMLinksWithResponse(t.Context(), org, string(account))
			want(t, 200, res.HTTPResponse, res.Body, err)
			return res.JSON200.SCIMLinks
		}
		if diff := cmp.Diff([]api.SCIMLink{link(n, n.linked)}, links(n.linked.AccountID)); diff != "" {
			t.Errorf("links of a linked account:\n%s", diff)
		}
		if diff := cmp.Diff([]api.SCIMLink{}, links(n.free.ID)); diff != "" {
			t.Errorf("links of a free account:\n%s", diff)
		}
		for _, u := range []store.SCIMUser{n.linked, n.held} {
			res, err := c.GetSCIMLinksForEmailWithResponse(t.Context(), org, api.EmailQuery{Email: u.Email.Address})
			want(t, 200, res.HTTPResponse, res.Body, err)
			if diff := cmp.Diff([]api.SCIMLink{link(n, u)}, res.JSON200.SCIMLinks); diff != "" {
				t.Errorf("links of %s:\n%s", u.Email.Address, diff)
			}
		}

		for range 2 { // the second time there is nothing left to do
			res, err := c.UnlinkSCIMUserWithResponse(t.Context(), org, string(n.dir.ID), string(n.linked.ID))
			want(t, 204, res.HTTPResponse, res.Body, err)
		}
		if got := n.dir.User(n.linked.ID); got.AccountID != "" {
			t.Errorf("unlinked record still has account %s", got.AccountID)
		}
		lift, err := c.LiftHoldWithResponse(t.Context(), org, string(n.dir.ID), string(n.linked.ID))
		want(t, 204, lift.HTTPResponse, lift.Body, err)
		if _, err := n.dir.Set(n.linked.ID, "title", `"Chief"`); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]api.SCIMLink{link(n, n.linked)}, links(n.linked.AccountID)); diff != "" {
			t.Errorf("links after the hold was lifted and the IdP wrote:\n%s", diff)
		}

		for range 2 {
			res, err := c.OnlyDeleteUserInDBWithResponse(t.Context(), org, string(n.linked.AccountID))
			want(t, 204, res.HTTPResponse, res.Body, err)
		}
		if diff := cmp.Diff([]api.SCIMLink{}, links(n.linked.AccountID)); diff != "" {
			t.Errorf("links after deletion:\n%s", diff)
		}
		account := w.AccountNow(n.linked.AccountID)
		if account.Email.Address != "linked@ours.example" || account.Status != identity.AccountActive {
			t.Errorf("the account changed: %+v", account)
		}
		n.must(t, 204, "PUT", "/users/"+string(account.ID)+"/manage/email", `{"email":"parked@ours.example"}`)
		w.Check()
	})
}

// One refusal does not undo the others, and its row says what to do.
func TestOnlyDeleteUsersInDB(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	n := w.ours
	removed := api.SCIMUserRef{DirectoryID: string(n.dir.ID), SCIMUserID: string(n.linked.ID)}
	foreign := string(w.theirs.linked.AccountID)
	res, err := w.client(t, n.key).OnlyDeleteUsersInDBWithResponse(t.Context(), string(n.ID), api.DeletionRequest{AccountIds: []string{foreign, string(n.linked.AccountID)}})
	want(t, 200, res.HTTPResponse, res.Body, err)
	wanted := api.DeletionResult{Applied: true, Data: []api.Deletion{
		{AccountID: foreign, Removed: []api.SCIMUserRef{}, Refused: api.DeletionRefusal{}},
		{AccountID: string(n.linked.AccountID), Removed: []api.SCIMUserRef{removed}},
	}}
	if diff := cmp.Diff(wanted, *res.JSON200, cmpopts.IgnoreFields(api.DeletionRefusal{}, "Message", "Hint")); diff != "" {
		t.Errorf("deleted (-want +got):\n%s", diff)
	}
	if r := res.JSON200.Data[0].Refused; r.Message == "" {
		t.Errorf("refused: %+v", r)
	}
	if got := w.theirs.dir.User(w.theirs.linked.ID).AccountID; got != w.theirs.linked.AccountID {
		t.Errorf("another organization's record has account %q", got)
	}
}

func TestRelink(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		n, c, org := w.ours, w.client(t, w.ours.key), string(w.ours.ID)
		relink := func(dryRun bool) api.RelinkResult {
			res, err := c.RelinkSCIMUserWithResponse(t.Context(), org, string(n.dir.ID), string(n.linked.ID), api.RelinkRequest{
				AccountID: string(n.free.ID), TakeEmail: true, ParkEmail: "parked@ours.example", DryRun: dryRun,
			})
			want(t, 200, res.HTTPResponse, res.Body, err)
			return *res.JSON200
		}
		before := n.snapshot(t)
		planned := relink(true)
		if diff := cmp.Diff(before, n.snapshot(t)); diff != "" {
			t.Errorf("a dry run wrote (-before +after):\n%s", diff)
		}
		done := relink(false)
		if planned.Applied || !done.Applied {
			t.Errorf("applied is %v in the dry run and %v after", planned.Applied, done.Applied)
		}
		if diff := cmp.Diff(planned, done, cmpopts.IgnoreFields(api.RelinkResult{}, "Applied")); diff != "" {
			t.Errorf("the dry run said something else (-dry run +done):\n%s", diff)
		}
		from := api.AccountRef{AccountID: string(n.linked.AccountID), Email: "parked@ours.example", Name: "linked@ours.example", Status: "active"}
		wanted := api.RelinkResult{
			Applied: true, SCIMUser: api.SCIMUserRef{DirectoryID: string(n.dir.ID), SCIMUserID: string(n.linked.ID)},
			From: &from,
			To:   api.AccountRef{AccountID: string(n.free.ID), Email: "linked@ours.example", Name: "free@ours.example", Status: "active"},
			Changes: []api.Change{
				{What: "scimUser", ID: string(n.linked.ID), Field: "link", Before: new(from.AccountID), After: new(string(n.free.ID))},
				{What: "account", ID: from.AccountID, Field: "email", Before: new("linked@ours.example"), After: new("parked@ours.example")},
				{What: "account", ID: string(n.free.ID), Field: "email", Before: new("free@ours.example"), After: new("linked@ours.example")},
			},
			Next: []string{
				"Account " + from.AccountID + " has no link from this record any more and is unlocked: deactivate or delete it when nobody needs it.",
				"The record keeps its SCIM id, so the identity provider need do nothing.",
			},
		}
		if diff := cmp.Diff(wanted, done); diff != "" {
			t.Errorf("relinked (-want +got):\n%s", diff)
		}
		w.Check()
	})
}

// A record that had no account is relinked from null.
func TestRelinkOfUnlinkedRecord(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	n := w.ours
	res, err := w.client(t, n.key).RelinkSCIMUserWithResponse(t.Context(), string(n.ID), string(n.dir.ID), string(n.held.ID), api.RelinkRequest{AccountID: string(n.free.ID)})
	want(t, 200, res.HTTPResponse, res.Body, err)
	if res.JSON200.From != nil || res.JSON200.Changes[0].Before != nil {
		t.Errorf("from %v, changes %v", res.JSON200.From, res.JSON200.Changes)
	}
}

func TestUnlinkedHeldAndDeletedRecords(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		n, c, org := w.ours, w.client(t, w.ours.key), string(w.ours.ID)
		unlinked, err := c.ListUnlinkedSCIMUsersWithResponse(t.Context(), org, &api.ListUnlinkedSCIMUsersParams{DirectoryID: new(string(n.dir.ID))})
		want(t, 200, unlinked.HTTPResponse, unlinked.Body, err)
		if len(unlinked.JSON200.Data) != 1 {
			t.Fatalf("unlinked: %s", unlinked.Body)
		}
		got := unlinked.JSON200.Data[0]
		if got.SCIMUserID != string(n.held.ID) || got.AccountID != nil || got.HeldAccountID != string(n.heldFrom) || got.UnlinkedReason == "" {
			t.Errorf("unlinked: %+v", got)
		}

		holds, err := c.ListHoldsWithResponse(t.Context(), org, &api.ListHoldsParams{})
		want(t, 200, holds.HTTPResponse, holds.Body, err)
		wantHold := api.Hold{DirectoryID: string(n.dir.ID), SCIMUserID: string(n.held.ID), AccountID: string(n.heldFrom), CreatedBy: "API key ops (key_1)"}
		if diff := cmp.Diff([]api.Hold{wantHold}, holds.JSON200.Data, cmpopts.IgnoreFields(api.Hold{}, "CreatedAt")); diff != "" {
			t.Errorf("holds (-want +got):\n%s", diff)
		}

		deleted, err := c.ListDeletedSCIMUsersWithResponse(t.Context(), org, &api.ListDeletedSCIMUsersParams{})
		want(t, 200, deleted.HTTPResponse, deleted.Body, err)
		if len(deleted.JSON200.Data) != 1 || deleted.JSON200.Data[0].SCIMUserID != string(n.deleted) || deleted.JSON200.Data[0].UserName != "deleted@ours.example" {
			t.Fatalf("deleted: %s", deleted.Body)
		}
		restored, err := c.RestoreSCIMUserWithResponse(t.Context(), org, string(n.dir.ID), string(n.deleted))
		want(t, 200, restored.HTTPResponse, restored.Body, err)
		if restored.JSON200.AccountID == nil || *restored.JSON200.AccountID != deleted.JSON200.Data[0].AccountID || restored.JSON200.SCIMUserID != string(n.deleted) {
			t.Errorf("restored: %s", restored.Body)
		}
		again, err := c.RestoreSCIMUserWithResponse(t.Context(), org, string(n.dir.ID), string(n.deleted))
		want(t, 404, again.HTTPResponse, again.Body, err)
		w.Check()
	})
}

func TestAdoptGroup(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		n, c, org := w.ours, w.client(t, w.ours.key), string(w.ours.ID)
		adopt := func(dryRun bool) api.AdoptResult {
			res, err := c.AdoptGroupWithResponse(t.Context(), org, string(n.local), api.AdoptRequest{DirectoryID: string(n.dir.ID), DryRun: dryRun})
			want(t, 200, res.HTTPResponse, res.Body, err)
			return *res.JSON200
		}
		wanted := api.AdoptResult{
			Stay:  []api.AccountRef{{AccountID: string(n.linked.AccountID), Email: "linked@ours.example", Name: "linked@ours.example", Status: "active"}},
			Leave: []api.AccountRef{{AccountID: string(n.free.ID), Email: "free@ours.example", Name: "free@ours.example", Status: "active"}},
		}
		before := n.snapshot(t)
		if diff := cmp.Diff(wanted, adopt(true)); diff != "" {
			t.Errorf("dry run (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(before, n.snapshot(t)); diff != "" {
			t.Errorf("a dry run wrote (-before +after):\n%s", diff)
		}
		wanted.Applied = true
		done := adopt(false)
		if diff := cmp.Diff(wanted, done, cmpopts.IgnoreFields(api.AdoptResult{}, "SCIMGroupID")); diff != "" || done.SCIMGroupID == "" {
			t.Errorf("adopted as %q (-want +got):\n%s", done.SCIMGroupID, diff)
		}
		g, err := c.GetGroupWithResponse(t.Context(), org, string(n.local))
		want(t, 200, g.HTTPResponse, g.Body, err)
		if got := g.JSON200.Data; got.Source != api.SourceSCIM || got.SCIMGroupID != done.SCIMGroupID {
			t.Errorf("the group is %+v", got)
		}
		w.Check()
	})
}
