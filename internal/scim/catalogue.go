package scim

import "strings"

// Catalogue is the set of resource types that are in force for a directory: the built-in User and Group, which may
// carry further extensions there, and whatever types were added by configuration. It is immutable.
type Catalogue struct {
	version     int64
	user, group *ResourceType
	custom      []*ResourceType
	loose       []*Schema // that no type uses yet
}

var builtIn = &Catalogue{user: userType, group: groupType}

// BuiltIn is the catalogue of a directory for which nothing was configured. Its version is 0.
func BuiltIn() *Catalogue { return builtIn }

// NewCatalogue makes the catalogue of what was configured, on top of the built-in types. version is the caller's count
// of the changes. Errors are *[Error] 400 invalidValue that name the document which does not fit to the others: a name,
// endpoint or URN that is taken, a schema that is not there, too many of either.
func NewCatalogue(version int64, schemas []*Schema, types []TypeDefinition) (*Catalogue, error) {
	if len(schemas) > MaxSchemas || len(types) > MaxResourceTypes {
		return nil, refuse(TypeInvalidValue, "There may be %d schemas and %d resource types; these would be %d and %d.", MaxSchemas, MaxResourceTypes, len(schemas), len(types))
	}
	b := catalogueBuilder{schemas: map[string]*Schema{}, used: map[*Schema]bool{}}
	b.out.version, b.out.user, b.out.group = version, userType, groupType
	for _, s := range schemas {
		if err := b.addSchema(s); err != nil {
			return nil, err
		}
	}
	for _, t := range types {
		if err := b.addType(t); err != nil {
			return nil, within("resource type "+t.Name, err)
		}
	}
	for _, s := range schemas {
		if !b.used[s] {
			b.out.loose = append(b.out.loose, s)
		}
	}
	for _, rt := range b.out.Types() {
		if rt != userType && rt != groupType {
			rt.seal()
		}
	}
	return &b.out, nil
}

// Version is the caller's count of changes; 0 is [BuiltIn]'s.
func (c *Catalogue) Version() int64 { return c.version }

// User is the User resource type (RFC 7643 §4.1).
func (c *Catalogue) User() *ResourceType { return c.user }

// Group is the Group resource type (RFC 7643 §4.2).
func (c *Catalogue) Group() *ResourceType { return c.group }

// Custom are the resource types that were added by configuration.
func (c *Catalogue) Custom() []*ResourceType { return c.custom }

// Types are all resource types, User and Group first.
func (c *Catalogue) Types() []*ResourceType {
	return append([]*ResourceType{c.user, c.group}, c.custom...)
}

// CustomAt finds a configured resource type by its endpoint without the slash. Paths are told apart by letter case.
func (c *Catalogue) CustomAt(segment string) *ResourceType {
	for _, rt := range c.custom {
		if rt.Endpoint[1:] == segment {
			return rt
		}
	}
	return nil
}

// TypeNamed finds a resource type by its name, whatever its letter case; nil where there is none.
func (c *Catalogue) TypeNamed(name string) *ResourceType {
	for _, rt := range c.Types() {
		if equalName(rt.Name, name) {
			return rt
		}
	}
	return nil
}

// Schemas are the core schemas of all types, each with its extensions behind it, and then those that no type uses;
// every schema once.
func (c *Catalogue) Schemas() []*Schema {
	var all []*Schema
	seen := map[*Schema]bool{}
	add := func(s *Schema) {
		if !seen[s] {
			seen[s] = true
			all = append(all, s)
		}
	}
	for _, rt := range c.Types() {
		add(rt.Core)
		for _, x := range rt.Extensions {
			add(x.Schema)
		}
	}
	for _, s := range c.loose {
		add(s)
	}
	return all
}

type catalogueBuilder struct {
	out     Catalogue
	schemas map[string]*Schema // by lower-case URN
	used    map[*Schema]bool
}

// builtInURN tells whether a URN is the server's own: one of its schemas, or in the space of the RFCs' messages.
func builtInURN(urn string) bool {
	for _, s := range builtIn.Schemas() {
		if equalName(s.ID, urn) {
			return true
		}
	}
	folded := strings.ToLower(urn)
	return strings.HasPrefix(folded, "urn:ietf:params:scim:schemas:core:2.0:") || strings.HasPrefix(folded, "urn:ietf:params:scim:api:")
}

