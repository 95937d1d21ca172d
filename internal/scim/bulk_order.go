package scim

import "slices"

// BulkPlan says in which order the operations of a bulk request are carried out: as the client sent them, but each
// behind those that create what it refers to (RFC 7644 §3.7.2). Operations that refer to one another in a circle
// (§3.7.1) are one step, which must succeed or fail as a whole.
type BulkPlan struct {
	Steps [][]int
	needs [][]int
}

// Needs gives the operations that create what an operation refers to.
func (p BulkPlan) Needs(i int) []int { return p.needs[i] }

// Plan orders the operations.
func (b Bulk) Plan() BulkPlan {
	creators := b.Creators()
	s := stepFinder{
		needs:  make([][]int, len(b.Operations)),
		number: make([]int, len(b.Operations)),
		lowest: make([]int, len(b.Operations)),
		open:   make([]bool, len(b.Operations)),
	}
	for i, op := range b.Operations {
		s.needs[i] = op.references(creators)
	}
	for i := range b.Operations {
		if s.number[i] == 0 {
			s.visit(i)
		}
	}
	return BulkPlan{Steps: s.steps, needs: s.needs}
}

// stepFinder finds circles by Tarjan's algorithm for strongly connected components, which gives each one behind those
// that it needs. The recursion is as deep as there are operations.
type stepFinder struct {
	needs  [][]int
	number []int // in order of the first visit, from 1
	lowest []int // number that is reached from here
	open   []bool
	stack  []int
	count  int
	steps  [][]int
}

func (s *stepFinder) visit(i int) {
	s.count++
	s.number[i], s.lowest[i], s.open[i] = s.count, s.count, true
	s.stack = append(s.stack, i)
	for _, needed := range s.needs[i] {
		if s.number[needed] == 0 {
			s.visit(needed)
			s.lowest[i] = min(s.lowest[i], s.lowest[needed])
		} else if s.open[needed] {
			s.lowest[i] = min(s.lowest[i], s.number[needed])
		}
	}
	if s.lowest[i] == s.number[i] {
		s.close(i)
	}
}

// close ends a step at the operation by which it was entered.
func (s *stepFinder) close(entry int) {
	at := slices.Index(s.stack, entry)
	step := slices.Clone(s.stack[at:])
	s.stack = s.stack[:at]
	for _, i := range step {
		s.open[i] = false
	}
	slices.Sort(step)
	s.steps = append(s.steps, step)
}
