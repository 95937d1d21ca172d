package scimhttp

import (
	"net/http"
	"strconv"
	"strings"

	"roster/internal/scim"
)

// The media types of answers.
const (
	typeSCIM = "application/scim+json"
	typeJSON = "application/json"
)

// acceptable chooses an answer's media type. It is application/scim+json, which
// some IdPs insist on (RFC 7644 section 3.1), unless the client takes
// application/json and not that: jira.js reads nothing else. "" means that the
// client takes neither.
func acceptable(accept []string) string {
	ranges := parseAccept(accept)
	switch {
	case len(ranges) == 0, ranges.take(typeSCIM):
		return typeSCIM
	case ranges.take(typeJSON):
		return typeJSON
	default:
		return ""
	}
}

// mediaRanges tells of each media range whether it is wanted (RFC 9110 section
// 12.5.1); of weights only zero matters.
type mediaRanges map[string]bool

func parseAccept(values []string) mediaRanges {
	ranges := mediaRanges{}
	for entry := range strings.SplitSeq(strings.Join(values, ","), ",") {
		name, parameters, _ := strings.Cut(entry, ";")
		if name = strings.ToLower(strings.TrimSpace(name)); name != "" {
			ranges[name] = weight(parameters) > 0
		}
	}
	return ranges
}

// weight is the q of a media range, 1 where it has none or an odd one.
func weight(parameters string) float64 {
	for parameter := range strings.SplitSeq(parameters, ";") {
		name, value, _ := strings.Cut(parameter, "=")
		if strings.EqualFold(strings.TrimSpace(name), "q") {
			if q, err := strconv.ParseFloat(strings.TrimSpace(value), 64); err == nil {
				return q
			}
		}
	}
	return 1
}

// take tells what the most specific range says of a type.
func (m mediaRanges) take(mediaType string) bool {
	for _, name := range [...]string{mediaType, "application/*", "*/*"} {
		if wanted, named := m[name]; named {
			return wanted
		}
	}
	return false
}

func notAcceptable(r *http.Request) *scim.Error {
	return scim.Errorf(http.StatusNotAcceptable, "", "Answers are %s or %s; the Accept header %.100q takes neither. Add one of them, or leave the header out.", typeSCIM, typeJSON, r.Header.Get("Accept"))
}

// isJSON tells whether a request's Content-Type is JSON. A missing one counts,
// as some clients send none; the charset is not looked at, as what is no UTF-8
// is refused when it is read.
func isJSON(contentType string) bool {
	name, _, _ := strings.Cut(contentType, ";")
	name = strings.ToLower(strings.TrimSpace(name))
	return name == "" || name == typeJSON || name == "text/json" || (strings.HasPrefix(name, "application/") && strings.HasSuffix(name, "+json"))
}