func (b *catalogueBuilder) addSchema(s *Schema) error {
	if builtInURN(s.ID) {
		return refuse(TypeInvalidValue, "schema %s: the URN is one of SCIM's own; choose one of your organization's.", s.ID)
	}
	if b.schemas[strings.ToLower(s.ID)] != nil {
		return refuse(TypeInvalidValue, "schema %s: there is a schema of this URN already.", s.ID)
	}
	b.schemas[strings.ToLower(s.ID)] = s
	return nil
}

func (b *catalogueBuilder) addType(t TypeDefinition) error {
	for _, base := range [...]**ResourceType{&b.out.user, &b.out.group} {
		if equalName((*base).Name, t.Name) {
			return b.extend(base, t)
		}
	}
	if isReservedEndpoint(t.Endpoint) {
		return definitionReader{"endpoint"}.fail("%s is an endpoint of SCIM itself; choose another.", t.Endpoint)
	}
	for _, other := range b.out.custom {
		if equalName(other.Name, t.Name) {
			return definitionReader{"name"}.fail("there is a resource type of this name already.")
		}
		if equalName(other.Endpoint, t.Endpoint) {
			return definitionReader{"endpoint"}.fail("%s is the endpoint of the resource type %s.", t.Endpoint, other.Name)
		}
	}
	core, err := b.find("schema", t.Schema)
	if err != nil {
		return err
	}
	rt := &ResourceType{ID: t.ID, Name: t.Name, Endpoint: t.Endpoint, Description: t.Description, Core: core}
	if rt.Description == "" {
		rt.Description = rt.Name
	}
	if err := b.addExtensions(rt, t.Extensions); err != nil {
		return err
	}
	b.out.custom = append(b.out.custom, rt)
	return nil
}

// extend adds extensions to a built-in type.
func (b *catalogueBuilder) extend(base **ResourceType, t TypeDefinition) error {
	if *base != userType && *base != groupType {
		return definitionReader{"name"}.fail("the extensions of %s are defined already, for the deployment or for this directory.", t.Name)
	}
	if t.Endpoint != (*base).Endpoint || !equalName(t.Schema, (*base).Core.ID) {
		return definitionReader{"name"}.fail("%s is built in; a definition can only add extensions to it: endpoint must be %q and schema %q.", t.Name, (*base).Endpoint, (*base).Core.ID)
	}
	extended := **base
	extended.Extensions = append([]Extension{}, (*base).Extensions...)
	if err := b.addExtensions(&extended, t.Extensions); err != nil {
		return err
	}
	*base = &extended
	return nil
}

func (b *catalogueBuilder) addExtensions(rt *ResourceType, definitions []ExtensionDefinition) error {
	for _, x := range definitions {
		if rt.extension(x.Schema) != nil && !x.Required {
			continue // a built-in extension that the document repeats
		}
		s, err := b.find("schemaExtensions", x.Schema)
		if err != nil {
			return err
		}
		if equalName(s.ID, rt.Core.ID) {
			return definitionReader{"schemaExtensions"}.fail("%s is the type's own schema.", s.ID)
		}
		rt.Extensions = append(rt.Extensions, Extension{Schema: s, Required: x.Required})
	}
	return nil
}

// find gives a configured schema.
func (b *catalogueBuilder) find(member, urn string) (*Schema, error) {
	if s := b.schemas[strings.ToLower(urn)]; s != nil {
		b.used[s] = true
		return s, nil
	}
	if builtInURN(urn) {
		return nil, definitionReader{member}.fail("%s is built in and cannot be used in this place.", urn)
	}
	return nil, definitionReader{member}.fail("there is no schema %s; load it first, or together with the resource type.", urn)
}

func isReservedEndpoint(endpoint string) bool {
	return containsName([]string{"/Users", "/Groups", "/Me", "/Bulk", "/Schemas", "/ResourceTypes", "/ServiceProviderConfig", "/ServiceProviderConfigs", "/scim", "/v2", "/v1"}, endpoint)
}
