package cli

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"roster/internal/adminapi/api"
)

// caseRow is a row of --result. Its members are a contract.
type caseRow struct {
	api.RepairCaseResult

	Repair string `json:"repair"`
	Run    string `json:"run"` // apply or undo
}

var caseResultColumns = []column[caseRow]{
	{"case", func(r caseRow) string { return strconv.Itoa(r.Number) }},
	{"status", func(r caseRow) string { return string(r.Status) }},
	{"title", func(r caseRow) string { return r.Title }},
	{"note", func(r caseRow) string { return r.Note }},
	{"repair", func(r caseRow) string { return r.Repair }},
	{"run", func(r caseRow) string { return r.Run }},
}

// caseResult is the file of --result. It gets a row whenever something becomes
// known of a case, so a run that is cut off leaves what it knew; a run that
// comes to its end leaves one row for every case.
type caseResult struct {
	name, repair, run string

	file    *resultFile[caseRow]
	written int
	known   map[int]api.RepairCaseResult
	resumed bool
}

// openCaseResult makes the file, or goes on with that of the same run.
func openCaseResult(name, repair, run string) (*caseResult, error) {
	r := &caseResult{name: name, repair: repair, run: run, known: map[int]api.RepairCaseResult{}}
	file, err := os.OpenFile(name, os.O_RDWR, 0)
	if name == "" || errors.Is(err, fs.ErrNotExist) {
		r.file, err = createResult(name, caseResultColumns)
		return r, err
	}
	if err != nil {
		return nil, usagef("open result: %v", err)
	}
	r.resumed = true
	if err := r.goOn(file); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	r.file = appendResult(file, caseResultColumns)
	return r, nil
}

// goOn finds the end of the rows of a file, if they are of this run.
func (r *caseResult) goOn(file *os.File) error {
	text, err := os.ReadFile(r.name)
	if err != nil {
		return fmt.Errorf("read result: %w", err)
	}
	text = text[:bytes.LastIndexByte(text, '\n')+1] // a line that was cut off does not count
	if !r.isOfRun(text) {
		return usagef("%s exists already, and is not what roster repair %s %s left; give --result another name", r.name, r.run, r.repair)
	}
	if err := file.Truncate(int64(len(text))); err != nil {
		return fmt.Errorf("go on with result: %w", err)
	}
	_, err = file.Seek(int64(len(text)), 0)
	return err
}

// isOfRun looks at the first row. A file without rows holds nothing to lose.
func (r *caseResult) isOfRun(text []byte) bool {
	if filepath.Ext(r.name) == extJSONLines {
		line, _, _ := bytes.Cut(text, []byte("\n"))
		var first caseRow
		return len(line) == 0 || (json.Unmarshal(line, &first) == nil && first.Repair == r.repair && first.Run == r.run)
	}
	if len(text) == 0 {
		return true
	}
	rows := csv.NewReader(bytes.NewReader(text))
	header, err := rows.Read()
	if err != nil || !slices.Equal(header, titles(caseResultColumns)) {
		return false
	}
	first, err := rows.Read()
	return err != nil || (first[len(first)-2] == r.repair && first[len(first)-1] == r.run)
}

// add writes a row, unless the file has the same already.
func (r *caseResult) add(row api.RepairCaseResult) error {
	if before, told := r.known[row.Number]; r.name == "" || (told && before == row) {
		return nil
	}
	r.known[row.Number] = row
	r.written++
	return r.file.write(caseRow{row, r.repair, r.run})
}

// complete leaves one row a case, as the server has them, where the rows so far
// are more or fewer: where cases changed while they were waited for, or were
// worked on by another run.
func (r *caseResult) complete(total int, cases fetch) (err error) {
	if r.name == "" || (!r.resumed && r.written == total && len(r.known) == total) {
		return nil
	}
	whole, err := os.CreateTemp(filepath.Dir(r.name), "*"+filepath.Ext(r.name))
	if err != nil {
		return fmt.Errorf("complete result: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(whole.Name()))
		}
	}()
	if err := r.writeAll(whole, cases); err != nil {
		return err
	}
	return os.Rename(whole.Name(), r.name)
}

func (r *caseResult) writeAll(whole *os.File, cases fetch) (err error) {
	defer func() {
		if closeErr := whole.Close(); err == nil {
			err = closeErr
		}
	}()
	out, err := newResult(whole, caseResultColumns)
	if err != nil {
		return err
	}
	for c, err := range walk[api.RepairCase](cases, pageSize) {
		if err != nil {
			return err
		}
		row := api.RepairCaseResult{Number: c.Number, Title: c.Title, Status: c.Status, Note: c.Note}
		if err := out.write(caseRow{row, r.repair, r.run}); err != nil {
			return err
		}
	}
	return nil
}

func (r *caseResult) close() error { return r.file.close() }
