package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// engineNames are the columns of the report.
var engineNames = []string{"SQLite", "PostgreSQL"}

const conformanceHead = `# Conformance

What public SCIM 2.0 suites say of ` + "`bin/roster serve`" + `, asked over HTTP for a directory of kind ` + "`generic`" + `, on SQLite and on
PostgreSQL, without its rate limit.
` + "`make conformance`" + ` runs them and writes this page; it fails where a check fails, or is skipped, without a reason given below.

The suites are run as they are published, in the versions of [requirements.txt](../scripts/conformance/requirements.txt). A recommendation
that is not followed (SHOULD, a warning) counts as a failure. scim2-tester runs twice: as it comes, and *described*, with Roster's own
discovery documents less one extension, for the reason below.

`

// row is one check with what it came to on each engine.
type row struct {
	group, name, text string
	cells             map[string]cell
}

// cell is the worst of a check's results on an engine.
type cell struct {
	outcome string
	excuse  int // index, or -1
}

// rank orders outcomes from good to bad; an excused one is better than one that is not.
func (c cell) rank() int {
	switch {
	case c.outcome == pass:
		return 0
	case c.excuse >= 0:
		return 1
	default:
		return 2
	}
}

func (c cell) String() string {
	switch {
	case c.outcome == "":
		return "not run"
	case c.excuse < 0:
		return c.outcome
	case c.outcome == fail:
		return fmt.Sprintf("suite's fault (%d)", c.excuse+1)
	default:
		return fmt.Sprintf("%s (%d)", c.outcome, c.excuse+1)
	}
}

// rows are a suite's checks in the order of its run.
func (c *conformance) rows(suite string) []row {
	var rows []row
	for _, engine := range engineNames {
		for _, check := range c.runs[suite][engine].Checks {
			i := slices.IndexFunc(rows, func(r row) bool { return r.group == check.Group && r.name == check.Name })
			if i < 0 {
				i = len(rows)
				rows = append(rows, row{check.Group, check.Name, check.Text, map[string]cell{}})
			}
			rows[i].cells[engine] = worse(rows[i].cells[engine], c.judge(suite, check))
		}
	}
	return rows
}

func worse(a, b cell) cell {
	if a.outcome == "" || b.rank() > a.rank() {
		return b
	}
	return a
}

func (c *conformance) judge(suite string, check suiteCheck) cell {
	if check.Outcome == pass {
		return cell{pass, -1}
	}
	i := fit(suite, check)
	if i >= 0 {
		c.used[i] = true
	}
	return cell{check.Outcome, i}
}

// problems are the failures and skips that nothing excuses, the checks that ran on one engine only, and the excuses
// that nothing needs.
func (c *conformance) problems() []string {
	var all []string
	for _, suite := range publicSuites {
		for _, engine := range engineNames {
			for _, check := range c.runs[suite][engine].Checks {
				if check.Outcome != pass && fit(suite, check) < 0 {
					all = append(all, fmt.Sprintf("%s on %s: %s: %s: %s: %s", suite, engine, check.Group, check.Name, check.Outcome, check.Detail))
				}
			}
		}
		rows := c.rows(suite)
		if len(rows) == 0 {
			all = append(all, suite+" ran no check")
		}
		for _, r := range rows {
			if len(r.cells) != len(engineNames) {
				all = append(all, fmt.Sprintf("%s: %s: %s ran on one engine only", suite, r.group, r.name))
			}
		}
	}
	for i, e := range excuses {
		if !c.used[i] {
			all = append(all, fmt.Sprintf("nothing needs excuse %d any more: %s, %s, %v", i+1, e.suite, e.group, e.checks))
		}
	}
	return all
}

// count is how many rows of a suite are good, excused and bad on an engine.
func (c *conformance) count(suite, engine string) (passed, faults, skipped, failed int) {
	for _, r := range c.rows(suite) {
		switch verdict := r.cells[engine]; {
		case verdict.outcome == pass:
			passed++
		case verdict.excuse < 0:
			failed++
		case verdict.outcome == fail:
			faults++
		default:
			skipped++
		}
	}
	return passed, faults, skipped, failed
}

