package scim

import (
	"slices"
	"strconv"
	"strings"
)

const statusPreconditionFailed = 412

// WeakTag writes the version of a resource as an entity tag (RFC 7644 §3.14). It is weak, as answers of one version
// differ by projection.
func WeakTag(version int64) string { return `W/"` + strconv.FormatInt(version, 10) + `"` }

// Preconditions are what a request demands of the resource's present version (RFC 9110 §13.1). The zero value
// demands nothing.
type Preconditions struct{ match, noneMatch tagList }

// tagList is the value of If-Match or If-None-Match.
type tagList struct {
	given, any bool // any is "*"
	opaque     []string
}

// ParsePreconditions reads the values of the headers If-Match and If-None-Match. An unreadable one is *[Error] 400
// invalidSyntax: to ignore it would let a write overwrite what its client has not seen.
func ParsePreconditions(ifMatch, ifNoneMatch []string) (c Preconditions, err error) {
	if c.match, err = parseTagList("If-Match", ifMatch); err != nil {
		return c, err
	}
	c.noneMatch, err = parseTagList("If-None-Match", ifNoneMatch)
	return c, err
}

// parseTagList reads "*" or a list of entity tags. They are compared weakly throughout: RFC 7644 §3.14 sends weak
// tags in If-Match, where RFC 9110 §13.1.1 alone would never find two of them equal.
func parseTagList(header string, values []string) (t tagList, err error) {
	if len(values) == 0 {
		return t, nil
	}
	t.given = true
	s := tagScanner{header: header, text: strings.Join(values, ",")}
	if strings.TrimSpace(s.text) == "*" {
		t.any = true
		return t, nil
	}
	for s.skip(" \t,"); s.pos < len(s.text); s.skip(" \t,") {
		tag, err := s.tag()
		if err != nil {
			return t, err
		}
		t.opaque = append(t.opaque, tag)
	}
	if len(t.opaque) == 0 {
		return t, s.fail()
	}
	return t, nil
}

// tagScanner walks a list of entity tags (RFC 9110 §8.8.3).
type tagScanner struct {
	header, text string
	pos          int
}

func (s *tagScanner) skip(set string) {
	for s.pos < len(s.text) && strings.IndexByte(set, s.text[s.pos]) >= 0 {
		s.pos++
	}
}

func (s *tagScanner) tag() (string, error) {
	rest := strings.TrimPrefix(s.text[s.pos:], "W/")
	if !strings.HasPrefix(rest, `"`) {
		return "", s.fail()
	}
	opaque, after, closed := strings.Cut(rest[1:], `"`)
	after = strings.TrimLeft(after, " \t")
	if !closed || (after != "" && after[0] != ',') {
		return "", s.fail()
	}
	s.pos = len(s.text) - len(after)
	return opaque, nil
}

func (s *tagScanner) fail() error {
	return refuse(TypeInvalidSyntax, `The header %s is not valid at byte %d: expected "*", or versions such as W/"1" with commas between them, as meta.version has them.`, s.header, s.pos)
}

// holds tells whether the list names the version of a resource, "" for one that does not exist.
func (t tagList) holds(version string) bool {
	if version == "" {
		return false
	}
	if t.any {
		return true
	}
	return slices.Contains(t.opaque, strings.Trim(strings.TrimPrefix(version, "W/"), `"`))
}

// Check holds a write against the version that the resource has, "" where the write creates it. What fails is
// *[Error] 412 (RFC 7644 §3.14).
func (c Preconditions) Check(version string) error {
	switch {
	case c.match.given && version == "":
		return Errorf(statusPreconditionFailed, "", "If-Match cannot be met by a resource that this request would create; leave the header out.")
	case c.match.given && !c.match.holds(version):
		return Errorf(statusPreconditionFailed, "", "The resource has the version %s by now, which If-Match does not name. Read it again, and repeat the change on what it is now.", version)
	case c.noneMatch.holds(version):
		return Errorf(statusPreconditionFailed, "", "The resource has the version %s, which If-None-Match excludes.", version)
	default:
		return nil
	}
}

// IsNotModified tells whether the client of a read has this version already, for which the answer is 304 (RFC 9110
// §13.1.2).
func (c Preconditions) IsNotModified(version string) bool { return c.noneMatch.holds(version) }

// CheckRead is Check for a read: of the two headers only If-Match can refuse it.
func (c Preconditions) CheckRead(version string) error {
	return Preconditions{match: c.match}.Check(version)
}
