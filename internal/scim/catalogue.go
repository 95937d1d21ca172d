package scim

// Catalogue is the set of resource types that are in force for a directory: the built-in User and Group, which may
// carry further extensions there, and whatever types were added by configuration. It is immutable.
type Catalogue struct {
	user, group *ResourceType
}

var builtIn = &Catalogue{user: userType, group: groupType}

// BuiltIn is the catalogue of a directory for which nothing was configured.
func BuiltIn() *Catalogue { return builtIn }

// User is the User resource type (RFC 7643 §4.1).
func (c *Catalogue) User() *ResourceType { return c.user }

// Group is the Group resource type (RFC 7643 §4.2).
func (c *Catalogue) Group() *ResourceType { return c.group }

// Types are all resource types, User and Group first.
func (c *Catalogue) Types() []*ResourceType { return []*ResourceType{c.user, c.group} }

// Schemas are the core schemas of all types, each with its extensions behind it, every schema once.
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
	return all
}
