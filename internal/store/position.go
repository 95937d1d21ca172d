package store

import (
	"crypto/sha256"
	"sync"
	"time"

	"roster/internal/scim"
)

// Bounds of what is remembered of the pages served.
const (
	maxPositions     = 10_000
	positionLifetime = 10 * time.Minute
)

// positions remembers what stands before an offset of a list, so that the
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

// listKey identifies a list: resources of a directory under a filter, in an order.
type listKey [sha256.Size]byte

type position struct {
	list   listKey
	offset int
}

type noted struct {
	place scim.Place // of the last row before the offset
	at    time.Time
}

func newPositions() *positions { return &positions{recent: map[position]noted{}} }

// before gives the place behind which the row at an offset is found.
func (p *positions) before(l listKey, offset int, now time.Time) (place scim.Place, known bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := position{l, offset}
	n, known := p.recent[at]
	if !known {
		n, known = p.older[at]
	}
	return n.place, known && now.Sub(n.at) <= positionLifetime
}

// note remembers that a page ended before an offset, with a row at this place.
func (p *positions) note(l listKey, offset int, place scim.Place, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.recent) >= maxPositions/2 {
		p.older, p.recent = p.recent, map[position]noted{}
	}
	p.recent[position{l, offset}] = noted{place, now}
}
