package provision_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/identity"
	"roster/internal/journal"
	"roster/internal/provision"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

func TestRule_conflict(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		acme := d.Org("acme.example")
		entra, okta := acme.Directory("Entra"), acme.Directory("Okta")
		ann := entra.Push("ann@acme.example", `"externalId":"1"`)
		bob := entra.Push("bob@acme.example", `"externalId":"2"`)
		free := acme.Account("free@acme.example")
		elsewhere := okta.Push("okta@acme.example")

		email, userName := journal.EmailTaken, journal.UserNameTaken
		cases := []struct {
			name           string
			request        func() error
			text           string
			scimID         identity.SCIMUserID
			account        identity.AccountID
			otherSCIMID    identity.SCIMUserID
			otherAccountID identity.AccountID
		}{
			{
				"create with the userName of another record", func() error {
					_, err := entra.Create(tenanttest.Person("else@acme.example", `"userName":"ANN@acme.example"`))
					return err
				}, userName("ANN@acme.example"), "", "", ann.ID, ann.AccountID,
			},
			{
				"create with the email of another record", func() error {
					_, err := entra.Create(tenanttest.Person("Ann@Acme.example", `"userName":"ann2"`))
					return err
				}, email("Ann@Acme.example"), "", "", ann.ID, ann.AccountID,
			},
			{
				"create with both names the userName", func() error {
					_, err := entra.Create(tenanttest.Person("ann@acme.example"))
					return err
				}, userName("ann@acme.example"), "", "", ann.ID, ann.AccountID,
			},
			{
				"update to the email of another record", func() error {
					_, err := entra.SetEmail(bob.ID, "ann@acme.example")
					return err
				}, email("ann@acme.example"), bob.ID, bob.AccountID, ann.ID, ann.AccountID,
			},
			{
				"update to the userName of another record", func() error {
					_, err := entra.Set(bob.ID, "userName", `"ann@acme.example"`)
					return err
				}, userName("ann@acme.example"), bob.ID, bob.AccountID, ann.ID, ann.AccountID,
			},
			{
				"update to the email of an account without links", func() error {
					_, err := entra.SetEmail(bob.ID, "free@acme.example")
					return err
				}, email("free@acme.example"), bob.ID, bob.AccountID, "", free.ID,
			},
			{
				"replace with the email of an account that another directory links", func() error {
					_, err := entra.Replace(bob.ID, tenanttest.Person("okta@acme.example"))
					return err
				}, email("okta@acme.example"), bob.ID, bob.AccountID, elsewhere.ID, elsewhere.AccountID,
			},
		}
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				logged, before := len(acme.Log()), entra.User(bob.ID)
				tenanttest.Refused(t, c.request(), 409, c.text)
				if got := len(acme.Log()) - logged; got != 1 {
					t.Errorf("the refusal left %d log entries", got)
				}
				e := acme.LastLog()
				if e.Message != c.text || e.Level != journal.LevelError || e.HTTPStatus != 409 || e.SCIMType != "uniqueness" || e.Hint == "" {
					t.Errorf("log entry: %+v", e)
				}
				want := []string{string(c.scimID), string(c.account), string(c.otherSCIMID), string(c.otherAccountID)}
				if diff := cmp.Diff(want, []string{e.SCIMID, string(e.AccountID), e.OtherSCIMID, string(e.OtherAccountID)}); diff != "" {
					t.Errorf("parties (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(before, entra.User(bob.ID)); diff != "" {
					t.Errorf("the record changed (-before +after):\n%s", diff)
				}
			})
		}
		t.Run("a held record does not count as the other party of its own conflict", func(t *testing.T) {
			cy := entra.Push("cy@acme.example")
			other := entra.Push("cyrus@acme.example")
			tenanttest.Accepted(t, d.Repair.Unlink(t.Context(), tenanttest.Admin, acme.ID, entra.Record(cy.ID)))
			_, err := d.Repair.Relink(t.Context(), tenanttest.Admin, acme.ID, relinkTo(entra, other.ID, cy.AccountID))
			tenanttest.Accepted(t, err)
			tenanttest.Accepted(t, d.Repair.LiftHold(t.Context(), tenanttest.Admin, acme.ID, entra.Record(cy.ID)))
			_, err = entra.Set(cy.ID, "title", `"Chief"`)
			tenanttest.Refused(t, err, 409, email("cy@acme.example"))
			if e := acme.LastLog(); e.OtherSCIMID != string(other.ID) || e.OtherAccountID != cy.AccountID {
				t.Errorf("other party: record %q, account %q", e.OtherSCIMID, e.OtherAccountID)
			}
		})
		t.Run("userName and externalId never conflict across directories", func(*testing.T) {
			okta.Push("ann@acme.example", `"externalId":"1"`)
			entra.Push("twin@acme.example", `"externalId":"1"`)
		})
		d.Check()
	})
}

