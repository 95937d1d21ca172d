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
	Parts      []ListPart // one for each resource type that is listed
	Sorted     bool       // else the order is the server's, and the same each time
	Descending bool
	StartIndex int // from 1
	Count      int // at most the server's maximum, which it is where the request has no count
	Cursor     string
	HasCursor  bool // whether the client pages by cursor; an empty one asks for the first page

	filter, sortBy string // as they were written
}

// ListPart is what is asked of one resource type.
type ListPart struct {
	Type       *ResourceType
	Filter     Filter // bound to the type, or nil for all
	Sort       Sort   // bound to the type
	Projection Projection
}

// ParseListQuery reads the parameters of a list of one resource type, or of several together; unknown parameters are
// ignored (Entra ID appends its own). As RFC 7644 §3.4.2.4 has it, a startIndex below 1 means 1 and a negative count
// means 0; a count above maxCount means maxCount. With a cursor count must be positive (RFC 9865 §2), and startIndex
// must not ask for anything else. Errors are *[Error] 400: invalidFilter, invalidCount, or invalidValue for a number
// that is none and for what cannot be sorted by.
func ParseListQuery(types []*ResourceType, q url.Values, lim Limits, maxCount int) (ListQuery, error) {
	out := ListQuery{
		Parts: make([]ListPart, len(types)), HasCursor: q.Has("cursor"), Cursor: q.Get("cursor"),
		filter: q.Get("filter"), sortBy: strings.TrimSpace(q.Get("sortBy")),
	}
	for i, rt := range types {
		out.Parts[i].Type = rt
	}
	if err := out.parsePage(q, maxCount); err != nil {
		return ListQuery{}, err
	}
	if err := out.parseProjections(q); err != nil {
		return ListQuery{}, err
	}
	if err := out.parseSort(types, q.Get("sortOrder")); err != nil {
		return ListQuery{}, err
	}
	return out, out.parseFilter(types, lim)
}

func (l *ListQuery) parsePage(q url.Values, maxCount int) error {
	start, _, err := queryInt(q, "startIndex")
	if err != nil {
		return err
	}
	l.StartIndex = max(1, start)
	count, hasCount, err := queryInt(q, "count")
	switch {
	case l.HasCursor && (err != nil || hasCount && count < 1):
		return refuse(TypeInvalidCount, "count must be between 1 and %d with a cursor; got %q.", maxCount, excerpt(q.Get("count")))
	case l.HasCursor && l.StartIndex > 1:
		return refuse(TypeInvalidValue, "startIndex and cursor cannot be combined: they are two ways to page.")
	case err != nil:
		return err
	case hasCount:
		l.Count = min(max(0, count), maxCount)
	default:
		l.Count = maxCount
	}
	return nil
}

func (l *ListQuery) parseProjections(q url.Values) error {
	for i := range l.Parts {
		part := &l.Parts[i]
		var err error
		part.Projection, err = part.Type.ParseProjection(strings.Join(q["attributes"], ","), strings.Join(q["excludedAttributes"], ","))
		if err != nil {
			return err
		}
	}
	return nil
}

func (l *ListQuery) parseSort(types []*ResourceType, order string) error {
	if l.sortBy == "" {
		return nil // sortOrder alone says nothing (RFC 7644 §3.4.2.3)
	}
	sorts, err := bindSort(types, l.sortBy)
	if err != nil {
		return err
	}
	for i := range l.Parts {
		l.Parts[i].Sort = sorts[i]
	}
	l.Sorted = true
	l.Descending, err = parseSortOrder(order)
	return err
}

func (l *ListQuery) parseFilter(types []*ResourceType, lim Limits) error {
	if l.filter == "" {
		return nil
	}
	f, err := ParseFilter(l.filter, lim)
	if err != nil {
		return err
	}
	bound, err := bindAll(types, f)
	for i := range bound {
		l.Parts[i].Filter = bound[i]
	}
	return err
}

// Scope is what a cursor of the list is bound to: what RFC 9865 §2 wants to be the same on every page and what
// decides who is on it. where is the place of the list, such as a directory's id.
func (l *ListQuery) Scope(where string) []byte {
	scope := []string{where, l.filter, l.sortBy, strconv.FormatBool(l.Descending)}
	for _, part := range l.Parts {
		scope = append(scope, part.Type.ID)
	}
	return texts(scope...).AppendJSON(nil)
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

// ListHead is what a ListResponse says of its page (RFC 7644 §3.4.2, RFC 9865 §2).
type ListHead struct {
	Total        int // negative where it is left out, as RFC 9865 §2 allows for a page by cursor
	StartIndex   int // 0 for a page by cursor, which has none
	ItemsPerPage int
	NextCursor   string // empty on the last page, and where the client does not page by cursor
}

// AppendJSON opens a ListResponse up to its Resources, to which the caller appends the resources, separated by
// commas, and "]}". Resources is there when it is empty too: clients index it unseen.
func (h ListHead) AppendJSON(b []byte) []byte {
	b = append(b, `{"schemas":["`+ListResponseURN+`"]`...)
	if h.Total >= 0 {
		b = strconv.AppendInt(append(b, `,"totalResults":`...), int64(h.Total), 10)
	}
	if h.StartIndex > 0 {
		b = strconv.AppendInt(append(b, `,"startIndex":`...), int64(h.StartIndex), 10)
	}
	b = strconv.AppendInt(append(b, `,"itemsPerPage":`...), int64(h.ItemsPerPage), 10)
	b = appendNonEmpty(b, "nextCursor", h.NextCursor)
	return append(b, `,"Resources":[`...)
}
