package repair_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"roster/internal/testdb"
)

// How many random sequences of how many steps the property tests try, unless
// RAPID_CHECKS and RAPID_STEPS or rapid's flags say otherwise: done in seconds,
// and long enough for accounts, links and holds to get into each other's way.
var propertySize = map[string]string{"rapid.checks": "6", "rapid.steps": "120"}

func TestMain(m *testing.M) {
	for name, value := range propertySize {
		variable := strings.ToUpper(strings.ReplaceAll(name, ".", "_"))
		if os.Getenv(variable) != "" {
			continue
		}
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
	testdb.Main(m)
}
