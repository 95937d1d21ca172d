package accounts_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

// found gives the addresses that a search finds, page by page.
func found(t *testing.T, o *tenanttest.Org, q store.AccountSearch, limit int) (emails []string) {
	t.Helper()
	p := store.Page{Limit: limit}
	for {
		page, next, err := o.Accounts.Search(t.Context(), o.ID, q, p)
		tenanttest.Accepted(t, err)
		for _, a := range page {
			emails = append(emails, a.Email.Address)
		}
		if p.After = next; next == "" {
			return emails
		}
	}
}

func TestSearch(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		ctx := t.Context()
		acme, other := d.Org("acme.example", "acme.test"), d.Org("other.example")
		entra := acme.Directory("Entra")
		okta := other.Directory("Okta")
		named := func(email, name string) store.Account {
			a, err := d.Accounts.Create(ctx, admin, acme.ID, accounts.NewAccount{Email: email, Name: name, Origin: identity.OriginCreatedByAdmin})
			tenanttest.Accepted(t, err)
			return a
		}
		named("ada.adams@acme.example", "Ada Lovelace Adams")
		named("countess@acme.test", "Ada Lovelace")
		named("z@acme.example", "ÄNNE Öz")
		gone := named("gone@acme.example", "Gone")
		tenanttest.Accepted(t, d.Accounts.Disable(ctx, admin, acme.ID, gone.ID, "left"))
		closed := named("closed@acme.example", "Closed")
		tenanttest.Accepted(t, d.Accounts.Delete(ctx, admin, acme.ID, closed.ID))
		_, err := d.Accounts.Invite(ctx, admin, acme.ID, accounts.NewAccount{Email: "new@acme.example"})
		tenanttest.Accepted(t, err)
		linked := entra.Push("linked@acme.example", `"externalId":"ext-1"`)
		entra.Push("guest@gmail.example", `"displayName":"Ada Guest"`)
		okta.Push("linked@acme.example")
		okta.Push("ada@other.example")

		all := []string{"ada.adams@acme.example", "countess@acme.test", "z@acme.example", "gone@acme.example", "closed@acme.example", "new@acme.example", "linked@acme.example"}
		tests := []struct {
			name string
			q    store.AccountSearch
			want []string
		}{
			{"all that the org manages", store.AccountSearch{}, all},
			{"email, name and last word, each account once", store.AccountSearch{Text: "ADA"}, []string{"ada.adams@acme.example", "countess@acme.test"}},
			{"last word of the name", store.AccountSearch{Text: "lovelace"}, []string{"countess@acme.test"}},
			{"whole name", store.AccountSearch{Text: " ada  lovelace"}, []string{"ada.adams@acme.example", "countess@acme.test"}},
			{"letters beyond ASCII", store.AccountSearch{Text: "änne ö"}, []string{"z@acme.example"}},
			{"no pattern", store.AccountSearch{Text: "%"}, nil},
			{"text and status", store.AccountSearch{Text: "gone", Status: identity.AccountActive}, nil},
			{"status", store.AccountSearch{Status: identity.AccountInactive}, []string{"gone@acme.example", "new@acme.example"}},
			{"closed", store.AccountSearch{Status: identity.AccountClosed}, []string{"closed@acme.example"}},
			{"origin", store.AccountSearch{Origin: identity.OriginSCIM}, []string{"linked@acme.example"}},
			{"origin by its index", store.AccountSearch{Origin: identity.OriginInvited}, []string{"new@acme.example"}},
			{"invitation", store.AccountSearch{Invitation: identity.InvitationPending}, []string{"new@acme.example"}},
			{"email", store.AccountSearch{Email: identity.MustEmail("COUNTESS@acme.test")}, []string{"countess@acme.test"}},
			{"id", store.AccountSearch{ID: gone.ID}, []string{"gone@acme.example"}},
			{"linked", store.AccountSearch{Linked: new(true)}, []string{"linked@acme.example"}},
			{"unlinked", store.AccountSearch{Linked: new(false), Status: identity.AccountActive}, all[:3]},
			{"directory", store.AccountSearch{DirectoryID: entra.ID}, []string{"linked@acme.example"}},
			{"external id", store.AccountSearch{ExternalID: "ext-1"}, []string{"linked@acme.example"}},
			{"external", store.AccountSearch{External: true}, []string{"guest@gmail.example"}},
			{"external by name", store.AccountSearch{External: true, Text: "guest"}, []string{"guest@gmail.example"}},
			{"external by another name", store.AccountSearch{External: true, Text: "linked"}, nil},
			{"external by another external id", store.AccountSearch{External: true, ExternalID: "ext-1"}, nil},
			{"another org's directory", store.AccountSearch{DirectoryID: okta.ID}, nil},
			{"another org's account", store.AccountSearch{Email: identity.MustEmail("ada@other.example")}, nil},
		}
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				for _, limit := range []int{1, 2, 100} {
					got := found(t, acme, test.q, limit)
					slices.Sort(got)
					want := slices.Sorted(slices.Values(test.want))
					if diff := cmp.Diff(want, got); diff != "" {
						t.Errorf("%d a page (-want +got):\n%s", limit, diff)
					}
				}
			})
		}
		t.Run("another org sees of a managed account what it pushed", func(t *testing.T) {
			tenanttest.Accepted(t, entra.Delete(linked.ID))
			tenanttest.Accepted(t, d.Accounts.SetEmail(ctx, admin, acme.ID, linked.AccountID, "secret@acme.example"))
			if diff := cmp.Diff([]string{"linked@acme.example"}, found(t, other, store.AccountSearch{External: true}, 10)); diff != "" {
				t.Errorf("external accounts (-want +got):\n%s", diff)
			}
			a, err := d.Accounts.Find(ctx, other.ID, linked.AccountID)
			tenanttest.Accepted(t, err)
			if a.Email.Address != "linked@acme.example" || a.Origin != "" || !a.External || a.StatusReason != "" {
				t.Errorf("it sees %+v", a)
			}
		})
		t.Run("what is none of the org's is not found", func(t *testing.T) {
			_, err := d.Accounts.Find(ctx, other.ID, gone.ID)
			if identity.CodeOf(err) != identity.CodeNotFound {
				t.Errorf("find: %v", err)
			}
			_, _, err = d.Accounts.Timeline(ctx, other.ID, gone.ID, store.Page{})
			if identity.CodeOf(err) != identity.CodeNotFound {
				t.Errorf("timeline: %v", err)
			}
			_, _, err = d.Accounts.GroupsOf(ctx, other.ID, gone.ID, store.Page{})
			if identity.CodeOf(err) != identity.CodeNotFound {
				t.Errorf("groups: %v", err)
			}
		})
	})
}

