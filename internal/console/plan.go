package console

import (
	"strings"

	"roster/internal/identity"
	"roster/internal/repair"
)

// planFindings plans the repair of the chosen findings, and shows the plan.
func (h *Handler) planFindings(c *call) error {
	strategy, err := c.strategy()
	if err != nil {
		return err
	}
	chosen := c.PostForm["finding"]
	if len(chosen) == 0 {
		return identity.Errorf(identity.CodeInvalid, "no finding was chosen").WithHint("tick those that are to be repaired together").WithField("finding")
	}
	planned, skipped, err := h.Repair.Plan(c.Context(), c.caller, c.org, repair.PlanRequest{Title: strings.TrimSpace(c.PostFormValue("title")), Strategy: strategy, Findings: chosen})
	if err != nil {
		return err
	}
	if len(skipped) > 0 {
		return h.done(c, repairURL(planned.ID), flash{Tone: warn, Text: count(len(skipped), "finding is", "findings are") + " left out. " + sentence(skipped[0].What+": "+skipped[0].Reason)})
	}
	return c.redirect(repairURL(planned.ID))
}
