package picture

import (
	"cmp"
	"slices"
)

// maxSide bounds the cards of a side; a person has a few.
const maxSide = 12

// order is who stands where, the same before and after: people compare what
// stays in its place.
type order struct {
	directories []string
	records     map[string][]string // keys, by directory
	accounts    []string
	left        int // nodes that did not fit
}

// arrange puts the account that is linked in the end first, and records in the
// order of their accounts, so that few lines cross.
func arrange(s Subject) order {
	o := order{records: map[string][]string{}}
	moments := s.moments()
	last := moments[len(moments)-1].scene
	for _, m := range moments {
		for _, a := range m.scene.Accounts {
			o.addAccount(a.ID)
		}
	}
	slices.SortStableFunc(o.accounts, func(a, b string) int {
		return cmp.Compare(rank(last.isLinked(a)), rank(last.isLinked(b)))
	})
	o.accounts = o.cut(o.accounts)
	var keys []string
	for _, m := range moments {
		for _, r := range m.scene.Records {
			if !slices.Contains(keys, r.key()) {
				keys = append(keys, r.key())
			}
		}
	}
	slices.SortStableFunc(keys, func(a, b string) int { return cmp.Compare(o.place(s, a), o.place(s, b)) })
	for _, key := range o.cut(keys) {
		o.addRecord(s.any(key).Directory, key)
	}
	return o
}

func (o *order) addAccount(id string) {
	if !slices.Contains(o.accounts, id) {
		o.accounts = append(o.accounts, id)
	}
}

func (o *order) addRecord(directory, key string) {
	if !slices.Contains(o.directories, directory) {
		o.directories = append(o.directories, directory)
	}
	o.records[directory] = append(o.records[directory], key)
}

func (o *order) cut(nodes []string) []string {
	if len(nodes) <= maxSide {
		return nodes
	}
	o.left += len(nodes) - maxSide
	return nodes[:maxSide]
}

// place is where the account stands that a record is linked to, before or else
// after; the end for a record without.
func (o *order) place(s Subject, key string) int {
	for _, m := range s.moments() {
		if i := slices.Index(o.accounts, m.scene.linkOf(key)); i >= 0 {
			return i
		}
	}
	return len(o.accounts)
}

func rank(first bool) int {
	if first {
		return 0
	}
	return 1
}

// any is a record of either scene.
func (s Subject) any(key string) *Record {
	for _, m := range s.moments() {
		if r := m.scene.record(key); r != nil {
			return r
		}
	}
	return nil
}
