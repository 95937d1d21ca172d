package console_test

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestVendoredFiles holds what others wrote to what they published.
func TestVendoredFiles(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"assets/vendor/htmx.min.js":  "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130", // dist/htmx.min.js of htmx.org 4.0.1
		"assets/vendor/htmx.LICENSE": "d3d2456f76414f2456104660ebd65aff1c04cd7966b942bdabd63f3cdb316a38",
	} {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(content)
		if diff := cmp.Diff(want, hex.EncodeToString(sum[:])); diff != "" {
			t.Errorf("SHA-256 of %s (-want +got):\n%s", name, diff)
		}
	}
}

var assetURL = regexp.MustCompile(`(?:src|href)="(/console/assets/[^"#]+)`)

// TestAssets loads what a page names: with a long life, and with gzip where the
// browser takes it.
func TestAssets(t *testing.T) {
	t.Parallel()
	b := onSQLite(t).browser()
	found := assetURL.FindAllStringSubmatch(b.get("/console/sign-in").body, -1)
	if len(found) < 4 {
		t.Fatalf("the page names %d assets", len(found))
	}
	for _, match := range found {
		plain, packed := b.get(match[1]), b.get(match[1], "Accept-Encoding", "br, gzip")
		if plain.StatusCode != http.StatusOK || !strings.Contains(plain.Header.Get("Cache-Control"), "immutable") || plain.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s: %d, %v", match[1], plain.StatusCode, plain.Header)
		}
		body := packed.body
		if packed.Header.Get("Content-Encoding") == "gzip" {
			r, err := gzip.NewReader(strings.NewReader(packed.body))
			if err != nil {
				t.Fatal(err)
			}
			unpacked, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			body = string(unpacked)
		}
		if body != plain.body {
			t.Errorf("%s: with gzip it is another file", match[1])
		}
	}
	if got := b.get("/console/assets/0000000000000000/css/console.css"); got.StatusCode != http.StatusNotFound {
		t.Errorf("a style sheet of another version: %d, want 404", got.StatusCode)
	}
}
