package scim

// Schema and message URNs.
const (
	CoreUserURN       = "urn:ietf:params:scim:schemas:core:2.0:User"
	CoreGroupURN      = "urn:ietf:params:scim:schemas:core:2.0:Group"
	EnterpriseUserURN = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

	// AccountURN is the read-only extension that carries the linked account's id, as the hosted service names it.
	AccountURN = "urn:scim:schemas:extension:atlassian-external:1.0"

	SchemaURN          = "urn:ietf:params:scim:schemas:core:2.0:Schema"
	ResourceTypeURN    = "urn:ietf:params:scim:schemas:core:2.0:ResourceType"
	ServiceProviderURN = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"

	ListResponseURN  = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
	SearchRequestURN = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
	PatchOpURN       = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
	BulkRequestURN   = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
	BulkResponseURN  = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"
	ErrorURN         = "urn:ietf:params:scim:api:messages:2.0:Error"
)

// AttrType is the data type of an attribute (RFC 7643 §2.3).
type AttrType string

// The data types of RFC 7643 §2.3.
const (
	AttrString    AttrType = "string"
	AttrBoolean   AttrType = "boolean"
	AttrDecimal   AttrType = "decimal"
	AttrInteger   AttrType = "integer"
	AttrDateTime  AttrType = "dateTime"
	AttrBinary    AttrType = "binary"
	AttrReference AttrType = "reference"
	AttrComplex   AttrType = "complex"
)

// Mutability tells who may write an attribute (RFC 7643 §7).
type Mutability string

// The mutabilities of RFC 7643 §7.
const (
	ReadWrite Mutability = "readWrite"
	ReadOnly  Mutability = "readOnly"
	Immutable Mutability = "immutable"
	WriteOnly Mutability = "writeOnly"
)

// Returned tells when an attribute is answered (RFC 7643 §7).
type Returned string

// The ways of returning of RFC 7643 §7.
const (
	ReturnedDefault Returned = "default"
	ReturnedAlways  Returned = "always"
	ReturnedRequest Returned = "request"
	ReturnedNever   Returned = "never"
)

// Uniqueness tells how far a value must be unique (RFC 7643 §7).
type Uniqueness string

// The uniquenesses of RFC 7643 §7.
const (
	UniqueNone   Uniqueness = "none"
	UniqueServer Uniqueness = "server"
	UniqueGlobal Uniqueness = "global"
)

// Attribute describes one attribute or sub-attribute (RFC 7643 §7). Sub is set for complex attributes only.
type Attribute struct {
	Name, Description string
	Type              AttrType
	MultiValued       bool
	Required          bool
	CaseExact         bool
	Mutability        Mutability
	Returned          Returned
	Uniqueness        Uniqueness
	CanonicalValues   []string
	ReferenceTypes    []string
	Sub               []*Attribute

	// detached attributes are accepted and never part of the stored document: passwords are kept nowhere, members
	// are rows of their own.
	detached bool
}

// SubAttribute finds a sub-attribute by name, whatever its letter case; nil where there is none.
func (a *Attribute) SubAttribute(name string) *Attribute { return findAttribute(a.Sub, name) }

// Schema is one set of attributes under a URN.
type Schema struct {
	ID, Name, Description string
	Attributes            []*Attribute
}

// Attribute finds an attribute of the schema by name, whatever its letter case; nil where there is none.
func (s *Schema) Attribute(name string) *Attribute { return findAttribute(s.Attributes, name) }

// Extension is a schema that a resource type may carry beside its core schema.
type Extension struct {
	Schema   *Schema
	Required bool
}

// ResourceType ties a core schema and its extensions to an endpoint (RFC 7643 §6).
type ResourceType struct {
	ID, Name, Endpoint, Description string
	Core                            *Schema
	Extensions                      []Extension

	selective bool     // the default answer leaves out some of the stored document
	unique    []target // whose values must be unique, beside those that have a rule of their own
}

// extension finds an extension schema by its URN, whatever its letter case.
func (rt *ResourceType) extension(urn string) *Schema {
	for _, x := range rt.Extensions {
		if equalName(x.Schema.ID, urn) {
			return x.Schema
		}
	}
	return nil
}

func findAttribute(attrs []*Attribute, name string) *Attribute {
	for _, a := range attrs {
		if equalName(a.Name, name) {
			return a
		}
	}
	return nil
}
