package cli

import (
	"errors"
	"fmt"
	"net/url"
)

// usageError is a mistake in the arguments; nothing was asked of a server.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

func usagef(format string, args ...any) error {
	return &usageError{text: fmt.Sprintf(format, args...)}
}

// asUsageError marks what the flag parser refused.
func asUsageError(err error) error {
	if _, ok := errors.AsType[*usageError](err); ok {
		return err
	}
	return &usageError{text: err.Error()}
}

// partialError ends a command over several things of which some failed.
type partialError struct{ failed, total int }

func (e *partialError) Error() string {
	return fmt.Sprintf("%d of %d failed", e.failed, e.total)
}

// cutOffError ends a command in the middle of what can be gone on with.
type cutOffError struct {
	cause error
	next  string
}

func (e *cutOffError) Error() string    { return e.cause.Error() }
func (e *cutOffError) Unwrap() error    { return e.cause }
func (e *cutOffError) nextStep() string { return e.next }

// notFoundError is a name that a list does not hold.
type notFoundError struct{ text, next string }

func (e *notFoundError) Error() string    { return e.text }
func (e *notFoundError) nextStep() string { return e.next }

// noKeyError is a call without any key to send.
type noKeyError struct{ text string }

func (e *noKeyError) Error() string { return e.text }

func (e *noKeyError) nextStep() string {
	return "put the key in a file and give it by --key-file, ROSTER_KEY_FILE or ROSTER_KEY, or save it: roster context set NAME --url URL --key-file FILE"
}

// unreachableError is a server that did not answer at all.
type unreachableError struct {
	url   string
	cause error
}

func (e *unreachableError) Error() string {
	return fmt.Sprintf("no answer from %s: %v", e.url, e.cause)
}

func (e *unreachableError) Unwrap() error { return e.cause }

func (e *unreachableError) nextStep() string {
	return "check the URL, or start a server: roster serve --demo --listen 127.0.0.1:8080 --data ./data"
}

// rootCause drops the method and the URL that net/http puts around an error;
// the message names the server already.
func rootCause(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}
