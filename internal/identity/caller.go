package identity

// Caller is who asks for something, for the logs.
type Caller struct {
	Actor     string // such as "SCIM token Entra (tok_…)" or "API key ops (key_…)"
	ActorID   string // of the key or person; "" for the server itself
	IP        string // that the request came from
	RequestID string
}
