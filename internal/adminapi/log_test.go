package adminapi_test

import (
	"encoding/csv"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roster/internal/adminapi/api"
	"roster/internal/identity"
	"roster/internal/store"
)

// entries adds to the troubleshooting log, a second apart, oldest first.
func (n *tenant) entries(t *testing.T, all ...store.LogEntry) {
	t.Helper()
	for _, e := range all {
		e.OrgID = n.ID
		err := n.Store.Update(t.Context(), func(tx *store.Tx) error {
			e.ID = identity.NewEntryID(tx.Now())
			return tx.InsertLogEntry(e)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func (n *tenant) logPath() string {
	return fill("/admin/user-provisioning/v1/org/{orgId}/troubleshooting-log", n.params())
}

func TestLogFilters(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		n := &tenant{Org: w.Org(), w: w}
		n.key, _ = n.newKey(t, time.Time{})
		dir := n.Directory("Log")
		n.dir = dir
		start := w.Clock.Now().UTC()
		n.entries(
			t,
			store.LogEntry{DirectoryID: dir.ID, Level: "info", Operation: "user.create", Resource: "USER", SCIMID: "u1", Name: "Ada@x.example", HTTPStatus: 201, Message: "first"},
			store.LogEntry{Level: "error", Operation: "user.replace", Resource: "USER", SCIMID: "u2", OtherSCIMID: "u1", AccountID: "a1", HTTPStatus: 409, Message: "second already exists", SCIMType: "uniqueness", Hint: "unlink 100%"},
			store.LogEntry{DirectoryID: dir.ID, Level: "warning", Operation: "group.patch", Resource: "GROUP", OtherAccountID: "a1", HTTPStatus: 409, Message: "third"},
		)
		middle := n.list(t, n.logPath()).Data
		var second api.LogEntry
		decodeInto(t, middle[1], &second)
		tests := []struct{ name, query, want string }{
			{"all", "", "third second first"},
			{"from", "?from=" + second.Time.Format(time.RFC3339Nano), "third second"},
			{"to", "?to=" + second.Time.Format(time.RFC3339Nano), "first"},
			{"to in another zone", "?to=" + strings.ReplaceAll(second.Time.In(time.FixedZone("", 3600)).Format(time.RFC3339), "+", "%2B"), "first"},
			{"before all", "?to=" + start.Format(time.RFC3339), ""},
			{"directory", "?directoryId=" + string(dir.ID), "third first"},
			{"level", "?level=error", "second"},
			{"status", "?status=409", "third second"},
			{"resource", "?resource=group", "third"},
			{"text of message", "?q=ALREADY+exists", "second"},
			{"text of name", "?q=ada%40", "first"},
			{"text with wildcards", "?q=100%25", "second"},
			{"text that is a wildcard", "?q=_", ""},
			{"either account", "?accountId=a1", "third second"},
			{"either SCIM id", "?scimId=u1", "second first"},
			{"all must hold", "?accountId=a1&level=error&status=409", "second"},
			{"none", "?accountId=a1&level=info", ""},
		}
		for _, tt := range tests {
			var got []string
			for _, row := range n.list(t, n.logPath()+tt.query).Data {
				var e api.LogEntry
				decodeInto(t, row, &e)
				got = append(got, strings.Fields(e.Message)[0])
			}
			if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.name, diff)
			}
		}
		wanted := api.LogEntry{
			ID: second.ID, Time: second.Time, Level: "error", Operation: "user.replace", Resource: "USER", SCIMID: "u2", OtherSCIMID: "u1", AccountID: "a1",
			HTTPStatus: 409, Message: "second already exists", SCIMType: "uniqueness", Hint: "unlink 100%",
		}
		if diff := cmp.Diff(wanted, second); diff != "" {
			t.Errorf("entry (-want +got):\n%s", diff)
		}
	})
}

// A conflict that an IdP meets is found by either party.
func TestLogOfARealConflict(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	n := w.ours
	if _, err := n.dir.SetEmail(n.external.ID, "linked@ours.example"); err == nil {
		t.Fatal("a taken address was accepted")
	}
	for _, query := range []string{"?accountId=" + string(n.linked.AccountID), "?scimId=" + string(n.external.ID), "?q=email%5Blinked%40ours.example%5D+already"} {
		rows := n.list(t, n.logPath()+query+"&level=error").Data
		if len(rows) != 1 || !strings.Contains(string(rows[0]), "Resource [USER]: with email[linked@ours.example] already exists.") {
			t.Errorf("%s: %s", query, rows)
		}
	}
}