func TestRule_email_follows(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		acme := d.Org("acme.example", "acme.test")
		entra := acme.Directory("Entra")
		u := entra.Push("ann@acme.example")
		g := entra.PushGroup("Staff", u.ID)
		before := acme.AccountNow(u.AccountID)

		for _, address := range []string{"ann.b@acme.example", "Ann.B@Acme.Example", "ann.b@acme.test"} {
			t.Run(address, func(t *testing.T) {
				after, err := entra.SetEmail(u.ID, address)
				tenanttest.Accepted(t, err)
				got := acme.AccountNow(u.AccountID)
				if after.AccountID != u.AccountID || got.Email.Key != identity.MustEmail(address).Key {
					t.Errorf("account %s holds %s", after.AccountID, got.Email.Key)
				}
				if got.Status != before.Status || got.Origin != before.Origin || !got.CreatedAt.Equal(before.CreatedAt) {
					t.Errorf("more than the email changed: %+v", got)
				}
				if diff := cmp.Diff([]identity.AccountID{u.AccountID}, acme.Members("Staff")); diff != "" {
					t.Errorf("members (-want +got):\n%s", diff)
				}
			})
		}
		t.Run("the log says so", func(t *testing.T) {
			_, err := entra.SetEmail(u.ID, "ann@acme.example")
			tenanttest.Accepted(t, err)
			if e := acme.LastLog(); !strings.Contains(e.Message, "Account email changed from ann.b@acme.test to ann@acme.example") {
				t.Errorf("log: %q", e.Message)
			}
		})
		t.Run("PUT does it as PATCH does", func(t *testing.T) {
			_, err := entra.Replace(u.ID, tenanttest.Person("put@acme.example"))
			tenanttest.Accepted(t, err)
			if got := acme.AccountNow(u.AccountID).Email.Key; got != "put@acme.example" {
				t.Errorf("the account holds %s", got)
			}
		})
		t.Run("userName that becomes an address counts where emails are absent", func(t *testing.T) {
			_, err := entra.Replace(u.ID, `{"userName":"byname@acme.example"}`)
			tenanttest.Accepted(t, err)
			if got := acme.AccountNow(u.AccountID).Email.Key; got != "byname@acme.example" {
				t.Errorf("the account holds %s", got)
			}
		})
		t.Run("a removed email leaves account and link as they are", func(t *testing.T) {
			after, err := entra.Replace(u.ID, `{"userName":"ann"}`)
			tenanttest.Accepted(t, err)
			if after.AccountID != u.AccountID || acme.AccountNow(u.AccountID).Email.Key != "byname@acme.example" {
				t.Errorf("linked to %q", after.AccountID)
			}
		})
		if len(g.Members) != 1 {
			t.Errorf("the group was answered with %d members", len(g.Members))
		}
		d.Check()
	})
}

func TestRule_email_leaves(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		acme := d.Org("acme.example")
		d.Org("taken.example")
		entra := acme.Directory("Entra")
		u := entra.Push("ann@acme.example")
		account := acme.AccountNow(u.AccountID)

		for _, address := range []string{"ann@gmail.example", "ann@sub.acme.example", "ann@taken.example"} {
			t.Run("safe refuses "+address, func(t *testing.T) {
				_, err := entra.SetEmail(u.ID, address)
				tenanttest.Refused(t, err, 400, identity.MustEmail(address).Domain)
				if diff := cmp.Diff(u.Doc, entra.User(u.ID).Doc); diff != "" {
					t.Errorf("the record changed (-before +after):\n%s", diff)
				}
				if diff := cmp.Diff(account, acme.AccountNow(u.AccountID)); diff != "" {
					t.Errorf("the account changed (-before +after):\n%s", diff)
				}
				if e := acme.LastLog(); e.SCIMType != "invalidValue" || e.Hint == "" || e.AccountID != u.AccountID {
					t.Errorf("log entry: %+v", e)
				}
			})
		}
		t.Run("atlassian takes it on the record and breaks the link", func(t *testing.T) {
			acme.Behave(identity.BehaviourAtlassian)
			after, err := entra.SetEmail(u.ID, "ann@gmail.example")
			tenanttest.Accepted(t, err)
			stored := entra.User(u.ID)
			want := journal.UnlinkedEmailLeft("ann@gmail.example")
			if after.AccountID != "" || stored.AccountID != "" || stored.Email.Key != "ann@gmail.example" || stored.UnlinkedReason != want || after.UnlinkedReason != want {
				t.Errorf("record: %+v", stored)
			}
			if diff := cmp.Diff(account, acme.AccountNow(u.AccountID)); diff != "" {
				t.Errorf("the account changed (-before +after):\n%s", diff)
			}
			e := acme.LastLog()
			if !strings.Contains(e.Message, journal.EmailLeft(u.ID, "ann@gmail.example")) || e.Level != journal.LevelWarning || e.HTTPStatus != 200 {
				t.Errorf("log entry: %+v", e)
			}
		})
		d.Check()
	})
}

