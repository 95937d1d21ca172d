package console

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"roster/internal/repair"
	"roster/internal/store"
)

// exportCases writes a line a case, as `roster repair apply --result` does, with
// when and by whom it was last changed.
func (h *Handler) exportCases(c *call) error {
	if _, err := h.Repair.Repair(c.Context(), c.org, c.repairID()); err != nil {
		return err
	}
	return export[repair.Case]{
		File:   "repair.csv",
		Header: []string{"case", "status", "title", "note", "finding", "updatedAt", "updatedBy"},
		Fetch:  func(p store.Page) ([]repair.Case, string, error) { return h.casesBehind(c, p) },
		Row: func(of repair.Case) []string {
			return []string{strconv.Itoa(of.N), string(of.Status), of.Plan.Title, of.Note, of.Plan.Finding, stamp(of.UpdatedAt), of.UpdatedBy}
		},
	}.write(h, c)
}

func (h *Handler) casesBehind(c *call, p store.Page) ([]repair.Case, string, error) {
	after := 0
	if p.After != "" {
		after, _ = strconv.Atoi(p.After) // our own number
	}
	found, next, err := h.Repair.Cases(c.Context(), c.org, c.repairID(), "", after, p.Limit)
	if err != nil || next == 0 {
		return found, "", err
	}
	return found, strconv.Itoa(next), nil
}

// caseLine is a case as JSON Lines.
type caseLine struct {
	Case      int          `json:"case"`
	Status    string       `json:"status"`
	Title     string       `json:"title"`
	Note      string       `json:"note,omitempty"`
	Finding   string       `json:"finding"`
	Changes   []changeLine `json:"changes"`
	UpdatedAt time.Time    `json:"updatedAt"`
	UpdatedBy string       `json:"updatedBy"`
}

type changeLine struct {
	What   string `json:"what"`
	ID     string `json:"id"`
	Field  string `json:"field"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// exportCaseLines is exportCases with what changed, as JSON Lines.
func (h *Handler) exportCaseLines(c *call) error {
	page := store.Page{Limit: store.MaxPage}
	out := json.NewEncoder(c.w)
	connection := http.NewResponseController(c.w)
	for begun := false; ; begun = true {
		found, next, err := h.casesBehind(c, page)
		if err != nil && !begun {
			return err
		}
		if !begun {
			c.w.Header().Set("Content-Type", "application/jsonl; charset=utf-8")
			c.w.Header().Set("Content-Disposition", `attachment; filename="repair.jsonl"`)
		}
		for _, of := range found {
			if err == nil {
				err = out.Encode(caseLineOf(of))
			}
		}
		if err != nil {
			h.Logger.WarnContext(c.Context(), "export broke off", "requestId", c.requestID(), "error", err)
			panic(http.ErrAbortHandler)
		}
		if next == "" {
			return nil
		}
		page.After = next
		// Not every ResponseWriter has deadlines; then the server's own holds.
		_ = connection.SetWriteDeadline(time.Now().Add(pageTime))
	}
}

func caseLineOf(of repair.Case) caseLine {
	line := caseLine{
		Case: of.N, Status: string(of.Status), Title: of.Plan.Title, Note: of.Note, Finding: of.Plan.Finding,
		Changes: []changeLine{}, UpdatedAt: of.UpdatedAt, UpdatedBy: of.UpdatedBy,
	}
	if of.Before != nil && of.After != nil {
		for _, change := range repair.Diff(*of.Before, *of.After) {
			line.Changes = append(line.Changes, changeLine(change))
		}
	}
	return line
}
