package archtest

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
	"testing"
)

// root is the module's folder as seen from this package's.
const root = "../.."

// source is one Go file of the module.
type source struct {
	path       string // from the module's root, with slashes
	imports    []string
	lines      int
	documented bool // has a package comment
}

func (s source) folder() string    { return path.Dir(s.path) }
func (s source) isTest() bool      { return strings.HasSuffix(s.path, "_test.go") }
func (s source) isGenerated() bool { return strings.HasSuffix(s.path, ".gen.go") }

// readModule returns every Go file of the module.
func readModule(tb testing.TB) []source {
	tb.Helper()
	module := os.DirFS(root)
	var sources []source
	err := fs.WalkDir(module, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && isForeign(module, name):
			return fs.SkipDir
		case entry.IsDir() || path.Ext(name) != ".go":
			return nil
		}
		text, err := fs.ReadFile(module, name)
		if err != nil {
			return fmt.Errorf("read source: %w", err)
		}
		file, err := parseSource(name, text)
		sources = append(sources, file)
		return err
	})
	if err != nil {
		tb.Fatalf("read module: %v", err)
	}
	if len(sources) == 0 {
		tb.Fatalf("no Go files under %s", root)
	}
	return sources
}

// isForeign reports whether a folder is none of the module's packages: hidden, test data, or a module of its own.
func isForeign(module fs.FS, folder string) bool {
	if folder == "." {
		return false
	}
	if name := path.Base(folder); strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "testdata" {
		return true
	}
	_, err := fs.Stat(module, folder+"/go.mod")
	return err == nil
}

func parseSource(name string, text []byte) (source, error) {
	file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ImportsOnly|parser.ParseComments)
	if err != nil {
		return source{}, fmt.Errorf("parse source: %w", err)
	}
	imports, err := importPaths(file)
	return source{
		path:       name,
		imports:    imports,
		lines:      bytes.Count(text, []byte("\n")),
		documented: file.Doc != nil,
	}, err
}

func importPaths(file *ast.File) ([]string, error) {
	paths := make([]string, 0, len(file.Imports))
	for _, spec := range file.Imports {
		unquoted, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, fmt.Errorf("read import path: %w", err)
		}
		paths = append(paths, unquoted)
	}
	return paths, nil
}
