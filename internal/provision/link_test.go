package provision_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

func TestRule_link_on_create(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		acme := d.Org("acme.example")
		entra := acme.Directory("Entra")

		t.Run("the account that holds the email is linked, whatever the letter case", func(t *testing.T) {
			ann := acme.Account("Ann@acme.example")
			u := entra.Push("ANN@ACME.example", `"displayName":"Ann A"`, `"title":"Chief"`)
			if u.AccountID != ann.ID || u.UnlinkedReason != "" {
				t.Fatalf("linked to %q (%s), want %s", u.AccountID, u.UnlinkedReason, ann.ID)
			}
			got := acme.AccountNow(ann.ID)
			if got.Name != "Ann A" || got.Profile.JobTitle != "Chief" || got.Email != ann.Email {
				t.Errorf("a managed account does not have the record's profile and its own email: %+v", got)
			}
			if e := acme.LastLog(); e.AccountID != ann.ID || e.SCIMID != string(u.ID) || e.HTTPStatus != 201 || e.Level != journal.LevelInfo {
				t.Errorf("log entry: %+v", e)
			}
		})
		t.Run("where nobody holds it, a managed account is created", func(t *testing.T) {
			u := entra.Push("new@acme.example", `"displayName":"New"`, `"active":false`)
			got := acme.AccountNow(u.AccountID)
			if got.Origin != identity.OriginSCIM || got.Status != identity.AccountInactive || got.Name != "New" || got.Email.Key != "new@acme.example" {
				t.Errorf("created account: %+v", got)
			}
		})
		t.Run("or an external one, which is active and plain", func(t *testing.T) {
			u := entra.Push("guest@elsewhere.example", `"active":false`, `"title":"Spy"`)
			got := acme.AccountNow(u.AccountID)
			if got.Status != identity.AccountActive || got.Profile != (store.Profile{}) {
				t.Errorf("created account: %+v", got)
			}
		})
		t.Run("an update links a record that had no address", func(t *testing.T) {
			u, err := entra.Create(`{"userName":"later"}`)
			tenanttest.Accepted(t, err)
			u, err = entra.SetEmail(u.ID, "later@acme.example")
			tenanttest.Accepted(t, err)
			if u.AccountID == "" || u.AccountID != entra.User(u.ID).AccountID {
				t.Errorf("answered account %q, stored %q", u.AccountID, entra.User(u.ID).AccountID)
			}
		})
		t.Run("a closed account is linked and stays closed", func(t *testing.T) {
			gone := acme.Account("gone@acme.example")
			tenanttest.Accepted(t, d.Accounts.Delete(t.Context(), tenanttest.Admin, acme.ID, gone.ID))
			u := entra.Push("gone@acme.example")
			if got := acme.AccountNow(gone.ID); u.AccountID != gone.ID || got.Status != identity.AccountClosed {
				t.Errorf("linked to %s, which is %s", u.AccountID, got.Status)
			}
		})
		d.Check()
	})
}

