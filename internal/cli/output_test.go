package cli

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/adminapi/api"
)

func TestTableAndJSON(t *testing.T) {
	t.Parallel()
	server := newStub(t, map[string]http.HandlerFunc{
		"GET /admin/v1/orgs": answers(http.StatusOK, `{"data":[`+orgJSON("o1", "Ünïcode & Co")+`,`+orgJSON("o2-longer", "\u001b[31mred\ttab")+`],"links":{}}`),
	})
	want := "" +
		"ID         NAME          BEHAVIOUR\n" +
		"o1         Ünïcode & Co  safe\n" +
		"o2-longer  ·[31mred·tab  safe\n"
	got := at(server).run(t, "org", "list")
	got.mustEnd(t, exitOK)
	if diff := cmp.Diff(want, got.stdout); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
	got = at(server).run(t, "org", "list", "--output", "json")
	got.mustEnd(t, exitOK)
	orgs := mustJSON[[]api.Org](t, got.stdout)
	if len(orgs) != 2 || orgs[0].Attributes.Name != "Ünïcode & Co" || orgs[1].Attributes.Name != "\u001b[31mred\ttab" {
		t.Errorf("JSON does not hold the names as they are: %+v", orgs)
	}
	mustContain(t, "JSON", got.stdout, "Ünïcode & Co")
}

