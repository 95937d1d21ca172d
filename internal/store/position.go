package store

import (
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
	mu sync.Mutex
	// Two generations: a full one becomes the older, and what is not used
	// before the next is full is forgotten.
	recent, older map[position]noted
}

// listKey identifies a list: a directory's users or groups under a filter.
type listKey [sha256.Size]byte

type position struct {
	list   listKey
	offset int
}

type noted struct {
	id string // of the last row before the offset
	at time.Time
}

func newPositions() *positions { return &positions{recent: map[position]noted{}} }

// listKeyOf digests a condition: filters may be long.
func listKeyOf(r resource, w where, after string) listKey {
	return sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%q\n%q", r.table, w.String(), w.args, after))
}

// before gives the id after which the row at an offset is found.
func (p *positions) before(l listKey, offset int, now time.Time) (id string, known bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := position{l, offset}
	n, known := p.recent[at]
	if !known {
		n, known = p.older[at]
	}
	return n.id, known && now.Sub(n.at) <= positionLifetime
}

// note remembers that a page ended before an offset, with a row of this id.
func (p *positions) note(l listKey, offset int, id string, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.recent) >= maxPositions/2 {
		p.older, p.recent = p.recent, map[position]noted{}
	}
	p.recent[position{l, offset}] = noted{id, now}
}
