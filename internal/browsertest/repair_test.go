package browsertest

import (
	"fmt"
	"net/http"
	"testing"
)

// problem is a broken person of the demo as the console shows it.
type problem struct {
	name  string
	title string // of the finding
	of    func(*demo) scenario
}

var problems = []problem{
	{"A", "cannot become", func(d *demo) scenario { return d.Scenarios.A }},
	{"B", "is synced into the wrong account", func(d *demo) scenario { return d.Scenarios.B }},
}

// email is the address of an account, as applications read it.
func (d *demo) email(t *testing.T, account string) string {
	t.Helper()
	var answer struct {
		Account struct {
			Email string `json:"email"`
		} `json:"account"`
	}
	d.call(t, http.MethodGet, "/users/"+account+"/manage/profile", "", &answer)
	return answer.Account.Email
}

// findingOf opens the page of a person's finding by clicking.
func (b *tab) findingOf(p problem) {
	b.Helper()
	b.clickAndLoad(`.nav a[href="/console/findings"]`)
	b.waitText("h1", "Findings")
	b.waitText(".findings", p.of(b.d).NewEmail)
	b.clickText(".findings th a", p.title)
	b.waitText("h2", "Why Roster thinks so")
}

// clickText clicks the element that shows a text, and waits for the next page.
func (b *tab) clickText(selector, text string) {
	b.Helper()
	evaluate[bool](b, fmt.Sprintf(`(() => { window.isLeft = true; [...document.querySelectorAll(%q)].find(e => e.innerText.includes(%q)).click(); return true })()`, selector, text))
	b.waitFor(`window.isLeft === undefined`)
	b.settle()
}

// TestScenariosByMouse finds, plans, previews, applies, verifies and undoes both
// of the demo's problems by clicking.
func TestScenariosByMouse(t *testing.T) {
	t.Parallel()
	d := ownDemo(t)
	for _, p := range problems {
		t.Run(p.name, func(t *testing.T) {
			s := p.of(d)
			b := d.newTab(t)
			b.signIn("operator")
			b.findingOf(p)
			b.accessible()
			b.screenshot("finding-" + p.name)

			b.clickAndLoad(".way .button.primary")
			b.waitText("main", "A dry run")
			b.waitText(".picture", "new address")
			if got := d.email(t, s.AAID1); got != s.OldEmail {
				t.Fatalf("planning gave the account %s", got)
			}
			b.accessible()
			b.screenshot("plan-" + p.name)

			b.click(`button[commandfor="apply"]`)
			b.waitFor(`document.querySelector("#apply").open`)
			b.accessible()
			b.clickAndLoad("#apply .button.primary")
			b.waitText(".alert", "Repaired and verified")
			if got := d.email(t, s.AAID1); got != s.NewEmail {
				t.Errorf("after the repair the account has %s", got)
			}
			b.accessible()
			b.screenshot("repaired-" + p.name)

			b.click(`button[commandfor="undo"]`)
			b.clickAndLoad("#undo .button.danger")
			b.waitText(".alert", "as they were before")
			if got := d.email(t, s.AAID1); got != s.OldEmail {
				t.Errorf("after the undo the account has %s", got)
			}
			b.findingOf(p)
			b.untroubled()
		})
	}
}

// TestScenariosByKeyboard is the same without a mouse.
func TestScenariosByKeyboard(t *testing.T) {
	t.Parallel()
	d := ownDemo(t)
	for _, p := range problems {
		t.Run(p.name, func(t *testing.T) {
			s := p.of(d)
			b := d.newTab(t)
			b.signIn("operator")
			b.press("gf")
			b.waitText("h1", "Findings")
			b.waitText(".findings", s.NewEmail)
			b.settle()
			b.tabTo(`.findings a[href*="` + map[string]string{"A": "email-conflict", "B": "wrong-account"}[p.name] + `"]`)
			b.press("\r")
			b.waitText("h2", "Why Roster thinks so")
			b.tabTo(".way .button.primary")
			b.press("\r")
			b.waitText("main", "A dry run")
			b.settle()
			b.tabTo(`button[commandfor="apply"]`)
			b.press("\r")
			b.waitFor(`document.querySelector("#apply").open`)
			b.tabTo("#apply .button.primary")
			b.press("\r")
			b.waitText(".alert", "Repaired and verified")
			if got := d.email(t, s.AAID1); got != s.NewEmail {
				t.Errorf("after the repair the account has %s", got)
			}
			b.settle()
			b.tabTo(`button[commandfor="undo"]`)
			b.press("\r")
			b.tabTo("#undo .button.danger")
			b.press("\r")
			b.waitText(".alert", "as they were before")
			if got := d.email(t, s.AAID1); got != s.OldEmail {
				t.Errorf("after the undo the account has %s", got)
			}
			b.untroubled()
		})
	}
}

