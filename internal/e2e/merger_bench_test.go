package e2e

import (
	"flag"
	"path/filepath"
	"testing"
	"time"

	"roster/internal/testdb"
)

var people = flag.Int("people", 10_000, "of the merger that BenchmarkMerger repairs")

// BenchmarkMerger diagnoses, plans, previews, applies, verifies and undoes the
// repair of a merger with the real program.
func BenchmarkMerger(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			dir := b.TempDir()
			var args []string
			if engine == "postgres" {
				args = []string{"--database", testdb.Postgres(b)}
			}
			_, info := startDemo(b, dir, args...)
			start := time.Now()
			m := newMerger(b, info, *people)
			b.Logf("set-up: %s", time.Since(start).Round(time.Millisecond))
			for b.Loop() {
				m.repairAll(b)
			}
		})
	}
}

// repairAll repairs everybody and takes it back, so that it can be done again.
func (m *merger) repairAll(b *testing.B) {
	b.Helper()
	rate := func(what string, do func()) {
		start := time.Now()
		do()
		took := time.Since(start)
		b.Logf("%s: %s", what, took.Round(time.Millisecond))
		b.ReportMetric(float64(m.people)/took.Seconds(), what+"/s")
	}
	var repair string
	result := func(name string) string { return filepath.Join(b.TempDir(), name+".csv") }
	rate("diagnosed", func() { diff(b, "problems found", m.people, m.problems()) })
	rate("planned", func() { repair = m.plan(m.people) })
	rate("previewed", func() { m.run("repair", "show", repair, "--limit", "0") })
	m.run("repair", "show", repair, "1")
	rate("applied", func() { m.run("repair", "apply", repair, "--yes", "--result", result("applied")) })
	rate("verified", func() { diff(b, "problems left", 0, m.problems()) })
	diff(b, "done", m.people, m.done(repair, "done"))
	rate("undone", func() { m.run("repair", "undo", repair, "--yes", "--result", result("undone")) })
	diff(b, "undone", m.people, m.done(repair, "undone"))
}
