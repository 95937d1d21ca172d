package adminapi_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/adminapi/api"
	"roster/internal/tenanttest"
)

// imported sends a file and gives how it ended, and "line column" of what was refused.
func (n *tenant) imported(t *testing.T, query, body string) (end api.ImportLine, refused []string) {
	t.Helper()
	a := n.must(t, http.StatusOK, "POST", "/admin/v1/orgs/"+string(n.ID)+"/accounts/import?"+query, body)
	for line := range strings.Lines(a.body) {
		end = api.ImportLine{}
		if err := json.Unmarshal([]byte(line), &end); err != nil {
			t.Fatalf("answered %q: %v", line, err)
		}
		if end.Type == api.ImportLineTypeRefused {
			refused = append(refused, fmt.Sprintf("%d %s", end.Line, end.Column))
		}
		if end.ImportID == "" {
			t.Errorf("a line names no import: %s", line)
		}
	}
	return end, refused
}

func TestImportFormats(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	long := strings.Repeat("x", 200_000)
	tests := []struct {
		name, format, file string
		want               string // how it ends
		refused            []string
	}{
		{"CSV", "csv", "email,name\nc1@ours.example,\"Last, First\"\n", "done 1", nil},
		{"columns in any order and case, and a byte order mark", "csv", "\ufeffName,EMAIL\r\nC2,c2@ours.example\r\n", "done 1", nil},
		{"semicolons", "csv", "email;name\nc3@ours.example;C\n", "done 1", nil},
		{"no line break at the end", "csv", "email\nc4@ours.example", "done 1", nil},
		{"lines keep their numbers behind a line break in quotes", "csv", "email,name\nc5@ours.example,\"a\nb\"\nbad,\n", "done 0", []string{"2 name", "4 email"}},
		{"a wrong number of fields", "csv", "email,name\nc6@ours.example\nc7@ours.example,C,D\nc8@ours.example,C\n", "done 1", []string{"2 ", "3 "}},
		{"a quote in the midst", "csv", "email,name\nc9@ours.example,a\"b\nc10@ours.example,C\n", "done 1", []string{"2 "}},
		{"a quote that is never closed", "csv", "email,name\nc11@ours.example,\"" + long + "\n", "failed 0", nil},
		{"nobody", "csv", "email\n", "done 0", nil},
		{"formulas as exports write them", "csv", "email,name\nc12@ours.example,'=1+1\n", "done 1", nil},
		{"JSON Lines", "jsonl", "{\"email\":\"j1@ours.example\",\"name\":\"J\"}\n\n{\"email\":\"j2@ours.example\",\"id\":\"x\",\"location\":null}\n", "done 2", nil},
		{"JSON that is wrong", "jsonl", "{\"email\":\"j3@ours.example\",\"mail\":\"x\"}\n[]\n{\n{\"email\":1}\n{\"email\":\"j4@ours.example\",\"email\":\"j5@ours.example\"}\n", "done 0", []string{"1 mail", "2 ", "3 ", "4 email", "5 "}},
		{"a line that is too long", "jsonl", "{\"email\":\"" + long + "\"}\n", "failed 0", nil},
		{"too much is refused", "csv", "email\n" + strings.Repeat("bad\n", 1001), "failed 0", nil},
	}
	for i, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			end, refused := w.ours.imported(t, fmt.Sprintf("format=%s&importId=%d", test.format, i), test.file)
			if got := fmt.Sprintf("%s %d", end.Type, end.Created); got != test.want {
				t.Errorf("it ends with %s (%s), want %s", got, end.Reason, test.want)
			}
			if test.refused != nil || end.Type == api.ImportLineTypeDone {
				if diff := cmp.Diff(test.refused, refused); diff != "" {
					t.Errorf("refused (-want +got):\n%s", diff)
				}
			}
			if end.Type == api.ImportLineTypeFailed && end.Reason == "" {
				t.Error("it fails without a reason")
			}
		})
	}
	if got := w.AccountByEmail("c12@ours.example").Name; got != "=1+1" {
		t.Errorf("the formula became %q", got)
	}
	for name, request := range map[string][2]string{
		"no format": {"", "email\n"}, "unknown column": {"format=csv", "email,shoe size\n"}, "no email": {"format=csv", "name\n"}, "twice a column": {"format=csv", "email,Email\n"},
		"empty": {"format=csv", ""}, "dryRun": {"format=csv&dryRun=maybe", "email\n"}, "maxRefused": {"format=csv&maxRefused=-1", "email\n"},
	} {
		if a := w.ours.send(t, "POST", "/admin/v1/orgs/"+string(w.ours.ID)+"/accounts/import?"+request[0], request[1]); a.status != http.StatusBadRequest {
			t.Errorf("%s: status %d: %s", name, a.status, a.body)
		}
	}
}

