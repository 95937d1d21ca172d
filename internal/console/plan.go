package console

import (
	"context"
	"slices"
	"strings"

	"roster/internal/identity"
	"roster/internal/repair"
)

// addPart plans some findings or pairs of addresses of a repair; of is how many
// were looked at for it.
type addPart func(r repair.PlanRequest, of int) error

// plan makes a repair in the background, part by part, and shows it. The plan
// changes nothing else, and cannot be applied before it is complete.
func (h *Handler) plan(c *call, title string, total int, parts func(ctx context.Context, add addPart) error) error {
	strategy, err := c.strategy()
	if err != nil {
		return err
	}
	opened, err := h.Repair.OpenRepair(c.Context(), c.caller, c.org, title, strategy)
	if err != nil {
		return err
	}
	caller, org := c.caller, c.org
	h.runs.start(runKey{org, opened.ID}, runState{Doing: planning, Total: total}, func(ctx context.Context, at *run) error {
		err := parts(ctx, func(r repair.PlanRequest, of int) error {
			_, skipped, err := h.Repair.AddCases(ctx, caller, org, opened.ID, r)
			at.skip(skipped)
			at.change(func(s *runState) { s.Done += of })
			return err
		})
		if err != nil {
			return err
		}
		_, err = h.Repair.Seal(ctx, caller, org, opened.ID)
		return err
	})
	return c.redirect(repairURL(opened.ID))
}

// planFindings plans the repair of the chosen findings, or of all of a kind.
func (h *Handler) planFindings(c *call) error {
	if kind := repair.FindingKind(c.PostFormValue("kind")); c.PostFormValue("which") != "" && slices.Contains(repair.Kinds, kind) {
		return h.planKind(c, kind)
	}
	chosen := c.PostForm["finding"]
	if len(chosen) == 0 {
		return identity.Errorf(identity.CodeInvalid, "no finding was chosen").WithHint("tick those that are to be repaired together").WithField("finding")
	}
	return h.plan(c, count(len(chosen), "finding", "findings"), len(chosen), func(_ context.Context, add addPart) error {
		for part := range slices.Chunk(chosen, repair.MaxPart) {
			if err := add(repair.PlanRequest{Findings: part}, len(part)); err != nil {
				return err
			}
		}
		return nil
	})
}

// sure is the confidence from which on findings are planned unseen.
const sure = 90

// planKind plans all findings of a kind, in one directory where one is given.
func (h *Handler) planKind(c *call, kind repair.FindingKind) error {
	least := 0
	if c.PostFormValue("which") == "sure" {
		least = sure
	}
	org, directory := c.org, identity.DirectoryID(c.PostFormValue("directory"))
	return h.plan(c, "All: "+kinds[kind].name, 0, func(ctx context.Context, add addPart) error {
		q := repair.DiagnoseQuery{Kinds: []repair.FindingKind{kind}, Limit: repair.MaxPart}
		for {
			var part []string
			looked := 0
			next, err := h.Repair.Diagnose(ctx, org, q, func(f repair.Finding) error {
				looked++
				if f.Confidence >= least && len(f.Strategies) > 0 && (directory == "" || f.DirectoryID == directory) {
					part = append(part, f.ID)
				}
				return nil
			})
			if err != nil {
				return err
			}
			if len(part) > 0 {
				if err := add(repair.PlanRequest{Findings: part}, looked); err != nil {
					return err
				}
			}
			if next == "" {
				return nil
			}
			q.After = next
		}
	})
}

// newRepairView is the form for a mapping file.
type newRepairView struct {
	Header   header
	Title    field
	Strategy field
	Pairs    field
	Wrong    []wrongLine
	Left     int // wrong lines that are not shown
	MaxPairs int
	WhyNot   string
}

func (h *Handler) newRepair(c *call) error {
	return h.page(c, "repair_new", newRepairViewOf(c))
}

func newRepairViewOf(c *call) newRepairView {
	strategy := field{Name: "strategy", Label: "How", Type: "select", Value: c.PostFormValue("strategy"), Options: []option{
		{string(repair.StrategyAtomic), wayOf(repair.StrategyAtomic).Name}, {string(repair.StrategyCookbook), wayOf(repair.StrategyCookbook).Name},
	}}
	return newRepairView{
		Header: header{
			Title: "Plan from a file", Crumbs: []link{{"Repairs", base + "/repairs"}},
			Lead: "For a merger, a new domain or many renames: a list of people's old and new addresses. Roster works out what is wrong with each of them; nothing is changed before you apply the plan.",
		},
		Title:    field{Name: "title", Label: "Title", Value: c.PostFormValue("title"), Placeholder: "Merger with Oldcorp"},
		Strategy: strategy,
		Pairs:    field{Name: "pairs", Label: "Or paste the lines", Type: "textarea", Value: c.PostFormValue("pairs"), Placeholder: "ada@oldcorp.example,ada.lovelace@newcorp.example"},
		MaxPairs: maxPairs, WhyNot: c.lacks(repairs),
	}
}

// maxWrong is how many wrong lines the form names.
const maxWrong = 50

// planMapping plans the repair of the people of a mapping file.
func (h *Handler) planMapping(c *call) error {
	text, err := c.mappingText()
	if err != nil {
		return err
	}
	pairs, wrong := readMapping(text)
	if len(wrong) > 0 {
		v := newRepairViewOf(c)
		shown := min(len(wrong), maxWrong)
		v.Wrong, v.Left = wrong[:shown], len(wrong)-shown
		return h.pageWith(c, 400, "repair_new", v)
	}
	title := strings.TrimSpace(c.PostFormValue("title"))
	if title == "" {
		title = "Mapping of " + count(len(pairs), "person", "people")
	}
	return h.plan(c, title, len(pairs), func(_ context.Context, add addPart) error {
		for part := range slices.Chunk(pairs, repair.MaxPart) {
			if err := add(repair.PlanRequest{Emails: part}, len(part)); err != nil {
				return err
			}
		}
		return nil
	})
}

// sealRepair makes do with what is planned; discardRepair forgets it.
func (h *Handler) sealRepair(c *call) error {
	if _, err := h.Repair.Seal(c.Context(), c.caller, c.org, c.repairID()); err != nil {
		return err
	}
	return c.redirect(repairURL(c.repairID()))
}

func (h *Handler) discardRepair(c *call) error {
	if err := h.Repair.Discard(c.Context(), c.caller, c.org, c.repairID()); err != nil {
		return err
	}
	return h.done(c, base+"/repairs", flash{Text: "The plan is discarded. Nothing was changed by it."})
}
