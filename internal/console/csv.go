package console

import (
	"encoding/csv"
	"net/http"
	"strings"
	"time"

	"roster/internal/store"
)

// export is a list as CSV (RFC 4180), with all its pages.
type export[T any] struct {
	File   string
	Header []string
	Row    func(T) []string
	Fetch  func(store.Page) (rows []T, next string, err error)
}

// pageTime is how long a browser may take to receive one more page; the server's
// own bound is for whole answers.
const pageTime = 2 * time.Minute

// write sends page after page. When one fails the connection breaks, so that
// nobody takes the part for the whole.
func (e export[T]) write(h *Handler, c *call) error {
	p := store.Page{Limit: store.MaxPage}
	out := csv.NewWriter(c.w)
	out.UseCRLF = true
	connection := http.NewResponseController(c.w)
	for begun := false; ; begun = true {
		rows, next, err := e.Fetch(p)
		if err != nil && !begun {
			return err
		}
		if !begun {
			c.w.Header().Set("Content-Type", "text/csv; charset=utf-8; header=present")
			c.w.Header().Set("Content-Disposition", `attachment; filename="`+e.File+`"`)
			_ = out.Write(e.Header) // Error tells below
		}
		for _, row := range rows {
			_ = out.Write(harmless(e.Row(row))) // Error tells below
		}
		out.Flush()
		if err == nil {
			err = out.Error()
		}
		if err != nil {
			h.Logger.WarnContext(c.Context(), "export broke off", "requestId", c.requestID(), "error", err)
			panic(http.ErrAbortHandler)
		}
		if next == "" {
			return nil
		}
		p.After = next
		// Not every ResponseWriter has deadlines; then the server's own holds.
		_ = connection.SetWriteDeadline(time.Now().Add(pageTime))
	}
}

// harmless keeps a spreadsheet from running a cell that an IdP wrote as a
// formula (OWASP "CSV Injection").
func harmless(cells []string) []string {
	for i, cell := range cells {
		if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
			cells[i] = "'" + cell
		}
	}
	return cells
}
