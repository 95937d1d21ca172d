package scim

import (
	"bytes"
	"strings"
)

// Secrets are the names of a directory's attributes that must not be shown to anybody: passwords, and what was
// configured to be written only or never returned (RFC 7643 §7).
type Secrets map[string]bool

// Secrets gives the names of the catalogue's secret attributes.
func (c *Catalogue) Secrets() Secrets {
	secrets := Secrets{Fold("password"): true}
	for _, rt := range c.Types() {
		rt.each(func(t target) {
			a := t.attr
			if t.sub != nil {
				a = t.sub
			}
			if a.Returned == ReturnedNever || a.Mutability == WriteOnly {
				secrets[Fold(a.Name)] = true
			}
		})
	}
	return secrets
}

// Hide gives a request's body with secret values replaced: those of members with a secret's name, however it is
// qualified, and those of PATCH operations whose path leads to one.
func (s Secrets) Hide(body Value) Value {
	switch body.Kind() {
	case KindArray:
		items := make([]Value, len(body.Items()))
		for i, item := range body.Items() {
			items[i] = s.Hide(item)
		}
		return Array(items...)
	case KindObject:
		return s.hideMembers(body)
	default:
		return body
	}
}

func (s Secrets) hideMembers(object Value) Value {
	path, _ := object.Get("path")
	leadsToOne := s.leadsToOne(path.Str())
	members := make([]Member, len(object.Members()))
	for i, m := range object.Members() {
		if s.leadsToOne(m.Name) || leadsToOne && equalName(m.Name, "value") || s.comparesOne(m.Value) {
			m.Value = concealed(m.Value)
		} else {
			m.Value = s.Hide(m.Value)
		}
		members[i] = m
	}
	return Object(members...)
}

// comparesOne tells whether a text could be a filter that compares a secret.
func (s Secrets) comparesOne(v Value) bool {
	return strings.ContainsAny(v.Str(), `"'`) && s.MayHold([]byte(v.Str()))
}

// leadsToOne tells whether a name or path has a secret's name in it.
func (s Secrets) leadsToOne(path string) bool {
	for _, part := range strings.FieldsFunc(path, isBetweenNames) {
		if s[Fold(part)] {
			return true
		}
	}
	return false
}

func isBetweenNames(r rune) bool { return strings.ContainsRune(":.[] ", r) }

// MayHold tells whether text that is no JSON could hold a secret: what cannot be read cannot be hidden in part. Letters
// that are written as escapes could be anything.
func (s Secrets) MayHold(text []byte) bool {
	if bytes.Contains(text, []byte(`\u`)) {
		return true
	}
	folded := []byte(Fold(string(text)))
	for name := range s {
		if bytes.Contains(folded, []byte(name)) {
			return true
		}
	}
	return false
}
