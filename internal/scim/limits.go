package scim

// Limits bound what one request may cost. A zero field means that nothing is allowed, so start from [DefaultLimits].
type Limits struct {
	MaxDepth       int // nesting of arrays and objects in a body
	MaxElements    int // items of one array, members of one object
	MaxStringBytes int // one string or number in a body, before the narrower bounds per attribute
	MaxFilterBytes int // length of a filter
	MaxFilterDepth int // nesting of parentheses, not and brackets in a filter
	MaxFilterTerms int // comparisons in a filter
	MaxOperations  int // operations of one PATCH
	MaxPathTerms   int // comparisons in all paths of one PATCH, each of which looks at every element
}

// DefaultLimits leave room for what identity providers send (a group of 100,000 members replaced at once; AWS bridges
// chunk by 100 operations) and stop what nobody needs.
var DefaultLimits = Limits{
	MaxDepth:       24,
	MaxElements:    150_000,
	MaxStringBytes: 64 << 10,
	MaxFilterBytes: 16 << 10,
	MaxFilterDepth: 24,
	MaxFilterTerms: 256,
	MaxOperations:  1000,
	MaxPathTerms:   1000,
}

// Bounds of what one attribute of a resource may hold, whatever the request's limits.
const (
	MaxTextBytes      = 4096     // one string, reference or dateTime
	MaxBinaryBytes    = 16 << 10 // one binary value, in base64: certificates
	MaxAttributeBytes = 64 << 10 // all values of one multi-valued attribute together
)
