package scim

import (
	"strconv"
	"strings"
)

// TypeDefinition is a ResourceType document (RFC 7643 §6) that an administrator wrote. Its schemas are named and not
// yet found. One of a built-in type adds its extensions to that type and changes nothing else of it.
type TypeDefinition struct {
	ID, Name, Endpoint, Description, Schema string
	Extensions                              []ExtensionDefinition
}

// ExtensionDefinition is an element of schemaExtensions.
type ExtensionDefinition struct {
	Schema   string
	Required bool
}

// ParseResourceType reads a ResourceType document strictly. id may be left out, as RFC 7643 §6 has it, and is the name
// then. Errors are *[Error] 400 invalidValue, with the path of the member and what was expected.
func ParseResourceType(doc Value) (TypeDefinition, error) {
	r := definitionReader{}
	var t TypeDefinition
	if err := r.object(doc, "schemas", "id", "name", "description", "endpoint", "schema", "schemaExtensions", "meta"); err != nil {
		return t, err
	}
	if err := r.isOf(doc, ResourceTypeURN); err != nil {
		return t, err
	}
	var err error
	if t.Name, err = r.name(doc); err != nil {
		return t, err
	}
	if t.ID, err = r.text(doc, "id", maxNameLength); err != nil {
		return t, err
	}
	if t.ID != "" && !equalName(t.ID, t.Name) {
		return t, r.at("id").fail("must be the name %q, or be left out; got %.60q.", t.Name, t.ID)
	}
	t.ID = t.Name
	if t.Description, err = r.text(doc, "description", maxDescription); err != nil {
		return t, err
	}
	if t.Endpoint, err = r.endpoint(doc); err != nil {
		return t, err
	}
	if t.Schema, err = r.urn(doc, "schema"); err != nil {
		return t, err
	}
	t.Extensions, err = r.extensions(doc)
	return t, err
}

func (r definitionReader) endpoint(doc Value) (string, error) {
	endpoint, err := r.text(doc, "endpoint", maxNameLength)
	if err != nil {
		return "", err
	}
	name, hasSlash := strings.CutPrefix(endpoint, "/")
	if !hasSlash || !isAttributeName(name) {
		return "", r.at("endpoint").fail(`must be a slash and one path segment of letters, digits, hyphens and underscores, such as "/Devices"; got %.60q.`, endpoint)
	}
	return endpoint, nil
}

func (r definitionReader) extensions(doc Value) ([]ExtensionDefinition, error) {
	given, ok := doc.Get("schemaExtensions")
	if !ok || given.IsUnassigned() && given.Kind() != KindObject {
		return nil, nil
	}
	if given.Kind() != KindArray || len(given.Items()) > MaxSchemas {
		return nil, r.at("schemaExtensions").fail("must be an array of at most %d objects.", MaxSchemas)
	}
	list := make([]ExtensionDefinition, 0, len(given.Items()))
	for i, item := range given.Items() {
		at := r.at("schemaExtensions[" + strconv.Itoa(i) + "]")
		if err := at.object(item, "schema", "required"); err != nil {
			return nil, err
		}
		urn, err := at.urn(item, "schema")
		if err != nil {
			return nil, err
		}
		required, err := at.boolean(item, "required")
		if err != nil {
			return nil, err
		}
		for _, before := range list {
			if equalName(before.Schema, urn) {
				return nil, at.at("schema").fail("%q is there twice.", urn)
			}
		}
		list = append(list, ExtensionDefinition{urn, required})
	}
	return list, nil
}

// Document is the definition as it is stored and read again by [ParseResourceType].
func (t TypeDefinition) Document() Value {
	extensions := make([]Value, len(t.Extensions))
	for i, x := range t.Extensions {
		extensions[i] = Object(Member{"schema", String(x.Schema)}, Member{"required", Bool(x.Required)})
	}
	return Object(
		Member{"schemas", texts(ResourceTypeURN)},
		Member{"id", String(t.ID)},
		Member{"name", String(t.Name)},
		Member{"endpoint", String(t.Endpoint)},
		Member{"description", String(t.Description)},
		Member{"schema", String(t.Schema)},
		Member{"schemaExtensions", Array(extensions...)},
	)
}
