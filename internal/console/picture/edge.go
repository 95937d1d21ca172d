package picture

import "fmt"

// Edge is a link: a line from a record to an account.
type Edge struct {
	Change Change
	Path   string
	Arrow  string // the head, at the account
	Label  *Label // nil where there is no room
}

// Label is the address on a line, with what becomes of the link.
type Label struct {
	X, Y, W, H int
	Lines      []Text
}

// edge draws the link of a record. The label stands beside the record, so
// that no two meet; from there the line bends to the account.
func (l *layout) edge(m moment, r Record) Edge {
	key := r.key()
	x1, y1 := border+frame+l.size.record, l.top[key]+l.height[key]/2
	x2, y2 := l.accountX(), l.port(m, r)
	e := Edge{Change: m.changeOf(key), Arrow: fmt.Sprintf("M%d %dl%d %dv%dz", x2, y2, -arrow, -arrow/2, arrow)}
	if l.size.label == 0 {
		e.Path = bend(x1, y1, x2-arrow, y2)
		return e
	}
	label := m.label(r, l.size)
	label.moveTo(x1+lead, y1-label.H/2)
	e.Label = &label
	e.Path = fmt.Sprintf("M%d %dH%d", x1, y1, label.X) + bend(label.X+label.W, y1, x2-arrow, y2)
	return e
}

const (
	lead  = 16 // from a record to the label
	arrow = 8  // length and breadth of the head
)

// changeOf is what becomes of a link that is there: a link that has come is no
// longer on its way.
func (m moment) changeOf(key string) Change {
	switch change := m.change(key); {
	case change == Begins && !m.isAfter, change == Ends && m.isAfter:
		return Stays
	default:
		return change
	}
}

// port is where a link meets its account: each on its own height, in the order
// of the records.
func (l *layout) port(m moment, r Record) int {
	var before, all int
	for _, d := range l.order.directories {
		for _, key := range l.order.records[d] {
			if m.scene.linkOf(key) != r.Account {
				continue
			}
			if all++; key == r.key() {
				before = all
			}
		}
	}
	return l.top[r.Account] + l.height[r.Account]*before/(all+1)
}

// bend is a line that leaves and arrives level.
func bend(x1, y1, x2, y2 int) string {
	if y1 == y2 {
		return fmt.Sprintf("M%d %dH%d", x1, y1, x2)
	}
	middle := (x1 + x2) / 2
	return fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x1, y1, middle, y1, middle, y2, x2, y2)
}

// label is the address by which a record is linked, at the corner 0, 0.
func (m moment) label(r Record, size Size) Label {
	b := Label{W: size.label}
	b.H = labelPad
	if change := m.changeOf(r.key()); change != Stays {
		b.add("change", m.word(change), m.word(change))
	}
	class := "email"
	if m.isNewRecordEmail(r) {
		class += " is-new"
	}
	for _, line := range address(r.Email, float64(b.W-2*labelPad), sizeText*bold) {
		b.add(class, r.Email, line)
	}
	b.H += labelPad
	b.fit()
	return b
}

const labelPad = 6

func (b *Label) add(class, full, text string) {
	b.H += lineText
	b.Lines = append(b.Lines, Text{X: b.W / 2, Y: b.H - 3, Class: class, Text: text, Full: full})
}

// fit makes a label as wide as its text.
func (b *Label) fit() {
	widest := 0.0
	for _, line := range b.Lines {
		widest = max(widest, measure(line.Text)*sizeText*bold)
	}
	b.W = min(b.W, int(widest)+2*labelPad)
	for i := range b.Lines {
		b.Lines[i].X = b.W / 2
	}
}

func (b *Label) moveTo(x, y int) {
	b.X, b.Y = x, y
	for i, line := range b.Lines {
		b.Lines[i] = line.moved(x, y)
	}
}
