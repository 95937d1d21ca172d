package console

import (
	"strings"

	"roster/internal/repair"
	"roster/internal/store"
)

// stepOf says what a step does, who takes it, and whether it is done.
func stepOf(i int, s repair.Step, of repair.Case) stepView {
	v := stepView{Number: i + 1, Text: sentence(s.Text), Who: "Roster", State: "next"}
	if s.Actor != repair.ActorRoster {
		v.Who = "You, in the identity provider"
		v.Where, v.Menu, v.Text = guide(s.Text)
	}
	switch {
	case of.Status == store.CaseUndone:
	case i < of.Step:
		v.State = "done"
	case i == of.Step && of.Status == store.CaseWaiting:
		v.State = "now"
	}
	return v
}

// guide takes the path through an identity provider's menus out of a step's
// text, such as "in Okta: Dashboard > Tasks, select the failed update".
func guide(text string) (where string, menu []string, rest string) {
	where, rest, found := strings.Cut(text, ": ")
	if !found || !strings.HasPrefix(where, "in ") {
		return "", nil, sentence(text)
	}
	where = strings.TrimPrefix(where, "in ")
	if path, after, found := strings.Cut(rest, ", "); found && strings.Contains(path, " > ") {
		return where, strings.Split(path, " > "), sentence(after)
	}
	return where, nil, sentence(rest)
}

// waitingView is the step that is another's to take: template "waiting". It
// asks again until the push is there.
type waitingView struct {
	Step      stepView
	Arrived   bool
	IsPolling bool
	CanFinish bool
	URL       string
}

func waitingOf(of repair.Standing, canFinish bool) *waitingView {
	w := &waitingView{Arrived: of.Arrived, IsPolling: !of.Arrived, CanFinish: canFinish}
	if of.Step < len(of.Plan.Steps) {
		w.Step = stepOf(of.Step, of.Plan.Steps[of.Step], of.Case)
	}
	return w
}
