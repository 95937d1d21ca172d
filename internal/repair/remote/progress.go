package remote

import (
	"slices"
	"time"

	"roster/internal/repair"
	"roster/internal/store"
)

// The statuses of a case.
const (
	StatusPlanned = store.CasePlanned
	StatusWaiting = store.CaseWaiting
	StatusDone    = store.CaseDone
	StatusStopped = store.CaseStopped
	StatusUndone  = store.CaseUndone

	StatusNothing store.CaseStatus = "nothing" // to do
	StatusUndoing store.CaseStatus = "undoing" // begun, and waiting or stopped
)

// Event is what happened to a case. An event is written before a step is taken
// and after it.
type Event struct {
	At   time.Time       `json:"at"`
	N    int             `json:"case"`
	Undo bool            `json:"undo,omitempty"` // the step is one of the undoing
	Step int             `json:"step"`           // from 0
	What What            `json:"what"`
	Kind repair.StepKind `json:"kind,omitempty"`
	Note string          `json:"note,omitempty"`
}

// What names an event.
type What string

// The events.
const (
	EventBegun   What = "begun"   // the step is about to be taken
	EventTaken   What = "taken"   // by this program
	EventAlready What = "already" // it was so before
	EventWaiting What = "waiting"
	EventStopped What = "stopped"
	EventDone    What = "done" // the case
)

// Course is how far a list of steps is: those of the repair, or of undoing it.
type Course struct {
	Taken   int   `json:"stepsTaken"`
	Made    []int `json:"-"` // the steps that this program may have taken, in part or whole
	Waiting bool  `json:"-"` // the last that was noted is that it waits for people
	Stopped bool  `json:"-"` // the last that was noted is why it stopped
}

func (c *Course) add(e Event) {
	c.Waiting, c.Stopped = e.What == EventWaiting, e.What == EventStopped
	switch e.What {
	case EventBegun:
		if !slices.Contains(c.Made, e.Step) {
			c.Made = append(c.Made, e.Step)
		}
	case EventTaken, EventAlready:
		c.Taken = e.Step + 1
	case EventWaiting, EventStopped, EventDone:
	}
}

// Progress is how far a case is.
type Progress struct {
	Case
	Course

	Status store.CaseStatus `json:"status"`
	Note   string           `json:"note,omitempty"`
	Undo   *Undoing         `json:"undo,omitempty"`
}

// Undoing is how far the undoing of a case is.
type Undoing struct {
	Undo
	Course
}

func newProgress(c Case) Progress {
	if len(c.Plan.Steps) == 0 {
		return Progress{Case: c, Status: StatusNothing, Note: c.Reason}
	}
	return Progress{Case: c, Status: StatusPlanned}
}

// add counts an event.
func (p *Progress) add(e Event) {
	if e.Undo && p.Undo != nil {
		p.addUndo(e)
		return
	}
	p.Course.add(e)
	p.Note = e.Note
	switch e.What {
	case EventStopped:
		p.Status = StatusStopped
	case EventDone:
		p.Status = StatusDone
	case EventBegun, EventTaken, EventAlready, EventWaiting:
		p.Status = StatusWaiting
		p.Note = textOf(p.Plan.Steps, p.Taken)
	}
}

func (p *Progress) addUndo(e Event) {
	p.Undo.add(e)
	p.Status, p.Note = StatusUndoing, textOf(p.Undo.Steps, p.Undo.Taken)
	switch e.What {
	case EventStopped:
		p.Note = e.Note
	case EventDone:
		p.Status, p.Note = StatusUndone, ""
	case EventBegun, EventTaken, EventAlready, EventWaiting:
	}
}

func textOf(steps []repair.Step, i int) string {
	if i < len(steps) {
		return steps[i].Text
	}
	return ""
}
