package console_test

import (
	"roster/internal/identity"
	"roster/internal/repair"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

// tangle is a person of scenario A: the directory wants to give the right
// account an address that the other one holds.
type tangle struct {
	right, wrong identity.AccountID
	record       identity.SCIMUserID // of the right one
	before       string              // the addresses
	after        string
	finding      repair.Finding
	repair       store.Repair // planned, of one case
}

// newTangle makes the problem, finds it, and plans its repair.
func (n *tenant) newTangle() tangle {
	n.TB.Helper()
	ctx := n.TB.Context()
	t := tangle{before: "ada@" + n.domain, after: "ada.lovelace@" + n.domain}
	first := n.dir.Push(t.before, `"displayName":"Ada <b>Lovelace</b>"`)
	second := n.dir.Push(t.after, `"userName":"guest-ada"`)
	t.right, t.wrong, t.record = first.AccountID, second.AccountID, first.ID
	if _, err := n.dir.SetEmail(first.ID, t.after); err == nil {
		n.TB.Fatal("the update was not refused")
	}
	_, err := n.Repair.Diagnose(ctx, n.ID, repair.DiagnoseQuery{Kinds: []repair.FindingKind{repair.KindEmailConflict}}, func(f repair.Finding) error {
		t.finding = f
		return nil
	})
	tenanttest.Accepted(n.TB, err)
	t.repair, _, err = n.Repair.Plan(ctx, tenanttest.Admin, n.ID, repair.PlanRequest{Strategy: repair.StrategyAtomic, Findings: []string{t.finding.ID}})
	tenanttest.Accepted(n.TB, err)
	return t
}
