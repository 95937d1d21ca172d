package console

import (
	"strings"

	"roster/internal/accounts"
	"roster/internal/identity"
)

// setupGuide is how an identity provider is wired to a directory: template "guide".
type setupGuide struct {
	Provider string
	BaseURL  string
	Steps    []guideStep
	Mapping  []mapped
	Traps    [][]piece
}

// guideStep is one thing to enter or to choose in the provider's console.
type guideStep struct{ Enter, Where, What []piece }

// mapped says what of a person fills an attribute.
type mapped struct{ Attribute, From string }

// attributes are those that Roster makes use of, whoever pushes it.
var attributes = []mapped{
	{"userName", "The name for signing in; best the address, and unique"},
	{"externalId", "The provider's own id of the person, which never changes"},
	{`emails[type eq "work"].value`, "The work address: the person's account is found by it"},
	{"active", "Whether the person may sign in"},
	{"displayName, name.givenName, name.familyName", "The names that applications show"},
}

func (h *Handler) guideOf(c *call, d accounts.Directory) setupGuide {
	setup := accounts.SetupFor(d.Kind)
	g := setupGuide{Provider: kindNames[d.Kind], BaseURL: h.scimBaseURL(c, d.ID), Mapping: attributes}
	for _, s := range setup.Steps {
		g.Steps = append(g.Steps, guideStep{piecesOf(s.Enter), piecesOf(s.Where), piecesOf(s.What)})
	}
	for _, t := range setup.Traps {
		g.Traps = append(g.Traps, piecesOf(t))
	}
	return g
}

func (h *Handler) scimBaseURL(c *call, id identity.DirectoryID) string {
	return h.BaseURL(c.Request) + "/scim/directory/" + string(id)
}

// piece is a part of a text: plain, `code` or *strong*.
type piece struct{ Plain, Code, Strong string }

// piecesOf reads a text as the set-up steps are written.
func piecesOf(text string) (pieces []piece) {
	for text != "" {
		at := strings.IndexAny(text, "`*")
		if at < 0 {
			return append(pieces, piece{Plain: text})
		}
		mark := text[at : at+1]
		inside, rest, closed := strings.Cut(text[at+1:], mark)
		if !closed {
			return append(pieces, piece{Plain: text})
		}
		if at > 0 {
			pieces = append(pieces, piece{Plain: text[:at]})
		}
		if mark == "`" {
			pieces = append(pieces, piece{Code: inside})
		} else {
			pieces = append(pieces, piece{Strong: inside})
		}
		text = rest
	}
	return pieces
}
