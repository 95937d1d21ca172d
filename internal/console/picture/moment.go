package picture

// moment is one of a subject's scenes.
type moment struct {
	Subject
	scene   Scene
	isAfter bool
}

// moments are the scenes that there are, the first one first.
func (s Subject) moments() []moment {
	all := []moment{{Subject: s, scene: s.Before}}
	if s.After != nil {
		all = append(all, moment{Subject: s, scene: *s.After, isAfter: true})
	}
	return all
}

// isNewAccountEmail tells whether an account got its address by the repair.
func (m moment) isNewAccountEmail(a Account) bool {
	before := m.Before.account(a.ID)
	return m.isAfter && before != nil && before.Email != a.Email
}

func (m moment) isNewRecordEmail(r Record) bool {
	before := m.Before.record(r.key())
	return m.isAfter && before != nil && before.Email != r.Email
}

func (m moment) name() string {
	switch {
	case m.isAfter:
		return "after"
	case m.After == nil:
		return "now"
	default:
		return "before"
	}
}

// title is what a panel is called.
func (m moment) title() string {
	return map[string]string{"now": "Now", "before": "Before", "after": "After"}[m.name()]
}

// word says what becomes of a link, or what became of it.
func (m moment) word(change Change) string {
	if m.isAfter && change == Moves {
		return "moved"
	}
	if change == Begins {
		return "new"
	}
	return string(change)
}
