package browsertest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestInstantSearch finds accounts while somebody types, and keeps the search in
// the URL.
func TestInstantSearch(t *testing.T) {
	t.Parallel()
	d := openDemo(t)
	b := d.newTab(t)
	b.signIn("viewer")
	b.open("/console/accounts")
	b.press("/") // goes to the search
	if diff := cmp.Diff("q", b.focused()); diff != "" {
		t.Fatalf("focus (-want +got):\n%s", diff)
	}
	b.open("/console/accounts") // the protocol's / is typed too, which that of a keyboard is not
	b.fill("#q", "lovelace")
	b.waitText(".table", "ada.lovelace@newcorp.example")
	b.waitFor(`!document.querySelector(".table").innerText.includes("Radia")`)
	b.waitFor(`location.search === "?q=lovelace"`)
	b.fill("#q", d.Scenarios.B.AAID1)
	b.waitText(".table", d.Scenarios.B.OldEmail)
	b.fill("#q", "nobody-of-this-name")
	b.waitText("#results", "No account matches")
	b.clickAndLoad("#results .button")
	b.waitText(".table", "Radia Perlman")
	b.untroubled()
}

// TestWithoutMouse goes from the sign-in to the accounts and out again by keys.
func TestWithoutMouse(t *testing.T) {
	t.Parallel()
	d := openDemo(t)
	b := d.newTab(t)
	b.open(strings.TrimPrefix(d.signInLink(t, "viewer"), d.BaseURL))
	b.tabTo("main form button")
	b.press("\r")
	b.waitText("h1", "Overview")
	b.settle()
	b.press("\t")
	if diff := cmp.Diff("Skip to content", b.focused()); diff != "" {
		t.Errorf("first stop of the tab key (-want +got):\n%s", diff)
	}
	b.press("\r")
	b.waitFor(`document.activeElement.id === "main"`)
	b.press("ga")
	b.waitText("h1", "Accounts")
	b.tabTo("button[title='Sign out']")
	b.press("\r")
	b.waitText("h1", "Sign in")
	b.open("/console/accounts")
	b.waitText("h1", "Sign in")
}

// TestTheme chooses the dark theme, which stays over a reload.
func TestTheme(t *testing.T) {
	t.Parallel()
	b := openDemo(t).newTab(t)
	b.signIn("viewer")
	background := func() string {
		return evaluate[string](b, `getComputedStyle(document.documentElement).backgroundColor`)
	}
	light := background()
	b.click("button[value=dark]")
	b.waitFor(`document.documentElement.dataset.theme === "dark"`)
	dark := background()
	if light == dark {
		t.Errorf("both themes have the background %s", light)
	}
	b.waitFor(`performance.getEntriesByName(new URL("/console/theme", location).href).length > 0`)
	b.open("/console/accounts")
	if diff := cmp.Diff(dark, background()); diff != "" {
		t.Errorf("background of the next page (-want +got):\n%s", diff)
	}
	b.untroubled()
}

// TestPhone opens the navigation, which a phone hides.
func TestPhone(t *testing.T) {
	t.Parallel()
	b := openDemo(t).newTab(t)
	b.signIn("viewer")
	b.phone()
	b.open("/console/")
	if evaluate[bool](b, `document.querySelector(".nav").checkVisibility()`) {
		t.Error("the navigation is open on a phone")
	}
	b.click(".topbar button")
	b.waitFor(`document.querySelector(".nav").checkVisibility()`)
	b.accessible()
	b.screenshot("navigation-phone")
	b.clickAndLoad(`.nav a[href="/console/accounts"]`)
	b.waitText("h1", "Accounts")
	b.untroubled()
}

// TestSignInIsAudited looks for it in the log of a demo that nobody else uses.
func TestSignInIsAudited(t *testing.T) {
	t.Parallel()
	d := ownDemo(t)
	b := d.newTab(t)
	b.signIn("operator")
	var events struct {
		Data []struct {
			Attributes struct {
				Action string `json:"action"`
			} `json:"attributes"`
		} `json:"data"`
	}
	d.call(t, "GET", "/admin/v1/orgs/"+d.OrgID+"/events?limit=1", "", &events)
	if len(events.Data) != 1 || events.Data[0].Attributes.Action != "console_signed_in" {
		t.Errorf("the latest event is %v", events.Data)
	}
}
