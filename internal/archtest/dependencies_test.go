package archtest

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A requirement of go.mod, and a line of the dependency tables.
var (
	requirement = regexp.MustCompile(`(?m)^\t([^\s(]+) v`)
	reason      = regexp.MustCompile("(?m)^\\| `([^`]+)` \\| \\S")
)

// TestDependenciesAreExplained holds docs/reference/dependencies.md to what the code imports.
func TestDependenciesAreExplained(t *testing.T) {
	t.Parallel()
	required := findAll(t, requirement, "go.mod")
	explained := findAll(t, reason, "docs/reference/dependencies.md")
	for _, file := range readModule(t) {
		for _, imported := range file.imports {
			from := moduleOf(imported, required)
			if from != "" && !slices.Contains(explained, from) {
				t.Errorf("%s: imports %s of %s, which docs/reference/dependencies.md does not explain", file.path, imported, from)
			}
		}
	}
	for _, name := range explained {
		if !slices.Contains(required, name) {
			t.Errorf("docs/reference/dependencies.md explains %s, which go.mod does not require", name)
		}
	}
}

// findAll returns the first group of every match in a file of the module.
func findAll(tb testing.TB, pattern *regexp.Regexp, name string) []string {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		tb.Fatalf("read file: %v", err)
	}
	var found []string
	for _, match := range pattern.FindAllStringSubmatch(string(text), -1) {
		found = append(found, match[1])
	}
	if len(found) == 0 {
		tb.Fatalf("%s: nothing looks like %s", name, pattern)
	}
	return found
}

// moduleOf returns the required module that holds a package, or "" for the standard library and our own.
func moduleOf(imported string, required []string) string {
	var longest string
	for _, name := range required {
		if (imported == name || strings.HasPrefix(imported, name+"/")) && len(name) > len(longest) {
			longest = name
		}
	}
	return longest
}