func (n *tenant) csv(t *testing.T, query string, headers ...header) (http.Header, [][]string) {
	t.Helper()
	a := n.w.send(t, n.key, "GET", n.logPath()+query, "", headers...)
	if kind := a.header.Get("Content-Type"); a.status != 200 || !strings.HasPrefix(kind, "text/csv") {
		t.Fatalf("GET %s: status %d, %s: %s", query, a.status, kind, a.body)
	}
	rows, err := csv.NewReader(strings.NewReader(a.body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(a.body, "\r\n") < len(rows) {
		t.Errorf("lines do not end in CRLF (RFC 4180): %q", a.body)
	}
	return a.header, rows
}

func TestLogAsCSV(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	n := w.theirs
	n.entries(
		t,
		store.LogEntry{Level: "error", Operation: "user.create", Resource: "USER", Name: "=HYPERLINK(\"http://evil\")", ExternalID: "+1", SCIMID: "-1", SCIMType: "@x", Message: "say \"hi\",\nthere", HTTPStatus: 400},
		store.LogEntry{Level: "error", Operation: "user.create", Resource: "USER", Name: "\tx", Message: "plain = and + inside"},
	)
	header, rows := n.csv(t, "?level=error", "Accept: text/csv")
	if got := header.Get("Content-Disposition"); !strings.HasPrefix(got, "attachment") {
		t.Errorf("Content-Disposition is %q", got)
	}
	wantColumns := []string{
		"time", "level", "operation", "resource", "directoryId", "scimId", "externalId", "name", "accountId",
		"otherScimId", "otherAccountId", "httpStatus", "scimType", "message", "hint", "requestId", "actor", "id",
	}
	if diff := cmp.Diff(wantColumns, rows[0]); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
	want := [][]string{
		{"error", "user.create", "USER", "", "", "", "'\tx", "", "", "", "", "", "plain = and + inside", "", "", ""},
		{"error", "user.create", "USER", "", "'-1", "'+1", "'=HYPERLINK(\"http://evil\")", "", "", "", "400", "'@x", "say \"hi\",\nthere", "", "", ""},
	}
	got := [][]string{}
	for _, row := range rows[1:] {
		got = append(got, row[1:len(row)-1])
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows without time and id (-want +got):\n%s", diff)
	}
}

func TestLogFormats(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	for _, tt := range []struct{ query, accept, want string }{
		{"", "", "application/json"},
		{"", "*/*", "application/json"},
		{"", "application/json, text/csv;q=0.5", "application/json"},
		{"", "text/csv; charset=utf-8, */*", "text/csv; charset=utf-8; header=present"},
		{"?format=csv", "application/json", "text/csv; charset=utf-8; header=present"},
		{"?format=json", "text/csv", "application/json"},
	} {
		a := w.send(t, w.ours.key, "GET", w.ours.logPath()+tt.query, "", header("Accept: "+tt.accept))
		if got := a.header.Get("Content-Type"); got != tt.want {
			t.Errorf("%q with Accept %q is %s, want %s", tt.query, tt.accept, got, tt.want)
		}
	}
}

// many adds warnings to the troubleshooting log.
func (n *tenant) many(t *testing.T, count int) {
	t.Helper()
	err := n.Store.Update(t.Context(), func(tx *store.Tx) error {
		for i := range count {
			e := store.LogEntry{OrgID: n.ID, ID: identity.NewEntryID(tx.Now()), Level: "warning", Operation: "x", Resource: "USER", Message: strconv.Itoa(i)}
			if err := tx.InsertLogEntry(e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// With a limit CSV pages by the Link header; without one it is everything,
// over as many of the store's pages as that takes.
func TestCSVPages(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	n := w.theirs
	const many = 2*store.MaxPage + 7
	n.many(t, many)
	header, whole := n.csv(t, "?format=csv&level=warning")
	if len(whole) != many+1 || header.Get("Link") != "" {
		t.Fatalf("%d lines, Link %q", len(whole), header.Get("Link"))
	}
	paged, query := [][]string{whole[0]}, "?format=csv&level=warning&limit=400"
	for query != "" && len(paged) <= many {
		header, rows := n.csv(t, query)
		paged = append(paged, rows[1:]...)
		link := header.Get("Link")
		query = ""
		if link != "" {
			target, isNext := strings.CutSuffix(link, `>; rel="next"`)
			if !isNext {
				t.Fatalf("Link is %q", link)
			}
			_, parameters, _ := strings.Cut(target, "?")
			query = "?" + parameters
		}
	}
	if !slices.EqualFunc(whole, paged, slices.Equal) {
		t.Errorf("%d lines page by page, %d in one", len(paged), len(whole))
	}
}

// closing is a client during whose download the database goes away.
type closing struct {
	*httptest.ResponseRecorder
	store *store.Store
}

func (c closing) Write(b []byte) (int, error) {
	return len(b), c.store.Close()
}

// An export that breaks off breaks the connection: the client must not take
// the part for the whole.
func TestBrokenExportIsNotTakenForWhole(t *testing.T) {
	t.Parallel()
	w := onSQLite(t)
	n := w.theirs
	n.many(t, store.MaxPage+1)
	r := httptest.NewRequestWithContext(t.Context(), "GET", n.logPath()+"?format=csv", nil)
	r.Header.Set("Authorization", "Bearer "+n.key)
	defer func() {
		if got := recover(); got != http.ErrAbortHandler { //nolint:errorlint // net/http compares it so
			t.Errorf("got %v, want http.ErrAbortHandler", got)
		}
	}()
	w.handler.ServeHTTP(closing{httptest.NewRecorder(), w.Store}, r)
}
