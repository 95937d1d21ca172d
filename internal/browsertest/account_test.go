package browsertest

import (
	"fmt"
	"testing"
	"time"
)

// An administrator makes an account, finds it while typing, gives it another
// address, and the timeline tells of it.
func TestSetEmailOfAnAccount(t *testing.T) {
	t.Parallel()
	b := openDemo(t).newTab(t)
	b.signIn("admin")
	const domain = "newcorp.example"
	name := fmt.Sprintf("moving-%d", time.Now().UnixNano())
	b.open("/console/accounts/new")
	b.fill("#f-email", name+"@"+domain)
	b.clickAndLoad(`button[value="create"]`)
	b.open("/console/accounts")
	b.fill("#q", name)
	b.waitFor(`document.querySelectorAll("#results tbody tr").length === 1`)
	b.clickAndLoad("#results tbody th a")
	looksRight(b, evaluate[string](b, `location.pathname`))
	b.desktop()
	b.theme("light")
	b.click(`main [commandfor="set-email"][command="show-modal"]`)
	b.fill("#f-email", name+"-new@"+domain)
	b.accessible()
	b.clickAndLoad("#set-email .primary")
	b.waitText(".facts", name+"-new@"+domain)
	b.open(evaluate[string](b, `location.pathname`) + "/timeline")
	b.waitText("tbody tr:first-child", "Email changed")
	b.waitText("tbody tr:first-child", name+"-new@"+domain)
	b.accessible()
	b.screenshot("account-timeline")
	b.untroubled()
}

// The pages of a linked account, and of a group, are right in both themes and on a phone.
func TestAccountAndGroupPages(t *testing.T) {
	t.Parallel()
	d := openDemo(t)
	b := d.newTab(t)
	b.signIn("operator")
	looksRight(b, "/console/accounts/"+d.Scenarios.A.AAID1)
	b.open("/console/accounts/" + d.Scenarios.A.AAID1 + "/groups")
	b.accessible()
	b.open("/console/groups")
	b.desktop()
	b.clickAndLoad("#results tbody th a")
	looksRight(b, evaluate[string](b, `location.pathname`))
	b.untroubled()
}
