package adminapi

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"roster/internal/accounts"
	"roster/internal/scim"
)

// readJSONLines reads one JSON object a line; empty lines do not count.
func readJSONLines(body io.Reader) (rowReader, error) {
	// The answer begins before the file is read, and a client that waits for
	// "100 Continue" would take it for a refusal and send nothing.
	begun := bufio.NewReader(body)
	if _, err := begun.Peek(1); err != nil && !errors.Is(err, io.EOF) {
		return nil, refusal(badBody, "the body ended before it was complete").withCause(err)
	}
	in := bufio.NewScanner(begun)
	in.Buffer(nil, maxRecord)
	line := 0
	return func() (accounts.ImportRow, error) {
		for in.Scan() {
			line++
			if text := bytes.TrimSpace(in.Bytes()); len(text) > 0 {
				return rowOfJSON(line, text), nil
			}
		}
		if errors.Is(in.Err(), bufio.ErrTooLong) {
			return accounts.ImportRow{}, errRecordTooLong
		}
		if in.Err() != nil {
			return accounts.ImportRow{}, in.Err()
		}
		return accounts.ImportRow{}, io.EOF
	}, nil
}

func rowOfJSON(line int, text []byte) accounts.ImportRow {
	v, err := scim.Decode(text, scim.DefaultLimits)
	if refused, ok := errors.AsType[*scim.Error](err); ok {
		return refusedRow(line, "", refused.Detail, "write one JSON object a line")
	}
	if err != nil || v.Kind() != scim.KindObject {
		return refusedRow(line, "", "the line is no JSON object", "write one JSON object a line")
	}
	row := accounts.ImportRow{Line: line}
	for _, m := range v.Members() {
		field, ok := fieldNamed(m.Name)
		switch {
		case !ok:
			return refusedRow(line, m.Name, "there is no member of this name", "remove or rename it")
		case field.at == nil || m.Value.Kind() == scim.KindNull:
		case m.Value.Kind() != scim.KindString:
			return refusedRow(line, m.Name, "it must be a string", "")
		default:
			*field.at(&row) = m.Value.Str()
		}
	}
	return row
}
