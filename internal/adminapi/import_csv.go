package adminapi

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"roster/internal/accounts"
	"roster/internal/identity"
)

// maxRecord bounds a record of an imported file, in bytes: a quote that is
// never closed must not take the rest of the file with it.
const maxRecord = 64 << 10

// accountField is a column of an account file.
type accountField struct {
	name string
	at   func(*accounts.ImportRow) *string // nil for what is exported and not imported
}

// accountFields are the columns of account files, in the order of exports.
var accountFields = []accountField{
	{"id", nil},
	{"email", func(r *accounts.ImportRow) *string { return &r.Email }},
	{"name", func(r *accounts.ImportRow) *string { return &r.Name }},
	{"status", func(r *accounts.ImportRow) *string { return &r.Status }},
	{"nickname", func(r *accounts.ImportRow) *string { return &r.Profile.Nickname }},
	{"zoneinfo", func(r *accounts.ImportRow) *string { return &r.Profile.Zoneinfo }},
	{"locale", func(r *accounts.ImportRow) *string { return &r.Profile.Locale }},
	{"jobTitle", func(r *accounts.ImportRow) *string { return &r.Profile.JobTitle }},
	{"organization", func(r *accounts.ImportRow) *string { return &r.Profile.Organization }},
	{"department", func(r *accounts.ImportRow) *string { return &r.Profile.Department }},
	{"location", func(r *accounts.ImportRow) *string { return &r.Profile.Location }},
	{"statusReason", nil},
	{"origin", nil},
	{"invitation", nil},
	{"linked", nil},
	{"lastActiveAt", nil},
	{"createdAt", nil},
}

func fieldNamed(name string) (accountField, bool) {
	i := slices.IndexFunc(accountFields, func(f accountField) bool { return strings.EqualFold(f.name, name) })
	if i < 0 {
		return accountField{}, false
	}
	return accountFields[i], true
}

func unknownColumn(line int, name string) error {
	names := make([]string, len(accountFields))
	for i, f := range accountFields {
		names[i] = f.name
	}
	return refusal(badBody, "line %d: there is no column %.40q", line, name).withHint("the columns are %s; remove or rename it", strings.Join(names, ", "))
}

// readCSV reads CSV (RFC 4180) whose first line names the columns, separated by
// commas or, as some spreadsheets do, by semicolons.
func readCSV(body io.Reader) (rowReader, error) {
	bounded := &recordBound{r: body}
	in := bufio.NewReaderSize(bounded, maxRecord)
	separator, err := separatorOf(in)
	if err != nil {
		return nil, err
	}
	file := csv.NewReader(in)
	file.Comma, file.FieldsPerRecord, file.ReuseRecord = separator, -1, true
	head, err := file.Read()
	if err != nil {
		return nil, refusal(badBody, "the first line must name the columns: %v", err).withHint("it is at least: email")
	}
	columns, err := columnsOf(head)
	if err != nil {
		return nil, err
	}
	return func() (accounts.ImportRow, error) {
		bounded.read = 0
		record, err := file.Read()
		if wrong, ok := errors.AsType[*csv.ParseError](err); ok && !errors.Is(err, errRecordTooLong) {
			return refusedRow(wrong.StartLine, "", wrong.Err.Error(), "write CSV as RFC 4180 has it: fields with commas, quotes or line breaks in double quotes"), nil
		}
		if err != nil {
			return accounts.ImportRow{}, err
		}
		line, _ := file.FieldPos(0)
		return rowOf(line, columns, record), nil
	}, nil
}

// separatorOf looks at the first line, behind the byte order mark that
// spreadsheets write.
func separatorOf(in *bufio.Reader) (rune, error) {
	if mark, _ := in.Peek(3); bytes.Equal(mark, []byte("\ufeff")) {
		_, _ = in.Discard(len(mark))
	}
	head, err := in.Peek(maxRecord)
	if len(head) == 0 && err != nil {
		return 0, refusal(badBody, "the file is empty").withHint("its first line names the columns, at least: email")
	}
	head, _, _ = bytes.Cut(head, []byte("\n"))
	if bytes.ContainsRune(head, ';') && !bytes.ContainsRune(head, ',') {
		return ';', nil
	}
	return ',', nil
}

func columnsOf(head []string) ([]accountField, error) {
	columns := make([]accountField, len(head))
	for i, name := range head {
		field, ok := fieldNamed(strings.TrimSpace(name))
		if !ok {
			return nil, unknownColumn(1, name)
		}
		if slices.ContainsFunc(columns[:i], func(f accountField) bool { return f.name == field.name }) {
			return nil, refusal(badBody, "the column %s is there twice", field.name)
		}
		columns[i] = field
	}
	if !slices.ContainsFunc(columns, func(f accountField) bool { return f.name == "email" }) {
		return nil, refusal(badBody, "there is no column email").withHint("the first line names the columns")
	}
	return columns, nil
}

func rowOf(line int, columns []accountField, record []string) accounts.ImportRow {
	if len(record) != len(columns) {
		return refusedRow(line, "", fmt.Sprintf("the line has %d fields, the first line %d", len(record), len(columns)), "quote fields that hold the separator")
	}
	row := accounts.ImportRow{Line: line}
	for i, field := range columns {
		if field.at != nil {
			*field.at(&row) = strings.Clone(plain(record[i]))
		}
	}
	return row
}

// plain takes away what harmless adds to a cell, and spaces around it.
func plain(cell string) string {
	cell = strings.TrimSpace(cell)
	if len(cell) > 1 && cell[0] == '\'' && harmless(cell[1:]) == cell {
		return cell[1:]
	}
	return cell
}

func refusedRow(line int, column, reason, hint string) accounts.ImportRow {
	return accounts.ImportRow{Line: line, Refused: &accounts.RowError{Line: line, Column: column, Reason: reason, Hint: hint}}
}

var errRecordTooLong = identity.Errorf(identity.CodeInvalid, "a record is longer than %d bytes", maxRecord).
	WithHint("look for a quote that is never closed")

// recordBound is a body of which each record takes no more than its share.
type recordBound struct {
	r    io.Reader
	read int
}

// Read is io.Reader.
func (b *recordBound) Read(p []byte) (int, error) {
	if b.read > 2*maxRecord { // the buffer holds as much again
		return 0, errRecordTooLong
	}
	n, err := b.r.Read(p)
	b.read += n
	return n, err
}
