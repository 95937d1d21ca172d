package e2e

import (
	"net/http"
	"sync"
	"testing"

	"roster/internal/contracttest"
)

var loadContract = sync.OnceValues(func() (*contracttest.Contract, error) { return contracttest.Load("../adminapi/openapi.json") })

// checkedClient fails the test for every answer of the admin API that breaks
// its contract.
func checkedClient(tb testing.TB) *http.Client {
	tb.Helper()
	contract, err := loadContract()
	if err != nil {
		tb.Fatal(err)
	}
	return &http.Client{Transport: contract.Transport(tb, http.DefaultTransport)}
}
