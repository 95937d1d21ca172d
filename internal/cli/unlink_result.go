package cli

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

var unlinkColumns = []column[unlinkRow]{
	{"AAID", func(r unlinkRow) string { return r.AccountID }},
	{"RESULT", func(r unlinkRow) string { return r.Result }},
	{"SCIM USERS", func(r unlinkRow) string { return strconv.Itoa(len(r.SCIMUsers)) }},
	{"MESSAGE", func(r unlinkRow) string { return r.Message }},
}

// resultFile gets a row as soon as an account is done, so that it tells how
// far a run came that was cut off.
type resultFile struct {
	file  *os.File
	write func(unlinkRow) error
}

// createResult opens a new file of the kind that its name says; without a
// name rows go nowhere. An existing file is the record of another run and is
// not overwritten.
func createResult(name string) (*resultFile, error) {
	if name == "" {
		return &resultFile{write: func(unlinkRow) error { return nil }}, nil
	}
	kind := filepath.Ext(name)
	if kind != ".csv" && kind != ".jsonl" {
		return nil, usagef("--result is %q; its name must end in .csv or .jsonl", name)
	}
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, usagef("%s exists already; give --result another name", name)
	}
	if err != nil {
		return nil, usagef("create result: %v", err)
	}
	if kind == ".jsonl" {
		encoder := json.NewEncoder(file)
		return &resultFile{file: file, write: func(row unlinkRow) error { return encoder.Encode(row) }}, nil
	}
	return csvResult(file)
}

func csvResult(file *os.File) (*resultFile, error) {
	w := csv.NewWriter(file)
	line := func(fields ...string) error {
		if err := w.Write(fields); err != nil {
			return fmt.Errorf("write result: %w", err)
		}
		w.Flush()
		return w.Error()
	}
	out := &resultFile{file: file, write: func(row unlinkRow) error {
		return line(row.AccountID, row.Result, scimUsersText(row), strconv.Itoa(row.Status), row.Message, row.RequestID)
	}}
	return out, line("accountId", "result", "scimUsers", "httpStatus", "message", "requestId")
}

// scimUsersText is a field of CSV: directory/scimUser, parted by spaces.
func scimUsersText(row unlinkRow) string {
	texts := make([]string, len(row.SCIMUsers))
	for i, user := range row.SCIMUsers {
		texts[i] = user.DirectoryID + "/" + user.SCIMUserID
	}
	return strings.Join(texts, " ")
}

func (r *resultFile) close() error {
	if r.file == nil {
		return nil
	}
	return r.file.Close()
}
