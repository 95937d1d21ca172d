package adminapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"roster/internal/identity"
	"roster/internal/store"
)

// problem is what is wrong with a request before any rule sees it.
type problem int

const (
	badCursor problem = iota + 1
	badIdentifier
	badTime
	badValue
	badBody
	bodyTooLarge
	unknownPath
	methodNotAllowed
	tooManyRequests
	outOfSpace
)

// requestError is an error that this package itself makes.
type requestError struct {
	problem problem
	err     *identity.Error
}

func refusal(p problem, format string, args ...any) *requestError {
	return &requestError{p, identity.Errorf(identity.CodeInvalid, format, args...)}
}

func (e *requestError) Error() string { return e.err.Error() }

func (e *requestError) Unwrap() error { return e.err }

func (e *requestError) withHint(format string, args ...any) *requestError {
	e.err.WithHint(format, args...) //nolint:errcheck // gives the error back
	return e
}

func (e *requestError) withField(name string) *requestError {
	e.err.WithField(name) //nolint:errcheck // gives the error back
	return e
}

func (e *requestError) withCause(cause error) *requestError {
	e.err.Cause = cause
	return e
}

// family gives the status and the body of an error, as the clients of a family
// of paths know them.
type family func(f failure) (status int, body any)

// failure is an error and what an answer says about its request.
type failure struct {
	err       error
	requestID string
	accountID string // of the path, "" if it has none
}

func familyOf(path string) family {
	if strings.HasPrefix(path, "/users/") {
		return usersFailure
	}
	return adminFailure
}

// fail answers an error. Only what is our own fault is logged, with its cause;
// the client gets the request id to ask about it.
func (h *Handler) fail(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, store.ErrFull) {
		w.Header().Set("Retry-After", "60")
		err = refusal(outOfSpace, "the server has no room to store this, and nothing was changed").
			withHint("make room on the disk of the database, and send the request again").withCause(err)
	}
	status, body := familyOf(cleanPath(r.URL.Path))(failure{err, requestID(w), r.PathValue("accountId")})
	switch {
	case status == http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", `Bearer realm="roster"`)
	case status >= http.StatusInternalServerError && !isCancelled(r, err):
		h.logger.ErrorContext(r.Context(), "request failed", "requestId", requestID(w), "method", r.Method, "route", r.Pattern, "error", err)
	}
	if err := writeJSON(w, status, body); err != nil {
		panic(fmt.Errorf("error body: %w", err)) // made of strings
	}
}

// isCancelled tells that the client left, which is nobody's fault.
func isCancelled(r *http.Request, err error) bool {
	return errors.Is(err, context.Canceled) && r.Context().Err() != nil
}

// textOf is what the client reads of an error: what failed, and what to do next.
func textOf(err error) string {
	e, ok := errors.AsType[*identity.Error](err)
	if !ok || e.Code == identity.CodeInternal {
		return "The server failed at this request. Quote the request id when asking for help."
	}
	if e.Hint == "" {
		return sentence(e.Message)
	}
	return sentence(e.Message) + " " + sentence(e.Hint)
}

// sentence gives a message its capital letter and its full stop.
func sentence(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	s = string(unicode.ToUpper(first)) + s[size:]
	if strings.HasSuffix(s, ".") {
		return s
	}
	return s + "."
}
