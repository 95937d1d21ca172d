// Package browsertest drives the web console in a real Chromium: the real
// binary with its demo, people's clicks and keys, and what a browser tells of a
// page (accessibility by axe-core, refused loads, errors of scripts). It has
// tests only; `make test-browser` runs them, and without its flag they skip, so
// that `go test ./...` needs no browser.
//
// A test begins with [openDemo] or with one of its own by startDemo, opens a tab
// with its own cookies, and signs in by a link.
package browsertest
