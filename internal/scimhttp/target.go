package scimhttp

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"roster/internal/identity"
)

// maxIDBytes bounds an id in a path; our own have 36.
const maxIDBytes = 128

// target is what a path names: a directory, and something in it.
type target struct {
	directory identity.DirectoryID // "" when the path is none of a directory's
	segments  []string             // below the directory's base URL
}

// parseTarget reads a decoded path. Entra ID's gallery app puts an extra scim
// behind the base URL, and administrators paste base URLs with /v2, /scim/v2 or
// a slash at the end.
func parseTarget(path string) target {
	segments := segmentsOf(path)
	if len(segments) < 3 || segments[0] != "scim" || segments[1] != "directory" {
		return target{}
	}
	return target{identity.DirectoryID(segments[2]), withoutExtras(segments[3:])}
}

func segmentsOf(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
}

func withoutExtras(segments []string) []string {
	for _, extra := range [...]string{"scim", "v2"} {
		if len(segments) > 0 && segments[0] == extra {
			segments = segments[1:]
		}
	}
	return segments
}

// version is the first segment where it asks for another version of the
// protocol than ours (RFC 7644 section 3.13), else "".
func (t target) version() string {
	if len(t.segments) == 0 {
		return ""
	}
	digits, is := strings.CutPrefix(t.segments[0], "v")
	if !is || digits == "" || strings.Trim(digits, "0123456789.") != "" {
		return ""
	}
	return t.segments[0]
}

// searchSegment ends the path of a search (RFC 7644 section 3.4.3).
const searchSegment = ".search"

// endpoint names the kind of place: "/" for the directory itself, a
// collection's name, with a slash behind it for one of its resources, with
// /.search for a search.
func (t target) endpoint() string {
	switch {
	case len(t.segments) == 0:
		return "/"
	case len(t.segments) == 1:
		return t.segments[0]
	case t.isResource():
		return t.segments[0] + "/"
	case len(t.segments) == 2:
		return t.segments[0] + "/" + t.segments[1]
	default:
		return ""
	}
}

// isResource tells whether the path has the form of one resource's.
func (t target) isResource() bool { return len(t.segments) == 2 && t.segments[1] != searchSegment }

// id is that of the resource, "" for a collection or where it cannot be one.
func (t target) id() string {
	if !t.isResource() || !isIDLike(t.segments[1]) {
		return ""
	}
	return t.segments[1]
}

// isIDLike tells whether a text may be looked up and logged as an id. No
// database takes every byte that a path can hold.
func isIDLike(s string) bool {
	return len(s) <= maxIDBytes && utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}
