package adminapi

import (
	"encoding/csv"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// A cursor gives the key back that it was made of, and no text whatever makes
// one of a key that is not text.
func FuzzCursor(f *testing.F) {
	for _, seed := range []string{"", "01936d5c-7b1e-7000-8000-000000000000", "dir/user/acct_1", "a\x00b", "\xff", "AAAA"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c := &call{Request: &http.Request{URL: &url.URL{Path: "/admin/v1/orgs"}}}
		if key, err := c.openCursor(s); err == nil && (key == "" || !isText(key)) {
			t.Errorf("cursor %q gives the key %q", s, key)
		}
		key, err := c.openCursor(c.cursor(s))
		if isGood := s != "" && isText(s); isGood != (err == nil) || isGood && key != s {
			t.Errorf("key %q comes back as %q, %v", s, key, err)
		}
	})
}

// Whatever the path, the answer is no redirect and no panic.
func FuzzPath(f *testing.F) {
	for _, seed := range []string{"/admin/v1/orgs", "//users//a%7Cb//manage/", "/%2e%2e/x", "/./x", "/users/%00/manage", "*", "", "/openapi.json/", "/a%2Fb", "/%"} {
		f.Add(seed)
	}
	h := &Handler{mux: http.NewServeMux()}
	h.mux.HandleFunc("GET /users/{accountId}/manage", serveDocument)
	h.mux.HandleFunc("GET /openapi.json", serveDocument)
	h.mux.HandleFunc("/", h.noRoute)
	f.Fuzz(func(t *testing.T, path string) {
		u, err := url.Parse(path)
		if err != nil {
			return
		}
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, &http.Request{Method: http.MethodGet, URL: u, Host: "roster.example"})
		if rec.Code >= 300 && rec.Code < 400 || rec.Code >= 500 {
			t.Errorf("GET %q: status %d, Location %q", path, rec.Code, rec.Header().Get("Location"))
		}
	})
}

// A cell reads back as it was, but for the mark before a formula.
func FuzzCSVCell(f *testing.F) {
	for _, seed := range []string{"", "=1+1", "+1", "-1", "@x", "\tx", "\r=x", `"quoted", and`, "two\nlines", "'=x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		rec := httptest.NewRecorder()
		if err := writeCSV(rec, [][]string{{"x", harmless(cell)}}); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(rec.Body).ReadAll()
		if err != nil || len(rows) != 1 {
			t.Fatalf("%q reads back as %v, %v", cell, rows, err)
		}
		got := rows[0][1]
		if got != "" && strings.ContainsRune("=+-@\t\r", rune(got[0])) {
			t.Errorf("%q is a formula still: %q", cell, got)
		}
		// encoding/csv reads \r\n as \n (RFC 4180 leaves it open).
		if plain := strings.TrimPrefix(got, "'"); normal(plain) != normal(strings.TrimPrefix(cell, "'")) {
			t.Errorf("%q reads back as %q", cell, got)
		}
	})
}

func normal(s string) string { return strings.NewReplacer("\r\n", "\n", "\r", "").Replace(s) }
