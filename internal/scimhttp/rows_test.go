package scimhttp_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"roster/internal/identity"
	"roster/internal/idpsim/replay"
	"roster/internal/scimhttp"
)

// TestRows replays testdata/rows on both engines: known bugs of other servers,
// points of the RFCs that servers miss, what attackers send, and what Roster
// chose where clients and the RFCs differ. A scenario's first word is its row,
// with + for another one of the same row.
func TestRows(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		w := newWorldOn(t, emptyDatabase(t, engine), scimhttp.Options{})
		for _, script := range rowScripts(t) {
			for _, scenario := range script.Scenarios {
				d := w.newNamedDirectory(t, w.org, scenario.Name, identity.KindEntra)
				t.Run(engine+"/"+scenario.Name, func(t *testing.T) {
					t.Parallel()
					w.replay(t, d, script, scenario)
				})
			}
		}
	}
}

func rowScripts(t *testing.T) (scripts []replay.Script) {
	t.Helper()
	files, err := filepath.Glob("testdata/rows/*.replay")
	if err != nil || len(files) == 0 {
		t.Fatalf("rows: %v, %v", files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		script, err := replay.Parse(strings.TrimSuffix(filepath.Base(file), ".replay"), string(text))
		if err != nil {
			t.Fatal(err)
		}
		scripts = append(scripts, script)
	}
	return scripts
}

// points are the rows beside the numbered bugs and choices.
var points = strings.Fields(`
	rfc7643-2.1 rfc7643-2.3 rfc7643-2.4 rfc7643-2.5 rfc7643-3 rfc7643-3.1 rfc7643-4.1.1 rfc7643-4.1.2 rfc7643-5 rfc7643-7
	rfc7644-2 rfc7644-3.1 rfc7644-3.3 rfc7644-3.4.2 rfc7644-3.4.2.2 rfc7644-3.4.2.4 rfc7644-3.4.3 rfc7644-3.5.1 rfc7644-3.5.2 rfc7644-3.6
	rfc7644-3.7 rfc7644-3.9 rfc7644-3.10 rfc7644-3.12 rfc7644-3.13 rfc7644-3.14 rfc7644-4 rfc7644-5 rfc7644-7.5 rfc9865
	sec-filter-dos sec-redos sec-sql-like sec-mass-assignment sec-isolation sec-adoption sec-id-confusion sec-token
	sec-header-injection sec-bad-bytes sec-json-bomb sec-unicode sec-precis sec-enumeration sec-big-answers sec-group-cycles
	sec-lockout sec-off-boarding sec-rate-limit sec-logs`)

// TestEveryRowIsHeld checks that each row has a scenario, a test elsewhere that
// is really there, or a reason why there is none.
func TestEveryRowIsHeld(t *testing.T) {
	t.Parallel()
	const bugs, choices = 71, 14
	wanted := slices.Clone(points)
	for i := range bugs {
		wanted = append(wanted, fmt.Sprintf("bug-%02d", i+1))
	}
	for i := range choices {
		wanted = append(wanted, fmt.Sprintf("choice-%02d", i+1))
	}
	held := rowsElsewhere(t)
	for _, script := range rowScripts(t) {
		for _, scenario := range script.Scenarios {
			row, _, _ := strings.Cut(scenario.Name, " ")
			held[strings.TrimSuffix(row, "+")] = true
		}
	}
	for _, row := range wanted {
		if !held[row] {
			t.Errorf("nothing holds %s", row)
		}
		delete(held, row)
	}
	if len(held) > 0 {
		t.Errorf("no rows: %v", slices.Sorted(maps.Keys(held)))
	}
}

// rowsElsewhere reads testdata/rows/elsewhere.txt.
func rowsElsewhere(t *testing.T) map[string]bool {
	t.Helper()
	text, err := os.ReadFile("testdata/rows/elsewhere.txt")
	if err != nil {
		t.Fatal(err)
	}
	held := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		if line[0] == '#' {
			continue
		}
		columns := strings.Split(strings.TrimSpace(line), " | ")
		if len(columns) != 3 || columns[2] == "" {
			t.Fatalf("elsewhere.txt: %q needs a row, a test or -, and a reason", line)
		}
		if columns[1] != "-" {
			folder, name, _ := strings.Cut(columns[1], " ")
			wantTest(t, filepath.Join("../..", folder), name)
		}
		held[columns[0]] = true
	}
	return held
}

// wantTest checks that a package has a test.
func wantTest(t *testing.T, folder, name string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "\nfunc "+name+"(t *testing.T)") {
			return
		}
	}
	t.Errorf("%s has no %s", folder, name)
}
