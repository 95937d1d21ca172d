package picture

// Drawing is a subject in one size.
type Drawing struct {
	Size
	Panels []Panel
	Left   int // cards that there was no room for
}

// Panel is a moment with everything at its place.
type Panel struct {
	ID       string // unique on the page
	Moment   string // now, before, after
	Title    string
	Says     []string // the same in sentences
	Width    int
	Height   int
	Headings []Text
	Frames   []Frame
	Edges    []Edge
	Cards    []Card
}

// Frame surrounds the records of a directory.
type Frame struct{ X, Y, W, H int }

// Draw gives every part of a subject its place.
func Draw(s Subject, size Size) Drawing {
	o := arrange(s)
	l := layout{Subject: s, size: size, order: o, height: map[string]int{}, top: map[string]int{}}
	l.measure()
	l.place()
	d := Drawing{Size: size, Left: o.left}
	for _, m := range s.moments() {
		d.Panels = append(d.Panels, l.panel(m))
	}
	return d
}

// layout is the geometry that all panels of a drawing share, by node: the key
// of a record, the id of an account.
type layout struct {
	Subject
	size   Size
	order  order
	height map[string]int
	top    map[string]int
	frames []Frame
	bottom int
}

// measure makes each card as high as it has to be in any panel.
func (l *layout) measure() {
	for _, m := range l.moments() {
		for _, r := range m.scene.Records {
			l.height[r.key()] = max(l.height[r.key()], m.recordCard(r, l.size).H)
		}
		for _, a := range m.scene.Accounts {
			l.height[a.ID] = max(l.height[a.ID], m.accountCard(a, l.size).H)
		}
	}
}

// place stacks both sides, the lower one in the middle of the higher one.
func (l *layout) place() {
	left, right := l.placeRecords(border), l.placeAccounts(border)
	l.bottom = max(left, right) + border
	if left < right {
		l.placeRecords(border + (right-left)/2)
	} else {
		l.placeAccounts(border + (left-right)/2)
	}
}

func (l *layout) placeRecords(y int) int {
	l.frames = nil
	for i, d := range l.order.directories {
		if i > 0 {
			y += apart
		}
		f := Frame{X: border, Y: y, W: l.size.record + 2*frame}
		y += heading
		for _, key := range l.order.records[d] {
			l.top[key] = y
			y += l.height[key] + between
		}
		y += frame - between
		f.H = y - f.Y
		l.frames = append(l.frames, f)
	}
	return y
}

func (l *layout) placeAccounts(y int) int {
	y += heading
	for _, id := range l.order.accounts {
		l.top[id] = y
		y += l.height[id] + between
	}
	return y - between
}

func (l *layout) accountX() int { return l.size.Width - border - l.size.account }

// panel draws one moment.
func (l *layout) panel(m moment) Panel {
	p := Panel{
		ID: "picture-" + l.size.Name + "-" + m.name(), Moment: m.name(), Title: m.title(), Says: m.sentences(),
		Width: l.size.Width, Height: l.bottom, Frames: l.frames,
	}
	for i, d := range l.order.directories {
		name := m.Directories[d]
		f := l.frames[i]
		p.Headings = append(p.Headings, Text{X: f.X + pad, Y: f.Y + heading - 7, Text: clip(name, float64(f.W-2*pad), sizeText), Full: name})
		for _, key := range l.order.records[d] {
			l.addRecord(&p, m, key)
		}
	}
	if len(l.order.accounts) > 0 {
		p.Headings = append(p.Headings, Text{X: l.accountX() + pad, Y: l.top[l.order.accounts[0]] - 7, Text: "Accounts", Full: "Accounts"})
	}
	for _, id := range l.order.accounts {
		if a := m.scene.account(id); a != nil {
			card := m.accountCard(*a, l.size)
			card.moveTo(l.accountX(), l.top[id], l.height[id])
			p.Cards = append(p.Cards, card)
		}
	}
	return p
}

func (l *layout) addRecord(p *Panel, m moment, key string) {
	r := m.scene.record(key)
	if r == nil {
		return
	}
	card := m.recordCard(*r, l.size)
	card.moveTo(border+frame, l.top[key], l.height[key])
	p.Cards = append(p.Cards, card)
	if to := m.scene.linkOf(key); to != "" {
		if _, drawn := l.top[to]; drawn {
			p.Edges = append(p.Edges, l.edge(m, *r))
		}
	}
}