func TestShowLeavesOutWhatIsEmpty(t *testing.T) {
	t.Parallel()
	server := newStub(t, map[string]http.HandlerFunc{
		"GET /users/a:1/manage/profile": answers(http.StatusOK,
			`{"account":{"account_id":"a:1","account_type":"atlassian","account_status":"active","name":"Ada","email":"ada@example.com","email_verified":true}}`),
	})
	got := at(server).run(t, "account", "show", "a:1")
	got.mustEnd(t, exitOK)
	want := "" +
		"aaid            a:1\n" +
		"email           ada@example.com\n" +
		"email verified  true\n" +
		"name            Ada\n" +
		"status          active\n"
	if diff := cmp.Diff(want, got.stdout); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// People at a terminal are told what to do next; scripts are not.
func TestHints(t *testing.T) {
	t.Parallel()
	server := newStub(t, map[string]http.HandlerFunc{
		"POST /admin/v1/orgs": answers(http.StatusCreated, `{"data":`+orgJSON("o1", "One")+`}`),
	})
	const hint = "roster key create admin --org o1"
	for name, tc := range map[string]struct {
		terminal bool
		noColor  string
		args     []string
		want     string
	}{
		"terminal":               {terminal: true, want: "\n\x1b[2mnext:\x1b[0m " + hint + "\n"},
		"terminal without color": {terminal: true, noColor: "1", want: "\nnext: " + hint + "\n"},
		"terminal with JSON":     {terminal: true, args: []string{"--output", "json"}},
		"script":                 {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := at(server)
			w.terminal = tc.terminal
			w.vars["NO_COLOR"] = tc.noColor
			got := w.run(t, append([]string{"org", "create", "One"}, tc.args...)...)
			got.mustEnd(t, exitOK)
			if diff := cmp.Diff(tc.want, got.stderr); diff != "" {
				t.Errorf("stderr (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSecretsAreShownOnce(t *testing.T) {
	t.Parallel()
	server := newStub(t, map[string]http.HandlerFunc{
		"POST /admin/v1/orgs/o1/keys": answers(http.StatusCreated,
			`{"data":{"id":"k1","type":"keys","attributes":{"name":"n","hint":"rok_…1a2b","createdAt":"2026-11-23T12:00:00Z","secret":"rok_secret"}}}`),
	})
	got := at(server).run(t, "key", "create", "n", "--expires", "90d")
	got.mustEnd(t, exitOK)
	mustContain(t, "stdout", got.stdout, "secret   rok_secret\n")
	mustContain(t, "stderr", got.stderr, "not shown again")
	if diff := cmp.Diff([]string{`{"expiresAt":"2027-02-21T12:00:00Z","name":"n"}`}, server.bodies); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	page := func(w http.ResponseWriter, r *http.Request) {
		first := orgJSON("o1", "1") + "," + orgJSON("o2", "2")
		switch r.URL.Query().Get("cursor") {
		case "":
			answers(http.StatusOK, fmt.Sprintf(`{"data":[%s],"links":{"next":"http://x/admin/v1/orgs?cursor=c2&limit=2"}}`, first))(w, r)
		case "c2":
			answers(http.StatusOK, `{"data":[`+orgJSON("o3", "3")+`],"links":{}}`)(w, r)
		default:
			answers(http.StatusBadRequest, `{}`)(w, r)
		}
	}
	for name, tc := range map[string]struct {
		limit string
		rows  int
		asked int
		more  string
	}{
		"all":           {"0", 3, 2, ""},
		"exactly all":   {"3", 3, 2, ""},
		"less":          {"2", 2, 2, "--limit 0 shows all"},
		"of first page": {"1", 1, 1, "--limit 0 shows all"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newStub(t, map[string]http.HandlerFunc{"GET /admin/v1/orgs": page})
			got := at(server).run(t, "org", "list", "--limit", tc.limit, "--output", "json")
			got.mustEnd(t, exitOK)
			if rows := mustJSON[[]api.Org](t, got.stdout); len(rows) != tc.rows {
				t.Errorf("%d rows, want %d", len(rows), tc.rows)
			}
			if len(server.requests) != tc.asked {
				t.Errorf("asked for %v, want %d pages", server.requests, tc.asked)
			}
			if tc.more == "" && got.stderr != "" {
				t.Errorf("stderr: %s", got.stderr)
			}
			mustContain(t, "stderr", got.stderr, tc.more)
		})
	}
}

func TestNamesStandForIDs(t *testing.T) {
	t.Parallel()
	directories := `{"data":[
		{"id":"11111111-1111-1111-1111-111111111111","type":"directories","attributes":{"name":"Okta","kind":"okta"}},
		{"id":"22222222-2222-2222-2222-222222222222","type":"directories","attributes":{"name":"twin","kind":"entra"}},
		{"id":"33333333-3333-3333-3333-333333333333","type":"directories","attributes":{"name":"twin","kind":"ping"}}],"links":{}}`
	for name, tc := range map[string]struct {
		directory string
		code      int
		asked     string
	}{
		"by name":        {"okta", exitOK, "GET /admin/v1/orgs/o1/directories/11111111-1111-1111-1111-111111111111"},
		"by id":          {"11111111-1111-1111-1111-111111111111", exitOK, "GET /admin/v1/orgs/o1/directories/11111111-1111-1111-1111-111111111111"},
		"by kind":        {"PING", exitOK, "GET /admin/v1/orgs/o1/directories/33333333-3333-3333-3333-333333333333"},
		"unknown name":   {"jumpcloud", exitNotFound, ""},
		"ambiguous name": {"twin", exitUsage, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newStub(t, map[string]http.HandlerFunc{
				"GET /admin/v1/orgs/o1/directories":      answers(http.StatusOK, directories),
				"GET /admin/v1/orgs/o1/directories/{id}": answers(http.StatusOK, `{"data":{"id":"11111111-1111-1111-1111-111111111111","type":"directories","attributes":{"name":"Okta"}}}`),
			})
			at(server).run(t, "directory", "show", tc.directory).mustEnd(t, tc.code)
			if last := server.requests[len(server.requests)-1]; tc.asked != "" && last != tc.asked {
				t.Errorf("asked %s, want %s", last, tc.asked)
			}
		})
	}
}

// A flag that is not given keeps a value, an empty one clears it.
func TestProfileSendsWhatIsGiven(t *testing.T) {
	t.Parallel()
	server := newStub(t, map[string]http.HandlerFunc{
		"PATCH /users/a1/manage/profile": answers(http.StatusOK, `{"account":{"account_id":"a1"}}`),
	})
	at(server).run(t, "account", "profile", "set", "a1", "--job-title", "Analyst", "--department", "").mustEnd(t, exitOK)
	if diff := cmp.Diff([]string{`{"extended_profile":{"department":"","job_title":"Analyst"}}`}, server.bodies); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}
}

func TestUnassigningADomainSendsNull(t *testing.T) {
	t.Parallel()
	server := newStub(t, map[string]http.HandlerFunc{
		"PATCH /admin/v1/orgs/o1/domains/{id}": answers(http.StatusOK, `{"data":{"id":"d1"}}`),
	})
	at(server).run(t, "domain", "assign", "11111111-1111-1111-1111-111111111111", "--none").mustEnd(t, exitOK)
	if diff := cmp.Diff([]string{`{"directoryId":null}`}, server.bodies); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}
}
