package repair_test

import (
	"context"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"roster/internal/identity"
	"roster/internal/repair"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

// tangle is an org in which one thing is wrong.
type tangle struct {
	*tenanttest.Org
	entra, okta *tenanttest.Directory
	right       identity.AccountID
	wrong       identity.AccountID
	record      identity.SCIMUserID // concerned
}

const oldAddress, newAddress = "ada@old.example", "ada@new.example"

func newTangle(d *tenanttest.Deployment) *tangle {
	acme := d.Org("old.example", "new.example")
	return &tangle{Org: acme, entra: acme.Directory("Entra"), okta: acme.Directory("Okta")}
}

// conflict is story A; other is the directory that pushes the second user.
func conflict(d *tenanttest.Deployment, elsewhere bool) *tangle {
	t := newTangle(d)
	first := t.entra.Push(oldAddress, `"title":"R&D <lead>"`) // kept letter by letter, whatever writes plans
	t.entra.PushGroup("Staff", first.ID)
	other := t.entra
	if elsewhere {
		other = t.okta
	}
	second := other.Push(newAddress, `"userName":"guest-ada"`)
	other.PushGroup("Guests", second.ID)
	t.right, t.wrong, t.record = first.AccountID, second.AccountID, first.ID
	_, _ = t.entra.SetEmail(first.ID, newAddress)
	_, _ = t.entra.SetEmail(first.ID, newAddress) // the next cycle
	return t
}

// wrongAccount is story B.
func wrongAccount(d *tenanttest.Deployment, elsewhere bool) *tangle {
	t := newTangle(d)
	t.right = t.Account(oldAddress).ID
	person := `"displayName":"` + t.AccountNow(t.right).Name + `"`
	u := t.entra.Push(newAddress, person)
	t.entra.PushGroup("Staff", u.ID)
	t.wrong, t.record = u.AccountID, u.ID
	if elsewhere {
		t.okta.Push(newAddress, person)
	}
	return t
}

// tangles are what the engine must repair.
var tangles = []struct {
	name string
	kind repair.FindingKind
	make func(*tenanttest.Deployment) *tangle
}{
	{"A in one directory", repair.KindEmailConflict, func(d *tenanttest.Deployment) *tangle { return conflict(d, false) }},
	{"A in two directories", repair.KindEmailConflict, func(d *tenanttest.Deployment) *tangle { return conflict(d, true) }},
	{"B in one directory", repair.KindWrongAccount, func(d *tenanttest.Deployment) *tangle { return wrongAccount(d, false) }},
	{"B in two directories", repair.KindWrongAccount, func(d *tenanttest.Deployment) *tangle { return wrongAccount(d, true) }},
}

// findings gives all that is wrong.
func (t *tangle) findings() (found []repair.Finding) {
	t.TB.Helper()
	_, err := t.Repair.Diagnose(context.Background(), t.ID, repair.DiagnoseQuery{}, func(f repair.Finding) error {
		found = append(found, f)
		return nil
	})
	tenanttest.Accepted(t.TB, err)
	return found
}

// only gives the one finding.
func (t *tangle) only() repair.Finding {
	t.TB.Helper()
	found := t.findings()
	if len(found) != 1 {
		t.TB.Fatalf("%d findings: %+v", len(found), found)
	}
	return found[0]
}

func (t *tangle) plan(strategy repair.Strategy, findings ...string) store.Repair {
	t.TB.Helper()
	planned, skipped, err := t.Repair.Plan(context.Background(), admin, t.ID, repair.PlanRequest{Strategy: strategy, Findings: findings})
	tenanttest.Accepted(t.TB, err)
	if len(skipped) > 0 {
		t.TB.Fatalf("skipped: %+v", skipped)
	}
	return planned
}

// apply and undo give the results of a repair's cases.
func (t *tangle) apply(r store.Repair) []repair.CaseResult {
	t.TB.Helper()
	out, _, err := t.Repair.Apply(context.Background(), admin, t.ID, r.ID, 0, 100)
	tenanttest.Accepted(t.TB, err)
	return out.Cases
}

func (t *tangle) undo(r store.Repair) []repair.CaseResult {
	t.TB.Helper()
	out, _, err := t.Repair.Undo(context.Background(), admin, t.ID, r.ID, 0, 100)
	tenanttest.Accepted(t.TB, err)
	return out.Cases
}

func (t *tangle) mustEnd(got []repair.CaseResult, want store.CaseStatus) {
	t.TB.Helper()
	for _, c := range got {
		if c.Status != want {
			t.TB.Errorf("case %d is %s, not %s: %s", c.N, c.Status, want, c.Note)
		}
	}
	if len(got) == 0 {
		t.TB.Error("no case was looked at")
	}
}

// observe is all that anybody can see of the org: what an undo must bring
// back. Versions and times of change go on.
func observe(d *tenanttest.Deployment) string {
	db, err := openDatabase(d)
	if err != nil {
		d.TB.Fatal(err)
	}
	defer func() { tenanttest.Accepted(d.TB, db.Close()) }()
	dump, err := db.dump(observedTables)
	if err != nil {
		d.TB.Fatal(err)
	}
	return observable(dump)
}

// observedTables are what an undo brings back.
var observedTables = []table{
	{"account", "id"},
	{"scim_user", "directory_id, id"},
	{"scim_user_address", "directory_id, value, user_id"},
	{"link", "directory_id, scim_user_id"},
	{"hold", "directory_id, scim_user_id, account_id"},
	{"org_group", "org_id, id"},
	{"scim_group_member", "directory_id, group_id, user_id"},
}

// unobserved are versions, times of change and who made a link: they go on.
var unobserved = regexp.MustCompile(` (version|modified_at|updated_at|created_by)=[^=]*( |\n)(\w+=)?`)

// heldSince is when a hold began: of one that comes back, when it came back.
var heldSince = regexp.MustCompile(`(?m)^(hold .*) created_at=\d+`)

func observable(dump string) string {
	return unobserved.ReplaceAllString(heldSince.ReplaceAllString(dump, "$1"), "")
}

func TestRepairIsDiagnosedAppliedAndUndone(t *testing.T) {
	t.Parallel()
	for _, c := range tangles {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			tenanttest.ForEachEngine(t, func(t *testing.T, d *tenanttest.Deployment) {
				x := c.make(d)
				f := x.only()
				if f.Kind != c.kind || f.RightAccount != x.right || f.WrongAccount != x.wrong || f.Record.SCIMUserID != x.record || f.Confidence < 60 {
					t.Errorf("finding: %+v", f)
				}
				before := observe(d)

				r := x.plan(repair.StrategyAtomic, f.ID)
				preview, err := d.Repair.Preview(t.Context(), admin, x.ID, r.ID, 1)
				tenanttest.Accepted(t, err)
				if preview.After == nil || preview.After.Account(x.right).Email != newAddress {
					t.Errorf("preview: %+v", preview)
				}
				if diff := cmp.Diff(before, observe(d)); diff != "" {
					t.Fatalf("planning or previewing changed something:\n%s", diff)
				}

				x.mustEnd(x.apply(r), store.CaseDone)
				if got := d.AccountNow(x.right).Email.Address; got != newAddress {
					t.Errorf("the right account has %s", got)
				}
				if got := x.entra.User(x.record); got.AccountID != x.right || got.Email.Address != newAddress {
					t.Errorf("the record is linked to %s with %s", got.AccountID, got.Email.Address)
				}
				if got := x.Members("Staff"); !slices.Contains(got, x.right) {
					t.Errorf("members of Staff: %v", got)
				}
				if left := x.findings(); len(left) > 0 {
					t.Errorf("findings after the repair: %+v", left)
				}
				applied, _, err := d.Repair.Cases(t.Context(), x.ID, r.ID, "", 0, 10)
				tenanttest.Accepted(t, err)
				if diff := cmp.Diff(preview.After, applied[0].After, cmpopts.IgnoreFields(repair.AccountState{}, "StatusAt"), cmpopts.IgnoreFields(repair.RecordState{}, "LinkedAt")); diff != "" {
					t.Errorf("the preview was wrong:\n%s", diff)
				}
				d.Check()

				x.mustEnd(x.undo(r), store.CaseUndone)
				if diff := cmp.Diff(before, observe(d)); diff != "" {
					t.Errorf("the undo left a difference:\n%s", diff)
				}
				if got := x.only(); got.Kind != c.kind {
					t.Errorf("finding after the undo: %+v", got)
				}
				d.Check()
			})
		})
	}
}
