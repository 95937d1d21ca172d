package store

import (
	"strconv"
	"strings"
)

// where builds a condition of a statement with its parameters. Fragments are
// constants of this package, in which each ? stands for the next argument.
type where struct {
	dialect dialect
	b       strings.Builder
	args    []any
}

// and adds a fragment that must hold as well.
func (w *where) and(fragment string, args ...any) {
	if w.b.Len() > 0 {
		w.b.WriteString(" AND ")
	}
	w.add(fragment, args...)
}

// add writes a fragment as it stands.
func (w *where) add(fragment string, args ...any) {
	for _, arg := range args {
		before, after, _ := strings.Cut(fragment, "?")
		w.b.WriteString(before)
		w.b.WriteString(w.param(arg))
		fragment = after
	}
	w.b.WriteString(fragment)
}

// param takes an argument and gives the placeholder that stands for it.
func (w *where) param(arg any) string {
	w.args = append(w.args, arg)
	return "$" + strconv.Itoa(len(w.args))
}

func (w *where) String() string { return w.b.String() }

// escapeLike makes a text literal in a LIKE pattern with ESCAPE '\'.
func escapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}