// A rare account among many is found page by page, each page bounded.
func TestSearchLooksAtABoundedNumber(t *testing.T) {
	t.Parallel()
	d := tenanttest.OnSQLite(t)
	acme := d.Org("acme.example")
	err := d.Store.Update(t.Context(), func(tx *store.Tx) error {
		for i := range 6000 {
			email := identity.MustEmail(fmt.Sprintf("u%d@acme.example", i))
			if _, err := tx.InsertAccount(store.Account{ID: identity.NewAccountID(), Email: email, Name: "U", Status: identity.AccountActive, Origin: identity.OriginSCIM}); err != nil {
				return err
			}
		}
		return nil
	})
	tenanttest.Accepted(t, err)
	last := acme.Directory("Entra").Push("last@acme.example")
	page, next, err := d.Accounts.Search(t.Context(), acme.ID, store.AccountSearch{Linked: new(true)}, store.Page{Limit: 10})
	tenanttest.Accepted(t, err)
	if len(page) != 0 || next == "" {
		t.Errorf("the first page has %d accounts and goes on at %q", len(page), next)
	}
	if diff := cmp.Diff([]string{last.Email.Address}, found(t, acme, store.AccountSearch{Linked: new(true)}, 10)); diff != "" {
		t.Errorf("found (-want +got):\n%s", diff)
	}
}

