package e2e

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// answer is what a request got.
type answer struct {
	status int
	header http.Header
	body   string
}

// request sends one request as curl would: body is JSON text or "".
func request(tb testing.TB, method, url, key, body string) answer {
	tb.Helper()
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		tb.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+key)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := checkedClient(tb).Do(req)
	if err != nil {
		tb.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		tb.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, string(data)}
}

// want fails the test unless the answer has a status.
func (a answer) want(tb testing.TB, status int) answer {
	tb.Helper()
	if a.status != status {
		tb.Fatalf("status is %d, not %d; body: %s", a.status, status, a.body)
	}
	return a
}

// object is the answer's JSON.
func (a answer) object(tb testing.TB) map[string]any {
	tb.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		tb.Fatalf("%v in %q", err, a.body)
	}
	return v
}

// at walks down a JSON value by member names and array indexes.
func at(tb testing.TB, v any, path ...any) any {
	tb.Helper()
	for _, step := range path {
		switch s := step.(type) {
		case string:
			o, ok := v.(map[string]any)
			if !ok {
				tb.Fatalf("%v has no member %q", v, s)
			}
			v = o[s]
		case int:
			list, ok := v.([]any)
			if !ok || s >= len(list) {
				tb.Fatalf("%v has no element %d", v, s)
			}
			v = list[s]
		}
	}
	return v
}

// list takes a JSON value for an array.
func list(tb testing.TB, v any) []any {
	tb.Helper()
	items, ok := v.([]any)
	if !ok {
		tb.Fatalf("%v is no array", v)
	}
	return items
}

func diff(tb testing.TB, what string, want, got any) {
	tb.Helper()
	if d := cmp.Diff(want, got); d != "" {
		tb.Errorf("%s (-want +got):\n%s", what, d)
	}
}
