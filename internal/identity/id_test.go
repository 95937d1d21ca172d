package identity_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"roster/internal/identity"
)

func TestParseAccountID(t *testing.T) {
	t.Parallel()
	for in, ok := range map[string]bool{
		"a": true, "5b10ac8d82e05b22cc7d4ef5": true, "557058:f58131cb-b67d-43c7-b30d-6b58d40bd077": true, "a_b|c:d-E9": true, strings.Repeat("a", 128): true,
		string(identity.NewAccountID()): true,
		"":                              false, strings.Repeat("a", 129): false, "a b": false, "a/b": false, "a.b": false, "a\n": false, "ä": false, "a\x00": false, "%2e": false,
	} {
		t.Run(in, func(t *testing.T) {
			t.Parallel()
			got, err := identity.ParseAccountID(in)
			if (err == nil) != ok || (ok && string(got) != in) {
				t.Errorf("got %q, %v", got, err)
			}
			if err != nil && identity.CodeOf(err) != identity.CodeInvalid {
				t.Errorf("code %s", identity.CodeOf(err))
			}
		})
	}
}

func TestIDsAreNeverReused(t *testing.T) {
	t.Parallel()
	seen, last := map[identity.AccountID]bool{}, identity.AccountID("")
	for range 10_000 {
		id := identity.NewAccountID()
		if seen[id] || id <= last {
			t.Fatalf("%s was made after %s", id, last)
		}
		seen[id], last = true, id
	}
}

func TestStates(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name  string
		parse func(string) (string, error)
		in    string
		want  string // "" where it is refused
	}{
		{"behaviour by default", as(identity.ParseBehaviour), "", "safe"},
		{"behaviour", as(identity.ParseBehaviour), "atlassian", "atlassian"},
		{"unknown behaviour", as(identity.ParseBehaviour), "Safe", ""},
		{"kind by default", as(identity.ParseDirectoryKind), "", "generic"},
		{"kind", as(identity.ParseDirectoryKind), "okta", "okta"},
		{"unknown kind", as(identity.ParseDirectoryKind), "ldap", ""},
		{"origin by default", as(identity.ParseOrigin), "", "created-by-admin"},
		{"an origin that only provisioning gives", as(identity.ParseOrigin), "scim", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := c.parse(c.in)
			if got != c.want || (err == nil) != (c.want != "") {
				t.Errorf("got %q, %v", got, err)
			}
			if err != nil && !strings.Contains(err.Error(), "must be one of") {
				t.Errorf("the text names no choice: %v", err)
			}
		})
	}
}

func as[T ~string](parse func(string) (T, error)) func(string) (string, error) {
	return func(s string) (string, error) {
		v, err := parse(s)
		return string(v), err
	}
}

func TestError(t *testing.T) {
	t.Parallel()
	cause := errors.New("disk full")
	e := identity.Errorf(identity.CodeConflict, "account %s is busy", "a").WithHint("try %s", "b").WithRule(identity.RuleConflict).WithField("email")
	e.Cause = cause
	wrapped := fmt.Errorf("set email: %w", e)
	if identity.CodeOf(wrapped) != identity.CodeConflict || !errors.Is(wrapped, cause) || e.Error() != "account a is busy: disk full" || e.Hint != "try b" {
		t.Errorf("got %+v", e)
	}
	if got := identity.CodeOf(cause); got != identity.CodeInternal {
		t.Errorf("any other error has code %s", got)
	}
}
