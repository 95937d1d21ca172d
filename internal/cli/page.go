package cli

import (
	"fmt"
	"iter"
	"net/http"
	"net/url"

	"github.com/spf13/cobra"

	"roster/internal/adminapi/api"
)

// pageSize is how many rows a command asks for at once.
const pageSize = 200

// page is what every list of the API looks like.
type page[T any] struct {
	Data  []T           `json:"data"`
	Links api.PageLinks `json:"links"`
}

// fetch asks for one page.
type fetch func(cursor *string, limit *int) (*http.Response, error)

// walk yields the rows of a list, page by page, as they are asked for.
func walk[T any](get fetch, size int) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var cursor *string
		for {
			p, err := decode[page[T]](get(cursor, &size))
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, row := range p.Data {
				if !yield(row, nil) {
					return
				}
			}
			cursor, err = nextCursor(p.Links.Next)
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			if cursor == nil {
				return
			}
		}
	}
}

// nextCursor takes the cursor out of a link to the next page; nil is the end.
func nextCursor(next string) (*string, error) {
	if next == "" {
		return nil, nil //nolint:nilnil // there is no next page
	}
	u, err := url.Parse(next)
	if err != nil {
		return nil, fmt.Errorf("read link to next page: %w", err)
	}
	cursor := u.Query().Get("cursor")
	if cursor == "" {
		return nil, fmt.Errorf("the link to the next page has no cursor: %s", next)
	}
	return &cursor, nil
}

// limitFlag is --limit of the list commands.
type limitFlag int

func (l *limitFlag) add(cmd *cobra.Command) {
	cmd.Flags().IntVar((*int)(l), "limit", 100, "rows to show at most; 0 shows all")
}

// collect reads up to limit rows and tells whether there are more.
func collect[T any](get fetch, limit limitFlag) (rows []T, more bool, err error) {
	if limit < 0 {
		return nil, false, usagef("--limit must not be negative")
	}
	size := pageSize
	if limit > 0 {
		size = min(size, int(limit)+1) // one more, to know whether there are more
	}
	rows = []T{}
	for row, err := range walk[T](get, size) {
		if err != nil {
			return rows, false, err
		}
		if limit > 0 && len(rows) == int(limit) {
			return rows, true, nil
		}
		rows = append(rows, row)
	}
	return rows, false, nil
}

// printList collects and prints a list.
func printList[T any](env *Env, get fetch, limit limitFlag, columns []column[T]) error {
	rows, more, err := collect[T](get, limit)
	if err != nil {
		return err
	}
	if err := printRows(env, rows, columns); err != nil {
		return err
	}
	if more {
		env.sayf("there are more; --limit 0 shows all")
	}
	return nil
}
