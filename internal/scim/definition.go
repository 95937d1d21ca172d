package scim

import (
	"slices"
	"strings"
)

// Bounds of what may be configured, per directory and deployment together.
const (
	MaxSchemas       = 64
	MaxResourceTypes = 32
	MaxAttributes    = 200 // of one schema, and of one complex attribute

	maxNameLength   = 64
	maxURNLength    = 255
	maxDescription  = 2000
	maxCanonical    = 200
	maxCanonicalLen = 255
)

// definitionReader reads the documents of RFC 7643 §6 and §7 strictly: a member that the RFC does not know is more
// likely a misspelt one than a harmless one, and a schema decides what is stored for years.
type definitionReader struct{ path string }

func (r definitionReader) at(name string) definitionReader {
	if r.path == "" {
		return definitionReader{name}
	}
	return definitionReader{r.path + "." + name}
}

func (r definitionReader) fail(format string, args ...any) error {
	e := refuse(TypeInvalidValue, format, args...)
	if r.path == "" {
		return e
	}
	return within(r.path, e)
}

// object checks that v is an object that holds none but the known members, each once.
func (r definitionReader) object(v Value, known ...string) error {
	if v.Kind() != KindObject {
		return r.fail("must be an object; got %s.", v.Kind())
	}
	for _, m := range v.Members() {
		if !containsName(known, m.Name) {
			return r.fail("has a member %.60q that RFC 7643 does not know; it may have %s.", m.Name, strings.Join(known, ", "))
		}
	}
	return nil
}

func containsName(names []string, name string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return equalName(n, name) })
}

// text reads an optional text.
func (r definitionReader) text(v Value, name string, most int) (string, error) {
	given, ok := v.Get(name)
	if !ok || given.Kind() == KindNull {
		return "", nil
	}
	if given.Kind() != KindString {
		return "", r.at(name).fail("must be a text; got %s.", given.Kind())
	}
	if len(given.Str()) > most {
		return "", r.at(name).fail("may have at most %d bytes.", most)
	}
	return given.Str(), nil
}

func (r definitionReader) boolean(v Value, name string) (bool, error) {
	given, ok := v.Get(name)
	if !ok || given.Kind() == KindNull {
		return false, nil
	}
	if given.Kind() != KindBool {
		return false, r.at(name).fail("must be true or false; got %s.", given.Kind())
	}
	return given.Truth(), nil
}

// keyword reads one of some words, the first of which is the default (RFC 7643 §2.2).
func keyword[T ~string](r definitionReader, v Value, name string, words ...T) (T, error) {
	given, ok := v.Get(name)
	if !ok || given.Kind() == KindNull {
		return words[0], nil
	}
	for _, w := range words {
		if given.Str() == string(w) {
			return w, nil
		}
	}
	known := make([]string, len(words))
	for i, w := range words {
		known[i] = string(w)
	}
	if given.Kind() != KindString {
		return "", r.at(name).fail("must be one of %s; got %s.", strings.Join(known, ", "), given.Kind())
	}
	return "", r.at(name).fail("must be one of %s; got %.60q.", strings.Join(known, ", "), given.Str())
}

// texts reads an optional array of texts.
func (r definitionReader) texts(v Value, name string) ([]string, error) {
	given, ok := v.Get(name)
	if !ok || given.IsUnassigned() && given.Kind() != KindObject {
		return nil, nil
	}
	if given.Kind() != KindArray || len(given.Items()) > maxCanonical {
		return nil, r.at(name).fail("must be an array of at most %d texts; got %s.", maxCanonical, given.Kind())
	}
	list := make([]string, len(given.Items()))
	for i, item := range given.Items() {
		if item.Kind() != KindString || item.Str() == "" || len(item.Str()) > maxCanonicalLen {
			return nil, r.at(name).fail("must hold texts of 1 to %d bytes.", maxCanonicalLen)
		}
		list[i] = item.Str()
	}
	return list, nil
}

// urn reads a schema's URI. Of RFC 8141's characters only those are taken that no path, filter or database gives
// another meaning.
func (r definitionReader) urn(v Value, name string) (string, error) {
	urn, err := r.text(v, name, maxURNLength)
	if err != nil {
		return "", err
	}
	rest, isURN := strings.CutPrefix(strings.ToLower(urn), "urn:")
	if namespace, inside, ok := strings.Cut(rest, ":"); !isURN || !ok || namespace == "" || inside == "" || strings.HasSuffix(urn, ":") ||
		strings.Trim(rest, "abcdefghijklmnopqrstuvwxyz0123456789:._-") != "" || strings.ContainsFunc(rest, isNoURNRune) {
		return "", r.at(name).fail("must be a URN of letters, digits, colons, points, hyphens and underscores, such as urn:example:params:scim:schemas:Device; got %.100q.", urn)
	}
	return urn, nil
}

func isNoURNRune(c rune) bool {
	return (c < 'a' || c > 'z') && (c < '0' || c > '9') && !strings.ContainsRune(":._-", c)
}

// name reads an attribute's or resource type's name in the grammar of RFC 7643 §2.1.
func (r definitionReader) name(v Value) (string, error) {
	name, err := r.text(v, "name", maxNameLength)
	if err != nil {
		return "", err
	}
	if !isAttributeName(name) {
		return "", r.at("name").fail("must be a letter, followed by letters, digits, hyphens and underscores; got %.60q.", name)
	}
	return name, nil
}

func isAttributeName(name string) bool {
	for i := range len(name) {
		c := lowerASCII(name[i])
		isLetter := 'a' <= c && c <= 'z'
		if !isLetter && (i == 0 || (c < '0' || c > '9') && c != '-' && c != '_') {
			return false
		}
	}
	return name != ""
}
