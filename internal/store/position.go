package store

import (
	"container/list"
	"crypto/sha256"
	"fmt"
	"sync"
	"time"
)

// Bounds of what is remembered of the pages served.
const (
	maxPositions     = 10_000
	positionLifetime = 10 * time.Minute
)

// positions remembers which id stands before an offset of a list, so that the
// usual walk by startIndex (1, 101, 201, …) goes on by key: SQL's OFFSET costs
// as much as it skips. Each page served notes where it ended.
//
// A walk that goes on by key sees everyone who stays in the list exactly once:
// records that come or go between two pages do not shift it, as they would
// shift OFFSET. Two walks of the same list at a time share what is noted; then
// a deletion between them can shift one of them, by no more than OFFSET would.
// Positions are forgotten after some minutes, so that an old one does not
// stand for an offset that means something else by now; where none is known,
// OFFSET answers.
type positions struct {
	mu      sync.Mutex
	entries map[position]*list.Element // of positionEntry
	recent  *list.List                 // most recently used first
}

// listKey identifies a list: a directory's users or groups under a filter.
type listKey [sha256.Size]byte

type position struct {
	list   listKey
	offset int
}

type positionEntry struct {
	position
	id    string // of the last row before the offset
	noted time.Time
}

func newPositions() *positions {
	return &positions{entries: make(map[position]*list.Element), recent: list.New()}
}

// listKeyOf digests a condition: filters may be long.
func listKeyOf(r resource, w where, after string) listKey {
	return sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%q\n%q", r.table, w.String(), w.args, after))
}

// before gives the id after which the row at an offset is found.
func (p *positions) before(l listKey, offset int, now time.Time) (id string, known bool) {
	if offset <= 0 {
		return "", false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	element, ok := p.entries[position{l, offset}]
	if !ok {
		return "", false
	}
	entry := element.Value.(positionEntry)
	if now.Sub(entry.noted) > positionLifetime {
		return "", false
	}
	p.recent.MoveToFront(element)
	return entry.id, true
}

// note remembers that a page ended before an offset, with a row of this id.
func (p *positions) note(l listKey, offset int, id string, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	entry := positionEntry{position{l, offset}, id, now}
	if element, ok := p.entries[entry.position]; ok {
		element.Value = entry
		p.recent.MoveToFront(element)
		return
	}
	p.entries[entry.position] = p.recent.PushFront(entry)
	if p.recent.Len() > maxPositions {
		oldest := p.recent.Remove(p.recent.Back()).(positionEntry)
		delete(p.entries, oldest.position)
	}
}