// What is exported can be imported elsewhere.
func TestExportIsImported(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		ours := "/admin/v1/orgs/" + string(w.ours.ID) + "/accounts"
		w.ours.imported(t, "format=jsonl", `{"email":"tricky@ours.example","name":"=\"A\", B","jobTitle":"x;y","status":"inactive"}`)
		for _, format := range []string{"csv", "jsonl"} {
			file := w.ours.must(t, http.StatusOK, "GET", ours+"/export?format="+format, "")
			if strings.Contains(file.body, "theirs") || !strings.Contains(file.body, "free@ours.example") {
				t.Errorf("exported %s", file.body)
			}
			foreign := strings.ReplaceAll(file.body, "@ours.example", "@theirs.example")
			end, refused := w.theirs.imported(t, "dryRun=true&format="+format, foreign)
			if end.Type != api.ImportLineTypeDone || len(refused) > 0 || end.Created+end.Existing != end.Position || end.Created == 0 {
				t.Errorf("%s: %+v, refused %v", format, end, refused)
			}
		}
		end, _ := w.ours.imported(t, "format=csv", w.ours.must(t, http.StatusOK, "GET", ours+"/export", "").body)
		if end.Created != 0 || end.Existing != end.Position {
			t.Errorf("importing what is there: %+v", end)
		}
		got := w.AccountByEmail("tricky@ours.example")
		if got.Name != `="A", B` || got.Profile.JobTitle != "x;y" {
			t.Errorf("stored %+v", got)
		}
		only := w.ours.must(t, http.StatusOK, "GET", ours+"/export?format=jsonl&status=inactive&q=tricky", "")
		if strings.Count(only.body, "\n") != 1 {
			t.Errorf("filtered: %s", only.body)
		}
	})
}

// A client that reads while it sends sees how far the import is; one that
// breaks off goes on where the server was.
func TestImportIsTold(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	var file strings.Builder
	file.WriteString("email\n")
	for i := range 1200 {
		fmt.Fprintf(&file, "p%d@ours.example\n", i)
	}
	path := "/admin/v1/orgs/" + string(w.ours.ID) + "/accounts/import?format=csv&importId=told"
	broken, sender := io.Pipe()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.server.URL+path, broken)
	tenanttest.Accepted(t, err)
	req.Header.Set("Authorization", "Bearer "+w.ours.key)
	go func() {
		_, _ = io.WriteString(sender, file.String()[:len(file.String())/2])
		sender.CloseWithError(io.ErrClosedPipe)
	}()
	if res, err := http.DefaultClient.Do(req); err == nil {
		res.Body.Close()
		t.Error("the broken request was answered")
	}
	state := "/admin/v1/orgs/" + string(w.ours.ID) + "/account-imports/told"
	end, refused := w.ours.imported(t, "format=csv&importId=told", file.String())
	if end.Type != api.ImportLineTypeDone || end.Position != 1200 || end.Created+end.Existing != 1200 || refused != nil {
		t.Errorf("it ends with %+v, refused %v", end, refused)
	}
	if a := w.ours.must(t, http.StatusOK, "GET", state, ""); !strings.Contains(a.body, `"done":true`) || !strings.Contains(a.body, `"position":1200`) {
		t.Errorf("state: %s", a.body)
	}
	again, _ := w.ours.imported(t, "format=csv&importId=told", file.String())
	if again.Created != end.Created || again.Type != api.ImportLineTypeDone {
		t.Errorf("sent once more: %+v", again)
	}
}
