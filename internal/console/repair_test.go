package console_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"roster/internal/auth"
	"roster/internal/identity"
	"roster/internal/repair"
	"roster/internal/store"
	"roster/internal/tenanttest"
)

// follow opens the page that a form leads to.
func (b *browser) follow(got answer) answer {
	b.w.TB.Helper()
	if got.StatusCode != http.StatusSeeOther {
		b.w.TB.Fatalf("%d, want a redirect\n%s", got.StatusCode, got.body)
	}
	return b.get(got.Header.Get("Location"))
}

// says checks that a page contains texts.
func (a answer) says(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(a.body, text) {
			t.Errorf("the page does not say %q\n%s", text, a.body)
		}
	}
}

func (a answer) saysNot(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(a.body, text) {
			t.Errorf("the page says %q\n%s", text, a.body)
		}
	}
}

// A finding is planned, applied and undone by forms alone.
func TestFindingIsRepairedAndUndone(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		x := w.ours.tangle()
		b := w.browser(w.ours.signIn(auth.RoleOperator))
		page := "/console/findings/" + url.PathEscape(x.finding.ID)
		b.get(page).says(t, x.before+" cannot become "+x.after, "Why Roster thinks so", "All at once", "Step by step", "Ada &lt;b&gt;Lovelace")

		planned := b.post(page+"/plan", url.Values{"strategy": {"atomic"}})
		at := planned.Header.Get("Location")
		b.follow(planned).says(t, "A dry run", "It begins only if", "new address", "parked")
		if got := w.AccountNow(x.right).Email.Address; got != x.before {
			t.Fatalf("the plan changed the address to %s", got)
		}

		b.follow(b.post(at+"/apply", nil)).says(t, "Repaired and verified", "What changed")
		if got := w.AccountNow(x.right).Email.Address; got != x.after {
			t.Fatalf("the account has %s", got)
		}
		if got := b.get(page); got.StatusCode != http.StatusNotFound {
			t.Errorf("the finding is there after the repair: %d", got.StatusCode)
		}

		b.follow(b.post(at+"/undo", nil)).says(t, "as they were before")
		if got := w.AccountNow(x.right).Email.Address; got != x.before {
			t.Errorf("after the undo the account has %s", got)
		}
		w.Check()
	})
}

// What waits for the identity provider says so, turns green by the push, and
// goes on.
func TestCaseWaitsForThePush(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	x := w.ours.tangle()
	b := w.browser(w.ours.signIn(auth.RoleOperator))
	at := b.post("/console/findings/"+url.PathEscape(x.finding.ID)+"/plan", url.Values{"strategy": {"cookbook"}}).Header.Get("Location")
	b.follow(b.post(at+"/apply", nil)).says(t, "Waiting for the identity provider", `hx-trigger="load delay:2s"`)
	part := b.get(at, "Hx-Request", "true", "Hx-Target", "div#waiting")
	part.says(t, "This turns green")
	part.saysNot(t, "<html")

	_, err := w.ours.dir.SetEmail(x.record, x.after)
	tenanttest.Accepted(t, err)
	b.get(at, "Hx-Request", "true", "Hx-Target", "div#waiting").says(t, "The push has arrived", `action="`+at+`/apply"`)
	viewer := w.browser(w.ours.signIn(auth.RoleViewer)).get(at)
	viewer.says(t, "The push has arrived", "An operator can go on now")
	viewer.saysNot(t, `/apply"`)

	b.follow(b.post(at+"/apply", nil)).says(t, "Repaired and verified")
	b.get(at, "Hx-Request", "true", "Hx-Target", "div#waiting").says(t, "This case has gone on")

	w.ours.dir.PushGroup("Later", x.record)
	b.get(at).says(t, "cannot be undone any more", "groups")
	b.follow(b.post(at+"/undo", nil)).says(t, "Repaired, and not undone")
}

// A mapping file of people is planned in the background; what cannot be planned
// is said, and the rest applied and undone as a whole.
func TestMappingIsPlannedAppliedAndUndone(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	x := w.ours.tangle()
	b := w.browser(w.ours.signIn(auth.RoleOperator))
	b.get("/console/repairs/new").says(t, "CSV file")
	wrong := b.post("/console/repairs", url.Values{"strategy": {"atomic"}, "pairs": {"ada"}})
	wrong.says(t, "1 line cannot be used", "Line 1")
	if wrong.StatusCode != http.StatusBadRequest {
		t.Errorf("a wrong mapping: %d", wrong.StatusCode)
	}

	lines := x.before + "," + x.after + "\nnobody@ours.example,somebody@ours.example\n"
	planned := b.post("/console/repairs", url.Values{"strategy": {"atomic"}, "pairs": {lines}, "title": {"Merger"}})
	at := planned.Header.Get("Location")
	w.settle(t, b, at)
	b.get(at).says(t, "Merger", "1 planned", "1 person is left out", "nobody@ours.example")

	b.post(at+"/apply", nil)
	w.settle(t, b, at)
	b.get(at+"?status=done").says(t, "1 done")
	b.get(at+"/result.csv").says(t, "case,status,title,note,finding,updatedAt,updatedBy", "1,done,")
	var line struct {
		Status  string `json:"status"`
		Changes []struct {
			Field string `json:"field"`
		} `json:"changes"`
	}
	if err := json.Unmarshal([]byte(b.get(at+"/result.jsonl").body), &line); err != nil || line.Status != "done" || len(line.Changes) == 0 {
		t.Errorf("JSON Lines: %+v, %v", line, err)
	}

	b.post(at+"/undo", nil)
	w.settle(t, b, at)
	b.get(at).says(t, "1 undone")
	b.get("/console/repairs").says(t, "Merger", "Undone")
}

