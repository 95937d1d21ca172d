package identity

// Caller is who asks for something, for the logs.
type Caller struct {
	Actor     string // such as "SCIM token Entra (tok_…)" or "API key ops (key_…)"
	RequestID string
}
