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
	"strconv"
	"sync"
	"time"

	"roster/internal/identity"
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

// line is one line of a journal; exactly one member is set.
type line struct {
	Header  *Header `json:"header,omitempty"`
	Case    *Case   `json:"plan,omitempty"`
	Planned int     `json:"planned,omitempty"` // ends the plan: the number of cases
	Undo    *Undo   `json:"undo,omitempty"`
	Event   *Event  `json:"event,omitempty"`
}

// Journal is a file of JSON Lines that is only appended to. A line is on the
// disk before the method that adds it returns; lines that are added at the same
// time share one sync. Its methods may be called concurrently, and each of its
// cases belongs to one caller at a time.
type Journal struct {
	Header Header
	Cases  []Progress

	file    *os.File
	planned bool

	mu      sync.Mutex // guards Cases and the file's end
	written int64      // lines, by this program
	broken  error      // that a write ended with; a line behind half a line would be lost

	syncing sync.Mutex // one sync at a time
	synced  int64      // of the lines that were written
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
	case l.Undo != nil:
		if l.Undo.N < 1 || l.Undo.N > len(j.Cases) {
			return fmt.Errorf("there is no case %d", l.Undo.N)
		}
		c := &j.Cases[l.Undo.N-1]
		c.Undo, c.Status, c.Note = &Undoing{Undo: *l.Undo}, StatusUndoing, textOf(l.Undo.Steps, 0)
	}
	return nil
}

// AddCase appends a case to the plan.
func (j *Journal) AddCase(c Case) error { return j.append(line{Case: &c}) }

// EndPlan marks the plan as complete.
func (j *Journal) EndPlan() error { return j.append(line{Planned: len(j.Cases)}) }

// AddUndo appends how a case is to be undone; it takes the place of an earlier
// way to undo it.
func (j *Journal) AddUndo(u Undo) error { return j.append(line{Undo: &u}) }

// Add appends an event.
func (j *Journal) Add(e Event) error { return j.append(line{Event: &e}) }

func (j *Journal) append(l line) error {
	text, err := json.Marshal(l)
	if err != nil {
		return err
	}
	n, err := j.write(append(text, '\n'))
	if err == nil {
		err = j.sync(n)
	}
	if err != nil {
		return fmt.Errorf("write journal: %w", err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.apply(l)
}

// write gives the line's number.
func (j *Journal) write(text []byte) (int64, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.broken != nil {
		return 0, j.broken
	}
	if _, j.broken = j.file.Write(text); j.broken != nil {
		return 0, j.broken
	}
	j.written++
	return j.written, nil
}

// sync returns once a line is on the disk. Who comes while another syncs finds
// a line synced, as often as not, when it is that one's turn.
func (j *Journal) sync(line int64) error {
	j.syncing.Lock()
	defer j.syncing.Unlock()
	if j.synced >= line {
		return nil
	}
	j.mu.Lock()
	written := j.written
	j.mu.Unlock()
	if err := j.file.Sync(); err != nil {
		j.mu.Lock()
		defer j.mu.Unlock()
		j.broken = err // whether the lines are on the disk is not known, nor told again
		return err
	}
	j.synced = written
	return nil
}

// Close ends the use of the file.
func (j *Journal) Close() error { return j.file.Close() }

// Case gives a case by its number, as people write it.
func (j *Journal) Case(number string) (*Progress, error) {
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > len(j.Cases) {
		return nil, fmt.Errorf("a case is a number from 1 to %d; got %q", len(j.Cases), number)
	}
	return &j.Cases[n-1], nil
}

// Count is the number of cases of a status.
func (j *Journal) Count(status store.CaseStatus) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	n := 0
	for i := range j.Cases {
		if j.Cases[i].Status == status {
			n++
		}
	}
	return n
}
