package scim_test

import (
	"errors"
	"testing"

	"roster/internal/scim"
)

// parse reads a JSON literal of a test.
func parse(tb testing.TB, text string) scim.Value {
	tb.Helper()
	v, err := scim.Decode([]byte(text), scim.DefaultLimits)
	if err != nil {
		tb.Fatalf("decode %s: %v", text, err)
	}
	return v
}

// compact is a value's JSON text.
func compact(v scim.Value) string { return string(v.AppendJSON(nil)) }

// expectRefusal fails the test unless err is a protocol error.
func expectRefusal(tb testing.TB, err error) {
	tb.Helper()
	_ = refusal(tb, err)
}

// refusal is the protocol error in err, whose absence fails the test.
func refusal(tb testing.TB, err error) *scim.Error {
	tb.Helper()
	e, ok := errors.AsType[*scim.Error](err)
	if !ok {
		tb.Fatalf("got error %v, want a *scim.Error", err)
	}
	return e
}
