package scim

import "strings"

// Path is where a PATCH operation applies (RFC 7644 §3.5.2): an attribute, a sub-attribute, a whole extension, or
// the elements of a multi-valued attribute that a filter selects. For emails[type eq "work"].value, Attr is emails
// with Sub value, and Filter is the unbound type eq "work".
type Path struct {
	Attr   AttrPath
	Filter Filter
}

// ParsePath reads a path under the default limits. Errors are *[Error] 400 invalidPath with the byte position.
// Whether the names exist is decided where the path is applied.
func ParsePath(s string) (Path, error) {
	lim := DefaultLimits
	if len(s) > lim.MaxFilterBytes {
		return Path{}, refuse(TypeInvalidPath, "The path is longer than %d bytes.", lim.MaxFilterBytes)
	}
	p := filterParser{scanner: scanner{s: strings.TrimRight(s, " "), noun: "path", typ: TypeInvalidPath}, lim: lim}
	p.spaces()
	path, err := p.path()
	if err != nil {
		e := asError(err)
		return Path{}, &Error{Status: e.Status, Type: TypeInvalidPath, Detail: e.Detail}
	}
	return path, nil
}

func (p *filterParser) path() (Path, error) {
	attr, err := p.attrPath()
	if err != nil {
		return Path{}, err
	}
	if p.end() {
		return Path{Attr: attr}, nil
	}
	if p.peek() != '[' || attr.Sub != "" {
		return Path{}, p.fail("the end of the path, or a filter in brackets after an attribute")
	}
	filter, err := p.brackets()
	if err != nil {
		return Path{}, err
	}
	if p.take('.') {
		sub, err := p.attrPath()
		if err != nil {
			return Path{}, err
		}
		if sub.URN != "" || sub.Sub != "" {
			return Path{}, p.fail("a single sub-attribute name before it")
		}
		attr.Sub = sub.Attr
	}
	if !p.end() {
		return Path{}, p.fail("the end of the path")
	}
	return Path{Attr: attr, Filter: filter}, nil
}
