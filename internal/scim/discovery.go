package scim

import (
	"strconv"
	"strings"
	"time"
)

// ServiceProvider is what the ServiceProviderConfig document says (RFC 7643 §5).
type ServiceProvider struct {
	DocumentationURI                  string
	Patch, ChangePassword, Sort, ETag bool
	Bulk                              BulkSupport
	Filter                            FilterSupport
	Pagination                        *PaginationSupport // nil where the server knows index paging only
	AuthenticationSchemes             []AuthenticationScheme
	Created, LastModified             time.Time
}

// BulkSupport is the bulk member; its numbers are answered even where bulk is not supported, since clients need them.
type BulkSupport struct {
	Supported                     bool
	MaxOperations, MaxPayloadSize int
}

// FilterSupport is the filter member.
type FilterSupport struct {
	Supported  bool
	MaxResults int
}

// PaginationSupport is the pagination member of RFC 9865 §4. Zero numbers are left out.
type PaginationSupport struct {
	Cursor, Index                               bool
	DefaultMethod                               string // "cursor" or "index"
	DefaultPageSize, MaxPageSize, CursorTimeout int
}

// AuthenticationScheme is one way to authenticate (RFC 7643 §5).
type AuthenticationScheme struct {
	Type, Name, Description, SpecURI, DocumentationURI string
	Primary                                            bool
}

// The documents below are built as values and written once: they are small, asked for seldom, and built so from the
// same tables that requests are read by.

// field appends a member; unlike with it keeps empty arrays, which typed clients want to see.
func field(members []Member, name string, v Value) []Member { return append(members, Member{name, v}) }

func optionalText(members []Member, name, s string) []Member {
	if s == "" {
		return members
	}
	return field(members, name, String(s))
}

func integer(n int) Value { return Number(strconv.Itoa(n)) }

func texts(list ...string) Value {
	items := make([]Value, len(list))
	for i, s := range list {
		items[i] = String(s)
	}
	return Array(items...)
}

func discoveryMeta(resourceType, location string) Value {
	return Object(Member{"resourceType", String(resourceType)}, Member{"location", String(location)})
}

func join(baseURL, path string) string { return strings.TrimRight(baseURL, "/") + path }

// AppendJSON appends the Schema resource (RFC 7643 §7). baseURL is the directory's SCIM base URL.
func (s *Schema) AppendJSON(b []byte, baseURL string) []byte {
	return Object(
		Member{"schemas", texts(SchemaURN)},
		Member{"id", String(s.ID)},
		Member{"name", String(s.Name)},
		Member{"description", String(s.Description)},
		Member{"attributes", describeAll(s.Attributes)},
		Member{"meta", discoveryMeta("Schema", join(baseURL, "/Schemas/"+s.ID))},
	).AppendJSON(b)
}

func describeAll(attrs []*Attribute) Value {
	items := make([]Value, len(attrs))
	for i, a := range attrs {
		items[i] = a.describe()
	}
	return Array(items...)
}

// describe gives every facet of RFC 7643 §7, those with default values too.
func (a *Attribute) describe() Value {
	members := []Member{
		{"name", String(a.Name)},
		{"type", String(string(a.Type))},
		{"multiValued", Bool(a.MultiValued)},
		{"description", String(a.Description)},
		{"required", Bool(a.Required)},
	}
	if len(a.CanonicalValues) > 0 {
		members = field(members, "canonicalValues", texts(a.CanonicalValues...))
	}
	members = append(members,
		Member{"caseExact", Bool(a.CaseExact)},
		Member{"mutability", String(string(a.Mutability))},
		Member{"returned", String(string(a.Returned))},
		Member{"uniqueness", String(string(a.Uniqueness))},
	)
	if len(a.ReferenceTypes) > 0 {
		members = field(members, "referenceTypes", texts(a.ReferenceTypes...))
	}
	if a.Type == AttrComplex {
		members = field(members, "subAttributes", describeAll(a.Sub))
	}
	return Object(members...)
}

