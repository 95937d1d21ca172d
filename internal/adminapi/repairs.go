package adminapi

import (
	"cmp"
	"strconv"

	"roster/internal/adminapi/api"
	"roster/internal/store"
)

func (h *Handler) listRepairs(c *call) error {
	p, err := c.page()
	if err != nil {
		return err
	}
	found, next, err := h.repair.Repairs(c.Context(), c.org, p)
	if err != nil {
		return err
	}
	return c.ok(api.RepairList{Data: converted(found, repairView), Links: c.links(next)})
}

func (h *Handler) getRepair(c *call) error {
	found, err := h.repair.Repair(c.Context(), c.org, c.repairID())
	if err != nil {
		return err
	}
	return c.ok(api.RepairResponse{Data: repairView(found)})
}

func (h *Handler) listRepairCases(c *call) error {
	p, err := c.page()
	if err != nil {
		return err
	}
	after := 0
	if p.After != "" {
		if after, err = strconv.Atoi(p.After); err != nil {
			return refusal(badCursor, "the cursor does not belong to this list").withField("cursor")
		}
	}
	status := store.CaseStatus(c.URL.Query().Get("status"))
	switch status {
	case "", store.CasePlanned, store.CaseWaiting, store.CaseDone, store.CaseStopped, store.CaseUndone:
	default:
		return refusal(badValue, `"status" is %.20q; it must be planned, waiting, done, stopped or undone`, status).withField("status")
	}
	found, next, err := h.repair.Cases(c.Context(), c.org, c.repairID(), status, after, p.Limit)
	if err != nil {
		return err
	}
	key := ""
	if next > 0 {
		key = strconv.Itoa(next)
	}
	return c.ok(api.RepairCaseList{Data: converted(found, caseView), Links: c.links(key)})
}

func (h *Handler) previewRepairCase(c *call) error {
	n, err := strconv.Atoi(c.PathValue("caseNumber"))
	if err != nil {
		return refusal(badValue, `"caseNumber" is %.20q; it must be a number`, c.PathValue("caseNumber")).withField("caseNumber")
	}
	found, err := h.repair.Preview(c.Context(), c.caller, c.org, c.repairID(), n)
	if err != nil {
		return err
	}
	return c.ok(api.RepairCaseResponse{Data: caseView(found)})
}

func (h *Handler) applyRepair(c *call) error { return h.runRepair(c, h.repair.Apply) }
func (h *Handler) undoRepair(c *call) error  { return h.runRepair(c, h.repair.Undo) }

func (h *Handler) runRepair(c *call, run repairRun) error {
	body, err := readOptional[api.RepairRun](c)
	if err != nil {
		return err
	}
	if body.After < 0 || body.Limit < 0 || body.Limit > store.MaxPage {
		return refusal(badValue, `"after" must not be negative, and "limit" be from 1 to %d`, store.MaxPage).withField("limit")
	}
	out, next, err := run(c.Context(), c.caller, c.org, c.repairID(), body.After, cmp.Or(body.Limit, defaultLimit))
	if err != nil {
		return err
	}
	answer := api.RepairRunResult{Data: repairView(out.Progress), Cases: []api.RepairCaseResult{}, Next: next}
	for _, r := range out.Cases {
		answer.Cases = append(answer.Cases, api.RepairCaseResult{Number: r.N, Title: r.Title, Status: api.CaseStatus(r.Status), Note: r.Note})
	}
	return c.ok(answer)
}
