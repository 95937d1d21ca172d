package picture

import "fmt"

// Card is a record or an account.
type Card struct {
	X, Y, W, H int
	Class      string
	Full       string // what it says, uncut
	Lines      []Text
	Badges     []Badge
}

// Badge is a word about a card.
type Badge struct {
	X, Y, W, H int
	Class      string
	Text       Text
}

// recordCard is a record's card at its corner 0, 0.
func (m moment) recordCard(r Record, size Size) Card {
	c := Card{W: size.record, Class: "record", Full: fmt.Sprintf("%s\n%s\n%s", r.Name, r.Email, r.ID)}
	c.title(r.Name)
	if size.label == 0 || r.Deleted || r.Account == "" {
		c.email(r.Email, m.isNewRecordEmail(r))
	}
	c.mono(r.ID)
	c.beginBadges()
	if change := m.changeOf(r.key()); size.label == 0 && change != Stays {
		c.badge(string(change), "link "+m.word(change))
	}
	switch {
	case r.Deleted:
		c.Class += " is-deleted"
		c.badge("ends", "deleted")
	case r.Held:
		c.badge("plain", "held apart")
	case r.Account == "":
		c.badge("plain", "no account")
	}
	if r.Groups > 0 {
		c.badge("plain", counted(r.Groups, "group"))
	}
	c.end()
	return c
}

// accountCard is an account's card at its corner 0, 0.
func (m moment) accountCard(a Account, size Size) Card {
	c := Card{W: size.account, Class: "account", Full: fmt.Sprintf("%s\n%s\n%s", a.Name, a.Email, a.ID)}
	c.title(a.Name)
	isNew := m.isNewAccountEmail(a)
	c.email(a.Email, isNew)
	c.mono(a.ID)
	c.beginBadges()
	if !m.scene.isLinked(a.ID) {
		c.Class += " is-alone"
	}
	switch {
	case isNew && m.Before.isLinked(a.ID) && !m.scene.isLinked(a.ID):
		c.badge("ends", "parked")
	case isNew:
		c.badge("begins", "new address")
	}
	if a.Status != "" {
		c.badge(statusClass(a), a.Status)
	}
	for _, fact := range a.Facts {
		c.badge("plain", fact)
	}
	c.end()
	return c
}

func statusClass(a Account) string {
	if a.Active {
		return "active"
	}
	return "inactive"
}

func (c *Card) title(text string) {
	c.line("title", text, clip(text, c.room(), sizeTitle), lineTitle)
}

func (c *Card) mono(id string) {
	c.line("mono", id, shorten(id, c.room(), sizeMono), lineText)
}

func (c *Card) email(email string, isNew bool) {
	class, size := "email", sizeText
	if isNew {
		class, size = "email is-new", sizeText*bold
	}
	for _, line := range address(email, c.room(), size) {
		c.line(class, email, line, lineText)
	}
}

// line adds a line; H is where the next one begins.
func (c *Card) line(class, full, text string, height int) {
	if c.H == 0 {
		c.H = pad - 2 // letters have air above them
	}
	c.H += height
	c.Lines = append(c.Lines, Text{X: pad, Y: c.H - 3, Class: class, Text: text, Full: full})
}

func (c *Card) room() float64 { return float64(c.W - 2*pad) }

func (c *Card) beginBadges() { c.H += badgeGap }

// badge adds a badge to the last row, or to a new one.
func (c *Card) badge(class, text string) {
	shown := clip(text, c.room()-2*badgePad, sizeBadge)
	b := Badge{X: pad, Y: c.H, H: badgeHeight, Class: class, W: int(measure(shown)*sizeBadge) + 2*badgePad}
	if n := len(c.Badges); n > 0 {
		last := c.Badges[n-1]
		b.X, b.Y = last.X+last.W+badgeGap, last.Y
		if b.X+b.W > c.W-pad {
			b.X, b.Y = pad, last.Y+badgeHeight+badgeGap
		}
	}
	b.Text = Text{X: b.X + b.W/2, Y: b.Y + badgeHeight - 4, Class: class, Text: shown, Full: text}
	c.Badges = append(c.Badges, b)
}

const badgePad = 6

func (c *Card) end() {
	if n := len(c.Badges); n > 0 {
		c.H = c.Badges[n-1].Y + badgeHeight
	}
	c.H += pad - 2
}

// moveTo moves a card to its place, and makes it as high as it has to be in
// any panel.
func (c *Card) moveTo(x, y, height int) {
	c.X, c.Y, c.H = x, y, height
	for i, line := range c.Lines {
		c.Lines[i] = line.moved(x, y)
	}
	for i, b := range c.Badges {
		b.X, b.Y, b.Text = b.X+x, b.Y+y, b.Text.moved(x, y)
		c.Badges[i] = b
	}
}

func (t Text) moved(x, y int) Text {
	t.X, t.Y = t.X+x, t.Y+y
	return t
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