func TestTimeline(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		ctx := t.Context()
		acme, other := d.Org("acme.example"), d.Org("other.example")
		entra, okta := acme.Directory("Entra"), other.Directory("Okta")
		u := entra.Push("ann@acme.example", `"displayName":"Ann"`)
		id := u.AccountID
		entra.PushGroup("Staff", u.ID)
		entra.PushGroup("Empty")
		_, err := entra.Set(u.ID, "displayName", `"Ann B"`)
		tenanttest.Accepted(t, err)
		_, err = entra.SetEmail(u.ID, "ann.b@acme.example")
		tenanttest.Accepted(t, err)
		okta.PushGroup("Partners", okta.Push("ann.b@acme.example").ID)
		tenanttest.Accepted(t, d.Repair.Unlink(ctx, admin, acme.ID, entra.Record(u.ID)))
		local, err := d.Accounts.CreateGroup(ctx, admin, acme.ID, "Local", "")
		tenanttest.Accepted(t, err)
		_, err = d.Accounts.AddMember(ctx, admin, acme.ID, local.ID, id)
		tenanttest.Accepted(t, err)
		_, err = d.Accounts.DeleteGroup(ctx, admin, acme.ID, local.ID)
		tenanttest.Accepted(t, err)
		tenanttest.Accepted(t, d.Accounts.Disable(ctx, admin, acme.ID, id, "left"))
		tenanttest.Accepted(t, d.Accounts.SetEmail(ctx, admin, acme.ID, id, "old@acme.example"))

		want := []string{
			"created  ann@acme.example user.create",
			"linked   user.create",
			"group_joined  Staff group.create",
			"name_changed Ann Ann B user.patch",
			"email_changed ann@acme.example ann.b@acme.example user.patch",
			"unlinked   scim_user_unlinked",
			"group_left Staff  scim_user_unlinked",
			"group_joined  Local user_added_to_group",
			"group_left Local  group_deleted",
			"status_changed active inactive account_deactivated",
			"email_changed ann.b@acme.example old@acme.example account_email_changed",
		}
		if diff := cmp.Diff(want, history(t, acme, id)); diff != "" {
			t.Errorf("timeline (-want +got):\n%s", diff)
		}
		want = []string{"linked   user.create", "group_joined  Partners group.create"}
		if diff := cmp.Diff(want, history(t, other, id)); diff != "" {
			t.Errorf("timeline of the other org (-want +got):\n%s", diff)
		}
		events, _, err := d.Accounts.Timeline(ctx, acme.ID, id, store.Page{Limit: 2})
		tenanttest.Accepted(t, err)
		if e := events[1]; e.Reason != "left" || e.Actor != admin.Actor || e.RequestID != admin.RequestID || e.Time.IsZero() {
			t.Errorf("the deactivation: %+v", e)
		}
		t.Run("an adoption moves only those who leave", func(t *testing.T) {
			bob := entra.Push("bob@acme.example")
			g, err := d.Accounts.CreateGroup(ctx, admin, acme.ID, "Adopted", "")
			tenanttest.Accepted(t, err)
			for _, member := range []identity.AccountID{id, bob.AccountID} {
				_, err = d.Accounts.AddMember(ctx, admin, acme.ID, g.ID, member)
				tenanttest.Accepted(t, err)
			}
			_, err = d.Repair.Adopt(ctx, admin, acme.ID, g.ID, entra.ID, false)
			tenanttest.Accepted(t, err)
			stays, leaves := history(t, acme, bob.AccountID), history(t, acme, id)
			if got := stays[len(stays)-1]; got != "group_joined  Adopted user_added_to_group" {
				t.Errorf("who stays: %s", got)
			}
			if got := leaves[len(leaves)-1]; got != "group_left Adopted  group_adopted" {
				t.Errorf("who leaves: %s", got)
			}
		})
		t.Run("deleting a record ends its memberships", func(t *testing.T) {
			bob := d.AccountByEmail("bob@acme.example").ID
			groups, _, err := d.Accounts.GroupsOf(ctx, acme.ID, bob, store.Page{})
			tenanttest.Accepted(t, err)
			if len(groups) != 1 || groups[0].Name != "Adopted" || groups[0].SCIMUserID == "" || groups[0].DirectoryID != entra.ID {
				t.Errorf("groups: %+v", groups)
			}
			tenanttest.Accepted(t, entra.Delete(groups[0].SCIMUserID))
			got := history(t, acme, bob)
			if diff := cmp.Diff([]string{"status_changed active inactive user.delete", "unlinked   user.delete", "group_left Adopted  user.delete"}, sorted(got[len(got)-3:], "status", "unlinked", "group")); diff != "" {
				t.Errorf("the end (-want +got):\n%s", diff)
			}
		})
	})
}

// sorted puts lines into the order of their beginnings.
func sorted(lines []string, beginnings ...string) (out []string) {
	for _, b := range beginnings {
		for _, line := range lines {
			if len(line) >= len(b) && line[:len(b)] == b {
				out = append(out, line)
			}
		}
	}
	return out
}

