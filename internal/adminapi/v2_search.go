package adminapi

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"roster/internal/adminapi/api"
	"roster/internal/identity"
	"roster/internal/store"
)

// What the searches of the organizations API v2 have in common. Their links
// hold cursors instead of URLs, and a cursor holds the search that it goes on
// with: whatever stands beside it is ignored.

// maxListed bounds the values of one filter.
const maxListed = 200

// allDirectories stands in a path for all user directories.
const allDirectories = "-"

// inUserDirectory serves a call below the one user directory that the
// organization has, see docs/decisions/0011.
func inUserDirectory(serve func(*Handler, *call) error) func(*Handler, *call) error {
	return func(h *Handler, c *call) error {
		if id := c.PathValue("userDirectoryId"); id != allDirectories && id != string(c.org) {
			return identity.Errorf(identity.CodeNotFound, "the organization has no user directory %.128s", id).WithField("userDirectoryId").
				WithHint("write -, or the id of the organization; directories of identity providers are none of these")
		}
		return serve(h, c)
	}
}

// resumed is a search and where it is.
type resumed[T any] struct {
	Search T      `json:"q"`
	After  string `json:"after,omitempty"`
}

// resume gives the search that a cursor goes on with, or the given one from
// its beginning.
func resume[T any](c *call, cursor string, search T) (r resumed[T], err error) {
	if cursor == "" {
		return resumed[T]{Search: search}, nil
	}
	text, err := c.openCursor(cursor)
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		return r, foreignCursor()
	}
	return r, nil
}

// cursors are the links of a page; next is the store's key.
func cursors[T any](c *call, cursor string, r resumed[T], next string) (api.CursorLinks, error) {
	links := api.CursorLinks{Self: cursor}
	if next == "" {
		return links, nil
	}
	text, err := json.Marshal(resumed[T]{r.Search, next})
	links.Next = c.cursor(string(text))
	return links, err
}

// pageAt is the page that a search asks for.
func (r resumed[T]) pageAt(limit, usual int) (store.Page, error) {
	switch {
	case limit == 0:
		limit = usual
	case limit < 0 || limit > store.MaxPage:
		return store.Page{}, refusal(badValue, `"limit" is %d; it must be a number from 1 to %d`, limit, store.MaxPage).withField("limit")
	}
	return store.Page{After: r.After, Limit: limit}, nil
}

// isElsewhere tells that only other user directories are asked for.
func (c *call) isElsewhere(directoryIDs []string) bool {
	return len(directoryIDs) > 0 && !slices.Contains(directoryIDs, string(c.org)) && !slices.Contains(directoryIDs, allDirectories)
}

// listOf reads a parameter that is repeated, or a comma list.
func listOf[T ~string](q url.Values, name string) (values []T) {
	for _, given := range q[name] {
		for value := range strings.SplitSeq(given, ",") {
			if value != "" {
				values = append(values, T(value))
			}
		}
	}
	return values
}

func intOf(q url.Values, name string) (int, error) {
	if !q.Has(name) {
		return 0, nil
	}
	n, err := strconv.Atoi(q.Get(name))
	if err != nil || n == 0 {
		return 0, refusal(badValue, "%q is %.20q; it must be a number from 1 to %d", name, q.Get(name), store.MaxPage).withField(name)
	}
	return n, nil
}

// filter is one of a search: how many values it has, and whether they are such.
type filter struct {
	name  string
	n     int
	valid bool
}

// checkFilters refuses filters with too many values, and those with bad ones.
func checkFilters(filters ...filter) error {
	for _, f := range filters {
		if f.n > maxListed {
			return refusal(badValue, "%q has %d values; it must have at most %d", f.name, f.n, maxListed).withField(f.name).withHint("search for them in several calls")
		}
		if !f.valid {
			return refusal(badValue, "%q has a value that it cannot have", f.name).withField(f.name).withHint("its values are in /openapi.json")
		}
	}
	return nil
}

func allValid[T interface{ Valid() bool }](values []T) bool {
	return !slices.ContainsFunc(values, func(v T) bool { return !v.Valid() })
}

// refuseUnknownToRoster refuses filters about what there is none of here: to
// ignore one would answer more than was asked for.
func refuseUnknownToRoster(given map[string]bool) error {
	for _, name := range []string{"resourceIds", "resourceOwners", "roleIds", "mfaEnabled"} {
		if given[name] {
			return refusal(badValue, "%q is about what Roster has not: products, their roles and second factors", name).withField(name).withHint("leave it out")
		}
	}
	return nil
}

// checkQuery refuses in a query what a search would refuse in its body.
func checkQuery(q url.Values) error {
	return refuseUnknownToRoster(map[string]bool{
		"resourceIds": q.Has("resourceIds"), "resourceOwners": q.Has("resourceOwners"), "roleIds": q.Has("roleIds"), "mfaEnabled": q.Has("mfaEnabled"),
	})
}
