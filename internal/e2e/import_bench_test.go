package e2e

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"roster/internal/testdb"
)

// importRows is how many accounts BenchmarkImport imports at once.
const importRows = 100_000

// BenchmarkImport measures `roster account import` of 100,000 accounts from CSV
// against the real server: accounts a second, each on stable storage, and the
// most memory that server and CLI held, beside what the server held before.
func BenchmarkImport(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			var args []string
			if engine == "postgres" {
				args = []string{"--database", testdb.Postgres(b)}
			}
			p, info := startDemo(b, b.TempDir(), args...)
			before, most := peakMemory(b, p), int64(0)
			for i := range b.N {
				file := peopleFile(b, i)
				b.StartTimer()
				cmd := exec.Command(binary, "account", "import", file)
				cmd.Env = append(os.Environ(), "ROSTER_URL="+info.BaseURL, "ROSTER_KEY="+info.OrgKey)
				out, err := cmd.CombinedOutput()
				b.StopTimer()
				if err != nil || !strings.Contains(string(out), fmt.Sprintf("%d created, 0 existed, 0 refused", importRows)) {
					b.Fatalf("%v: %s", err, out)
				}
				usage, _ := cmd.ProcessState.SysUsage().(*syscall.Rusage)
				most = max(most, usage.Maxrss)
			}
			b.ReportMetric(float64(importRows*b.N)/b.Elapsed().Seconds(), "accounts/s")
			b.ReportMetric(before/1024, "server-MiB-before")
			b.ReportMetric(peakMemory(b, p)/1024, "server-MiB-peak")
			b.ReportMetric(float64(most)/1024, "cli-MiB-peak")
		})
	}
}

// peopleFile writes a CSV of people whom no other file of the benchmark has.
func peopleFile(b *testing.B, n int) string {
	b.Helper()
	b.StopTimer()
	path := filepath.Join(b.TempDir(), "people.csv")
	file, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	out := bufio.NewWriter(file)
	out.WriteString("email,name,jobTitle,department\n") //nolint:errcheck // Flush tells
	for i := range importRows {
		_, _ = fmt.Fprintf(out, "import-%d-%d@newcorp.example,Given%d Family%d,Analyst,Department %d\n", n, i, i%500, i%3000, i%40)
	}
	if err := out.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := file.Close(); err != nil {
		b.Fatal(err)
	}
	return path
}

// peakMemory is the most memory that a process has held so far, in KiB (Linux).
func peakMemory(b *testing.B, p *process) float64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		b.Skip("the memory of a process is read from /proc, which is not here")
	}
	_, text, _ := strings.Cut(string(status), "VmHWM:")
	text, _, _ = strings.Cut(text, "kB")
	kib, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil {
		b.Fatal(err)
	}
	return kib
}
