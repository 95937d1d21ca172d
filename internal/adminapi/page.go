package adminapi

import (
	"encoding/base64"
	"encoding/binary"
	"hash/fnv"
	"net/url"
	"strconv"

	"roster/internal/adminapi/api"
	"roster/internal/store"
)

// defaultLimit is the number of rows of a page.
const defaultLimit = 100

// page reads the parameters cursor and limit.
func (c *call) page() (p store.Page, err error) {
	q := c.URL.Query()
	if p.Limit, err = limitOf(q); err != nil || !q.Has("cursor") {
		return p, err
	}
	p.After, err = c.openCursor(q.Get("cursor"))
	return p, err
}

func limitOf(q url.Values) (int, error) {
	if !q.Has("limit") {
		return defaultLimit, nil
	}
	n, err := strconv.Atoi(q.Get("limit"))
	if err != nil || n < 1 || n > store.MaxPage {
		return 0, refusal(badValue, `"limit" is %.20q; it must be a number from 1 to %d`, q.Get("limit"), store.MaxPage).withField("limit")
	}
	return n, nil
}

// markBytes is how much of a cursor names its list.
const markBytes = 4

// mark names the list that a cursor belongs to, so that no other takes it.
func (c *call) mark() []byte {
	h := fnv.New32a()
	h.Write([]byte(c.URL.Path))
	return binary.BigEndian.AppendUint32(nil, h.Sum32())
}

// cursor makes a store's page key opaque.
func (c *call) cursor(key string) string {
	return base64.RawURLEncoding.EncodeToString(append(c.mark(), key...))
}

func (c *call) openCursor(cursor string) (string, error) {
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(b) <= markBytes || string(b[:markBytes]) != string(c.mark()) || !isText(string(b[markBytes:])) {
		return "", foreignCursor()
	}
	return string(b[markBytes:]), nil
}

func foreignCursor() error {
	return refusal(badCursor, "the cursor does not belong to this list").
		withHint("take it from links.next of a page of the same list, or leave it out to start at the beginning").withField("cursor")
}

// links are those of the page that was asked for; next is the store's key.
func (c *call) links(next string) api.PageLinks {
	links := api.PageLinks{Self: c.selfURL(c.URL.RawQuery)}
	if next != "" {
		q := c.URL.Query()
		q.Set("cursor", c.cursor(next))
		links.Next = c.selfURL(q.Encode())
	}
	return links
}

func (c *call) selfURL(query string) string {
	u := c.base + c.URL.EscapedPath()
	if query == "" {
		return u
	}
	return u + "?" + query
}

// cut pages through a list that the store gives whole, as it is short.
func cut[T any](all []T, p store.Page, key func(T) string) (rows []T, next string) {
	start := 0
	for start < len(all) && key(all[start]) <= p.After {
		start++
	}
	rows = all[start:]
	if len(rows) <= p.Limit {
		return rows, ""
	}
	return rows[:p.Limit], key(rows[p.Limit-1])
}
