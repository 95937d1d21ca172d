package tenanttest

import (
	"errors"
	"strings"
	"testing"

	"roster/internal/identity"
	"roster/internal/scim"
)

// Accepted fails the test at once unless there is no error.
func Accepted(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatalf("refused: %v", err)
	}
}

// Refused checks that a directory's request was answered with a status and a
// detail that contains a text.
func Refused(tb testing.TB, err error, status int, text string) {
	tb.Helper()
	e, ok := errors.AsType[*scim.Error](err)
	if !ok {
		tb.Fatalf("got %v, want a SCIM error %d", err, status)
	}
	if e.Status != status || !strings.Contains(e.Detail, text) {
		tb.Errorf("got %d %q, want %d with %q", e.Status, e.Detail, status, text)
	}
}

// RefusedBy checks that an administrator's call was refused by a rule, with a
// code.
func RefusedBy(tb testing.TB, err error, rule identity.Rule, code identity.Code) {
	tb.Helper()
	e, ok := errors.AsType[*identity.Error](err)
	if !ok {
		tb.Fatalf("got %v, want a refusal by %s", err, rule)
	}
	if e.Rule != rule || e.Code != code {
		tb.Errorf("refused by rule %q with code %s (%v), want %q with %s", e.Rule, e.Code, err, rule, code)
	}
}
