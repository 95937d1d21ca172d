package console

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"roster/internal/console/picture"
	"roster/internal/identity"
	"roster/internal/repair"
)

// findingView is the page of one finding: what is wrong, why Roster thinks so,
// and what can be done about it.
type findingView struct {
	Header  header
	Finding repair.Finding
	Facts   []fact
	Picture []picture.Drawing
	// HasPeople tells that there is somebody to draw, and IsAfter that the picture
	// shows what a repair would do.
	HasPeople, IsAfter bool

	Ways     []way
	WhyNot   string // nobody may plan, or ""
	NextText string // what people do, where nothing can be planned
}

// way is a strategy with the plan that it would make.
type way struct {
	Strategy repair.Strategy
	Name     string
	About    string
	Undo     string
	Plan     repair.Plan
	Stops    string // what would stop it now, or ""
	PlanURL  string
	Primary  bool
	WhyNot   string
}

// titleOfFinding begins with a capital letter, but for addresses: they are as
// they were pushed.
func titleOfFinding(title string) string {
	first, _, _ := strings.Cut(title, " ")
	if strings.Contains(first, "@") {
		return title
	}
	return capital(title)
}

func findingURL(id string) string { return base + "/findings/" + url.PathEscape(id) }

func (h *Handler) getFinding(c *call) error {
	f, err := h.Repair.Finding(c.Context(), c.org, c.PathValue("findingId"))
	if err != nil {
		return err
	}
	v := findingView{
		Header: header{
			Title: titleOfFinding(f.Title), Lead: f.Explanation, Crumbs: []link{{"Findings", base + "/findings"}},
			Badges: []badge{{kinds[f.Kind].tone, kinds[f.Kind].name}},
		},
		Finding: f, WhyNot: c.lacks(repairs),
	}
	if len(f.Strategies) == 0 {
		v.NextText = sentence(f.Next)
	}
	if v.Facts, err = h.findingFacts(c, f); err != nil {
		return err
	}
	if err := h.addWays(c, &v); err != nil {
		return err
	}
	return h.page(c, "finding", v)
}

func (h *Handler) findingFacts(c *call, f repair.Finding) ([]fact, error) {
	var facts []fact
	if f.DirectoryID != "" {
		d, err := h.Accounts.Directory(c.Context(), c.org, f.DirectoryID)
		if err != nil {
			return nil, err
		}
		facts = append(facts, fact{Label: "Directory", Link: link{d.Name, base + "/directories/" + string(d.ID)}})
	}
	if f.Record.SCIMUserID != "" {
		facts = append(facts, fact{Label: "SCIM user", ID: string(f.Record.SCIMUserID)})
	}
	if f.RightAccount != "" {
		facts = append(facts, fact{Label: "Right account", ID: string(f.RightAccount)})
	}
	if f.WrongAccount != "" {
		facts = append(facts, fact{Label: "Account in the way", ID: string(f.WrongAccount)})
	}
	if f.Count > 0 {
		facts = append(facts, fact{Label: "Concerns", Text: num(f.Count)})
	}
	if f.Attempts > 0 {
		facts = append(facts, fact{Label: "Refused", Text: count(f.Attempts, "time", "times")})
	}
	if !f.FirstSeen.IsZero() {
		facts = append(facts, fact{Label: "First seen", At: f.FirstSeen})
	}
	if !f.LastSeen.IsZero() && !f.LastSeen.Equal(f.FirstSeen) {
		facts = append(facts, fact{Label: "Last seen", At: f.LastSeen})
	}
	return facts, nil
}

// addWays rehearses each strategy, so that people choose between plans and not
// between words. The picture is that of the first.
func (h *Handler) addWays(c *call, v *findingView) error {
	before, err := h.Repair.People(c.Context(), c.org, v.Finding)
	if err != nil {
		return err
	}
	var after *repair.State
	for i, strategy := range v.Finding.Strategies {
		w := wayOf(strategy)
		w.Primary, w.WhyNot, w.PlanURL = i == 0, v.WhyNot, findingURL(v.Finding.ID)+"/plan"
		rehearsed, err := h.Repair.Rehearse(c.Context(), c.caller, c.org, v.Finding.ID, strategy)
		switch e, refused := errors.AsType[*identity.Error](err); {
		case refused:
			w.Stops = sentence(e.Message)
		case err != nil:
			return err
		default:
			w.Plan = rehearsed.Plan
		}
		if i == 0 && rehearsed.After != nil {
			before, after = *rehearsed.Before, rehearsed.After
		}
		v.Ways = append(v.Ways, w)
	}
	v.HasPeople, v.IsAfter = len(before.Accounts)+len(before.Records) > 0, after != nil
	v.Picture, err = h.links(c, before, after)
	return err
}

// wayOf says what a strategy is, and what it risks.
func wayOf(s repair.Strategy) way {
	if s == repair.StrategyCookbook {
		return way{
			Strategy: s, Name: "Step by step, as on the hosted service",
			About: "Uses only what the hosted service offers too, so it rehearses a repair there. Between the steps the person is half repaired, and one step is yours to take in the identity provider.",
			Undo:  "Undo brings back what Roster did; what the identity provider did stays.",
		}
	}
	return way{
		Strategy: s, Name: "All at once",
		About: "One transaction: all of it happens, or nothing. The identity provider need do nothing first.",
		Undo:  "Can be undone as long as nobody changes these people afterwards.",
	}
}

// planFinding plans the repair of one finding and shows the plan.
func (h *Handler) planFinding(c *call) error {
	f, err := h.Repair.Finding(c.Context(), c.org, c.PathValue("findingId"))
	if err != nil {
		return err
	}
	strategy, err := c.strategy()
	if err != nil {
		return err
	}
	planned, _, err := h.Repair.Plan(c.Context(), c.caller, c.org, repair.PlanRequest{Title: titleOfFinding(f.Title), Strategy: strategy, Findings: []string{f.ID}})
	if err != nil {
		return err
	}
	return c.redirect(caseURL(planned.ID, 1))
}

// strategy reads the form field of that name.
func (c *call) strategy() (repair.Strategy, error) {
	s := repair.Strategy(c.PostFormValue("strategy"))
	if !slices.Contains([]repair.Strategy{repair.StrategyAtomic, repair.StrategyCookbook}, s) {
		return "", identity.Errorf(identity.CodeInvalid, "%.20q is not a strategy", s).WithHint("choose atomic or cookbook").WithField("strategy")
	}
	return s, nil
}
