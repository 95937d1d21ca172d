package scimhttp_test

import (
	"testing"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/idpsim"
	"roster/internal/jobs"
	"roster/internal/store"
	"roster/internal/tenanttest"

	"github.com/google/go-cmp/cmp"
)

// reconnect disconnects a directory and connects it again.
func (w *world) reconnect(t *testing.T, d directory) {
	t.Helper()
	rules := accounts.New(w.store)
	_, err := rules.Disconnect(t.Context(), tenanttest.Admin, w.org, d.id)
	tenanttest.Accepted(t, err)
	wantStatus(t, d.send(t, "GET", "/Users", ""), 403)
	tenanttest.Accepted(t, jobs.NewRunner(w.store).Run(t.Context()))
	_, err = rules.Reconnect(t.Context(), tenanttest.Admin, w.org, d.id)
	tenanttest.Accepted(t, err)
}

func wantStatus(t *testing.T, a answer, status int) {
	t.Helper()
	if a.status != status {
		t.Errorf("status %d, want %d: %s", a.status, status, a.body)
	}
}

func (w *world) orgGroup(t *testing.T, name string) (g store.OrgGroup) {
	t.Helper()
	w.view(t, func(tx *store.Tx) (err error) {
		g, err = tx.OrgGroupByName(w.org, name)
		return err
	})
	return g
}

// After a reconnection providers find their users, and get back the groups
// that became local; a group of the organization's own stays its own.
func TestReconnect(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		ctx, user, group := t.Context(), ok[idpsim.User](t), ok[idpsim.Group](t)
		entra := idpsim.Entra{Client: w.entra.client()}
		idp := w.newNamedDirectory(t, w.org, "okta", identity.KindOkta)
		u := user(entra.CreateUser(ctx, ada))
		old := group(entra.CreateGroup(ctx, "g-1", "Sales"))
		group(entra.AddMember(ctx, old.ID, u.ID))
		before := w.orgGroup(t, "Sales")
		w.reconnect(t, w.entra)

		if again := user(entra.CreateUser(ctx, ada)); again.ID != u.ID || again.AccountID != u.AccountID {
			t.Errorf("user %+v, want %+v", again, u)
		}
		wantStatus(t, w.entra.send(t, "POST", "/Users", `{"userName":"Ada@x.example"}`), 409)
		wantStatus(t, w.entra.send(t, "GET", "/Groups/"+old.ID, ""), 404)
		wantStatus(t, idp.send(t, "POST", "/Groups", `{"displayName":"Sales"}`), 409)
		back := group(entra.CreateGroup(ctx, "g-1", "sales"))
		if members := w.entra.membersOf(t, back.ID); len(members) != 0 {
			t.Errorf("members before they are pushed: %v", members)
		}
		group(entra.AddMember(ctx, back.ID, u.ID))
		if diff := cmp.Diff([]string{u.ID}, w.entra.membersOf(t, back.ID)); diff != "" {
			t.Errorf("members (-want +got):\n%s", diff)
		}
		after := w.orgGroup(t, "sales")
		if after.ID != before.ID || after.Source != "scim" || string(after.SCIMGroupID) != back.ID || after.LeftBy != "" {
			t.Errorf("org group %+v, was %+v", after, before)
		}

		okta := idpsim.Okta{Client: idp.client()}
		person := idpsim.Person{ID: "00u2", UserName: "eve@x.example", Email: "eve@x.example", GivenName: "Eve", FamilyName: "E", DisplayName: "Eve"}
		eve := user(okta.CreateUser(ctx, person))
		idp.newGroup(t, "Staff", eve.ID)
		w.reconnect(t, idp)
		if again := user(okta.CreateUser(ctx, person)); again.ID != eve.ID {
			t.Errorf("user %+v, want %+v", again, eve)
		}
		staff := idp.newGroup(t, "Staff", eve.ID)
		if diff := cmp.Diff([]string{eve.ID}, idp.membersOf(t, staff)); diff != "" {
			t.Errorf("members (-want +got):\n%s", diff)
		}
		w.newLocalGroup(t, "Own")
		wantStatus(t, w.entra.send(t, "POST", "/Groups", `{"displayName":"Own"}`), 409)
	})
}