func TestRule_which_email(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, body, email string }{
		{"the primary one", `{"userName":"a1","emails":[{"value":"x1@acme.example"},{"value":"p1@acme.example","primary":true}]}`, "p1@acme.example"},
		{"the only one", `{"userName":"a2@acme.example","emails":[{"value":"only2@acme.example"}]}`, "only2@acme.example"},
		{"the first one without a primary", `{"userName":"a3@acme.example","emails":[{"value":"f3@acme.example","type":"home"},{"value":"s3@acme.example","type":"work"}]}`, "f3@acme.example"},
		{"the first one where primary is false", `{"userName":"a4","emails":[{"value":"f4@acme.example","primary":false}]}`, "f4@acme.example"},
		{"userName where emails are absent", `{"userName":"A5@acme.example"}`, "A5@acme.example"},
		{"userName where emails are empty", `{"userName":"a6@acme.example","emails":[]}`, "a6@acme.example"},
		{"userName where emails have no value", `{"userName":"a7@acme.example","emails":[{"type":"work","primary":true}]}`, "a7@acme.example"},
		{"the former userName of a deleted person", `{"userName":"6c1f6f8e7e6c4b529f6e0d6f3b0a1c11a10@acme.example","active":false}`, "a10@acme.example"},
		{"an active person's userName, whatever it looks like", `{"userName":"6c1f6f8e7e6c4b529f6e0d6f3b0a1c11a11@acme.example"}`, "6c1f6f8e7e6c4b529f6e0d6f3b0a1c11a11@acme.example"},
		{"none, userName being no address", `{"userName":"a8"}`, ""},
		{"none, the primary one being no address", `{"userName":"a9@acme.example","emails":[{"value":"not an address","primary":true}]}`, ""},
	}
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		acme := d.Org("acme.example")
		entra := acme.Directory("Entra")
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				u, err := entra.Create(c.body)
				tenanttest.Accepted(t, err)
				if u.Email.Address != c.email {
					t.Errorf("linked by %q, want %q", u.Email.Address, c.email)
				}
				if c.email != "" {
					if got := acme.AccountNow(u.AccountID).Email.Address; got != c.email {
						t.Errorf("the account holds %q, want %q", got, c.email)
					}
					return
				}
				stored := entra.User(u.ID)
				if stored.AccountID != "" || stored.UnlinkedReason != journal.UnlinkedNoEmail || u.UnlinkedReason != journal.UnlinkedNoEmail {
					t.Errorf("stored with account %q because %q", stored.AccountID, stored.UnlinkedReason)
				}
				if e := acme.LastLog(); e.Level != journal.LevelWarning || !strings.Contains(e.Message, journal.UnlinkedNoEmail) {
					t.Errorf("log entry: %+v", e)
				}
			})
		}
		d.Check()
	})
}

func TestRule_one_link(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		acme := d.Org("acme.example")
		entra, okta := acme.Directory("Entra"), acme.Directory("Okta")
		first := entra.Push("ann@acme.example")

		t.Run("several directories may link one account", func(t *testing.T) {
			if second := okta.Push("ann@acme.example"); second.AccountID != first.AccountID {
				t.Errorf("linked to %s, want %s", second.AccountID, first.AccountID)
			}
		})
		t.Run("a second record of the directory may not", func(t *testing.T) {
			// The record pushes another address than its account has, so only the
			// link stands in the way of one that pushes the account's own.
			held := acme.Account("held@acme.example")
			u := entra.Push("bob@acme.example")
			_, err := d.Repair.Relink(t.Context(), tenanttest.Admin, acme.ID, relinkTo(entra, u.ID, held.ID))
			tenanttest.Accepted(t, err)

			_, err = entra.Create(tenanttest.Person("held@acme.example"))
			tenanttest.Refused(t, err, 409, journal.EmailTaken("held@acme.example"))
			if e := acme.LastLog(); e.OtherAccountID != held.ID || e.OtherSCIMID != string(u.ID) {
				t.Errorf("the entry names record %q and account %q, want %s and %s", e.OtherSCIMID, e.OtherAccountID, u.ID, held.ID)
			}
			after := acme.Account("after@acme.example")
			_, err = d.Repair.Relink(t.Context(), tenanttest.Admin, acme.ID, relinkTo(entra, first.ID, held.ID))
			tenanttest.RefusedBy(t, err, identity.RuleOneLink, identity.CodeConflict)
			_, err = d.Repair.Relink(t.Context(), tenanttest.Admin, acme.ID, relinkTo(entra, first.ID, after.ID))
			tenanttest.Accepted(t, err)
		})
		t.Run("the refused update of an unlinked record names the record that has the account", func(t *testing.T) {
			cy := acme.Account("cy@acme.example")
			noMail, err := entra.Create(`{"userName":"cy"}`)
			tenanttest.Accepted(t, err)
			other := entra.Push("cyrus@acme.example")
			_, err = d.Repair.Relink(t.Context(), tenanttest.Admin, acme.ID, relinkTo(entra, other.ID, cy.ID))
			tenanttest.Accepted(t, err)

			_, err = entra.SetEmail(noMail.ID, "cy@acme.example")
			tenanttest.Refused(t, err, 409, journal.EmailTaken("cy@acme.example"))
			want := []string{string(noMail.ID), string(other.ID), string(cy.ID)}
			e := acme.LastLog()
			if diff := cmp.Diff(want, []string{e.SCIMID, e.OtherSCIMID, string(e.OtherAccountID)}); diff != "" {
				t.Errorf("parties of the conflict (-want +got):\n%s", diff)
			}
		})
		d.Check()
	})
}

