package server

import (
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"roster/internal/identity"
)

// requestIDHeader names every request, in the answer, the logs and errors.
const requestIDHeader = "X-Request-ID"

// middleware is what every request passes: it gets an id and safe headers, a
// panic is answered by apologize, and what went wrong is logged.
func (s *server) middleware(next, apologize http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := identity.NewUUID()
		h := w.Header()
		h.Set(requestIDHeader, id)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		rec := &recorder{ResponseWriter: w}
		start := time.Now()
		defer func() {
			s.logRequest(r, rec, id, time.Since(start))
		}()
		defer func() {
			if cause := recover(); cause != nil {
				s.panicked(rec, id, cause)
				apologize.ServeHTTP(rec, r)
			}
		}()
		next.ServeHTTP(rec, r)
	})
}

// panicked logs a panic. Where a part of the answer is out already it breaks
// the connection, so that nobody takes that part for the whole.
func (s *server) panicked(rec *recorder, id string, cause any) {
	if cause == http.ErrAbortHandler { //nolint:errorlint // net/http compares it so, too
		panic(cause)
	}
	s.Log.Error("panic", "request", id, "cause", cause, "stack", string(debug.Stack()))
	if rec.status != 0 {
		panic(http.ErrAbortHandler)
	}
}

// logRequest writes failures of ours at level error and everything else, such
// as a request for what SCIM has and we have not (501), at debug. The query
// stays out: filters hold names and addresses.
func (s *server) logRequest(r *http.Request, rec *recorder, id string, took time.Duration) {
	level := slog.LevelDebug
	if rec.status >= http.StatusInternalServerError && rec.status != http.StatusNotImplemented {
		level = slog.LevelError
	}
	s.Log.Log(r.Context(), level, "request", "method", r.Method, "path", r.URL.Path, "status", rec.status, "took", took, "request", id)
}

// recorder remembers the status of an answer.
type recorder struct {
	http.ResponseWriter
	status int
}

// WriteHeader is http.ResponseWriter.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write is http.ResponseWriter.
func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
