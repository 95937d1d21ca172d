package cli

import (
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

func noArgs(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("it takes no arguments, and got %q", strings.Join(args, " "))
	}
	return nil
}

// exactArgs wants n arguments; what says in words which.
func exactArgs(n int, what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != n {
			return usagef("it takes %s, and got %d arguments", what, len(args))
		}
		return nil
	}
}

// minArgs wants at least n arguments.
func minArgs(n int, what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) < n {
			return usagef("it takes %s, and got %d arguments", what, len(args))
		}
		return nil
	}
}

var accountIDPattern = regexp.MustCompile(`^[a-zA-Z0-9_|:-]{1,128}$`)

// isAccountID checks the form that the hosted user management API gives for account ids.
func isAccountID(text string) bool { return accountIDPattern.MatchString(text) }

var idPattern = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// isID tells an id from a name, where a command takes either.
func isID(text string) bool { return idPattern.MatchString(text) }

// parseTime reads a time as RFC 3339, as a date, or as a distance from now
// such as 2h or 7d; back says whether distances count backwards.
func (env *Env) parseTime(flag, text string, back bool) (*time.Time, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // a time that is not given
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return &at, nil
		}
	}
	distance, err := parseDistance(text)
	if err != nil {
		return nil, usagef("--%s is %q; it must be a time (2026-01-31T12:00:00Z), a date or a distance (90m, 2h, 7d)", flag, text)
	}
	if back {
		distance = -distance
	}
	return new(env.Now().Add(distance).UTC()), nil
}

// parseDistance is time.ParseDuration with days.
func parseDistance(text string) (time.Duration, error) {
	if days, found := strings.CutSuffix(text, "d"); found {
		hours, err := time.ParseDuration(days + "h")
		return 24 * hours, err
	}
	return time.ParseDuration(text)
}

// given is a flag's value for a parameter that is sent only when it is given.
func given(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// givenAs is given for a text of a type of its own.
func givenAs[T ~string](text string) *T {
	if text == "" {
		return nil
	}
	return new(T(text))
}
