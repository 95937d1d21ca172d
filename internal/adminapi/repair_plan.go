package adminapi

import (
	"roster/internal/adminapi/api"
	"roster/internal/identity"
	"roster/internal/repair"
)

func (h *Handler) planRepair(c *call) error {
	c.maxBody = max(c.maxBody, maxPlanBody)
	body, err := readOwn[api.RepairPlanRequest](c)
	if err != nil {
		return err
	}
	request, err := planRequest(body)
	if err != nil {
		return err
	}
	if body.Open {
		opened, err := h.repair.OpenRepair(c.Context(), c.caller, c.org, request.Title, request.Strategy)
		if err != nil {
			return err
		}
		return h.planned(c, c.created, opened.ID, 0, nil)
	}
	planned, skipped, err := h.repair.Plan(c.Context(), c.caller, c.org, request)
	if err != nil {
		return err
	}
	return h.planned(c, c.created, planned.ID, allCases, skipped)
}

// addRepairCases adds a part of a plan.
func (h *Handler) addRepairCases(c *call) error {
	c.maxBody = max(c.maxBody, maxPlanBody)
	body, err := readOwn[api.RepairPart](c)
	if err != nil {
		return err
	}
	if (len(body.Findings) > 0) == (len(body.Emails) > 0) {
		return refusal(badValue, "one of findings and emails must be given").withHint("list the findings: roster diagnose")
	}
	added, skipped, err := h.repair.AddCases(c.Context(), c.caller, c.org, c.repairID(), repair.PlanRequest{Findings: body.Findings, Emails: emailPairs(body.Emails)})
	if err != nil {
		return err
	}
	return h.planned(c, c.ok, c.repairID(), added, skipped)
}

// allCases says of a new repair that all its cases are new.
const allCases = -1

// planned answers with a repair and what became of its plan.
func (h *Handler) planned(c *call, answer func(any) error, id identity.RepairID, added int, skipped []repair.Skipped) error {
	progress, err := h.repair.Repair(c.Context(), c.org, id)
	if err != nil {
		return err
	}
	if added == allCases {
		added = progress.Total()
	}
	return answer(api.RepairPlanned{Data: repairView(progress), Added: added, Skipped: converted(skipped, func(s repair.Skipped) api.SkippedCase {
		return api.SkippedCase{What: s.What, Reason: s.Reason}
	})})
}

func (h *Handler) sealRepair(c *call) error {
	if _, err := h.repair.Seal(c.Context(), c.caller, c.org, c.repairID()); err != nil {
		return err
	}
	return h.getRepair(c)
}

func (h *Handler) discardRepair(c *call) error {
	if err := h.repair.Discard(c.Context(), c.caller, c.org, c.repairID()); err != nil {
		return err
	}
	return c.noContent()
}

// maxPlanned bounds what one request may name.
const maxPlanned = 1000

// maxPlanBody is what maxPlanned pairs of the longest addresses fit into.
const maxPlanBody = 1 << 20

func planRequest(body api.RepairPlanRequest) (r repair.PlanRequest, err error) {
	given := 0
	for _, has := range [...]bool{len(body.Findings) > 0, len(body.Kinds) > 0, len(body.Emails) > 0, body.Open} {
		if has {
			given++
		}
	}
	switch {
	case given != 1:
		return r, refusal(badValue, "one of findings, kinds, emails and open must be given").withHint("list the findings: roster diagnose")
	case len(body.Findings) > maxPlanned || len(body.Emails) > maxPlanned:
		return r, refusal(badValue, "at most %d findings or pairs of addresses can be planned at once", maxPlanned).
			withHint("begin with open, and add them in parts")
	}
	r = repair.PlanRequest{Title: body.Title, Findings: body.Findings, MinConfidence: body.MinConfidence, Emails: emailPairs(body.Emails)}
	if r.Kinds, err = findingKinds(body.Kinds); err != nil {
		return r, err
	}
	r.Strategy, err = strategy(body.Strategy)
	return r, err
}

func emailPairs(pairs []api.EmailPair) []repair.EmailPair {
	return converted(pairs, func(p api.EmailPair) repair.EmailPair { return repair.EmailPair{Old: p.Old, New: p.New} })
}
