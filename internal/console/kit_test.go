package console

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"roster/internal/accounts"
	"roster/internal/auth"
)

// kit has every component with all that it can show.
var kit = []struct {
	template string
	view     any
	want     []string // that the rendered component has
}{
	{"badge", badge{good, "Active"}, []string{`class="badge good"`, "Active"}},
	{"link", link{"Ada", base + "/accounts/acct_1"}, []string{`href="/console/accounts/acct_1"`}},
	{"time", time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC), []string{`datetime="2030-01-02T03:04:05Z"`, `title="2030-01-02 03:04:05 UTC"`}},
	{"time", time.Time{}, []string{"–"}},
	{"id", "acct_01a2b3c4d5e6f7a8b9c0", []string{`title="acct_01a2b3c4d5e6f7a8b9c0"`, "acct_01a2…a8b9c0", `data-copy="acct_01a2b3c4d5e6f7a8b9c0"`}},
	{"copy", "text", []string{`data-copy="text"`}},
	{"header", header{
		Title: "Ada", Lead: "A lead.", Crumbs: []link{{"Accounts", base + "/accounts"}}, Badges: []badge{{bad, "Broken"}}, ID: "acct_1",
		Actions: []action{{Label: "Deactivate", Why: (&call{session: auth.Session{Role: auth.RoleViewer}}).lacks(manages)}, {Label: "Delete", Dialog: "delete", Danger: true}, {Label: "Edit", URL: base + "/edit", Primary: true, Icon: "plus"}},
	}, []string{"<h1>Ada</h1>", `aria-disabled="true" title="Needs the role admin"`, `commandfor="delete"`, `class="button primary" href="/console/edit"`}},
	{"tabs", []tab{{Label: "All", URL: base + "/a", IsCurrent: true, Count: "12"}}, []string{`aria-current="page"`, "12"}},
	{"empty", empty{Icon: "accounts", Title: "Nothing", Text: "Text.", Actions: []action{{Label: "Go", URL: base + "/"}}}, []string{"Nothing", "Text.", "Go"}},
	{"alert", alert{Tone: warn, Title: "Mind", Text: "this", Link: link{"More", base + "/log"}}, []string{`class="alert warn"`, "#tone-warn", "Mind", "this", "More"}},
	{"flash", flash{Tone: good, Text: "Done.", Link: base + "/log"}, []string{"Done.", `href="/console/log"`}},
	{"trend", trendOf([]accounts.Traffic{{Start: time.Date(2030, 1, 2, 0, 0, 0, 0, time.UTC), Writes: 1500, Refusals: 2}}), []string{`role="img" aria-label="The last 1 day: 1,500 writes`, "<td>1,500</td><td>2</td>", `class="trend-refused"`}},
	{"stat", stat{Label: "Users", Value: "1,204", Note: "12 unlinked", URL: base + "/accounts", Tone: bad}, []string{"1,204", "12 unlinked", `class="stat-value bad"`}},
	{"facts", []fact{
		{Label: "A", Text: "text"}, {Label: "B", ID: "id_1"}, {Label: "C", At: time.Unix(0, 0)}, {Label: "D", Badge: badge{info, "word"}}, {Label: "E", Link: link{"there", base + "/"}}, {Label: "F"},
	}, []string{"text", "id_1", "1970-01-01", "badge info", "there", "–"}},
	{"pager", pager{First: base + "/a", Next: base + "/b", Shown: 1, One: "row", Many: "rows"}, []string{"1 row on this page", `href="/console/b" rel="next"`, "First page"}},
	{"pager", pager{Next: base + "/b", Many: "rows"}, []string{"None so far", "Search on"}},
	{"field", field{Name: "name", Label: "Name", Value: "Ada", Hint: "hint", Error: "wrong", IsRequired: true}, []string{`value="Ada"`, "wrong", `aria-invalid="true"`, `aria-describedby="f-name-about"`}},
	{"field", field{Name: "text", Label: "Text", Type: "textarea", Value: "<b>", Placeholder: "p"}, []string{"&lt;b&gt;", "optional"}},
	{"field", field{Name: "id", Type: "hidden", Value: "1"}, []string{`type="hidden" name="id" value="1"`}},
	{"field", choose("status", "Status", "b", "Any", option{"a", "A"}, option{"b", "B"}), []string{`<option value="b" selected>B</option>`}},
	{"filter", choose("status", "Status", "", "Any", option{"a", "A"}), []string{`class="sr" for="f-status"`, `<option value="" selected>Any</option>`}},
	{"confirm", confirm{
		ID: "delete", Title: "Delete it?", Text: "It goes.", Points: []string{"for ever"}, URL: base + "/delete", Fields: []field{{Name: "id", Type: "hidden", Value: "1"}},
		Button: "Delete", Danger: true, Type: "name",
	}, []string{`<dialog class="confirm" id="delete"`, `data-type="name"`, "for ever", `action="/console/delete"`, `class="button danger"`}},
}

func TestComponents(t *testing.T) {
	t.Parallel()
	page := loadTemplates(loadAssets()).pages["problem"]
	for _, part := range kit {
		t.Run(part.template, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			if err := page.ExecuteTemplate(&out, part.template, part.view); err != nil {
				t.Fatal(err)
			}
			for _, want := range part.want {
				if !strings.Contains(out.String(), want) {
					t.Errorf("the component lacks %s:\n%s", want, out.String())
				}
			}
		})
	}
}
