package console

import (
	"context"
	"slices"
	"strconv"

	"roster/internal/identity"
	"roster/internal/repair"
	"roster/internal/store"
)

// repairView is the page of one repair: how far it is, and its cases.
type repairView struct {
	Header  header
	Repair  repair.Progress
	URL     string
	Bar     progressBar
	Run     runState
	HasRun  bool
	Stats   []stat
	Tabs    []tab
	Rows    []caseRow
	Pager   pager
	Status  store.CaseStatus
	Dialogs []confirm
	CSV     string
	JSONL   string

	IsCutOff bool // planning ended before its end, and nobody knows why
}

// caseRow is a case of the list.
type caseRow struct {
	URL    string
	Status badge
	repair.Case
}

func (c *call) repairID() identity.RepairID { return identity.RepairID(c.PathValue("repairId")) }

func (h *Handler) getRepair(c *call) error {
	v, err := h.repairPage(c)
	if err != nil {
		return err
	}
	return h.page(c, "repair", v)
}

func (h *Handler) repairPage(c *call) (v repairView, err error) {
	p, err := c.rows()
	if err != nil {
		return v, err
	}
	after := 0
	if p.After != "" {
		if after, err = strconv.Atoi(p.After); err != nil || after < 0 {
			return v, identity.Errorf(identity.CodeInvalid, "this is no page of the list").WithField("after").WithHint("go back to the first page")
		}
	}
	v.Status = store.CaseStatus(c.URL.Query().Get("status"))
	if v.Status != "" && !slices.Contains(caseStatuses, v.Status) {
		return v, identity.Errorf(identity.CodeInvalid, "%.20q is not a status", v.Status).WithHint("choose one of the list").WithField("status")
	}
	if v.Repair, err = h.Repair.Repair(c.Context(), c.org, c.repairID()); err != nil {
		return v, err
	}
	cases, next, err := h.Repair.Cases(c.Context(), c.org, v.Repair.ID, v.Status, after, p.Limit)
	if err != nil {
		return v, err
	}
	key := ""
	if next > 0 {
		key = strconv.Itoa(next)
	}
	v.Pager = c.pager(len(cases), key, "case", "cases")
	for _, of := range cases {
		v.Rows = append(v.Rows, caseRow{caseURL(v.Repair.ID, of.N), caseBadges[of.Status], of})
	}
	v.Run, v.HasRun = h.runs.state(runKey{c.org, v.Repair.ID})
	v.describe(c)
	return v, nil
}

func (v *repairView) describe(c *call) {
	url := repairURL(v.Repair.ID)
	v.URL, v.Bar, v.CSV, v.JSONL = c.URL.RequestURI(), barOf(v.Repair), url+"/result.csv", url+"/result.jsonl"
	v.Header = header{
		Title: titleOf(v.Repair), Crumbs: []link{{"Repairs", base + "/repairs"}}, Badges: []badge{repairBadge(v.Repair)}, ID: string(v.Repair.ID),
		Lead: wayOf(repair.Strategy(v.Repair.Strategy)).About,
	}
	v.Tabs = []tab{{Label: "All", URL: url, IsCurrent: v.Status == "", Count: num(v.Repair.Total())}}
	for _, status := range caseStatuses {
		if n := v.Repair.Cases[status]; n > 0 || status == v.Status {
			v.Tabs = append(v.Tabs, tab{Label: caseBadges[status].Text, URL: url + "?status=" + string(status), IsCurrent: v.Status == status, Count: num(n)})
		}
	}
	if v.Repair.State == store.RepairOpen {
		v.addPlanning(c)
		return
	}
	v.addActions(c)
}

func titleOf(p repair.Progress) string {
	if p.Title == "" {
		return "Repair of " + count(p.Total(), "case", "cases")
	}
	return p.Title
}

