package scim

import "time"

// Envelope is what an answer holds beside the stored document. Empty fields and zero times are left out.
type Envelope struct {
	ID, Location, Version string
	Created, LastModified time.Time
	Schemas               []string    // the complete list
	Extra                 []RawMember // such as groups, members and the account extension, in order
}

// RawMember is a top-level member whose JSON is ready. Empty JSON leaves it out.
type RawMember struct {
	Name string
	JSON []byte
}

// Append appends everything that is stored: the document's bytes are spliced into it, not parsed. doc must be what
// AppendJSON made of a canonical document.
func (rt *ResourceType) Append(b, doc []byte, env Envelope) []byte {
	b = appendEnvelopeHead(b, env)
	if inner := len(doc) - 1; inner > 1 {
		b = append(b, ',')
		b = append(b, doc[1:inner]...)
	}
	for _, m := range env.Extra {
		b = appendRaw(b, m.Name, m.JSON)
	}
	b = appendRaw(b, "meta", rt.meta(env))
	return append(b, '}')
}

// AppendProjected appends the representation that attributes or excludedAttributes ask for (RFC 7644 §3.9), by default
// that without them; id and schemas are always there. The error is that of a stored document that is no JSON, a fault of the caller's.
func (rt *ResourceType) AppendProjected(b, doc []byte, env Envelope, p Projection) ([]byte, error) {
	if p.IsZero() && !rt.selective {
		return rt.Append(b, doc, env), nil
	}
	if p.IsZero() {
		p = rt.byDefault()
	}
	stored, err := Decode(doc, storedLimits)
	if err != nil {
		return nil, err
	}
	b = appendEnvelopeHead(b, env)
	for _, m := range stored.Members() {
		b = appendValue(b, m.Name, p.project(m.Name, m.Value))
	}
	for _, m := range env.Extra {
		if b, err = p.appendRaw(b, m); err != nil {
			return nil, err
		}
	}
	if b, err = p.appendRaw(b, RawMember{"meta", rt.meta(env)}); err != nil {
		return nil, err
	}
	return append(b, '}'), nil
}

// storedLimits are those of documents that were under the request limits when they came in.
var storedLimits = Limits{MaxDepth: 1000, MaxElements: 10_000_000, MaxStringBytes: 1 << 30}

func appendEnvelopeHead(b []byte, env Envelope) []byte {
	b = append(b, `{"schemas":[`...)
	for i, urn := range env.Schemas {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(b, urn)
	}
	b = append(b, `],"id":`...)
	return appendText(b, env.ID)
}

func appendRaw(b []byte, name string, json []byte) []byte {
	if len(json) == 0 {
		return b
	}
	b = append(b, ',')
	b = appendText(b, name)
	b = append(b, ':')
	return append(b, json...)
}

func appendValue(b []byte, name string, v Value) []byte {
	if v.IsUnassigned() {
		return b
	}
	b = append(b, ',')
	b = appendText(b, name)
	b = append(b, ':')
	return v.AppendJSON(b)
}

// meta is the meta attribute (RFC 7643 §3.1).
func (rt *ResourceType) meta(env Envelope) []byte {
	b := append([]byte(nil), `{"resourceType":`...)
	b = appendText(b, rt.Name)
	b = appendTime(b, "created", env.Created)
	b = appendTime(b, "lastModified", env.LastModified)
	b = appendNonEmpty(b, "location", env.Location)
	b = appendNonEmpty(b, "version", env.Version)
	return append(b, '}')
}

func appendTime(b []byte, name string, t time.Time) []byte {
	if t.IsZero() {
		return b
	}
	return appendNonEmpty(b, name, FormatTime(t))
}

func appendNonEmpty(b []byte, name, s string) []byte {
	if s == "" {
		return b
	}
	return appendValue(b, name, String(s))
}
