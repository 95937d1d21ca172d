package adminapi

import (
	"encoding/csv"
	"fmt"
	"mime"
	"net/http"
	"strings"
	"time"

	"roster/internal/store"
)

// wantsCSV looks at the parameter format, else at the Accept header.
func wantsCSV(c *call) (bool, error) {
	switch format := c.URL.Query().Get("format"); format {
	case "csv":
		return true, nil
	case "json":
		return false, nil
	case "":
		first, _, _ := strings.Cut(c.Header.Get("Accept"), ",")
		kind, _, err := mime.ParseMediaType(first)
		return err == nil && kind == "text/csv", nil
	default:
		return false, refusal(badValue, `"format" is %.20q; it must be json or csv`, format).withField("format")
	}
}

// export is a list that can be had as CSV.
type export[T any] struct {
	file   string
	header []string
	row    func(T) []string
	fetch  func(store.Page) (rows []T, next string, err error)
}

// write writes CSV (RFC 4180): one page where the client gives a limit, with
// the next one in the Link header, else everything that matches.
func (e export[T]) write(h *Handler, c *call, p store.Page) error {
	isPage := c.URL.Query().Has("limit")
	if !isPage {
		p.Limit = store.MaxPage
	}
	rows, next, err := e.fetch(p)
	if err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", "text/csv; charset=utf-8; header=present")
	c.w.Header().Set("Content-Disposition", `attachment; filename="`+e.file+`"`)
	if isPage && next != "" {
		c.w.Header().Set("Link", "<"+c.links(next).Next+`>; rel="next"`)
	}
	if err := writeCSV(c.w, append([][]string{e.header}, converted(rows, e.cells)...)); err != nil {
		panic(http.ErrAbortHandler)
	}
	if !isPage && next != "" {
		e.writeRest(h, c, store.Page{After: next, Limit: store.MaxPage})
	}
	return nil
}

// pageTime is how long a client may take to receive one more page of an
// export; the server's own bound is for whole answers.
const pageTime = 2 * time.Minute

// writeRest goes on page by page. When one fails the connection breaks, so
// that nobody takes the part for the whole.
func (e export[T]) writeRest(h *Handler, c *call, p store.Page) {
	connection := http.NewResponseController(c.w)
	for {
		// Not every ResponseWriter has deadlines; then the server's own holds.
		_ = connection.SetWriteDeadline(time.Now().Add(pageTime))
		rows, next, err := e.fetch(p)
		if err == nil {
			err = writeCSV(c.w, converted(rows, e.cells))
		}
		if err != nil {
			h.logger.WarnContext(c.Context(), "export broke off", "requestId", requestID(c.w), "error", err)
			panic(http.ErrAbortHandler)
		}
		if next == "" {
			return
		}
		p.After = next
	}
}

func (e export[T]) cells(v T) []string { return converted(e.row(v), harmless) }

func writeCSV(w http.ResponseWriter, rows [][]string) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	return nil
}

// harmless keeps a spreadsheet from running a cell that an IdP wrote as a
// formula (OWASP "CSV Injection").
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
