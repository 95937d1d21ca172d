package repair_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/repair"
	"roster/internal/tenanttest"
)

func TestRule_relink(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		ctx := t.Context()
		acme, other := d.Org("acme.example", "acme.test"), d.Org("other.example")
		entra, okta := acme.Directory("Entra"), acme.Directory("Okta")
		u := entra.Push("new@acme.example")
		entra.PushGroup("Staff", u.ID)
		history, wrong := acme.Account("old@acme.example"), acme.AccountNow(u.AccountID)
		ask := func(r repair.Relink) (repair.Relinked, error) {
			r.Record = entra.Record(u.ID)
			return d.Repair.Relink(ctx, admin, acme.ID, r)
		}

		t.Run("a dry run says what would happen and changes nothing", func(t *testing.T) {
			audited, logged := len(acme.Audit()), len(acme.Log())
			out, err := ask(repair.Relink{AccountID: history.ID, TakeEmail: true, DryRun: true})
			tenanttest.Accepted(t, err)
			if out.Applied || len(out.Changes) != 3 || out.To.Email.Key != "new@acme.example" {
				t.Errorf("answer: %+v", out)
			}
			if len(acme.Audit()) != audited || len(acme.Log()) != logged || entra.User(u.ID).AccountID != wrong.ID {
				t.Error("a dry run left something behind")
			}
		})
		t.Run("refusals", func(t *testing.T) {
			twin := entra.Push("twin@acme.example")
			stranger := entra.Push("guest@gmail.example")
			theirs := other.Account("x@other.example")
			cases := []struct {
				name string
				want repair.Relink
				rule identity.Rule
				code identity.Code
			}{
				{"the same account", repair.Relink{AccountID: wrong.ID}, identity.RuleRelink, identity.CodeConflict},
				{"the same account and email", repair.Relink{AccountID: wrong.ID, TakeEmail: true}, identity.RuleRelink, identity.CodeConflict},
				{"an account with another record of the directory", repair.Relink{AccountID: twin.AccountID}, identity.RuleOneLink, identity.CodeConflict},
				{"an external user", repair.Relink{AccountID: stranger.AccountID}, identity.RuleManaged, identity.CodeForbidden},
				{"another org's account", repair.Relink{AccountID: theirs.ID}, "", identity.CodeNotFound},
				{"no account", repair.Relink{AccountID: "none"}, "", identity.CodeNotFound},
				{"parking on an unverified domain", repair.Relink{AccountID: history.ID, TakeEmail: true, ParkEmail: "p@gmail.example"}, identity.RuleEmailWithinVerified, identity.CodeForbidden},
				{"parking on a taken address", repair.Relink{AccountID: history.ID, TakeEmail: true, ParkEmail: "twin@acme.example"}, identity.RuleOneAccountPerEmail, identity.CodeConflict},
				{"parking where it is", repair.Relink{AccountID: history.ID, TakeEmail: true, ParkEmail: "NEW@acme.example"}, identity.RuleOneAccountPerEmail, identity.CodeConflict},
			}
			for _, c := range cases {
				t.Run(c.name, func(t *testing.T) {
					_, err := ask(c.want)
					tenanttest.RefusedBy(t, err, c.rule, c.code)
					if got := entra.User(u.ID).AccountID; got != wrong.ID {
						t.Errorf("the record is linked to %q", got)
					}
				})
			}
		})
		t.Run("another record that locks either account refuses takeEmail", func(t *testing.T) {
			second := okta.Push("old@acme.example")
			_, err := ask(repair.Relink{AccountID: history.ID, TakeEmail: true})
			tenanttest.RefusedBy(t, err, identity.RuleLockedWhileLinked, identity.CodeConflict)
			tenanttest.Accepted(t, okta.Delete(second.ID))
			third := okta.Push("new@acme.example")
			_, err = ask(repair.Relink{AccountID: history.ID, TakeEmail: true})
			tenanttest.RefusedBy(t, err, identity.RuleLockedWhileLinked, identity.CodeConflict)
			tenanttest.Accepted(t, okta.Delete(third.ID))
			tenanttest.Accepted(t, d.Accounts.Enable(ctx, admin, acme.ID, history.ID))
		})
		t.Run("without takeEmail each account keeps its email", func(t *testing.T) {
			out, err := ask(repair.Relink{AccountID: history.ID})
			tenanttest.Accepted(t, err)
			if !out.Applied || out.From.ID != wrong.ID || len(out.Changes) != 1 || len(out.Next) == 0 {
				t.Errorf("answer: %+v", out)
			}
			if acme.AccountNow(history.ID).Email.Key != "old@acme.example" || acme.AccountNow(wrong.ID).Email.Key != "new@acme.example" {
				t.Error("an email moved")
			}
			if diff := cmp.Diff([]identity.AccountID{history.ID}, acme.Members("Staff")); diff != "" {
				t.Errorf("members (-want +got):\n%s", diff)
			}
		})
		t.Run("later pushes keep the link and the email", func(t *testing.T) {
			got, err := entra.Set(u.ID, "displayName", `"Ann"`)
			tenanttest.Accepted(t, err)
			if a := acme.AccountNow(history.ID); got.AccountID != history.ID || a.Name != "Ann" || a.Email.Key != "old@acme.example" {
				t.Errorf("linked to %s, account %+v", got.AccountID, a)
			}
		})
		t.Run("takeEmail parks the holder", func(t *testing.T) {
			out, err := ask(repair.Relink{AccountID: history.ID, TakeEmail: true, ParkEmail: "parked@acme.test"})
			tenanttest.Accepted(t, err)
			if acme.AccountNow(history.ID).Email.Key != "new@acme.example" || acme.AccountNow(wrong.ID).Email.Key != "parked@acme.test" {
				t.Errorf("changes: %+v", out.Changes)
			}
			if got := entra.User(u.ID); got.ID != u.ID || got.AccountID != history.ID {
				t.Errorf("record: %+v", got)
			}
			actions := []string{}
			for _, e := range acme.Audit()[len(acme.Audit())-3:] {
				actions = append(actions, e.Action)
			}
			want := []string{string(repair.ActionParked), string(accounts.ActionEmailChanged), string(repair.ActionRelinked)}
			if diff := cmp.Diff(want, actions); diff != "" {
				t.Errorf("audit log (-want +got):\n%s", diff)
			}
			if e := acme.LastLog(); !strings.HasPrefix(e.Message, "Relinked: ") || e.AccountID != history.ID {
				t.Errorf("log entry: %+v", e)
			}
		})
		t.Run("a record without email has none to give", func(t *testing.T) {
			bare, err := entra.Create(`{"userName":"bare"}`)
			tenanttest.Accepted(t, err)
			_, err = d.Repair.Relink(ctx, admin, acme.ID, repair.Relink{Record: entra.Record(bare.ID), AccountID: wrong.ID, TakeEmail: true})
			if e, ok := errors.AsType[*identity.Error](err); !ok || e.Code != identity.CodeInvalid || e.Field != "takeEmail" {
				t.Errorf("got %v", err)
			}
			_, err = d.Repair.Relink(ctx, admin, acme.ID, repair.Relink{Record: entra.Record(bare.ID), AccountID: wrong.ID})
			tenanttest.Accepted(t, err)
		})
		d.Check()
	})
}

