package scimhttp_test

import (
	"errors"
	"strings"
	"testing"

	"roster/internal/idpsim"
	"roster/internal/store"

	"github.com/google/go-cmp/cmp"
)

func (d directory) client() *idpsim.Client {
	return &idpsim.Client{BaseURL: d.base + "/", Token: d.token}
}

var ada = idpsim.Person{
	ID: "6c1f6f8e-7e6c-4b52-9f6e-0d6f3b0a1c11", UserName: "Ada@x.example", Email: "ada@x.example",
	GivenName: "Ada", FamilyName: "Lovelace", DisplayName: "Ada Lovelace", Title: "Engineer", Department: "R&D",
}

// wantClientError checks the status and scimType of a failed call.
func wantClientError(t *testing.T, err error, status int, scimType string) {
	t.Helper()
	e, ok := errors.AsType[*idpsim.Error](err)
	if !ok || e.Status != status || e.SCIMType != scimType || e.Detail == "" {
		t.Errorf("got %v, want status %d %s", err, status, scimType)
	}
}

// ok fails the test unless a call of a simulated provider succeeded.
func ok[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestEntra(t *testing.T) {
	t.Parallel()
	for _, flag := range []bool{false, true} {
		forEachEngineNamed(t, map[bool]string{false: "without flag", true: "with flag"}[flag], func(t *testing.T, w *world) {
			ctx, user, group := t.Context(), ok[idpsim.User](t), ok[idpsim.Group](t)
			entra := idpsim.Entra{Client: w.entra.client(), Flag: flag}
			if err := entra.TestConnection(ctx); err != nil {
				t.Fatal(err)
			}
			u := user(entra.CreateUser(ctx, ada))
			if u.Status != 201 || u.AccountID == "" || !u.Active || u.UserName != ada.UserName || u.Email != ada.Email || u.ExternalID != ada.ID {
				t.Errorf("created %+v", u)
			}
			if again := user(entra.CreateUser(ctx, ada)); again.ID != u.ID || again.Status != 200 {
				t.Errorf("created again %+v", again)
			}
			g := group(entra.CreateGroup(ctx, "g-1", "Sales"))
			if again := group(entra.CreateGroup(ctx, "g-1", "Sales")); again.ID != g.ID {
				t.Errorf("group created again %+v", again)
			}
			if added := group(entra.AddMember(ctx, g.ID, u.ID)); added.Status != 204 {
				t.Errorf("member added with status %d", added.Status)
			}
			if got := user(entra.UpdateEmail(ctx, u.ID, "ada.l@x.example")); got.Email != "ada.l@x.example" || got.AccountID != u.AccountID {
				t.Errorf("email updated: %+v", got)
			}
			if got := w.accountOf(t, u.ID); got.Email.Address != "ada.l@x.example" {
				t.Errorf("account %+v", got)
			}
			if got := user(entra.SoftDelete(ctx, u.ID, ada)); got.Active || got.UserName != strings.ReplaceAll(ada.ID, "-", "")+ada.UserName {
				t.Errorf("soft-deleted: %+v", got)
			}
			if diff := cmp.Diff([]string{u.ID}, w.entra.membersOf(t, g.ID)); diff != "" {
				t.Errorf("members while inactive (-want +got):\n%s", diff)
			}
			if got := user(entra.Restore(ctx, u.ID, ada)); !got.Active || got.UserName != ada.UserName {
				t.Errorf("restored: %+v", got)
			}
			if got := user(entra.Disable(ctx, u.ID)); got.Active || w.accountOf(t, u.ID).Status != "inactive" {
				t.Errorf("disabled: %+v", got)
			}
			if got := user(entra.Enable(ctx, u.ID)); !got.Active || w.accountOf(t, u.ID).Status != "active" {
				t.Errorf("enabled: %+v", got)
			}
			group(entra.RenameGroup(ctx, g.ID, "Sales 2"))
			if got := group(entra.GetGroup(ctx, g.ID)); got.DisplayName != "Sales 2" || got.Members != nil {
				t.Errorf("renamed: %+v", got)
			}
			group(entra.RemoveMember(ctx, g.ID, u.ID))
			if members := w.entra.membersOf(t, g.ID); len(members) > 0 {
				t.Errorf("members %v", members)
			}
			user(entra.HardDelete(ctx, u.ID))
			_, err := entra.ForcePush(ctx, u.ID, ada)
			wantClientError(t, err, 404, "")
			group(entra.DeleteGroup(ctx, g.ID))
		})
	}
}

// forEachEngineNamed is forEachEngine under a name.
func forEachEngineNamed(t *testing.T, name string, test func(t *testing.T, w *world)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		forEachEngine(t, test)
	})
}

