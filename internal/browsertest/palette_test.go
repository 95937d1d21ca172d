package browsertest

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// TestPalette goes to a person and to a page by keys alone.
func TestPalette(t *testing.T) {
	t.Parallel()
	b := openDemo(t).newTab(t)
	b.signIn("admin")
	b.open("/console/log")
	b.click(".opener")
	b.waitFor(`document.querySelector("#palette-q").getAttribute("aria-activedescendant") === "palette-0"`)
	b.accessible()
	b.screenshot("palette-light")
	b.theme("dark")
	b.press("radia")
	b.waitText("#palette-list [aria-selected=true]", "Radia Perlman")
	b.accessible()
	b.screenshot("palette-dark")
	b.phone()
	b.waitFor(`document.documentElement.scrollWidth <= innerWidth && document.querySelector("#palette").getBoundingClientRect().right <= innerWidth`)
	b.screenshot("palette-phone")
	b.press(kb.ArrowDown + kb.ArrowDown)
	b.waitText("#palette-list [aria-selected=true]", "Search the log")
	b.press(kb.ArrowDown)
	b.waitText("#palette-list [aria-selected=true]", "Radia Perlman")
	b.press(kb.Escape)
	b.waitFor(`!document.querySelector("#palette").open`)
	b.desktop()
	b.click(".opener")
	b.fill("#palette-q", "audit")
	b.press(kb.Enter) // before the results are there, perhaps
	b.waitText("h1", "Audit")
	b.untroubled()
}

// TestKeys asks for the keys, and uses them.
func TestKeys(t *testing.T) {
	t.Parallel()
	b := openDemo(t).newTab(t)
	b.signIn("viewer")
	b.open("/console/accounts")
	b.press("?")
	b.waitFor(`document.querySelector("#keys").open`)
	b.accessible()
	b.screenshot("keys-light")
	b.press(kb.Escape)
	b.waitFor(`!document.querySelector("#keys").open`)
	b.press("jj")
	b.waitFor(`document.activeElement === document.querySelectorAll(".table tbody th a")[1]`)
	b.press("k")
	b.waitFor(`document.activeElement === document.querySelectorAll(".table tbody th a")[0]`)
	b.press("t")
	b.waitFor(`document.documentElement.dataset.theme === "dark"`)
	b.press("gl")
	b.waitText("h1", "Log")
	b.untroubled()
}