// summary is the line that the run ends with.
func (c *conformance) summary() string {
	var b strings.Builder
	for _, suite := range publicSuites {
		for _, engine := range engineNames {
			passed, faults, skipped, failed := c.count(suite, engine)
			fmt.Fprintf(&b, "\n%s on %s: %d passed, %d the suite's fault, %d skipped with a reason, %d failed", suite, engine, passed, faults, skipped, failed)
		}
	}
	return b.String()
}

func (c *conformance) markdown() string {
	var b strings.Builder
	b.WriteString(conformanceHead)
	b.WriteString("| suite | version | engine | passed | failed | skipped | suite's fault |\n| --- | --- | --- | --- | --- | --- | --- |\n")
	for _, suite := range publicSuites {
		for _, engine := range engineNames {
			passed, faults, skipped, failed := c.count(suite, engine)
			fmt.Fprintf(&b, "| %s | %s | %s | %d | %d | %d | %d |\n", suite, c.runs[suite][engine].Version, engine, passed, failed, skipped, faults)
		}
	}
	b.WriteString("\n## Reasons\n\n")
	for i, e := range excuses {
		fmt.Fprintf(&b, "%d. %s\n", i+1, e.reason)
	}
	for _, suite := range publicSuites {
		fmt.Fprintf(&b, "\n## %s\n\n| about | check | %s |\n| --- | --- |%s\n", suite, strings.Join(engineNames, " | "), strings.Repeat(" --- |", len(engineNames)))
		for _, r := range c.rows(suite) {
			fmt.Fprintf(&b, "| %s | %s |", r.group, r.title())
			for _, engine := range engineNames {
				fmt.Fprintf(&b, " %s |", r.cells[engine])
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

// title is a check's name, with the suite's own words for it where it has any.
func (r row) title() string {
	name := "`" + r.name + "`"
	if r.text == "" {
		return name
	}
	return name + " " + strings.ReplaceAll(r.text, "``", "`")
}

// TestConformanceReport shows that a failure, a skip and an excuse are not lost on their way to the report.
func TestConformanceReport(t *testing.T) {
	t.Parallel()
	known := "PATCH modify() returned unexpected value for 'members'.\n" +
		"Patched value: [Members(value='1', ref='u/1', type='User', display=None)]\n" +
		"Returned value: [Members(value='1', ref='u/1', type='User', display='Ada')]"
	tests := []struct {
		name  string
		check suiteCheck
		want  string
	}{
		{"pass", suiteCheck{Group: "User", Name: "object_creation", Outcome: pass}, "pass"},
		{"failure", suiteCheck{Group: "User", Name: "object_creation", Outcome: fail}, "fail"},
		{"skip without a reason", suiteCheck{Group: "User", Name: "object_creation", Outcome: skip, Detail: "no PATCH"}, "skip"},
		{"display", suiteCheck{Group: "Group", Name: "check_add_attribute", Outcome: fail, Detail: known}, "suite's fault (2)"},
		{"more than display", suiteCheck{Group: "Group", Name: "check_add_attribute", Outcome: fail, Detail: strings.Replace(known, "u/1", "u/2", 1)}, "fail"},
		{"display of another check", suiteCheck{Group: "Group", Name: "object_query", Outcome: fail, Detail: known}, "fail"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			good := suiteCheck{Group: test.check.Group, Name: test.check.Name, Outcome: pass}
			c := newConformance()
			c.add("SQLite", suiteRun{Suite: "scim2-tester", Checks: []suiteCheck{good, test.check, good}})
			c.add("PostgreSQL", suiteRun{Suite: "scim2-tester", Checks: []suiteCheck{good}})
			row := fmt.Sprintf("| %s | `%s` | %s | pass |", test.check.Group, test.check.Name, test.want)
			if page := c.markdown(); !strings.Contains(page, row) {
				t.Errorf("the report lacks the row\n%s\nand says\n%s", row, page)
			}
			named := slices.ContainsFunc(c.problems(), func(p string) bool {
				return strings.HasPrefix(p, "scim2-tester on SQLite: "+test.check.Group+": "+test.check.Name+": ")
			})
			if bad := test.want == fail || test.want == skip; named != bad {
				t.Errorf("problems name the check: %t; problems are %q", named, c.problems())
			}
		})
	}
}
