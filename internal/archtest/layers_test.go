package archtest

import (
	"slices"
	"strings"
)

// module is the path that all our import paths begin with.
const module = "roster/"

// layers are the module's packages from the top down. A package may import those of lower layers only; packages
// within one folder (store and store/migrations) count as one. A new package is added here and in ARCHITECTURE.md.
var layers = [][]string{
	{"cmd/roster"},
	{"internal/cli"},
	{"internal/server"},
	{"internal/scimhttp", "internal/adminapi", "internal/console"},
	{"internal/repair", "internal/jobs"},
	{"internal/provision", "internal/accounts"},
	{"internal/journal", "internal/webhook", "internal/auth"},
	{"internal/store"},
	{"internal/identity"},
	{"internal/scim"},
	{"internal/idpsim"},
	{"internal/outbound"},
}

// asides are the imports within one layer that are wanted.
var asides = []struct{ importer, imported, reason string }{
	{"internal/auth", "internal/journal", "a key's change and its audit entry commit in one transaction"},
}

// confined names what only some packages may import, by import path or its beginning.
var confined = []struct {
	imported string
	allowed  []string // folders
	reason   string
}{
	{"database/sql", []string{"internal/store"}, "SQL lives in store"},
	{"github.com/jackc/pgx", []string{"internal/store"}, "SQL drivers live in store"},
	{"modernc.org/sqlite", []string{"internal/store"}, "SQL drivers live in store"},
	{"github.com/pressly/goose", []string{"internal/store"}, "migrations live in store"},
	{"github.com/spf13/cobra", []string{"internal/cli", "cmd/roster"}, "commands live in cli"},
	{module + "internal/idpsim", []string{"internal/cli", "internal/server"}, "the simulated IdPs are clients, for `roster idp` and the demo"},
}

// banned names what some packages must do without.
var banned = []struct {
	folders  []string
	imported string
	reason   string
}{
	{
		[]string{
			"internal/store", "internal/provision", "internal/accounts", "internal/repair", "internal/journal",
			"internal/identity", "internal/scim",
		},
		"net/http", "rules and storage know nothing of HTTP; a status is a number",
	},
	{[]string{"internal/cli"}, module + "internal/store", "the CLI talks HTTP to a server, never to the database"},
}

// testSupport are the packages that exist for _test files and that only those may import. So is any package whose
// name ends in "test".
var testSupport = []string{"internal/testdb"}

// rank returns the layer that holds folder, 0 being the top, or -1 when the folder is not on the map.
func rank(folder string) int {
	return slices.IndexFunc(layers, func(layer []string) bool {
		return slices.ContainsFunc(layer, func(member string) bool { return within(folder, member) })
	})
}

// isAside reports whether asides names the import.
func isAside(importer, imported string) bool {
	for _, aside := range asides {
		if within(importer, aside.importer) && within(imported, aside.imported) {
			return true
		}
	}
	return false
}

// within reports whether folder is root or lies in it.
func within(folder, root string) bool {
	return folder == root || strings.HasPrefix(folder, root+"/")
}

func isTestSupport(folder string) bool {
	return slices.Contains(testSupport, folder) || strings.HasSuffix(folder, "test")
}

// sameFamily reports whether two folders belong to one package of the map, as adminapi and adminapi/client do.
func sameFamily(a, b string) bool {
	for _, layer := range layers {
		for _, member := range layer {
			if within(a, member) && within(b, member) {
				return true
			}
		}
	}
	return false
}
