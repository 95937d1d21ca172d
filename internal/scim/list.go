package scim

import (
	"errors"
	"math"
	"net/url"
	"strconv"
	"strings"
)

// ListQuery is a list request's parameters (RFC 7644 §3.4.2, RFC 9865 §2).
type ListQuery struct {
	Filter     Filter // bound, or nil
	StartIndex int    // from 1
	Count      int    // at most the server's maximum, which it is when HasCount is false
	HasCount   bool
	Cursor     string // empty for the first page
	HasCursor  bool   // whether the client pages by cursor
	Projection Projection
}

// ParseListQuery reads a list's parameters; unknown ones are ignored (Entra ID appends its own). As RFC 7644
// §3.4.2.4 has it, a startIndex below 1 means 1 and a negative count means 0; a count above maxCount means maxCount.
// Errors are *[Error] 400: invalidFilter, or invalidValue for a number that is none.
func (rt *ResourceType) ParseListQuery(q url.Values, lim Limits, maxCount int) (ListQuery, error) {
	out := ListQuery{StartIndex: 1, Count: maxCount, HasCursor: q.Has("cursor"), Cursor: q.Get("cursor")}
	start, hasStart, err := queryInt(q, "startIndex")
	if err != nil {
		return ListQuery{}, err
	}
	if hasStart {
		out.StartIndex = max(1, start)
	}
	count, hasCount, err := queryInt(q, "count")
	if err != nil {
		return ListQuery{}, err
	}
	if hasCount {
		out.Count, out.HasCount = min(max(0, count), maxCount), true
	}
	out.Projection, err = rt.ParseProjection(strings.Join(q["attributes"], ","), strings.Join(q["excludedAttributes"], ","))
	if err != nil {
		return ListQuery{}, err
	}
	out.Filter, err = rt.parseAndBind(q.Get("filter"), lim)
	return out, err
}

func (rt *ResourceType) parseAndBind(filter string, lim Limits) (Filter, error) {
	if filter == "" {
		return nil, nil //nolint:nilnil // no filter is a filter that the caller need not apply
	}
	f, err := ParseFilter(filter, lim)
	if err != nil {
		return nil, err
	}
	return rt.Bind(f)
}

// queryInt reads an integer; one too large for an int is as good as the largest.
func queryInt(q url.Values, name string) (n int, present bool, err error) {
	raw := strings.TrimSpace(q.Get(name))
	if raw == "" {
		return 0, false, nil
	}
	n, err = strconv.Atoi(raw)
	if errors.Is(err, strconv.ErrRange) {
		if strings.HasPrefix(raw, "-") {
			return math.MinInt, true, nil
		}
		return math.MaxInt, true, nil
	}
	if err != nil {
		return 0, true, refuse(TypeInvalidValue, "%s must be an integer; got %q.", name, excerpt(raw))
	}
	return n, true, nil
}

// SearchValues turns the body of POST /.search (RFC 7644 §3.4.3) into the parameters that
// [ResourceType.ParseListQuery] reads. A member of the wrong kind is *[Error] 400 invalidSyntax.
func SearchValues(body Value) (url.Values, error) {
	if body.Kind() != KindObject {
		return nil, refuse(TypeInvalidSyntax, "A search request must be a JSON object; got %s.", body.Kind())
	}
	q := url.Values{}
	for _, name := range [...]string{"filter", "startIndex", "count", "cursor", "sortBy", "sortOrder", "attributes", "excludedAttributes"} {
		v, ok := body.Get(name)
		if !ok || v.Kind() == KindNull {
			continue
		}
		items := v.Items()
		if v.Kind() != KindArray {
			items = []Value{v}
		}
		for _, item := range items {
			if item.Kind() != KindString && item.Kind() != KindNumber {
				return nil, refuse(TypeInvalidSyntax, "%q cannot be %s in a search request.", name, item.Kind())
			}
			q.Add(name, item.Str()+item.NumberText())
		}
	}
	return q, nil
}

// AppendListHead opens a ListResponse (RFC 7644 §3.4.2) up to its Resources, to which the caller appends the
// resources, separated by commas, and "]}". Resources is there when it is empty too: clients index it unseen.
func AppendListHead(b []byte, total, startIndex, itemsPerPage int) []byte {
	b = append(b, `{"schemas":["`+ListResponseURN+`"],"totalResults":`...)
	b = strconv.AppendInt(b, int64(total), 10)
	b = append(b, `,"startIndex":`...)
	b = strconv.AppendInt(b, int64(startIndex), 10)
	b = append(b, `,"itemsPerPage":`...)
	b = strconv.AppendInt(b, int64(itemsPerPage), 10)
	return append(b, `,"Resources":[`...)
}
