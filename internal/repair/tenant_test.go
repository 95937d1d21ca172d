package repair_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/repair"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

// Organization evil tries all that it may ask for on the accounts of acme,
// which it reaches by pushing their addresses.
func TestNoOrgReachesAnothersAccounts(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		ctx := t.Context()
		acme, evil := d.Org("acme.example"), d.Org("evil.example")
		entra, theirs := acme.Directory("Entra"), evil.Directory("Entra")
		linked, hidden := entra.Push("ann@acme.example"), acme.Account("hidden@acme.example")
		guest := theirs.Push("ann@acme.example")
		own := theirs.Push("eve@evil.example")
		before := []store.Account{acme.AccountNow(linked.AccountID), acme.AccountNow(hidden.ID)}

		t.Run("administrators' calls", func(t *testing.T) {
			calls := map[string]func(identity.AccountID) error{
				"get":           func(a identity.AccountID) error { _, err := d.Accounts.Get(ctx, evil.ID, a); return err },
				"set email":     func(a identity.AccountID) error { return d.Accounts.SetEmail(ctx, admin, evil.ID, a, "x@evil.example") },
				"disable":       func(a identity.AccountID) error { return d.Accounts.Disable(ctx, admin, evil.ID, a, "") },
				"enable":        func(a identity.AccountID) error { return d.Accounts.Enable(ctx, admin, evil.ID, a) },
				"delete":        func(a identity.AccountID) error { return d.Accounts.Delete(ctx, admin, evil.ID, a) },
				"cancel delete": func(a identity.AccountID) error { return d.Accounts.CancelDelete(ctx, admin, evil.ID, a) },
				"delete by aaid": func(a identity.AccountID) error {
					_, err := d.Repair.DeleteByAccount(ctx, admin, evil.ID, a)
					return err
				},
				"profile": func(a identity.AccountID) error {
					_, err := d.Accounts.UpdateProfile(ctx, admin, evil.ID, a, map[accounts.Field]string{accounts.FieldLocation: "here"})
					return err
				},
				"relink to it": func(a identity.AccountID) error {
					_, err := d.Repair.Relink(ctx, admin, evil.ID, repair.Relink{Record: theirs.Record(own.ID), AccountID: a, TakeEmail: true})
					return err
				},
			}
			for name, call := range calls {
				tenanttest.RefusedBy(t, call(linked.AccountID), identity.RuleManaged, identity.CodeForbidden)
				foreign, absent := call(hidden.ID), call("acct_0000")
				if identity.CodeOf(foreign) != identity.CodeNotFound || identity.CodeOf(absent) != identity.CodeNotFound {
					t.Errorf("%s: got %v for another's account, %v for none", name, foreign, absent)
				}
			}
		})
		t.Run("taking a stranger's email along", func(t *testing.T) {
			_, err := d.Repair.Relink(ctx, admin, evil.ID, repair.Relink{Record: theirs.Record(guest.ID), AccountID: own.AccountID, TakeEmail: true})
			tenanttest.RefusedBy(t, err, identity.RuleOneLink, identity.CodeConflict)
			mine := evil.Account("mine@evil.example")
			_, err = d.Repair.Relink(ctx, admin, evil.ID, repair.Relink{Record: theirs.Record(guest.ID), AccountID: mine.ID, TakeEmail: true})
			tenanttest.RefusedBy(t, err, identity.RuleEmailWithinVerified, identity.CodeForbidden)
		})
		t.Run("parking on another's domain", func(t *testing.T) {
			mine := evil.Account("spare@evil.example")
			_, err := d.Repair.Relink(ctx, admin, evil.ID, repair.Relink{Record: theirs.Record(own.ID), AccountID: mine.ID, TakeEmail: true, ParkEmail: "trap@acme.example"})
			tenanttest.RefusedBy(t, err, identity.RuleEmailWithinVerified, identity.CodeForbidden)
		})
		t.Run("a local group takes no stranger that is not linked", func(t *testing.T) {
			g, err := d.Accounts.CreateGroup(ctx, admin, evil.ID, "Mine", "")
			tenanttest.Accepted(t, err)
			_, err = d.Accounts.AddMember(ctx, admin, evil.ID, g.ID, hidden.ID)
			tenanttest.RefusedBy(t, err, "", identity.CodeNotFound)
			_, err = d.Accounts.AddMember(ctx, admin, evil.ID, g.ID, guest.AccountID)
			tenanttest.Accepted(t, err)
			_, err = d.Accounts.AddMember(ctx, admin, acme.ID, g.ID, hidden.ID)
			tenanttest.RefusedBy(t, err, "", identity.CodeNotFound)
		})
		t.Run("records and logs", func(t *testing.T) {
			_, err := d.Repair.Record(ctx, evil.ID, entra.Record(linked.ID))
			tenanttest.RefusedBy(t, err, "", identity.CodeNotFound)
			_, _, err = d.Repair.Records(ctx, evil.ID, entra.ID, store.SCIMUserFilter{}, store.Page{})
			tenanttest.RefusedBy(t, err, "", identity.CodeNotFound)
			_, _, err = d.Repair.Deleted(ctx, evil.ID, entra.ID, store.Page{})
			tenanttest.RefusedBy(t, err, "", identity.CodeNotFound)
			_, _, err = d.Repair.Unlinked(ctx, evil.ID, entra.ID, store.Page{})
			tenanttest.RefusedBy(t, err, "", identity.CodeNotFound)
			links, err := d.Repair.LinksOf(ctx, evil.ID, linked.AccountID)
			if err != nil || len(links) != 1 || links[0].DirectoryID != theirs.ID {
				t.Errorf("links: %+v, %v", links, err)
			}
			records, err := d.Repair.RecordsByEmail(ctx, evil.ID, "ann@acme.example")
			if err != nil || len(records) != 1 || records[0].ID != guest.ID {
				t.Errorf("records: %+v, %v", records, err)
			}
			records, err = d.Repair.RecordsByID(ctx, evil.ID, linked.ID)
			if err != nil || len(records) != 0 {
				t.Errorf("records by the id of another org's: %+v, %v", records, err)
			}
			records, err = d.Repair.RecordsByID(ctx, evil.ID, guest.ID)
			if err != nil || len(records) != 1 || records[0].ID != guest.ID {
				t.Errorf("records by id: %+v, %v", records, err)
			}
			for _, e := range evil.Log() {
				if e.OrgID != evil.ID || e.SCIMID == string(linked.ID) {
					t.Errorf("evil sees %+v", e)
				}
			}
		})
		t.Run("a claim on a verified domain", func(t *testing.T) {
			domain, err := d.Accounts.AddDomain(ctx, admin, evil.ID, "ACME.example")
			tenanttest.Accepted(t, err)
			_, err = d.Accounts.VerifyDomain(ctx, admin, evil.ID, domain.ID)
			tenanttest.RefusedBy(t, err, identity.RuleOneVerifierPerDomain, identity.CodeConflict)
			_, err = d.Accounts.AssignDomain(ctx, admin, evil.ID, domain.ID, theirs.ID)
			tenanttest.Accepted(t, err)
			_, err = theirs.Set(guest.ID, "displayName", `"Mallory"`)
			tenanttest.Accepted(t, err)
			_, err = d.Accounts.AssignDomain(ctx, admin, evil.ID, domain.ID, entra.ID)
			tenanttest.RefusedBy(t, err, "", identity.CodeNotFound)
		})
		after := []store.Account{acme.AccountNow(linked.AccountID), acme.AccountNow(hidden.ID)}
		if diff := cmp.Diff(before, after); diff != "" {
			t.Errorf("acme's accounts changed (-before +after):\n%s", diff)
		}
		d.Check()
	})
}

