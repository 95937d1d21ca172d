package store

import "strings"

// MaxPage bounds the rows of one page.
const MaxPage = 500

// Page asks for the part of a list behind a key. Lists page by keyset: a page
// deep in a list costs what the first one costs.
type Page struct {
	After string // the key of the last row seen; "" starts at the beginning
	Limit int    // rows wanted; 0 or too large means MaxPage
}

// limit is how many rows to read: one more than wanted, to know whether
// there are more.
func (p Page) limit() int { return p.size() + 1 }

func (p Page) size() int {
	if p.Limit <= 0 || p.Limit > MaxPage {
		return MaxPage
	}
	return p.Limit
}

// cut drops the extra row that limit asked for and gives the key to go on
// behind, or "" at the end of the list.
func cut[T any](p Page, rows []T, key func(T) string) (page []T, next string) {
	if len(rows) <= p.size() {
		return rows, ""
	}
	rows = rows[:p.size()]
	return rows, key(rows[len(rows)-1])
}

// keySeparator joins the columns of a page key; no id contains it.
const keySeparator = "/"

func joinKey(columns ...string) string { return strings.Join(columns, keySeparator) }

func splitKey2(key string) (a, b string) {
	a, b, _ = strings.Cut(key, keySeparator)
	return a, b
}

func splitKey3(key string) (a, b, c string) {
	a, rest := splitKey2(key)
	b, c = splitKey2(rest)
	return a, b, c
}
