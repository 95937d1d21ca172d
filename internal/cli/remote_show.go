package cli

import (
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"roster/internal/repair"
	"roster/internal/repair/remote"
)

var remoteColumns = []column[remote.Progress]{
	{"CASE", func(c remote.Progress) string { return strconv.Itoa(c.N) }},
	{"STATUS", func(c remote.Progress) string { return string(c.Status) }},
	{"REPAIR", func(c remote.Progress) string { return c.Story() }},
	{"OLD", func(c remote.Progress) string { return c.Old }},
	{"NEW", func(c remote.Progress) string { return c.New }},
	{"NOTE", func(c remote.Progress) string { return c.Note }},
}

// remoteResult are the columns of --result.
var remoteResult = []column[remoteRow]{
	{"case", func(r remoteRow) string { return strconv.Itoa(r.Case) }},
	{"status", func(r remoteRow) string { return r.Status }},
	{"repair", func(r remoteRow) string { return r.Repair }},
	{"old", func(r remoteRow) string { return r.Old }},
	{"new", func(r remoteRow) string { return r.New }},
	{"rightAccount", func(r remoteRow) string { return r.Right }},
	{"wrongAccount", func(r remoteRow) string { return r.Wrong }},
	{"parkedAddress", func(r remoteRow) string { return r.Parked }},
	{"note", func(r remoteRow) string { return r.Note }},
}

// remoteRow is a line of --result. Its members are a contract.
type remoteRow struct {
	Case   int    `json:"case"`
	Status string `json:"status"`
	Repair string `json:"repair,omitempty"`
	Old    string `json:"old"`
	New    string `json:"new"`
	Right  string `json:"rightAccount,omitempty"`
	Wrong  string `json:"wrongAccount,omitempty"`
	Parked string `json:"parkedAddress,omitempty"`
	Note   string `json:"note,omitempty"`
}

func newRemoteRow(c remote.Progress) remoteRow {
	return remoteRow{
		Case: c.N, Status: string(c.Status), Repair: c.Story(), Old: c.Old, New: c.New,
		Right: string(c.Right), Wrong: string(c.Wrong), Parked: c.Parked(), Note: c.Note,
	}
}

// remoteResultFile is the file of --result.
type remoteResultFile struct{ *resultFile[remoteRow] }

func createRemoteResult(name string) (remoteResultFile, error) {
	out, err := createResult(name, remoteResult)
	return remoteResultFile{out}, err
}

// end writes a row of each case, whether or not the run ended well, and gives
// what went wrong first.
func (f remoteResultFile) end(cases []remote.Progress, err error) error {
	for _, c := range cases {
		if writeErr := f.write(newRemoteRow(c)); err == nil {
			err = writeErr
		}
	}
	if closeErr := f.close(); err == nil {
		err = closeErr
	}
	return err
}

func newRemoteStatusCmd(env *Env) *cobra.Command {
	var journal string
	cmd := &cobra.Command{
		Use:   "status --journal FILE [CASE]",
		Short: "Show how far a remote repair is, or one of its cases",
		Long:  `Show how far a remote repair is, or the steps of one of its cases. It reads the journal alone, also while "apply" is at work.`,
		Example: `  roster remote status --journal merger.jsonl
  roster remote status --journal merger.jsonl 7`,
		Args: func(_ *cobra.Command, args []string) error {
			if journal == "" || len(args) > 1 {
				return usagef("it takes --journal, and one case at most")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			j, err := remote.ReadJournal(journal)
			if err != nil {
				return journalFault(err)
			}
			if len(args) == 1 {
				return env.showRemoteCase(j, args[0])
			}
			if err := printRows(env, j.Cases, remoteColumns); err != nil {
				return err
			}
			return env.remoteSum(j, journal)
		},
	}
	addJournalFlag(cmd, &journal, "the journal")
	return cmd
}

func (env *Env) showRemoteCase(j *remote.Journal, text string) error {
	c, err := j.Case(text)
	if err != nil {
		return usagef("%v", err)
	}
	if env.flags.output == outputJSON {
		return env.printJSON(c)
	}
	env.printRemoteCase(*c)
	return nil
}

// printRemoteCase prints one case as people read it.
func (env *Env) printRemoteCase(c remote.Progress) {
	env.printf("case %d: %s -> %s: %s", c.N, clean(c.Old), clean(c.New), clean(remoteStory(c.Case)))
	if c.Status != remote.StatusNothing {
		env.printf(" (%s)", c.Status)
	}
	env.printf("\n")
	env.printRemoteSteps(c.Plan.Steps, c.Taken)
	if c.Undo != nil {
		env.printf("  undo\n")
		env.printRemoteSteps(c.Undo.Steps, c.Undo.Taken)
		env.printCannot(c.Undo.Undo)
	}
	if text := c.Irrevocable(); text != "" && c.Undo == nil {
		env.printf("  cannot be undone: %s\n", text)
	}
	for _, risk := range c.Plan.Risks {
		env.printf("  mind: %s\n", clean(risk))
	}
	if c.Note != "" && (c.Status == remote.StatusStopped || c.Status == remote.StatusUndoing) {
		env.printf("  %s: %s\n", c.Status, clean(c.Note))
	}
}

// printRemoteSteps marks those that are taken.
func (env *Env) printRemoteSteps(steps []repair.Step, taken int) {
	for i, s := range steps {
		done, where := " ", ""
		if i < taken {
			done = "x"
		}
		if s.Record.DirectoryID != "" {
			where = " (directory " + string(s.Record.DirectoryID) + ")"
		}
		env.printf("  [%s] %d. %s: %s%s\n", done, i+1, s.Actor, clean(s.Text), clean(where))
	}
}

// printCannot says what an undoing does not bring back.
func (env *Env) printCannot(u remote.Undo) {
	for _, text := range u.Cannot {
		env.printf("  cannot be undone: %s\n", clean(text))
	}
}

// remoteSum counts the cases and names the next command.
func (env *Env) remoteSum(j *remote.Journal, name string) error {
	env.sayf("%s", remoteCounts(j))
	switch {
	case j.Count(remote.StatusUndoing) > 0:
		return env.hintf("do what the notes say in the identity provider, then: roster remote undo --journal %s --yes", name)
	case j.Count(remote.StatusWaiting) > 0:
		return env.hintf("do what the notes say in the identity provider, then: roster remote apply --journal %s --yes", name)
	case j.Count(remote.StatusStopped)+j.Count(remote.StatusPlanned) > 0:
		return env.hintf("roster remote apply --journal %s --yes", name)
	case j.Count(remote.StatusDone) > 0:
		return env.hintf("roster remote verify --journal %s; to take it back: roster remote undo --journal %s", name, name)
	case j.Count(remote.StatusUndone) > 0:
		return env.hintf("roster remote verify --journal %s", name)
	}
	return nil
}

// remoteCounts is how many cases there are of each status.
func remoteCounts(j *remote.Journal) string {
	text := fmt.Sprintf("%d done, %d waiting, %d stopped, %d planned, %d with nothing to do", j.Count(remote.StatusDone), j.Count(remote.StatusWaiting),
		j.Count(remote.StatusStopped), j.Count(remote.StatusPlanned), j.Count(remote.StatusNothing))
	if undoing, undone := j.Count(remote.StatusUndoing), j.Count(remote.StatusUndone); undoing+undone > 0 {
		text += fmt.Sprintf(", %d undone, %d being undone", undone, undoing)
	}
	return text
}
