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
		return &resultFile[T]{file: file, write: func(row T) error { return encoder.Encode(row) }}, nil
	}
	return csvResult(file, columns)
}

func csvResult[T any](file *os.File, columns []column[T]) (*resultFile[T], error) {
	w := csv.NewWriter(file)
	line := func(text func(column[T]) string) error {
		fields := make([]string, len(columns))
		for i, c := range columns {
			fields[i] = text(c)
		}
		if err := w.Write(fields); err != nil {
			return fmt.Errorf("write result: %w", err)
		}
		w.Flush()
		return w.Error()
	}
	out := &resultFile[T]{file: file, write: func(row T) error {
		return line(func(c column[T]) string { return c.value(row) })
	}}
	return out, line(func(c column[T]) string { return c.title })
}

func (r *resultFile[T]) close() error {
	if r.file == nil {
		return nil
	}
	return r.file.Close()
}
