package adminapi

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// cleaned gives the request with a path that ServeMux takes without a
// redirect: doubled slashes and a slash at the end are dropped. Paths and
// queries that are not text are refused here, as no id and no filter is such.
func cleaned(r *http.Request) (*http.Request, error) {
	escaped := cleanPath(r.URL.EscapedPath())
	path, err := url.PathUnescape(escaped)
	if err != nil || !isText(path) {
		return nil, refusal(badIdentifier, "the path is not text")
	}
	if hasDotSegment(escaped) {
		return nil, noSuchPath(r)
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || !isTextQuery(query) {
		return nil, refusal(badValue, "the query is not text")
	}
	clean := r.WithContext(r.Context())
	clean.URL = &url.URL{Path: path, RawPath: escaped, RawQuery: r.URL.RawQuery}
	return clean, nil
}

func cleanPath(path string) string {
	for strings.Contains(path, "//") {
		path = strings.ReplaceAll(path, "//", "/")
	}
	return "/" + strings.Trim(path, "/")
}

func hasDotSegment(path string) bool {
	segments := strings.Split(path, "/")
	return slices.Contains(segments, ".") || slices.Contains(segments, "..")
}

func isTextQuery(q url.Values) bool {
	for _, values := range q {
		if !isText(strings.Join(values, "")) {
			return false
		}
	}
	return true
}

func isText(s string) bool { return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl) }

// methods that some route has, for the Allow header.
var methods = []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}

// noRoute answers what no route takes: 405 when the path is known, else 404.
func (h *Handler) noRoute(w http.ResponseWriter, r *http.Request) {
	var allowed []string
	for _, method := range methods {
		probe := r.WithContext(r.Context())
		probe.Method = method
		if _, pattern := h.mux.Handler(probe); pattern != "/" {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) == 0 {
		h.fail(w, r, noSuchPath(r))
		return
	}
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	h.fail(w, r, refusal(methodNotAllowed, "%.20q is not allowed here", r.Method).withHint("use %s", strings.Join(allowed, " or ")))
}

func noSuchPath(r *http.Request) error {
	return refusal(unknownPath, "there is nothing at %.200s", r.URL.Path).withHint("the paths are described in /openapi.json")
}