// addPlanning offers what becomes of a plan that is not complete.
func (v *repairView) addPlanning(c *call) {
	v.Header.Badges = []badge{{info, "Being planned"}}
	if v.Run.IsBusy {
		return
	}
	v.Header.Badges = []badge{{warn, "Plan not complete"}}
	why := c.lacks(repairs)
	v.IsCutOff = v.Run.Problem == ""
	if n := v.Repair.Total(); n > 0 {
		v.Header.Actions = append(v.Header.Actions, action{Label: "Make do with it", Dialog: "seal", Why: why})
		v.Dialogs = append(v.Dialogs, confirm{
			ID: "seal", Title: "Make do with what is planned?", Text: "The plan ends here, with " + count(n, "case", "cases") + ". It can be applied then; nothing is changed yet.",
			URL: repairURL(v.Repair.ID) + "/seal", Button: "Make do with it",
		})
	}
	v.Header.Actions = append(v.Header.Actions, action{Label: "Discard", Dialog: "discard", Danger: true, Why: why})
	v.Dialogs = append(v.Dialogs, confirm{
		ID: "discard", Title: "Discard this plan?", Text: "It was never applied, so nothing else changes.", URL: repairURL(v.Repair.ID) + "/discard", Button: "Discard", Danger: true,
	})
}

// addActions offers what the cases allow; nothing while something runs.
func (v *repairView) addActions(c *call) {
	cases := v.Repair.Cases
	todo := cases[store.CasePlanned] + cases[store.CaseWaiting] + cases[store.CaseStopped]
	takable := cases[store.CaseDone] + cases[store.CaseWaiting] + cases[store.CaseStopped]
	why := c.lacks(repairs)
	if why == "" && v.Run.IsBusy {
		why = "Wait for what is under way"
	}
	if todo > 0 {
		label := "Apply"
		if cases[store.CasePlanned] == 0 {
			label = "Go on"
		}
		v.Header.Actions = append(v.Header.Actions, action{Label: label, Icon: "check", Dialog: "apply", Primary: true, Why: why})
		v.Dialogs = append(v.Dialogs, confirm{
			ID: "apply", Title: label + " this repair?", URL: repairURL(v.Repair.ID) + "/apply", Button: label + " " + count(todo, "case", "cases"),
			Text:   "Each person is repaired in a transaction of their own.",
			Points: []string{"A case stops, and changes nothing, where its people are not as they were when it was planned.", "It goes on in the background; this page shows how far it is.", "It can be undone as long as nobody changes the same people afterwards."},
		})
	}
	if takable > 0 {
		v.Header.Actions = append(v.Header.Actions, action{Label: "Undo", Icon: "undo", Dialog: "undo", Why: why})
		v.Dialogs = append(v.Dialogs, confirm{
			ID: "undo", Title: "Undo this repair?", URL: repairURL(v.Repair.ID) + "/undo", Button: "Undo " + count(takable, "case", "cases"), Danger: true,
			Text:   "Links, records, memberships, emails and status go back to what they were before, the last case first.",
			Points: []string{"A case stays as it is, and says why, where somebody changed its people since.", "What was done in an identity provider stays; it may push the same problem again."},
		})
	}
}

// applyRepair applies all that can be, in the background.
func (h *Handler) applyRepair(c *call) error {
	caller, org, id := c.caller, c.org, c.repairID()
	return h.runRepair(c, applying, func(ctx context.Context, after int) (next int, err error) {
		_, next, err = h.Repair.Apply(ctx, caller, org, id, after, casesAStep)
		return next, err
	})
}

// undoRepair undoes all that can be.
func (h *Handler) undoRepair(c *call) error {
	caller, org, id := c.caller, c.org, c.repairID()
	return h.runRepair(c, undoing, func(ctx context.Context, before int) (next int, err error) {
		_, next, err = h.Repair.Undo(ctx, caller, org, id, before, casesAStep)
		return next, err
	})
}

// runRepair takes step after step until none is left. A repair that cannot be
// run at all is refused at once.
func (h *Handler) runRepair(c *call, what doing, step func(ctx context.Context, after int) (next int, err error)) error {
	p, err := h.Repair.Repair(c.Context(), c.org, c.repairID())
	if err != nil {
		return err
	}
	h.runs.start(runKey{c.org, p.ID}, runState{Doing: what, Total: p.Total()}, func(ctx context.Context, at *run) error {
		defer h.findings.report(p.OrgID, true)
		for after := 0; ; {
			next, err := step(ctx, after)
			if err != nil {
				return err
			}
			at.change(func(s *runState) { s.Done = min(s.Done+casesAStep, s.Total) })
			if next == 0 {
				return nil
			}
			after = next
		}
	})
	return c.redirect(repairURL(p.ID))
}
