package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDemoContract checks what others script against.
func TestDemoContract(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, args ...string) {
		dir := filepath.Join(t.TempDir(), "made", "if", "missing")
		p, info := startDemo(t, dir, args...)
		r := hosted{t, info}
		kinds := make([]string, len(info.Directories))
		for i, d := range info.Directories {
			kinds[i] = d.Kind
			request(t, http.MethodGet, d.SCIMBaseURL+"/Users?count=1", d.Token, "").want(t, 200)
		}
		diff(t, "kinds", []string{"entra", "okta", "generic"}, kinds)
		empty := request(t, http.MethodGet, info.Directories[2].SCIMBaseURL+"/Users", info.Directories[2].Token, "").want(t, 200).object(t)
		diff(t, "the generic directory is empty", any(0.0), empty["totalResults"])
		request(t, http.MethodGet, info.BaseURL+"/admin/v1/orgs", info.SiteKey, "").want(t, 200)
		p.await(t, func() bool { return strings.Contains(p.output.String(), "Scenario B") })
		for _, id := range []string{info.OrgID, info.Scenarios.A.AAID2, info.Scenarios.B.AAID1, "roster relink"} {
			if !strings.Contains(p.output.String(), id) {
				t.Errorf("the greeting does not name %s:\n%s", id, p.output)
			}
		}

		r.setEmail(info.Scenarios.B.AAID1, "grace.kept@newcorp.example").want(t, 204)
		p.stop(t)
		_, again := startDemo(t, dir, args...)
		diff(t, "keys of the second start", info.OrgKey, again.OrgKey)
		diff(t, "scenarios of the second start", info.Scenarios, again.Scenarios)
		diff(t, "the second start goes on with what is there", any("grace.kept@newcorp.example"), hosted{t, again}.emailOf(info.Scenarios.B.AAID1))
	})
}

// TestDemoAfterCrash: a demo that was killed while it was being made is made
// anew; a database that is not a demo's is left alone.
func TestDemoAfterCrash(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p, _ := startDemo(t, dir)
	p.kill(t)
	if err := os.Remove(filepath.Join(dir, "demo.json")); err != nil {
		t.Fatal(err)
	}
	p, _ = startDemo(t, dir)
	p.stop(t)

	foreign := t.TempDir()
	p = start(t, foreign)
	p.await(t, func() bool { return strings.Contains(p.output.String(), "roster_site_") })
	p.stop(t)
	refused := start(t, foreign, "--demo")
	if err := <-refused.exited; err == nil || !strings.Contains(refused.output.String(), "not the demo's") {
		t.Errorf("a foreign database is taken for the demo: %v\n%s", err, refused.output)
	}
	refused.cmd = nil
}