// AppendJSON appends the ResourceType resource (RFC 7643 §6). baseURL is the directory's SCIM base URL.
func (rt *ResourceType) AppendJSON(b []byte, baseURL string) []byte {
	extensions := make([]Value, len(rt.Extensions))
	for i, x := range rt.Extensions {
		extensions[i] = Object(Member{"schema", String(x.Schema.ID)}, Member{"required", Bool(x.Required)})
	}
	return Object(
		Member{"schemas", texts(ResourceTypeURN)},
		Member{"id", String(rt.ID)},
		Member{"name", String(rt.Name)},
		Member{"endpoint", String(rt.Endpoint)},
		Member{"description", String(rt.Description)},
		Member{"schema", String(rt.Core.ID)},
		Member{"schemaExtensions", Array(extensions...)},
		Member{"meta", discoveryMeta("ResourceType", join(baseURL, "/ResourceTypes/"+rt.ID))},
	).AppendJSON(b)
}

// AppendJSON appends the ServiceProviderConfig resource (RFC 7643 §5). baseURL is the directory's SCIM base URL.
func (p ServiceProvider) AppendJSON(b []byte, baseURL string) []byte {
	members := field(nil, "schemas", texts(ServiceProviderURN))
	members = optionalText(members, "documentationUri", p.DocumentationURI)
	members = append(members,
		Member{"patch", supported(p.Patch)},
		Member{"bulk", supported(
			p.Bulk.Supported,
			Member{"maxOperations", integer(p.Bulk.MaxOperations)},
			Member{"maxPayloadSize", integer(p.Bulk.MaxPayloadSize)},
		)},
		Member{"filter", supported(p.Filter.Supported, Member{"maxResults", integer(p.Filter.MaxResults)})},
		Member{"changePassword", supported(p.ChangePassword)},
		Member{"sort", supported(p.Sort)},
		Member{"etag", supported(p.ETag)},
	)
	if p.Pagination != nil {
		members = field(members, "pagination", p.Pagination.describe())
	}
	schemes := make([]Value, len(p.AuthenticationSchemes))
	for i, s := range p.AuthenticationSchemes {
		schemes[i] = s.describe()
	}
	members = field(members, "authenticationSchemes", Array(schemes...))
	return Object(field(members, "meta", p.meta(baseURL))...).AppendJSON(b)
}

// meta has times because the hosted service's clients parse them.
func (p ServiceProvider) meta(baseURL string) Value {
	members := discoveryMeta("ServiceProviderConfig", join(baseURL, "/ServiceProviderConfig")).Members()
	if !p.Created.IsZero() {
		members = field(members, "created", String(FormatTime(p.Created)))
	}
	if !p.LastModified.IsZero() {
		members = field(members, "lastModified", String(FormatTime(p.LastModified)))
	}
	return Object(members...)
}

func supported(yes bool, more ...Member) Value {
	return Object(append([]Member{{"supported", Bool(yes)}}, more...)...)
}

func (p PaginationSupport) describe() Value {
	members := []Member{{"cursor", Bool(p.Cursor)}, {"index", Bool(p.Index)}}
	members = optionalText(members, "defaultPaginationMethod", p.DefaultMethod)
	for _, n := range [...]struct {
		name  string
		value int
	}{{"defaultPageSize", p.DefaultPageSize}, {"maxPageSize", p.MaxPageSize}, {"cursorTimeout", p.CursorTimeout}} {
		if n.value > 0 {
			members = field(members, n.name, integer(n.value))
		}
	}
	return Object(members...)
}

func (s AuthenticationScheme) describe() Value {
	members := []Member{{"type", String(s.Type)}, {"name", String(s.Name)}, {"description", String(s.Description)}}
	members = optionalText(members, "specUri", s.SpecURI)
	members = optionalText(members, "documentationUri", s.DocumentationURI)
	if s.Primary {
		members = field(members, "primary", Bool(true))
	}
	return Object(members...)
}
