package api_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestGeneratedFilesAreCurrent fails when openapi.yaml was changed without
// generating, or a generated file was changed by hand.
func TestGeneratedFilesAreCurrent(t *testing.T) {
	t.Parallel()
	sums, err := os.ReadFile("../generated.sum")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(sums)), "\n")
	for _, want := range []string{"openapi.yaml", "openapi.json", "api/api.gen.go"} {
		if !strings.Contains(string(sums), "  "+want+"\n") {
			t.Errorf("generated.sum does not cover %s", want)
		}
	}
	for _, line := range lines {
		want, name, found := strings.Cut(line, "  ")
		if !found {
			t.Fatalf("generated.sum has the line %q", line)
		}
		data, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%x", sha256.Sum256(data)); got != want {
			t.Errorf("%s changed since the last generation; run: go generate ./internal/adminapi/api", name)
		}
	}
}
