package console

import (
	"context"
	"errors"
	"net/http"
	"unicode"
	"unicode/utf8"

	"roster/internal/auth"
	"roster/internal/identity"
	"roster/internal/store"
)

// errPanic stands for a panic, whose cause and stack the server logs.
var errPanic = errors.New("panic")

// problem is what an error page says.
type problem struct {
	Status    int
	Title     string
	Message   string
	Hint      string
	RequestID string // where we are at fault
}

// statuses are those of the errors that callers can do something about.
var statuses = map[identity.Code]struct {
	status int
	title  string
}{
	identity.CodeInvalid:         {http.StatusBadRequest, "That does not work"},
	identity.CodeUnauthenticated: {http.StatusBadRequest, "That does not work"}, // a link or a key, not the session
	identity.CodeNotFound:        {http.StatusNotFound, "Not found"},
	identity.CodeConflict:        {http.StatusConflict, "Something is in the way"},
	identity.CodeForbidden:       {http.StatusForbidden, "Not allowed"},
}

func problemOf(err error, requestID string) problem {
	if errors.Is(err, auth.ErrNoSession) {
		return problem{Status: http.StatusUnauthorized}
	}
	if errors.Is(err, store.ErrFull) {
		return problem{http.StatusInsufficientStorage, "No room left", "The server has no room to store this, and nothing was changed.", "Make room on the disk of the database, and try again.", ""}
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return problem{http.StatusRequestEntityTooLarge, "Too large", "This form is larger than the server takes, and nothing was changed.", "Send less at once.", ""}
	}
	e, ok := errors.AsType[*identity.Error](err)
	if !ok || e.Code == identity.CodeInternal {
		return problem{http.StatusInternalServerError, "Something went wrong", "The server failed at this request.", "Quote the request id when you ask for help; the server's log has the cause beside it.", requestID}
	}
	known := statuses[e.Code]
	return problem{known.status, known.title, sentence(e.Message), sentence(e.Hint), ""}
}

// fail answers an error: to a browser as a page, to htmx as an alert above the
// page that stays as it is. Only what is our own fault is logged, with its cause.
func (h *Handler) fail(c *call, err error) {
	p := problemOf(err, c.requestID())
	switch {
	case p.Status == http.StatusUnauthorized:
		_ = c.redirect(signInURL(c.Request)) // never fails
		return
	case p.Status == http.StatusInternalServerError && !isCancelled(c.Request, err):
		h.Logger.ErrorContext(c.Context(), "request failed", "requestId", c.requestID(), "method", c.Method, "route", c.Pattern, "error", err)
	}
	h.showProblem(c, p)
}

// isCancelled tells that the browser left, which is nobody's fault.
func isCancelled(r *http.Request, err error) bool {
	return errors.Is(err, context.Canceled) && r.Context().Err() != nil
}

func noPage(path string) error {
	return identity.Errorf(identity.CodeNotFound, "there is no page %.200s", path).WithHint("go on from the navigation")
}

// leastRole is the role that people need for a scope.
func leastRole(scope identity.Scope) auth.Role {
	for _, role := range auth.Roles() {
		if (auth.Session{Role: role}).Allows(scope) {
			return role
		}
	}
	return auth.RoleAdmin
}

func roleTooLow(has auth.Role, scope identity.Scope) error {
	return identity.Errorf(identity.CodeForbidden, "this needs the role %s, and you are %s", leastRole(scope), has).
		WithHint("ask an administrator of your organization to do it, or to give you the role")
}

// sentence gives a message its capital letter and its full stop.
func sentence(s string) string {
	if s == "" {
		return ""
	}
	s = capital(s)
	switch s[len(s)-1] {
	case '.', '!', '?':
		return s
	}
	return s + "."
}

// capital makes the first letter a capital one.
func capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}