// settle waits for what runs for a repair in the background.
func (w *world) settle(t *testing.T, b *browser, at string) {
	t.Helper()
	w.handler.WaitFor(w.ours.ID, identity.RepairID(at[strings.LastIndexByte(at, '/')+1:]))
	b.get(at).saysNot(t, `hx-trigger="load`)
}

// A plan that nobody completed can be taken as it is, or be forgotten.
func TestPlanThatWasCutOff(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	x := w.ours.tangle()
	b := w.browser(w.ours.signIn(auth.RoleOperator))
	open := func() string {
		r, err := w.Repair.OpenRepair(t.Context(), tenanttest.Admin, w.ours.ID, "cut off", repair.StrategyAtomic)
		tenanttest.Accepted(t, err)
		_, _, err = w.Repair.AddCases(t.Context(), tenanttest.Admin, w.ours.ID, r.ID, repair.PlanRequest{Findings: []string{x.finding.ID}})
		tenanttest.Accepted(t, err)
		return "/console/repairs/" + string(r.ID)
	}
	at := open()
	page := b.get(at)
	page.says(t, "The plan is not complete", at+"/seal", at+"/discard")
	page.saysNot(t, at+"/apply")
	b.follow(b.post(at+"/seal", nil)).says(t, at+"/apply")
	forgotten := open()
	b.follow(b.post(forgotten+"/discard", nil)).saysNot(t, forgotten)
	if got := b.get(forgotten); got.StatusCode != http.StatusNotFound {
		t.Errorf("the discarded plan: %d", got.StatusCode)
	}
}

// All findings of a kind are planned at once.
func TestKindIsPlanned(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	w.ours.tangle()
	b := w.browser(w.ours.signIn(auth.RoleOperator))
	planned := b.post("/console/findings/plan", url.Values{"strategy": {"atomic"}, "kind": {string(repair.KindEmailConflict)}, "which": {"sure"}})
	at := planned.Header.Get("Location")
	w.settle(t, b, at)
	b.get(at).says(t, "1 planned")
	if got := b.post("/console/findings/plan", url.Values{"strategy": {"atomic"}}); got.StatusCode != http.StatusBadRequest {
		t.Errorf("nothing chosen: %d", got.StatusCode)
	}
	if got := b.post("/console/findings/plan", url.Values{"strategy": {"magic"}, "finding": {"x"}}); got.StatusCode != http.StatusBadRequest {
		t.Errorf("no such strategy: %d", got.StatusCode)
	}
}

func TestRolesSeeWhyTheyMayNotRepair(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	x := w.ours.tangle()
	viewer := w.browser(w.ours.signIn(auth.RoleViewer))
	for _, path := range []string{"/console/findings/" + url.PathEscape(x.finding.ID), "/console/repairs/new", "/console/repairs/" + string(x.repair.ID), "/console/repairs/" + string(x.repair.ID) + "/cases/1"} {
		viewer.get(path).says(t, "Needs the role operator")
	}
	for query, want := range map[string]int{
		"findings?kind=" + string(repair.KindUnlinked): 200, "findings?kind=nonsense": 400, "findings?directory=nobody": 200,
		"repairs/" + string(x.repair.ID) + "?status=" + string(store.CaseDone): 200, "repairs/" + string(x.repair.ID) + "?status=nonsense": 400,
		"repairs/" + string(x.repair.ID) + "?after=bm8": 400, "repairs/" + string(x.repair.ID) + "/cases/2": 404, "repairs/" + string(x.repair.ID) + "/cases/x": 404,
		"findings/nonsense": 404,
	} {
		if got := viewer.get("/console/" + query); got.StatusCode != want {
			t.Errorf("%s: %d, want %d\n%s", query, got.StatusCode, want, got.body)
		}
	}
}

// Every finding has a page, one about many people and no directory as well.
func TestEveryFindingHasAPage(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	w.ours.tangle()
	_, err := w.Accounts.SetClaimMode(t.Context(), tenanttest.Admin, w.ours.ID, w.ours.Domain("ours.example").ID, identity.ClaimSelected, false)
	tenanttest.Accepted(t, err)
	tenanttest.Accepted(t, w.Jobs.Run(t.Context()))
	b := w.browser(w.ours.signIn(auth.RoleViewer))
	found := map[repair.FindingKind]bool{}
	_, err = w.Repair.Diagnose(t.Context(), w.ours.ID, repair.DiagnoseQuery{}, func(f repair.Finding) error {
		found[f.Kind] = true
		if got := b.get("/console/findings/" + url.PathEscape(f.ID)); got.StatusCode != http.StatusOK {
			t.Errorf("finding %s: %d\n%s", f.ID, got.StatusCode, got.body)
		}
		return nil
	})
	tenanttest.Accepted(t, err)
	if !found[repair.KindUnclaimed] || !found[repair.KindEmailConflict] {
		t.Errorf("found only %v", found)
	}
}