func TestRule_tombstone_restore(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		ctx := t.Context()
		acme, other := d.Org("acme.example"), d.Org("other.example")
		entra := acme.Directory("Entra")
		u := entra.Push("ann@acme.example", `"title":"Chief"`)
		entra.PushGroup("Staff", u.ID)
		_, err := entra.Set(u.ID, "title", `"Boss"`)
		tenanttest.Accepted(t, err)
		before := entra.User(u.ID)
		record := entra.Record(u.ID)

		t.Run("a living record cannot be restored", func(t *testing.T) {
			_, err := d.Repair.Restore(ctx, admin, acme.ID, record)
			tenanttest.RefusedBy(t, err, "", identity.CodeNotFound)
		})
		tenanttest.Accepted(t, entra.Delete(u.ID))
		t.Run("nor by another org", func(t *testing.T) {
			_, err := d.Repair.Restore(ctx, admin, other.ID, record)
			tenanttest.RefusedBy(t, err, "", identity.CodeNotFound)
		})
		t.Run("it comes back with id, attributes, link and memberships", func(t *testing.T) {
			got, err := d.Repair.Restore(ctx, admin, acme.ID, record)
			tenanttest.Accepted(t, err)
			if got.ID != u.ID || got.AccountID != u.AccountID || string(got.Doc) != string(before.Doc) {
				t.Errorf("restored: %+v", got)
			}
			if got.Version <= before.Version || !got.CreatedAt.Equal(before.CreatedAt) {
				t.Errorf("version %d of %s, was %d of %s", got.Version, got.CreatedAt, before.Version, before.CreatedAt)
			}
			if diff := cmp.Diff([]identity.AccountID{u.AccountID}, acme.Members("Staff")); diff != "" {
				t.Errorf("members (-want +got):\n%s", diff)
			}
			if e := acme.LastAudit(); e.Action != string(repair.ActionRestored) {
				t.Errorf("audit entry: %+v", e)
			}
			_, err = entra.Set(u.ID, "active", "true")
			tenanttest.Accepted(t, err)
		})
		t.Run("not where the name is taken by now", func(t *testing.T) {
			tenanttest.Accepted(t, entra.Delete(u.ID))
			again := entra.Push("ann@acme.example")
			_, err := d.Repair.Restore(ctx, admin, acme.ID, record)
			tenanttest.RefusedBy(t, err, identity.RuleTombstone, identity.CodeConflict)
			tenanttest.Accepted(t, entra.Delete(again.ID))
		})
		t.Run("not where the account has another record by now", func(t *testing.T) {
			rival := entra.Push("else@acme.example")
			_, err := d.Repair.Relink(ctx, admin, acme.ID, repair.Relink{Record: entra.Record(rival.ID), AccountID: u.AccountID})
			tenanttest.Accepted(t, err)
			_, err = d.Repair.Restore(ctx, admin, acme.ID, record)
			tenanttest.RefusedBy(t, err, identity.RuleTombstone, identity.CodeConflict)
			tenanttest.Accepted(t, entra.Delete(rival.ID))
		})
		t.Run("not after 30 days", func(t *testing.T) {
			d.Clock.Skip(31 * 24 * 3600e9)
			_, err := d.Repair.Restore(ctx, admin, acme.ID, record)
			tenanttest.RefusedBy(t, err, "", identity.CodeNotFound)
		})
		d.Check()
	})
}
