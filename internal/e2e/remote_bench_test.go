package e2e

import (
	"cmp"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// BenchmarkRemoteMerger repairs a merger of 10,000 people (PEOPLE=… for fewer)
// on a server that answers hosted calls alone, and undoes it. The pace is as fast
// as the server lets it; requests/person tells how long it takes at another.
func BenchmarkRemoteMerger(b *testing.B) {
	people, err := strconv.Atoi(cmp.Or(os.Getenv("PEOPLE"), "10000"))
	if err != nil {
		b.Fatal(err)
	}
	_, info := startDemo(b, b.TempDir())
	request(b, http.MethodPatch, info.BaseURL+"/admin/v1/orgs/"+info.OrgID, info.OrgKey, `{"behaviour":"atlassian"}`).want(b, 200)
	m := newMerger(b, info, people)
	proxy := newHostedProxy(b, info.BaseURL)
	m.BaseURL = proxy.URL
	journal := filepath.Join(b.TempDir(), "journal.jsonl")
	stage := func(what string, args ...string) {
		start, before := time.Now(), proxy.calls
		out := m.run(append([]string{"remote", args[0], "--rate", "10000", "--journal", journal, "--org", info.OrgID}, args[1:]...)...)
		b.ReportMetric(float64(people)/time.Since(start).Seconds(), what+"/s")
		b.ReportMetric(float64(proxy.calls-before)/float64(people), what+"-requests/person")
		b.Logf("%s: %s, %d requests; %s", what, time.Since(start).Round(time.Second), proxy.calls-before, firstLine(string(out)))
	}
	assign := func() {
		for i := range people {
			if _, err := createUser(info.Directories[2].SCIMBaseURL, info.Directories[2].Token, fmt.Sprintf("merged-%d@newcorp.example", i)); err != nil {
				b.Fatal(err)
			}
		}
	}
	for b.Loop() {
		stage("plan", "plan", "--map", m.file)
		stage("apply", "apply", "--yes", "--result", filepath.Join(b.TempDir(), "applied.csv"))
		assign()
		stage("settle", "apply", "--yes", "--result", filepath.Join(b.TempDir(), "settled.csv"))
		stage("verify", "verify")
		stage("undo", "undo", "--yes", "--result", filepath.Join(b.TempDir(), "undone.csv"))
		assign()
		stage("settle-undo", "undo", "--yes", "--result", filepath.Join(b.TempDir(), "undone-settled.csv"))
		stage("verify-undo", "verify")
	}
	if len(proxy.foreign) > 0 {
		b.Errorf("calls that the hosted service has not: %d, such as %s", len(proxy.foreign), proxy.foreign[0])
	}
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
