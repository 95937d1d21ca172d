package contracttest

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// Guard hands requests on, and fails the test for every answer that breaks
// the contract.
func (c *Contract) Guard(tb testing.TB, next http.Handler) http.Handler {
	tb.Helper()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := httptest.NewRecorder()
		maps.Copy(rec.Header(), w.Header())
		next.ServeHTTP(rec, r)
		c.report(tb, r, Answer{rec.Code, rec.Header(), rec.Body.Bytes()})
		maps.Copy(w.Header(), rec.Header())
		w.WriteHeader(rec.Code)
		w.Write(rec.Body.Bytes())
	})
}

// Transport sends requests by next, and fails the test for every answer that
// breaks the contract.
func (c *Contract) Transport(tb testing.TB, next http.RoundTripper) http.RoundTripper {
	tb.Helper()
	return transport{c, tb, next}
}

type transport struct {
	contract *Contract
	tb       testing.TB
	next     http.RoundTripper
}

// RoundTrip is http.RoundTripper.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := t.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	t.contract.report(t.tb, r, Answer{res.StatusCode, res.Header, body})
	return res, nil
}

func (c *Contract) report(tb testing.TB, r *http.Request, a Answer) {
	tb.Helper()
	pattern := c.Pattern(r.Method, r.URL.Path)
	if pattern == "" || r.Method == http.MethodHead {
		return
	}
	if err := c.Check(pattern, a); err != nil {
		tb.Errorf("%s %s breaks the contract: %v\n%.2000s", r.Method, r.URL, err, a.Body)
	}
}

// Missing gives the answers of the contract that no test has got, but for
// those that excuses name with a reason; and excuses that are none.
func (c *Contract) Missing(excuses map[string]string) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var missing []string
	for pattern, operation := range c.Operations() {
		for status := range operation.Responses.Map() {
			if answer := pattern + " " + status; !c.got[answer] && excuses[answer] == "" {
				missing = append(missing, answer+" was never answered in these tests")
			}
		}
	}
	for answer := range excuses {
		pattern, status := answer[:strings.LastIndex(answer, " ")], answer[strings.LastIndex(answer, " ")+1:]
		if operation := c.Operations()[pattern]; operation == nil || operation.Responses.Value(status) == nil {
			missing = append(missing, answer+" is excused and not in the contract")
		} else if c.got[answer] {
			missing = append(missing, answer+" is excused and was answered")
		}
	}
	slices.Sort(missing)
	return missing
}
