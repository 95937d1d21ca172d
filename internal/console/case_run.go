package console

import (
	"roster/internal/repair"
	"roster/internal/store"
)

// applyCase takes the steps of one case, as far as they are Roster's.
func (h *Handler) applyCase(c *call) error {
	n, err := c.caseNumber()
	if err != nil {
		return err
	}
	out, _, err := h.Repair.Apply(c.Context(), c.caller, c.org, c.repairID(), n-1, 1)
	if err != nil {
		return err
	}
	return h.afterCase(c, out, n)
}

// undoCase brings the people of one case back to what they were.
func (h *Handler) undoCase(c *call) error {
	n, err := c.caseNumber()
	if err != nil {
		return err
	}
	out, _, err := h.Repair.Undo(c.Context(), c.caller, c.org, c.repairID(), n+1, 1)
	if err != nil {
		return err
	}
	return h.afterCase(c, out, n)
}

// afterCase goes back to the case, whose page says what became of it.
func (h *Handler) afterCase(c *call, out repair.ApplyResult, n int) error {
	h.findings.report(c.org, true)
	to := caseURL(c.repairID(), n)
	for _, result := range out.Cases {
		if f, ok := outcomes[result.Status]; ok && result.Note == "" {
			return h.done(c, to, f)
		}
	}
	return c.redirect(to)
}

// outcomes are said once; what stopped or waits stands on the page.
var outcomes = map[store.CaseStatus]flash{
	store.CaseDone:   {Tone: good, Text: "Repaired."},
	store.CaseUndone: {Tone: good, Text: "Undone."},
}
