package adminapi

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"time"

	"roster/internal/accounts"
	"roster/internal/adminapi/api"
	"roster/internal/identity"
	"roster/internal/store"
)

// maxRefused is after how many refused records an import stops, unless the
// client says otherwise: the file is not what it was taken for.
const maxRefused = 1000

// chunkTime is how long the client of an import may take to send one more
// chunk, or to read the answer to it; the server's own bounds are for small bodies.
const chunkTime = 2 * time.Minute

// importAccounts reads a file while it arrives, and answers line by line while
// it reads: what is refused, how far it is, and at the end that it is done.
func (h *Handler) importAccounts(c *call) error {
	wish, err := c.importWish()
	if err != nil {
		return err
	}
	run := &importRun{call: c, connection: http.NewResponseController(c.w), out: json.NewEncoder(c.w), limit: wish.maxRefused}
	_ = run.connection.EnableFullDuplex() // where it cannot be, the client reads the answer when it has sent all
	run.extend()
	next, err := wish.open(c.Body)
	if err != nil {
		return err
	}
	if run.importer, err = h.accounts.BeginImport(c.Context(), c.caller, c.org, wish.id, wish.dryRun); err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", "application/x-ndjson")
	c.w.WriteHeader(http.StatusOK)
	run.say(api.ImportLineTypeBegun)
	if err := run.all(c.Context(), next); err != nil {
		h.importFailed(run, err)
		return nil
	}
	run.say(api.ImportLineTypeDone)
	return nil
}

// importFailed says in the answer, which has begun, why it ends early.
func (h *Handler) importFailed(run *importRun, err error) {
	if identity.CodeOf(err) == identity.CodeInternal && !isCancelled(run.Request, err) {
		h.logger.ErrorContext(run.Context(), "import failed", "requestId", requestID(run.w), "error", err)
	}
	line := run.line(api.ImportLineTypeFailed)
	line.Reason = textOf(err)
	run.write(line)
}

// importWish is what the query and the Content-Type say about an import.
type importWish struct {
	id         string
	dryRun     bool
	maxRefused int
	open       func(io.Reader) (rowReader, error)
}

// rowReader gives the next record of a file; io.EOF at its end. A record that
// cannot be read is refused; an error means that the file cannot be read on.
type rowReader func() (accounts.ImportRow, error)

func (c *call) importWish() (w importWish, err error) {
	q := c.URL.Query()
	w = importWish{id: q.Get("importId"), maxRefused: maxRefused}
	if q.Has("dryRun") {
		if w.dryRun, err = strconv.ParseBool(q.Get("dryRun")); err != nil {
			return w, refusal(badValue, `"dryRun" is %.20q; it must be true or false`, q.Get("dryRun")).withField("dryRun")
		}
	}
	if q.Has("maxRefused") {
		if w.maxRefused, err = strconv.Atoi(q.Get("maxRefused")); err != nil || w.maxRefused < 0 {
			return w, refusal(badValue, `"maxRefused" is %.20q; it must be a number`, q.Get("maxRefused")).withField("maxRefused")
		}
	}
	kind, _, _ := mime.ParseMediaType(c.Header.Get("Content-Type"))
	switch format := cmp.Or(q.Get("format"), kind); format {
	case "csv", "text/csv":
		w.open = readCSV
	case "jsonl", "application/x-ndjson", "application/jsonl":
		w.open = readJSONLines
	default:
		return w, refusal(badValue, "the body is %.60q; it must be text/csv or application/x-ndjson", format).
			withHint("say format=csv or format=jsonl, or the Content-Type").withField("format")
	}
	return w, nil
}

// importRun is an import under way.
type importRun struct {
	*call
	connection *http.ResponseController
	importer   *accounts.Importer
	out        *json.Encoder
	refused    int // told in this answer
	limit      int
}

func (run *importRun) all(ctx context.Context, next rowReader) error {
	chunk := make([]accounts.ImportRow, 0, accounts.ImportChunk)
	for {
		row, err := next()
		atEnd := errors.Is(err, io.EOF)
		if err != nil && !atEnd {
			return err
		}
		if !atEnd {
			chunk = append(chunk, row)
		}
		if len(chunk) == accounts.ImportChunk || (atEnd && len(chunk) > 0) {
			if err := run.add(ctx, chunk); err != nil {
				return err
			}
			chunk = chunk[:0]
		}
		if atEnd {
			return run.importer.End(ctx)
		}
	}
}

func (run *importRun) add(ctx context.Context, chunk []accounts.ImportRow) error {
	refused, err := run.importer.Add(ctx, chunk)
	if err != nil {
		return err
	}
	for _, e := range refused {
		line := run.line(api.ImportLineTypeRefused)
		line.Line, line.Column, line.Reason, line.Hint = int64(e.Line), e.Column, e.Reason, e.Hint
		run.write(line)
	}
	run.say(api.ImportLineTypeProgress)
	run.extend()
	if run.refused += len(refused); run.refused > run.limit {
		return identity.Errorf(identity.CodeInvalid, "more than %d records are refused", run.limit).
			WithHint("correct the file and import it again; a larger maxRefused goes on here")
	}
	return nil
}

// extend gives the client time for one more chunk. Not every connection has
// deadlines; then the server's own hold.
func (run *importRun) extend() {
	_ = run.connection.SetReadDeadline(time.Now().Add(chunkTime))
	_ = run.connection.SetWriteDeadline(time.Now().Add(chunkTime))
}

func (run *importRun) line(kind api.ImportLineType) api.ImportLine {
	s := run.importer.State()
	return api.ImportLine{Type: kind, ImportID: s.ID, Position: s.Position, Created: s.Created, Existing: s.Existing, Refused: s.Refused}
}

// say writes a line about the whole and sends what is written.
func (run *importRun) say(kind api.ImportLineType) {
	run.write(run.line(kind))
	_ = run.connection.Flush() // a client who is gone is noticed when the body is read
}

func (run *importRun) write(line api.ImportLine) {
	_ = run.out.Encode(line) //nolint:errchkjson // as in say
}

// getImport tells how far an import has got.
func (h *Handler) getImport(c *call) error {
	i, err := h.accounts.ImportState(c.Context(), c.org, c.PathValue("importId"))
	if err != nil {
		return err
	}
	return c.ok(importView(i))
}

func importView(i store.Import) api.ImportState {
	return api.ImportState{
		ImportID: i.ID, Position: i.Position, Created: i.Created, Existing: i.Existing, Refused: i.Refused, Done: i.Done,
		StartedBy: i.StartedBy, StartedAt: i.StartedAt, UpdatedAt: i.UpdatedAt,
	}
}
