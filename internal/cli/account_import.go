package cli

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"roster/internal/adminapi/api"
)

// importTries bounds how often a broken import is gone on with.
const importTries = 5

func newAccountImportCmd(env *Env) *cobra.Command {
	var dryRun, again bool
	var format string
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Import accounts from CSV or JSON Lines",
		Long: `Import accounts from a CSV, whose first line names the columns, or from JSON Lines. email is due; name, status, nickname, zoneinfo,
locale, jobTitle, organization, department and location are taken. Accounts that exist stay as they are. Lines that are refused are
listed with the reason; the others are imported.

When the connection breaks, the import goes on where it was; when this command breaks, run it again with the same file. --again settles
every line anew.`,
		Example: `  roster account import people.csv --dry-run
  roster account import people.csv
  roster account import people.jsonl --output json`,
		Args: exactArgs(1, "a file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			file, err := openAccountFile(args[0], format, again)
			if err != nil {
				return err
			}
			return env.importAccounts(cmd.Context(), file, dryRun)
		},
	}
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "only say what would happen")
	cmd.Flags().BoolVar(&again, "again", false, "do not go on with an earlier import of the same file")
	cmd.Flags().StringVar(&format, "format", "", "csv or jsonl, where the file's name does not say")
	return cmd
}

// accountFile is a file to import.
type accountFile struct {
	path   string
	format string
	id     string // of its content, so that a broken import of it is found again
	lines  int
}

