package console

import (
	"cmp"
	"slices"
	"strconv"

	"roster/internal/accounts"
	"roster/internal/identity"
	"roster/internal/repair"
	"roster/internal/store"
)

// findingListView is the page of what is wrong.
type findingListView struct {
	Header      header
	Report      findingsReport
	URL         string // of this page with its filters
	Tabs        []tab
	Filters     []field
	Kind        repair.FindingKind // "" for all
	Directory   identity.DirectoryID
	Rows        []findingRow
	Total       int // that match
	Empty       empty
	CSV         string
	CannotPlan  string // why, or ""
	HasPlanning bool   // some row can be planned
}

// findingRow is one finding of the list.
type findingRow struct {
	ID, Title, URL  string
	Kind, Directory string
	Tone            tone
	CanPlan         bool
	repair.Finding
}

func (h *Handler) listFindings(c *call) error {
	v, err := h.findingList(c, h.findings.report(c.org, false))
	if err != nil {
		return err
	}
	return h.page(c, "findings", v)
}

// renewFindings begins a new diagnosis.
func (h *Handler) renewFindings(c *call) error {
	report := h.findings.report(c.org, true)
	if c.wantsPart() == "" {
		return c.redirect(localPath(c.PostFormValue("back")))
	}
	v, err := h.findingList(c, report)
	if err != nil {
		return err
	}
	return h.page(c, "findings", v)
}

func (h *Handler) findingList(c *call, report findingsReport) (findingListView, error) {
	q := c.URL.Query()
	v := findingListView{
		Header:    header{Title: "Findings", Lead: "What is wrong with links, with the evidence. A finding goes by itself once its problem is solved.", Actions: []action{planFromFile(c)}},
		Report:    report,
		URL:       pathWith(base+"/findings", q),
		Kind:      repair.FindingKind(q.Get("kind")),
		Directory: identity.DirectoryID(q.Get("directory")),
		CSV:       pathWith(base+"/findings.csv", q),
		Empty:     noFindings, CannotPlan: c.lacks(repairs),
	}
	if v.Kind != "" && !slices.Contains(repair.Kinds, v.Kind) {
		return v, identity.Errorf(identity.CodeInvalid, "there is no kind of finding %.40q", v.Kind).WithHint("choose one of the list").WithField("kind")
	}
	directories, _, err := h.Accounts.Directories(c.Context(), c.org, store.Page{Limit: store.MaxPage})
	if err != nil {
		return v, err
	}
	v.Filters = []field{choose("directory", "Directory", string(v.Directory), "All directories", directoryOptions(directories)...)}
	v.addTabs(c)
	v.addRows(directories)
	return v, nil
}

func planFromFile(c *call) action {
	return action{Label: "Plan from a file", Icon: "upload", URL: base + "/repairs/new", Why: c.lacks(repairs)}
}

var noFindings = empty{
	Icon: "tone-good", Title: "Nothing is wrong here",
	Text: "Roster compares every link with what the identity providers pushed and were refused. A wrong address, a second account of one person or a push to a deleted record would stand here, with the way to mend it.",
}

func directoryOptions(directories []accounts.Directory) (options []option) {
	for _, d := range directories {
		options = append(options, option{string(d.ID), d.Name})
	}
	return options
}

// addTabs leads to each kind that there is, and to the one that was asked for.
func (v *findingListView) addTabs(c *call) {
	all := 0
	for _, kind := range repair.Kinds {
		n := v.Report.count(v.Directory, kind)
		all += n
		if n > 0 || kind == v.Kind {
			v.Tabs = append(v.Tabs, tab{Label: kinds[kind].name, URL: c.with("kind", string(kind)), IsCurrent: kind == v.Kind, Count: num(n)})
		}
	}
	v.Tabs = append([]tab{{Label: "All", URL: c.with("kind", ""), IsCurrent: v.Kind == "", Count: num(all)}}, v.Tabs...)
	v.Total = all
	if v.Kind != "" {
		v.Total = v.Report.count(v.Directory, v.Kind)
	}
}

// addRows shows the findings that the report holds, those that are surest of
// each kind first.
func (v *findingListView) addRows(directories []accounts.Directory) {
	names := map[identity.DirectoryID]string{}
	for _, d := range directories {
		names[d.ID] = d.Name
	}
	for _, f := range v.Report.Findings {
		if (v.Kind == "" || f.Kind == v.Kind) && (v.Directory == "" || f.DirectoryID == v.Directory) {
			v.Rows = append(v.Rows, rowOf(f, cmp.Or(names[f.DirectoryID], short(f.DirectoryID))))
			v.HasPlanning = v.HasPlanning || len(f.Strategies) > 0
		}
	}
	slices.SortStableFunc(v.Rows, func(a, b findingRow) int {
		return cmp.Or(cmp.Compare(urgency[a.Tone], urgency[b.Tone]), cmp.Compare(slices.Index(repair.Kinds, a.Finding.Kind), slices.Index(repair.Kinds, b.Finding.Kind)), b.Confidence-a.Confidence)
	})
	if len(v.Rows) > maxRows {
		v.Rows = v.Rows[:maxRows]
	}
}

// maxRows keeps the page light; the rest is in the CSV file, and is planned by
// kind.
const maxRows = 100

func rowOf(f repair.Finding, directory string) findingRow {
	about := kinds[f.Kind]
	return findingRow{
		ID: f.ID, Title: titleOfFinding(f.Title), URL: findingURL(f.ID), Kind: about.name, Directory: directory, Tone: about.tone,
		CanPlan: len(f.Strategies) > 0, Finding: f,
	}
}

// exportFindings diagnoses while it writes: the report keeps the first ones only.
func (h *Handler) exportFindings(c *call) error {
	q := c.URL.Query()
	query := repair.DiagnoseQuery{Limit: store.MaxPage}
	if kind := repair.FindingKind(q.Get("kind")); slices.Contains(repair.Kinds, kind) {
		query.Kinds = []repair.FindingKind{kind}
	}
	directory := identity.DirectoryID(q.Get("directory"))
	return export[repair.Finding]{
		File:   "findings.csv",
		Header: []string{"finding", "kind", "confidence", "title", "directory", "scimUser", "rightAccount", "wrongAccount", "oldEmail", "newEmail", "attempts", "firstSeen", "lastSeen", "next"},
		Row: func(f repair.Finding) []string {
			return []string{
				f.ID, string(f.Kind), strconv.Itoa(f.Confidence), f.Title, string(f.DirectoryID), string(f.Record.SCIMUserID), string(f.RightAccount), string(f.WrongAccount),
				f.OldEmail, f.NewEmail, strconv.Itoa(f.Attempts), stamp(f.FirstSeen), stamp(f.LastSeen), f.Next,
			}
		},
		Fetch: func(p store.Page) (found []repair.Finding, next string, err error) {
			query.After = p.After
			next, err = h.Repair.Diagnose(c.Context(), c.org, query, func(f repair.Finding) error {
				if directory == "" || f.DirectoryID == directory {
					found = append(found, f)
				}
				return nil
			})
			return found, next, err
		},
	}.write(h, c)
}