func TestOkta(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		ctx, user, group := t.Context(), ok[idpsim.User](t), ok[idpsim.Group](t)
		okta := idpsim.Okta{Client: w.entra.client()}
		if err := okta.TestConnection(ctx); err != nil {
			t.Fatal(err)
		}
		u := user(okta.CreateUser(ctx, ada))
		if u.Status != 201 || u.AccountID == "" || u.UserName != ada.UserName || strings.Contains(string(u.Body), "1mz050nq") {
			t.Errorf("created %s", u.Body)
		}
		g := group(okta.PushGroup(ctx, "Sales"))
		group(okta.PushNow(ctx, g.ID, []string{u.ID}))
		changed := ada
		changed.Email, changed.Title = "ada.l@x.example", "Director"
		if got := user(okta.UpdateProfile(ctx, u.ID, changed)); got.Email != changed.Email || got.AccountID != u.AccountID || w.accountOf(t, u.ID).Profile.JobTitle != "Director" {
			t.Errorf("updated %s", got.Body)
		}
		if got := user(okta.Unassign(ctx, u.ID)); got.Active {
			t.Errorf("unassigned %s", got.Body)
		}
		if got := user(okta.Reassign(ctx, changed)); !got.Active || got.ID != u.ID {
			t.Errorf("reassigned %s", got.Body)
		}
		group(okta.RenameGroup(ctx, g.ID, "Sales 2"))
		other := user(okta.CreateUser(ctx, idpsim.Person{ID: "b", Email: "bob@x.example", DisplayName: "Bob"}))
		group(okta.PushMembers(ctx, g.ID, []string{other.ID}, []string{u.ID}))
		if diff := cmp.Diff([]string{other.ID}, w.entra.membersOf(t, g.ID)); diff != "" {
			t.Errorf("members (-want +got):\n%s", diff)
		}
		group(okta.PushNow(ctx, g.ID, nil))
		if members := w.entra.membersOf(t, g.ID); len(members) > 0 {
			t.Errorf("members %v", members)
		}
		w.entra.must(t, 204, "DELETE", "/Users/"+u.ID, "")
		_, err := okta.ForcePush(ctx, u.ID, changed)
		wantClientError(t, err, 404, "")
		if fresh := user(okta.Reassign(ctx, changed)); fresh.ID == u.ID || fresh.AccountID != u.AccountID {
			t.Errorf("reassigned after deletion: %s", fresh.Body)
		}
		group(okta.DeleteGroup(ctx, g.ID))
	})
}

func TestGeneric(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		ctx, user, group := t.Context(), ok[idpsim.User](t), ok[idpsim.Group](t)
		generic := idpsim.Generic{Client: w.generic.client()}
		u := user(generic.CreateUser(ctx, ada))
		if u.Header.Get("Content-Type") != "application/json" || u.AccountID == "" {
			t.Errorf("created %v %s", u.Header, u.Body)
		}
		if got := user(generic.FindUser(ctx, "ADA@x.example")); got.ID != u.ID {
			t.Errorf("found %+v", got)
		}
		if got := user(generic.UpdateEmail(ctx, u.ID, "ada.l@x.example")); got.Email != "ada.l@x.example" {
			t.Errorf("updated %s", got.Body)
		}
		if got := user(generic.SetActive(ctx, u.ID, false)); got.Active {
			t.Errorf("deactivated %s", got.Body)
		}
		if got := user(generic.ReplaceUser(ctx, u.ID, ada)); !got.Active || got.Email != ada.Email {
			t.Errorf("replaced %s", got.Body)
		}
		g := group(generic.CreateGroup(ctx, "Sales", u.ID))
		if got := group(generic.RemoveMember(ctx, g.ID, u.ID)); got.Status != 200 || len(got.Members) > 0 {
			t.Errorf("removed: %d %s", got.Status, got.Body)
		}
		if got := group(generic.AddMember(ctx, g.ID, u.ID)); got.Status != 200 || len(got.Members) != 1 {
			t.Errorf("added: %d %s", got.Status, got.Body)
		}
		if got := group(generic.RenameGroup(ctx, g.ID, "Sales 2")); got.DisplayName != "Sales 2" || len(got.Members) != 1 {
			t.Errorf("renamed: %s", got.Body)
		}
		if got := group(generic.FindGroup(ctx, "sales 2")); got.ID != g.ID {
			t.Errorf("found %+v", got)
		}
		user(generic.DeleteUser(ctx, u.ID))
		if got := group(generic.GetGroup(ctx, g.ID)); len(got.Members) > 0 {
			t.Errorf("members %v", got.Members)
		}
		_, err := generic.GetUser(ctx, u.ID)
		wantClientError(t, err, 404, "")
		group(generic.DeleteGroup(ctx, g.ID))
	})
}

// The beginning of repair A: the provider made a second user, and its update of
// the first one is refused, with both accounts in the log.
func TestWrongAccountAlsoSynced(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		ctx, user := t.Context(), ok[idpsim.User](t)
		entra := idpsim.Entra{Client: w.entra.client()}
		first := user(entra.CreateUser(ctx, idpsim.Person{ID: "1", Email: "old@x.example"}))
		second := user(entra.CreateUser(ctx, idpsim.Person{ID: "2", Email: "new@x.example"}))
		_, err := entra.UpdateEmail(ctx, first.ID, "new@x.example")
		wantClientError(t, err, 409, "uniqueness")
		e := w.log(t, w.org)[0]
		got := store.LogEntry{Message: e.Message, SCIMID: e.SCIMID, AccountID: e.AccountID, OtherSCIMID: e.OtherSCIMID, OtherAccountID: e.OtherAccountID}
		want := store.LogEntry{Message: "Resource [USER]: with email[new@x.example] already exists."}
		want.SCIMID, want.OtherSCIMID = first.ID, second.ID
		want.AccountID, want.OtherAccountID = w.accountOf(t, first.ID).ID, w.accountOf(t, second.ID).ID
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("log entry (-want +got):\n%s", diff)
		}
	})
}
