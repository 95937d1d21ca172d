package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"

	"roster/internal/adminapi/api"
)

// logCSV writes the troubleshooting log as CSV.
func (env *Env) logCSV(ctx context.Context, s *session, org string, params api.ListLogParams, limit limitFlag) error {
	params.Format = new(api.ListLogParamsFormatCsv)
	return env.copyCSV(limit, func(cursor *string, size *int) (*http.Response, error) {
		params.Cursor, params.Limit = cursor, size
		return s.ListLog(ctx, org, &params, acceptCSV)
	})
}

// copyCSV writes the server's CSV, page after page, with one header line.
func (env *Env) copyCSV(limit limitFlag, get fetch) error {
	var cursor *string
	left := int(limit)
	for first := true; ; first = false {
		size := pageSize
		if limit > 0 {
			size = min(size, left)
		}
		next, err := env.copyCSVPage(first)(get(cursor, &size))
		if err != nil {
			return err
		}
		cursor, err = nextCursor(next)
		if err != nil {
			return err
		}
		left -= size
		if cursor == nil || (limit > 0 && left <= 0) {
			return nil
		}
	}
}

func acceptCSV(_ context.Context, request *http.Request) error {
	request.Header.Set("Accept", "text/csv")
	return nil
}

// copyCSVPage copies a page to the output, without its header line unless it
// is the first, and returns the link to the next page.
func (env *Env) copyCSVPage(withHeader bool) func(*http.Response, error) (string, error) {
	return func(resp *http.Response, err error) (string, error) {
		if err := check(resp, err); err != nil {
			return "", err
		}
		defer resp.Body.Close()
		body := bufio.NewReader(resp.Body)
		if !withHeader {
			if _, err := body.ReadString('\n'); err != nil && !errors.Is(err, io.EOF) {
				return "", fmt.Errorf("read CSV: %w", err)
			}
		}
		if _, err := io.Copy(env.Stdout, body); err != nil {
			return "", fmt.Errorf("copy CSV: %w", err)
		}
		return nextLink(resp.Header), nil
	}
}

var nextLinkPattern = regexp.MustCompile(`<([^>]*)>\s*;\s*rel="?next"?`)

// nextLink reads rel="next" from the Link header (RFC 8288).
func nextLink(header http.Header) string {
	for _, value := range header.Values("Link") {
		if found := nextLinkPattern.FindStringSubmatch(value); found != nil {
			return found[1]
		}
	}
	return ""
}
