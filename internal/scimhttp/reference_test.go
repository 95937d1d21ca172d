package scimhttp_test

import (
	"fmt"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"roster/internal/idpsim/replay"
	"roster/internal/scim"
	"roster/internal/scimhttp"
)

// The limits that administrators read about are those of the code.
func TestLimitsAreDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/reference/scim.md")
	if err != nil {
		t.Fatal(err)
	}
	for what, most := range map[string]string{
		"body of a user":                             fmt.Sprintf("%d MiB", scimhttp.DefaultMaxBody>>20),
		"body of a group":                            fmt.Sprintf("%d MiB", scimhttp.DefaultMaxGroupBody>>20),
		"resources in a page":                        strconv.Itoa(scimhttp.DefaultMaxPage),
		"nesting of arrays and objects in a body":    strconv.Itoa(scim.DefaultLimits.MaxDepth),
		"elements of an array, members of an object": strconv.Itoa(scim.DefaultLimits.MaxElements),
		"a text or a number in a body":               fmt.Sprintf("%d bytes", scim.DefaultLimits.MaxStringBytes),
		"another text attribute":                     fmt.Sprintf("%d bytes", scim.MaxTextBytes),
		"a binary value, such as a certificate":      fmt.Sprintf("%d bytes", scim.MaxBinaryBytes),
		"all values of one attribute":                fmt.Sprintf("%d bytes", scim.MaxAttributeBytes),
		"operations of a PATCH":                      strconv.Itoa(scim.DefaultLimits.MaxOperations),
		"comparisons in all paths of a PATCH":        strconv.Itoa(scim.DefaultLimits.MaxPathTerms),
		"length of a filter or a path":               fmt.Sprintf("%d bytes", scim.DefaultLimits.MaxFilterBytes),
		"nesting of a filter":                        strconv.Itoa(scim.DefaultLimits.MaxFilterDepth),
		"comparisons in a filter":                    strconv.Itoa(scim.DefaultLimits.MaxFilterTerms),
	} {
		if row := "\n| " + what + " | " + most + " | "; !strings.Contains(string(page), row) {
			t.Errorf("docs/reference/scim.md lacks the row%s", row)
		}
	}
}

// Every identity provider that can be replayed and every habit is explained to
// those who wire one.
func TestIdentityProvidersAreDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/reference/idps.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, script := range replay.Scripts() {
		if !strings.Contains(string(page), "`"+script.Kind+"`") && !strings.Contains(string(page), "--kind "+script.Kind+" ") {
			t.Errorf("docs/reference/idps.md lacks %s", script.Kind)
		}
	}
	for habit := range reflect.TypeFor[scim.Habits]().Fields() {
		if !strings.Contains(string(page), "| `"+habit.Name+"` |") {
			t.Errorf("docs/reference/idps.md lacks the habit %s", habit.Name)
		}
	}
}
