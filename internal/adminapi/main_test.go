package adminapi_test

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"roster/internal/testdb"
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

// run runs the tests and then looks whether they got every answer that the
// contract has, unless only some of them were to run.
func run(m *testing.M) int {
	code := m.Run()
	if err := testdb.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, "stop PostgreSQL:", err)
		code = max(code, 1)
	}
	if code != 0 || isPartial() {
		return code
	}
	c, err := loadContract()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	for _, text := range c.Missing(unanswered) {
		fmt.Fprintln(os.Stderr, text)
		code = 1
	}
	return code
}

func isPartial() bool {
	for _, name := range []string{"test.run", "test.skip", "test.list", "test.fuzz", "test.bench"} {
		if f := flag.Lookup(name); f != nil && f.Value.String() != "" {
			return true
		}
	}
	return false
}

// unanswered are the answers of the contract that this package's tests cannot
// get, each with the reason.
var unanswered = map[string]string{
	"DELETE /users/{accountId}/manage/api-tokens/{tokenId} 204": "accounts have no API tokens of their own in Roster: there is none to delete",
	"GET /healthz 200": "the server's own: see internal/server",
	"GET /readyz 200":  "the server's own: see internal/server",
	"GET /readyz 503":  "the server's own: see internal/server",
}
