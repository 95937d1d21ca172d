package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"roster/internal/identity"
)

// ErrNotFound means that no row answers the question, in this tenant.
var ErrNotFound = errors.New("not found")

// ErrContended means that other transactions were in the way of an update each
// time that it ran. Nothing of it is stored.
var ErrContended = errors.New("lost every race")

// ErrFull means that the database had no room for an update: the disk is full,
// or a quota. Nothing of it is stored. Reads go on, and updates do as soon as
// there is room.
var ErrFull = errors.New("no room to write")

// querier runs statements on one connection in one transaction.
type querier interface {
	exec(ctx context.Context, query string, args ...any) (sql.Result, error)
	query(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// Tx is one transaction. It carries its context, as it lives within one call
// of View or Update and never longer, and one fixed time.
type Tx struct {
	ctx       context.Context //nolint:containedctx // see above
	q         querier
	dialect   dialect
	positions *positions
	types     *catalogues
	now       time.Time
	counts    map[countKey]int64
	lost      error // why nothing of it can be kept; set by Attempt
	writes    bool  // an update, not a view
	events    []AccountEvent
	author    author
}

// Now is the transaction's time: UTC, in whole microseconds.
func (tx *Tx) Now() time.Time { return tx.now }

// exec runs a statement and gives the number of rows that it changed.
func (tx *Tx) exec(query string, args ...any) (int64, error) {
	res, err := tx.q.exec(tx.ctx, query, args...)
	if err != nil {
		return 0, tx.dialect.violation(err)
	}
	return res.RowsAffected()
}

// execOne runs a statement that must change a row; [ErrNotFound] if it does not.
func (tx *Tx) execOne(query string, args ...any) error {
	n, err := tx.exec(query, args...)
	if err != nil {
		return err
	}
	if n == 0 {
		return ErrNotFound
	}
	return nil
}

// scanner is *sql.Rows, of which a noun's scan function sees one row.
type scanner interface{ Scan(dest ...any) error }

// each calls fn with every row of a query.
func each[T any](tx *Tx, scan func(scanner) (T, error), fn func(T) error, query string, args ...any) error {
	rows, err := tx.q.query(tx.ctx, query, args...)
	if err != nil {
		return tx.dialect.violation(err)
	}
	defer rows.Close()
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return fmt.Errorf("scan row: %w", err)
		}
		if err := fn(v); err != nil {
			return err
		}
	}
	return tx.dialect.violation(rows.Err())
}

// all gives every row of a query.
func all[T any](tx *Tx, scan func(scanner) (T, error), query string, args ...any) (out []T, err error) {
	err = each(tx, scan, func(v T) error {
		out = append(out, v)
		return nil
	}, query, args...)
	return out, err
}

// one gives the first row of a query; [ErrNotFound] if there is none.
func one[T any](tx *Tx, scan func(scanner) (T, error), query string, args ...any) (T, error) {
	var zero T
	rows, err := all(tx, scan, query, args...)
	if err != nil {
		return zero, err
	}
	if len(rows) == 0 {
		return zero, ErrNotFound
	}
	return rows[0], nil
}

// orNone makes "not found" an empty answer.
func orNone[T any](v T, err error) (T, error) {
	if errors.Is(err, ErrNotFound) {
		var none T
		return none, nil
	}
	return v, err
}

// byIDs gives the rows of a directory whose ids are among some; query ends in
// "IN".
func byIDs[T any](tx *Tx, scan func(scanner) (T, error), query string, d identity.DirectoryID, ids []string) ([]T, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	return all(tx, scan, query+`(SELECT e.value FROM `+tx.dialect.elements("$2")+` e)`, d, string(list))
}

// column scans rows of a single column.
func column[T any](row scanner) (v T, err error) {
	err = row.Scan(&v)
	return v, err
}

// micros is how times are stored: microseconds since 1970 UTC.
func micros(t time.Time) int64 { return t.UnixMicro() }

func fromMicros(us int64) time.Time { return time.UnixMicro(us).UTC() }

// nullMicros stores a time that may be absent (the zero time) as NULL.
func nullMicros(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return micros(t)
}

func fromNullMicros(us sql.NullInt64) time.Time {
	if !us.Valid {
		return time.Time{}
	}
	return fromMicros(us.Int64)
}

// null stores an absent text ("") as NULL, so that partial and unique indexes
// leave it out.
func null[T ~string](s T) any {
	if s == "" {
		return nil
	}
	return string(s)
}

// text scans a column that may be NULL into a string type; NULL is "".
type text[T ~string] struct{ dest *T }

// Scan is sql.Scanner.
func (t text[T]) Scan(src any) error {
	var s sql.NullString
	if err := s.Scan(src); err != nil {
		return err
	}
	*t.dest = T(s.String)
	return nil
}

func textInto[T ~string](dest *T) text[T] { return text[T]{dest} }

// timeInto scans microseconds, or NULL for the zero time.
type timeInto struct{ dest *time.Time }

// Scan is sql.Scanner.
func (t timeInto) Scan(src any) error {
	var us sql.NullInt64
	if err := us.Scan(src); err != nil {
		return err
	}
	*t.dest = fromNullMicros(us)
	return nil
}