func openAccountFile(path, format string, again bool) (accountFile, error) {
	file := accountFile{path: path, format: format}
	if format == "" {
		file.format = map[string]string{".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}[strings.ToLower(filepath.Ext(path))]
	}
	if file.format != "csv" && file.format != "jsonl" {
		return file, usagef("the name of %s does not say its format; give --format csv or jsonl", path)
	}
	in, err := os.Open(path)
	if err != nil {
		return file, usagef("read accounts: %v", err)
	}
	defer in.Close()
	hash := sha256.New()
	if again {
		hash.Write([]byte(time.Now().String()))
	}
	lines := &lineCounter{}
	if _, err := io.Copy(io.MultiWriter(hash, lines), in); err != nil {
		return file, usagef("read accounts: %v", err)
	}
	file.id, file.lines = hex.EncodeToString(hash.Sum(nil)[:16]), lines.n
	if file.format == "csv" {
		file.lines-- // the first names the columns
	}
	return file, nil
}

// lineCounter counts the lines that are written to it.
type lineCounter struct{ n int }

// Write is io.Writer.
func (c *lineCounter) Write(p []byte) (int, error) {
	c.n += bytes.Count(p, []byte("\n"))
	return len(p), nil
}

// importAccounts sends the file, again where the connection breaks: the server
// knows how far it was.
func (env *Env) importAccounts(ctx context.Context, file accountFile, dryRun bool) error {
	s, org, err := env.connectOrg(ctx)
	if err != nil {
		return err
	}
	s.waitLong()
	run := &importing{env: env, file: file, began: env.Now(), bar: env.IsTerminal(env.Stderr)}
	for try := 1; ; try++ {
		err := run.send(ctx, s, org, dryRun)
		run.leaveBar()
		_, isBroken := errors.AsType[*brokenImportError](err)
		if !isBroken {
			return run.finish(err, dryRun)
		}
		if try == importTries || dryRun {
			return err
		}
		env.sayf("%v; going on", err)
		if err := env.Sleep(ctx, time.Second<<(try-1)); err != nil {
			return err
		}
	}
}

// brokenImportError is an import whose answer did not come to its end.
type brokenImportError struct{ cause error }

func (e *brokenImportError) Error() string { return "the import broke off: " + e.cause.Error() }

func (e *brokenImportError) Unwrap() error { return e.cause }

func (e *brokenImportError) nextStep() string {
	return "run the same command again; it goes on where it was"
}

// importing is an import under way.
type importing struct {
	env   *Env
	file  accountFile
	began time.Time
	bar   bool
	start int64 // position at which this run began
	last  api.ImportLine
	wrong []api.ImportLine
}

func (run *importing) send(ctx context.Context, s *session, org string, dryRun bool) error {
	in, err := os.Open(run.file.path)
	if err != nil {
		return usagef("read accounts: %v", err)
	}
	defer in.Close()
	kind := map[string]string{"csv": "text/csv", "jsonl": "application/x-ndjson"}[run.file.format]
	params := &api.ImportAccountsParams{ImportID: &run.file.id, DryRun: &dryRun}
	answer, err := s.ImportAccountsWithBody(ctx, org, params, kind, bufio.NewReader(in), func(_ context.Context, r *http.Request) error {
		r.Header.Set("Expect", "100-continue") // a refusal comes before the file is sent
		r.GetBody = func() (io.ReadCloser, error) { return os.Open(run.file.path) }
		return nil
	})
	if _, ok := errors.AsType[*unreachableError](err); ok && run.last.ImportID != "" {
		return &brokenImportError{err}
	}
	if err := check(answer, err); err != nil {
		return err
	}
	defer answer.Body.Close()
	return run.read(json.NewDecoder(answer.Body))
}

// read follows the answer to its end.
func (run *importing) read(lines *json.Decoder) error {
	for {
		var line api.ImportLine
		if err := lines.Decode(&line); err != nil {
			return &brokenImportError{err}
		}
		if run.last = line; line.Type == api.ImportLineTypeRefused {
			run.wrong = append(run.wrong, line)
			continue
		}
		switch line.Type {
		case api.ImportLineTypeBegun:
			run.begin(line)
		case api.ImportLineTypeDone:
			return nil
		case api.ImportLineTypeFailed:
			return fmt.Errorf("import stopped at record %d: %s", line.Position, line.Reason)
		default:
			run.show(line)
		}
	}
}

func (run *importing) begin(line api.ImportLine) {
	run.began, run.start = run.env.Now(), line.Position
	if line.Position > 0 {
		run.env.sayf("going on behind record %d", line.Position)
	}
}

// rate is how many records a second this run settled.
func (run *importing) rate() float64 {
	return float64(run.last.Position-run.start) / max(run.env.Now().Sub(run.began).Seconds(), 0.001)
}

// show draws the bar, on a terminal.
func (run *importing) show(line api.ImportLine) {
	if !run.bar {
		return
	}
	total := max(int64(run.file.lines), line.Position, 1)
	full := int(barWidth * line.Position / total)
	run.env.tell(fmt.Sprintf("\r[%s%s] %d/%d, %d refused, %.0f/s ", strings.Repeat("#", full), strings.Repeat("-", barWidth-full), line.Position, total, line.Refused, run.rate()))
}

func (run *importing) leaveBar() {
	if run.bar {
		run.env.tell("\n")
	}
}

var refusedColumns = []column[api.ImportLine]{
	{"LINE", func(l api.ImportLine) string { return strconv.FormatInt(l.Line, 10) }},
	{"COLUMN", func(l api.ImportLine) string { return l.Column }},
	{"REASON", func(l api.ImportLine) string { return l.Reason }},
	{"WHAT TO DO", func(l api.ImportLine) string { return l.Hint }},
}

// finish prints what is wrong with the file, and how it went.
func (run *importing) finish(failed error, dryRun bool) error {
	if run.last.ImportID == "" {
		return failed // nothing began
	}
	if run.env.flags.output == outputJSON {
		if err := run.env.printJSON(importResult{run.last.Created, run.last.Existing, run.last.Refused, dryRun, append([]api.ImportLine{}, run.wrong...)}); err != nil {
			return err
		}
	} else if len(run.wrong) > 0 {
		if err := printRows(run.env, run.wrong, refusedColumns); err != nil {
			return err
		}
	}
	run.env.sayf("%d created, %d existed, %d refused; %.0f records/s", run.last.Created, run.last.Existing, run.last.Refused, run.rate())
	if dryRun {
		run.env.sayf("dry run: nothing was changed")
	}
	if failed == nil && len(run.wrong) > 0 {
		return &partialError{failed: int(run.last.Refused), total: int(run.last.Position)}
	}
	return failed
}

// importResult is the JSON that the command prints.
type importResult struct {
	Created  int64            `json:"created"`
	Existing int64            `json:"existing"`
	Refused  int64            `json:"refused"`
	DryRun   bool             `json:"dryRun"`
	Wrong    []api.ImportLine `json:"refusedRecords"`
}
