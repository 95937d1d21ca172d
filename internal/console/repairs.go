package console

import (
	"strconv"

	"roster/internal/identity"
	"roster/internal/repair"
	"roster/internal/store"
)

// repairListView is the page of all repairs.
type repairListView struct {
	Header header
	Rows   []repairRow
	Pager  pager
	Empty  empty
	CSV    string
}

// repairRow is a repair in the list.
type repairRow struct {
	repairLine

	Bar      progressBar
	Strategy string
}

func repairURL(id identity.RepairID) string { return base + "/repairs/" + string(id) }

func caseURL(id identity.RepairID, n int) string {
	return repairURL(id) + "/cases/" + strconv.Itoa(n)
}

func (h *Handler) listRepairs(c *call) error {
	p, err := c.rows()
	if err != nil {
		return err
	}
	found, next, err := h.Repair.Repairs(c.Context(), c.org, p)
	if err != nil {
		return err
	}
	v := repairListView{
		Header: header{
			Title: "Repairs", Lead: "Plans and what became of them. A plan changes nothing until it is applied.",
			Actions: []action{planFromFile(c)},
		},
		Pager: c.pager(len(found), next, "repair", "repairs"), CSV: base + "/repairs.csv",
		Empty: empty{
			Icon: "repairs", Title: "Nothing was repaired yet",
			Text:    "A repair begins with a finding, or with a file of people's old and new addresses. Roster writes down the steps, shows who will be linked to whom, and can take it back.",
			Actions: []action{{Label: "See the findings", URL: base + "/findings", Primary: true}},
		},
	}
	for _, r := range found {
		v.Rows = append(v.Rows, repairRow{lineOf(r), barOf(r), strategyNames[repair.Strategy(r.Strategy)]})
	}
	return h.page(c, "repairs", v)
}

// strategyNames are short, for tables.
var strategyNames = map[repair.Strategy]string{repair.StrategyAtomic: "All at once", repair.StrategyCookbook: "Step by step"}

func (h *Handler) exportRepairs(c *call) error {
	return export[repair.Progress]{
		File:   "repairs.csv",
		Header: []string{"repair", "title", "strategy", "planned", "waiting", "done", "stopped", "undone", "createdAt", "createdBy"},
		Fetch: func(p store.Page) ([]repair.Progress, string, error) {
			return h.Repair.Repairs(c.Context(), c.org, p)
		},
		Row: func(r repair.Progress) []string {
			return []string{
				string(r.ID), r.Title, r.Strategy, casesOf(r, store.CasePlanned), casesOf(r, store.CaseWaiting), casesOf(r, store.CaseDone), casesOf(r, store.CaseStopped), casesOf(r, store.CaseUndone),
				stamp(r.CreatedAt), r.CreatedBy,
			}
		},
	}.write(h, c)
}

func casesOf(r repair.Progress, status store.CaseStatus) string { return strconv.Itoa(r.Cases[status]) }

// caseStatuses are those of cases, in the order in which they are shown.
var caseStatuses = []store.CaseStatus{store.CaseDone, store.CaseWaiting, store.CaseStopped, store.CasePlanned, store.CaseUndone}

var caseBadges = map[store.CaseStatus]badge{
	store.CasePlanned: {neutral, "Planned"},
	store.CaseWaiting: {info, "Waiting"},
	store.CaseDone:    {good, "Done"},
	store.CaseStopped: {bad, "Stopped"},
	store.CaseUndone:  {neutral, "Undone"},
}

// progressBar is the cases of a repair by status: template "progress-bar".
type progressBar struct {
	Parts []barPart
	Says  string
}

// barPart is a stretch of a bar that is barWidth long.
type barPart struct {
	X, W int
	Tone string // class of the stretch
}

const barWidth = 1000

func barOf(p repair.Progress) (b progressBar) {
	total, done := p.Total(), 0
	for _, status := range caseStatuses {
		of := p.Cases[status]
		if of == 0 {
			continue
		}
		from := done * barWidth / total
		done += of
		b.Parts = append(b.Parts, barPart{from, done*barWidth/total - from, string(status)})
		if b.Says != "" {
			b.Says += ", "
		}
		b.Says += num(of) + " " + string(status)
	}
	return b
}
