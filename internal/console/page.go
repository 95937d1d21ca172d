package console

import (
	"encoding/base64"
	"net/url"

	"roster/internal/identity"
	"roster/internal/store"
)

// pageSize is the number of rows of a list.
const pageSize = 50

// rows reads the parameter "after", which leads to a page of a list.
func (c *call) rows() (store.Page, error) {
	p := store.Page{Limit: pageSize}
	after := c.URL.Query().Get("after")
	if after == "" {
		return p, nil
	}
	key, err := base64.RawURLEncoding.DecodeString(after)
	if err != nil || len(key) == 0 || !isText(string(key)) {
		return p, identity.Errorf(identity.CodeInvalid, "this is no page of the list").WithField("after").
			WithHint("go back to the first page")
	}
	p.After = string(key)
	return p, nil
}

// isText refuses what no page key holds and no database takes.
func isText(s string) bool {
	for _, r := range s {
		if r < ' ' || r == '�' {
			return false
		}
	}
	return true
}

// pager leads on from a page of a list; next is the store's key.
func (c *call) pager(shown int, next, one, many string) pager {
	p := pager{Shown: shown, One: one, Many: many}
	if c.URL.Query().Get("after") != "" {
		p.First = c.with("after", "")
	}
	if next != "" {
		p.Next = c.with("after", base64.RawURLEncoding.EncodeToString([]byte(next)))
	}
	return p
}

// with is the URL of this page with one parameter changed; "" takes it away.
func (c *call) with(name, value string) string {
	q := c.URL.Query()
	q.Del(name)
	if value != "" {
		q.Set(name, value)
	}
	return pathWith(c.URL.EscapedPath(), q)
}

// pathWith is a path with the parameters that say something.
func pathWith(path string, q url.Values) string {
	for name, values := range q {
		if len(values) == 0 || values[0] == "" {
			q.Del(name)
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}
