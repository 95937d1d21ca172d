package console

import (
	"strconv"

	"roster/internal/console/picture"
	"roster/internal/identity"
	"roster/internal/repair"
	"roster/internal/store"
)

// caseView is the page of one case: its steps, the picture before and after
// them, and what can be done now.
type caseView struct {
	Header    header
	Case      repair.Standing
	URL       string // of this page
	ApplyURL  string
	Picture   []picture.Drawing
	IsPreview bool // the picture is of a dry run
	Notice    alert
	Waiting   *waitingView
	Steps     []stepView
	Musts     []string // what must still be true when it is applied
	Risks     []string
	Undo      undoView
	Changes   []changeView
	Dialogs   []confirm
}

// stepView is a step with how far it is.
type stepView struct {
	Number int
	Text   string
	Where  string // in an identity provider: its name
	Menu   []string
	State  string // done, now, next
	Who    string
}

// undoView says whether the case can be undone, and why not.
type undoView struct {
	Says   string
	Points []string
}

type changeView struct{ What, ID, Field, Before, After string }

func (h *Handler) getCase(c *call) error {
	v, err := h.casePage(c)
	if err != nil {
		return err
	}
	return h.page(c, "case", v)
}

// caseNumber reads the number in the path.
func (c *call) caseNumber() (int, error) {
	n, err := strconv.Atoi(c.PathValue("caseNumber"))
	if err != nil || n < 1 {
		return 0, noPage(c.URL.Path)
	}
	return n, nil
}

func (h *Handler) casePage(c *call) (v caseView, err error) {
	n, err := c.caseNumber()
	if err != nil {
		return v, err
	}
	p, err := h.Repair.Repair(c.Context(), c.org, c.repairID())
	if err != nil {
		return v, err
	}
	if v.Case, err = h.Repair.Look(c.Context(), c.org, p.ID, n); err != nil {
		return v, err
	}
	v.URL = caseURL(p.ID, n)
	v.ApplyURL = v.URL + "/apply"
	v.Header = header{
		Title: titleOfFinding(v.Case.Plan.Title), Badges: []badge{caseBadges[v.Case.Status]},
		Crumbs: []link{{"Repairs", base + "/repairs"}, {titleOf(p), repairURL(p.ID)}},
	}
	if p.Total() > 1 {
		v.Header.Crumbs = append(v.Header.Crumbs, link{"Case " + num(n), v.URL})
	}
	if err := h.addPicture(c, &v, p.ID); err != nil {
		return v, err
	}
	v.describe(c)
	return v, nil
}

// addPicture draws what was, or of a planned case what would be.
func (h *Handler) addPicture(c *call, v *caseView, id identity.RepairID) (err error) {
	before, after := v.Case.Plan.Expect, v.Case.After
	if v.Case.Before != nil {
		before = *v.Case.Before
	}
	if v.Case.Status == store.CasePlanned {
		preview, err := h.Repair.Preview(c.Context(), c.caller, c.org, id, v.Case.N)
		if err != nil {
			return err
		}
		after, v.IsPreview = preview.After, preview.After != nil
		if preview.Note != "" && preview.After == nil {
			v.Notice = alert{Tone: warn, Title: "Applying it now would stop", Text: sentence(preview.Note)}
		}
	}
	if after != nil {
		for _, change := range repair.Diff(before, *after) {
			v.Changes = append(v.Changes, changeViewOf(change))
		}
	}
	if after == nil || v.Case.Status == store.CaseUndone {
		before, after = v.Case.Now, nil
	}
	v.Picture, err = h.links(c, before, after)
	return err
}

