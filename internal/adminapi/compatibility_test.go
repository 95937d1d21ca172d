package adminapi_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/adminapi"
)

var compatibilityRow = regexp.MustCompile("(?m)^\\| `([A-Z]+ [^`]+)` \\| (\\w+) \\| (.*)\\|$")

// The table of compatibility names every hosted operation that there is, none
// that there is not, and gives a reason where something is different.
func TestCompatibilityTable(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/reference/compatibility.md")
	if err != nil {
		t.Fatal(err)
	}
	routes := map[string]bool{}
	for _, r := range adminapi.Routes() {
		routes[r.Method+" "+r.Path] = true
	}
	var there []string
	for _, row := range compatibilityRow.FindAllStringSubmatch(string(text), -1) {
		pattern, state, reason := row[1], row[2], strings.TrimSpace(row[3])
		switch state {
		case "same", "different":
			there = append(there, pattern)
			if !routes[pattern] {
				t.Errorf("%s is said to be there, and is not", pattern)
			}
		case "absent":
			if routes[pattern] {
				t.Errorf("%s is said to be absent, and is there", pattern)
			}
		default:
			t.Errorf("%s is %q; it must be same, different or absent", pattern, state)
		}
		if state != "same" && reason == "" {
			t.Errorf("%s is %s, and no word of why", pattern, state)
		}
	}
	var hosted []string
	for pattern, operation := range contract(t).Operations() {
		if slices.Contains(operation.Tags, "hosted") {
			hosted = append(hosted, pattern)
		}
	}
	slices.Sort(there)
	slices.Sort(hosted)
	if diff := cmp.Diff(hosted, there); diff != "" {
		t.Errorf("operations tagged hosted in openapi.yaml and in compatibility.md (-tagged +table):\n%s", diff)
	}
}