func TestRule_no_power_over_strangers(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		acme, evil := d.Org("acme.example"), d.Org("evil.example")
		theirs := evil.Directory("Entra")
		ann := acme.Account("ann@acme.example")
		u := theirs.Push("ann@acme.example", `"displayName":"Mallory"`, `"title":"Slave"`, `"active":false`)
		g := theirs.PushGroup("Guests", u.ID)
		if u.AccountID != ann.ID {
			t.Fatalf("linked to %s, want %s", u.AccountID, ann.ID)
		}

		t.Run("profile, email and status stay the account's own", func(t *testing.T) {
			_, err := theirs.Replace(u.ID, tenanttest.Person("ann@acme.example", `"displayName":"Mallory"`, `"active":false`))
			tenanttest.Accepted(t, err)
			_, err = theirs.Set(u.ID, "active", "false")
			tenanttest.Accepted(t, err)
			if diff := cmp.Diff(ann, acme.AccountNow(ann.ID)); diff != "" {
				t.Errorf("the account changed (-before +after):\n%s", diff)
			}
		})
		t.Run("the owner is not locked out", func(t *testing.T) {
			tenanttest.Accepted(t, d.Accounts.Disable(t.Context(), tenanttest.Admin, acme.ID, ann.ID, "holiday"))
			tenanttest.Accepted(t, d.Accounts.Enable(t.Context(), tenanttest.Admin, acme.ID, ann.ID))
		})
		t.Run("it gets memberships", func(t *testing.T) {
			if diff := cmp.Diff([]identity.AccountID{ann.ID}, evil.Members("Guests")); diff != "" {
				t.Errorf("members (-want +got):\n%s", diff)
			}
		})
		t.Run("a changed email links the record anew", func(t *testing.T) {
			after, err := theirs.SetEmail(u.ID, "bob@elsewhere.example")
			tenanttest.Accepted(t, err)
			if after.AccountID == ann.ID || after.AccountID == "" {
				t.Fatalf("linked to %q", after.AccountID)
			}
			if diff := cmp.Diff([]identity.AccountID{after.AccountID}, evil.Members("Guests")); diff != "" {
				t.Errorf("memberships do not follow the link (-want +got):\n%s", diff)
			}
			if got := acme.AccountNow(ann.ID).Email; got != ann.Email {
				t.Errorf("the stranger's email became %s", got.Address)
			}
			if got := acme.AccountNow(after.AccountID).Email.Key; got != "bob@elsewhere.example" {
				t.Errorf("linked to the account of %s", got)
			}
		})
		t.Run("a removed email unlinks it", func(t *testing.T) {
			after, err := theirs.Replace(u.ID, `{"userName":"nobody"}`)
			tenanttest.Accepted(t, err)
			if after.AccountID != "" || after.UnlinkedReason != journal.UnlinkedNoEmail {
				t.Errorf("linked to %q, because %q", after.AccountID, after.UnlinkedReason)
			}
			if got := evil.Members("Guests"); len(got) != 0 {
				t.Errorf("an unlinked record gives membership to %v", got)
			}
		})
		t.Run("deleting the record leaves the account active", func(t *testing.T) {
			back, err := theirs.SetEmail(u.ID, "ann@acme.example")
			tenanttest.Accepted(t, err)
			if back.AccountID != ann.ID {
				t.Fatalf("linked to %q", back.AccountID)
			}
			tenanttest.Accepted(t, theirs.Delete(u.ID))
			if got := acme.AccountNow(ann.ID).Status; got != identity.AccountActive {
				t.Errorf("the account is %s", got)
			}
		})
		if got := len(g.Members); got != 1 {
			t.Errorf("the group was answered with %d members", got)
		}
		d.Check()
	})
}

