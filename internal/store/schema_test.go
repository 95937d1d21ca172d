package store

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEnginesHaveOneSchema compares what the migrations of both engines end in.
func TestEnginesHaveOneSchema(t *testing.T) {
	t.Parallel()
	const sqliteColumns = `SELECT m.name || '.' || c.name || ' ' || c.type || CASE WHEN c."notnull" = 1 OR c.pk > 0 THEN ' NOT NULL' ELSE '' END
		FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'`
	const postgresColumns = `SELECT table_name || '.' || column_name || ' ' || upper(data_type) || CASE is_nullable WHEN 'NO' THEN ' NOT NULL' ELSE '' END
		FROM information_schema.columns WHERE table_schema = 'public'`
	const sqliteKeys = `SELECT m.name || ' (' || (SELECT group_concat(c.name, ', ') FROM (SELECT name FROM pragma_table_info(m.name) WHERE pk > 0 ORDER BY pk) c) || ')'
		FROM sqlite_schema m WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'`
	const postgresKeys = `SELECT table_name || ' (' || string_agg(column_name, ', ' ORDER BY ordinal_position) || ')' FROM (
		SELECT k.table_name, k.column_name, k.ordinal_position FROM information_schema.key_column_usage k
		JOIN information_schema.table_constraints c USING (constraint_schema, constraint_name) WHERE c.constraint_type = 'PRIMARY KEY' AND k.table_schema = 'public') x GROUP BY table_name`
	const sqliteReferences = `SELECT m.name || ' (' || group_concat(f."from", ', ') || ') to ' || f."table" || ' ' || f.on_delete
		FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' GROUP BY m.name, f.id`
	const postgresReferences = `SELECT t.relname || ' (' || (SELECT string_agg(a.attname, ', ' ORDER BY k.n) FROM unnest(c.conkey) WITH ORDINALITY k(attnum, n)
			JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum) || ') to ' || r.relname || CASE c.confdeltype WHEN 'c' THEN ' CASCADE' ELSE ' NO ACTION' END
		FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class r ON r.oid = c.confrelid WHERE c.contype = 'f'`
	tests := []struct{ name, sqlite, postgres string }{
		{"columns", sqliteColumns, postgresColumns},
		{"primary keys", sqliteKeys, postgresKeys},
		{"foreign keys", sqliteReferences, postgresReferences},
		{"indexes", `SELECT name || ' on ' || tbl_name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL`, `SELECT indexname || ' on ' || tablename FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT LIKE '%_pkey'`},
		{"unique indexes", `SELECT name FROM sqlite_schema WHERE sql LIKE 'CREATE UNIQUE%'`, `SELECT indexname FROM pg_indexes WHERE schemaname = 'public' AND indexdef LIKE 'CREATE UNIQUE%' AND indexname NOT LIKE '%_pkey'`},
		{"partial indexes", `SELECT name FROM sqlite_schema WHERE type = 'index' AND sql LIKE '% WHERE %'`, `SELECT indexname FROM pg_indexes WHERE schemaname = 'public' AND indexdef LIKE '% WHERE %'`},
	}
	sqlite, postgres := newSQLite(t), newPostgres(t)
	for _, test := range tests {
		want, got := catalogue(t, sqlite, test.sqlite), catalogue(t, postgres, test.postgres)
		if len(want) < 5 {
			t.Errorf("%s: the catalogue of SQLite tells only %q", test.name, want)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-sqlite +postgres):\n%s", test.name, diff)
		}
	}
}

// catalogue runs a query of one text column over a database's catalogue. It
// leaves out what is the migration tool's and SQLite's own.
func catalogue(t *testing.T, s *Store, query string) []string {
	t.Helper()
	var lines []string
	view(t, s, func(tx *Tx) (err error) {
		lines, err = all(tx, column[string], query)
		return err
	})
	lines = slices.DeleteFunc(lines, func(line string) bool {
		return strings.HasPrefix(line, "goose_") || strings.HasPrefix(line, "sqlite_")
	})
	for i, line := range lines {
		lines[i] = strings.ReplaceAll(line, "JSONB", "TEXT") // SQLite keeps JSON as text
	}
	slices.Sort(lines)
	return lines
}

var (
	parameter = regexp.MustCompile(`\$(\d+)`)
	statement = regexp.MustCompile(`^(SELECT|INSERT|UPDATE|DELETE|WITH) `) // other texts are parts of one
)

// TestParametersAppearInOrder reads the package's own SQL: drivers of SQLite
// disagree on what $2 before $1 means, and answer wrongly without an error.
func TestParametersAppearInOrder(t *testing.T) {
	t.Parallel()
	statements := 0
	for _, text := range literals(t) {
		numbers := parametersOf(t, text)
		if len(numbers) == 0 {
			continue
		}
		statements++
		first := numbers[0]
		if first != 1 && statement.MatchString(text) {
			t.Errorf("the first parameter is $%d in %q", first, text)
		}
		highest := first
		for _, n := range numbers {
			if n < first || n > highest+1 {
				t.Errorf("$%d out of order in %q", n, text)
			}
			highest = max(highest, n)
		}
	}
	if statements < 100 {
		t.Errorf("only %d statements with parameters were found", statements)
	}
}

// literals are the string constants of the package's files; those that + joins
// count as one, what stands between them as nothing.
func literals(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			e, ok := n.(ast.Expr)
			if !ok {
				return true
			}
			text := literal(e)
			if text != "" {
				texts = append(texts, text)
			}
			return text == ""
		})
	}
	return texts
}

func parametersOf(t *testing.T, text string) []int {
	t.Helper()
	var numbers []int
	for _, found := range parameter.FindAllStringSubmatch(text, -1) {
		n, err := strconv.Atoi(found[1])
		if err != nil {
			t.Fatal(err)
		}
		numbers = append(numbers, n)
	}
	return numbers
}

func literal(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BinaryExpr:
		return literal(e.X) + literal(e.Y)
	case *ast.CallExpr: // such as tx.dialect.elements("$3")
		var text strings.Builder
		for _, arg := range e.Args {
			if l, ok := arg.(*ast.BasicLit); ok {
				text.WriteString(literal(l))
			}
		}
		return text.String()
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		if e.Kind != token.STRING || err != nil {
			return ""
		}
		return text
	default:
		return ""
	}
}
