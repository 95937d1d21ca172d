package remote

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"roster/internal/identity"
	"roster/internal/repair"
	"roster/internal/store"
)

// journalFormat is the first line's; it changes when older programs could
// misread a journal.
const journalFormat = "roster-remote-1"

// Header is a journal's first line: what the plan was made with. It holds no
// secret.
type Header struct {
	Format string                 `json:"format"`
	URL    string                 `json:"url"`
	Org    string                 `json:"org"`
	IDP    identity.DirectoryKind `json:"idp"`
	At     time.Time              `json:"at"`
}

// Event is what happened to a case. An event is written before a step is taken
// and after it.
type Event struct {
	At   time.Time       `json:"at"`
	N    int             `json:"case"`
	Step int             `json:"step"` // from 0
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

// line is one line of a journal; exactly one member is set.
type line struct {
	Header  *Header `json:"header,omitempty"`
	Case    *Case   `json:"plan,omitempty"`
	Planned int     `json:"planned,omitempty"` // ends the plan: the number of cases
	Event   *Event  `json:"event,omitempty"`
}

// Journal is a file of JSON Lines that is only appended to. Each line is on
// the disk before Append returns.
type Journal struct {
	Header Header
	Cases  []Progress

	file    *os.File
	planned bool
}

// ErrNotPlanned is a journal whose plan was cut off.
var ErrNotPlanned = errors.New("the plan in it was cut off before its end: plan again to a new file")

// CreateJournal makes a new file. An existing one is the record of another
// repair, and refused with [fs.ErrExist].
func CreateJournal(name string, h Header) (*Journal, error) {
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	h.Format = journalFormat
	j := &Journal{Header: h, file: file}
	err = lockFile(file)
	if err == nil {
		err = j.append(line{Header: &h})
	}
	if err == nil {
		err = syncFolder(filepath.Dir(name))
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return j, nil
}

// syncFolder makes a new file's name outlast a power cut.
func syncFolder(name string) error {
	folder, err := os.Open(name)
	if err != nil {
		return err
	}
	err = folder.Sync()
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, fs.ErrPermission) || errors.Is(err, fs.ErrInvalid) {
		err = nil // not every system syncs folders
	}
	return errors.Join(err, folder.Close())
}

// OpenJournal opens a journal to go on with it; nobody else may meanwhile.
func OpenJournal(name string) (*Journal, error) {
	file, err := os.OpenFile(name, os.O_RDWR|os.O_APPEND, 0)
	if err != nil {
		return nil, err
	}
	j := &Journal{file: file}
	err = lockFile(file)
	if err == nil {
		err = j.recover()
	}
	if err == nil && !j.planned {
		err = ErrNotPlanned
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("journal %s: %w", name, err), file.Close())
	}
	return j, nil
}

// ReadJournal reads a journal that may be in use. It cannot be appended to.
func ReadJournal(name string) (*Journal, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	j := &Journal{}
	if _, err := j.replay(text); err != nil {
		return nil, fmt.Errorf("journal %s: %w", name, err)
	}
	if !j.planned {
		return nil, fmt.Errorf("journal %s: %w", name, ErrNotPlanned)
	}
	return j, nil
}

// recover reads what is there and drops a last line that was cut off: what it
// was to tell had not been acted upon.
func (j *Journal) recover() error {
	text, err := io.ReadAll(j.file)
	if err != nil {
		return err
	}
	whole, err := j.replay(text)
	if err != nil || whole == len(text) {
		return err
	}
	if err := j.file.Truncate(int64(whole)); err != nil {
		return err
	}
	return j.file.Sync()
}

// replay builds the state from all whole lines and gives their length.
func (j *Journal) replay(text []byte) (whole int, err error) {
	for n := 1; ; n++ {
		end := bytes.IndexByte(text[whole:], '\n')
		if end < 0 {
			break
		}
		var l line
		if err := json.Unmarshal(text[whole:whole+end], &l); err != nil {
			return whole, fmt.Errorf("line %d: %w", n, err)
		}
		if err := j.apply(l); err != nil {
			return whole, fmt.Errorf("line %d: %w", n, err)
		}
		whole += end + 1
	}
	if j.Header.Format != journalFormat {
		return whole, fmt.Errorf("this is no journal of format %s", journalFormat)
	}
	return whole, nil
}

func (j *Journal) apply(l line) error {
	switch {
	case l.Header != nil:
		j.Header = *l.Header
	case l.Case != nil:
		j.Cases = append(j.Cases, newProgress(*l.Case))
		if l.Case.N != len(j.Cases) {
			return fmt.Errorf("case %d stands where case %d is due", l.Case.N, len(j.Cases))
		}
	case l.Planned > 0:
		j.planned = l.Planned == len(j.Cases)
	case l.Event != nil:
		if l.Event.N < 1 || l.Event.N > len(j.Cases) {
			return fmt.Errorf("there is no case %d", l.Event.N)
		}
		j.Cases[l.Event.N-1].add(*l.Event)
	}
	return nil
}

func newProgress(c Case) Progress {
	if len(c.Plan.Steps) == 0 {
		return Progress{Case: c, Status: StatusNothing, Note: c.Reason}
	}
	return Progress{Case: c, Status: StatusPlanned}
}

// add counts an event.
func (p *Progress) add(e Event) {
	p.Note, p.Waiting = e.Note, e.What == EventWaiting
	switch e.What {
	case EventBegun:
		p.Status, p.Begun = StatusWaiting, true
	case EventTaken, EventAlready:
		p.Status, p.Taken = StatusWaiting, e.Step+1
	case EventWaiting:
		p.Status = StatusWaiting
	case EventStopped:
		p.Status = StatusStopped
	case EventDone:
		p.Status = StatusDone
	}
	if p.Status == StatusWaiting && p.Taken < len(p.Plan.Steps) {
		p.Note = p.Plan.Steps[p.Taken].Text
	}
}

// AddCase appends a case to the plan.
func (j *Journal) AddCase(c Case) error { return j.append(line{Case: &c}) }

// EndPlan marks the plan as complete.
func (j *Journal) EndPlan() error { return j.append(line{Planned: len(j.Cases)}) }

// Add appends an event.
func (j *Journal) Add(e Event) error { return j.append(line{Event: &e}) }

func (j *Journal) append(l line) error {
	text, err := json.Marshal(l)
	if err != nil {
		return err
	}
	if _, err := j.file.Write(append(text, '\n')); err != nil {
		return fmt.Errorf("write journal: %w", err)
	}
	if err := j.file.Sync(); err != nil {
		return fmt.Errorf("write journal: %w", err)
	}
	return j.apply(l)
}

// Close ends the use of the file.
func (j *Journal) Close() error { return j.file.Close() }

// Count is the number of cases of a status.
func (j *Journal) Count(status store.CaseStatus) int {
	n := 0
	for _, c := range j.Cases {
		if c.Status == status {
			n++
		}
	}
	return n
}