func TestRule_authority(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		acme := d.Org("acme.example", "acme.test")
		entra, okta := acme.Directory("Entra"), acme.Directory("Okta")
		first := entra.Push("ann@acme.example", `"displayName":"By Entra"`)
		second := okta.Push("ann@acme.example", `"displayName":"By Okta"`)
		account := first.AccountID

		name := func(want string) {
			t.Helper()
			if got := acme.AccountNow(account).Name; got != want {
				t.Errorf("the account is called %q, want %q", got, want)
			}
		}
		t.Run("the oldest link decides", func(*testing.T) { name("By Entra") })
		t.Run("writes of another are stored on its record and logged", func(t *testing.T) {
			u, err := okta.Replace(second.ID, tenanttest.Person("ann@acme.test", `"displayName":"Okta again"`, `"active":false`))
			tenanttest.Accepted(t, err)
			name("By Entra")
			if got := acme.AccountNow(account); got.Status != identity.AccountActive || got.Email.Key != "ann@acme.example" {
				t.Errorf("the account is %s and holds %s", got.Status, got.Email.Key)
			}
			if stored := okta.User(u.ID); stored.DisplayName != "Okta again" || stored.Active || stored.Email.Key != "ann@acme.test" || stored.AccountID != account {
				t.Errorf("stored record: %+v", stored)
			}
			if e := acme.LastLog(); !strings.Contains(e.Message, "Another directory decides") {
				t.Errorf("log entry: %q", e.Message)
			}
		})
		t.Run("the directory that the domain is assigned to decides", func(t *testing.T) {
			_, err := okta.SetEmail(second.ID, "ann@acme.example") // the other address waits no longer
			tenanttest.Accepted(t, err)
			acme.Assign("acme.example", okta)
			_, err = okta.Set(second.ID, "displayName", `"Okta decides"`)
			tenanttest.Accepted(t, err)
			name("Okta decides")
			_, err = entra.Set(first.ID, "displayName", `"Entra tries"`)
			tenanttest.Accepted(t, err)
			name("Okta decides")
		})
		t.Run("unless it does not link the account", func(t *testing.T) {
			acme.Assign("acme.example", acme.Directory("Third"))
			_, err := entra.Set(first.ID, "displayName", `"Entra decides"`)
			tenanttest.Accepted(t, err)
			name("Entra decides")
		})
		t.Run("when the oldest link ends, the next one decides", func(t *testing.T) {
			tenanttest.Accepted(t, entra.Delete(first.ID))
			_, err := okta.Set(second.ID, "displayName", `"Okta alone"`)
			tenanttest.Accepted(t, err)
			name("Okta alone")
		})
		t.Run("a disconnected directory decides nothing", func(t *testing.T) {
			late := entra.Push("ann@acme.example", `"displayName":"Late"`)
			if late.AccountID != account {
				t.Fatalf("linked to %s", late.AccountID)
			}
			_, err := d.Accounts.Disconnect(t.Context(), tenanttest.Admin, acme.ID, okta.ID)
			tenanttest.Accepted(t, err)
			_, err = entra.Set(late.ID, "displayName", `"Entra took over"`)
			tenanttest.Accepted(t, err)
			name("Entra took over")
		})
		d.Check()
	})
}
