package picture

import "fmt"

// sentences say what a panel shows, for those who do not see it.
func (m moment) sentences() []string {
	var all []string
	for _, r := range m.scene.Records {
		all = append(all, m.recordSentence(r))
	}
	for _, a := range m.scene.Accounts {
		all = append(all, m.accountSentence(a))
	}
	return all
}

func (m moment) recordSentence(r Record) string {
	name := fmt.Sprintf("%s record %s (%s)", m.Directories[r.Directory], isolate(r.Name), isolate(r.Email))
	if r.Email == "" {
		name = fmt.Sprintf("%s record %s", m.Directories[r.Directory], isolate(r.Name))
	}
	to := m.scene.account(r.Account)
	switch {
	case r.Deleted:
		return name + " is deleted and can be restored."
	case r.Account == "" && r.Held:
		return name + " is linked to no account and held apart."
	case r.Account == "":
		return name + " is linked to no account."
	case to == nil:
		return name + " is linked to account " + r.Account + "."
	}
	said := name + " is linked to the account of " + isolate(to.Name) + " (" + to.ID + ")"
	switch m.changeOf(r.key()) {
	case Moves:
		return said + m.either("; this link moves.", "; the link moved here.")
	case Ends:
		return said + "; this link ends."
	case Begins:
		return said + "; this link is new."
	default:
		return said + "."
	}
}

func (m moment) accountSentence(a Account) string {
	said := fmt.Sprintf("Account %s of %s has the address %s", a.ID, isolate(a.Name), isolate(a.Email))
	if m.isNewAccountEmail(a) {
		said += ", which is new"
	}
	if a.Status != "" {
		said += ", and is " + a.Status
	}
	if !m.scene.isLinked(a.ID) {
		said += "; no record is linked to it"
	}
	return said + "."
}

func (m moment) either(before, after string) string {
	if m.isAfter {
		return after
	}
	return before
}
