package cli

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"roster/internal/adminapi/api"
)

func TestAccountsInText(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		text string
		want []string
	}{
		"lines":                    {"a1\na:2\n", []string{"a1", "a:2"}},
		"no newline at the end":    {"a1\na2", []string{"a1", "a2"}},
		"blank lines and comments": {"# people\n\n  a1  \r\n\r\na2\n", []string{"a1", "a2"}},
		"CSV with accountId":       {"email,accountId,why\nada@x,a1,\"x, y\"\ngrace@x,a2,\n", []string{"a1", "a2"}},
		"CSV with AAID alone":      {"AAID\na1\n", []string{"a1"}},
		"CSV of the result file":   {"accountId,result,scimUsers,httpStatus,message,requestId\na1,failed,d/s,500,no,r\n", []string{"a1"}},
		"CSV of a spreadsheet":     {"\ufeffaccountId;x,account_id\r\nx,a1\r\n", []string{"a1"}},
		"nothing":                  {"\n# nobody\n", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := accountsInText(tc.text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestBadInputOfUnlinkDoesNothing(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ stdin, want string }{
		"empty":             {"", "holds no AAIDs"},
		"no account id":     {"a1\nada@example.com\n", `AAID 2, "ada@example.com", is not an account id`},
		"short CSV record":  {"email,accountId\nada@x,a1\ngrace@x\n", "line 3 of the CSV is too short"},
		"broken CSV":        {"accountId,why\na1,\"x\n", "read CSV"},
		"empty CSV account": {"accountId,why\n,x\n", `is not an account id`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newStub(t, nil)
			w := at(server)
			w.stdin = tc.stdin
			got := w.run(t, "unlink", "--file", "-", "--yes")
			got.mustEnd(t, exitUsage)
			mustContain(t, "stderr", got.stderr, tc.want)
			if len(server.requests) > 0 {
				t.Errorf("asked the server: %v", server.requests)
			}
		})
	}
}

const provisioning = "/admin/user-provisioning/v1/org/o1"

// linksOf answers get-scim-links with n links.
func linksOf(n int) http.HandlerFunc {
	links := make([]string, n)
	for i := range links {
		links[i] = fmt.Sprintf(`{"scimUserId":"s%d","atlassianAccountId":"a","orgId":"o1","directoryId":"d%d"}`, i, i)
	}
	return answers(http.StatusOK, `{"scimLinks":[`+strings.Join(links, ",")+`]}`)
}

// someAccounts is a server where a1 has two links, a2 none, a3 breaks when it
// is deleted and a4 is unknown.
func someAccounts() map[string]http.HandlerFunc {
	unknown := answers(http.StatusNotFound, `{"errors":[{"id":"req-1","status":"404","code":"ADMIN-404-8","title":"Not found","detail":"there is no account a4"}]}`)
	broken := answers(http.StatusInternalServerError, `{"errors":[{"id":"req-1","status":"500","code":"ADMIN-500-1","title":"Internal","detail":"internal error"}]}`)
	return map[string]http.HandlerFunc{
		"DELETE " + provisioning + "/user/a1/onlyDeleteUserInDB":               answers(http.StatusNoContent, ""),
		"DELETE " + provisioning + "/user/a3/onlyDeleteUserInDB":               broken,
		"GET " + provisioning + "/user/a1/get-scim-links":                      linksOf(2),
		"GET " + provisioning + "/user/a2/get-scim-links":                      linksOf(0),
		"GET " + provisioning + "/user/a3/get-scim-links":                      linksOf(1),
		"GET " + provisioning + "/user/a4/get-scim-links":                      unknown,
		"PATCH " + provisioning + "/scimDirectoryId/{d}/scimUserId/{u}/unlink": answers(http.StatusNoContent, ""),
	}
}

func TestUnlink(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		args   []string
		code   int
		writes []string
		rows   []unlinkRow
		said   string
	}{
		"one": {
			args:   []string{"a1", "--yes"},
			writes: []string{"DELETE " + provisioning + "/user/a1/onlyDeleteUserInDB"},
			rows:   []unlinkRow{{AccountID: "a1", Result: "unlinked", SCIMUsers: scimUsers(2)}},
			said:   "1 unlinked, 0 had no links, 0 failed",
		},
		"a failure does not stop the others": {
			args: []string{"a3", "a1", "a2", "a4", "a1", "--yes"}, code: exitPartial,
			writes: []string{
				"DELETE " + provisioning + "/user/a3/onlyDeleteUserInDB",
				"DELETE " + provisioning + "/user/a1/onlyDeleteUserInDB",
			},
			rows: []unlinkRow{
				{AccountID: "a3", Result: "failed", SCIMUsers: scimUsers(1), Status: 500, Message: "500 Internal Server Error ADMIN-500-1: internal error", RequestID: "req-1"},
				{AccountID: "a1", Result: "unlinked", SCIMUsers: scimUsers(2)},
				{AccountID: "a2", Result: "no-links", SCIMUsers: scimUsers(0)},
				{AccountID: "a4", Result: "failed", SCIMUsers: scimUsers(0), Status: 404, Message: "404 Not Found ADMIN-404-8: there is no account a4", RequestID: "req-1"},
			},
			said: "1 unlinked, 1 had no links, 2 failed",
		},
		"one that fails says why": {
			args: []string{"a4", "--yes"}, code: exitNotFound,
			rows: []unlinkRow{{AccountID: "a4", Result: "failed", SCIMUsers: scimUsers(0), Status: 404, Message: "404 Not Found ADMIN-404-8: there is no account a4", RequestID: "req-1"}},
			said: "next: roster account list",
		},
		"dry run writes nothing": {
			args: []string{"a1", "a2", "--dry-run"},
			rows: []unlinkRow{{AccountID: "a1", Result: "would-unlink", SCIMUsers: scimUsers(2)}, {AccountID: "a2", Result: "no-links", SCIMUsers: scimUsers(0)}},
			said: "dry run: 1 would be unlinked, 1 have no links, 0 failed; nothing was changed",
		},
		"keeping records unlinks each": {
			args: []string{"a1", "a2", "--keep-record", "--yes"},
			writes: []string{
				"PATCH " + provisioning + "/scimDirectoryId/d0/scimUserId/s0/unlink",
				"PATCH " + provisioning + "/scimDirectoryId/d1/scimUserId/s1/unlink",
			},
			rows: []unlinkRow{{AccountID: "a1", Result: "unlinked", SCIMUsers: scimUsers(2)}, {AccountID: "a2", Result: "no-links", SCIMUsers: scimUsers(0)}},
			said: "1 unlinked, 1 had no links, 0 failed",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newStub(t, someAccounts())
			got := at(server).run(t, append([]string{"unlink", "--output", "json"}, tc.args...)...)
			got.mustEnd(t, tc.code)
			if diff := cmp.Diff(tc.rows, mustJSON[[]unlinkRow](t, got.stdout), cmpopts.IgnoreUnexported(unlinkRow{})); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.writes, server.writes()); diff != "" {
				t.Errorf("writes (-want +got):\n%s", diff)
			}
			mustContain(t, "stderr", got.stderr, tc.said)
		})
	}
}

