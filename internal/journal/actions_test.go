package journal_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/journal"
)

// actionConstant finds the actions that the packages name.
var actionConstant = regexp.MustCompile(`(?m)^\s*Action\w+\s+journal\.Action\s*=\s*"(\w+)"`)

// An action that is not in the catalogue has no words and no place in
// event-actions.
func TestCatalogueHasEveryAction(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	var named []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range actionConstant.FindAllStringSubmatch(string(text), -1) {
			named = append(named, found[1])
		}
	}
	var described []string
	for _, a := range journal.Actions() {
		described = append(described, string(a.ID))
		if a.Name == "" || a.Group == "" || a.Target == "" || strings.HasSuffix(a.Name, ".") {
			t.Errorf("%s is described badly: %+v", a.ID, a)
		}
	}
	slices.Sort(named)
	slices.Sort(described)
	if diff := cmp.Diff(named, described); diff != "" {
		t.Errorf("actions (-constants +catalogue in actions.go):\n%s", diff)
	}
}

func TestDescribeOfAnUnknownAction(t *testing.T) {
	t.Parallel()
	want := journal.ActionInfo{ID: "flown", Name: "flown", Group: "Other", Target: "other"}
	if diff := cmp.Diff(want, journal.Describe("flown")); diff != "" {
		t.Errorf("description (-want +got):\n%s", diff)
	}
}
