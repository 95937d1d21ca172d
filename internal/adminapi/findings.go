package adminapi

import (
	"slices"

	"roster/internal/adminapi/api"
	"roster/internal/identity"
	"roster/internal/repair"
)

func (h *Handler) listFindings(c *call) error {
	p, err := c.page()
	if err != nil {
		return err
	}
	q := repair.DiagnoseQuery{After: p.After, Limit: p.Limit}
	if kind := c.URL.Query().Get("kind"); kind != "" {
		if q.Kinds, err = findingKinds([]api.FindingKind{api.FindingKind(kind)}); err != nil {
			return err
		}
	}
	found := []api.Finding{}
	next, err := h.repair.Diagnose(c.Context(), c.org, q, func(f repair.Finding) error {
		found = append(found, findingView(f))
		return nil
	})
	if err != nil {
		return err
	}
	return c.ok(api.FindingList{Data: found, Links: c.links(next)})
}

func (h *Handler) getFinding(c *call) error {
	f, err := h.repair.Finding(c.Context(), c.org, c.PathValue("findingId"))
	if err != nil {
		return err
	}
	return c.ok(api.FindingResponse{Data: findingView(f)})
}

// findingKinds checks kinds that a request names.
func findingKinds(names []api.FindingKind) ([]repair.FindingKind, error) {
	kinds := make([]repair.FindingKind, len(names))
	for i, name := range names {
		kinds[i] = repair.FindingKind(name)
		if !slices.Contains(repair.Kinds, kinds[i]) {
			return nil, refusal(badValue, `"kind" is %.40q; it must be one of %v`, name, repair.Kinds).withField("kind")
		}
	}
	return kinds, nil
}

func findingView(f repair.Finding) api.Finding {
	v := api.Finding{
		ID: f.ID, Kind: api.FindingKind(f.Kind), Title: f.Title, Explanation: f.Explanation, Confidence: f.Confidence,
		Evidence: []api.Evidence{}, DirectoryID: string(f.DirectoryID), SCIMUserID: string(f.Record.SCIMUserID),
		RightAccountID: string(f.RightAccount), WrongAccountID: string(f.WrongAccount), OldEmail: f.OldEmail, NewEmail: f.NewEmail,
		Count: f.Count, Attempts: f.Attempts, Strategies: []api.RepairStrategy{}, Next: f.Next,
		FirstSeen: f.FirstSeen, LastSeen: f.LastSeen,
	}
	for _, e := range f.Evidence {
		v.Evidence = append(v.Evidence, api.Evidence{Fact: e.Fact, Weight: e.Weight})
	}
	for _, s := range f.Strategies {
		v.Strategies = append(v.Strategies, api.RepairStrategy(s))
	}
	return v
}

// strategy is the one asked for; Roster's own where none is.
func strategy(s api.RepairStrategy) (repair.Strategy, error) {
	if s == "" {
		return repair.StrategyAtomic, nil
	}
	switch chosen := repair.Strategy(s); chosen {
	case repair.StrategyAtomic, repair.StrategyCookbook:
		return chosen, nil
	default:
		return "", refusal(badValue, `"strategy" is %.40q; it must be atomic or cookbook`, s).withField("strategy")
	}
}

func (c *call) repairID() identity.RepairID { return identity.RepairID(c.PathValue("repairId")) }