func TestRule_deactivate(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		acme := d.Org("acme.example")
		entra, okta := acme.Directory("Entra"), acme.Directory("Okta")
		u := entra.Push("ann@acme.example")
		status := func(t *testing.T, want identity.AccountStatus) store.Account {
			t.Helper()
			got := acme.AccountNow(u.AccountID)
			if got.Status != want {
				t.Errorf("the account is %s, want %s", got.Status, want)
			}
			return got
		}
		t.Run("active false makes the account inactive, with who and when", func(t *testing.T) {
			_, err := entra.Set(u.ID, "active", "false")
			tenanttest.Accepted(t, err)
			got := status(t, identity.AccountInactive)
			if !strings.Contains(got.StatusBy, "Entra") || got.StatusReason == "" || !got.StatusAt.After(got.CreatedAt) {
				t.Errorf("asked for by %q because %q at %s", got.StatusBy, got.StatusReason, got.StatusAt)
			}
		})
		t.Run("active true reverses it", func(t *testing.T) {
			_, err := entra.Set(u.ID, "active", "true")
			tenanttest.Accepted(t, err)
			status(t, identity.AccountActive)
		})
		t.Run("a push of the present state heals the account", func(t *testing.T) {
			tenanttest.Accepted(t, d.Store.Update(t.Context(), func(tx *store.Tx) error {
				a, err := tx.Account(u.AccountID)
				a.Status = identity.AccountInactive
				if err != nil {
					return err
				}
				return tx.UpdateAccount(a)
			}))
			_, err := entra.Set(u.ID, "active", "true")
			tenanttest.Accepted(t, err)
			status(t, identity.AccountActive)
		})
		t.Run("not by a directory without the authority", func(t *testing.T) {
			second := okta.Push("ann@acme.example", `"active":false`)
			status(t, identity.AccountActive)
			_, err := okta.Set(second.ID, "active", "false")
			tenanttest.Accepted(t, err)
			status(t, identity.AccountActive)
			tenanttest.Accepted(t, okta.Delete(second.ID))
			status(t, identity.AccountActive)
		})
		t.Run("DELETE deactivates when no other link is left", func(t *testing.T) {
			second := okta.Push("ann@acme.example")
			tenanttest.Accepted(t, entra.Delete(u.ID))
			status(t, identity.AccountActive)
			tenanttest.Accepted(t, okta.Delete(second.ID))
			status(t, identity.AccountInactive)
		})
		t.Run("the deleted record is gone for SCIM", func(t *testing.T) {
			_, err := d.Provision.GetUser(t.Context(), entra.Request(), u.ID, true)
			tenanttest.Refused(t, err, 404, journal.HintDeletedRecord)
			_, err = entra.Set(u.ID, "active", "true")
			tenanttest.Refused(t, err, 404, journal.HintDeletedRecord)
			if e := acme.LastLog(); e.Operation != provision.OpUserPatch || e.AccountID != u.AccountID || e.Hint != journal.HintDeletedRecord {
				t.Errorf("log entry: %+v", e)
			}
			_, err = entra.Set("never-was", "active", "true")
			tenanttest.Refused(t, err, 404, "is not in this directory")
		})
		t.Run("pushing the person again reactivates", func(t *testing.T) {
			if again := entra.Push("ann@acme.example"); again.AccountID != u.AccountID || again.ID == u.ID {
				t.Errorf("pushed as record %s of account %s", again.ID, again.AccountID)
			}
			status(t, identity.AccountActive)
		})
		d.Check()
	})
}
