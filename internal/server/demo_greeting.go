package server

import (
	"fmt"
	"strings"
)

// greeting is what `make run` prints: the demo's keys, and the commands that
// show and repair each scenario. Lines indented by four are commands, to be
// pasted into any shell.
func (d *demo) greeting(s *server) string {
	i := &d.info
	var b strings.Builder
	fmt.Fprintf(&b, "Roster %s serves its demo on %s (%s).\n\n", s.Version, i.BaseURL, s.describeStore())
	fmt.Fprintf(&b, "  organization  %s\n  keys          %s (the same for scripts)\n", i.OrgID, d.path(demoFile))
	for _, dir := range i.Directories {
		fmt.Fprintf(&b, "  directory     %-8s %s\n", dir.Kind, dir.SCIMBaseURL)
	}
	fmt.Fprintf(&b, "\nIn a browser (this link signs in once; another: bin/roster console-link):\n\n  %s\n", i.ConsoleURL)
	fmt.Fprintf(&b, "\nIn another terminal:\n\n    export ROSTER_URL=%s ROSTER_KEY=%s\n", i.BaseURL, i.OrgKey)
	b.WriteString(greetingBoth)
	b.WriteString(d.greetingA())
	b.WriteString(d.greetingB())
	return b.String()
}

// greetingBoth is for those who would rather be told.
const greetingBoth = `
Two people are broken. Roster finds both with the evidence, and plans their repair; applying asks first, and can be undone:

    bin/roster diagnose
    bin/roster repair plan --kind email-conflict,wrong-account
    bin/roster repair list

Or by hand, one by one:
`

func (d *demo) greetingA() string {
	a, dir := d.info.Scenarios.A, d.directory(d.info.Scenarios.A.DirectoryID)
	return fmt.Sprintf(`
Scenario A: the right account has the wrong email, as another synced account holds the new one.

  The log has the refused update of %[1]s, with both accounts:
    bin/roster log --level error --long
  Free the account without history, and give it an unused address:
    bin/roster unlink %[2]s --yes
    bin/roster email set %[2]s unused@%[3]s
  The identity provider sends the update again:
    curl -X PATCH '%[4]s/Users/%[5]s' \
      -H 'Authorization: Bearer %[6]s' -H 'Content-Type: application/scim+json' \
      -d '{"Operations":[{"op":"replace","path":"emails[type eq \"work\"].value","value":"%[7]s"}]}'
`, a.OldEmail, a.AAID2, domainOf(a.OldEmail), dir.SCIMBaseURL, a.SCIMUser1, dir.Token, a.NewEmail)
}

func (d *demo) greetingB() string {
	b := d.info.Scenarios.B
	return fmt.Sprintf(`
Scenario B: the wrong account is synced, and the right one, with the history, is not.

  See who is linked:
    bin/roster links --email %[1]s
  One call moves the link and the email; first what it would do, then the call:
    bin/roster relink %[2]s %[3]s %[4]s --take-email --dry-run
    bin/roster relink %[2]s %[3]s %[4]s --take-email --yes
`, b.NewEmail, b.DirectoryID, b.SCIMUser2, b.AAID1)
}

func (d *demo) directory(id string) demoDirectory {
	for _, dir := range d.info.Directories {
		if dir.ID == id {
			return dir
		}
	}
	return demoDirectory{}
}

func domainOf(email string) string {
	_, domain, _ := strings.Cut(email, "@")
	return domain
}
