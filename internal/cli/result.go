package cli

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// resultFile gets a row as soon as it is known, so that it tells how far a run
// came that was cut off.
type resultFile[T any] struct {
	file  *os.File
	write func(T) error
}

// createResult opens a new file of the kind that its name says; without a
// name rows go nowhere. An existing file is the record of another run and is
// not overwritten.
func createResult[T any](name string, columns []column[T]) (*resultFile[T], error) {
	if name == "" {
		return &resultFile[T]{write: func(T) error { return nil }}, nil
	}
	if kind := filepath.Ext(name); kind != extCSV && kind != extJSONLines {
		return nil, usagef("--result is %q; its name must end in .csv or .jsonl", name)
	}
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, usagef("%s exists already; give --result another name", name)
	}
	if err != nil {
		return nil, usagef("create result: %v", err)
	}
	return newResult(file, columns)
}

// The kinds of result files.
const (
	extCSV       = ".csv"
	extJSONLines = ".jsonl"
)

// newResult writes rows to an empty file, below a line of titles if it is CSV.
func newResult[T any](file *os.File, columns []column[T]) (*resultFile[T], error) {
	if filepath.Ext(file.Name()) == extCSV {
		w := csv.NewWriter(file)
		if err := writeLine(w, titles(columns)); err != nil {
			return nil, err
		}
	}
	return appendResult(file, columns), nil
}

// appendResult writes rows to a file behind those that it has.
func appendResult[T any](file *os.File, columns []column[T]) *resultFile[T] {
	if filepath.Ext(file.Name()) == extJSONLines {
		encoder := json.NewEncoder(file)
		return &resultFile[T]{file: file, write: func(row T) error { return encoder.Encode(row) }}
	}
	w := csv.NewWriter(file)
	return &resultFile[T]{file: file, write: func(row T) error {
		fields := make([]string, len(columns))
		for i, c := range columns {
			fields[i] = c.value(row)
		}
		return writeLine(w, fields)
	}}
}

func titles[T any](columns []column[T]) []string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.title
	}
	return names
}

// writeLine writes a line of CSV at once.
func writeLine(w *csv.Writer, fields []string) error {
	if err := w.Write(fields); err != nil {
		return fmt.Errorf("write result: %w", err)
	}
	w.Flush()
	return w.Error()
}

func (r *resultFile[T]) close() error {
	if r.file == nil {
		return nil
	}
	return r.file.Close()
}