// TestWaitingTurnsGreen takes scenario A step by step; the page sees the push by
// itself and goes on.
func TestWaitingTurnsGreen(t *testing.T) {
	t.Parallel()
	d := ownDemo(t)
	s := d.Scenarios.A
	b := d.newTab(t)
	b.signIn("operator")
	b.findingOf(problems[0])
	b.clickAndLoad(`.way:nth-child(2) .button`)
	b.click(`button[commandfor="apply"]`)
	b.clickAndLoad("#apply .button.primary")
	b.waitText("#waiting", "Provision on demand") // in the words of Entra ID
	b.accessible()
	b.screenshot("waiting")
	b.phone()
	b.narrow()
	b.accessible()
	b.desktop()

	body := `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"emails[type eq \"work\"].value","value":"` + s.NewEmail + `"}]}`
	if status := d.push(t, 0, http.MethodPatch, "/Users/"+s.SCIMUser1, body); status >= http.StatusBadRequest {
		t.Fatalf("the push was answered %d", status)
	}
	b.waitText(".alert", "Repaired and verified")
	if got := d.email(t, s.AAID1); got != s.NewEmail {
		t.Errorf("the account has %s", got)
	}
	b.untroubled()
}

// narrow fails the test where the page is wider than a phone.
func (b *tab) narrow() {
	b.Helper()
	if width := evaluate[int](b, `document.documentElement.scrollWidth`); width > phoneWidth {
		b.Errorf("%s is %d pixels wide on a phone of %d", b.here(), width, phoneWidth)
	}
}

// paste puts text into a field at once.
func (b *tab) paste(selector, text string) {
	b.Helper()
	evaluate[bool](b, fmt.Sprintf(`(document.querySelector(%q).value = %q) !== null`, selector, text))
}

// TestMergerByFile plans from a pasted mapping, with a person who is left out,
// applies it as a whole, and takes it back.
func TestMergerByFile(t *testing.T) {
	t.Parallel()
	d := ownDemo(t)
	b := d.newTab(t)
	b.signIn("operator")
	b.open("/console/repairs/new")
	looksRight(b, "/console/repairs/new")
	b.desktop()
	b.theme("light")
	b.paste("#f-pairs", "nonsense")
	b.clickAndLoad("main form .button.primary")
	b.waitText("[role=alert]", "Line 1")
	b.paste("#f-pairs", d.Scenarios.B.OldEmail+","+d.Scenarios.B.NewEmail+"\nnobody@oldcorp.example,nobody@newcorp.example\n")
	b.paste("#f-title", "Merger with Oldcorp")
	b.clickAndLoad("main form .button.primary")
	b.waitText("h1", "Merger with Oldcorp")
	b.waitText("#repair", "1 planned")
	b.waitText(".skipped", "nobody@oldcorp.example")
	at := evaluate[string](b, `location.pathname`)

	b.click(`button[commandfor="apply"]`)
	b.clickAndLoad("#apply .button.primary")
	b.waitText("#repair", "1 done")
	if got := d.email(t, d.Scenarios.B.AAID1); got != d.Scenarios.B.NewEmail {
		t.Errorf("after the merger the account has %s", got)
	}
	b.open(at)
	b.click(`button[commandfor="undo"]`)
	b.clickAndLoad("#undo .button.danger")
	b.waitText("#repair", "1 undone")
	looksRight(b, at)
	looksRight(b, at+"/cases/1")
}

// TestBatch plans chosen findings together.
func TestBatch(t *testing.T) {
	t.Parallel()
	d := openDemo(t)
	b := d.newTab(t)
	b.signIn("operator")
	b.open("/console/findings")
	b.waitText(".findings", d.Scenarios.B.NewEmail)
	b.settle()
	evaluate[bool](b, `document.querySelectorAll(".findings input[type=checkbox]").forEach(e => e.click()) === undefined`)
	b.clickAndLoad(".plan-bar .button.primary")
	b.waitText("#repair", "2 planned")
	b.untroubled()
}

// TestViewerMayLookOnly refuses in the browser what the role may not, with the
// reason, and on the server what a page was bent to send.
func TestViewerMayLookOnly(t *testing.T) {
	t.Parallel()
	d := openDemo(t)
	b := d.newTab(t)
	b.signIn("viewer")
	b.findingOf(problems[0])
	b.waitText(".way", "Needs the role operator")
	page := evaluate[string](b, `location.pathname`)
	looksRight(b, page)
	status := evaluate[int](b, fmt.Sprintf(`fetch(%q, {method: "POST", body: new URLSearchParams("strategy=atomic")}).then(r => r.status)`, page+"/plan"))
	if status != http.StatusForbidden {
		t.Errorf("a viewer's plan: %d, want 403", status)
	}
}
