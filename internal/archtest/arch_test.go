package archtest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestModuleKeepsItsShape(t *testing.T) {
	t.Parallel()
	files := readModule(t)
	faults := mapFaults(files)
	faults = append(faults, docFaults(files)...)
	faults = append(faults, lengthFaults(files)...)
	for _, file := range files {
		faults = append(faults, importFaults(file)...)
	}
	for _, fault := range faults {
		t.Error(fault)
	}
}

func TestImportFaults(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		path     string
		imported string
		want     string // a part of the fault, or "" for none
	}{
		{"down", "internal/provision/user.go", "roster/internal/store", ""},
		{"down by several layers", "internal/cli/serve.go", "roster/internal/identity", ""},
		{"up", "internal/store/user.go", "roster/internal/provision", "lies above it"},
		{"sideways", "internal/provision/user.go", "roster/internal/accounts", "lies beside it"},
		{"sideways as written", "internal/auth/keys.go", "roster/internal/journal", ""},
		{"sideways as written, turned round", "internal/journal/append.go", "roster/internal/auth", "lies beside it"},
		{"repair calls the rules", "internal/repair/apply.go", "roster/internal/accounts", ""},
		{"rules call repair", "internal/accounts/email.go", "roster/internal/repair", "lies above it"},
		{"identity folds as scim does", "internal/identity/email.go", "roster/internal/scim", ""},
		{"scim knows no nouns", "internal/scim/value.go", "roster/internal/identity", "lies above it"},
		{"cli uses the client", "internal/cli/links.go", "roster/internal/adminapi/api", ""},
		{"within one folder", "internal/store/store.go", "roster/internal/store/migrations", ""},
		{"folder with a like name", "internal/scimhttp/users.go", "roster/internal/scim", ""},
		{"test support in the product", "internal/server/server.go", "roster/internal/testdb", "only _test files"},
		{"test support in a test", "internal/server/server_test.go", "roster/internal/testdb", ""},
		{"test support by its name", "internal/server/server.go", "roster/internal/store/storetest", "only _test files"},
		{"driver in store", "internal/store/postgres.go", "github.com/jackc/pgx/v5/stdlib", ""},
		{"driver elsewhere", "internal/server/server.go", "github.com/jackc/pgx/v5/stdlib", "SQL drivers live in store"},
		{"driver in test support", "internal/testdb/cluster.go", "github.com/jackc/pgx/v5", ""},
		{"SQL in a handler", "internal/scimhttp/users.go", "database/sql", "SQL lives in store"},
		{"SQL in a test", "internal/scimhttp/users_test.go", "database/sql", ""},
		{"HTTP in a handler", "internal/scimhttp/users.go", "net/http", ""},
		{"HTTP in a rule", "internal/provision/user.go", "net/http", "know nothing of HTTP"},
		{"HTTP helper in a rule", "internal/provision/user.go", "net/http/httputil", "know nothing of HTTP"},
		{"URLs in the protocol", "internal/scim/path.go", "net/url", ""},
		{"command line past the server", "internal/cli/links.go", "roster/internal/store", "talks HTTP"},
		{"simulated IdP in the demo", "internal/server/demo.go", "roster/internal/idpsim", ""},
		{"simulated IdP in a rule", "internal/provision/user.go", "roster/internal/idpsim", "are clients"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := importFaults(source{path: test.path, imports: []string{test.imported}})
			if test.want == "" && len(got) > 0 || test.want != "" && !strings.Contains(strings.Join(got, "\n"), test.want) {
				t.Errorf("%s imports %s: faults %q, want %q", test.path, test.imported, got, test.want)
			}
		})
	}
}

func TestFileFaults(t *testing.T) {
	t.Parallel()
	documented := source{path: "internal/store/doc.go", documented: true}
	tests := []struct {
		name  string
		files []source
		judge func([]source) []string
		want  []string // the paths and folders at fault
	}{
		{"known package", []source{{path: "internal/store/user.go"}}, mapFaults, nil},
		{"part of a known package", []source{{path: "internal/store/migrations/embed.go"}}, mapFaults, nil},
		{"unknown package", []source{{path: "internal/utils/strings.go"}}, mapFaults, []string{"internal/utils/strings.go"}},
		{"package of tests only", []source{{path: "internal/e2e/doc.go"}, {path: "internal/e2e/a_test.go"}}, mapFaults, nil},
		{"documented", []source{documented, {path: "internal/store/user.go"}}, docFaults, nil},
		{"documented elsewhere", []source{{path: "internal/store/user.go", documented: true}}, docFaults, []string{"internal/store"}},
		{"doc.go without a comment", []source{{path: "internal/store/doc.go"}}, docFaults, []string{"internal/store"}},
		{"command", []source{{path: "cmd/roster/main.go", documented: true}}, docFaults, nil},
		{"command without a comment", []source{{path: "cmd/roster/main.go"}}, docFaults, []string{"cmd/roster"}},
		{"as long as allowed", []source{{path: "internal/store/user.go", lines: maxLines}}, lengthFaults, nil},
		{"too long", []source{{path: "internal/store/user.go", lines: maxLines + 1}}, lengthFaults, []string{"internal/store/user.go"}},
		{"long test", []source{{path: "internal/store/user_test.go", lines: maxLines + 1}}, lengthFaults, nil},
		{"long generated file", []source{{path: "internal/adminapi/api.gen.go", lines: maxLines + 1}}, lengthFaults, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, fault := range test.judge(test.files) {
				at, _, _ := strings.Cut(fault, ":")
				got = append(got, at)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("at fault (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseSource(t *testing.T) {
	t.Parallel()
	text := "// Package store keeps things.\npackage store\n\nimport (\n\t_ \"modernc.org/sqlite\"\n\tjson \"encoding/json\"\n)\n"
	got, err := parseSource("internal/store/sqlite.go", []byte(text))
	if err != nil {
		t.Fatalf("parse source: %v", err)
	}
	want := source{
		path:       "internal/store/sqlite.go",
		imports:    []string{"modernc.org/sqlite", "encoding/json"},
		lines:      7,
		documented: true,
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(source{})); diff != "" {
		t.Errorf("source (-want +got):\n%s", diff)
	}
}
