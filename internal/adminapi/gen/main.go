package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"gopkg.in/yaml.v3"
)

// covered is what generated.sum covers, relative to the
// directory of openapi.yaml.
var covered = []string{
	"openapi.yaml",
	"openapi.json",
	"api/config.yaml",
	"api/overlay.yaml",
	"api/api.gen.go",
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("usage: gen json|sums DIR, where DIR holds openapi.yaml")
	}
	switch args[0] {
	case "json":
		return writeJSON(args[1])
	case "sums":
		return writeSums(args[1])
	}
	return fmt.Errorf("unknown command %q; use json or sums", args[0])
}

func writeJSON(dir string) error {
	text, err := os.ReadFile(filepath.Join(dir, "openapi.yaml"))
	if err != nil {
		return fmt.Errorf("read document: %w", err)
	}
	var document map[string]any
	if err := yaml.Unmarshal(text, &document); err != nil {
		return fmt.Errorf("parse document: %w", err)
	}
	out, err := json.MarshalIndent(document, "", " ")
	if err != nil {
		return fmt.Errorf("encode document: %w", err)
	}
	return os.WriteFile(filepath.Join(dir, "openapi.json"), append(out, '\n'), 0o644)
}

// writeSums writes the format of sha256sum, so that "sha256sum -c" reads it.
func writeSums(dir string) error {
	var b strings.Builder
	for _, name := range covered {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return fmt.Errorf("read covered file: %w", err)
		}
		fmt.Fprintf(&b, "%x  %s\n", sha256.Sum256(data), name)
	}
	return os.WriteFile(filepath.Join(dir, "generated.sum"), []byte(b.String()), 0o644)
}