// scimUsers are what linksOf names.
func scimUsers(n int) []api.SCIMUserRef {
	users := make([]api.SCIMUserRef, n)
	for i := range users {
		users[i] = api.SCIMUserRef{DirectoryID: fmt.Sprintf("d%d", i), SCIMUserID: fmt.Sprintf("s%d", i)}
	}
	return users
}

// writes are the requests that change something.
func (s *stub) writes() []string {
	var writes []string
	for _, request := range s.requests {
		if !strings.HasPrefix(request, "GET ") {
			writes = append(writes, request)
		}
	}
	return writes
}

func TestUnlinkStopsWhereAllWouldFail(t *testing.T) {
	t.Parallel()
	server := newStub(t, map[string]http.HandlerFunc{"/": answers(http.StatusUnauthorized, `{"errors":[{"id":"r","status":"401","code":"ADMIN-401-2","title":"t","detail":"revoked"}]}`)})
	got := at(server).run(t, "unlink", "a1", "a2", "--yes")
	got.mustEnd(t, exitAuth)
	if len(server.requests) != 1 {
		t.Errorf("asked %v, want one request", server.requests)
	}
}

func TestUnlinkResultFiles(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ file, want string }{
		"CSV": {"r.csv", "accountId,result,scimUsers,httpStatus,message,requestId\n" +
			"a1,unlinked,d0/s0 d1/s1,0,,\n" +
			"a3,failed,d0/s0,500,500 Internal Server Error ADMIN-500-1: internal error,req-1\n"},
		"JSON lines": {"r.jsonl", `{"accountId":"a1","result":"unlinked","scimUsers":[{"directoryId":"d0","scimUserId":"s0"},{"directoryId":"d1","scimUserId":"s1"}]}` + "\n" +
			`{"accountId":"a3","result":"failed","scimUsers":[{"directoryId":"d0","scimUserId":"s0"}],"httpStatus":500,"message":"500 Internal Server Error ADMIN-500-1: internal error","requestId":"req-1"}` + "\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newStub(t, someAccounts())
			file := filepath.Join(t.TempDir(), tc.file)
			got := at(server).run(t, "unlink", "a1", "a3", "--yes", "--result", file)
			got.mustEnd(t, exitPartial)
			if got.stdout != "" {
				t.Errorf("stdout is not empty: %s", got.stdout)
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, string(text)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}

			again := at(server).run(t, "unlink", "a1", "--yes", "--result", file)
			again.mustEnd(t, exitUsage)
			mustContain(t, "stderr", again.stderr, "exists already")
		})
	}
}

func TestUnlinkAsks(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		terminal bool
		stdin    string
		code     int
		writes   int
		said     string
	}{
		"yes":           {terminal: true, stdin: "y\n", writes: 1, said: "Unlink 1 account of organization o1? [y/N]"},
		"no":            {terminal: true, stdin: "n\n", code: exitFailed, said: "nothing done"},
		"no answer":     {terminal: true, code: exitFailed, said: "nothing done"},
		"nobody to ask": {stdin: "y\n", code: exitUsage, said: "give --yes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newStub(t, someAccounts())
			w := at(server)
			w.terminal, w.stdin = tc.terminal, tc.stdin
			got := w.run(t, "unlink", "a1")
			got.mustEnd(t, tc.code)
			mustContain(t, "stderr", got.stderr, tc.said)
			if len(server.writes()) != tc.writes {
				t.Errorf("wrote %v, want %d", server.writes(), tc.writes)
			}
		})
	}
}

func TestUnlinkProgress(t *testing.T) {
	t.Parallel()
	server := newStub(t, someAccounts())
	w := at(server)
	got := w.run(t, "unlink", "a1", "a3", "--yes")
	mustContain(t, "stderr of a script", got.stderr, "1/2 a1 unlinked\n", "2/2 a3 failed\n")
	w.terminal = true
	got = w.run(t, "unlink", "a1", "a3", "--yes")
	mustContain(t, "stderr of a terminal", got.stderr,
		"\r[###############---------------] 1/2, 0 failed", "\r[##############################] 2/2, 1 failed\n")
}