// Whoever loses a domain may not come back to its accounts through a deleted
// record: the account has another address by then, which is none of its business.
func TestRestoreLinksNoStranger(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		ctx := t.Context()
		acme, evil := d.Org("acme.example"), d.Org("sold.example")
		theirs := evil.Directory("Entra")
		u := theirs.Push("ann@sold.example")
		theirs.PushGroup("Staff", u.ID)
		tenanttest.Accepted(t, theirs.Delete(u.ID))
		tenanttest.Accepted(t, d.Accounts.RemoveDomain(ctx, admin, evil.ID, evil.Domain("sold.example").ID))
		acme.Verify("sold.example")
		tenanttest.Accepted(t, d.Accounts.SetEmail(ctx, admin, acme.ID, u.AccountID, "ann.secret@acme.example"))

		got, err := d.Repair.Restore(ctx, admin, evil.ID, theirs.Record(u.ID))
		tenanttest.Accepted(t, err)
		if got.AccountID != "" || got.UnlinkedReason == "" || len(evil.Members("Staff")) != 0 {
			t.Errorf("linked to %q (%s)", got.AccountID, got.UnlinkedReason)
		}
		d.Check()
	})
}

// A link to an account that the org does not manage shows it nothing but what
// it pushed itself: neither address nor name nor status of the account, which
// its owner may have changed since.
func TestStrangersAreShownAsPushed(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		ctx := t.Context()
		acme, evil := d.Org("acme.example", "secret.example"), d.Org("evil.example")
		theirs := evil.Directory("Entra")
		ann := acme.Account("ann@acme.example")
		guest := theirs.Push("ann@acme.example", `"displayName":"Guest Ann"`)
		theirs.PushGroup("Synced", guest.ID)
		local, err := d.Accounts.CreateGroup(ctx, admin, evil.ID, "Local", "")
		tenanttest.Accepted(t, err)
		_, err = d.Accounts.AddMember(ctx, admin, evil.ID, local.ID, ann.ID)
		tenanttest.Accepted(t, err)
		mine := evil.Account("mine@evil.example")

		tenanttest.Accepted(t, d.Accounts.SetEmail(ctx, admin, acme.ID, ann.ID, "ann@secret.example"))
		_, err = d.Accounts.UpdateProfile(ctx, admin, acme.ID, ann.ID, map[accounts.Field]string{accounts.FieldName: "Secret Ann"})
		tenanttest.Accepted(t, err)
		tenanttest.Accepted(t, d.Accounts.Disable(ctx, admin, acme.ID, ann.ID, "secret"))

		asPushed := store.GroupMember{AccountID: ann.ID, Email: "ann@acme.example", Name: "Guest Ann", Status: identity.AccountActive}
		members := func(group string) []store.GroupMember {
			_, found, _, err := d.Accounts.Members(ctx, evil.ID, evil.Group(group).ID, store.Page{})
			tenanttest.Accepted(t, err)
			return found
		}
		for group, by := range map[string]identity.SCIMUserID{"Synced": guest.ID, "Local": ""} {
			asPushed.SCIMUserID = by
			if diff := cmp.Diff([]store.GroupMember{asPushed}, members(group)); diff != "" {
				t.Errorf("members of group %s (-want +got):\n%s", group, diff)
			}
		}
		relinked, err := d.Repair.Relink(ctx, admin, evil.ID, repair.Relink{Record: theirs.Record(guest.ID), AccountID: mine.ID, DryRun: true})
		tenanttest.Accepted(t, err)
		want := &store.Account{ID: ann.ID, Email: identity.MustEmail("ann@acme.example"), Name: "Guest Ann", Status: identity.AccountActive}
		if diff := cmp.Diff(want, relinked.From); diff != "" {
			t.Errorf("account that the record leaves (-want +got):\n%s", diff)
		}
		_, err = d.Accounts.Get(ctx, evil.ID, ann.ID)
		tenanttest.RefusedBy(t, err, identity.RuleManaged, identity.CodeForbidden)
		if refusal, _ := errors.AsType[*identity.Error](err); strings.Contains(refusal.Message+refusal.Hint, "secret") {
			t.Errorf("the refusal gives away where the account is now: %s; %s", refusal.Message, refusal.Hint)
		}

		tenanttest.Accepted(t, theirs.Delete(guest.ID))
		if diff := cmp.Diff([]store.GroupMember{{AccountID: ann.ID, Status: identity.AccountActive}}, members("Local")); diff != "" {
			t.Errorf("a member without a record (-want +got):\n%s", diff)
		}
		d.Check()
	})
}
