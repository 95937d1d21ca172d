package scimhttp_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/iotest"

	"roster/internal/provision"
)

// brokenBody panics when it is read.
type brokenBody struct{ io.Reader }

func (brokenBody) Read([]byte) (int, error) { panic("broken") }

// A panic is a failed request like any other: it leaves one log entry, and goes
// on to the server's middleware.
func TestPanicIsLogged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, w.entra.base+"/Users", brokenBody{iotest.ErrReader(io.EOF)})
	req.Header.Set("Authorization", "Bearer "+w.entra.token)
	rec := httptest.NewRecorder()
	rec.Header().Set("X-Request-ID", "req-1")
	func() {
		defer func() {
			if cause := recover(); cause != "broken" {
				t.Errorf("the middleware met %v", cause)
			}
		}()
		w.server.Config.Handler.ServeHTTP(rec, req)
	}()
	entries := w.log(t, w.org)
	if len(entries) != 1 || entries[0].HTTPStatus != 500 || entries[0].RequestID != "req-1" || entries[0].Operation != provision.OpUserCreate {
		t.Errorf("logged %+v", entries)
	}
}