// describe says in words what the case's state means.
func (v *caseView) describe(c *call) {
	v.Risks = v.Case.Plan.Risks
	for i, s := range v.Case.Plan.Steps {
		v.Steps = append(v.Steps, stepOf(i, s, v.Case.Case))
	}
	why := c.lacks(repairs)
	switch v.Case.Status {
	case store.CasePlanned:
		v.Musts = mustsOf(v.Case.Plan.Expect)
		v.offerApply("Apply", why)
	case store.CaseWaiting:
		v.Waiting = waitingOf(v.Case, why == "")
		v.offerUndo(why)
	case store.CaseStopped:
		v.Notice = alert{Tone: bad, Title: "It stopped, and nothing of this step was changed", Text: sentence(v.Case.Note), Link: link{"See the finding, and plan it again", findingURL(v.Case.Plan.Finding)}}
		v.offerApply("Try again", why)
		v.offerUndo(why)
	case store.CaseDone:
		v.Notice = doneNotice(v.Case)
		v.offerUndo(why)
	case store.CaseUndone:
		v.Notice = alert{Tone: neutral, Title: "Undone", Text: "Its people are as they were before the repair.", Link: link{"Look for what is wrong now", base + "/findings"}}
	}
}

func doneNotice(of repair.Standing) alert {
	if of.Note != "" { // why an undo was refused
		return alert{Tone: warn, Title: "Repaired, and not undone", Text: sentence(of.Note)}
	}
	if !of.Solved {
		return alert{Tone: warn, Title: "Applied", Text: "Diagnosis finds the problem again: something has brought it back since.", Link: link{"See the finding", findingURL(of.Plan.Finding)}}
	}
	return alert{Tone: good, Title: "Repaired and verified", Text: "Diagnosis does not find the problem any more."}
}

func (v *caseView) offerApply(label, why string) {
	v.Header.Actions = append(v.Header.Actions, action{Label: label, Icon: "check", Dialog: "apply", Primary: true, Why: why})
	points := make([]string, 0, len(v.Steps))
	for _, s := range v.Steps {
		points = append(points, s.Text)
	}
	v.Dialogs = append(v.Dialogs, confirm{
		ID: "apply", Title: label + " this repair?", Text: "These steps are taken, as far as they are Roster's:", Points: points,
		URL: v.ApplyURL, Button: label,
	})
}

// offerUndo offers it where something was done, and says why not where others
// changed the same people.
func (v *caseView) offerUndo(why string) {
	if v.Case.Before == nil {
		return
	}
	v.Undo = undoView{Says: "Undo brings back links, records, memberships, emails and status as they were before."}
	if v.Case.Status == store.CaseDone && len(v.Case.Changed) > 0 {
		v.Undo.Says = "This cannot be undone any more: it would undo what others did since."
		for _, change := range v.Case.Changed {
			v.Undo.Points = append(v.Undo.Points, changeViewOf(change).sentence())
		}
		why = "Others changed these people since"
	}
	v.Header.Actions = append(v.Header.Actions, action{Label: "Undo", Icon: "undo", Dialog: "undo", Why: why})
	if why == "" {
		v.Dialogs = append(v.Dialogs, confirm{
			ID: "undo", Title: "Undo this repair?", Text: v.Undo.Says, URL: v.URL + "/undo", Button: "Undo", Danger: true,
			Points: []string{"What was done in an identity provider stays.", "The problem is there again afterwards."},
		})
	}
}

// mustsOf are the preconditions of a plan, for people.
func mustsOf(expect repair.State) (musts []string) {
	for _, r := range expect.Records {
		switch {
		case r.Deleted:
			musts = append(musts, "Record "+short(r.SCIMUserID)+" ("+r.UserName+") is still deleted")
		case r.AccountID == "":
			musts = append(musts, "Record "+short(r.SCIMUserID)+" ("+r.UserName+") is still without an account")
		default:
			musts = append(musts, "Record "+short(r.SCIMUserID)+" ("+r.UserName+") is still linked to account "+short(r.AccountID)+" and in "+count(len(r.Groups), "group", "groups"))
		}
	}
	for _, a := range expect.Accounts {
		musts = append(musts, "Account "+short(a.ID)+" still has the address "+a.Email+" and is "+string(a.Status))
	}
	return musts
}
