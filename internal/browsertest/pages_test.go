package browsertest

import (
	"slices"
	"strings"
	"testing"
)

// more are pages that need no id and that the navigation does not have.
var more = []string{
	"/console/accounts?scope=external",
	"/console/accounts?q=ada",
	"/console/accounts?q=nobody-of-this-name",
	"/console/accounts/new",
	"/console/jobs",
}

// maxWeight is what a page may load in all, in bytes.
const maxWeight = 200_000

// TestPages opens every page of the navigation, and more, as somebody who may do
// everything: axe-core finds nothing in either theme, nothing goes beyond the
// edge of a phone, nothing is loaded from elsewhere or refused, no script fails,
// and the page weighs little.
func TestPages(t *testing.T) {
	t.Parallel()
	b := openDemo(t).newTab(t)
	looksRight(b, "/console/sign-in")
	b.signIn("admin")
	navigation := evaluate[[]string](b, `[...document.querySelectorAll(".nav a")].map(a => a.getAttribute("href"))`)
	for _, path := range slices.Concat(navigation, more) {
		looksRight(b, path)
	}
}

// TestErrorPage is the same for a page that is not there.
func TestErrorPage(t *testing.T) {
	t.Parallel()
	b := openDemo(t).newTab(t)
	b.signIn("viewer")
	b.open("/console/nothing")
	b.waitText("h1", "Not found")
	b.accessible()
}

// looksRight opens a page at desktop and phone width, in light and dark.
func looksRight(b *tab, path string) {
	b.Helper()
	name := strings.NewReplacer("/console/", "", "/", "-", "?", "-", "=", "-").Replace(path)
	if name == "" {
		name = "overview"
	}
	b.desktop()
	b.theme("light")
	b.open(path)
	if loaded := b.loaded(); loaded > maxWeight {
		b.Errorf("%s loads %.0f bytes, more than %d", path, loaded, maxWeight)
	}
	b.accessible()
	b.screenshot(name + "-light")
	b.theme("dark")
	b.accessible()
	b.screenshot(name + "-dark")
	b.phone()
	if width := evaluate[int](b, `document.documentElement.scrollWidth`); width > phoneWidth {
		b.Errorf("%s is %d pixels wide on a phone of %d: %s", path, width, phoneWidth,
			evaluate[string](b, `[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth).slice(0, 5).map(e => e.outerHTML.slice(0, 120)).join("\n")`))
	}
	b.accessible()
	b.screenshot(name + "-phone")
	b.untroubled()
}
