package accounts_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

// rowsOf are records with these addresses, from line 2 on.
func rowsOf(emails ...string) []accounts.ImportRow {
	rows := make([]accounts.ImportRow, len(emails))
	for i, e := range emails {
		rows[i] = accounts.ImportRow{Line: i + 2, Email: e}
	}
	return rows
}

func TestImport(t *testing.T) {
	t.Parallel()
	tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
		ctx := t.Context()
		acme, other := d.Org("acme.example"), d.Org("other.example")
		acme.Account("there@acme.example")
		rows := rowsOf("new@acme.example", "there@acme.example", "NEW@acme.example", "x@other.example", "not an address", "off@acme.example", "odd@acme.example", "long@acme.example")
		rows[0].Name, rows[0].Profile = "New Person", store.Profile{JobTitle: "Analyst"}
		rows[5].Status, rows[6].Status = "inactive", "gone"
		rows[7].Profile.Nickname = fmt.Sprintf("%050d", 1)
		wrong := []string{"4 email", "5 email", "6 email", "8 status", "9 nickname"}
		told := func(refused []accounts.RowError) (lines []string) {
			for _, e := range refused {
				if e.Reason == "" {
					t.Errorf("line %d is refused without a reason", e.Line)
				}
				lines = append(lines, fmt.Sprintf("%d %s", e.Line, e.Column))
			}
			return lines
		}
		begin := func(id string, dryRun bool) *accounts.Importer {
			im, err := d.Accounts.BeginImport(ctx, admin, acme.ID, id, dryRun)
			tenanttest.Accepted(t, err)
			return im
		}
		add := func(im *accounts.Importer, rows []accounts.ImportRow) []string {
			refused, err := im.Add(ctx, rows)
			tenanttest.Accepted(t, err)
			return told(refused)
		}
		counts := func(s store.Import) [4]int64 { return [4]int64{s.Position, s.Created, s.Existing, s.Refused} }

		t.Run("a dry run says the same and changes nothing", func(t *testing.T) {
			audited, im := len(acme.Audit()), begin("a", true)
			if diff := cmp.Diff(wrong, add(im, rows)); diff != "" {
				t.Errorf("refused (-want +got):\n%s", diff)
			}
			if got := counts(im.State()); got != [4]int64{8, 2, 1, 5} || len(acme.Audit()) != audited || d.AccountByEmail("new@acme.example").ID != "" {
				t.Errorf("the dry run counts %v", got)
			}
		})
		t.Run("what is good becomes accounts", func(t *testing.T) {
			im := begin("a", false)
			if diff := cmp.Diff(wrong, add(im, rows)); diff != "" {
				t.Errorf("refused (-want +got):\n%s", diff)
			}
			a := d.AccountByEmail("new@acme.example")
			if got := counts(im.State()); got != [4]int64{8, 2, 1, 5} || a.Origin != identity.OriginImported || a.Name != "New Person" || a.Profile.JobTitle != "Analyst" {
				t.Errorf("counted %v; the account is %+v", got, a)
			}
			if off := d.AccountByEmail("off@acme.example"); off.Status != identity.AccountInactive {
				t.Errorf("the inactive one is %s", off.Status)
			}
			if e := acme.LastAudit(); e.Action != string(accounts.ActionAccountsImported) {
				t.Errorf("audited %+v", e)
			}
			if diff := cmp.Diff([]string{"created  new@acme.example accounts_imported"}, history(t, acme, a.ID)); diff != "" {
				t.Errorf("timeline (-want +got):\n%s", diff)
			}
		})
		t.Run("a broken one goes on where it was", func(t *testing.T) {
			all := rowsOf("b1@acme.example", "b2@acme.example", "bad", "b3@acme.example", "b4@acme.example", "b1@acme.example")
			first := begin("b", false)
			add(first, all[:4])
			again := begin("b", false)
			if got := again.State().Position; got != 4 {
				t.Errorf("it goes on behind %d", got)
			}
			if got := add(again, all[:3]); got != nil {
				t.Errorf("settled records are refused again: %v", got)
			}
			if diff := cmp.Diff([]string{"7 email"}, add(again, all[3:])); diff != "" {
				t.Errorf("refused (-want +got):\n%s", diff)
			}
			tenanttest.Accepted(t, again.End(ctx))
			if got := again.State(); counts(got) != [4]int64{6, 4, 0, 2} || !got.Done {
				t.Errorf("it ends with %+v", got)
			}
			if _, err := first.Add(ctx, all[4:]); identity.CodeOf(err) != identity.CodeConflict {
				t.Errorf("two at the same time: %v", err)
			}
			stored, err := d.Accounts.ImportState(ctx, acme.ID, "b")
			tenanttest.Accepted(t, err)
			if diff := cmp.Diff(again.State().Position, stored.Position); diff != "" {
				t.Errorf("stored (-want +got):\n%s", diff)
			}
			if _, err := d.Accounts.ImportState(ctx, other.ID, "b"); identity.CodeOf(err) != identity.CodeNotFound {
				t.Errorf("another org reads it: %v", err)
			}
		})
		t.Run("selected claims claim what is imported, and not what is there", func(t *testing.T) {
			stranger(t, d, "stranger@chosen.example")
			chosen := selected(t, d, "chosen.example")
			im, err := d.Accounts.BeginImport(ctx, admin, chosen.ID, "", false)
			tenanttest.Accepted(t, err)
			if diff := cmp.Diff([]string{"2 email"}, add(im, rowsOf("stranger@chosen.example", "mine@chosen.example"))); diff != "" {
				t.Errorf("refused (-want +got):\n%s", diff)
			}
			if got := found(t, chosen, store.AccountSearch{}, 10); len(got) != 1 || got[0] != "mine@chosen.example" {
				t.Errorf("managed: %v", got)
			}
		})
		d.Check()
	})
}
