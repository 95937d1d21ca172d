package adminapi

import (
	"encoding/csv"
	"fmt"
	"mime"
	"net/http"
	"strconv"
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

// exportLog writes CSV (RFC 4180): one page where the client gives a limit,
// with the next one in the Link header, else everything that matches.
func (h *Handler) exportLog(c *call, f store.LogFilter, p store.Page) error {
	isPage := c.URL.Query().Has("limit")
	if !isPage {
		p.Limit = store.MaxPage
	}
	entries, next, err := h.journal.Troubleshooting(c.Context(), c.org, f, p)
	if err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", "text/csv; charset=utf-8; header=present")
	c.w.Header().Set("Content-Disposition", `attachment; filename="troubleshooting-log.csv"`)
	if isPage && next != "" {
		c.w.Header().Set("Link", "<"+c.links(next).Next+`>; rel="next"`)
	}
	if err := writeCSV(c.w, append([][]string{logHeader}, converted(entries, logRow)...)); err != nil {
		panic(http.ErrAbortHandler)
	}
	if !isPage && next != "" {
		h.exportRest(c, f, store.Page{After: next, Limit: store.MaxPage})
	}
	return nil
}

// pageTime is how long a client may take to receive one more page of an
// export; the server's own bound is for whole answers.
const pageTime = 2 * time.Minute

// exportRest goes on page by page. When one fails the connection breaks, so
// that nobody takes the part for the whole.
func (h *Handler) exportRest(c *call, f store.LogFilter, p store.Page) {
	connection := http.NewResponseController(c.w)
	for {
		// Not every ResponseWriter has deadlines; then the server's own holds.
		_ = connection.SetWriteDeadline(time.Now().Add(pageTime))
		entries, next, err := h.journal.Troubleshooting(c.Context(), c.org, f, p)
		if err == nil {
			err = writeCSV(c.w, converted(entries, logRow))
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

func writeCSV(w http.ResponseWriter, rows [][]string) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	return nil
}

var logHeader = []string{
	"time", "level", "operation", "resource", "directoryId", "scimId", "externalId", "name", "accountId",
	"otherScimId", "otherAccountId", "httpStatus", "scimType", "message", "hint", "requestId", "actor", "id",
}

func logRow(e store.LogEntry) []string {
	status := ""
	if e.HTTPStatus != 0 {
		status = strconv.Itoa(e.HTTPStatus)
	}
	row := []string{
		e.Time.UTC().Format(time.RFC3339Nano), e.Level, e.Operation, e.Resource, string(e.DirectoryID), e.SCIMID, e.ExternalID, e.Name, string(e.AccountID),
		e.OtherSCIMID, string(e.OtherAccountID), status, e.SCIMType, e.Message, e.Hint, e.RequestID, e.Actor, string(e.ID),
	}
	return converted(row, harmless)
}

// harmless keeps a spreadsheet from running a cell that an IdP wrote as a
// formula (OWASP "CSV Injection").
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