// history is an account's timeline as one org reads it, oldest first.
func history(t *testing.T, o *tenanttest.Org, id identity.AccountID) (lines []string) {
	t.Helper()
	p := store.Page{Limit: 2}
	for {
		events, next, err := o.Accounts.Timeline(t.Context(), o.ID, id, p)
		tenanttest.Accepted(t, err)
		for _, e := range events {
			lines = append(lines, fmt.Sprintf("%s %s %s %s", e.Kind, e.Before, e.After, e.Operation))
		}
		if p.After = next; next == "" {
			slices.Reverse(lines)
			return lines
		}
	}
}

func TestInvitation(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		ctx := t.Context()
		acme := d.Org("acme.example")
		invite := func(email string) identity.AccountID {
			a, err := d.Accounts.Invite(ctx, admin, acme.ID, accounts.NewAccount{Email: email})
			tenanttest.Accepted(t, err)
			return a.ID
		}
		tests := []struct {
			name string
			act  func(id identity.AccountID) error
			want identity.Invitation
		}{
			{"waits", func(identity.AccountID) error { return nil }, identity.InvitationPending},
			{"accepted", func(id identity.AccountID) error { return d.Accounts.AcceptInvitation(ctx, admin, acme.ID, id) }, identity.InvitationAccepted},
			{"activated by an administrator", func(id identity.AccountID) error { return d.Accounts.Enable(ctx, admin, acme.ID, id) }, identity.InvitationAccepted},
			{"activated by a directory", func(id identity.AccountID) error {
				acme.Directory("Entra").Push(acme.AccountNow(id).Email.Address)
				return nil
			}, identity.InvitationAccepted},
		}
		for i, test := range tests {
			id := invite(fmt.Sprintf("p%d@acme.example", i))
			tenanttest.Accepted(t, test.act(id))
			a := acme.AccountNow(id)
			if a.Invitation != test.want || (a.Status == identity.AccountActive) != (test.want == identity.InvitationAccepted) {
				t.Errorf("%s: the account is %s, its invitation %s", test.name, a.Status, a.Invitation)
			}
			if test.want == identity.InvitationAccepted {
				tenanttest.Accepted(t, d.Accounts.AcceptInvitation(ctx, admin, acme.ID, id)) // again
			}
		}
		err := d.Accounts.AcceptInvitation(ctx, admin, acme.ID, acme.Account("ann@acme.example").ID)
		if identity.CodeOf(err) != identity.CodeConflict {
			t.Errorf("who was not invited: %v", err)
		}
		d.Check()
	})
}

func TestActivity(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		ctx := t.Context()
		acme, other := d.Org("acme.example"), d.Org("other.example")
		ann, theirs := acme.Account("ann@acme.example"), other.Account("bob@other.example")
		start := ann.CreatedAt
		report := func(app string, id identity.AccountID, hours int) []identity.AccountID {
			at := start.Add(time.Duration(hours) * time.Hour)
			unknown, err := d.Accounts.RecordActivity(ctx, acme.ID, app, []store.Activity{{AccountID: id, At: at}, {AccountID: id, At: at.Add(-time.Hour)}})
			tenanttest.Accepted(t, err)
			return unknown
		}
		report("wiki", ann.ID, -5)
		report("wiki", ann.ID, -9) // earlier than known
		report("chat", ann.ID, -7)
		if diff := cmp.Diff([]identity.AccountID{theirs.ID}, report("wiki", theirs.ID, -1)); diff != "" {
			t.Errorf("unknown (-want +got):\n%s", diff)
		}
		a, err := d.Accounts.Find(ctx, acme.ID, ann.ID)
		tenanttest.Accepted(t, err)
		want := []store.Activity{{AccountID: ann.ID, Application: "wiki", At: start.Add(-5 * time.Hour)}, {AccountID: ann.ID, Application: "chat", At: start.Add(-7 * time.Hour)}}
		if diff := cmp.Diff(want, a.Activity); diff != "" {
			t.Errorf("activity (-want +got):\n%s", diff)
		}
		report("wiki", ann.ID, 24*365*100)
		if a, err = d.Accounts.Find(ctx, acme.ID, ann.ID); err != nil || a.Activity[0].At.After(start.Add(24*time.Hour)) {
			t.Errorf("a time to come was stored: %v, %v", a.Activity, err)
		}
		_, err = d.Accounts.RecordActivity(ctx, acme.ID, "", make([]store.Activity, 1001))
		if identity.CodeOf(err) != identity.CodeInvalid {
			t.Errorf("too many: %v", err)
		}
	})
}
